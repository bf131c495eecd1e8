//! One finding in full.

use super::msg::{Loaded, Target};
use super::{Action, Effect, Moment, State};
use crate::store::{RowId, StoreError};

/// What the detail view remembers.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    pub row: Option<RowId>,
    pub loaded: Option<Result<Box<Loaded>, String>>,
    pub top: usize,
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

/// Shows `row`.
pub(super) fn show(state: &mut State, row: RowId, moment: &Moment<'_>) -> Vec<Effect> {
    state.detail = Detail { row: Some(row), ..Detail::default() };
    let _ = moment;
    vec![Effect::LoadDetail { row }]
}

pub(super) fn loaded(state: &mut State, row: RowId, result: Result<Box<Loaded>, StoreError>, moment: &Moment<'_>) {
    if state.detail.row == Some(row) {
        state.detail.loaded = Some(result.map_err(|error| error.to_string()));
    }
    let _ = moment;
}

pub(super) fn follow(state: &mut State) {
    let _ = state;
}

pub(super) fn resized(state: &mut State, moment: &Moment<'_>) {
    let _ = (state, moment);
}

pub(super) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let _ = (state, lines);
    Vec::new()
}
