//! Where findings come from: the SOURCES table, the supervisor, one file a service, and files.
//!
//! In: [`Settings`]. Out: a [`Feed`] of [`Update`](crate::model::Update)s: raw records, facts about standards, and what
//! each scope says of itself. The AWS SDK signs, finds credentials and endpoints, and knows the errors; limits, order,
//! checkpoints and retries are ours, and findings are never decoded here beyond cutting a page into records.

mod asked;
mod bucket;
mod call;
mod claims;
mod desk;
mod earlier;
mod feed;
mod files;
mod guardduty;
mod http;
mod page;
mod profile;
mod question;
mod redact;
mod remedy;
mod rounds;
mod securityhub;
mod session;
mod settings;
mod standards;
mod supervisor;
mod table;
mod tap;
mod timer;
mod turn;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::{mpsc, watch};

use self::call::CallError;
use self::desk::Desk;
use crate::model::scope::SweepId;
use crate::model::{History, RecordKey};

pub use self::earlier::Earlier;
pub use self::feed::{Control, Feed};
pub use self::settings::{Access, Follow, Limits, Pace, Settings};
pub use self::table::{Operation, Rate, Row, SOURCES};

/// Batches between the sources and the store: one is a page. Small, so that a slow store slows the fetching down
/// instead of filling memory.
const IN_BETWEEN: usize = 64;

/// One service in one scope.
pub(crate) trait Source: Send + Sync {
    /// One whole pass. What it delivers carries `sweep`.
    fn sweep<'a>(&'a self, desk: &'a Desk, sweep: SweepId) -> BoxFuture<'a, Result<Swept, CallError>>;

    /// What has changed since an earlier session saw all of it, worst first, and what else a sweep tells beside findings.
    /// `None` where only a sweep tells.
    fn catch_up<'a>(&'a self, _: &'a Desk, _: Timestamp) -> Option<BoxFuture<'a, Result<Swept, CallError>>> {
        None
    }

    /// What changed since then.
    fn delta<'a>(&'a self, desk: &'a Desk, since: Timestamp) -> BoxFuture<'a, Result<(), CallError>>;

    /// What the service itself remembers of a finding; most remember nothing.
    fn history<'a>(&'a self, _: &'a Desk, _: &'a RecordKey) -> BoxFuture<'a, Result<History, CallError>> {
        Box::pin(std::future::ready(Ok(History::default())))
    }
}

/// How a sweep, or a catching up, ended that did not fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Swept {
    Whole,
    /// Some of it could not be had; what was not seen is not gone.
    Partial {
        reason: String,
    },
    /// Nothing to do here: the home Region has it all.
    Covered {
        home: String,
    },
}

/// Starts fetching, in tasks of the tokio runtime that this is called in.
#[must_use]
pub fn spawn(settings: Settings) -> Feed {
    spawn_after(settings, Earlier::default())
}

/// The same, where an earlier session's findings are there already.
#[must_use]
pub fn spawn_after(settings: Settings, earlier: Earlier) -> Feed {
    let (out, updates) = mpsc::channel(IN_BETWEEN);
    let (wishes, seen) = watch::channel(feed::Wishes::default());
    let askers = question::Askers::default();
    let task = tokio::spawn(supervisor::run(settings, earlier, out, seen, askers.clone()));
    Feed { updates, control: Control::new(Arc::new(wishes), task.abort_handle(), askers) }
}
