//! Where findings come from: a service, in an account and a Region, or a file.

use std::fmt;
use std::sync::Arc;

/// A service (or files) that findings and facts are fetched from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Service {
    SecurityHub,
    GuardDuty,
    /// Security Hub's standards and controls: facts about controls, no findings.
    Standards,
    File,
}

impl Service {
    pub const ALL: [Self; 4] = [Self::SecurityHub, Self::GuardDuty, Self::Standards, Self::File];

    /// The word in the JSON contract's `sources`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::SecurityHub => "securityhub",
            Self::GuardDuty => "guardduty",
            Self::Standards => "standards",
            Self::File => "file",
        }
    }

    /// The name as AWS prints it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecurityHub => "Security Hub",
            Self::GuardDuty => "GuardDuty",
            Self::Standards => "Standards",
            Self::File => "File",
        }
    }
}

/// One place that is asked: the unit of limits, progress and state.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    pub service: Service,
    /// The account whose credentials ask; the path for [`Service::File`].
    pub account: Arc<str>,
    /// The Region that is asked; empty for files.
    pub region: Arc<str>,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.service.name(), self.account)?;
        if !self.region.is_empty() {
            write!(f, " {}", self.region)?;
        }
        Ok(())
    }
}

/// Which service sent a record, as rows and the JSON contract keep it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Provenance {
    pub scope: Arc<Scope>,
    /// The sweep this record was seen in, where one is under way: what a finished sweep did not see is gone.
    pub sweep: Option<SweepId>,
}

/// One full pass over a scope. Unique in a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SweepId(pub u32);
