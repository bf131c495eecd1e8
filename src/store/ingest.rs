//! The ingest thread: updates from the sources in, snapshots out, at most ten a second while data streams.
//!
//! What takes time over a whole store is done here and not by who shows it: the counts of the overview for each
//! snapshot, the difference to the mark, the standards ([`Posture`]) once in a while, and freeing what nobody shows any
//! more.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc::{self, error::TryRecvError};
use tokio::sync::watch;

use super::image::Keeper;
use super::overview::Overview;
use super::score::Posture;
use super::since::{Mark, Track};
use super::{Snapshot, Store};
use crate::model::Update;

/// At least this long between two snapshots while data streams.
const PACE: Duration = Duration::from_millis(100);
/// While sources are loading, the standards may be this far behind the findings.
const BEHIND: Duration = Duration::from_secs(1);
/// Of this many parts of the thread's time, the standards take one.
const SHARE: u32 = 10;
/// So many findings at the start are shown before the standards are computed over all of them.
const MANY: u32 = 10_000;
/// How long the thread sleeps where it has to look at the channel and the clock.
const NAP: Duration = Duration::from_millis(2);

/// The mark that findings are held against; `None`: no mark is set.
pub type Marks = watch::Receiver<Option<Arc<Mark>>>;

/// What the thread begins with.
#[derive(Debug, Default)]
pub struct Beginning {
    pub store: Store,
    /// What the store held when it was made: shown before anything comes.
    pub first: Arc<Snapshot>,
    /// Keeps what there is for the next session.
    pub keeper: Option<Keeper>,
}

impl Beginning {
    /// With what the store holds, counted here: whoever makes it has something to show at once.
    #[must_use]
    pub fn of(mut store: Store) -> Self {
        let first = if store.is_empty() { Arc::default() } else { Arc::new(counted(&mut store)) };
        Self { store, first, keeper: None }
    }
}

/// The first snapshot of what an earlier session left. The standards take longer than all the rest: of many findings
/// they come later.
fn counted(store: &mut Store) -> Snapshot {
    let snapshot = store.snapshot();
    let overview = Overview::of(&snapshot, Timestamp::now());
    // All that are held, for they are looked through even where few are shown.
    let posture = if store.tables.rows.members.len() < MANY { Posture::of(&snapshot) } else { Posture::default() };
    snapshot.counted(Arc::new(posture), overview)
}

/// Starts the thread, without a mark. It ends when every sender of `rx` is gone, after a last snapshot.
#[must_use]
pub fn spawn(rx: mpsc::Receiver<Update>) -> watch::Receiver<Arc<Snapshot>> {
    spawn_with(rx, Beginning::default(), watch::channel(None).1)
}

/// The same from a store of the caller's making (one that is watched, or that holds something already), with somebody
/// who keeps it, holding the findings against the mark. A new mark is a reason for a new snapshot.
#[must_use]
pub fn spawn_with(rx: mpsc::Receiver<Update>, beginning: Beginning, marks: Marks) -> watch::Receiver<Arc<Snapshot>> {
    let (publish, snapshots) = watch::channel(Arc::clone(&beginning.first));
    let work = move || run(rx, beginning, marks, &publish);
    let started = std::thread::Builder::new().name("ingest".to_owned()).spawn(work);
    if let Err(error) = started {
        tracing::error!(%error, "the ingest thread did not start");
    }
    snapshots
}

/// Whether more updates may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum More {
    Perhaps,
    Never,
}

/// Takes updates.
struct Intake {
    store: Store,
    keeper: Option<Keeper>,
}

fn run(mut rx: mpsc::Receiver<Update>, beginning: Beginning, marks: Marks, publish: &watch::Sender<Arc<Snapshot>>) {
    super::priority::yield_to_the_screen();
    // Waits for two channels at once; it drives nothing else.
    let waiter = match tokio::runtime::Builder::new_current_thread().build() {
        Ok(waiter) => waiter,
        Err(error) => return tracing::error!(%error, "the ingest thread cannot wait"),
    };
    let Beginning { store, first, keeper } = beginning;
    // The channel holds it.
    drop(first);
    let mut intake = Intake { store, keeper };
    let mut press = Press { publish, marks, track: Track::default(), last: None, standards: None, retired: Vec::new() };
    if !intake.store.is_empty() {
        // What an earlier session left is on the screen: the standards come before what makes ready for updates.
        press.print(&mut intake, More::Perhaps);
        intake.store.awaken();
    }
    while let News::Come(update) = waiter.block_on(news(&mut rx, &mut press.marks)) {
        if let Some(update) = update {
            intake.take(update);
        }
        loop {
            // Wait out the pace, taking what comes meanwhile. An idle channel is published at once, and so are the first
            // findings of all.
            intake.gather(&mut rx, press.last.map(|last| last + PACE));
            let more = if rx.is_closed() && rx.is_empty() { More::Never } else { More::Perhaps };
            let Some(due) = press.print(&mut intake, more) else { break };
            if !intake.wait(&mut rx, due) {
                press.last = None;
            }
        }
    }
    if let Some(keeper) = intake.keeper {
        keeper.finish(&mut intake.store);
    }
}

/// What ended a wait.
enum News {
    /// An update, or a new mark.
    Come(Option<Update>),
    Over,
}

async fn news(rx: &mut mpsc::Receiver<Update>, marks: &mut Marks) -> News {
    tokio::select! {
        biased;
        update = rx.recv() => update.map_or(News::Over, |update| News::Come(Some(update))),
        Ok(()) = marks.changed() => News::Come(None),
    }
}

impl Intake {
    /// Takes updates until it is time.
    fn gather(&mut self, rx: &mut mpsc::Receiver<Update>, until: Option<Instant>) {
        let was_empty = self.store.is_empty();
        while until.is_some_and(|until| Instant::now() < until) {
            match rx.try_recv() {
                Ok(update) => {
                    self.take(update);
                    if was_empty && !self.store.is_empty() {
                        return;
                    }
                }
                Err(TryRecvError::Empty) => std::thread::sleep(NAP),
                Err(TryRecvError::Disconnected) => return,
            }
        }
    }

    /// Waits for one update, but not beyond `due`. True when it came.
    fn wait(&mut self, rx: &mut mpsc::Receiver<Update>, due: Instant) -> bool {
        while Instant::now() < due {
            match rx.try_recv() {
                Ok(update) => {
                    self.take(update);
                    return true;
                }
                Err(TryRecvError::Empty) => std::thread::sleep(NAP),
                Err(TryRecvError::Disconnected) => return false,
            }
        }
        false
    }

    fn take(&mut self, update: Update) {
        let applied = self.store.apply(update);
        if let Some(keeper) = &mut self.keeper {
            keeper.applied(&applied);
        }
        for rejected in applied.rejected {
            tracing::warn!(scope = %rejected.scope, reason = rejected.reason, "a record was not taken");
        }
    }
}

/// The standards as last computed.
struct Standards {
    posture: Arc<Posture>,
    at: Instant,
    took: Duration,
}

/// Gives out snapshots.
struct Press<'a> {
    publish: &'a watch::Sender<Arc<Snapshot>>,
    marks: Marks,
    track: Track,
    last: Option<Instant>,
    standards: Option<Standards>,
    /// Snapshots that somebody may still hold: freed here, not by the thread that draws.
    retired: Vec<Arc<Snapshot>>,
}

impl Press<'_> {
    /// Publishes what is there. Where the standards were left behind: when they are due.
    fn print(&mut self, intake: &mut Intake, more: More) -> Option<Instant> {
        let snapshot = intake.store.snapshot();
        if let Some(keeper) = &mut intake.keeper {
            keeper.published(&mut intake.store, &snapshot);
        }
        let loading = snapshot.sources().iter().any(|status| status.state.is_loading());
        let due = self.standards.as_ref().map(|held| {
            let rest = held.took * SHARE;
            held.at + if loading { rest.max(BEHIND) } else { rest }
        });
        let behind = due.filter(|due| more == More::Perhaps && Instant::now() < *due);
        let posture = match &self.standards {
            Some(held) if behind.is_some() => Arc::clone(&held.posture),
            _ => {
                let started = Instant::now();
                let posture = Arc::new(Posture::of(&snapshot));
                let at = Instant::now();
                self.standards = Some(Standards { posture: Arc::clone(&posture), at, took: at - started });
                posture
            }
        };
        let overview = Overview::of(&snapshot, Timestamp::now());
        let mark = self.marks.borrow_and_update().clone();
        let since = self.track.since(&snapshot, mark.as_ref());
        let before = self.publish.send_replace(Arc::new(snapshot.counted(posture, overview).since_mark(since)));
        self.retired.push(before);
        self.retired.retain(|snapshot| Arc::strong_count(snapshot) > 1);
        self.last = Some(Instant::now());
        behind
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::model::{Batch, Format, Provenance, RawRecord, Scope, Service};
    use crate::store::{Field, Lens};

    fn failed_check(resource: &str) -> Update {
        let json = format!(
            r#"{{"Id":"{resource}","ProductArn":"arn:aws:securityhub:us-east-1::product/aws/securityhub",
            "AwsAccountId":"111122223333","Region":"us-east-1","Severity":{{"Label":"CRITICAL"}},
            "Resources":[{{"Id":"{resource}"}}],"Compliance":{{"Status":"FAILED","SecurityControlId":"IAM.9",
            "AssociatedStandards":[{{"StandardsId":"standards/cis-aws-foundations-benchmark/v/5.0.0"}}]}}}}"#
        );
        let scope = Scope { service: Service::SecurityHub, account: "111122223333".into(), region: "us-east-1".into() };
        let records = vec![RawRecord { format: Format::Asff, json: Bytes::from(json) }];
        Update::Records(Batch { provenance: Provenance { scope: Arc::new(scope), sweep: None }, records })
    }

    #[test]
    fn the_first_findings_do_not_wait_for_the_pace() {
        let (updates, mut rx) = mpsc::channel(1);
        updates.blocking_send(failed_check("r")).unwrap();
        let mut intake = Intake { store: Store::new(), keeper: None };
        let hour = Instant::now() + Duration::from_hours(1);
        intake.gather(&mut rx, Some(hour));
        assert!(!intake.store.is_empty());
        assert!(Instant::now() < hour);
    }

    /// The last snapshot: the thread drops the sender when it is over.
    fn last(mut snapshots: watch::Receiver<Arc<Snapshot>>) -> Arc<Snapshot> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { while snapshots.changed().await.is_ok() {} });
        Arc::clone(&snapshots.borrow())
    }

    #[test]
    fn the_last_snapshot_is_counted_with_all_that_came() {
        let (updates, rx) = mpsc::channel(64);
        let snapshots = spawn(rx);
        for number in 0..50 {
            updates.blocking_send(failed_check(&format!("r{number}"))).unwrap();
        }
        drop(updates);
        let last = last(snapshots);
        assert_eq!(last.len(), 50);
        assert_eq!(last.overview().unwrap().open, 50);
        assert_eq!(**last.posture(), Posture::of(&last));
        assert!(last.posture().standards.iter().any(|s| s.requirements.iter().any(|line| line.failed == 50)));
    }

    #[test]
    fn what_a_lens_does_not_show_is_neither_listed_nor_counted() {
        let (updates, rx) = mpsc::channel(64);
        // Every second row.
        let lens = Lens::new("even", |snapshot| snapshot.live().iter().filter(|row| row % 2 == 0).collect());
        let snapshots = spawn_with(rx, Beginning::of(Store::new().through(Some(lens))), watch::channel(None).1);
        for number in 0..10 {
            updates.blocking_send(failed_check(&format!("r{number}"))).unwrap();
        }
        drop(updates);
        let last = last(snapshots);
        assert_eq!((last.scope(), last.len(), last.live().len(), last.open().len()), (Some("even"), 5, 5, 5));
        assert_eq!(last.with(Field::Severity, "CRITICAL").len(), 5);
        assert_eq!(last.values(Field::Region), [("us-east-1", 5)]);
        let overview = last.overview().unwrap();
        assert_eq!((overview.open, overview.severities[0].open, overview.by_source[0].total), (5, 5, 5));
        assert_eq!((overview.resources.len(), overview.newest_criticals.len()), (5, 5));
        assert!(last.posture().standards.iter().any(|s| s.requirements.iter().any(|line| line.failed == 5)));
        assert!(last.find("r1").is_some(), "a finding is found by its id all the same");
    }
}
