//! Standards: what Security Hub has enabled, and which controls and requirements each names.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Severity;

/// A standard as `Compliance.AssociatedStandards[].StandardsId` writes it, without the Region:
/// `standards/cis-aws-foundations-benchmark/v/5.0.0`, `ruleset/cis-aws-foundations-benchmark/v/1.2.0`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StandardId<'a>(pub Cow<'a, str>);

impl StandardId<'_> {
    /// The slug between `standards/` (or `ruleset/`) and `/v/`: `cis-aws-foundations-benchmark`.
    #[must_use]
    pub fn slug(&self) -> &str {
        let rest = self.0.split_once('/').map_or(&*self.0, |(_, rest)| rest);
        rest.split_once("/v/").map_or(rest, |(slug, _)| slug)
    }

    /// What follows `/v/`: `5.0.0`.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.0.rsplit_once("/v/").map(|(_, version)| version)
    }

    /// The short form of the command line: `cis/5.0.0`, `fsbp/1.0.0`, `pci-dss/4.0.1`, `nist-800-53/5.0.0`.
    #[must_use]
    pub fn short(&self) -> String {
        let slug = match self.slug() {
            "cis-aws-foundations-benchmark" => "cis",
            "aws-foundational-security-best-practices" => "fsbp",
            other => other,
        };
        self.version().map_or_else(|| slug.to_owned(), |version| format!("{slug}/{version}"))
    }

    #[must_use]
    pub fn into_owned(self) -> StandardId<'static> {
        StandardId(Cow::Owned(self.0.into_owned()))
    }
}

impl fmt::Display for StandardId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether a standard is known to be enabled, and how we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Enablement {
    /// `GetEnabledStandards` named it.
    Enabled,
    /// `DescribeStandards` named it and `GetEnabledStandards` did not.
    Available,
    /// No API said so: findings name it, or the offline table does.
    Inferred,
}

/// One standard with its requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standard {
    pub id: StandardId<'static>,
    /// `CIS AWS Foundations Benchmark`, without the version.
    pub name: String,
    pub enablement: Enablement,
    pub requirements: Vec<Requirement>,
}

/// One control in one standard (`StandardsControlAssociationSummary`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// `1.5`, `2.1.5.1`; empty where the standard numbers nothing of its own (FSBP).
    pub number: String,
    pub control: String,
    pub title: String,
    pub severity: Option<Severity>,
    /// `AssociationStatus` is ENABLED (or nothing said otherwise).
    pub enabled: bool,
    /// `RemediationUrl` of the control, where AWS gave one.
    pub remediation: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_the_command_lines() {
        let short = |id: &'static str| StandardId(Cow::Borrowed(id)).short();
        assert_eq!(short("standards/cis-aws-foundations-benchmark/v/5.0.0"), "cis/5.0.0");
        assert_eq!(short("ruleset/cis-aws-foundations-benchmark/v/1.2.0"), "cis/1.2.0");
        assert_eq!(short("standards/aws-foundational-security-best-practices/v/1.0.0"), "fsbp/1.0.0");
        assert_eq!(short("standards/pci-dss/v/4.0.1"), "pci-dss/4.0.1");
    }
}
