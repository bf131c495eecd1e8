//! How findings are printed, one file a format. Each writes row by row: a million findings are never held as text.

pub(super) mod csv;
pub(super) mod json;
pub(super) mod raw;
pub(super) mod table;
