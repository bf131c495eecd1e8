//! The raw JSON of a finding's records: lines that fold, and a search in them.

use tui_input::Input;

use super::msg::Target;
use super::{Action, Effect, Moment, State, View, detail, navigation};
use crate::store::RowId;

/// What the raw view remembers.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    pub search: Search,
}

/// The search line.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub input: Input,
    before: Option<String>,
}

impl Search {
    #[must_use]
    pub const fn is_edited(&self) -> bool {
        self.before.is_some()
    }
}

/// Opens the raw JSON of a finding; Esc comes back.
pub(super) fn open(state: &mut State, row: RowId, moment: &Moment<'_>) -> Vec<Effect> {
    let effects = detail::show(state, row, moment);
    navigation::drill(state, View::Raw, moment);
    effects
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let _ = (state, action, moment);
    None
}

/// A click on something this view drew.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let _ = (state, target, moment);
    None
}

/// The view came up, or a newer snapshot is there.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let _ = (state, moment);
    Vec::new()
}

pub(super) fn resized(state: &mut State) {
    let _ = state;
}

pub(super) fn loaded(state: &mut State, row: RowId) {
    let _ = (state, row);
}

pub(super) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let _ = (state, lines);
    Vec::new()
}

pub(super) fn accept_search(state: &mut State) -> Vec<Effect> {
    state.raw.search.before = None;
    Vec::new()
}

pub(super) fn cancel_search(state: &mut State) -> Vec<Effect> {
    state.raw.search.before = None;
    Vec::new()
}

pub(super) fn edited_search(state: &mut State) -> Vec<Effect> {
    let _ = state;
    Vec::new()
}
