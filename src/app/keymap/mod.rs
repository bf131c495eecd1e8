//! Chords to actions, from the action table and the configuration.
//!
//! In: the defaults of [`Action`] and what the configuration says instead. Out: look-ups by context and key, and the
//! chords of an action for help, hints and palette. A chord stands once in a context; a context that binds a chord
//! which [`Context::Global`] binds too wins over it, and means to.

mod chord;

use std::collections::{BTreeMap, HashMap};

pub use chord::{Chord, ChordError};

use super::{Action, Context};
use crate::model::nearest::nearest;

/// Every binding, looked up by context and key.
#[derive(Debug, Clone)]
pub struct Keymap {
    /// Per action, in the order of the table: its chords as text, the first the one to show.
    chords: Vec<Vec<String>>,
    actions: HashMap<(Context, Chord), Action>,
}

/// What is wrong with the keys of a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    #[error("there is no action '{name}'{}", .nearest.map_or_else(String::new, |n| format!("; did you mean '{n}'?")))]
    Action { name: String, nearest: Option<&'static str> },
    #[error("action '{action}': {source}")]
    Chord { action: &'static str, source: ChordError },
    #[error("'{chord}' is bound to both '{first}' and '{second}' in the context '{}'", .context.name())]
    Twice { chord: Chord, context: Context, first: &'static str, second: &'static str },
}

impl KeymapError {
    /// The action's name as the configuration has it, to find the line.
    #[must_use]
    pub fn action(&self) -> &str {
        match self {
            Self::Action { name, .. } => name,
            Self::Chord { action, .. } => action,
            Self::Twice { second, .. } => second,
        }
    }
}

impl Keymap {
    /// The table's defaults; for each action named in `overrides` its chords there instead (none unbinds it).
    ///
    /// # Errors
    /// Every mistake: a name that is no action, a chord that is no key, a chord twice in one context.
    pub fn new(overrides: &BTreeMap<String, Vec<String>>) -> Result<Self, Vec<KeymapError>> {
        let mut errors = Vec::new();
        for name in overrides.keys().filter(|name| Action::named(name).is_none()) {
            let nearest = nearest(name, Action::ALL.iter().map(|action| action.name()));
            errors.push(KeymapError::Action { name: name.clone(), nearest });
        }
        let mut keymap = Self { chords: Vec::with_capacity(Action::ALL.len()), actions: HashMap::new() };
        // What the configuration binds comes after the defaults, so that it is named as the second of a pair.
        let mut bound: Vec<(bool, Action, Vec<Chord>)> = Vec::new();
        for &action in Action::ALL {
            let given = overrides.get(action.name());
            let chords = match given {
                Some(chords) => read(action, chords.iter().map(String::as_str), &mut errors),
                None => read(action, action.chords().iter().copied(), &mut errors),
            };
            keymap.chords.push(chords.iter().map(ToString::to_string).collect());
            bound.push((given.is_some(), action, chords));
        }
        bound.sort_by_key(|(given, ..)| *given);
        for (_, action, chords) in bound {
            for chord in chords {
                keymap.bind(action, chord, &mut errors);
            }
        }
        if errors.is_empty() { Ok(keymap) } else { Err(errors) }
    }

    fn bind(&mut self, action: Action, chord: Chord, errors: &mut Vec<KeymapError>) {
        let context = action.context();
        if let Some(first) = self.actions.insert((context, chord), action) {
            errors.push(KeymapError::Twice { chord, context, first: first.name(), second: action.name() });
        }
    }

    /// The action of a chord: the first of `contexts` that binds it wins.
    #[must_use]
    pub fn action(&self, contexts: &[Context], chord: Chord) -> Option<Action> {
        contexts.iter().find_map(|context| self.actions.get(&(*context, chord)).copied())
    }

    /// The chords bound to an action, the one to show first.
    pub fn chords(&self, action: Action) -> impl Iterator<Item = &str> {
        self.chords.get(action as usize).into_iter().flatten().map(String::as_str)
    }
}

impl Default for Keymap {
    fn default() -> Self {
        // The defaults hold together: a test says so. Were they not to, what can be bound still is.
        let mut keymap = Self { chords: Vec::new(), actions: HashMap::new() };
        let mut errors = Vec::new();
        for &action in Action::ALL {
            let chords = read(action, action.chords().iter().copied(), &mut errors);
            for &chord in &chords {
                keymap.bind(action, chord, &mut errors);
            }
            keymap.chords.push(chords.iter().map(ToString::to_string).collect());
        }
        keymap
    }
}

fn read<'a>(action: Action, chords: impl Iterator<Item = &'a str>, errors: &mut Vec<KeymapError>) -> Vec<Chord> {
    let mut read = Vec::new();
    for text in chords {
        match text.parse() {
            Ok(chord) => read.push(chord),
            Err(source) => errors.push(KeymapError::Chord { action: action.name(), source }),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn overrides(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
        let strings = |chords: &[&str]| chords.iter().map(|c| (*c).to_owned()).collect();
        pairs.iter().map(|(name, chords)| ((*name).to_owned(), strings(chords))).collect()
    }

    fn messages(pairs: &[(&str, &[&str])]) -> Vec<String> {
        Keymap::new(&overrides(pairs)).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_defaults_hold_together() {
        let keymap = Keymap::new(&BTreeMap::new()).unwrap();
        for &action in Action::ALL {
            let chords: Vec<&str> = keymap.chords(action).collect();
            assert_eq!(chords, action.chords(), "{}", action.name());
            for chord in chords {
                assert_eq!(keymap.action(&[action.context()], chord.parse().unwrap()), Some(action));
            }
        }
        assert_eq!(Keymap::default().actions, keymap.actions);
    }

    #[test]
    fn the_contract_of_keys() {
        let keymap = Keymap::default();
        let global = |chord: &str| keymap.action(&[Context::Global], chord.parse().unwrap()).map(Action::name);
        for (chord, name) in [
            ("1", "overview"),
            ("2", "findings"),
            ("3", "controls"),
            ("4", "sources"),
            ("j", "down"),
            ("k", "up"),
            ("Down", "down"),
            ("Up", "up"),
            ("g", "first"),
            ("G", "last"),
            ("Ctrl-d", "half-page-down"),
            ("Ctrl-u", "half-page-up"),
            ("Enter", "open"),
            ("Esc", "back"),
            ("/", "filter"),
            (":", "palette"),
            ("?", "help"),
            ("Tab", "next-panel"),
            ("r", "refresh"),
            ("y", "copy"),
            ("o", "console-link"),
            ("J", "raw-json"),
            ("q", "leave"),
            ("Q", "quit"),
            ("Ctrl-c", "quit"),
        ] {
            assert_eq!(global(chord), Some(name), "{chord}");
        }
        let sort = keymap.action(&[Context::Findings, Context::Global], "s".parse().unwrap());
        assert_eq!(sort, Some(Action::Sort));
    }

    #[test]
    fn the_configuration_replaces_and_the_inner_context_wins() {
        let keymap = Keymap::new(&overrides(&[("down", &["n", "Down"]), ("next-finding", &["n"])])).unwrap();
        let n = "n".parse().unwrap();
        assert_eq!(keymap.action(&[Context::Findings, Context::Global], n), Some(Action::Down));
        assert_eq!(keymap.action(&[Context::Detail, Context::Global], n), Some(Action::NextFinding));
        assert_eq!(keymap.action(&[Context::Global], "j".parse().unwrap()), None);
    }

    #[test]
    fn mistakes_are_named_all_at_once() {
        assert_eq!(
            messages(&[("dwon", &["n"]), ("up", &["Entr"]), ("help", &["q"])]),
            [
                "there is no action 'dwon'; did you mean 'down'?",
                "action 'up': 'Entr' is no key; did you mean 'Enter'?",
                "'q' is bound to both 'leave' and 'help' in the context 'global'",
            ]
        );
    }
}
