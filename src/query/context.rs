//! What a question is asked against beside the findings: the time, and what the user has seen.

use std::sync::Arc;

use jiff::Timestamp;
use roaring::RoaringBitmap;

/// The moment of a question.
#[derive(Debug, Clone)]
pub struct Context {
    /// What ages and "ago" are counted to.
    pub now: Timestamp,
    /// The rows that came or changed since the user last looked; `None` while there is no such mark, and then every
    /// finding is unseen.
    pub unseen: Option<Arc<RoaringBitmap>>,
}

impl Context {
    /// At this time, with no mark.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { now, unseen: None }
    }
}
