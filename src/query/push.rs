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

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::evaluate::Window;
use super::expr::{Compare, Expr, Flag, Query, Test, When};
use super::field::{Field, SEVERITIES};
use super::fold::fold;
use super::glob::{Glob, Matcher};
use crate::model::extent::{Extent, Reach, Stretch, TextAttribute, TextFilter, TimeAttribute};
use crate::model::{Compliance, RecordState, Severity, Workflow, cis};

/// The most values that `GetFindings` takes for one attribute.
const MOST_VALUES: usize = 20;
/// The most attributes, less severity and `UpdatedAt`, which the shards of a sweep may need.
const MOST_ATTRIBUTES: usize = 10 - 2;

/// What a sync has to ask for, so that nothing that matches is missing. `text` is the query as it was written; `now` is
/// what ages are counted to.
#[must_use]
pub fn push(query: &Query, text: &str, now: Timestamp) -> Extent {
    let needs = query.expr.as_ref().map(|expr| Needs::of(expr, Said::Asked, now)).unwrap_or_default();
    needs.extent(text)
}

/// Whether an expression stands under a `NOT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Asked,
    Denied,
}

/// A field whose values AWS defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Domain {
    Severity,
    Workflow,
    RecordState,
    Compliance,
}

impl Domain {
    const fn of(field: Field) -> Option<Self> {
        match field {
            Field::Severity => Some(Self::Severity),
            Field::Workflow => Some(Self::Workflow),
            Field::RecordState => Some(Self::RecordState),
            Field::Compliance => Some(Self::Compliance),
            _ => None,
        }
    }

    const fn known(self) -> &'static [&'static str] {
        match self {
            Self::Severity => SEVERITIES,
            Self::Workflow => Workflow::KNOWN,
            Self::RecordState => RecordState::KNOWN,
            Self::Compliance => Compliance::KNOWN,
        }
    }
}

/// Some values of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Values {
    known: Vec<&'static str>,
    /// No value, or one that AWS has not defined yet.
    other: bool,
}

impl Values {
    fn said(domain: Domain, said: Said, matches: impl Fn(&str) -> bool) -> Self {
        let denied = said == Said::Denied;
        let known = domain.known().iter().copied().filter(|value| matches(value) != denied).collect();
        Self { known, other: denied }
    }

    fn both(mut self, other: &Self) -> Self {
        self.known.retain(|value| other.known.contains(value));
        self.other &= other.other;
        self
    }

    fn either(mut self, other: &Self) -> Self {
        let more: Vec<_> = other.known.iter().filter(|value| !self.known.contains(value)).copied().collect();
        self.known.extend(more);
        self.other |= other.other;
        self
    }
}

/// What every matching row has.
#[derive(Debug, Clone, Default)]
struct Needs {
    texts: BTreeMap<TextAttribute, Vec<TextFilter>>,
    values: BTreeMap<Domain, Values>,
    times: BTreeMap<TimeAttribute, Stretch>,
}

impl Needs {
    fn of(expr: &Expr, said: Said, now: Timestamp) -> Self {
        match (expr, said) {
            (Expr::And(parts), Said::Asked) | (Expr::Or(parts), Said::Denied) => {
                parts.iter().map(|part| Self::of(part, said, now)).fold(Self::default(), Self::both)
            }
            (Expr::Or(parts), Said::Asked) | (Expr::And(parts), Said::Denied) => {
                parts.iter().map(|part| Self::of(part, said, now)).reduce(Self::either).unwrap_or_default()
            }
            (Expr::Not(inner), Said::Asked) => Self::of(inner, Said::Denied, now),
            (Expr::Not(inner), Said::Denied) => Self::of(inner, Said::Asked, now),
            (Expr::Test(test), _) => Self::test(test, said, now),
        }
    }

    fn test(test: &Test, said: Said, now: Timestamp) -> Self {
        match test {
            Test::Severity { compare, severity } => Self::values(Domain::Severity, said, |label| {
                Severity::from_label(label).is_some_and(|found| compare.holds(found.cmp(severity)))
            }),
            Test::Text { field, globs } => match Domain::of(*field) {
                Some(domain) => {
                    let matchers: Vec<Matcher> = globs.iter().map(Glob::matcher).collect();
                    Self::values(domain, said, |value| matchers.iter().any(|matcher| matcher.matches(value)))
                }
                None if said == Said::Asked => Self::text(*field, globs),
                None => Self::default(),
            },
            Test::Time { field, compare, when } if said == Said::Asked => Self::time(*field, *compare, *when, now),
            Test::Is(flag) => Self::flag(*flag, said),
            // The rest has no filter, or none that means the same.
            _ => Self::default(),
        }
    }

    fn values(domain: Domain, said: Said, matches: impl Fn(&str) -> bool) -> Self {
        Self { values: BTreeMap::from([(domain, Values::said(domain, said, matches))]), ..Self::default() }
    }

    fn flag(flag: Flag, said: Said) -> Self {
        let one = |domain, value: &'static str| Self::values(domain, said, move |known| known == value);
        match flag {
            Flag::New => one(Domain::Workflow, "NEW"),
            Flag::Notified => one(Domain::Workflow, "NOTIFIED"),
            Flag::Suppressed => one(Domain::Workflow, "SUPPRESSED"),
            Flag::Resolved => one(Domain::Workflow, "RESOLVED"),
            Flag::Archived => one(Domain::RecordState, "ARCHIVED"),
            Flag::Failed => one(Domain::Compliance, "FAILED"),
            Flag::Passed => one(Domain::Compliance, "PASSED"),
            Flag::Open if said == Said::Asked => {
                let not = |domain, closed: &'static [&'static str]| {
                    Self::values(domain, Said::Denied, move |known| closed.contains(&known))
                };
                not(Domain::RecordState, &["ARCHIVED"])
                    .both(not(Domain::Workflow, &["RESOLVED", "SUPPRESSED"]))
                    .both(not(Domain::Compliance, &["PASSED"]))
            }
            _ => Self::default(),
        }
    }

    fn text(field: Field, globs: &[Glob]) -> Self {
        let (attribute, filter): (_, fn(&Glob) -> Option<TextFilter>) = match field {
            Field::Account => (TextAttribute::AwsAccountId, account),
            Field::Region => (TextAttribute::Region, region),
            Field::Control => (TextAttribute::ComplianceSecurityControlId, control),
            _ => return Self::default(),
        };
        let Some(filters) = globs.iter().map(filter).collect::<Option<Vec<_>>>() else { return Self::default() };
        Self { texts: BTreeMap::from([(attribute, filters)]), ..Self::default() }
    }

    fn time(field: Field, compare: Compare, when: When, now: Timestamp) -> Self {
        let attribute = match field {
            Field::Updated => TimeAttribute::UpdatedAt,
            Field::Created => TimeAttribute::CreatedAt,
            Field::FirstSeen => TimeAttribute::FirstObservedAt,
            Field::LastSeen => TimeAttribute::LastObservedAt,
            _ => return Self::default(),
        };
        let window = Window::of(compare, when, now);
        // A second more at either end: times are compared here in whole seconds, and whether AWS's ends are inclusive is
        // not documented.
        let end = |second: i64, by: i64| Timestamp::from_second(second.saturating_add(by)).ok();
        let to = if matches!(when, When::Ago(_)) { None } else { end(window.to, 1) };
        let stretch = Stretch { from: end(window.from, -1), to };
        Self { times: BTreeMap::from([(attribute, stretch)]), ..Self::default() }
    }

    /// What must hold where both hold.
    fn both(mut self, other: Self) -> Self {
        for (attribute, filters) in other.texts {
            let held = self.texts.entry(attribute).or_insert_with(|| filters.clone());
            if filters.len() < held.len() {
                *held = filters;
            }
        }
        for (domain, values) in other.values {
            let held = self.values.remove(&domain);
            self.values.insert(domain, held.map_or_else(|| values.clone(), |held| held.both(&values)));
        }
        for (attribute, stretch) in other.times {
            let held = self.times.entry(attribute).or_default();
            let from = held.from.max(stretch.from);
            let to = held.to.into_iter().chain(stretch.to).min();
            *held = Stretch { from, to };
        }
        self
    }

    /// What must hold where one of the two holds.
    fn either(mut self, mut other: Self) -> Self {
        self.texts.retain(|attribute, held| {
            let Some(filters) = other.texts.remove(attribute) else { return false };
            held.extend(filters);
            held.sort_unstable();
            held.dedup();
            true
        });
        let values = std::mem::take(&mut self.values);
        self.values = values
            .into_iter()
            .filter_map(|(domain, held)| Some((domain, held.either(other.values.get(&domain)?))))
            .collect();
        self.times.retain(|attribute, held| {
            let Some(stretch) = other.times.get(attribute) else { return false };
            let from = held.from.zip(stretch.from).map(|(a, b)| a.min(b));
            let to = held.to.zip(stretch.to).map(|(a, b)| a.max(b));
            *held = Stretch { from, to };
            true
        });
        self
    }

    fn extent(self, text: &str) -> Extent {
        let mut extent = Extent { text: text.to_owned(), ..Extent::default() };
        extent.lasting.extend(self.texts.into_iter().filter(|(_, filters)| filters.len() <= MOST_VALUES));
        // What is asked for of one control, or of a result, GuardDuty's findings do not have.
        if extent.lasting.contains_key(&TextAttribute::ComplianceSecurityControlId) {
            extent.guardduty = Reach::Nothing;
        }
        // A set with nothing in it is a contradiction: nothing matches, and nothing is gained by a request for nothing.
        for (domain, values) in self.values.into_iter().filter(|(_, values)| values.other || !values.known.is_empty()) {
            let equals = || values.known.iter().map(|value| TextFilter::equals(*value)).collect::<Vec<_>>();
            let excluded = || domain.known().iter().filter(|value| !values.known.contains(value));
            let differs = || excluded().map(|value| TextFilter::not(*value)).collect::<Vec<_>>();
            let (attribute, filters) = match domain {
                Domain::Severity => {
                    let asked: Vec<_> =
                        values.known.iter().filter_map(|label| Severity::from_label(label)).collect();
                    if !asked.is_empty() {
                        extent.severities.retain(|severity| asked.contains(severity));
                    }
                    continue;
                }
                Domain::Workflow if values.other => (TextAttribute::WorkflowStatus, differs()),
                Domain::Workflow => (TextAttribute::WorkflowStatus, equals()),
                // What says nothing is active.
                Domain::RecordState if values.known.contains(&"ACTIVE") => (TextAttribute::RecordState, differs()),
                Domain::RecordState if values.other => continue,
                Domain::RecordState => (TextAttribute::RecordState, equals()),
                Domain::Compliance if values.other => continue,
                Domain::Compliance => {
                    extent.guardduty = Reach::Nothing;
                    (TextAttribute::ComplianceStatus, equals())
                }
            };
            if !filters.is_empty() {
                extent.passing.insert(attribute, filters);
            }
        }
        extent.times = self.times;
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
}

/// An account's number. (A name that is twelve digits is taken for one.)
fn account(glob: &Glob) -> Option<TextFilter> {
    let number = fold(glob.literal()?);
    (number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| TextFilter::equals(number))
}

/// A Region, or how several begin: AWS writes them in lower case.
fn region(glob: &Glob) -> Option<TextFilter> {
    let plain = |text: &str| {
        let name = fold(text);
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        name.bytes().all(is_plain).then(|| name.into_owned())
    };
    match (glob.literal(), glob.prefix()) {
        (Some(name), _) => plain(name).map(TextFilter::equals),
        (None, Some(beginning)) => plain(beginning).map(TextFilter::prefix),
        (None, None) => None,
    }
}

/// A control, in the case that AWS writes it.
fn control(glob: &Glob) -> Option<TextFilter> {
    let name = fold(glob.literal()?);
    let known = cis::rows().iter().find(|row| row.control.eq_ignore_ascii_case(&name))?;
    Some(TextFilter::equals(known.control))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// The extent in one line, attribute by attribute.
    fn pushed(text: &str) -> String {
        let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
        let extent = push(&crate::query::parse(text).unwrap(), text, now);
        let mut said = Vec::new();
        if extent.severities.len() < 5 {
            let labels: Vec<_> = extent.severities.iter().map(|severity| severity.label()).collect();
            said.push(format!("SeverityLabel={}", labels.join(",")));
        }
        for (attribute, filters) in extent.lasting.iter().chain(&extent.passing) {
            let each = filters.iter().map(|filter| match filter.comparison {
                crate::model::extent::Comparison::Equals => filter.value.clone(),
                crate::model::extent::Comparison::Prefix => format!("{}*", filter.value),
                crate::model::extent::Comparison::NotEquals => format!("!{}", filter.value),
            });
            said.push(format!("{attribute:?}={}", each.collect::<Vec<_>>().join(",")));
        }
        for (attribute, stretch) in &extent.times {
            let end = |end: Option<Timestamp>| end.map(|end| end.to_string()).unwrap_or_default();
            said.push(format!("{attribute:?}={}..{}", end(stretch.from), end(stretch.to)));
        }
        if extent.guardduty == Reach::Nothing {
            said.push("no GuardDuty".to_owned());
        }
        said.join(" ")
    }

    #[test]
    fn what_get_findings_can_filter_is_pushed_and_nothing_that_may_lose_a_finding() {
        for (query, expected) in [
            ("", ""),
            // Severities, as set, as comparison, and turned round.
            ("severity:critical", "SeverityLabel=CRITICAL"),
            ("severity>=high", "SeverityLabel=CRITICAL,HIGH"),
            ("sev:crit* OR sev:high", "SeverityLabel=CRITICAL,HIGH"),
            ("-severity:informational,low", "SeverityLabel=CRITICAL,HIGH,MEDIUM"),
            ("NOT (severity:low OR severity:informational)", "SeverityLabel=CRITICAL,HIGH,MEDIUM"),
            ("severity:critical severity:high", ""),
            // What every finding has may be asked for by its opposite; what may be absent must not.
            ("status:new", "WorkflowStatus=NEW"),
            ("-status:suppressed", "WorkflowStatus=!SUPPRESSED"),
            ("state:active", "RecordState=!ARCHIVED"),
            ("is:archived", "RecordState=ARCHIVED"),
            ("-is:archived", "RecordState=!ARCHIVED"),
            ("is:failed", "ComplianceStatus=FAILED no GuardDuty"),
            ("-is:passed", ""),
            ("is:open", "WorkflowStatus=!RESOLVED,!SUPPRESSED RecordState=!ARCHIVED"),
            ("-is:open", ""),
            ("is:open compliance:failed,warning", "WorkflowStatus=!RESOLVED,!SUPPRESSED RecordState=!ARCHIVED \
              ComplianceStatus=FAILED,WARNING no GuardDuty"),
            // Spellings that are known.
            ("account:111122223333", "AwsAccountId=111122223333"),
            ("account:prod-web", ""),
            ("account:1111*", ""),
            ("-account:111122223333", ""),
            ("region:EU-West-1,ｕs-east-1", "Region=eu-west-1,us-east-1"),
            ("region:eu-*", "Region=eu-*"),
            ("region:*-1", ""),
            ("control:iam.9", "ComplianceSecurityControlId=IAM.9 no GuardDuty"),
            ("control:Unheard.1", ""),
            // Times: absolute ones at both ends, relative ones at the near end alone.
            ("created:2026-03-01", "CreatedAt=2026-02-28T23:59:59Z..2026-03-02T00:00:00Z"),
            ("updated<24h", "UpdatedAt=2026-03-09T12:00:00Z.."),
            ("updated>30d", ""),
            ("first>=2026-03-01 first<2026-03-02", "FirstObservedAt=2026-02-28T23:59:59Z..2026-03-02T00:00:00Z"),
            ("created<2026-01-01 created>=2026-03-01", "CreatedAt=2026-02-28T23:59:59Z.."),
            ("age<24h", ""),
            // AND narrows, OR widens, and over different fields says nothing.
            ("severity:high region:eu-west-1 bucket", "SeverityLabel=HIGH Region=eu-west-1"),
            ("severity:high OR region:eu-west-1", ""),
            ("(severity:high root) OR (severity:critical is:new)", "SeverityLabel=CRITICAL,HIGH"),
            ("region:eu-west-1 OR region:eu-central-1 OR region:eu-west-1", "Region=eu-central-1,eu-west-1"),
            ("updated>=2026-03-02 OR updated:2026-02-01", "UpdatedAt=2026-01-31T23:59:59Z.."),
            ("NOT (severity:low is:new)", ""),
            // Never: text, types, resources, names, scores.
            ("title:root type:Recon resource:i-0 product:GuardDuty score>=7 standard:cis is:sample", ""),
        ] {
            assert_eq!(pushed(query), expected, "{query}");
        }
    }

    #[test]
    fn no_request_has_more_attributes_or_values_than_get_findings_takes() {
        let accounts: Vec<String> = (0..21).map(|n| format!("{n:012}")).collect();
        assert_eq!(pushed(&format!("account:{}", accounts.join(","))), "");
        assert!(pushed(&format!("account:{}", accounts[..20].join(","))).starts_with("AwsAccountId="));
        let all = "account:111122223333 region:eu-west-1 control:IAM.9 is:new -is:archived is:failed severity:high \
                   updated>=2026-03-01 created>=2026-03-01 first>=2026-03-01 last>=2026-03-01";
        let said = pushed(all);
        assert!(!said.contains("LastObservedAt") && said.contains("UpdatedAt"), "{said}");
    }
}
