//! One sync without a screen: every source once, progress on stderr when that is a terminal, then the snapshot.
//!
//! In: what to ask. Out: the last [`Snapshot`], when every source has ended, whatever came of it; [`Answer`] says what
//! it covers.

use std::path::PathBuf;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::scope::{self, Scoped};
use super::{CliError, Exit, say};
use crate::config;
use crate::export::coverage;
use crate::model::{Service, SourceState, SourceStatus};
use crate::runtime::Marks;
use crate::source::{self, Settings};
use crate::store::ingest::{self, Beginning};
use crate::store::{Lens, Snapshot, Store};

/// The runtime that the sources and the embedded endpoint live in.
///
/// # Errors
/// When the system gives no threads.
pub(super) fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::Failed(format!("cannot start: {error}")))
}

/// What all sources gave, and whether that is all.
pub(super) struct Answer {
    pub(super) snapshot: Arc<Snapshot>,
    /// Holds the listener for Ctrl-C while the answer is printed.
    _runtime: tokio::runtime::Runtime,
}

/// Asks every source once, within the scope where one is set, and waits for all of them.
///
/// # Errors
/// Ctrl-C: nothing has been printed by then.
pub(super) fn sync(mut settings: Settings, scope: Option<&Scoped>) -> Result<Answer, CliError> {
    let lens = scope::narrow(&mut settings, scope);
    through(settings, lens)
}

/// Asks every source once, and looks at what they say through the lens.
///
/// # Errors
/// Ctrl-C: nothing has been printed by then.
pub(super) fn through(settings: Settings, lens: Option<Lens>) -> Result<Answer, CliError> {
    let runtime = runtime()?;
    let snapshot = runtime.block_on(async {
        tokio::select! {
            biased;
            _ = tokio::signal::ctrl_c() => Err(CliError::Interrupted),
            snapshot = wait(settings, lens) => Ok(snapshot),
        }
    })?;
    // From here on Ctrl-C ends the process: tokio has taken the signal from the system's default.
    runtime.spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
    Ok(Answer { snapshot, _runtime: runtime })
}

/// Where the marks of what is asked are kept.
pub(super) fn marks_of(settings: &Settings) -> Option<PathBuf> {
    config::state_folder().map(|folder| folder.join("marks").join(settings.asked()))
}

async fn wait(settings: Settings, lens: Option<Lens>) -> Arc<Snapshot> {
    // `is:unseen` means the same here as on the dashboard.
    let marks = Marks::new(marks_of(&settings));
    marks.load();
    let feed = source::spawn(settings);
    let beginning = Beginning::of(Store::new().through(lens));
    let mut snapshots = ingest::spawn_with(feed.updates, beginning, marks.subscribe());
    let progress = progress_bar();
    // The ingest thread ends, after a last snapshot, when every source has ended.
    while snapshots.changed().await.is_ok() {
        show(&progress, &snapshots.borrow_and_update());
    }
    progress.finish_and_clear();
    let last = snapshots.borrow();
    Arc::clone(&last)
}

/// Drawn on stderr at most ten times a second, and only when that is a terminal.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    if let Ok(style) = ProgressStyle::with_template("syncing {bar:20} {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar
}

/// Shards done of all shards, and what is here so far.
fn show(bar: &ProgressBar, snapshot: &Snapshot) {
    let sources = snapshot.sources();
    let shards = sources
        .iter()
        .fold((0, 0), |(done, all), status| (done + u64::from(status.shards.0), all + u64::from(status.shards.1)));
    let loading = sources.iter().filter(|status| status.state.is_loading()).count();
    let rate: f32 = sources.iter().map(|status| status.rate).sum();
    bar.set_length(shards.1.max(1));
    bar.set_position(shards.0);
    bar.set_message(format!(
        "{} findings so far, {loading} of {} sources still loading, {rate:.1} calls/s",
        say::grouped(snapshot.len() as u64),
        sources.len()
    ));
}

impl Answer {
    /// Names on stderr every source that is not whole, and gives the exit code for what answered.
    pub(super) fn report(&self) -> Exit {
        let sources = self.snapshot.sources();
        for trouble in coverage::troubles(sources) {
            say::complain(&trouble.to_string());
        }
        exit(sources)
    }
}

/// The exit code for what answered. Sources of findings decide whether anything did; standards only add to them.
pub(super) fn exit(sources: &[SourceStatus]) -> Exit {
    let answered = |status: &SourceStatus| {
        status.scope.service != Service::Standards
            && matches!(status.state, SourceState::Complete { .. } | SourceState::Partial { .. })
    };
    if !sources.iter().any(answered) {
        say::complain("nothing answered: this says nothing about your accounts");
        return Exit::NothingAnswered;
    }
    if coverage::troubles(sources).is_empty() { Exit::Done } else { Exit::Partial }
}
