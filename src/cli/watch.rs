//! `findings --watch`: keeps asking, and prints what newly matches, one JSON object a line, flushed.
//!
//! A finding is printed when it comes to match: new, or changed. It is not printed again while it goes on matching. What
//! matches when all sources have first been read is the start: printed with `--watch=all` alone. A source that could
//! not be read at the start and can later brings its findings as new ones. Troubles of the sources go to stderr, once
//! each time they change.
//!
//! Ends with 130 and 143 on SIGINT and SIGTERM, as shells have it; with 0 when the reader goes away; with `--exit-code`
//! at the first match with 10; and with the code of the answer when no source will tell any more (files).

use std::collections::HashMap;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use roaring::RoaringBitmap;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::args::Watch;
use super::{CliError, Exit, say, sync};
use crate::export::{coverage, json};
use crate::model::{Scope, SourceStatus};
use crate::query::{self, Newly, Query};
use crate::source::{self, Settings};
use crate::store::ingest::{self, Beginning};
use crate::store::{Lens, RowId, Snapshot, Store};

/// Ages change without news: a query such as `age>7d` is asked again this often.
const AGES: Duration = Duration::from_mins(1);

/// What to watch for.
pub(super) struct Watched<'a> {
    pub(super) query: &'a Query,
    pub(super) which: Watch,
    /// End at the first match.
    pub(super) ends: Ends,
}

/// When a watch ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    Never,
    /// With code 10.
    AtTheFirstMatch,
}

/// Watches until told to stop.
///
/// # Errors
/// When nothing can be listened for, or stdout cannot be written.
pub(super) fn run(settings: Settings, lens: Option<Lens>, watched: &Watched<'_>) -> Result<Exit, CliError> {
    let runtime = sync::runtime()?;
    let exit = runtime.block_on(watch(settings, lens, watched));
    // What still asks has nobody to answer to.
    runtime.shutdown_background();
    exit
}

async fn watch(settings: Settings, lens: Option<Lens>, watched: &Watched<'_>) -> Result<Exit, CliError> {
    let failed = |error: io::Error| CliError::Failed(format!("cannot listen for signals: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let feed = source::spawn(settings);
    let beginning = Beginning::of(Store::new().through(lens));
    let mut snapshots = ingest::spawn_with(feed.updates, beginning, tokio::sync::watch::channel(None).1);
    let mut watch = Watching { watched, newly: Newly::default(), troubles: HashMap::new() };
    let mut ages = tokio::time::interval(AGES);
    let left = reader_left();
    tokio::pin!(left);
    loop {
        let snapshot = tokio::select! {
            biased;
            exit = ended(&mut interrupt, &mut terminate) => return Ok(exit),
            () = &mut left => return Ok(Exit::Done),
            changed = snapshots.changed() => {
                let snapshot = Arc::clone(&snapshots.borrow_and_update());
                if changed.is_err() {
                    return watch.over(&snapshot);
                }
                snapshot
            }
            _ = ages.tick() => Arc::clone(&snapshots.borrow()),
        };
        if let Some(exit) = watch.look(&snapshot, Timestamp::now())? {
            return Ok(exit);
        }
    }
}

async fn ended(interrupt: &mut Signal, terminate: &mut Signal) -> Exit {
    const TERMINATED: u8 = 128 + 15;
    tokio::select! {
        _ = interrupt.recv() => Exit::Interrupted,
        _ = terminate.recv() => Exit::Signal(TERMINATED),
    }
}

/// Waits until nobody reads stdout any more. Never, where stdout is no pipe or socket: only those tell.
#[allow(deprecated, reason = "its replacement is unsafe; what is registered here owns its descriptor for as long")]
async fn reader_left() {
    let stdout = io::stdout().as_fd().try_clone_to_owned();
    let Some(Ok(stdout)) = stdout.ok().map(|fd| AsyncFd::with_interest(fd, Interest::ERROR)) else {
        return std::future::pending().await;
    };
    if stdout.ready(Interest::ERROR).await.is_err() {
        std::future::pending::<()>().await;
    }
}

struct Watching<'a> {
    watched: &'a Watched<'a>,
    newly: Newly,
    /// What was last said of each source that is not whole.
    troubles: HashMap<Arc<Scope>, String>,
}

impl Watching<'_> {
    /// Prints what is new. An exit where the watch is over.
    fn look(&mut self, snapshot: &Snapshot, now: Timestamp) -> Result<Option<Exit>, CliError> {
        let sources = snapshot.sources();
        self.complain(sources);
        let is_loading = sources.is_empty() || sources.iter().any(|status| status.state.is_loading());
        let matching = query::evaluate(self.watched.query, snapshot, &query::Context::at(now));
        let begins = !self.newly.has_begun();
        let count = matching.len();
        let start = (begins && self.watched.which == Watch::All).then(|| matching.clone());
        let Some(new) = self.newly.look(matching, is_loading) else { return Ok(None) };
        if begins {
            say::note(&format!(
                "watching: {} of {} findings{} match now; each that newly matches is printed",
                say::grouped(count),
                say::grouped(snapshot.len() as u64),
                snapshot.scope().map_or_else(String::new, |scope| format!(" in the scope ({scope})"))
            ));
        }
        let new = start.unwrap_or(new);
        print(snapshot, &new)?;
        let ends = self.watched.ends == Ends::AtTheFirstMatch && !new.is_empty();
        Ok(ends.then_some(Exit::Matched))
    }

    /// No more will come.
    fn over(&mut self, snapshot: &Snapshot) -> Result<Exit, CliError> {
        if let Some(exit) = self.look(snapshot, Timestamp::now())? {
            return Ok(exit);
        }
        Ok(sync::exit(snapshot.sources()))
    }

    fn complain(&mut self, sources: &[SourceStatus]) {
        for status in sources.iter().filter(|status| !status.state.is_loading()) {
            let said = self.troubles.get(&status.scope);
            match coverage::of(status).map(|trouble| trouble.to_string()) {
                Some(trouble) if said != Some(&trouble) => {
                    say::complain(&trouble);
                    self.troubles.insert(Arc::clone(&status.scope), trouble);
                }
                None if said.is_some() => {
                    say::note(&format!("{}: whole again", status.scope));
                    self.troubles.remove(&status.scope);
                }
                _ => {}
            }
        }
    }
}

fn print(snapshot: &Snapshot, rows: &RoaringBitmap) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for row in rows.iter().filter_map(|row| snapshot.row(RowId(row))) {
        json::line(&mut out, &row)?;
    }
    out.flush()
}
