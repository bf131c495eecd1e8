//! Why a record, a page or a stretch of a file could not be read.

use thiserror::Error;

use crate::model::Format;

/// Why one record or one answer was rejected.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// The bytes are not JSON, even after mending text that is not Unicode.
    #[error("not valid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// JSON, but a list, a string, a number, ...
    #[error("not a JSON object, but {found}")]
    NotAnObject { found: &'static str },
    /// Nothing to know the finding by: `Id` for ASFF; `Arn` or `Id` for `GuardDuty`.
    #[error("{} without a usable {}", name(*format), id_field(*format))]
    NoId { format: Format },
    /// An answer of `GetFindings` without its list.
    #[error("an answer without a `Findings` list")]
    NoFindings,
}

/// What could not be read in a file: the rest of the file is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct BadRecord {
    /// From 1: where the value starts that could not be read, or for broken JSON where it breaks.
    pub line: u64,
    pub reason: String,
}

const fn name(format: Format) -> &'static str {
    match format {
        Format::Asff => "an ASFF finding",
        Format::GuardDuty => "a GuardDuty finding",
    }
}

const fn id_field(format: Format) -> &'static str {
    match format {
        Format::Asff => "Id",
        Format::GuardDuty => "Arn or Id",
    }
}
