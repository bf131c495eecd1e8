//! One finding as a few bytes: enough to filter and sort by, and the seed of all the rest.

use crate::model::Severity;

use super::super::clock::Millis;

/// What made a finding; with [`Row::sub`] it says which control, finding type, package, ...
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Maker {
    /// Security Hub's own checks: `sub` is a control.
    Control,
    /// `sub` is a finding type.
    GuardDuty,
    Inspector,
    Macie,
    AccessAnalyzer,
    FirewallManager,
    Config,
    ThirdParty,
    /// Given, not made: from a file or by `BatchImportFindings`. `resource` is its place in the store.
    Asff,
    /// A `GuardDuty` finding from a file.
    GivenGuardDuty,
}

/// `Compliance.Status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ComplianceStatus {
    None,
    Passed,
    Failed,
    Warning,
    NotAvailable,
}

impl ComplianceStatus {
    pub(crate) const fn word(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Passed => Some("PASSED"),
            Self::Failed => Some("FAILED"),
            Self::Warning => Some("WARNING"),
            Self::NotAvailable => Some("NOT_AVAILABLE"),
        }
    }
}

/// `Workflow.Status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum WorkflowStatus {
    New,
    Notified,
    Resolved,
    Suppressed,
}

impl WorkflowStatus {
    pub(crate) const ALL: [Self; 4] = [Self::New, Self::Notified, Self::Resolved, Self::Suppressed];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::New => "NEW",
            Self::Notified => "NOTIFIED",
            Self::Resolved => "RESOLVED",
            Self::Suppressed => "SUPPRESSED",
        }
    }

    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// Whether a finding is current. The two services keep theirs apart: archiving in `GuardDuty` is not sent to Security Hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum State {
    Active,
    Archived,
}

impl State {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Archived => "ARCHIVED",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) maker: Maker,
    pub(crate) severity: Severity,
    pub(crate) compliance: ComplianceStatus,
    pub(crate) workflow: WorkflowStatus,
    pub(crate) record: State,
    pub(crate) guardduty: State,
    /// Index into the organisation's Regions.
    pub(crate) region: u8,
    /// The standard of a finding that is made for one standard alone, plus one; 0 for consolidated findings.
    pub(crate) standard: u8,
    /// Index into the organisation's accounts.
    pub(crate) account: u16,
    pub(crate) sub: u16,
    /// Which resource of its kind; or the place of a given finding.
    pub(crate) resource: u32,
    /// Seconds since the epoch.
    pub(crate) created: u32,
    pub(crate) updated: u32,
    /// How often it was seen again since it was made.
    pub(crate) seen_again: u32,
}

impl Row {
    pub(crate) const fn is_security_hub(&self) -> bool {
        !matches!(self.maker, Maker::GivenGuardDuty)
    }

    pub(crate) const fn is_guardduty(&self) -> bool {
        matches!(self.maker, Maker::GuardDuty | Maker::GivenGuardDuty)
    }

    /// Made here, not given.
    pub(crate) const fn is_made(&self) -> bool {
        !matches!(self.maker, Maker::Asff | Maker::GivenGuardDuty)
    }
}

/// Milliseconds to the seconds of a row.
pub(crate) fn seconds(at: Millis) -> u32 {
    u32::try_from(at.div_euclid(1000).max(0)).unwrap_or(u32::MAX)
}

/// Seconds of a row, as milliseconds.
pub(crate) fn millis(seconds: u32) -> Millis {
    Millis::from(seconds) * 1000
}
