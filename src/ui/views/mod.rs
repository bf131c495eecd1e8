//! The views: each draws its header, the rule under it, and its body into the area it is given.

use jiff::Timestamp;

use super::Look;
use crate::app::State;
use crate::store::Snapshot;

pub mod detail;
pub mod findings;
pub mod raw;

/// All that a view may look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub state: &'a State,
    pub snapshot: &'a Snapshot,
    pub look: &'a Look,
    pub now: Timestamp,
}
