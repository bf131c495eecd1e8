//! What to fetch, from where, and at what pace. In: the command line and the configuration. Out: [`Settings`].

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{Extent, Service};

/// Everything [`super::spawn`] needs to know. `Settings::default()` asks AWS as the SDK's own chain says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Profiles of the AWS configuration files. Empty: one session on the SDK's own chain (`AWS_PROFILE`, environment, ...).
    pub profiles: Vec<String>,
    /// Regions to ask. Empty: the Region of each profile, as the SDK finds it.
    pub regions: Vec<String>,
    /// Stronger than every `AWS_ENDPOINT_URL*` and profile setting, for all services.
    pub endpoint_url: Option<String>,
    pub access: Access,
    /// Files and folders. With these and nothing that names AWS, AWS is not asked at all.
    pub from: Vec<PathBuf>,
    /// Which services to ask; the order does not matter.
    pub services: Vec<Service>,
    /// What of all findings to ask for. `None`: everything.
    pub extent: Option<Arc<Extent>>,
    pub follow: Follow,
    pub limits: Limits,
    pub pace: Pace,
}

/// Where credentials come from.
#[derive(Clone, Default)]
pub enum Access {
    /// The SDK's chain: environment, profile, SSO, `credential_process`, assumed roles, container, instance.
    #[default]
    Chain,
    /// Fixed keys, for the embedded endpoint and tests: no file, environment or metadata service is read for them.
    Fixed { key_id: String, secret: String },
}

/// Never prints the keys.
impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Chain => "Chain",
            Self::Fixed { .. } => "Fixed",
        })
    }
}

/// What happens after the first sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// Each scope is swept once; the feed ends when all of them have. For the headless commands.
    Once,
    /// Delta polls each `delta`, and a whole sweep each `sweep`, which also finds what is gone.
    Keep { delta: Duration, sweep: Duration },
}

/// Whose request limits to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limits {
    /// AWS's documented rates, one bucket an account, Region and API.
    Aws,
    /// None until the endpoint throttles, AWS's from then on: for an endpoint on loopback, which may have any.
    Learned,
    /// None: for an endpoint of our own that has none.
    Off,
}

/// Delays around failures, and timeouts.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The first delay before a call is tried again; doubles, with jitter, up to `cap`.
    pub base: Duration,
    pub cap: Duration,
    /// How often a call that failed (not: was throttled) is tried in all.
    pub attempts: u32,
    /// How long one HTTP call may take, body included.
    pub call_timeout: Duration,
    /// How long a scope that failed or has no login rests before it is tried whole again.
    pub rest: Duration,
    /// How far a delta poll reaches back behind what has been seen: reads are eventually consistent.
    pub overlap: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            base: Duration::from_millis(500),
            cap: Duration::from_secs(20),
            attempts: 5,
            call_timeout: Duration::from_secs(30),
            rest: Duration::from_mins(1),
            overlap: Duration::from_mins(10),
        }
    }
}

impl Follow {
    pub const DELTA: Duration = Duration::from_mins(1);
    pub const SWEEP: Duration = Duration::from_hours(1);
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            regions: Vec::new(),
            endpoint_url: None,
            access: Access::Chain,
            from: Vec::new(),
            services: Service::ALL.to_vec(),
            extent: None,
            follow: Follow::Keep { delta: Follow::DELTA, sweep: Follow::SWEEP },
            limits: Limits::Aws,
            pace: Pace::default(),
        }
    }
}

impl Settings {
    /// Is AWS to be asked: always, unless only files were named.
    #[must_use]
    pub fn asks_aws(&self) -> bool {
        self.from.is_empty() || !self.profiles.is_empty() || !self.regions.is_empty() || self.endpoint_url.is_some()
    }
}
