//! Writes an export to a file: off the loop, into a [`Part`] beside its place first, and into it when it is whole.
//!
//! In: what is asked for and the snapshot of the moment. Out: the file, readable by its owner alone, never over another
//! one; or nothing at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::part::{Part, create};
use crate::app::export::{Export, Exporting, Name};
use crate::export::{self, Report, Written};
use crate::query;
use crate::store::Snapshot;

/// How often progress is told.
const PACE: Duration = Duration::from_millis(250);
/// Names of ours that are tried before we give up.
const MOST_NUMBERS: u32 = 1_000;

/// Where exports go.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Empty: the working directory.
    folder: PathBuf,
    /// What is being written, until it is in its place.
    part: Mutex<Option<PathBuf>>,
}

/// Tells how far the writing is, now and then.
pub(super) struct Progress<F> {
    tell: F,
    told: Instant,
    done: u64,
    of: u64,
}

impl<F: FnMut(Exporting)> Progress<F> {
    pub(super) fn new(tell: F) -> Self {
        Self { tell, told: Instant::now(), done: 0, of: 0 }
    }

    fn step(&mut self) {
        const LOOK_EVERY: u64 = 512;
        self.done += 1;
        if self.done.is_multiple_of(LOOK_EVERY) && self.told.elapsed() >= PACE {
            self.told = Instant::now();
            (self.tell)(Exporting::Going { done: self.done, of: self.of });
        }
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
enum NotWritten {
    #[error("{} is there already; give it another name", shown(.0))]
    Exists(PathBuf),
    #[error("{}: {source}", shown(.file))]
    Io { file: PathBuf, source: io::Error },
}

impl Files {
    pub(super) fn in_folder(folder: PathBuf) -> Self {
        Self { folder, part: Mutex::default() }
    }

    /// Writes the whole export and says how it went.
    pub(super) fn write(
        &self,
        export: &Export,
        snapshot: &Snapshot,
        now: Timestamp,
        progress: &mut Progress<impl FnMut(Exporting)>,
    ) -> Exporting {
        let matching = query::evaluate(&export.query, snapshot, &query::Context::at(now));
        let rows = query::sort(&matching, snapshot, export.sort, None);
        let report = Report { snapshot, query: &export.text, at: now, matching: &matching, rows: &rows, wanted: None };
        progress.of = report.listed(export.format).len() as u64;
        let file = match &export.name {
            Name::Proposed(name) => self.folder().join(name),
            Name::Given(name) => self.given(name),
        };
        let result = self.write_beside(&file, export, &report, progress).and_then(|(part, written)| {
            let bytes = part.file.metadata().map_or(0, |data| data.len());
            let placed = place(&part.path, &file, &export.name);
            self.done(&part);
            Ok((placed?, written, bytes))
        });
        match result {
            Ok((file, written, bytes)) => {
                for reason in &written.lost {
                    tracing::error!("an export lacks something: {reason}");
                }
                let file = shown(&file);
                Exporting::Done {
                    file,
                    listed: written.findings,
                    of: rows.len() as u64,
                    bytes,
                    lost: written.lost.len(),
                }
            }
            Err(error) => Exporting::Failed { reason: error.to_string() },
        }
    }

    fn folder(&self) -> PathBuf {
        if self.folder.as_os_str().is_empty() { PathBuf::from(".") } else { home_in(&self.folder) }
    }

    /// What the user typed: a path of its own, or one in the folder of exports.
    fn given(&self, name: &str) -> PathBuf {
        self.folder().join(home_in(Path::new(name)))
    }

    /// Writes next to the place the file is meant for.
    fn write_beside(
        &self,
        file: &Path,
        export: &Export,
        report: &Report<'_>,
        progress: &mut Progress<impl FnMut(Exporting)>,
    ) -> Result<(Part, Written), NotWritten> {
        if matches!(export.name, Name::Given(_)) && file.symlink_metadata().is_ok() {
            return Err(NotWritten::Exists(file.to_path_buf()));
        }
        let failed = |source| NotWritten::Io { file: file.to_path_buf(), source };
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let part = Part::within(folder).map_err(failed)?;
        *self.part.lock().unwrap_or_else(PoisonError::into_inner) = Some(part.path.clone());
        let mut out = BufWriter::with_capacity(1 << 16, &part.file);
        let written = export::write(&mut out, export.format, report, &mut || progress.step())
            .and_then(|written| out.flush().map(|()| written))
            .and_then(|written| part.file.sync_all().map(|()| written));
        drop(out);
        match written {
            Ok(written) => Ok((part, written)),
            Err(source) => {
                self.done(&part);
                Err(failed(source))
            }
        }
    }

    /// The part is no more.
    fn done(&self, part: &Part) {
        *self.part.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if let Err(error) = fs::remove_file(&part.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!("{} is left behind: {error}", part.path.display());
        }
    }

    /// The session ends: what is half written goes.
    pub(super) fn abandon(&self) {
        let part = self.part.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(part) = part {
            // The process ends; there is nobody to tell.
            let _ = fs::remove_file(part);
        }
    }
}

/// Gives the part its name, at once and never over another file. A name of ours gets a number where it is taken.
fn place(part: &Path, file: &Path, name: &Name) -> Result<PathBuf, NotWritten> {
    let mut number = 1;
    loop {
        let file = if number == 1 { file.to_path_buf() } else { numbered(file, number) };
        match link(part, &file) {
            Ok(()) => return Ok(file),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if matches!(name, Name::Given(_)) || number == MOST_NUMBERS {
                    return Err(NotWritten::Exists(file));
                }
                number += 1;
            }
            Err(source) => return Err(NotWritten::Io { file, source }),
        }
    }
}

/// A hard link fails where the name is taken; where the file system has none, the name is taken first.
fn link(part: &Path, file: &Path) -> io::Result<()> {
    match fs::hard_link(part, file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            create(file)?;
            // Taken for nothing: an empty file is no export.
            fs::rename(part, file).inspect_err(|_| drop(fs::remove_file(file)))
        }
        other => other,
    }
}

/// `findings-2026-11-23-2.csv`: the number before the first dot of the name.
fn numbered(file: &Path, number: u32) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (stem, rest) =
        name.split_once('.').map_or((name.as_str(), String::new()), |(stem, end)| (stem, format!(".{end}")));
    file.with_file_name(format!("{stem}-{number}{rest}"))
}

/// `~/x` is in the home directory.
fn home_in(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), std::env::var_os("HOME")) {
        (Ok(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => path.to_path_buf(),
    }
}

/// The path as people write it: `~` for the home directory.
fn shown(path: &Path) -> String {
    let home = std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute());
    match home.as_deref().and_then(|home| path.strip_prefix(home).ok()) {
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::sync::Arc;

    use super::*;
    use crate::export::Format;
    use crate::query::Sort;

    fn export(name: Name) -> Export {
        let query = Arc::new(query::parse("").unwrap());
        Export { query, text: String::new(), sort: Sort::default(), format: Format::Csv, name }
    }

    fn write(folder: &Path, name: Name) -> Exporting {
        let files = Files::in_folder(folder.to_path_buf());
        files.write(&export(name), &Snapshot::default(), Timestamp::UNIX_EPOCH, &mut Progress::new(|_| {}))
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn nothing_is_written_over_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let proposed = || Name::Proposed("findings-2026-11-23.csv".to_owned());
        for _ in 0..3 {
            assert!(matches!(write(folder.path(), proposed()), Exporting::Done { .. }));
        }
        assert_eq!(
            names(folder.path()),
            ["findings-2026-11-23-2.csv", "findings-2026-11-23-3.csv", "findings-2026-11-23.csv"]
        );
        let mode = fs::metadata(folder.path().join("findings-2026-11-23.csv")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);

        fs::write(folder.path().join("mine.csv"), "mine").unwrap();
        let Exporting::Failed { reason } = write(folder.path(), Name::Given("mine.csv".to_owned())) else { panic!() };
        assert!(reason.ends_with("mine.csv is there already; give it another name"), "{reason}");
        assert_eq!(fs::read_to_string(folder.path().join("mine.csv")).unwrap(), "mine");

        let Exporting::Failed { reason } = write(folder.path(), Name::Given("no/such/folder.csv".to_owned())) else {
            panic!()
        };
        assert!(reason.contains("no/such/folder.csv"), "{reason}");
        assert_eq!(names(folder.path()).len(), 4, "{:?}", names(folder.path()));
    }
}
