//! When an image is written, and which others make room for it.
//!
//! After a whole sync, at most every ten minutes, on a thread of its own; and at the end of the session. Only when
//! something has changed, and only when this session has seen at least one scope whole: before that the image that is
//! there knows more. Two sessions that ask the same write the same file, each whole: the last one stays.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use jiff::Timestamp;

use super::Image;
use crate::store::{Applied, Snapshot, Store};

/// At least this long between two images of one session, but for the last.
const EVERY: Duration = Duration::from_mins(10);
/// A file that was not finished in this time never will be.
const GIVEN_UP: Duration = Duration::from_hours(1);

/// Where images go, and what they say of themselves.
#[derive(Debug, Clone)]
pub struct Keep {
    pub file: PathBuf,
    /// Who writes: see [`Store::of_image`].
    pub build: u64,
    /// In words, what the session asks.
    pub asked: String,
    /// Bytes that all files of the folder may have together.
    pub limit: u64,
}

/// Writes the images of one session.
#[derive(Debug)]
pub struct Keeper {
    keep: Keep,
    /// Something is new since the last image.
    unsaved: Unsaved,
    last: Option<Instant>,
    writing: Option<JoinHandle<()>>,
    /// Dropped with the keeper, which tells [`Kept`].
    _done: Sender<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unsaved {
    Nothing,
    Something,
}

/// The other end of a keeper: knows when the last image is written.
#[derive(Debug)]
pub struct Kept(Receiver<()>);

impl Kept {
    /// Waits for the session's last image, but not for ever. False when it is not written by then: the one before
    /// stays.
    #[must_use]
    pub fn wait(&self, at_most: Duration) -> bool {
        self.0.recv_timeout(at_most) != Err(RecvTimeoutError::Timeout)
    }
}

impl Keeper {
    #[must_use]
    pub fn new(keep: Keep) -> (Self, Kept) {
        let (done, kept) = channel();
        (Self { keep, unsaved: Unsaved::Nothing, last: None, writing: None, _done: done }, Kept(kept))
    }

    pub(in crate::store) fn applied(&mut self, applied: &Applied) {
        if applied.new + applied.changed + applied.removed > 0 {
            self.unsaved = Unsaved::Something;
        }
    }

    /// Writes an image on a thread of its own, if it is time.
    pub(in crate::store) fn published(&mut self, store: &mut Store, snapshot: &Snapshot) {
        let loading = snapshot.sources().iter().any(|status| status.state.is_loading());
        if loading || self.last.is_some_and(|last| last.elapsed() < EVERY) || !self.is_wanted(store) {
            return;
        }
        if self.writing.as_ref().is_some_and(|writing| !writing.is_finished()) {
            return;
        }
        let (image, keep) = (self.image(store), self.keep.clone());
        let written = std::thread::Builder::new().name("cache".to_owned()).spawn(move || write(&image, &keep));
        self.writing = written.map_err(|error| tracing::warn!(%error, "the cache is not written")).ok();
    }

    /// Writes the last image, if there is anything new in it.
    pub(in crate::store) fn finish(mut self, store: &mut Store) {
        // It is of an older moment: it must not come last.
        if let Some(writing) = self.writing.take()
            && writing.join().is_err()
        {
            tracing::error!("the cache was not written: its thread panicked");
        }
        if self.is_wanted(store) {
            let image = self.image(store);
            write(&image, &self.keep);
        }
    }

    fn is_wanted(&self, store: &Store) -> bool {
        self.unsaved == Unsaved::Something && store.told.as_of.has_new()
    }

    fn image(&mut self, store: &mut Store) -> Image {
        self.unsaved = Unsaved::Nothing;
        self.last = Some(Instant::now());
        store.image(&self.keep.asked, Timestamp::now())
    }
}

fn write(image: &Image, keep: &Keep) {
    let started = Instant::now();
    let written = folder(&keep.file)
        .map_err(super::ImageError::from)
        .and_then(|()| image.write(&keep.file, keep.build, keep.limit));
    match written {
        Ok(bytes) => {
            tracing::info!(bytes, took = ?started.elapsed(), "the findings are cached for the next start");
            if let Err(error) = make_room(keep) {
                tracing::warn!(%error, "the folder of the cache cannot be tidied");
            }
        }
        Err(error) => tracing::warn!(%error, "the findings are not cached for the next start"),
    }
}

/// The folder of a file, for its owner alone.
fn folder(file: &Path) -> io::Result<()> {
    let Some(folder) = file.parent() else { return Ok(()) };
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Removes what was never finished, and the oldest images beyond the limit.
fn make_room(keep: &Keep) -> io::Result<()> {
    let Some(folder) = keep.file.parent() else { return Ok(()) };
    let mut others: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    let mut all = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (path, about) = (entry.path(), entry.metadata()?);
        let changed = about.modified()?;
        if Image::is_part(&path) && changed.elapsed().is_ok_and(|age| age > GIVEN_UP) {
            fs::remove_file(&path)?;
        } else {
            all += about.len();
            if path != keep.file {
                others.push((changed, about.len(), path));
            }
        }
    }
    others.sort_unstable();
    for (_, size, path) in others {
        if all <= keep.limit {
            break;
        }
        tracing::info!(path = %path.display(), "an older cache makes room");
        fs::remove_file(&path)?;
        all -= size;
    }
    Ok(())
}
