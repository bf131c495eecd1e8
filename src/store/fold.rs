//! Which records are one row: the fold key, and which record of a row leads.
use std::cmp::{Ordering, Reverse};

use super::writer::Held;
use crate::model::{Compliance, Finding, Format, RecordState, Workflow};

/// What makes records one row. Never a title or a type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum FoldKey {
    /// A GuardDuty finding's ARN, which is the ASFF `Id` of its copy in Security Hub.
    GuardDuty(String),
    /// One control on one set of resources, whatever standards it is checked for.
    Control { account: String, region: String, control: String, resources: Vec<String> },
    /// Everything else: what Security Hub itself takes for identity.
    Record { product_arn: String, id: String },
}

pub(super) fn key(finding: &Finding<'_>) -> FoldKey {
    let product_arn = finding.product_arn.as_deref().unwrap_or_default();
    if finding.format == Format::GuardDuty || product_arn.ends_with("product/aws/guardduty") {
        return FoldKey::GuardDuty(finding.id.to_string());
    }
    if let (Some(control), Some(account), false, true) = (
        &finding.control,
        &finding.account,
        finding.resources.is_empty(),
        product_arn.ends_with("product/aws/securityhub"),
    ) {
        let mut resources: Vec<String> = finding.resources.iter().map(|r| r.id.to_string()).collect();
        resources.sort_unstable();
        resources.dedup();
        return FoldKey::Control {
            account: account.to_string(),
            region: finding.region.as_deref().unwrap_or_default().to_owned(),
            control: control.0.to_string(),
            resources,
        };
    }
    FoldKey::Record { product_arn: product_arn.to_owned(), id: finding.id.to_string() }
}

fn workflow_rank(workflow: Option<&Workflow<'_>>) -> u8 {
    match workflow {
        Some(Workflow::Resolved) => 1,
        Some(Workflow::Suppressed) => 2,
        _ => 0,
    }
}

/// The order of a row's records, the leading one first.
pub(super) fn order(a: &Held, b: &Held) -> Ordering {
    let rank = |h: &Held| {
        (
            h.finding.format != Format::GuardDuty,
            !h.finding.is_open(),
            h.finding.record_state == RecordState::Archived,
            h.finding.compliance != Some(Compliance::Failed),
            workflow_rank(h.finding.workflow.as_ref()),
            Reverse(h.finding.updated_at),
        )
    };
    rank(a).cmp(&rank(b)).then_with(|| a.finding.id.cmp(&b.finding.id)).then_with(|| a.raw.json.cmp(&b.raw.json))
}
