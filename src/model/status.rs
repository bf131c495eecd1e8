//! What one source says of itself: the numbers that make every count on the screen honest.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Scope, Severity};

/// The state of one source. The order is how loudly it must be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceState {
    /// Nothing asked yet.
    Waiting,
    /// Nothing asked yet, and nobody said that it will be; its findings are an earlier session's.
    Cached,
    /// What has changed since an earlier session saw the scope whole is being asked.
    Updating { since: Timestamp },
    /// A sweep is under way.
    Syncing,
    /// A whole sweep ended at this time, of this session or, where it was caught up with, of an earlier one; deltas follow.
    Complete { at: Timestamp },
    /// A sweep ended, and some of it could not be had (a shard given up, records that did not decode).
    Partial { reason: String },
    /// AWS throttles; the sweep goes on at `until` or slower.
    Throttled { until: Timestamp },
    /// The service is not turned on here: no detector, not subscribed, Region not enabled.
    Off { reason: String },
    /// AWS refused: the IAM action that is missing, as AWS names it.
    Denied { action: String },
    /// No usable credentials: which profile, and the command to run.
    Login { profile: String, remedy: String },
    /// The endpoint does not know the operation.
    Unsupported { operation: String },
    /// Anything else, in AWS's words.
    Failed { reason: String },
}

impl SourceState {
    /// One word for a column and for JSON.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Cached => "cached",
            Self::Updating { .. } => "updating",
            Self::Syncing => "syncing",
            Self::Complete { .. } => "ok",
            Self::Partial { .. } => "partial",
            Self::Throttled { .. } => "throttled",
            Self::Off { .. } => "off",
            Self::Denied { .. } => "denied",
            Self::Login { .. } => "login",
            Self::Unsupported { .. } => "unsupported",
            Self::Failed { .. } => "failed",
        }
    }

    /// Still on its way: a count over this source is "so far".
    #[must_use]
    pub const fn is_loading(&self) -> bool {
        matches!(self, Self::Waiting | Self::Updating { .. } | Self::Syncing | Self::Throttled { .. })
    }

    /// Something is missing and will not come by itself: a count over this source is wrong by an unknown amount; but
    /// see [`SourceStatus::is_off_and_empty`].
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        matches!(
            self,
            Self::Partial { .. }
                | Self::Off { .. }
                | Self::Denied { .. }
                | Self::Login { .. }
                | Self::Unsupported { .. }
                | Self::Failed { .. }
        )
    }
}

/// How an earlier session left the findings of a scope that this session has neither seen whole yet nor caught up with:
/// shown at once, and never taken for what is there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cached {
    /// They were all there were at this time.
    Whole { at: Timestamp },
    /// They were some of them at this time: that session did not see the scope whole either.
    Part { at: Timestamp },
}

impl Cached {
    #[must_use]
    pub const fn at(self) -> Timestamp {
        match self {
            Self::Whole { at } | Self::Part { at } => at,
        }
    }
}

/// All that the sources view, the status line and `yagura sources` show of one scope.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceStatus {
    pub scope: Arc<Scope>,
    pub profile: Option<Arc<str>>,
    pub state: SourceState,
    /// Findings of an earlier session that are still to be confirmed.
    pub cached: Option<Cached>,
    /// Pages fetched, and how many there are where that is known (`ListFindings` ids, files).
    pub pages: u64,
    pub pages_known: Option<u64>,
    /// Records received, repeats included.
    pub records: u64,
    /// Records that did not decode; each is in the log and, for files, in `last_error`.
    pub rejected: u64,
    /// API calls made, retries included, and how many of them AWS throttled.
    pub calls: u64,
    pub throttles: u64,
    /// Calls a second over the last ten seconds.
    pub rate: f32,
    /// The `UpdatedAt` range of what came.
    pub oldest: Option<Timestamp>,
    pub newest: Option<Timestamp>,
    /// Shards that are whole: a CRITICAL count is whole when its shard is, long before the sweep.
    pub done_severities: Vec<Severity>,
    /// Shards done of all the shards in this sweep.
    pub shards: (u16, u16),
    /// In AWS's own words, with the time.
    pub last_error: Option<(Timestamp, String)>,
    /// More to say: home Region and linked Regions, protections that are off, the consolidated-findings mode.
    pub notes: Vec<String>,
}

impl SourceStatus {
    /// AWS says that the service is off here, and nothing of it is held: there is nothing that a count could miss. Not
    /// so once it has told of findings, now or in an earlier session: those cannot be confirmed any more.
    #[must_use]
    pub const fn is_off_and_empty(&self) -> bool {
        matches!(self.state, SourceState::Off { .. }) && self.records == 0 && self.cached.is_none()
    }

    /// A scope that nobody has asked yet.
    #[must_use]
    pub const fn waiting(scope: Arc<Scope>, profile: Option<Arc<str>>) -> Self {
        Self {
            scope,
            profile,
            state: SourceState::Waiting,
            cached: None,
            pages: 0,
            pages_known: None,
            records: 0,
            rejected: 0,
            calls: 0,
            throttles: 0,
            rate: 0.0,
            oldest: None,
            newest: None,
            done_severities: Vec::new(),
            shards: (0, 0),
            last_error: None,
            notes: Vec::new(),
        }
    }
}
