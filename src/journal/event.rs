//! From the ingest to the journal's thread: a bounded channel that the ingest never waits for long.

use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::{Duration, Instant};

use super::Shared;
use crate::store::{Sighting, Witness};

/// How long the ingest waits for the journal, all in all, before a version is given up.
const PATIENCE: Duration = Duration::from_millis(250);
/// Between two looks at a full channel.
pub(super) const NAP: Duration = Duration::from_millis(1);

/// What the thread is told.
#[derive(Debug)]
pub(super) enum Event {
    Saw(Box<Sighting>),
    /// Answer when all before this is written.
    Settle(SyncSender<()>),
}

/// Takes the store's sightings to the thread. One that finds no room in time is counted as lost, and said; while the
/// thread does not move at all, none waits.
#[derive(Debug)]
pub struct Recorder {
    events: SyncSender<Event>,
    shared: Arc<Shared>,
    stalled: bool,
}

impl Recorder {
    pub(super) fn new(events: SyncSender<Event>, shared: Arc<Shared>) -> Self {
        Self { events, shared, stalled: false }
    }

    fn lost(&self, why: &str) {
        self.shared.status.send_modify(|status| {
            status.lost += 1;
            status.trouble.get_or_insert_with(|| why.to_owned());
        });
    }
}

impl Witness for Recorder {
    fn saw(&mut self, sighting: Sighting) {
        let mut event = Event::Saw(Box::new(sighting));
        let until = Instant::now() + if self.stalled { Duration::ZERO } else { PATIENCE };
        loop {
            match self.events.try_send(event) {
                Ok(()) => {
                    self.stalled = false;
                    return;
                }
                Err(TrySendError::Full(back)) if Instant::now() < until => {
                    event = back;
                    std::thread::sleep(NAP);
                }
                Err(TrySendError::Full(_)) => {
                    self.stalled = true;
                    return self.lost("it cannot keep up");
                }
                Err(TrySendError::Disconnected(_)) => return self.lost("its thread has ended; the log says why"),
            }
        }
    }
}
