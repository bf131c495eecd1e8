//! The `Filters` of one `GetFindings` request: what the shard holds, within the sync's extent.
//!
//! In: a slice, a window, an [`Extent`]. Out: the SDK's own type, or nothing where all is asked for. Limits: 10 attributes,
//! 20 values each (service model, `AwsSecurityFindingFilters`); `query::push` keeps within them.

use aws_sdk_securityhub::types::builders::AwsSecurityFindingFiltersBuilder;
use aws_sdk_securityhub::types::{AwsSecurityFindingFilters, DateFilter, StringFilter, StringFilterComparison};
use jiff::Timestamp;

use super::shard::{Slice, Window};
use crate::model::Severity;
use crate::model::extent::{Comparison, Extent, TextAttribute, TextFilter, TimeAttribute};

/// What a check says that did not pass.
const NOT_PASSED: [&str; 3] = ["FAILED", "WARNING", "NOT_AVAILABLE"];
/// How the ids of GuardDuty's copies begin: they are GuardDuty's own ARNs, in every partition.
const COPIES: [&str; 3] = ["arn:aws:guardduty:", "arn:aws-us-gov:guardduty:", "arn:aws-cn:guardduty:"];

/// How many of the checks within an extent did not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotPassed {
    None,
    Some,
    All,
}

/// What the extent says of checks that did not pass.
pub(super) fn not_passed(extent: &Extent) -> NotPassed {
    let Some(asked) = extent.passing.get(&TextAttribute::ComplianceStatus) else { return NotPassed::Some };
    match asked.iter().filter(|filter| NOT_PASSED.contains(&&*filter.value)).count() {
        0 => NotPassed::None,
        number if number == asked.len() => NotPassed::All,
        _ => NotPassed::Some,
    }
}

/// The filters of a slice. `None` when it has none: everything.
pub(super) fn of(slice: Slice, window: Option<Window>, extent: &Extent) -> Option<AwsSecurityFindingFilters> {
    let empty = AwsSecurityFindingFilters::builder();
    let mut filters = extent.lasting.iter().fold(empty.clone(), |filters, (attribute, values)| {
        values.iter().fold(filters, |filters, value| text(filters, *attribute, value))
    });
    match slice {
        Slice::Any => {}
        Slice::Copies => {
            for beginning in COPIES {
                filters = filters.id(string(&TextFilter::prefix(beginning)));
            }
        }
        Slice::AnyOf(severity) => filters = severity_label(filters, severity),
        Slice::Of(severity) => filters = passing(severity_label(filters, severity), extent, |_| true),
        Slice::Rest => filters = passing(severity_label(filters, Severity::Informational), extent, |_| true),
        Slice::NotPassed => {
            filters = severity_label(filters, Severity::Informational);
            filters = passing(filters, extent, |attribute| attribute != TextAttribute::ComplianceStatus);
            let asked = extent.passing.get(&TextAttribute::ComplianceStatus);
            let is_asked = |status: &&str| asked.is_none_or(|asked| asked.iter().any(|filter| filter.value == *status));
            for status in NOT_PASSED.iter().filter(|status| is_asked(status)) {
                filters = filters.compliance_status(string(&TextFilter::equals(*status)));
            }
        }
    }
    if let Some(Window { from, to }) = window {
        filters = filters.updated_at(dates(Some(from), Some(to)));
    }
    (filters != empty).then(|| filters.build())
}

/// By what may change.
fn passing(
    mut filters: AwsSecurityFindingFiltersBuilder,
    extent: &Extent,
    which: impl Fn(TextAttribute) -> bool,
) -> AwsSecurityFindingFiltersBuilder {
    for (attribute, values) in extent.passing.iter().filter(|(attribute, _)| which(**attribute)) {
        filters = values.iter().fold(filters, |filters, value| text(filters, *attribute, value));
    }
    for (attribute, stretch) in &extent.times {
        let dates = dates(stretch.from, stretch.to);
        filters = match attribute {
            // The shard's window is made of it.
            TimeAttribute::UpdatedAt => filters,
            TimeAttribute::CreatedAt => filters.created_at(dates),
            TimeAttribute::FirstObservedAt => filters.first_observed_at(dates),
            TimeAttribute::LastObservedAt => filters.last_observed_at(dates),
        };
    }
    filters
}

fn severity_label(filters: AwsSecurityFindingFiltersBuilder, severity: Severity) -> AwsSecurityFindingFiltersBuilder {
    filters.severity_label(string(&TextFilter::equals(severity.label())))
}

fn text(
    filters: AwsSecurityFindingFiltersBuilder,
    attribute: TextAttribute,
    filter: &TextFilter,
) -> AwsSecurityFindingFiltersBuilder {
    let filter = string(filter);
    match attribute {
        TextAttribute::AwsAccountId => filters.aws_account_id(filter),
        TextAttribute::Region => filters.region(filter),
        TextAttribute::ComplianceSecurityControlId => filters.compliance_security_control_id(filter),
        TextAttribute::WorkflowStatus => filters.workflow_status(filter),
        TextAttribute::RecordState => filters.record_state(filter),
        TextAttribute::ComplianceStatus => filters.compliance_status(filter),
    }
}

fn string(filter: &TextFilter) -> StringFilter {
    let comparison = match filter.comparison {
        Comparison::Equals => StringFilterComparison::Equals,
        Comparison::Prefix => StringFilterComparison::Prefix,
        Comparison::NotEquals => StringFilterComparison::NotEquals,
    };
    StringFilter::builder().value(&filter.value).comparison(comparison).build()
}

fn dates(from: Option<Timestamp>, to: Option<Timestamp>) -> DateFilter {
    DateFilter::builder().set_start(from.map(written)).set_end(to.map(written)).build()
}

/// `2026-01-31T23:59:59.000Z`, as AWS writes it.
fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
