//! Push-down: what of a query `GetFindings` itself can filter, so that a sync scoped to it asks for less.
//!
//! In: a checked [`Query`]. Out: an [`Extent`], which holds at least every finding that matches. The whole query is
//! evaluated again over what came, so the push-down narrows and never decides.
//!
//! It looks for what every match must have, field by field: `AND` takes both sides' word, `OR` only what both sides say of
//! one field, `NOT` turns a set of values round. Everything else is not pushed:
//!
//! - Filters compare in the case that AWS writes, the language in any case. So only values whose spelling is known are
//!   pushed: severity, workflow, state and compliance (sets that AWS defines), account numbers, Regions (lower case), and
//!   controls of the CIS benchmark (the table that we have). Names, titles, types and resources are not.
//! - A value that may be absent is never asked for by its opposite: what `NOT_EQUALS` says of a finding without the
//!   attribute is not documented. Workflow and state AWS gives every finding; compliance only those of controls.
//! - `updated>30d` grows while it is looked at: of a time that is relative only the near end is pushed.
//!
//! **Rows and records.** A query is about rows, a filter about records. GuardDuty's finding and its copy in Security Hub
//! are one row that may differ in severity and state, so all copies are asked for, whatever may change in them. The
//! several records of one check (one for each standard, or an archived one beside its successor) say the same as long as
//! they are current; where they differ, those that the filters bring decide. And an account is called as the findings
//! that came call it.

mod needs;

use jiff::Timestamp;

use self::needs::{Domain, Needs, Said};
use super::expr::Query;
use crate::model::Severity;
use crate::model::extent::{Extent, Reach, TextAttribute, TextFilter};

/// The most values that `GetFindings` takes for one attribute.
const MOST_VALUES: usize = 20;
/// The most attributes, less severity and `UpdatedAt`, which the shards of a sweep may need.
const MOST_ATTRIBUTES: usize = 10 - 2;

/// What a sync has to ask for, so that nothing that matches is missing. `text` is the query as it was written; `now` is
/// what ages are counted to.
#[must_use]
pub fn push(query: &Query, text: &str, now: Timestamp) -> Extent {
    let needs = query.expr.as_ref().map(|expr| Needs::of(expr, Said::Asked, now)).unwrap_or_default();
    extent(needs, text)
}

/// The needs in the terms of the filters.
fn extent(needs: Needs, text: &str) -> Extent {
    let mut extent = Extent { text: text.to_owned(), ..Extent::default() };
    extent.lasting.extend(needs.texts.into_iter().filter(|(_, filters)| filters.len() <= MOST_VALUES));
    // What is asked for of one control, or of a result, GuardDuty's findings do not have.
    if extent.lasting.contains_key(&TextAttribute::ComplianceSecurityControlId) {
        extent.guardduty = Reach::Nothing;
    }
    // A set with nothing in it is a contradiction: nothing matches, and nothing is gained by a request for nothing.
    for (domain, values) in needs.values.into_iter().filter(|(_, values)| values.other || !values.known.is_empty()) {
        let equals = || values.known.iter().map(|value| TextFilter::equals(*value)).collect::<Vec<_>>();
        let excluded = || domain.known().iter().filter(|value| !values.known.contains(value));
        let differs = || excluded().map(|value| TextFilter::not(*value)).collect::<Vec<_>>();
        let (attribute, filters) = match domain {
            Domain::Severity => {
                let asked: Vec<_> = values.known.iter().filter_map(|label| Severity::from_label(label)).collect();
                if !asked.is_empty() {
                    extent.severities.retain(|severity| asked.contains(severity));
                }
                continue;
            }
            Domain::Workflow if values.other => (TextAttribute::WorkflowStatus, differs()),
            Domain::Workflow => (TextAttribute::WorkflowStatus, equals()),
            // What says nothing is active.
            Domain::RecordState if values.known.contains(&"ACTIVE") => (TextAttribute::RecordState, differs()),
            Domain::RecordState | Domain::Compliance if values.other => continue,
            Domain::RecordState => (TextAttribute::RecordState, equals()),
            Domain::Compliance => {
                extent.guardduty = Reach::Nothing;
                (TextAttribute::ComplianceStatus, equals())
            }
        };
        if !filters.is_empty() {
            extent.passing.insert(attribute, filters);
        }
    }
    extent.times = needs.times;
    extent.times.retain(|_, stretch| {
        // The wrong way round is a contradiction, too.
        stretch.to = stretch.to.filter(|to| stretch.from.is_none_or(|from| from <= *to));
        stretch.from.is_some() || stretch.to.is_some()
    });
    while extent.lasting.len() + extent.passing.len() + extent.times.len() > MOST_ATTRIBUTES {
        extent.times.pop_last();
    }
    extent
}

#[cfg(test)]
mod tests;
