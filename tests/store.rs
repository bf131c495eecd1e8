//! The store, from outside: what folds, what is removed, and that order does not matter.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};
use yagura::model::scope::SweepId;
use yagura::model::{Batch, Format, ObservableKind, Provenance, RawRecord, Scope, Service, Update};
use yagura::store::{Field, Row, RowId, Snapshot, Store, SymSet, TextColumn};

#[path = "store/image.rs"]
mod image;

const ACCOUNT: &str = "111122223333";
const CIS5: &str = "standards/cis-aws-foundations-benchmark/v/5.0.0";
const CIS3: &str = "standards/cis-aws-foundations-benchmark/v/3.0.0";
const CIS14: &str = "standards/cis-aws-foundations-benchmark/v/1.4.0";
const FSBP: &str = "standards/aws-foundational-security-best-practices/v/1.0.0";

fn scope(service: Service, region: &str) -> Arc<Scope> {
    Arc::new(Scope { service, account: ACCOUNT.into(), region: region.into() })
}

fn hub() -> Arc<Scope> {
    scope(Service::SecurityHub, "us-east-1")
}

fn guardduty() -> Arc<Scope> {
    scope(Service::GuardDuty, "us-east-1")
}

fn asff(record: &Value) -> RawRecord {
    RawRecord { format: Format::Asff, json: Bytes::from(record.to_string()) }
}

fn native(record: &Value) -> RawRecord {
    RawRecord { format: Format::GuardDuty, json: Bytes::from(record.to_string()) }
}

fn batch(scope: &Arc<Scope>, sweep: Option<u32>, records: Vec<RawRecord>) -> Update {
    Update::Records(Batch { provenance: Provenance { scope: Arc::clone(scope), sweep: sweep.map(SweepId) }, records })
}

fn ended(scope: &Arc<Scope>, sweep: u32) -> Update {
    Update::SweepEnded { scope: Arc::clone(scope), sweep: SweepId(sweep) }
}

fn rows(snapshot: &Snapshot) -> Vec<Row<'_>> {
    snapshot.live().iter().map(|id| snapshot.row(RowId(id)).unwrap()).collect()
}

fn control(control: &str, standards: &[&str], bucket: &str, uuid: u32, status: &str) -> Value {
    json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("arn:aws:securityhub:us-east-1:{ACCOUNT}:security-control/{control}/finding/0f3a41d2-91c2-4e57-8e10-{uuid:012x}"),
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
        "ProductName": "Security Hub",
        "GeneratorId": format!("security-control/{control}"),
        "AwsAccountId": ACCOUNT,
        "AwsAccountName": "prod-payments",
        "Region": "us-east-1",
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "CreatedAt": "2026-01-01T00:00:00.000Z",
        "UpdatedAt": "2026-01-02T00:00:00.123Z",
        "FirstObservedAt": "2026-01-01T00:00:00.000Z",
        "Severity": {"Label": "HIGH", "Normalized": 70},
        "Title": format!("{control} title"),
        "Description": "This control checks something.",
        "Resources": [{"Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::{bucket}"), "Region": "us-east-1"}],
        "Compliance": {
            "Status": status,
            "SecurityControlId": control,
            "AssociatedStandards": standards.iter().map(|s| json!({"StandardsId": s})).collect::<Vec<_>>(),
        },
        "Workflow": {"Status": "NEW"},
        "RecordState": "ACTIVE",
    })
}

const GUARDDUTY_ARN: &str =
    "arn:aws:guardduty:us-east-1:111122223333:detector/a0b1c2/finding/0f3a41d291c24e578e10aa01b2c3d4e5";

fn guardduty_native(archived: bool) -> Value {
    json!({
        "AccountId": ACCOUNT, "Arn": GUARDDUTY_ARN, "Id": "0f3a41d291c24e578e10aa01b2c3d4e5", "Region": "us-east-1",
        "Type": "UnauthorizedAccess:EC2/SSHBruteForce", "Severity": 8.9, "SchemaVersion": "2.0", "Partition": "aws",
        "Title": "SSH brute force", "Description": "203.0.113.9 performed SSH brute force attacks.",
        "CreatedAt": "2026-01-01T00:00:00.000Z", "UpdatedAt": "2026-01-03T00:00:00.000Z",
        "Resource": {"ResourceType": "Instance", "InstanceDetails": {"InstanceId": "i-0aa01b2c3d4e57e10"}},
        "Service": {"ServiceName": "guardduty", "Archived": archived, "Count": 3, "DetectorId": "a0b1c2",
            "EventFirstSeen": "2026-01-01T00:00:00.000Z", "EventLastSeen": "2026-01-03T00:00:00.000Z"},
    })
}

fn guardduty_copy(workflow: &str) -> Value {
    json!({
        "SchemaVersion": "2018-10-08", "Id": GUARDDUTY_ARN,
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty", "ProductName": "GuardDuty",
        "GeneratorId": "arn:aws:guardduty:us-east-1:111122223333:detector/a0b1c2",
        "AwsAccountId": ACCOUNT, "Region": "us-east-1",
        "Types": ["TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce"],
        "CreatedAt": "2026-01-01T00:00:00.000Z", "UpdatedAt": "2026-01-02T00:00:00.000Z",
        "Severity": {"Label": "MEDIUM", "Normalized": 40, "Product": 2},
        "Title": "A title that differs", "Description": "As Security Hub has it.",
        "Resources": [{"Type": "AwsEc2Instance", "Id": "arn:aws:ec2:us-east-1:111122223333:instance/i-0aa01b2c3d4e57e10"}],
        "Workflow": {"Status": workflow}, "RecordState": "ACTIVE",
    })
}

#[test]
fn guardduty_through_both_services_is_one_row_of_two_records() {
    for flipped in [false, true] {
        let mut updates = vec![
            batch(&hub(), None, vec![asff(&guardduty_copy("NOTIFIED"))]),
            batch(&guardduty(), None, vec![native(&guardduty_native(false))]),
        ];
        if flipped {
            updates.reverse();
        }
        let mut store = Store::new();
        for update in updates {
            assert!(store.apply(update).rejected.is_empty());
        }
        let snapshot = store.publish();
        assert_eq!(snapshot.len(), 1);
        let row = rows(&snapshot)[0];
        assert_eq!(row.records().count(), 2);
        assert_eq!(row.sources().map(Service::id).collect::<Vec<_>>(), ["securityhub", "guardduty"]);
        assert_eq!((row.score(), row.severity().unwrap().label()), (Some(8.9), "HIGH"));
        assert_eq!((row.title(), row.workflow()), ("SSH brute force", Some("NOTIFIED")));
        assert_eq!(row.id(), GUARDDUTY_ARN);
        assert_eq!(row.types().count(), 2);
        assert_eq!(row.updated_at().unwrap().to_string(), "2026-01-03T00:00:00Z");
        assert!(row.is_open());
        let raws: Vec<Bytes> = row.records().map(|record| snapshot.raw(&record).unwrap()).collect();
        assert_eq!(
            raws,
            [Bytes::from(guardduty_native(false).to_string()), Bytes::from(guardduty_copy("NOTIFIED").to_string())]
        );
        assert_eq!(snapshot.find(GUARDDUTY_ARN), Some(row.row_id()));
        assert_eq!(snapshot.values(Field::Source), [("guardduty", 1), ("securityhub", 1)]);
    }
}

#[test]
fn guarddutys_own_archiving_and_the_hubs_workflow_both_close_the_row() {
    for (archived, workflow, open) in
        [(false, "NEW", true), (true, "NEW", false), (false, "SUPPRESSED", false), (false, "RESOLVED", false)]
    {
        let mut store = Store::new();
        store.apply(batch(&hub(), None, vec![asff(&guardduty_copy(workflow))]));
        store.apply(batch(&guardduty(), None, vec![native(&guardduty_native(archived))]));
        let snapshot = store.publish();
        assert_eq!(rows(&snapshot)[0].is_open(), open, "{archived} {workflow}");
        assert_eq!(snapshot.open().len(), u64::from(open));
    }
}

#[test]
fn linked_regions_and_the_home_region_give_no_doubles() {
    let (home, linked) = (hub(), scope(Service::SecurityHub, "eu-west-1"));
    let record = control("S3.1", &[CIS5], "a", 1, "FAILED");
    let mut store = Store::new();
    assert_eq!(store.apply(batch(&home, Some(1), vec![asff(&record)])).new, 1);
    assert_eq!(store.apply(batch(&linked, Some(2), vec![asff(&record)])).new, 0);
    let snapshot = store.publish();
    assert_eq!((snapshot.len(), rows(&snapshot)[0].records().count()), (1, 1));
    // It stays until both have lost it.
    assert_eq!(store.apply(ended(&home, 1)).removed, 0);
    assert_eq!(store.apply(ended(&home, 3)).removed, 0);
    assert_eq!(store.publish().len(), 1);
    assert_eq!(store.apply(ended(&linked, 4)).removed, 1);
    assert_eq!((store.publish().len(), snapshot.len()), (0, 1));
}

#[test]
fn one_control_on_one_resource_is_one_row_however_aws_sends_it() {
    let standards = [CIS5, CIS3, CIS14, FSBP];
    let separate: Vec<Value> =
        standards.iter().zip(1..).map(|(s, n)| control("S3.1", &[s], "a", n, "FAILED")).collect();
    let consolidated = control("S3.1", &standards, "a", 9, "FAILED");
    for (records, count) in [
        (separate.clone(), 4),
        (vec![consolidated.clone()], 1),
        (separate.iter().cloned().chain([consolidated]).collect(), 5),
    ] {
        let mut store = Store::new();
        store.apply(batch(&hub(), None, records.iter().map(asff).collect()));
        store.apply(batch(&hub(), None, vec![asff(&control("S3.1", &[CIS5], "another-bucket", 77, "FAILED"))]));
        let snapshot = store.publish();
        assert_eq!(snapshot.len(), 2);
        let row = snapshot.row(RowId(0)).unwrap();
        assert_eq!(row.records().count(), count);
        assert_eq!(row.standards().count(), 4);
        assert_eq!(snapshot.with(Field::Standard, FSBP).len(), 1);
        assert_eq!(snapshot.with(Field::Control, "s3.1").len(), 2);
    }
}

#[test]
fn a_row_is_open_while_any_of_its_records_is() {
    let mut suppressed = control("S3.1", &[CIS5], "a", 1, "FAILED");
    suppressed["Workflow"]["Status"] = json!("SUPPRESSED");
    let open = control("S3.1", &[CIS3], "a", 2, "FAILED");
    let mut store = Store::new();
    store.apply(batch(&hub(), None, vec![asff(&suppressed), asff(&open)]));
    let row_of = |snapshot: &Snapshot| {
        let row = rows(snapshot)[0];
        (row.is_open(), row.workflow().unwrap().to_owned(), row.id().into_owned())
    };
    assert_eq!(row_of(&store.publish()), (true, "NEW".to_owned(), open["Id"].as_str().unwrap().to_owned()));
    // The workflow edit does not move UpdatedAt, and counts.
    let mut edited = open.clone();
    edited["Workflow"]["Status"] = json!("RESOLVED");
    assert_eq!(store.apply(batch(&hub(), None, vec![asff(&edited)])).changed, 1);
    let snapshot = store.publish();
    assert!(!row_of(&snapshot).0);
    assert_eq!(snapshot.values(Field::Workflow), [("RESOLVED", 1)]);
    assert_eq!(snapshot.open().len(), 0);
}

#[test]
fn an_older_version_never_replaces() {
    let new = control("S3.1", &[CIS5], "a", 1, "FAILED");
    let mut old = new.clone();
    old["UpdatedAt"] = json!("2026-01-01T23:59:59Z");
    old["Title"] = json!("old");
    let mut store = Store::new();
    store.apply(batch(&hub(), None, vec![asff(&new)]));
    let applied = store.apply(batch(&hub(), None, vec![asff(&old)]));
    assert_eq!((applied.new, applied.changed), (0, 0));
    assert_eq!(rows(&store.publish())[0].title(), "S3.1 title");
}

#[test]
fn a_sweep_removes_what_it_did_not_see_and_spares_what_a_delta_brought_meanwhile() {
    let record = |n: u32| asff(&control("S3.1", &[CIS5], &format!("bucket-{n}"), n, "FAILED"));
    let mut store = Store::new();
    store.apply(batch(&hub(), Some(1), vec![record(1), record(2)]));
    assert_eq!(store.apply(ended(&hub(), 1)).removed, 0);
    store.apply(batch(&hub(), Some(2), vec![record(1)]));
    store.apply(batch(&hub(), None, vec![record(3)]));
    assert_eq!(store.apply(ended(&hub(), 2)).removed, 1);
    let snapshot = store.publish();
    let names: Vec<_> = rows(&snapshot).iter().map(|row| row.resources().next().unwrap().id.to_owned()).collect();
    assert_eq!(names, ["arn:aws:s3:::bucket-1", "arn:aws:s3:::bucket-3"]);
    // An identity that comes back is a new row: the number of a row is never given again.
    assert_eq!(store.apply(batch(&hub(), None, vec![record(2)])).new, 1);
    assert!(store.publish().row(RowId(3)).is_some());
    assert_eq!(snapshot.row(RowId(3)).map(|row| row.row_id()), None);
}

#[test]
fn a_bad_record_is_named_and_the_rest_goes_on() {
    let bad = RawRecord { format: Format::Asff, json: Bytes::from_static(b"{\"Id\": ") };
    let mut store = Store::new();
    let applied = store.apply(batch(&hub(), None, vec![bad, asff(&control("S3.1", &[CIS5], "a", 1, "PASSED"))]));
    assert_eq!((applied.new, applied.rejected.len()), (1, 1));
    assert!(!applied.rejected[0].reason.is_empty());
}

/// All that can be seen of a store, with rows told by their records and not by their numbers.
fn seen(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let describe = |row: &Row<'_>| {
        let records: Vec<_> = row
            .records()
            .map(|r| (r.id().into_owned(), r.scope().clone(), r.updated_at(), snapshot.raw(&r).unwrap()))
            .collect();
        let resources: Vec<_> = row.resources().collect();
        let lists = (row.types().collect::<Vec<_>>(), row.standards().collect::<Vec<_>>());
        let names = (row.title(), row.description(), row.product(), row.account_name(), row.control());
        let state = (row.severity(), row.workflow(), row.record_state(), row.compliance(), row.is_open());
        let times = (row.created_at(), row.updated_at(), row.first_seen(), row.last_seen());
        format!(
            "{records:?} {resources:?} {lists:?} {names:?} {state:?} {times:?} {:?}",
            row.sources().collect::<Vec<_>>()
        )
    };
    let mut all: BTreeMap<String, String> =
        rows(snapshot).iter().map(|row| (row.id().into_owned(), describe(row))).collect();
    for field in Field::ALL {
        all.insert(format!("{field:?}"), format!("{:?}", snapshot.values(field)));
    }
    all
}

/// The values of a field as a row shows them.
fn shown(row: &Row<'_>, field: Field) -> Vec<String> {
    let mut values: Vec<String> = match field {
        Field::Severity => row.severity().map(|s| s.label().to_owned()).into_iter().collect(),
        Field::Product => vec![row.product().to_owned()],
        Field::Account => row.account().map(str::to_owned).into_iter().collect(),
        Field::Region => row.region().map(str::to_owned).into_iter().collect(),
        Field::Workflow => row.workflow().map(str::to_owned).into_iter().collect(),
        Field::RecordState => vec![row.record_state().to_owned()],
        Field::Compliance => row.compliance().map(str::to_owned).into_iter().collect(),
        Field::Control => row.control().map(str::to_owned).into_iter().collect(),
        Field::Standard => row.standards().map(str::to_owned).collect(),
        Field::Type => row.types().map(str::to_owned).collect(),
        Field::ResourceType => row.resources().filter_map(|r| r.kind.map(str::to_owned)).collect(),
        Field::Source => row.sources().map(|s| s.id().to_owned()).collect(),
        Field::Sample => row.sample().then(|| "true".to_owned()).into_iter().collect(),
        Field::Note => row.noted().then(|| "true".to_owned()).into_iter().collect(),
    };
    values.sort();
    values.dedup();
    values
}

/// Bitmaps and counts against a recount of every row.
fn assert_counts(snapshot: &Snapshot) {
    let all = rows(snapshot);
    assert_eq!(snapshot.len(), all.len());
    assert_eq!(
        snapshot.open().iter().collect::<Vec<_>>(),
        all.iter().filter(|r| r.is_open()).map(|r| r.row_id().0).collect::<Vec<_>>()
    );
    for field in Field::ALL {
        let mut counts: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for row in &all {
            for value in shown(row, field) {
                counts.entry(value).or_default().push(row.row_id().0);
            }
        }
        let expected: Vec<(&str, u64)> = counts.iter().map(|(v, rows)| (v.as_str(), rows.len() as u64)).collect();
        assert_eq!(snapshot.values(field), expected, "{field:?}");
        for (value, rows) in &counts {
            assert_eq!(&snapshot.with(field, value).iter().collect::<Vec<_>>(), rows, "{field:?} {value}");
        }
    }
    for column in [TextColumn::Title, TextColumn::ResourceId, TextColumn::AccountName, TextColumn::Standard] {
        let texts = |row: &Row<'_>| -> Vec<String> {
            match column {
                TextColumn::Title => vec![row.title().to_owned()],
                TextColumn::ResourceId => row.resources().map(|r| r.id.to_owned()).collect(),
                TextColumn::AccountName => row.account_name().map(str::to_owned).into_iter().collect(),
                _ => row.standards().map(str::to_owned).collect(),
            }
        };
        let set: SymSet =
            snapshot.symbols(column).filter(|(_, text)| text.contains('1')).map(|(sym, _)| sym.0).collect();
        let mut found = roaring::RoaringBitmap::new();
        snapshot.scan(column, &set, &mut found);
        let expected: Vec<u32> =
            all.iter().filter(|r| texts(r).iter().any(|t| t.contains('1'))).map(|r| r.row_id().0).collect();
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{column:?}");
    }
    for kind in ObservableKind::ALL {
        assert_observed(snapshot, &all, kind);
    }
}

fn assert_observed(snapshot: &Snapshot, all: &[Row<'_>], kind: ObservableKind) {
    let mut counts: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for row in all {
        for (_, value) in row.observables().filter(|(of, _)| *of == kind) {
            counts.entry(value).or_default().push(row.row_id().0);
        }
    }
    let expected: Vec<(&str, u64)> = counts.iter().map(|(value, rows)| (*value, rows.len() as u64)).collect();
    assert_eq!(snapshot.observed_counts(kind), expected, "{kind:?}");
    for (value, rows) in counts {
        let set: SymSet = snapshot.observed(kind).filter(|(_, text)| *text == value).map(|(sym, _)| sym.0).collect();
        let mut found = roaring::RoaringBitmap::new();
        snapshot.scan_observed(&set, &mut found);
        assert_eq!(found.iter().collect::<Vec<_>>(), rows, "{kind:?} {value}");
    }
}

/// One delivery: which record, which of its versions, from where.
#[derive(Debug, Clone)]
struct Delivery {
    kind: u8,
    number: u32,
    version: u8,
    place: u8,
}

fn made(delivery: &Delivery) -> (Arc<Scope>, RawRecord) {
    let Delivery { kind, number, version, .. } = delivery;
    let status = ["FAILED", "PASSED", "WARNING"][usize::from(*version) % 3];
    let workflow = ["NEW", "SUPPRESSED", "RESOLVED", "NOTIFIED"][usize::from(*version) % 4];
    // Versions 0-3 differ in time; 4-5 are other contents of the time of version 3.
    let updated = format!("2026-01-0{}T00:00:00Z", 1 + version.min(&3));
    let mut value = match kind {
        0 => guardduty_native(version % 2 == 1),
        1 => guardduty_copy(workflow),
        2 => control(
            "S3.1",
            &[[CIS5, CIS3, CIS14, FSBP][(*number % 4) as usize]],
            &format!("b{}", number / 4),
            *number,
            status,
        ),
        _ => control("IAM.9", &[CIS5, FSBP], &format!("b{number}"), 100 + number, status),
    };
    value["UpdatedAt"] = json!(updated);
    // The two records of one finding name addresses of their own, and one that both name.
    let remote = |last: u8| json!({"RemoteIpDetails": {"IpAddressV4": format!("198.51.100.{last}")}});
    match kind {
        0 => value["Service"]["Action"] = json!({"AwsApiCallAction": remote(*version)}),
        1 => value["Action"] = json!({"AwsApiCallAction": remote(*version + 1)}),
        _ => value["Resources"][0]["Tags"] = json!({"env": format!("e{}", version % 2), "team": "web"}),
    }
    if *kind == 2 || *kind == 3 {
        value["Workflow"]["Status"] = json!(workflow);
        value["Title"] = json!(format!("title {version}"));
    }
    let service = if *kind == 0 { Service::GuardDuty } else { Service::SecurityHub };
    let place = scope(service, ["us-east-1", "eu-west-1"][usize::from(delivery.place % 2)]);
    let record = if *kind == 0 { native(&value) } else { asff(&value) };
    (place, record)
}

fn delivery() -> impl Strategy<Value = Delivery> {
    (0..4u8, 0..12u32, 0..4u8, 0..2u8).prop_map(|(kind, number, version, place)| Delivery {
        kind,
        number,
        version,
        place,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_order_any_pages_any_repeats_give_the_same_store(
        deliveries in prop::collection::vec(delivery(), 1..120),
        shuffled in Just(()).prop_perturb(|(), mut rng| rng.random::<u64>()),
        page in 1..30usize,
    ) {
        let ingest = |order: &[&Delivery], page: usize| {
            let mut store = Store::new();
            for chunk in order.chunks(page) {
                let mut by_scope: BTreeMap<Arc<Scope>, Vec<RawRecord>> = BTreeMap::new();
                for delivery in chunk {
                    let (scope, record) = made(delivery);
                    by_scope.entry(scope).or_default().push(record);
                }
                for (scope, records) in by_scope {
                    prop_assert!(store.apply(batch(&scope, Some(1), records)).rejected.is_empty());
                }
                store.publish();
            }
            Ok(store.publish())
        };
        let plain: Vec<&Delivery> = deliveries.iter().collect();
        let mut other: Vec<&Delivery> = deliveries.iter().chain(deliveries.iter().step_by(3)).collect();
        let mut seed = shuffled | 1;
        for at in (1..other.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            other.swap(at, usize::try_from(seed >> 33).unwrap() % (at + 1));
        }
        let (a, b) = (ingest(&plain, 7)?, ingest(&other, page)?);
        assert_counts(&a);
        assert_counts(&b);
        prop_assert_eq!(seen(&a), seen(&b));
    }

    #[test]
    fn counts_hold_through_changes_and_removals(
        sweeps in prop::collection::vec(prop::collection::vec(delivery(), 0..40), 1..6),
    ) {
        let mut store = Store::new();
        let mut before = store.publish();
        for (sweep, deliveries) in (1u32..).zip(sweeps) {
            for delivery in &deliveries {
                let (scope, record) = made(delivery);
                store.apply(batch(&scope, Some(sweep), vec![record]));
            }
            let old = seen(&before);
            for region in ["us-east-1", "eu-west-1"] {
                for service in [Service::SecurityHub, Service::GuardDuty] {
                    store.apply(ended(&scope(service, region), sweep));
                }
            }
            let snapshot = store.publish();
            assert_counts(&snapshot);
            prop_assert_eq!(old, seen(&before), "a snapshot never changes");
            before = snapshot;
        }
    }
}

#[test]
fn raw_records_come_back_byte_for_byte_through_blocks_and_their_packing() {
    let mut store = Store::new();
    let text = |n: u32, round: u32| {
        let mut value = control("S3.1", &[CIS5], &format!("bucket-{n}"), n, "FAILED");
        value["UpdatedAt"] = json!(format!("2026-02-{:02}T00:00:00Z", 1 + round));
        // Odd spacing and text, to be kept.
        format!(
            " {{\"Note\" : \"\\u00e9 é {}\", {}",
            "x".repeat((n as usize * 37) % 4000),
            value.to_string().trim_start_matches('{')
        )
    };
    for round in 0..4u32 {
        // Later rounds replace most of the blocks of the earlier ones.
        for page in (0..500u32).filter(|n| round == 0 || n % 10 != 3).collect::<Vec<_>>().chunks(50) {
            let records = page.iter().map(|n| RawRecord { format: Format::Asff, json: Bytes::from(text(*n, round)) });
            assert!(store.apply(batch(&hub(), None, records.collect())).rejected.is_empty());
        }
    }
    let snapshot = store.publish();
    assert_eq!(snapshot.len(), 500);
    for row in rows(&snapshot) {
        let n: u32 = row.resources().next().unwrap().id.trim_start_matches("arn:aws:s3:::bucket-").parse().unwrap();
        let round = if n % 10 == 3 { 0 } else { 3 };
        let record = row.records().next().unwrap();
        assert_eq!(snapshot.raw(&record).unwrap(), text(n, round).as_bytes());
    }
}
