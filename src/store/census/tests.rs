//! The counts against a naive recount of the same rows, over generated findings: several types and resources, nothing at
//! all, and rows of two records.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::{Batch, Direction, Format, GroupOrder, GroupSort, Provenance, RawRecord, Scope, Service, Update};
use crate::store::{Row, Store};

type Pick = [usize; 8];

fn some(list: &[&str], from: usize, count: usize) -> Vec<String> {
    (0..count).map(|n| list[(from + n) % list.len()].to_owned()).collect()
}

/// A finding from small numbers, as Security Hub and, for some, as GuardDuty too sends it.
fn records(index: usize, pick: Pick) -> Vec<RawRecord> {
    let account = ["111122223333", "222233334444", "333344445555", "444455556666"][pick[0] % 4];
    let id = format!("arn:aws:guardduty:us-east-1:{account}:detector/d/finding/{index}");
    let mut asff = json!({
        "SchemaVersion": "2018-10-08", "Id": id,
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty", "GeneratorId": "g",
        "ProductName": (["Security Hub", "Inspector", "GuardDuty"][pick[2] % 3]), "AwsAccountId": account,
        "Types": some(&["TTPs/A", "TTPs/B", "Effects/C"], pick[5], pick[5] % 4),
        "Severity": {}, "Title": "t", "Description": "d", "RecordState": "ACTIVE",
        "Resources": some(&["arn:a", "arn:b", "arn:c", ""], pick[3], pick[3] % 5).iter()
            .map(|id| json!({"Type": "Other", "Id": id, "Tags": {"team": (["a", "b"][pick[7] % 2])}})).collect::<Vec<_>>(),
        "UpdatedAt": "2026-11-01T00:00:00Z",
    });
    let mut set = |key: &str, value: Value| {
        asff[key] = value;
    };
    if !pick[4].is_multiple_of(4) {
        set("Region", json!(["us-east-1", "eu-west-1", "eu-west-2"][pick[4] % 3]));
    }
    if !pick[6].is_multiple_of(6) {
        set("Severity", json!({"Label": (["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"][pick[6] % 5])}));
    }
    if !pick[7].is_multiple_of(3) {
        let key = ["CreatedAt", "FirstObservedAt"][pick[7] % 2];
        set(key, json!(format!("2026-{:02}-{:02}T{:02}:00:00Z", 1 + pick[1] % 12, 1 + pick[7] % 9, pick[6] % 24)));
    }
    if pick[2].is_multiple_of(2) {
        let address = ["198.51.100.7", "203.0.113.9"][pick[5] % 2];
        set("Network", json!({"SourceIpV4": address, "Direction": "IN"}));
    }
    if pick[1].is_multiple_of(2) {
        set("Compliance", json!({"Status": "FAILED", "SecurityControlId": (["IAM.9", "S3.1"][pick[3] % 2])}));
    }
    let mut all = vec![RawRecord { format: Format::Asff, json: Bytes::from(asff.to_string()) }];
    if pick[0].is_multiple_of(3) {
        let own = json!({
            "Arn": id, "Id": index.to_string(), "Type": (["A", "D", "Effects/C"][pick[2] % 3]), "Title": "t",
            "AccountId": account, "Region": "us-west-2", "Severity": 8.0, "UpdatedAt": "2026-11-02T00:00:00Z",
            "CreatedAt": format!("2026-01-{:02}T00:00:00Z", 1 + pick[7] % 20), "Service": {"Archived": false},
            "Resource": {"ResourceType": "AccessKey", "AccessKeyDetails": {"UserName": (["kim", "ci"][pick[3] % 2])}},
            "SchemaVersion": "2.0",
        });
        all.push(RawRecord { format: Format::GuardDuty, json: Bytes::from(own.to_string()) });
    }
    all
}

fn snapshot(picks: &[Pick]) -> Arc<Snapshot> {
    let records = picks.iter().enumerate().flat_map(|(index, pick)| records(index, *pick)).collect();
    let snapshot = stored(records);
    assert_eq!(snapshot.len(), picks.len(), "two records of one id are one row");
    snapshot
}

fn stored(records: Vec<RawRecord>) -> Arc<Snapshot> {
    let scope = Arc::new(Scope { service: Service::SecurityHub, account: "1".into(), region: "us-east-1".into() });
    let mut store = Store::new();
    let applied = store.apply(Update::Records(Batch { provenance: Provenance { scope, sweep: None }, records }));
    assert_eq!(applied.rejected, [], "the generated findings decode");
    store.publish()
}

/// The values of a row, each once; none is the empty text.
fn values(row: &Row<'_>, key: GroupKey) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = match key {
        GroupKey::Control => row.control().map(str::to_owned).into_iter().collect(),
        GroupKey::Type => row.types().map(str::to_owned).collect(),
        GroupKey::Resource => row.resources().map(|resource| resource.id.to_owned()).collect(),
        GroupKey::Account => row.account().map(str::to_owned).into_iter().collect(),
        GroupKey::Region => row.region().map(str::to_owned).into_iter().collect(),
        GroupKey::Product => BTreeSet::from([row.product().to_owned()]),
        GroupKey::Actor => {
            let of = |kind| row.observables().filter(move |(of, _)| *of == kind).map(|(_, value)| value.to_owned());
            let addresses: BTreeSet<String> = of(ObservableKind::Ip).collect();
            if addresses.is_empty() { of(ObservableKind::Principal).collect() } else { addresses }
        }
        GroupKey::Severity => row.severity().map(|severity| severity.label().to_owned()).into_iter().collect(),
        GroupKey::Day => {
            let born = row.first_seen().or(row.created_at());
            born.map(|at| at.strftime("%Y-%m-%d").to_string()).into_iter().collect()
        }
    };
    if found.is_empty() {
        found.insert(String::new());
    }
    found
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Recount {
    severities: BySeverity,
    times: BTreeSet<i64>,
    accounts: BTreeSet<String>,
    rows: Vec<u32>,
}

fn recount(snapshot: &Snapshot, rows: &RoaringBitmap, key: GroupKey) -> BTreeMap<String, Recount> {
    let mut groups: BTreeMap<String, Recount> = BTreeMap::new();
    for id in rows {
        let row = snapshot.row(RowId(id)).unwrap();
        for value in values(&row, key) {
            let group = groups.entry(value).or_default();
            let place = Severity::WORST_FIRST.iter().position(|severity| Some(*severity) == row.severity());
            group.severities[place.unwrap_or(5)] += 1;
            group.times.extend(row.first_seen().or(row.created_at()).map(Timestamp::as_second));
            group.accounts.extend(row.account().map(str::to_owned));
            group.rows.push(id);
        }
    }
    groups
}

/// Counts as planned, and compares with a recount: the groups, what they are together, and their order.
fn compare(snapshot: &Snapshot, rows: &RoaringBitmap, key: GroupKey, plan: Plan) -> Result<(), TestCaseError> {
    let expected = recount(snapshot, rows, key);
    let groups = snapshot.groups_of(rows, key, plan);
    prop_assert_eq!(groups.len(), expected.len());
    let slots: Vec<u32> = groups.iter().map(|(slot, _)| slot).collect();
    prop_assert_eq!(slots.len(), expected.len());
    let add = |sum: BySeverity, group: &Recount| std::array::from_fn(|at| sum[at] + group.severities[at]);
    prop_assert_eq!(groups.sum(), expected.values().fold(BySeverity::default(), add));
    for (slot, group) in groups.iter() {
        prop_assert_eq!(groups.find(group.value), Some(slot));
        let text = snapshot.group_text(key, group.value).unwrap_or_default();
        let naive = &expected[&text];
        prop_assert_eq!(group.severities, naive.severities, "{}", text);
        prop_assert_eq!(group.newest, naive.times.last().copied(), "{}", text);
        prop_assert_eq!(group.oldest, naive.times.first().copied(), "{}", text);
        prop_assert_eq!(group.accounts as usize, naive.accounts.len(), "{}", text);
        prop_assert_eq!(group.row.0, naive.rows[0], "{}", text);
    }
    for order in GroupOrder::ALL {
        let rank = |slot: u32| {
            let Group { severities, newest, .. } = groups.get(slot).unwrap();
            let size: u32 = severities.iter().sum();
            match order {
                GroupOrder::Risk => (None, 0, severities, newest),
                GroupOrder::Size => (None, size, severities, newest),
                GroupOrder::Age => (newest, 0, severities, None),
            }
        };
        let mut ordered = slots.clone();
        ordered.sort_by_key(|slot| rank(*slot));
        let sort = GroupSort { order, direction: Direction::Ascending };
        prop_assert_eq!(groups.order(sort, 5), &ordered[..ordered.len().min(5)]);
        prop_assert_eq!(groups.order(sort, usize::MAX), ordered);
        let mut ordered = slots.clone();
        ordered.sort_by_key(|slot| Reverse(rank(*slot)));
        let sort = GroupSort { order, direction: Direction::Descending };
        prop_assert_eq!(groups.order(sort, 5), &ordered[..ordered.len().min(5)]);
        prop_assert_eq!(groups.order(sort, usize::MAX), ordered);
    }
    Ok(())
}

fn numberings(key: GroupKey) -> &'static [Numbering] {
    if key == GroupKey::Resource { &[Numbering::AsMet, Numbering::BySymbol] } else { &[Numbering::AsMet] }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn counts_are_those_of_a_naive_recount(
        picks in prop::collection::vec(prop::array::uniform8(0_usize..60), 1..40),
        key in prop::sample::select(GroupKey::ALL.to_vec()),
        keep in 1_u32..4,
        split in prop::option::of(0_u32..40),
        dense in prop::sample::select(vec![0, 1, 2, 4096]),
    ) {
        let snapshot = snapshot(&picks);
        let rows: RoaringBitmap = snapshot.live().iter().filter(|row| row % keep == 0).collect();
        for numbering in numberings(key) {
            compare(&snapshot, &rows, key, Plan { split, numbering: *numbering, dense })?;
        }
        for (_, group) in snapshot.groups(&rows, key).iter() {
            let text = snapshot.group_text(key, group.value).unwrap_or_default();
            let inside: Vec<u32> = snapshot.in_group(&rows, key, group.value).iter().collect();
            prop_assert_eq!(&inside, &recount(&snapshot, &rows, key)[&text].rows, "{}", text);
        }
    }
}

/// Groups of more rows and more accounts than a counter holds, among many of a few; rows of several resources, and of
/// none; times that have no code.
#[test]
fn what_does_not_fit_into_a_counter_is_counted_beside_it() {
    let finding = |index: usize| {
        let mut resources = vec![format!("arn:{}", index % 300)];
        match index % 7 {
            0 => resources.clear(),
            1..=3 => resources.push("arn:of-many".to_owned()),
            4 => resources.push("arn:of-some".to_owned()),
            _ => {}
        }
        let label = ["HIGH", "HIGH", "HIGH", "HIGH", "LOW", "CRITICAL", "MEDIUM"][index % 7];
        // Before 1970 there is no code.
        let born = if index % 50 == 4 { 1960 } else { 2000 + index % 20 };
        let finding = json!({
            "SchemaVersion": "2018-10-08", "Id": format!("arn:aws:test:::finding/{index}"), "GeneratorId": "g",
            "ProductArn": "arn:aws:securityhub:us-east-1::product/a/b", "Title": "t", "Description": "d",
            "AwsAccountId": format!("{:012}", 111_122_220_000_usize + index % 11), "Types": ["Effects/Test"],
            "Severity": {"Label": label}, "UpdatedAt": "2026-11-01T00:00:00Z",
            "CreatedAt": format!("{born}-01-{:02}T00:00:00Z", 1 + index % 28),
            "Resources": resources.iter().map(|id| json!({"Type": "Other", "Id": id})).collect::<Vec<_>>(),
        });
        RawRecord { format: Format::Asff, json: Bytes::from(finding.to_string()) }
    };
    let snapshot = stored((0..1500).map(finding).collect());
    for key in [GroupKey::Resource, GroupKey::Account, GroupKey::Type, GroupKey::Severity, GroupKey::Day] {
        for (numbering, split, dense) in numberings(key)
            .iter()
            .flat_map(|numbering| [None, Some(700)].map(|split| (*numbering, split)))
            .flat_map(|(numbering, split)| [0, 3, 4096].map(|dense| (numbering, split, dense)))
        {
            compare(&snapshot, snapshot.live(), key, Plan { split, numbering, dense }).unwrap();
        }
    }
    let groups = snapshot.groups(snapshot.live(), GroupKey::Resource);
    let most = groups.iter().map(|(_, group)| (group.count(), group.accounts)).max();
    assert_eq!(most, Some((643, 11)), "more than a counter holds");
}
