//! Controls and standards of legacy control findings, from the ids that Security Hub wrote before consolidation.
//!
//! In: generator ids, finding ids, and the ARNs in `ProductFields`. Out: the control id of today where the old one
//! maps to exactly one, and standards as `Compliance.AssociatedStandards` writes them. Source: Security Hub user
//! guide, "Generator IDs before and after turning on consolidated control findings".

use std::borrow::Cow;

use crate::model::{ControlId, StandardId, cis};

/// What a legacy id says: a standard, its version, and the rule or control in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Legacy<'a> {
    pub(super) slug: &'a str,
    pub(super) version: &'a str,
    /// `IAM.1`, `PCI.IAM.1`, `2.7`; empty where the text names a standard alone.
    pub(super) rule: &'a str,
}

impl<'a> Legacy<'a> {
    /// Finds `<slug>/v/<version>[/rule][/<rule>]` in a generator id, a finding id, or an ARN of a standard, a ruleset, a
    /// subscription or a control.
    pub(super) fn find(text: &'a str) -> Option<Self> {
        let (before, after) = text.split_once("/v/")?;
        let slug = before.rsplit(['/', ':']).next()?;
        let mut parts = after.split('/');
        let version = parts.next()?;
        let mut rule = parts.next().unwrap_or("");
        if rule == "rule" {
            rule = parts.next().unwrap_or("");
        }
        let is_version = version.bytes().next().is_some_and(|b| b.is_ascii_digit());
        (!slug.is_empty() && is_version).then_some(Self { slug, version, rule })
    }

    /// As `AssociatedStandards` writes it. CIS 1.2.0 alone is a `ruleset`.
    pub(super) fn standard(self) -> StandardId<'static> {
        let kind = match (self.slug, self.version) {
            ("cis-aws-foundations-benchmark", "1.2.0") => "ruleset",
            _ => "standards",
        };
        StandardId(Cow::Owned(format!("{kind}/{}/v/{}", self.slug, self.version)))
    }

    /// The control of today, with `rule` in place of this one's where that is empty.
    pub(super) fn control(self) -> Option<ControlId<'a>> {
        let control = match self.slug {
            "cis-aws-foundations-benchmark" => cis::legacy_control(self.version, self.rule)?,
            "pci-dss" => match self.rule.strip_prefix("PCI.") {
                Some(rule) => pci_control(rule)?,
                None => control_id(self.rule)?,
            },
            // FSBP, NIST, Control Tower, tagging: the rule is the control.
            _ if self.rule == "ELBv2.1" => "ELB.1",
            _ => control_id(self.rule)?,
        };
        Some(ControlId(Cow::Borrowed(control)))
    }
}

/// `S3.1`: a service and a number.
pub(super) fn control_id(text: &str) -> Option<&str> {
    let (service, number) = text.split_once('.')?;
    let named = service.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && service.bytes().all(|b| b.is_ascii_alphanumeric());
    let numbered = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (named && numbered).then_some(text)
}

/// A standard's id in any ARN or id of it: `arn:aws:securityhub:eu-west-1::standards/pci-dss/v/4.0.1`.
pub(super) fn standard(text: &str) -> Option<StandardId<'_>> {
    let after_region = text.rsplit(':').next().unwrap_or(text);
    if after_region.starts_with("standards/") || after_region.starts_with("ruleset/") {
        let mut parts = after_region.split('/').skip(2);
        if (parts.next(), parts.next().is_some(), parts.next()) == (Some("v"), true, None) {
            return Some(StandardId(Cow::Borrowed(after_region)));
        }
    }
    Legacy::find(text).map(Legacy::standard)
}

/// PCI DSS 3.2.1 numbered its controls by itself.
fn pci_control(rule: &str) -> Option<&'static str> {
    const PCI: [(&str, &str); 44] = [
        ("AutoScaling.1", "AutoScaling.1"),
        ("CloudTrail.1", "CloudTrail.2"),
        ("CloudTrail.2", "CloudTrail.3"),
        ("CloudTrail.3", "CloudTrail.4"),
        ("CloudTrail.4", "CloudTrail.5"),
        ("CodeBuild.1", "CodeBuild.1"),
        ("CodeBuild.2", "CodeBuild.2"),
        ("Config.1", "Config.1"),
        ("CW.1", "CloudWatch.1"),
        ("DMS.1", "DMS.1"),
        ("EC2.1", "EC2.1"),
        ("EC2.2", "EC2.2"),
        ("EC2.4", "EC2.12"),
        ("EC2.5", "EC2.13"),
        ("EC2.6", "EC2.6"),
        ("ELBv2.1", "ELB.1"),
        ("ES.1", "ES.2"),
        ("ES.2", "ES.1"),
        ("GuardDuty.1", "GuardDuty.1"),
        ("IAM.1", "IAM.4"),
        ("IAM.2", "IAM.2"),
        ("IAM.3", "IAM.1"),
        ("IAM.4", "IAM.6"),
        ("IAM.5", "IAM.9"),
        ("IAM.6", "IAM.19"),
        ("IAM.7", "IAM.8"),
        ("IAM.8", "IAM.10"),
        ("KMS.1", "KMS.4"),
        ("Lambda.1", "Lambda.1"),
        ("Lambda.2", "Lambda.3"),
        ("Opensearch.1", "Opensearch.2"),
        ("Opensearch.2", "Opensearch.1"),
        ("RDS.1", "RDS.1"),
        ("RDS.2", "RDS.2"),
        ("Redshift.1", "Redshift.1"),
        ("S3.1", "S3.3"),
        ("S3.2", "S3.2"),
        ("S3.3", "S3.7"),
        ("S3.4", "S3.4"),
        ("S3.5", "S3.5"),
        ("S3.6", "S3.1"),
        ("SageMaker.1", "SageMaker.1"),
        ("SSM.1", "SSM.2"),
        ("SSM.2", "SSM.3"),
    ];
    if rule == "SSM.3" {
        return Some("SSM.1");
    }
    PCI.iter().find(|(old, _)| *old == rule).map(|(_, new)| *new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_ids_of_every_form_give_their_control_and_standard() {
        let table = [
            ("aws-foundational-security-best-practices/v/1.0.0/IAM.1", Some("IAM.1"), "fsbp/1.0.0"),
            ("aws-foundational-security-best-practices/v/1.0.0/ELBv2.1", Some("ELB.1"), "fsbp/1.0.0"),
            (
                "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/2.7",
                Some("CloudTrail.2"),
                "cis/1.2.0",
            ),
            ("cis-aws-foundations-benchmark/v/1.4.0/3.6", Some("S3.9"), "cis/1.4.0"),
            ("pci-dss/v/3.2.1/PCI.IAM.5", Some("IAM.9"), "pci-dss/3.2.1"),
            ("pci-dss/v/4.0.1/S3.1", Some("S3.1"), "pci-dss/4.0.1"),
            ("nist-800-53/v/5.0.0/EC2.1", Some("EC2.1"), "nist-800-53/5.0.0"),
            (
                "arn:aws:securityhub:us-east-1:111122223333:subscription/cis-aws-foundations-benchmark/v/1.2.0/4.1/finding/x",
                Some("EC2.13"),
                "cis/1.2.0",
            ),
            ("arn:aws:securityhub:us-east-1:111122223333:subscription/pci-dss/v/3.2.1", None, "pci-dss/3.2.1"),
        ];
        for (text, control, short) in table {
            let legacy = Legacy::find(text).unwrap_or(Legacy { slug: "", version: "", rule: "" });
            assert_eq!(legacy.control().map(|c| c.0.into_owned()).as_deref(), control, "{text}");
            assert_eq!(legacy.standard().short(), short, "{text}");
        }
        assert_eq!(Legacy::find("lambda-finding"), None);
        assert_eq!(Legacy::find("https://example.com/v/next/thing").map(|l| l.slug), None);
    }

    #[test]
    fn standards_come_without_their_region() {
        let table = [
            ("arn:aws:securityhub:eu-west-1::standards/pci-dss/v/4.0.1", "standards/pci-dss/v/4.0.1"),
            ("ruleset/cis-aws-foundations-benchmark/v/1.2.0", "ruleset/cis-aws-foundations-benchmark/v/1.2.0"),
            (
                "arn:aws:securityhub:us-east-1:111122223333:subscription/cis-aws-foundations-benchmark/v/1.2.0",
                "ruleset/cis-aws-foundations-benchmark/v/1.2.0",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(standard(text).map(|id| id.0.into_owned()).as_deref(), Some(expected), "{text}");
        }
    }
}
