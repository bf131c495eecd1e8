//! Versions of a record: what it is known by over time, when each version was noticed, and how the journal that keeps
//! them is doing.

use bytes::Bytes;
use jiff::Timestamp;

use super::{Format, Scope};

/// What a record is known by, over versions, sessions and instances.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordKey {
    pub format: Format,
    /// ASFF `ProductArn`; empty where there is none (`GuardDuty`'s own format).
    pub product_arn: String,
    /// ASFF `Id`, `GuardDuty`'s `Arn`.
    pub id: String,
}

/// How a version was noticed, and so what its time means. The order is the order of two that were noticed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Noticed {
    /// A newer one took its place: it came at some time before.
    Overwritten,
    /// It came.
    Arrived,
}

/// One version of a record, as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub noticed: Noticed,
    pub at: Timestamp,
    /// The record's own `UpdatedAt`. Workflow edits do not move it.
    pub updated_at: Option<Timestamp>,
    /// Who was asked for it.
    pub scope: Scope,
    pub json: Bytes,
}

/// How the journal is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalStatus {
    /// Whether versions are kept at all.
    pub keeping: Keeping,
    /// From when on no change can have gone unseen while yagura ran: the start of this session.
    pub since: Option<Timestamp>,
    /// Versions written by this session.
    pub written: u64,
    /// Versions that could not be kept.
    pub lost: u64,
    /// Bytes of all segments, this session's and others'.
    pub bytes: u64,
    /// Why versions are being lost, in the system's words; `None` when all is well.
    pub trouble: Option<String>,
    /// What was found damaged, left alone or mended at start.
    pub notes: Vec<String>,
}

/// Whether versions are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Keeping {
    /// Not in this session: by the configuration, or because files are read.
    #[default]
    Off,
    On,
    /// The place cannot be used: why.
    Failed(String),
}
