//! What lies over a view: a stack, the topmost takes the keys.

use tui_input::Input;

use super::choose::groups::{self, Groups};
use super::choose::kin;
use super::msg::Target;
use super::{Action, Context, Effect, Moment, Msg, State, View, update};

/// One overlay with its own state.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// All keys, from the action table; or the language of the filter line.
    Help(Help),
    Palette(Palette),
    /// What to group by.
    Groups(Groups),
    /// What shares something with a finding.
    Kin(kin::Doors),
}

/// The help: the first line shown. The picture stops at its last line.
#[derive(Debug, Clone, Default)]
pub struct Help {
    pub top: usize,
    pub topic: Topic,
}

/// What the help is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Topic {
    #[default]
    Keys,
    FilterLine,
}

impl Topic {
    const fn other(self) -> Self {
        match self {
            Self::Keys => Self::FilterLine,
            Self::FilterLine => Self::Keys,
        }
    }
}

/// The palette: an input and the action under the cursor.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    pub input: Input,
    pub selected: usize,
}

impl Palette {
    /// The actions that answer to what was typed, best first: those whose name begins with it, then has it, then
    /// whose doc line has each of its words. Only what can be done in `view`.
    #[must_use]
    pub fn matches(&self, view: View) -> Vec<Action> {
        let typed = self.input.value().trim().to_lowercase();
        let rank = |action: Action| {
            let (name, doc) = (action.name(), action.doc().to_lowercase());
            if name.starts_with(&typed) {
                Some(0)
            } else if name.contains(&typed) {
                Some(1)
            } else {
                let all = typed.split_whitespace().all(|word| name.contains(word) || doc.contains(word));
                all.then_some(2)
            }
        };
        let here = |action: &Action| [Context::Global, view.context()].contains(&action.context());
        let mut found: Vec<(u8, Action)> = Action::ALL
            .iter()
            .copied()
            .filter(here)
            .filter(|action| *action != Action::Palette)
            .filter_map(|action| Some((rank(action)?, action)))
            .collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, action)| action).collect()
    }
}

/// An action while an overlay is open: `None` when there is none, or when it is no affair of the overlay's.
pub(super) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let (_, page) = state.body();
    let view = state.view;
    match state.overlays.last_mut()? {
        Overlay::Groups(_) => groups::act(state, action, moment).or_else(|| leave_sheet(state, action)),
        Overlay::Kin(_) => kin::act(state, action, moment).or_else(|| leave_sheet(state, action)),
        Overlay::Help(help) => {
            match action {
                Action::Down => help.top += 1,
                Action::Up => help.top = help.top.saturating_sub(1),
                Action::HalfPageDown | Action::PageDown => help.top += page / 2,
                Action::HalfPageUp | Action::PageUp => help.top = help.top.saturating_sub(page / 2),
                Action::First => help.top = 0,
                Action::Last => help.top = usize::MAX / 2,
                Action::Filter => *help = Help { top: 0, topic: help.topic.other() },
                Action::Back | Action::Leave | Action::Help | Action::Open => {
                    state.overlays.pop();
                }
                _ => {
                    state.overlays.pop();
                    return None;
                }
            }
            Some(Vec::new())
        }
        Overlay::Palette(palette) => {
            let last = palette.matches(view).len().saturating_sub(1);
            match action {
                Action::Down | Action::Complete => palette.selected = (palette.selected + 1).min(last),
                Action::Up | Action::PreviousPanel => palette.selected = palette.selected.saturating_sub(1),
                _ => return None,
            }
            Some(Vec::new())
        }
    }
}

/// What a sheet does not take: to leave it is to close it, and any other action closes it and is carried out.
fn leave_sheet(state: &mut State, action: Action) -> Option<Vec<Effect>> {
    if matches!(action, Action::Redraw | Action::Suspend) {
        return None;
    }
    state.overlays.pop();
    matches!(action, Action::Back | Action::Leave | Action::Left | Action::Right).then(Vec::new)
}

/// Runs the action under the palette's cursor.
pub(super) fn run(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let Some(Overlay::Palette(palette)) = state.overlays.pop() else { return Vec::new() };
    match palette.matches(state.view).get(palette.selected) {
        Some(&action) => update(state, Msg::Act(action), moment.snapshot, moment.now),
        None => Vec::new(),
    }
}

/// The palette's text changed: the best match is under the cursor.
pub(super) fn edited(state: &mut State) -> Vec<Effect> {
    if let Some(Overlay::Palette(palette)) = state.overlays.last_mut() {
        palette.selected = 0;
    }
    Vec::new()
}

/// A click while an overlay is open: on a line of the palette it runs it, elsewhere it closes the overlay.
pub(super) fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    if let (Overlay::Palette(palette), Target::Line(line)) = (state.overlays.last_mut()?, target) {
        palette.selected = line;
        return Some(run(state, moment));
    }
    if let (Some(Overlay::Kin(_)), Target::Line(line)) = (state.overlays.last(), target) {
        return kin::click(state, line, moment);
    }
    if let (Some(Overlay::Groups(_)), Target::Choice(side, line)) = (state.overlays.last(), target) {
        return groups::click(state, side, line, moment);
    }
    state.overlays.pop();
    Some(Vec::new())
}
