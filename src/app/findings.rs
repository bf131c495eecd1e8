//! The list of findings: its filter, order, rows and cursor.

use std::sync::Arc;

use tui_input::Input;

use super::effect::Generation;
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
