//! One key with its modifiers, as the configuration writes it: `j`, `G`, `Ctrl-d`, `Enter`, `Space`, `F1`, `BackTab`.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::model::nearest::nearest;

/// A key press in one form, however a terminal reports it: the Shift that makes a letter large is in the letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

/// What is wrong with a chord, and what was likely meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChordError {
    #[error("a chord is empty")]
    Empty,
    #[error("'{given}' is no key{}", .nearest.map_or_else(String::new, |name| format!("; did you mean '{name}'?")))]
    Key { given: String, nearest: Option<&'static str> },
}

/// Keys that have a name.
const NAMED: [(&str, KeyCode); 16] = [
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
];

const MODIFIERS: [(&str, KeyModifiers); 3] =
    [("Ctrl-", KeyModifiers::CONTROL), ("Alt-", KeyModifiers::ALT), ("Shift-", KeyModifiers::SHIFT)];

impl Chord {
    #[must_use]
    pub fn of(key: KeyEvent) -> Self {
        Self::new(key.code, key.modifiers)
    }

    fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let mut modifiers = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let mut code = code;
        if code == KeyCode::Tab && modifiers.contains(KeyModifiers::SHIFT) {
            code = KeyCode::BackTab;
        }
        if matches!(code, KeyCode::Char(_) | KeyCode::BackTab) {
            modifiers.remove(KeyModifiers::SHIFT);
        }
        if let KeyCode::Char(c) = code
            && modifiers.contains(KeyModifiers::CONTROL)
        {
            code = KeyCode::Char(c.to_ascii_lowercase());
        }
        Self { code, modifiers }
    }

    /// A plain character: in a line of text it is text.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }
}

impl FromStr for Chord {
    type Err = ChordError;

    fn from_str(text: &str) -> Result<Self, ChordError> {
        let mut rest = text;
        let mut modifiers = KeyModifiers::NONE;
        while let Some((after, modifier)) = MODIFIERS.iter().find_map(|(prefix, modifier)| {
            let (head, after) = rest.split_at_checked(prefix.len())?;
            (head.eq_ignore_ascii_case(prefix) && !after.is_empty()).then_some((after, *modifier))
        }) {
            modifiers |= modifier;
            rest = after;
        }
        let mut letters = rest.chars();
        let code = match (letters.next(), letters.next()) {
            (None, _) => return Err(ChordError::Empty),
            (Some(c), None) if !c.is_control() && c != ' ' => {
                let large = modifiers.contains(KeyModifiers::SHIFT) && c.is_ascii_lowercase();
                KeyCode::Char(if large { c.to_ascii_uppercase() } else { c })
            }
            _ => named(rest).ok_or_else(|| ChordError::Key {
                given: text.to_owned(),
                nearest: nearest(rest, NAMED.iter().map(|(name, _)| *name)),
            })?,
        };
        Ok(Self::new(code, modifiers))
    }
}

fn named(name: &str) -> Option<KeyCode> {
    let known = NAMED.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, code)| *code);
    known.or_else(|| {
        let number: u8 = name.strip_prefix(['F', 'f'])?.parse().ok()?;
        (1..=24).contains(&number).then_some(KeyCode::F(number))
    })
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, modifier) in MODIFIERS {
            if self.modifiers.contains(modifier) {
                f.write_str(name)?;
            }
        }
        if let Some((name, _)) = NAMED.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(number) => write!(f, "F{number}"),
            other => write!(f, "{other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn chord(text: &str) -> Chord {
        text.parse().unwrap()
    }

    #[test]
    fn every_notation_reads_and_prints_as_itself() {
        for text in ["j", "G", "?", ":", "-", "[", "Ctrl-d", "Ctrl--", "Alt-x", "Ctrl-Alt-Delete", "Enter", "Space"] {
            assert_eq!(chord(text).to_string(), text);
        }
        for text in ["BackTab", "F1", "F12", "Shift-Up", "PageDown", "Esc"] {
            assert_eq!(chord(text).to_string(), text);
        }
    }

    #[test]
    fn spellings_of_one_key_are_one_chord() {
        assert_eq!(chord("Shift-g"), chord("G"));
        assert_eq!(chord("ctrl-D"), chord("Ctrl-d"));
        assert_eq!(chord("Shift-Tab"), chord("BackTab"));
        assert_eq!(chord("enter"), chord("Enter"));
        let large = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Chord::of(large), chord("G"));
        let back = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Chord::of(back), chord("BackTab"));
    }

    #[test]
    fn what_is_no_key_says_what_was_meant() {
        let message = |text: &str| text.parse::<Chord>().unwrap_err().to_string();
        assert_eq!(message("Entr"), "'Entr' is no key; did you mean 'Enter'?");
        assert_eq!(message("Ctrl-Spce"), "'Ctrl-Spce' is no key; did you mean 'Space'?");
        assert_eq!(message("F99"), "'F99' is no key");
        assert_eq!(message(""), "a chord is empty");
    }
}
