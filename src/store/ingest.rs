//! The ingest thread: updates from the sources in, snapshots out, at most ten a second while data streams.
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

use super::{Snapshot, Store};
use crate::model::Update;

/// At least this long between two snapshots while data streams.
const PACE: Duration = Duration::from_millis(100);

/// Starts the thread. It ends when every sender of `rx` is gone, after a last snapshot.
#[must_use]
pub fn spawn(rx: mpsc::Receiver<Update>) -> watch::Receiver<Arc<Snapshot>> {
    let (publish, snapshots) = watch::channel(Arc::new(Snapshot::default()));
    let started = std::thread::Builder::new().name("ingest".to_owned()).spawn(move || run(rx, &publish));
    if let Err(error) = started {
        tracing::error!(%error, "the ingest thread did not start");
    }
    snapshots
}

fn run(mut rx: mpsc::Receiver<Update>, publish: &watch::Sender<Arc<Snapshot>>) {
    let mut store = Store::new();
    let mut last: Option<Instant> = None;
    while let Some(update) = rx.blocking_recv() {
        take(&mut store, update);
        // Wait out the pace, taking what comes meanwhile; an idle channel is published at once.
        while last.is_some_and(|at| at.elapsed() < PACE) {
            match rx.try_recv() {
                Ok(update) => take(&mut store, update),
                Err(mpsc::error::TryRecvError::Empty) => std::thread::sleep(Duration::from_millis(2)),
                Err(mpsc::error::TryRecvError::Disconnected) => break,
            }
        }
        publish.send_replace(store.publish());
        last = Some(Instant::now());
    }
}

fn take(store: &mut Store, update: Update) {
    for rejected in store.apply(update).rejected {
        tracing::warn!(scope = %rejected.scope, reason = rejected.reason, "a record was not taken");
    }
}
