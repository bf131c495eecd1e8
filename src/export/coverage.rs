//! What is missing from an answer, in AWS's words, and what to do about it.

use std::fmt;

use crate::model::{SourceState, SourceStatus};

/// Why the numbers of one source are not whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// The source: service, account, Region.
    pub source: String,
    /// What is missing.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  {}", self.source, self.what, self.remedy)
    }
}

/// Every source that is not whole.
#[must_use]
pub fn troubles(sources: &[SourceStatus]) -> Vec<Trouble> {
    sources.iter().filter_map(of).collect()
}

/// Why this source's numbers are not whole; `None` when they are.
#[must_use]
pub fn of(status: &SourceStatus) -> Option<Trouble> {
    let words = || status.last_error.as_ref().map(|(_, words)| format!(": {words}")).unwrap_or_default();
    let (what, remedy) = match &status.state {
        SourceState::Complete { .. } if status.rejected == 0 => return None,
        SourceState::Complete { .. } => {
            (format!("{} records could not be read{}", status.rejected, words()), "the log names each".to_owned())
        }
        SourceState::Waiting
        | SourceState::Cached
        | SourceState::Updating { .. }
        | SourceState::Syncing
        | SourceState::Throttled { .. } => {
            (format!("still loading when this was asked{}", words()), "run it again; the log says more".to_owned())
        }
        SourceState::Partial { reason } => {
            (format!("partial: {reason}"), "what came is counted; the rest is not".to_owned())
        }
        SourceState::Off { reason } => {
            (format!("off: {reason}"), "turn it on there, or leave that Region out with --region".to_owned())
        }
        SourceState::Denied { action } => (format!("denied{}", words()), format!("allow {action} to this identity")),
        SourceState::Login { profile, remedy } => {
            (format!("no usable login for profile '{profile}'{}", words()), format!("run: {remedy}"))
        }
        SourceState::Unsupported { operation } => (
            format!("the endpoint does not support {operation}{}", words()),
            "what it would have told is missing here".to_owned(),
        ),
        SourceState::Failed { reason } => (format!("failed: {reason}"), "run it again; the log says more".to_owned()),
    };
    Some(Trouble { source: status.scope.to_string(), what, remedy })
}
