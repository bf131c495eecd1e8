//! The version journal: what records were before they became what they are, kept over sessions.
//!
//! GuardDuty folds later activity into the same finding and overwrites who acted before; Security Hub overwrites, too.
//! In: [`Sighting`](crate::store::Sighting)s of the store, through a [`Witness`](crate::store::Witness) that never
//! waits long. Out: every [`Version`] of a record, oldest first, each once.
//!
//! **What is written.** When a newer version takes a record's place: the old one, if the journal does not have it, and
//! the new one. So a first sync of a million findings writes nothing but GuardDuty's (they are few, and they are the
//! ones that are overwritten): those are written when they come, so that the first actor survives even if the change
//! falls between two sessions. A finding that goes away is not written: nobody can open it any more.
//!
//! **Where.** Segments of [frames](frame) in one folder (0700; files 0600), only ever appended to. Each instance
//! writes a segment of its own, under a lock that ends with the process, and reads everybody's. A torn end (kill -9, a
//! full disk) is found by length and checksum, said, and cut off; all before it is whole. A segment of a version that
//! this program does not know is left alone, and said.
//!
//! **How much.** [`Bounds`]: of each record the first version and the newest, none older than an age, all in so many
//! bytes. They hold for what is shown at once, and for the disk whenever segments are [packed anew](compact), which
//! only one instance does at a time, and only with segments that nobody writes.

mod bounds;
mod clock;
mod compact;
mod event;
mod folder;
mod frame;
mod index;
mod keeper;
mod segment;

use std::path::PathBuf;
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

pub use bounds::Bounds;
pub use clock::Clock;
pub use event::Recorder;

use crate::model::{JournalStatus, Keeping, RecordKey, Version};
use event::Event;
use index::Index;

/// Sightings between the ingest and the journal's thread. Each may hold the page that it came in, so not too many.
const IN_BETWEEN: usize = 1024;

/// Where and how much to keep.
#[derive(Debug, Clone)]
pub struct Settings {
    pub folder: PathBuf,
    pub bounds: Bounds,
    pub clock: Clock,
}

/// Why versions cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("{}: damaged at byte {at}", path.display())]
    Damaged { path: PathBuf, at: u64 },
}

/// What the thread and the readers share.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    index: Mutex<Index>,
    status: watch::Sender<JournalStatus>,
}

impl Shared {
    fn index(&self) -> std::sync::MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A journal that is open. Clones are the same one; [`Journal::settle`] before the process ends.
#[derive(Debug, Clone)]
pub struct Journal {
    shared: Arc<Shared>,
    events: SyncSender<Event>,
}

impl Journal {
    /// Opens the journal and starts its thread, which reads what is there. Returns at once; a folder that cannot be
    /// used shows in [`Self::status`].
    #[must_use]
    pub fn open(settings: Settings) -> Self {
        let since = settings.clock.now();
        let (status, _) =
            watch::channel(JournalStatus { keeping: Keeping::On, since: Some(since), ..JournalStatus::default() });
        let index = Mutex::new(Index::new(settings.folder.clone()));
        let shared = Arc::new(Shared { settings, index, status });
        let (events, received) = mpsc::sync_channel(IN_BETWEEN);
        let thread = {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name("journal".to_owned()).spawn(move || keeper::run(&shared, &received))
        };
        if let Err(error) = thread {
            shared.status.send_modify(|status| status.keeping = Keeping::Failed(error.to_string()));
        }
        Self { shared, events }
    }

    /// What takes the store's sightings.
    #[must_use]
    pub fn recorder(&self) -> Recorder {
        Recorder::new(self.events.clone(), Arc::clone(&self.shared))
    }

    /// How it is doing, now and whenever that changes.
    #[must_use]
    pub fn status(&self) -> watch::Receiver<JournalStatus> {
        self.shared.status.subscribe()
    }

    /// All versions of a record that any instance has written, oldest first, each once, within the bounds. Reads files.
    ///
    /// # Errors
    /// When a segment cannot be read.
    pub fn versions(&self, key: &RecordKey) -> Result<Vec<Version>, JournalError> {
        let now = self.shared.settings.clock.now();
        self.shared.index().versions(key, &self.shared.settings.bounds, now)
    }

    /// Waits until all that was seen before is in the files, but not longer than this. False when it took longer.
    #[must_use]
    pub fn settle(&self, patience: Duration) -> bool {
        let (done, wait) = mpsc::sync_channel(1);
        let mut event = Event::Settle(done);
        let until = std::time::Instant::now() + patience;
        loop {
            match self.events.try_send(event) {
                Ok(()) => break,
                Err(mpsc::TrySendError::Full(back)) if std::time::Instant::now() < until => {
                    event = back;
                    std::thread::sleep(event::NAP);
                }
                Err(_) => return false,
            }
        }
        wait.recv_timeout(until.saturating_duration_since(std::time::Instant::now())).is_ok()
    }
}

#[cfg(test)]
mod tests;
