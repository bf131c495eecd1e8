//! What a question is asked against beside the findings: the time. (What the user has seen, the snapshot knows.)

use jiff::Timestamp;

/// The moment of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// What ages and "ago" are counted to.
    pub now: Timestamp,
}

impl Context {
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { now }
    }
}
