//! The seed tables of `assets/emulator`, read once: security controls and `GuardDuty` finding types.

use std::sync::OnceLock;

use crate::model::Severity;

use super::resource::Kind;

/// A security control: which standards ask for it, and on what.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) kind: &'static Kind,
    pub(crate) title: &'static str,
    /// Index into [`STANDARDS`] with the requirement numbers there (none for FSBP, which numbers nothing).
    pub(crate) standards: Vec<(usize, Vec<&'static str>)>,
}

/// A standard.
#[derive(Debug)]
pub(crate) struct Standard {
    /// The resource part of its ARN.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    /// How `RelatedRequirements` begin.
    pub(crate) requirement: &'static str,
    pub(crate) enabled: bool,
}

impl Standard {
    /// `arn:aws:securityhub:REGION::standards/...`; the oldest benchmark's has no Region.
    pub(crate) fn arn(&self, region: &str) -> String {
        let region = if self.id.starts_with("ruleset/") { "" } else { region };
        format!("arn:aws:securityhub:{region}::{}", self.id)
    }

    /// `cis-aws-foundations-benchmark/v/5.0.0`
    pub(crate) fn tail(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(_, tail)| tail)
    }
}

pub(crate) static STANDARDS: [Standard; 7] = [
    standard(
        "standards/aws-foundational-security-best-practices/v/1.0.0",
        "AWS Foundational Security Best Practices v1.0.0",
        "",
        true,
    ),
    standard(
        "ruleset/cis-aws-foundations-benchmark/v/1.2.0",
        "CIS AWS Foundations Benchmark v1.2.0",
        "CIS AWS Foundations Benchmark v1.2.0/",
        true,
    ),
    standard(
        "standards/cis-aws-foundations-benchmark/v/1.4.0",
        "CIS AWS Foundations Benchmark v1.4.0",
        "CIS AWS Foundations Benchmark v1.4.0/",
        true,
    ),
    standard(
        "standards/cis-aws-foundations-benchmark/v/3.0.0",
        "CIS AWS Foundations Benchmark v3.0.0",
        "CIS AWS Foundations Benchmark v3.0.0/",
        true,
    ),
    standard(
        "standards/cis-aws-foundations-benchmark/v/5.0.0",
        "CIS AWS Foundations Benchmark v5.0.0",
        "CIS AWS Foundations Benchmark v5.0.0/",
        true,
    ),
    standard("standards/nist-800-53/v/5.0.0", "NIST Special Publication 800-53 Revision 5", "NIST.800-53.r5 ", false),
    standard("standards/pci-dss/v/4.0.1", "PCI DSS v4.0.1", "PCI DSS v4.0.1/", false),
];

const fn standard(id: &'static str, name: &'static str, requirement: &'static str, enabled: bool) -> Standard {
    Standard { id, name, requirement, enabled }
}

/// A `GuardDuty` finding type.
#[derive(Debug)]
pub(crate) struct FindingType {
    pub(crate) name: &'static str,
    /// `GuardDuty`'s scale, 1.0 to 10.0.
    pub(crate) severity: f64,
    pub(crate) kind: &'static Kind,
    pub(crate) action: Action,
    pub(crate) feature: &'static str,
    /// With `{resource}`, `{principal}`, `{ip}`, `{domain}`, `{api}` in it.
    pub(crate) title: &'static str,
}

/// What a finding type saw: decides which of `Service.Action` and its neighbours a finding carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    NetworkIn,
    NetworkOut,
    Dns,
    ApiCall,
    PortProbe,
    Kubernetes,
    Runtime,
    EbsScan,
    ObjectScan,
    RdsLogin,
    Sequence,
}

impl Action {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "net-in" => Self::NetworkIn,
            "net-out" => Self::NetworkOut,
            "dns" => Self::Dns,
            "api" => Self::ApiCall,
            "port-probe" => Self::PortProbe,
            "k8s" => Self::Kubernetes,
            "runtime" => Self::Runtime,
            "ebs-scan" => Self::EbsScan,
            "object-scan" => Self::ObjectScan,
            "rds-login" => Self::RdsLogin,
            "sequence" => Self::Sequence,
            _ => return None,
        })
    }
}

/// All controls, in the order of the table.
pub(crate) fn controls() -> &'static [Control] {
    static CONTROLS: OnceLock<Vec<Control>> = OnceLock::new();
    CONTROLS.get_or_init(|| lines(include_str!("../../../assets/emulator/controls.psv")).filter_map(control).collect())
}

/// A control by its id, in any case.
pub(crate) fn control_by_id(id: &str) -> Option<&'static Control> {
    controls().iter().find(|control| control.id.eq_ignore_ascii_case(id))
}

/// All `GuardDuty` finding types, in the order of the table.
pub(crate) fn finding_types() -> &'static [FindingType] {
    static TYPES: OnceLock<Vec<FindingType>> = OnceLock::new();
    TYPES.get_or_init(|| {
        lines(include_str!("../../../assets/emulator/guardduty.psv")).filter_map(finding_type).collect()
    })
}

fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('|').collect())
}

fn control(fields: Vec<&'static str>) -> Option<Control> {
    let [id, severity, kind, fsbp, v12, v14, v30, v50, title] = fields.try_into().ok()?;
    let mut standards = Vec::new();
    if fsbp == "y" {
        standards.push((0, Vec::new()));
    }
    for (standard, numbers) in [(1, v12), (2, v14), (3, v30), (4, v50)] {
        if numbers != "-" {
            standards.push((standard, numbers.split(' ').collect()));
        }
    }
    Some(Control { id, severity: Severity::from_label(severity)?, kind: Kind::from_word(kind), title, standards })
}

fn finding_type(fields: Vec<&'static str>) -> Option<FindingType> {
    let [name, severity, kind, action, feature, title] = fields.try_into().ok()?;
    Some(FindingType {
        name,
        severity: severity.parse().ok()?,
        kind: Kind::from_word(kind),
        action: Action::from_word(action)?,
        feature,
        title,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_tables_is_read() {
        let count = |table: &'static str| lines(table).count();
        assert_eq!(controls().len(), count(include_str!("../../../assets/emulator/controls.psv")));
        assert_eq!(finding_types().len(), count(include_str!("../../../assets/emulator/guardduty.psv")));
        assert!(finding_types().len() >= 100);
    }

    #[test]
    fn the_benchmarks_have_their_documented_number_of_controls() {
        let in_standard = |s| controls().iter().filter(|c| c.standards.iter().any(|(i, _)| *i == s)).count();
        assert_eq!([in_standard(1), in_standard(2), in_standard(3), in_standard(4)], [42, 39, 37, 40]);
    }
}
