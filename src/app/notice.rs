//! Calling the user who looks elsewhere: for the saved views that ask for it, a bell or a desktop notification when
//! something newly matches.
//!
//! In: snapshots and the time. Out: questions ([`Effect::Match`]), and [`Effect::Notify`] with what came since the last
//! call: at most one call in so long for all views together, and what comes meanwhile waits for the next. What was there
//! when the sources were first read calls nobody.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use roaring::RoaringBitmap;

use super::message::Tone;
use super::saved::SavedView;
use super::{Effect, Moment, State};
use crate::model::digits::grouped;
use crate::query::{Newly, Query};
use crate::store::{RowId, Snapshot};

/// How a view calls the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The terminal's bell.
    Bell,
    /// A desktop notification (OSC 9).
    Desktop,
}

impl How {
    /// As the configuration writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bell => "bell",
            Self::Desktop => "osc9",
        }
    }
}

/// One view that asks for it.
#[derive(Debug, Clone)]
struct Watch {
    name: String,
    query: Arc<Query>,
    how: How,
    newly: Newly,
    /// What newly matched since the last call, and still does.
    waiting: RoaringBitmap,
}

/// The views that ask for it, and when the user was called last.
#[derive(Debug, Clone, Default)]
pub struct Watches {
    views: Vec<Watch>,
    /// At most one call in so long.
    every: SignedDuration,
    last: Option<Timestamp>,
}

impl Watches {
    /// Those of the views that ask for it.
    #[must_use]
    pub fn of(views: &[SavedView], every: SignedDuration) -> Self {
        let watch = |view: &SavedView| {
            Some(Watch {
                name: view.name.clone(),
                query: Arc::clone(&view.query),
                how: view.notify?,
                newly: Newly::default(),
                waiting: RoaringBitmap::new(),
            })
        };
        Self { views: views.iter().filter_map(watch).collect(), every, last: None }
    }

    /// When the next call may be made; `None` where nothing waits.
    fn due(&self) -> Option<Timestamp> {
        let free = self.last.and_then(|last| last.checked_add(self.every).ok());
        self.views.iter().any(|watch| !watch.waiting.is_empty()).then(|| free.unwrap_or(Timestamp::MIN))
    }

    /// What each view matches now.
    fn look(&mut self, matching: Vec<RoaringBitmap>, loading: bool) {
        for (watch, rows) in self.views.iter_mut().zip(matching) {
            watch.waiting &= &rows;
            if let Some(new) = watch.newly.look(rows, loading) {
                watch.waiting |= new;
            }
        }
    }

    /// The call that is due: to each way of calling its words, and the words for the screen. Nothing waits any more.
    fn call(&mut self, moment: &Moment<'_>) -> Option<(Vec<(How, String)>, String)> {
        self.due().filter(|due| *due <= moment.now)?;
        self.last = Some(moment.now);
        let said = |how: &[How]| words(self.views.iter().filter(|watch| how.contains(&watch.how)), moment.snapshot);
        let ways = [How::Bell, How::Desktop];
        let calls = ways.into_iter().filter_map(|how| Some((how, said(&[how])?))).collect();
        let all = said(&ways)?;
        self.views.iter_mut().for_each(|watch| watch.waiting.clear());
        Some((calls, all))
    }
}

/// `2 findings newly match New criticals, 1 Public exposure: CRITICAL Root signed in`; `None` when nothing waits.
fn words<'w>(watches: impl Iterator<Item = &'w Watch>, snapshot: &Snapshot) -> Option<String> {
    let mut all = RoaringBitmap::new();
    let mut parts = Vec::new();
    for watch in watches.filter(|watch| !watch.waiting.is_empty()) {
        all |= &watch.waiting;
        parts.push(match (parts.is_empty(), watch.waiting.len()) {
            (true, 1) => format!("1 finding newly matches {}", watch.name),
            (true, many) => format!("{} findings newly match {}", grouped(many), watch.name),
            (false, many) => format!("{} {}", grouped(many), watch.name),
        });
    }
    let worst = worst(&all, snapshot)?;
    Some(format!("{}: {worst}", parts.join(", ")))
}

/// Severity and title of the worst of some findings, the newest among equals. `None` of none.
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
        self.watches.due()
    }
}

/// A newer snapshot is there: asks what matches now.
pub(super) fn refreshed(state: &State) -> Vec<Effect> {
    let queries: Vec<Arc<Query>> = state.watches.views.iter().map(|watch| Arc::clone(&watch.query)).collect();
    if queries.is_empty() { Vec::new() } else { vec![Effect::Match { queries }] }
}

/// What each query matches, of a moment in which the sources were loading, or not.
pub(super) fn answered(
    state: &mut State,
    matching: Vec<RoaringBitmap>,
    loading: bool,
    moment: &Moment<'_>,
) -> Vec<Effect> {
    state.watches.look(matching, loading);
    call(state, moment)
}

/// Makes the call that is due.
pub(super) fn call(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let Some((calls, said)) = state.watches.call(moment) else { return Vec::new() };
    state.say(Tone::Notice, said, moment.now);
    calls.into_iter().map(|(how, text)| Effect::Notify { how, text }).collect()
}
