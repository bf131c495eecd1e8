//! What lies over a view: a stack, the topmost takes the keys.

use std::sync::Arc;

use tui_input::Input;

use super::choose::groups::{self, Groups};
use super::choose::views::{self, Views};
use super::choose::{columns, kin};
use super::copy::{self, Copy};
use super::export::{self, Sheet};
use super::link::{self, Link};
use super::msg::Target;
use super::saved::{self, SavedView};
use super::{Action, Context, Effect, Moment, Msg, State, View, update};

/// One overlay with its own state.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// All keys, from the action table; or the language of the filter line.
    Help(Help),
    Palette(Palette),
    /// What can be copied.
    Copy(Copy),
    /// The link to the AWS console.
    Link(Link),
    /// Format and file of an export.
    Export(Sheet),
    /// What to group by.
    Groups(Groups),
    /// Which columns.
    Columns(columns::Choosing),
    /// What shares something with a finding.
    Kin(kin::Doors),
    /// The saved views.
    Views(Views),
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

/// A line of the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    Action(Action),
    /// A saved view, by its place.
    View(usize),
}

/// The palette: an input and the line under the cursor.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    pub input: Input,
    pub selected: usize,
}

impl Palette {
    /// What answers to what was typed, best first: what has a name that begins with it, then has it, then a doc line
    /// (or a query) that has each of its words. Only what can be done in `view`.
    #[must_use]
    pub fn matches(&self, view: View, saved: &[SavedView]) -> Vec<Entry> {
        let typed = self.input.value().trim().to_lowercase();
        let rank = |name: &str, doc: &str| {
            let (name, doc) = (name.to_lowercase(), doc.to_lowercase());
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
        let actions = Action::ALL.iter().copied().filter(here).filter(|action| *action != Action::Palette);
        let actions = actions.filter_map(|action| Some((rank(action.name(), action.doc())?, Entry::Action(action))));
        let views = saved.iter().enumerate();
        let views = views.filter_map(|(at, view)| Some((rank(&view.name, &view.text)?, Entry::View(at))));
        let mut found: Vec<(u8, Entry)> = actions.chain(views).collect();
        found.sort_by_key(|(rank, _)| *rank);
        found.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// An action while an overlay is open: `None` when there is none, or when it is no affair of the overlay's.
pub(super) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let (_, page) = state.body();
    let view = state.view;
    let saved = Arc::clone(&state.saved.views);
    match state.overlays.last_mut()? {
        Overlay::Copy(_) => copy::act(state, action, moment),
        Overlay::Link(link) => {
            let link = link.clone();
            link::act(state, &link, action)
        }
        Overlay::Export(sheet) => export::act(sheet, action),
        Overlay::Groups(_) => groups::act(state, action, moment).or_else(|| leave_sheet(state, action)),
        Overlay::Columns(_) => columns::act(state, action, moment),
        Overlay::Kin(_) => kin::act(state, action, moment).or_else(|| leave_sheet(state, action)),
        Overlay::Views(_) => views::act(state, action, moment).or_else(|| leave_sheet(state, action)),
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
            let last = palette.matches(view, &saved).len().saturating_sub(1);
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

/// Runs what is under the palette's cursor.
pub(super) fn run(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let Some(Overlay::Palette(palette)) = state.overlays.pop() else { return Vec::new() };
    match palette.matches(state.view, &state.saved.views).get(palette.selected) {
        Some(&Entry::Action(action)) => update(state, Msg::Act(action), moment.snapshot, moment.now),
        Some(&Entry::View(view)) => saved::open(state, view, moment),
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

/// A click while an overlay is open: on a line of it that line is chosen, elsewhere it closes the overlay.
pub(super) fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    match (state.overlays.last_mut()?, target) {
        (Overlay::Palette(palette), Target::Line(line)) => {
            palette.selected = line;
            return Some(run(state, moment));
        }
        (Overlay::Copy(_), Target::Line(line)) => return copy::click(state, line, moment),
        (Overlay::Export(_), Target::Line(line)) => return Some(export::click(state, line, moment)),
        _ => {}
    }
    if let Some(Overlay::Columns(_)) = state.overlays.last() {
        return match target {
            Target::Line(line) => columns::click(state, line, moment),
            _ => Some(columns::close(state)),
        };
    }
    if let (Some(Overlay::Kin(_)), Target::Line(line)) = (state.overlays.last(), target) {
        return kin::click(state, line, moment);
    }
    if let (Some(Overlay::Views(_)), Target::Line(line)) = (state.overlays.last(), target) {
        return views::click(state, line, moment);
    }
    if let (Some(Overlay::Groups(_)), Target::Choice(side, line)) = (state.overlays.last(), target) {
        return groups::click(state, side, line, moment);
    }
    state.overlays.pop();
    Some(Vec::new())
}
