//! The overview against a recount of every row.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::model::finding_type::service_name;
use crate::model::{Batch, Format, Provenance, RawRecord, Scope, Service, Update};
use crate::store::{Lens, Store};

const DAY: i64 = 86_400;

/// Types of one form, of one form here and another there, of two and three at once, and of none that a service gives.
fn types(n: usize) -> Vec<String> {
    let kind = n % 47;
    let forms = [
        format!("Recon:EC2/Probe{kind}"),
        format!("TTPs/Discovery/Recon:EC2-Probe{kind}"),
        format!("TTPs/Recon:EC2/Probe{kind}"),
        format!("Type/{kind}"),
    ];
    let has: &[usize] = match kind % 6 {
        0 => &[0],
        1 => &[1],
        2 => &[[0], [1], [2]][n / 47 % 3],
        3 => &[0, 1],
        4 => &[0, 1, 2],
        _ => &[3],
    };
    has.iter().map(|form| forms[*form].clone()).collect()
}

fn filled(count: usize) -> (Store, Timestamp) {
    let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
    let record = |n: usize| {
        let age = i64::try_from((n * 7919) % (20 * 24 * 60)).unwrap();
        let born = Timestamp::from_second(now.as_second() - age * 60).unwrap();
        let value = json!({
            "Id": format!("finding-{n}"), "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/inspector",
            "AwsAccountId": format!("1111222233{:02}", n % 23), "Region": (["eu-west-1", "us-east-1"][n % 2]),
            "ProductName": (["Inspector", "Macie", "Prowler"][n % 3]), "Title": "t", "Description": "d",
            "GeneratorId": "g", "Types": types(n),
            "CreatedAt": born.to_string(), "UpdatedAt": now.to_string(),
            "Severity": if n.is_multiple_of(11) { json!({}) } else { json!({"Label": Severity::WORST_FIRST[n % 5].label()}) },
            "Resources": [{"Type": "Other", "Id": format!("r{}", n % 41)}, {"Type": "Other", "Id": format!("r{}", n % 7)}],
            "Workflow": {"Status": (["NEW", "NOTIFIED", "RESOLVED", "SUPPRESSED", "NEW"][n % 5])},
            "RecordState": if n.is_multiple_of(13) { "ARCHIVED" } else { "ACTIVE" }, "Sample": n.is_multiple_of(19),
        });
        RawRecord { format: Format::Asff, json: value.to_string().into() }
    };
    let scope = Arc::new(Scope { service: Service::SecurityHub, account: "1".into(), region: "eu-west-1".into() });
    let mut store = Store::new();
    let provenance = Provenance { scope, sweep: None };
    let applied = store.apply(Update::Records(Batch { provenance, records: (0..count).map(record).collect() }));
    assert_eq!(applied.new, count);
    (store, now)
}

fn recount<'a>(snapshot: &'a Snapshot, values: impl Fn(&super::super::Row<'a>) -> Vec<String>) -> Vec<Tally> {
    let mut all: BTreeMap<String, Tally> = BTreeMap::new();
    for row in snapshot.open().iter().map(|id| snapshot.row(RowId(id)).unwrap()) {
        let mut values = values(&row);
        values.sort();
        values.dedup();
        for value in values {
            let tally = all.entry(value.clone()).or_insert(Tally { value, critical: 0, high: 0, total: 0 });
            tally.critical += u64::from(row.severity() == Some(Severity::Critical));
            tally.high += u64::from(row.severity() == Some(Severity::High));
            tally.total += 1;
        }
    }
    let mut all: Vec<Tally> = all.into_values().collect();
    all.sort_by(|a, b| (b.critical, b.high, b.total).cmp(&(a.critical, a.high, a.total)).then(a.value.cmp(&b.value)));
    all.truncate(TOP);
    all
}

#[test]
fn every_count_equals_a_naive_recount() {
    let (mut store, now) = filled(3000);
    let snapshot = store.publish();
    let overview = Overview::of(&snapshot, now);
    let open: Vec<_> = snapshot.open().iter().map(|id| snapshot.row(RowId(id)).unwrap()).collect();
    assert_eq!(overview.open, open.len() as u64);
    for count in &overview.severities {
        let rows: Vec<_> = open.iter().filter(|row| row.severity() == count.severity).collect();
        let within = |seconds: i64| {
            rows.iter().filter(|row| now.as_second() - row.created_at().unwrap().as_second() < seconds).count() as u64
        };
        assert_eq!((count.open, count.day, count.week), (rows.len() as u64, within(DAY), within(7 * DAY)));
        assert_eq!(count.histogram.iter().map(|n| u64::from(*n)).sum::<u64>(), within(14 * DAY));
        assert_eq!(u64::from(count.histogram[DAYS - 1]), count.day);
    }
    assert_eq!(overview.accounts, recount(&snapshot, |row| vec![row.account().unwrap().to_owned()]));
    assert_eq!(overview.types, recount(&snapshot, |row| row.types().map(|kind| service_name(kind).into()).collect()));
    let sums = recount(&snapshot, |row| row.types().map(str::to_owned).collect());
    assert!(sums.iter().any(|sum| sum.value.starts_with("TTPs/")), "forms are among the top");
    assert_eq!(overview.resources, recount(&snapshot, |row| row.resources().map(|r| r.id.to_owned()).collect()));
    assert_eq!(overview.by_product, recount(&snapshot, |row| vec![row.product().to_owned()]));
    assert_eq!(overview.samples, open.iter().filter(|row| row.sample()).count() as u64);
    let closed = overview.closed;
    let sum = closed.archived + closed.suppressed + closed.resolved + closed.passed;
    assert_eq!(sum + overview.open, snapshot.len() as u64);
    let mut criticals: Vec<_> = open.iter().filter(|row| row.severity() == Some(Severity::Critical)).collect();
    criticals.sort_by_key(|row| std::cmp::Reverse((row.created_at(), row.row_id())));
    let newest: Vec<_> = criticals.iter().take(TOP).map(|row| row.row_id()).collect();
    assert_eq!(overview.newest_criticals, newest);
}

#[test]
fn an_empty_store_has_an_overview_of_zeros() {
    let overview = Overview::of(&Store::new().publish(), Timestamp::UNIX_EPOCH);
    assert_eq!((overview.open, overview.severities.len(), overview.resources.len()), (0, 6, 0));
}

#[test]
fn a_snapshot_that_shows_all_its_rows_one_by_one_counts_the_same() {
    let (mut store, now) = filled(3_000);
    let whole = Overview::of(&store.snapshot(), now);
    let mut store = store.through(Some(Lens::new("all", |snapshot| snapshot.live().clone())));
    let narrowed = Overview::of(&store.snapshot(), now);
    assert_eq!(Overview { version: whole.version, ..narrowed }, whole);
    assert!(whole.types.iter().all(|kind| !kind.value.starts_with("TTPs/")), "{:?}", whole.types);
    let mut store = store.through(Some(Lens::new("nothing", |_| roaring::RoaringBitmap::new())));
    let nothing = Overview::of(&store.snapshot(), now);
    assert_eq!((nothing.open, nothing.accounts.len(), nothing.resources.len(), nothing.samples), (0, 0, 0, 0));
}

#[test]
fn two_parts_count_as_the_whole() {
    let (mut store, now) = filled(5000);
    let snapshot = store.publish();
    let of = |chunks| Pass::part(&snapshot.tables.rows, chunks, now.as_second(), &|_| true);
    let whole = of(0..5);
    let mut parts = of(0..2);
    parts.add(&of(2..5));
    assert_eq!(whole.newest.len(), TOP);
    assert_eq!((parts.ages, parts.newest), (whole.ages, whole.newest));
}
