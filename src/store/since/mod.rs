//! Since I last looked: what a [`Mark`] remembers of one moment, and how the findings of now differ from it.
//!
//! In: a mark (taken from a snapshot, kept in a file by the caller) and the snapshot of now. Out: [`Since`], the rows
//! that are new, got worse, came back or were closed, and the findings of then that no source sends any more.
//!
//! **What is told, and what is not.** A finding is held against the mark by its record's identity: format, product ARN,
//! id. What came from a scope that was not whole at the mark may have been there then, so it is never called new; what a
//! scope that is not whole now has not brought may still come, so it is never called gone. Both are [`Hole`]s, and are
//! said. What came and went between the two moments left no trace in either.

mod codec;
mod mark;
mod track;

use std::sync::Arc;

use roaring::RoaringBitmap;

pub use codec::MarkError;
pub use mark::{Mark, Occasion, Was};
pub(super) use track::Track;

use super::posting::SLOTS;
use super::{RowId, Snapshot, Store};
use crate::model::{Scope, Severity};

/// How a finding differs from the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// Open, and not there at the mark.
    New,
    /// Open then and now, of a higher severity.
    Worse,
    /// Not open then, open now: reactivated, reopened, failing again.
    Back,
    /// Open then; now archived, suppressed, resolved or passed.
    Closed,
}

impl Change {
    pub const ALL: [Self; 4] = [Self::New, Self::Worse, Self::Back, Self::Closed];
}

/// Findings of one change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changed {
    pub rows: RoaringBitmap,
    /// How many of each severity: none, INFORMATIONAL ... CRITICAL.
    pub by_rank: [u64; SLOTS],
    /// The worst of them, then the newest: at most [`TOP`].
    pub top: Vec<RowId>,
}

impl Changed {
    /// How many there are of each severity that has any, worst first; `None` for those without one.
    pub fn severities(&self) -> impl Iterator<Item = (Option<Severity>, u64)> {
        let ranks = Severity::WORST_FIRST.into_iter().map(Some).chain([None]);
        ranks.zip(self.by_rank.iter().rev().copied()).filter(|(_, count)| *count > 0)
    }
}

/// How many findings of a change are listed one by one.
pub const TOP: usize = 200;

/// A scope about which something cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hole {
    pub scope: Arc<Scope>,
    pub kind: HoleKind,
    /// The open findings that this is about.
    pub findings: u64,
}

/// Why it cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HoleKind {
    /// It was not asked, or not whole, at the mark: what it has now may not be new.
    NotThen,
    /// It is not whole now: what it had then may not be gone.
    NotNow,
}

/// The findings of now against a mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Since {
    pub mark: Arc<Mark>,
    /// In the order of [`Change::ALL`].
    changed: [Changed; 4],
    /// Places in [`Mark::rows`]: open then, and no source that is whole now sends them; the worst first.
    pub gone: Vec<u32>,
    /// In order of scope.
    pub holes: Vec<Hole>,
}

impl Since {
    #[must_use]
    pub const fn of(&self, change: Change) -> &Changed {
        &self.changed[change as usize]
    }

    /// The findings that are gone, as they were.
    pub fn gone(&self) -> impl Iterator<Item = Was<'_>> {
        self.gone.iter().filter_map(|at| self.mark.was(*at))
    }
}

impl Store {
    /// As [`publish`](Self::publish), held against a mark.
    pub fn publish_since(&mut self, mark: &Arc<Mark>) -> Arc<Snapshot> {
        let snapshot = self.snapshot();
        let since = Track::default().since(&snapshot, Some(mark));
        Arc::new(snapshot.since_mark(since))
    }
}

#[cfg(test)]
mod tests;
