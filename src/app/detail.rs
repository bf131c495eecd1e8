//! One finding in full, and its raw JSON.

use super::msg::Loaded;
use crate::store::RowId;

/// What the detail view remembers.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    pub row: Option<RowId>,
    pub loaded: Option<Result<Box<Loaded>, String>>,
    pub top: usize,
}
