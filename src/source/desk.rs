//! The desk of one scope: what a source tells, through here it is told, counted and kept honest.
//!
//! In: records, progress and failures from a source. Out: [`Update`]s, with the status at most four times a second
//! while work is under way and always once it has ended.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::bucket::{Buckets, Priority};
use super::call::{CallError, Trouble};
use super::redact;
use super::settings::Pace;
use super::table::Operation;
use super::tap::{self, Take, Tally};
use crate::model::scope::SweepId;
use crate::model::{Batch, Provenance, RawRecord, Scope, SourceState, SourceStatus, Update};

/// No more notes than a screen has room for.
const MOST_NOTES: usize = 12;
/// A call that is throttled this often in a row fails.
const MOST_THROTTLES: u32 = 40;

/// One scope's way out.
#[derive(Debug)]
pub(crate) struct Desk {
    scope: Arc<Scope>,
    out: mpsc::Sender<Update>,
    status: Mutex<SourceStatus>,
    /// What the state goes back to when a throttle is over.
    resting: Mutex<SourceState>,
    /// Notes that hold for every sweep.
    kept: Mutex<Vec<String>>,
    changed: AtomicBool,
    tally: Arc<Tally>,
    buckets: Arc<Buckets>,
    pace: Pace,
}

impl Desk {
    pub(crate) fn new(
        scope: Arc<Scope>,
        profile: Option<Arc<str>>,
        out: mpsc::Sender<Update>,
        buckets: Arc<Buckets>,
        pace: Pace,
    ) -> Self {
        let status = SourceStatus::waiting(Arc::clone(&scope), profile);
        Self {
            scope,
            out,
            status: Mutex::new(status),
            resting: Mutex::new(SourceState::Waiting),
            kept: Mutex::default(),
            changed: AtomicBool::new(true),
            tally: Arc::default(),
            buckets,
            pace,
        }
    }

    pub(crate) fn scope(&self) -> &Arc<Scope> {
        &self.scope
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    /// Hands over what one page, or one stretch of a file, held.
    pub(crate) async fn records(&self, sweep: Option<SweepId>, records: Vec<RawRecord>) -> Result<(), CallError> {
        let range = updated_range(&records);
        self.edit(|status| {
            status.records += records.len() as u64;
            if let Some((oldest, newest)) = range {
                status.oldest = Some(status.oldest.map_or(oldest, |old| old.min(oldest)));
                status.newest = Some(status.newest.map_or(newest, |old| old.max(newest)));
            }
        });
        if records.is_empty() {
            return Ok(());
        }
        let provenance = Provenance { scope: Arc::clone(&self.scope), sweep };
        self.send(Update::Records(Batch { provenance, records })).await
    }

    pub(crate) async fn send(&self, update: Update) -> Result<(), CallError> {
        self.out.send(update).await.map_err(|_| CallError::stopped())
    }

    /// Changes the status; it is sent with the next [`Self::flush`].
    pub(crate) fn edit(&self, change: impl FnOnce(&mut SourceStatus)) {
        change(&mut self.status.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.store(true, Ordering::Release);
    }

    /// The state that holds until told otherwise.
    pub(crate) fn rest_in(&self, state: SourceState) {
        *self.resting.lock().unwrap_or_else(PoisonError::into_inner) = state.clone();
        self.edit(|status| status.state = state);
    }

    /// Adds a note, once.
    pub(crate) fn note(&self, note: String) {
        self.edit(|status| {
            if !status.notes.contains(&note) && status.notes.len() < MOST_NOTES {
                status.notes.push(note);
            }
        });
    }

    /// Adds a note that holds beyond this sweep, once.
    pub(crate) fn keep_note(&self, note: String) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.contains(&note) && kept.len() < MOST_NOTES {
            tracing::info!(scope = %self.scope, "{note}");
            kept.push(note.clone());
            self.note(note);
        }
    }

    /// A sweep begins: what was said of the last one no longer holds.
    pub(crate) fn begin(&self) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.edit(|status| {
            status.notes = kept;
            status.pages = 0;
            status.pages_known = None;
            status.done_severities.clear();
            status.shards = (0, 0);
        });
    }

    /// Why these credentials get nothing here, where others might.
    pub(crate) fn refusal(&self) -> Option<String> {
        match self.status().state {
            SourceState::Denied { action } => Some(format!("{action} is denied")),
            SourceState::Login { .. } => Some("it has no usable login".to_owned()),
            _ => None,
        }
    }

    /// Remembers what went wrong, in AWS's words.
    pub(crate) fn complain(&self, words: &str) {
        let words = redact::redact(words);
        tracing::warn!(scope = %self.scope, "{words}");
        self.edit(|status| status.last_error = Some((Timestamp::now(), words)));
    }

    pub(crate) fn status(&self) -> SourceStatus {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner).clone();
        status.calls = self.tally.calls();
        status.throttles = self.tally.throttles();
        status.rate = self.tally.rate();
        status
    }

    /// Sends the status if it changed since it was last sent.
    pub(crate) async fn flush(&self) -> Result<(), CallError> {
        if self.changed.swap(false, Ordering::AcqRel) {
            return self.send(Update::Status(Box::new(self.status()))).await;
        }
        Ok(())
    }

    /// Sends the status.
    pub(crate) async fn flush_always(&self) -> Result<(), CallError> {
        self.changed.store(true, Ordering::Release);
        self.flush().await
    }

    /// Makes one call until it succeeds or there is no use in it: waits its turn in the bucket each time, waits out
    /// throttles, and tries again after what may pass by itself. `make` is the SDK call with its error read; it gets
    /// the body of the response where `take` says so.
    pub(crate) async fn ask<T, F, Fut>(
        &self,
        operation: &'static Operation,
        priority: Priority,
        take: Take,
        make: F,
    ) -> Result<(T, Option<bytes::Bytes>), CallError>
    where
        F: Fn() -> Fut,
        Fut: Future<Output = Result<T, CallError>>,
    {
        let bucket = self.buckets.of(&self.scope.account, &self.scope.region, operation);
        let (mut failed, mut throttled) = (0, 0);
        loop {
            bucket.take(priority).await;
            let (result, body) = tap::call(&self.tally, take, make()).await;
            let error = match result {
                Ok(value) => {
                    if throttled > 0 {
                        self.over_the_throttle();
                    }
                    return Ok((value, body));
                }
                Err(error) => error,
            };
            match error.trouble {
                Trouble::Throttled => {
                    throttled += 1;
                    self.tally.throttle();
                    self.complain(&error.to_string());
                    if throttled >= MOST_THROTTLES {
                        return Err(error);
                    }
                    let wait = backoff(&self.pace, throttled);
                    bucket.close_for(wait);
                    let until = Timestamp::now() + wait;
                    self.edit(|status| status.state = SourceState::Throttled { until });
                }
                Trouble::Transient => {
                    failed += 1;
                    self.complain(&error.to_string());
                    if failed >= self.pace.attempts {
                        return Err(error);
                    }
                    tokio::time::sleep(backoff(&self.pace, failed)).await;
                }
                _ => return Err(error),
            }
        }
    }

    fn over_the_throttle(&self) {
        let resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.edit(|status| {
            if matches!(status.state, SourceState::Throttled { .. }) {
                status.state = resting;
            }
        });
    }
}

/// Doubling, capped, and between half and the whole of it: callers that failed together do not come back together.
fn backoff(pace: &Pace, attempt: u32) -> Duration {
    use std::hash::{BuildHasher, Hasher};
    let whole = pace.base.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(pace.cap);
    let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
    #[allow(clippy::cast_possible_truncation, reason = "a remainder below 1000")]
    let share = 500 + (random % 501) as u32;
    whole * share / 1000
}

/// The oldest and newest `UpdatedAt` of some records.
fn updated_range(records: &[RawRecord]) -> Option<(Timestamp, Timestamp)> {
    let mut range: Option<(Timestamp, Timestamp)> = None;
    for at in records.iter().filter_map(updated_at) {
        range = Some(range.map_or((at, at), |(oldest, newest)| (oldest.min(at), newest.max(at))));
    }
    range
}

/// `UpdatedAt` of one record, without reading the rest of it.
pub(crate) fn updated_at(record: &RawRecord) -> Option<Timestamp> {
    #[derive(serde::Deserialize)]
    struct Updated<'a> {
        #[serde(borrow, default, alias = "updatedAt", rename = "UpdatedAt")]
        at: Option<std::borrow::Cow<'a, str>>,
    }
    let updated: Updated<'_> = serde_json::from_slice(&record.json).ok()?;
    crate::model::time::parse(&updated.at?)
}

/// A sweep's number, unique in this process.
pub(crate) fn next_sweep() -> SweepId {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    SweepId(NEXT.fetch_add(1, Ordering::Relaxed))
}
