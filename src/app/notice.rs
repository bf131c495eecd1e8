//! Calling the user who looks elsewhere: for the queries that ask for it, a bell or a desktop notification when
//! something newly matches.
//!
//! In: snapshots and the time. Out: questions ([`Effect::Match`]), and at most once in a while for each query
//! [`Effect::Notify`] with what came since the last call. What was there when the sources were first read calls nobody.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use roaring::RoaringBitmap;

use super::message::Tone;
use super::{Effect, Moment, State};
use crate::model::digits::grouped;
use crate::query::{Newly, Query};
use crate::store::{RowId, Snapshot};

/// How somebody wants to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The terminal's bell.
    Bell,
    /// A desktop notification (OSC 9).
    Desktop,
}

/// One query that asks for it.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What it is called: a view's name, or the query itself.
    pub name: String,
    pub query: Arc<Query>,
    pub how: How,
    /// At most one call in so long.
    pub every: SignedDuration,
    newly: Newly,
    /// What newly matched since the last call.
    waiting: RoaringBitmap,
    last: Option<Timestamp>,
}

impl Notice {
    #[must_use]
    pub fn new(name: String, query: Arc<Query>, how: How, every: SignedDuration) -> Self {
        Self { name, query, how, every, newly: Newly::default(), waiting: RoaringBitmap::new(), last: None }
    }

    /// When the next call may be made; `None` where nothing waits.
    fn due(&self) -> Option<Timestamp> {
        let free = self.last.and_then(|last| last.checked_add(self.every).ok());
        (!self.waiting.is_empty()).then(|| free.unwrap_or(Timestamp::MIN))
    }

    /// The call that is due, in words.
    fn call(&mut self, moment: &Moment<'_>) -> Option<String> {
        self.due().filter(|due| *due <= moment.now)?;
        self.last = Some(moment.now);
        let waiting = std::mem::take(&mut self.waiting);
        let worst = worst(&waiting, moment.snapshot)?;
        let many = match waiting.len() {
            1 => "1 finding newly matches".to_owned(),
            many => format!("{} findings newly match", grouped(many)),
        };
        Some(format!("{many} {}: {worst}", self.name))
    }
}

/// Severity and title of the worst of some findings, the newest among equals. `None` when all are gone again.
fn worst(rows: &RoaringBitmap, snapshot: &Snapshot) -> Option<String> {
    let there = rows.iter().map(RowId).filter(|id| snapshot.row(*id).is_some());
    let worst = there.max_by_key(|id| (snapshot.severity_rank(*id), snapshot.updated_seconds(*id)))?;
    let row = snapshot.row(worst)?;
    let severity = row.severity().map_or("", crate::model::Severity::label);
    Some(format!("{severity} {}", row.title()).trim_start().to_owned())
}

impl State {
    /// When the next call is due that had to wait.
    #[must_use]
    pub fn next_call(&self) -> Option<Timestamp> {
        self.notices.iter().filter_map(Notice::due).min()
    }
}

/// A newer snapshot is there: asks what matches now.
pub(super) fn refreshed(state: &State) -> Vec<Effect> {
    let queries: Vec<Arc<Query>> = state.notices.iter().map(|notice| Arc::clone(&notice.query)).collect();
    if queries.is_empty() { Vec::new() } else { vec![Effect::Match { queries }] }
}

/// What each query matches, of a moment in which the sources were loading, or not.
pub(super) fn answered(
    state: &mut State,
    matching: Vec<RoaringBitmap>,
    loading: bool,
    moment: &Moment<'_>,
) -> Vec<Effect> {
    for (notice, rows) in state.notices.iter_mut().zip(matching) {
        if let Some(new) = notice.newly.look(rows, loading) {
            notice.waiting |= new;
        }
    }
    call(state, moment)
}

/// Makes the calls that are due.
pub(super) fn call(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let due: Vec<(How, String)> =
        state.notices.iter_mut().filter_map(|notice| Some((notice.how, notice.call(moment)?))).collect();
    due.into_iter()
        .map(|(how, text)| {
            state.say(Tone::Notice, text.clone(), moment.now);
            Effect::Notify { how, text }
        })
        .collect()
}
