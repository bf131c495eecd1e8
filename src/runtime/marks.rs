//! The marks that findings are held against: the one the user set and the one of the last end, each in a file of its
//! own, the later one in force at the start.
//!
//! A file is written whole under another name and then renamed, readable by its owner alone: two instances, or a
//! kill in the middle, leave one mark or the other, never half of one.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::app::msg::Marked;
use crate::store::Snapshot;
use crate::store::ingest;
use crate::store::since::{Mark, MarkError, Occasion};

/// The marks of one session. Clones are the same marks.
#[derive(Debug, Clone)]
pub struct Marks {
    /// Where they are kept; `None`: of this data none is.
    folder: Option<PathBuf>,
    held: Arc<Mutex<Held>>,
    in_force: Arc<watch::Sender<Option<Arc<Mark>>>>,
}

#[derive(Debug, Default)]
struct Held {
    looked: Option<Arc<Mark>>,
    quit: Option<Arc<Mark>>,
}

const fn file(occasion: Occasion) -> &'static str {
    match occasion {
        Occasion::Looked => "looked.mark",
        Occasion::Quit => "ended.mark",
    }
}

impl Marks {
    /// Kept in this folder, or not at all.
    #[must_use]
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, held: Arc::default(), in_force: Arc::new(watch::channel(None).0) }
    }

    /// The mark in force, for the ingest.
    #[must_use]
    pub fn subscribe(&self) -> ingest::Marks {
        self.in_force.subscribe()
    }

    /// Reads what the last sessions left. Takes a moment for a large one: not for the thread that draws.
    pub fn load(&self) {
        let Some(folder) = &self.folder else { return };
        let read = |occasion| match read(&folder.join(file(occasion))) {
            Ok(mark) => mark.map(Arc::new),
            Err(error) => {
                tracing::warn!(file = file(occasion), "a mark is left alone: {error}");
                None
            }
        };
        let (looked, quit) = (read(Occasion::Looked), read(Occasion::Quit));
        let latest = [&looked, &quit].into_iter().flatten().max_by_key(|mark| mark.at).cloned();
        if let Ok(mut held) = self.held.lock() {
            *held = Held { looked, quit };
        }
        // A mark that was set meanwhile is newer than any that was kept.
        self.in_force.send_if_modified(|mark| {
            let takes = mark.is_none() && latest.is_some();
            if takes {
                *mark = latest;
            }
            takes
        });
    }

    /// Marks what the snapshot holds, and keeps it. Not for the thread that draws.
    pub(super) fn set(&self, snapshot: &Snapshot) -> Marked {
        let mark = Arc::new(Mark::of(snapshot, Timestamp::now(), Occasion::Looked));
        let findings = mark.len();
        if let Ok(mut held) = self.held.lock() {
            held.looked = Some(Arc::clone(&mark));
        }
        self.in_force.send_replace(Some(Arc::clone(&mark)));
        match &self.folder {
            None => Marked::Unkept { findings, reason: None },
            Some(folder) => match write(folder, &mark) {
                Ok(()) => Marked::Kept { findings },
                Err(error) => {
                    let reason = format!("{}: {error}", folder.join(file(mark.occasion)).display());
                    Marked::Unkept { findings, reason: Some(reason) }
                }
            },
        }
    }

    /// Puts the other mark in force.
    pub(super) fn other(&self) -> Marked {
        let now = self.in_force.borrow().as_ref().map(|mark| mark.occasion);
        let other = self.held.lock().ok().and_then(|held| match now {
            Some(Occasion::Looked) => held.quit.clone(),
            Some(Occasion::Quit) | None => held.looked.clone(),
        });
        match other {
            Some(mark) => {
                self.in_force.send_replace(Some(mark));
                Marked::Changed
            }
            None => Marked::NoOther,
        }
    }

    /// The session is over: keeps the moment, unless no source was whole, when it would say nothing.
    pub(super) fn ended(&self, snapshot: &Snapshot) {
        let Some(folder) = &self.folder else { return };
        let mark = Mark::of(snapshot, Timestamp::now(), Occasion::Quit);
        if mark.is_empty() || !mark.covers_something() {
            return;
        }
        if let Err(error) = write(folder, &mark) {
            tracing::error!("the mark of this end is not kept: {error}");
        }
    }
}

/// `None` when there is no file.
fn read(path: &Path) -> Result<Option<Mark>, MarkError> {
    match File::open(path) {
        Ok(file) => Mark::read(file).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn write(folder: &Path, mark: &Mark) -> Result<(), MarkError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.join(file(mark.occasion));
    let aside = folder.join(format!("{}.{}", file(mark.occasion), std::process::id()));
    let out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&aside)?;
    let written = mark.write(&out).and_then(|()| Ok(out.sync_all()?)).and_then(|()| Ok(fs::rename(&aside, &path)?));
    if written.is_err() {
        // Half of a mark is of no use; that it cannot be removed adds nothing to why it was not written.
        let _ = fs::remove_file(&aside);
    }
    written
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use bytes::Bytes;

    use super::*;
    use crate::model::{Batch, Format, Provenance, RawRecord, Scope, Service, SourceState, SourceStatus, Update};
    use crate::store::Store;

    fn snapshot(ids: &[&str]) -> Arc<Snapshot> {
        let scope = Arc::new(Scope { service: Service::SecurityHub, account: "1".into(), region: "eu".into() });
        let records = ids
            .iter()
            .map(|id| RawRecord { format: Format::Asff, json: Bytes::from(format!(r#"{{"Id":"{id}","Title":"t"}}"#)) })
            .collect();
        let mut store = Store::new();
        let provenance = Provenance { scope: Arc::clone(&scope), sweep: None };
        store.apply(Update::Records(Batch { provenance, records }));
        let mut status = SourceStatus::waiting(scope, None);
        status.state = SourceState::Complete { at: Timestamp::now() };
        store.apply(Update::Status(Box::new(status)));
        store.publish()
    }

    #[test]
    fn marks_outlive_the_session_and_the_later_one_is_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("marks");
        let first = Marks::new(Some(place.clone()));
        assert_eq!(first.set(&snapshot(&["a"])), Marked::Kept { findings: 1 });
        first.ended(&snapshot(&["a", "b"]));
        let mode = |name: &str| fs::metadata(place.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("looked.mark"), mode("ended.mark"), mode(".")), (0o600, 0o600, 0o700));

        let second = Marks::new(Some(place));
        second.load();
        let in_force = |marks: &Marks| marks.in_force.borrow().as_ref().map(|mark| (mark.occasion, mark.len()));
        assert_eq!(in_force(&second), Some((Occasion::Quit, 2)));
        assert_eq!(second.other(), Marked::Changed);
        assert_eq!(in_force(&second), Some((Occasion::Looked, 1)));
        assert_eq!(second.other(), Marked::Changed);
        assert_eq!(in_force(&second), Some((Occasion::Quit, 2)));
    }

    #[test]
    fn an_end_without_a_whole_source_leaves_the_last_mark() {
        let folder = tempfile::tempdir().unwrap();
        let marks = Marks::new(Some(folder.path().to_path_buf()));
        marks.ended(&Snapshot::default());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_mark_that_cannot_be_kept_says_why_and_holds_for_the_session() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("not-a-folder");
        fs::write(&file, "").unwrap();
        let marks = Marks::new(Some(file));
        let Marked::Unkept { findings: 1, reason: Some(reason) } = marks.set(&snapshot(&["a"])) else { panic!() };
        assert!(reason.contains("not-a-folder"), "{reason}");
        assert!(marks.in_force.borrow().is_some());
        assert_eq!(marks.other(), Marked::NoOther);
    }

    #[test]
    fn a_damaged_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("looked.mark"), "YGMK\u{1}\0rubbish").unwrap();
        let marks = Marks::new(Some(folder.path().to_path_buf()));
        marks.load();
        assert!(marks.in_force.borrow().is_none());
    }
}
