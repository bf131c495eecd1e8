//! What every row that matches must have, field by field.
//!
//! In: the expression of a query. Out: [`Needs`]. `AND` takes both sides' word, `OR` only what both sides say of one field,
//! `NOT` turns a set of values round; a field that is not there may be anything.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::extent::{Stretch, TextAttribute, TextFilter, TimeAttribute};
use crate::model::{Compliance, RecordState, Severity, Workflow, cis};
use crate::query::expr::{Compare, Expr, Flag, Test, When};
use crate::query::field::{Field, SEVERITIES};
use crate::query::fold::fold;
use crate::query::glob::{Glob, Matcher};
use crate::query::window::Window;

/// Whether an expression stands under a `NOT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Asked,
    Denied,
}

/// A field whose values AWS defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Domain {
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

    pub(super) const fn known(self) -> &'static [&'static str] {
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
pub(super) struct Values {
    pub(super) known: Vec<&'static str>,
    /// No value, or one that AWS has not defined yet.
    pub(super) other: bool,
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
pub(super) struct Needs {
    pub(super) texts: BTreeMap<TextAttribute, Vec<TextFilter>>,
    pub(super) values: BTreeMap<Domain, Values>,
    pub(super) times: BTreeMap<TimeAttribute, Stretch>,
}

impl Needs {
    pub(super) fn of(expr: &Expr, said: Said, now: Timestamp) -> Self {
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
