//! What the loop is given and what it gives back.

use std::any::Any;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use super::Marks;

use crate::app::State;
use crate::journal::Journal;
use crate::model::{History, HistoryError, RecordKey, Scope};
use crate::store::Snapshot;
use crate::term::guard::GuardError;
use crate::term::{ColourDepth, Hyperlinks, Mouse};
use crate::ui::Look;

/// Everything the dashboard needs, as `cli` put it together.
pub struct Session {
    /// The state at start: the keymap and what the configuration asks for.
    pub state: State,
    /// Theme and symbols.
    pub look: Look,
    /// The net below the theme: no colour beyond this depth is sent.
    pub colours: ColourDepth,
    pub mouse: Mouse,
    /// What the findings are held against, and where that is kept.
    pub marks: Marks,
    pub hyperlinks: Hyperlinks,
    /// Where exports go whose name says no folder; empty: the working directory.
    pub exports: PathBuf,
    /// Where the choice of columns is kept; `None`: nowhere.
    pub columns: Option<PathBuf>,
    /// Called on the session's async runtime once the first frame has been handed over.
    pub start: Start,
}

/// Opens what the session begins with (and, for the demo, starts the endpoint). A failure ends the session with these
/// words, so it is for what makes a dashboard pointless; a source that does not answer is a state on the screen. The loop
/// runs it: it must only wait.
pub type Start = Box<dyn FnOnce() -> Starting<Result<Opened, String>> + Send>;

/// A start under way.
pub type Starting<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A session that is ready to ask its sources.
pub struct Opened {
    /// What an earlier session left: on the screen before any source is asked, for both would share the cores.
    pub first: Arc<Snapshot>,
    /// Why what it left is not used.
    pub refused: Option<String>,
    /// Starts the sources: run once the first snapshot has been drawn.
    pub sources: Starting<Live>,
}

/// A session whose sources run.
pub struct Live {
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// Asks the sources for what has changed; returns at once.
    pub refresh: Box<dyn Fn() + Send>,
    pub past: Past,
    /// What must live as long as the session: the feed's control, the embedded endpoint. Dropped at its end.
    pub keep: Box<dyn Any + Send>,
}

/// Where the past of a record comes from.
#[derive(Clone, Default)]
pub struct Past {
    /// The versions that were kept; `None` where none are.
    pub journal: Option<Journal>,
    /// What AWS itself remembers.
    pub history: Option<Historian>,
}

/// Asks for the history of a record that was seen in a scope.
pub type Historian = Arc<dyn Fn(Scope, RecordKey) -> BoxFuture<'static, Result<History, HistoryError>> + Send + Sync>;

/// How a session ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The user asked.
    Quit,
    /// A signal asked: its number.
    Signal(i32),
}

impl Ended {
    /// 0, or 128 and the signal's number, as shells have it.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Quit => 0,
            Self::Signal(number) => u8::try_from(128 + number).unwrap_or(u8::MAX),
        }
    }
}

/// Why the dashboard could not start or go on. The terminal is given back all the same.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    #[error(transparent)]
    Guard(#[from] GuardError),
    #[error("the system refused a thread or a signal handler: {0}")]
    System(#[source] io::Error),
    #[error("the terminal is gone: {0}")]
    Terminal(#[source] io::Error),
    #[error("{0}")]
    Start(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_ends_with_the_code_that_shells_expect() {
        assert_eq!(Ended::Quit.exit_code(), 0);
        assert_eq!(Ended::Signal(15).exit_code(), 143);
        assert_eq!(Ended::Signal(1).exit_code(), 129);
    }
}
