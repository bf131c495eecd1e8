//! A security control of Security Hub, and the status that AWS's rules give it.

use std::borrow::Cow;
use std::fmt;

/// `Compliance.SecurityControlId`: `IAM.9`, `S3.1`. Case as AWS writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ControlId<'a>(pub Cow<'a, str>);

impl fmt::Display for ControlId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The overall status of a control in a standard.
///
/// Security Hub user guide, "Compliance status and control status": archived and suppressed findings do not count;
/// then any FAILED is `Failed`, any WARNING or `NOT_AVAILABLE` is `Unknown`, all PASSED is `Passed`, none is `NoData`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ControlStatus {
    Failed,
    Unknown,
    Passed,
    NoData,
    Disabled,
}

impl ControlStatus {
    /// The word as the console shows it, in capitals.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::Unknown => "UNKNOWN",
            Self::Passed => "PASSED",
            Self::NoData => "NO DATA",
            Self::Disabled => "DISABLED",
        }
    }
}
