//! Answers to standards: what each call knows, put together.
//!
//! In: [`Facts`], any of them missing. Out: [`Standard`]s with their requirements. A number comes from
//! `RelatedRequirements` where AWS gives it, else from the CIS table; a severity and a link from the control, else from its
//! definition. Where nothing says otherwise a requirement is enabled, as AWS creates them.

use std::borrow::Cow;

use aws_sdk_securityhub::types as aws;

use crate::model::standard::{Enablement, Requirement};
use crate::model::{Severity, Standard, StandardId, cis};

/// How a control stands in a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Association {
    pub(super) control: String,
    /// ARN.
    pub(super) standard: String,
    pub(super) disabled: bool,
    pub(super) requirements: Vec<String>,
    pub(super) title: Option<String>,
}

/// All answers so far.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// `None` where that could not be asked.
    pub(super) enabled: Option<Vec<aws::StandardsSubscription>>,
    pub(super) described: Vec<aws::Standard>,
    /// By ARN of the standard.
    pub(super) definitions: Vec<(String, Vec<aws::SecurityControlDefinition>)>,
    pub(super) controls: Vec<aws::SecurityControl>,
    pub(super) associations: Vec<Association>,
}

impl Facts {
    /// The standards whose requirements are asked for: the enabled ones.
    pub(super) fn arns_with_requirements(&self) -> Vec<String> {
        let enabled = self.enabled.iter().flatten();
        let mut arns: Vec<String> = enabled.filter_map(|s| s.standards_arn().map(str::to_owned)).collect();
        arns.sort();
        arns.dedup();
        arns
    }

    /// Every control that a definition names, once.
    pub(super) fn controls(&self) -> Vec<String> {
        let mut ids: Vec<String> = self
            .definitions
            .iter()
            .flat_map(|(_, definitions)| definitions)
            .filter_map(|definition| definition.security_control_id().map(str::to_owned))
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Every control with every standard that it is in.
    pub(super) fn pairs(&self) -> Vec<(String, String)> {
        self.definitions
            .iter()
            .flat_map(|(arn, definitions)| definitions.iter().map(move |definition| (definition, arn)))
            .filter_map(|(definition, arn)| Some((definition.security_control_id()?.to_owned(), arn.clone())))
            .collect()
    }

    /// The standards, the enabled ones first.
    pub(super) fn standards(&self) -> Vec<Standard> {
        let mut standards: Vec<Standard> = Vec::new();
        for arn in self.arns_with_requirements() {
            standards.push(self.standard(&arn, Enablement::Enabled));
        }
        for described in &self.described {
            let Some(arn) = described.standards_arn() else { continue };
            let id = standard_id(arn);
            if !standards.iter().any(|known| known.id == id) {
                let enablement = if self.enabled.is_some() { Enablement::Available } else { Enablement::Inferred };
                standards.push(self.standard(arn, enablement));
            }
        }
        standards
    }

    fn standard(&self, arn: &str, enablement: Enablement) -> Standard {
        let id = standard_id(arn);
        let described = self.described.iter().find(|d| d.standards_arn().is_some_and(|other| standard_id(other) == id));
        let name = described
            .and_then(aws::Standard::name)
            .map_or_else(|| id.slug().to_owned(), |name| unversioned(name).to_owned());
        let definitions = self.definitions.iter().find(|(of, _)| of == arn).map_or(&[][..], |(_, all)| all);
        let requirements = definitions.iter().flat_map(|definition| self.requirements(&id, arn, definition)).collect();
        Standard { id, name, enablement, requirements }
    }

    /// One control in one standard: one requirement, or one for each number that the CIS benchmark gives it.
    fn requirements(
        &self,
        id: &StandardId<'_>,
        arn: &str,
        definition: &aws::SecurityControlDefinition,
    ) -> Vec<Requirement> {
        let Some(control_id) = definition.security_control_id() else { return Vec::new() };
        let control = self.controls.iter().find(|c| c.security_control_id() == Some(control_id));
        let association = self.associations.iter().find(|a| a.control == control_id && a.standard == arn);
        let severity = control.and_then(aws::SecurityControl::severity_rating).or(definition.severity_rating());
        let remediation = control.and_then(aws::SecurityControl::remediation_url).or(definition.remediation_url());
        let is_disabled = association.map_or_else(
            || {
                control
                    .and_then(aws::SecurityControl::security_control_status)
                    .is_some_and(|s| s.as_str() == "DISABLED")
            },
            |association| association.disabled,
        );
        let title = association
            .and_then(|association| association.title.as_deref())
            .filter(|title| !title.is_empty())
            .or(definition.title())
            .unwrap_or_default();
        numbers(id, control_id, association.map_or(&[], |association| &association.requirements))
            .into_iter()
            .map(|number| Requirement {
                number,
                control: control_id.to_owned(),
                title: title.to_owned(),
                severity: severity.and_then(|severity| Severity::from_label(severity.as_str())),
                enabled: !is_disabled,
                remediation: remediation.filter(|url| !url.is_empty()).map(str::to_owned),
            })
            .collect()
    }
}

/// The numbers of a control in a standard; at least one, empty where the standard numbers nothing.
fn numbers(standard: &StandardId<'_>, control: &str, related: &[String]) -> Vec<String> {
    let is_cis = standard.slug() == "cis-aws-foundations-benchmark";
    let mut numbers: Vec<String> =
        related.iter().map(|one| number(one).to_owned()).filter(|one| !one.is_empty()).collect();
    if is_cis && numbers.is_empty() {
        let version = standard.version().unwrap_or_default();
        let rows = cis::rows().iter().filter(|row| row.version == version && row.control == control);
        numbers.extend(rows.map(|row| row.requirement.to_owned()));
    }
    numbers.dedup();
    match numbers.len() {
        0 => vec![String::new()],
        _ if is_cis => numbers,
        // Frameworks such as NIST 800-53 give one control many requirements: one row, all of them named.
        _ => vec![numbers.join(", ")],
    }
}

/// The number in `CIS AWS Foundations Benchmark v5.0.0/1.5`, `PCI DSS v4.0.1/8.3.6`, `NIST.800-53.r5 AC-2(1)`.
fn number(related: &str) -> &str {
    related.rsplit_once('/').or_else(|| related.rsplit_once(' ')).map_or(related, |(_, number)| number).trim()
}

/// The ARN's resource, without the Region: `standards/pci-dss/v/4.0.1`.
fn standard_id(arn: &str) -> StandardId<'static> {
    let resource = arn.splitn(6, ':').nth(5).unwrap_or(arn);
    StandardId(Cow::Owned(resource.to_owned()))
}

/// `CIS AWS Foundations Benchmark v5.0.0` without its version.
fn unversioned(name: &str) -> &str {
    match name.rsplit_once(" v") {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => name,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_framework() {
        assert_eq!(number("CIS AWS Foundations Benchmark v5.0.0/1.5"), "1.5");
        assert_eq!(number("PCI DSS v4.0.1/8.3.6"), "8.3.6");
        assert_eq!(number("NIST.800-53.r5 AC-2(1)"), "AC-2(1)");
    }

    #[test]
    fn cis_numbers_fall_back_to_the_table_and_others_join() {
        let cis = standard_id("arn:aws:securityhub:eu-west-1::standards/cis-aws-foundations-benchmark/v/5.0.0");
        assert_eq!(numbers(&cis, "IAM.9", &["CIS AWS Foundations Benchmark v5.0.0/1.4".to_owned()]), ["1.4"]);
        assert!(!numbers(&cis, "IAM.9", &[]).concat().is_empty(), "from the table");
        let nist = standard_id("arn:aws:securityhub:eu-west-1::standards/nist-800-53/v/5.0.0");
        let related = ["NIST.800-53.r5 AC-2(1)".to_owned(), "NIST.800-53.r5 AC-3".to_owned()];
        assert_eq!(numbers(&nist, "IAM.9", &related), ["AC-2(1), AC-3"]);
        assert_eq!(numbers(&nist, "IAM.9", &[]), [""]);
    }

    #[test]
    fn names_and_ids_lose_version_and_region() {
        assert_eq!(unversioned("CIS AWS Foundations Benchmark v5.0.0"), "CIS AWS Foundations Benchmark");
        assert_eq!(
            unversioned("AWS Foundational Security Best Practices v1.0.0"),
            "AWS Foundational Security Best Practices"
        );
        let old = "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0";
        assert_eq!(standard_id(old).0, "ruleset/cis-aws-foundations-benchmark/v/1.2.0");
    }
}
