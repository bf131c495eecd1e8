//! Findings from files: what `--from` names.
//!
//! In: a file or a folder. Out: every record in it, and for each thing that is no record the file, line and reason. A
//! folder is read whole and deep, in the order of names, without what starts with a dot. What a file holds is told from its
//! content, compressed or not; a large file of lines is read in stretches.

mod reader;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::mpsc;

use self::reader::Stretch;
use super::call::{CallError, Trouble};
use super::desk::Desk;
use super::{Source, Swept};
use crate::decode::BadRecord;
use crate::model::scope::SweepId;
use crate::model::{Scope, Service, Severity};

/// Folders within folders: deeper is a loop of links.
const DEEPEST: usize = 32;
/// Records in one batch.
const BATCH: usize = 1000;
/// Bad records of one file that are logged one by one.
const MOST_LOGGED: u64 = 1000;

/// One path of `--from`.
pub(super) struct Files {
    path: PathBuf,
}

impl Files {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) fn scope(path: &Path) -> Scope {
        Scope { service: Service::File, account: Arc::from(path.display().to_string()), region: Arc::from("") }
    }

    async fn read_all(&self, desk: &Desk, sweep: SweepId) -> Result<Swept, CallError> {
        let root = self.path.clone();
        let listed = tokio::task::spawn_blocking(move || list(&root)).await.map_err(|error| failed(&error))?;
        let (files, unlisted) = listed.map_err(|error| failed(&format!("{}: {error}", self.path.display())))?;
        for complaint in &unlisted {
            desk.complain(complaint);
        }
        desk.edit(|status| {
            status.records = 0;
            status.rejected = 0;
            status.pages_known = Some(files.len() as u64);
            status.shards = (0, 1);
        });
        let mut unread = unlisted.len();
        for file in &files {
            if !read_one(desk, sweep, file).await? {
                unread += 1;
            }
            desk.edit(|status| status.pages += 1);
        }
        if unread > 0 && unread == files.len() + unlisted.len() {
            let words = desk.status().last_error.map_or_else(|| "nothing could be read".to_owned(), |(_, words)| words);
            return Err(failed(&words));
        }
        Ok(Self::outcome(desk, files.len(), unread))
    }

    fn outcome(desk: &Desk, files: usize, unread: usize) -> Swept {
        if files == 0 {
            desk.note("no files in it".to_owned());
        }
        let rejected = desk.status().rejected;
        desk.edit(|status| {
            status.shards.0 = 1;
            if unread == 0 && rejected == 0 {
                status.done_severities = Severity::WORST_FIRST.to_vec();
            }
        });
        match (unread, rejected) {
            (0, 0) => Swept::Whole,
            (0, rejected) => Swept::Partial { reason: format!("{rejected} records rejected") },
            (unread, 0) => Swept::Partial { reason: format!("{unread} files not read") },
            (unread, rejected) => {
                Swept::Partial { reason: format!("{unread} files not read, {rejected} records rejected") }
            }
        }
    }
}

/// Reads one file; `false` where it could not be read to its end.
async fn read_one(desk: &Desk, sweep: SweepId, file: &Path) -> Result<bool, CallError> {
    let (send, mut stretches) = mpsc::channel(2);
    let path = file.to_owned();
    let reading = tokio::task::spawn_blocking(move || reader::read(&path, &send));
    let mut first_bad: Option<BadRecord> = None;
    let mut bad = 0_u64;
    while let Some(Stretch { records, rejected }) = stretches.recv().await {
        for rejection in rejected {
            bad += 1;
            if bad <= MOST_LOGGED {
                desk.complain(&format!("{}:{}: {}", file.display(), rejection.line, rejection.reason));
            }
            desk.edit(|status| status.rejected += 1);
            first_bad.get_or_insert(rejection);
        }
        let mut records = records.into_iter();
        loop {
            let batch: Vec<_> = records.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            desk.records(Some(sweep), batch).await?;
        }
    }
    if let Some(first) = first_bad {
        desk.note(format!("{}: {bad} rejected, the first at line {}: {}", file.display(), first.line, first.reason));
    }
    match reading.await {
        Ok(Ok(())) => Ok(true),
        Ok(Err(error)) => {
            desk.complain(&format!("{}: {error}", file.display()));
            Ok(false)
        }
        Err(error) => Err(failed(&error)),
    }
}

fn failed(reason: &dyn std::fmt::Display) -> CallError {
    CallError { operation: "read", trouble: Trouble::Refused, words: super::redact::redact(&reason.to_string()) }
}

/// Files found, and what could not be looked into.
type Found = (Vec<PathBuf>, Vec<String>);

/// The files in a path, in the order of names.
fn list(root: &Path) -> std::io::Result<Found> {
    let mut found = Found::default();
    if std::fs::metadata(root)?.is_dir() {
        // The folder that was named must open; one inside it may not.
        std::fs::read_dir(root)?;
        list_folder(root, DEEPEST, &mut found);
    } else {
        found.0.push(root.to_owned());
    }
    Ok(found)
}

fn list_folder(folder: &Path, depth: usize, (files, unlisted): &mut Found) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            unlisted.push(format!("{}: {error}", folder.display()));
            return;
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    for path in paths {
        match std::fs::metadata(&path) {
            Ok(meta) if meta.is_dir() && depth > 0 => {
                let mut inner = Found::default();
                list_folder(&path, depth - 1, &mut inner);
                files.append(&mut inner.0);
                unlisted.append(&mut inner.1);
            }
            Ok(meta) if meta.is_file() => files.push(path),
            Ok(_) => unlisted.push(format!("{}: neither a file nor a folder within reach", path.display())),
            Err(error) => unlisted.push(format!("{}: {error}", path.display())),
        }
    }
}

impl Source for Files {
    fn sweep<'a>(&'a self, desk: &'a Desk, sweep: SweepId) -> BoxFuture<'a, Result<Swept, CallError>> {
        self.read_all(desk, sweep).boxed()
    }

    /// Files are read again only when asked to.
    fn delta<'a>(&'a self, _: &'a Desk, _: Timestamp) -> BoxFuture<'a, Result<(), CallError>> {
        async { Ok(()) }.boxed()
    }
}
