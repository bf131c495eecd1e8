//! What Security Hub itself remembers of a finding: `GetFindingHistory`.

use jiff::Timestamp;

/// One event that changed a finding (`FindingHistoryRecord`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRecord {
    /// `UpdateTime`: when Security Hub processed it.
    pub at: Option<Timestamp>,
    /// The finding was made.
    pub created: bool,
    /// `UpdateSource.Type`: `BATCH_UPDATE_FINDINGS` (a person or a rule), `BATCH_IMPORT_FINDINGS` (the product).
    pub source: Option<String>,
    /// `UpdateSource.Identity`: an ARN.
    pub identity: Option<String>,
    pub updates: Vec<FieldUpdate>,
}

/// One field of an event (`FindingHistoryUpdate`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldUpdate {
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// All events of one finding that AWS gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// As AWS sends them: newest first.
    pub records: Vec<HistoryRecord>,
    /// Why it is not all of them.
    pub cut: Option<String>,
}

/// Why there is no history to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    #[error("denied: allow {action} to see it")]
    Denied { action: String },
    #[error("the endpoint does not know {operation}")]
    Unsupported { operation: String },
    /// The record did not come from Security Hub, or its source is not asked any more.
    #[error("only findings in Security Hub have one there, and this record is not from Security Hub")]
    NotThere,
    /// In AWS's words.
    #[error("{words}")]
    Failed { words: String },
}
