//! What the endpoint is asked to be.

use std::path::PathBuf;
use std::time::Duration;

use super::clock::{Clock, Millis};
use super::faults::Faults;

/// Everything that decides what the endpoint serves. The same seed, anchor, findings and accounts give the same bytes.
#[derive(Debug, Clone)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    pub seed: u64,
    /// How many Security Hub findings are made, the copies of `GuardDuty`'s included.
    pub findings: u32,
    /// Member accounts and the delegated administrator: 1 to 900.
    pub accounts: u16,
    pub limits: Limits,
    pub faults: Faults,
    /// Files or folders to serve instead of made findings.
    pub data: Vec<PathBuf>,
    pub live: Live,
    /// How long a `BatchUpdateFindings` takes to show (AWS: "several minutes"; here short, so that a person sees it).
    pub write_delay: Duration,
    pub control_findings: ControlFindings,
    /// The moment that all ages are counted from; `None` is now, floored to the minute.
    pub anchor: Option<Millis>,
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            seed: 7,
            findings: 12_000,
            accounts: 24,
            limits: Limits::Off,
            faults: Faults::default(),
            data: Vec::new(),
            live: Live::Off,
            write_delay: Duration::from_secs(2),
            control_findings: ControlFindings::SecurityControl,
            anchor: None,
            clock: Clock::System,
        }
    }
}

/// Whether calls are throttled as AWS documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Limits {
    Aws,
    #[default]
    Off,
}

/// Whether findings arrive and change while one watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Live {
    #[default]
    Off,
    /// One event about every so often (it varies by half, by seed).
    Every(Duration),
}

impl Live {
    /// What the demo uses: an event about every four seconds, of which one in four is a new finding.
    pub const DEMO: Self = Self::Every(Duration::from_secs(4));
}

/// `DescribeHub.ControlFindingGenerator`: one finding a check, or one for each standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ControlFindings {
    #[default]
    SecurityControl,
    StandardControl,
}

impl ControlFindings {
    /// The value as AWS writes it.
    #[must_use]
    pub const fn value(self) -> &'static str {
        match self {
            Self::SecurityControl => "SECURITY_CONTROL",
            Self::StandardControl => "STANDARD_CONTROL",
        }
    }
}
