//! The two ends that the rest of the program holds: updates come out, wishes go in.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use super::question::Askers;
use crate::model::{History, HistoryError, RecordKey, Scope, Update};

/// What [`super::spawn`] gives back.
#[derive(Debug)]
pub struct Feed {
    /// Bounded: a slow reader slows the fetching down. Ends when every source has ended: after one sweep with
    /// [`Follow::Once`](super::Follow::Once), after [`Control::stop`], or never.
    pub updates: mpsc::Receiver<Update>,
    pub control: Control,
}

/// Steers the sources. Clones steer the same ones. Dropping it stops nothing; dropping [`Feed::updates`] does.
#[derive(Debug, Clone)]
pub struct Control {
    wishes: Arc<watch::Sender<Wishes>>,
    abort: AbortHandle,
    askers: Askers,
}

/// How often each wish was made; scopes compare with what they saw last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) refresh: u64,
    pub(crate) resweep: u64,
}

impl Control {
    pub(super) fn new(wishes: Arc<watch::Sender<Wishes>>, abort: AbortHandle, askers: Askers) -> Self {
        Self { wishes, abort, askers }
    }

    /// Polls every scope for changes now; scopes that have failed, or wait for a login, are tried whole again.
    pub fn refresh(&self) {
        self.wishes.send_modify(|wishes| wishes.refresh += 1);
    }

    /// Sweeps every scope whole again, which also finds workflow edits and what is gone.
    pub fn resweep(&self) {
        self.wishes.send_modify(|wishes| wishes.resweep += 1);
    }

    /// What the service remembers of the finding that was seen in this scope.
    ///
    /// # Errors
    /// When it remembers nothing, or does not say: the missing IAM action, or AWS's words.
    pub async fn history(&self, scope: &Scope, key: &RecordKey) -> Result<History, HistoryError> {
        self.askers.history(scope, key).await
    }

    /// Ends all fetching; the updates end after what was already sent.
    pub fn stop(&self) {
        self.abort.abort();
    }
}
