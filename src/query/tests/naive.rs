//! The rules of the language, and of every order, over one row after another, with nothing clever: what evaluation and
//! sorting are held against.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::cmp::{Ordering, Reverse};

use jiff::Timestamp;

use super::super::field::Field;
use super::super::*;
use super::evaluate::now;
use crate::model::{ObservableKind, Severity, StandardId, cis};
use crate::store::{Row, Snapshot};

/// The rules of the language over one row, with nothing clever.
pub(super) fn naive(expr: &Expr, row: &Row<'_>, snapshot: &Snapshot) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| naive(part, row, snapshot)),
        Expr::Or(parts) => parts.iter().any(|part| naive(part, row, snapshot)),
        Expr::Not(inner) => !naive(inner, row, snapshot),
        Expr::Test(Test::Word(glob)) => words(row).iter().any(|text| glob.matcher().matches(text)),
        Expr::Test(Test::Text { field, globs }) => texts(row, *field)
            .iter()
            .filter(|text| !text.is_empty())
            .any(|text| globs.iter().any(|glob| glob.matcher().matches(text))),
        Expr::Test(Test::Severity { compare, severity }) => {
            row.severity().is_some_and(|found| compare.holds(found.cmp(severity)))
        }
        Expr::Test(Test::Number { field: Field::Port, bounds }) => {
            observed(row, ObservableKind::Port).iter().any(|port| bounds.hold(port.parse().unwrap()))
        }
        Expr::Test(Test::Number { bounds, .. }) => row.score().is_some_and(|score| bounds.hold(score)),
        Expr::Test(Test::Address(block)) => observed(row, ObservableKind::Ip).iter().any(|address| block.has(address)),
        Expr::Test(Test::Has(field)) => match field {
            Field::Note => row.noted(),
            Field::Score => row.score().is_some(),
            Field::Created | Field::Updated | Field::FirstSeen | Field::LastSeen | Field::Age => {
                time(row, *field).is_some()
            }
            other => texts(row, *other).iter().any(|text| !text.is_empty()),
        },
        Expr::Test(Test::Path { path, held }) => row.records().any(|record| {
            place(&serde_json::from_slice(&snapshot.raw(&record).unwrap()).unwrap_or_default(), &segments(path), held)
        }),
        Expr::Test(Test::Time { field, compare, when }) => {
            time(row, *field).is_some_and(|at| timely(at, *compare, *when))
        }
        Expr::Test(Test::Is(flag)) => match flag {
            Flag::Open => row.is_open(),
            Flag::New => row.workflow() == Some("NEW"),
            Flag::Notified => row.workflow() == Some("NOTIFIED"),
            Flag::Archived => row.record_state() == "ARCHIVED",
            Flag::Suppressed => row.workflow() == Some("SUPPRESSED"),
            Flag::Resolved => row.workflow() == Some("RESOLVED"),
            Flag::Failed => row.compliance() == Some("FAILED"),
            Flag::Passed => row.compliance() == Some("PASSED"),
            Flag::Sample => row.sample(),
            Flag::Sequence => row.types().any(|kind| kind.contains("AttackSequence:")),
            // There is no mark here: `store::since` has tests of its own.
            Flag::Unseen => true,
            Flag::Worse | Flag::Back | Flag::Closed => false,
        },
    }
}

fn time(row: &Row<'_>, field: Field) -> Option<i64> {
    let time = match field {
        Field::Created => row.created_at(),
        Field::Updated => row.updated_at(),
        Field::FirstSeen => row.first_seen(),
        Field::LastSeen => row.last_seen(),
        _ => row.first_seen().or(row.created_at()),
    };
    time.map(Timestamp::as_second)
}

fn timely(at: i64, compare: Compare, when: When) -> bool {
    match when {
        When::At(time) => compare.holds(at.cmp(&time.as_second())),
        When::Ago(span) => {
            compare.holds((i128::from(now().as_second()) - i128::from(at)).cmp(&i128::from(span.seconds())))
        }
        When::Day(day) => {
            let of_row = jiff::tz::TimeZone::UTC.to_datetime(Timestamp::from_second(at).unwrap()).date();
            compare.holds(of_row.cmp(&day))
        }
    }
}

pub(super) fn words(row: &Row<'_>) -> Vec<String> {
    [Field::Title, Field::Description, Field::Resource, Field::Type, Field::Account]
        .into_iter()
        .flat_map(|field| texts(row, field))
        .collect()
}

pub(super) fn texts(row: &Row<'_>, field: Field) -> Vec<String> {
    let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect::<Vec<_>>();
    let ids = || row.resources().map(|r| r.id.to_owned()).collect::<Vec<_>>();
    let kinds = || row.resources().filter_map(|r| r.kind).map(str::to_owned).collect::<Vec<_>>();
    let names = || row.resources().filter_map(|r| r.name).map(str::to_owned).collect::<Vec<_>>();
    match field {
        Field::Id | Field::Record => row.records().map(|record| record.id().into_owned()).collect(),
        Field::Product => vec![row.product().to_owned()],
        Field::Title => vec![row.title().to_owned()],
        Field::Description => vec![row.description().to_owned()],
        Field::Severity => one(row.severity().map(Severity::label)),
        Field::Account => [one(row.account()), one(row.account_name())].concat(),
        Field::AccountName => one(row.account_name()),
        Field::Region => one(row.region()),
        Field::Resource => [ids(), kinds(), names()].concat(),
        Field::ResourceId => ids(),
        Field::ResourceType => kinds(),
        Field::ResourceName => names(),
        Field::Type => row.types().map(str::to_owned).collect(),
        Field::Workflow => one(row.workflow()),
        Field::RecordState => vec![row.record_state().to_owned()],
        Field::Compliance => one(row.compliance()),
        Field::Control => one(row.control()),
        Field::Standard => row
            .standards()
            .flat_map(|id| {
                let standard = StandardId(id.into());
                let short = standard.short();
                let name = short.split('/').next().unwrap().to_owned();
                vec![id.to_owned(), short.clone(), name, standard.slug().to_owned()]
            })
            .collect(),
        Field::Generator => one(row.generator()),
        Field::Source => row.sources().map(|source| source.id().to_owned()).collect(),
        Field::ActorIp => observed(row, ObservableKind::Ip),
        Field::ActorCountry => observed(row, ObservableKind::Country),
        Field::Principal => observed(row, ObservableKind::Principal),
        Field::AccessKey => observed(row, ObservableKind::AccessKey),
        Field::Port => observed(row, ObservableKind::Port),
        Field::Cve => observed(row, ObservableKind::Cve),
        Field::Tag => observed(row, ObservableKind::Tag),
        Field::Requirement => cis::rows()
            .iter()
            .filter(|cis| row.control() == Some(cis.control))
            .filter(|cis| {
                row.standards().any(|id| id.ends_with(&format!("cis-aws-foundations-benchmark/v/{}", cis.version)))
            })
            .flat_map(|cis| [cis.requirement.to_owned(), format!("cis/{}/{}", cis.version, cis.requirement)])
            .collect(),
        _ => Vec::new(),
    }
}

fn observed(row: &Row<'_>, kind: ObservableKind) -> Vec<String> {
    row.observables().filter(|(of, _)| *of == kind).map(|(_, value)| value.to_owned()).collect()
}

fn segments(path: &Path) -> Vec<Glob> {
    path.segments.clone()
}

/// The place, walked over the whole tree.
fn place(value: &serde_json::Value, way: &[Glob], held: &Held) -> bool {
    use serde_json::Value;
    match (value, way) {
        (Value::Array(_) | Value::Object(_), []) if *held == Held::Any => true,
        (Value::Array(list), _) => list.iter().any(|one| place(one, way, held)),
        (Value::Object(map), [first, rest @ ..]) => map.iter().any(|(name, value)| {
            let parts: Vec<&str> = name.split('.').collect();
            let dotted = parts.len() > 1
                && way.len() >= parts.len()
                && way.iter().zip(&parts).all(|(segment, part)| segment.matcher().matches(part));
            (first.matcher().matches(name) && place(value, rest, held))
                || (dotted && place(value, &way[parts.len()..], held))
        }),
        (Value::Null | Value::Object(_), _) | (_, [_, ..]) => false,
        (scalar, []) => {
            let text = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
            match held {
                Held::Any => true,
                Held::Text(globs) => globs.iter().any(|glob| glob.matcher().matches(&text)),
                Held::Number { compare, number } => Number::parse(text.trim())
                    .is_some_and(|found| compare.holds(found.value().total_cmp(&number.value()))),
                Held::Time { compare, when } => {
                    crate::model::time::parse(&text).is_some_and(|at| timely(at.as_second(), *compare, *when))
                }
            }
        }
    }
}

/// What is missing stands last in either direction.
fn last<T>(a: Option<T>, b: Option<T>, compare: impl Fn(T, T) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

pub(super) fn naive_order(a: &Row<'_>, b: &Row<'_>, sort: Sort) -> Ordering {
    let directed = |ordering: Ordering| match sort.direction {
        Direction::Ascending => ordering,
        Direction::Descending => ordering.reverse(),
    };
    let text = |row: &Row<'_>| {
        let text = match sort.field {
            Column::Title => Some(row.title().to_owned()),
            Column::Resource => row.resources().next().map(|r| r.name.unwrap_or(r.id).to_owned()),
            Column::ResourceType => row.resources().next().and_then(|r| r.kind).map(str::to_owned),
            Column::Account => row.account_name().or(row.account()).map(str::to_owned),
            Column::Region => row.region().map(str::to_owned),
            Column::Product => Some(row.product().to_owned()),
            Column::Status => row.workflow().map(str::to_owned),
            Column::State => Some(row.record_state().to_owned()),
            Column::Compliance => row.compliance().map(str::to_owned),
            Column::Control => row.control().map(str::to_owned),
            Column::Type => row.types().next().map(str::to_owned),
            Column::Generator => row.generator().map(str::to_owned),
            Column::Source => row.sources().next().map(|service| service.id().to_owned()),
            Column::ActorIp => {
                row.observables().find(|(kind, _)| *kind == ObservableKind::Ip).map(|(_, ip)| ip.to_owned())
            }
            Column::Principal => {
                row.observables().find(|(kind, _)| *kind == ObservableKind::Principal).map(|(_, who)| who.to_owned())
            }
            _ => Some(row.id().into_owned()),
        };
        text.filter(|text| !text.is_empty()).map(|text| fold::fold(&text).into_owned())
    };
    let age = |row: &Row<'_>| time(row, Field::Age).map(Reverse);
    let first = match sort.field {
        Column::Severity => last(a.severity(), b.severity(), |a, b| directed(a.cmp(&b))),
        Column::Score => last(a.score(), b.score(), |a, b| directed(a.total_cmp(&b))),
        Column::Age => last(age(a), age(b), |a, b| directed(a.cmp(&b))),
        Column::Created => last(time(a, Field::Created), time(b, Field::Created), |a, b| directed(a.cmp(&b))),
        Column::Updated => last(time(a, Field::Updated), time(b, Field::Updated), |a, b| directed(a.cmp(&b))),
        Column::FirstSeen => last(time(a, Field::FirstSeen), time(b, Field::FirstSeen), |a, b| directed(a.cmp(&b))),
        Column::LastSeen => last(time(a, Field::LastSeen), time(b, Field::LastSeen), |a, b| directed(a.cmp(&b))),
        _ => last(text(a), text(b), |a, b| directed(a.cmp(&b))),
    };
    first
        .then_with(|| b.severity().cmp(&a.severity()))
        .then_with(|| last(age(a), age(b), |a, b| a.cmp(&b)))
        .then_with(|| a.row_id().cmp(&b.row_id()))
}
