//! The in-memory store: interned strings, columns, raw blocks, bitmap indexes, snapshots, counts.
// (stand-in until the store itself is here: on a merge conflict take the store's own file)

/// A row of the store: stable in a process, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

/// What the store could not do.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// The store at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {}
