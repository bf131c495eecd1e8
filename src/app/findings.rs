//! The list of findings: its filter, order, rows and cursor.

use std::sync::Arc;

use tui_input::Input;

use super::effect::Generation;
use super::msg::Target;
use super::{Action, Effect, Moment, State};
use crate::query::{Query, QueryError, Sort};
use crate::store::RowId;

/// What the list remembers. The cursor is a finding, never a line: refresh cannot move it under a finger.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    pub filter: Filter,
    pub sort: Sort,
    /// What matches, in order; of the last query that could be read.
    pub rows: Arc<[RowId]>,
    pub selected: Option<RowId>,
    /// Where `selected` is in `rows`.
    pub position: usize,
    /// The first line shown.
    pub top: usize,
    /// The newest question asked, and the newest answered: unequal while a query runs.
    pub asked: Generation,
    pub answered: Generation,
}

/// The filter line.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub input: Input,
    pub mode: FilterMode,
    /// The last text that could be read.
    pub query: Arc<Query>,
    pub error: Option<QueryError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FilterMode {
    #[default]
    Resting,
    Editing,
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

/// A new list, filtered by `text`.
pub(super) fn show(state: &mut State, text: &str, moment: &Moment<'_>) -> Vec<Effect> {
    state.findings = Findings { filter: Filter { input: text.into(), ..Filter::default() }, ..Findings::default() };
    let _ = moment;
    Vec::new()
}
