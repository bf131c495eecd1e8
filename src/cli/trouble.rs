//! What is missing from an answer, in AWS's words, and what to do about it: one or two lines a source.

use crate::model::{SourceState, SourceStatus};

/// Why this source's numbers are not whole; `None` when they are.
pub(super) fn of(status: &SourceStatus) -> Option<String> {
    let words = || status.last_error.as_ref().map(|(_, words)| format!(": {words}")).unwrap_or_default();
    let (what, remedy) = match &status.state {
        SourceState::Complete { .. } if status.rejected == 0 => return None,
        SourceState::Complete { .. } => {
            (format!("{} records could not be read{}", status.rejected, words()), "the log names each".to_owned())
        }
        SourceState::Waiting | SourceState::Cached | SourceState::Syncing | SourceState::Throttled { .. } => {
            (format!("ended before it was whole{}", words()), "run it again; the log says more".to_owned())
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
    Some(format!("{}: {what}\n  {remedy}", status.scope))
}
