//! "Since" against the difference of two ground truths: lists of findings of then and now, compared one by one.

#![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::model::{Batch, Format, Provenance, RawRecord, Scope, Service, SourceState, SourceStatus, Update};
use crate::store::{Snapshot, Store};

/// A finding as the tests make it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Made {
    /// 0 INFORMATIONAL ... 4 CRITICAL.
    severity: usize,
    open: bool,
}

const LABELS: [&str; 5] = ["INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

fn scope(region: &str) -> Arc<Scope> {
    Arc::new(Scope { service: Service::SecurityHub, account: "111122223333".into(), region: region.into() })
}

/// A store in which the scope has sent these findings, by their id.
fn store(findings: &BTreeMap<u8, Made>, region: &str, state: SourceState) -> Store {
    let records = findings.iter().map(|(id, made)| {
        let workflow = if made.open { "NEW" } else { "RESOLVED" };
        let json = format!(
            r#"{{"Id":"arn/{id}","ProductArn":"p","Title":"title {id}","Severity":{{"Label":"{}"}},
            "Workflow":{{"Status":"{workflow}"}},"Resources":[{{"Id":"resource {id}"}}]}}"#,
            LABELS[made.severity]
        );
        RawRecord { format: Format::Asff, json: Bytes::from(json) }
    });
    let provenance = Provenance { scope: scope(region), sweep: None };
    let mut store = Store::new();
    store.apply(Update::Records(Batch { provenance, records: records.collect() }));
    let mut status = SourceStatus::waiting(scope(region), None);
    status.state = state;
    store.apply(Update::Status(Box::new(status)));
    store
}

fn whole() -> SourceState {
    SourceState::Complete { at: Timestamp::UNIX_EPOCH }
}

fn snapshot(findings: &BTreeMap<u8, Made>, region: &str, state: SourceState) -> Arc<Snapshot> {
    store(findings, region, state).publish()
}

fn mark(findings: &BTreeMap<u8, Made>, region: &str, state: SourceState) -> Arc<Mark> {
    Arc::new(Mark::of(&snapshot(findings, region, state), Timestamp::UNIX_EPOCH, Occasion::Looked))
}

/// The ids of the rows, as the tests number them.
fn ids(snapshot: &Snapshot, changed: &Changed) -> Vec<u8> {
    let id = |row: u32| snapshot.row(RowId(row)).unwrap().id().trim_start_matches("arn/").parse().unwrap();
    let mut ids: Vec<u8> = changed.rows.iter().map(id).collect();
    ids.sort_unstable();
    let mut top: Vec<u8> = changed.top.iter().map(|row| id(row.0)).collect();
    top.sort_unstable();
    assert_eq!(ids, top, "fewer than TOP: all are listed");
    assert_eq!(changed.severities().map(|(_, count)| count).sum::<u64>(), changed.rows.len());
    ids
}

fn findings() -> impl Strategy<Value = BTreeMap<u8, Made>> {
    let made = (0..5usize, any::<bool>()).prop_map(|(severity, open)| Made { severity, open });
    proptest::collection::btree_map(0..40u8, made, 0..40)
}

proptest! {
    #[test]
    fn since_is_the_difference_of_the_two_truths(then in findings(), now in findings()) {
        let mark = mark(&then, "eu", whole());
        let snapshot = snapshot(&now, "eu", whole());
        let since = Track::default().since(&snapshot, Some(&mark)).unwrap();
        let expected = |wanted: &dyn Fn(Option<&Made>, &Made) -> bool| -> Vec<u8> {
            now.iter().filter(|(id, made)| wanted(then.get(id), made)).map(|(id, _)| *id).collect()
        };
        let open = |was: Option<&Made>| was.is_some_and(|was| was.open);
        prop_assert_eq!(ids(&snapshot, since.of(Change::New)), expected(&|was, is| was.is_none() && is.open));
        prop_assert_eq!(
            ids(&snapshot, since.of(Change::Worse)),
            expected(&|was, is| open(was) && is.open && was.is_some_and(|was| is.severity > was.severity))
        );
        prop_assert_eq!(
            ids(&snapshot, since.of(Change::Back)),
            expected(&|was, is| was.is_some() && !open(was) && is.open)
        );
        prop_assert_eq!(ids(&snapshot, since.of(Change::Closed)), expected(&|was, is| open(was) && !is.open));
        let mut gone: Vec<String> = since.gone().map(|was| was.title.to_owned()).collect();
        gone.sort();
        let mut lost: Vec<String> = then
            .iter()
            .filter(|(id, was)| was.open && !now.contains_key(id))
            .map(|(id, _)| format!("title {id}"))
            .collect();
        lost.sort();
        prop_assert_eq!(gone, lost);
        prop_assert_eq!(since.holes.len(), 0);
    }

    #[test]
    fn a_mark_comes_back_from_its_bytes(then in findings()) {
        let mark = mark(&then, "eu", whole());
        let mut bytes = Vec::new();
        mark.write(&mut bytes).unwrap();
        prop_assert_eq!(&Mark::read(&*bytes).unwrap(), &*mark);
    }

    #[test]
    fn bytes_that_are_damaged_are_refused(then in findings(), at in any::<prop::sample::Index>(), flip in 1..=255u8) {
        let mark = mark(&then, "eu", whole());
        let mut bytes = Vec::new();
        mark.write(&mut bytes).unwrap();
        let place = at.index(bytes.len());
        let cut = Mark::read(bytes.get(..place).unwrap());
        prop_assert!(cut.is_err());
        bytes[place] ^= flip;
        // A bit of the frame's head that means nothing may differ; what is read then is the same mark.
        if let Ok(read) = Mark::read(&*bytes) {
            prop_assert_eq!(&read, &*mark);
        }
    }
}

fn some(ids: &[u8]) -> BTreeMap<u8, Made> {
    ids.iter().map(|id| (*id, Made { severity: 4, open: true })).collect()
}

#[test]
fn what_was_not_whole_then_is_not_called_new() {
    let mark = mark(&some(&[1]), "eu", SourceState::Partial { reason: "r".into() });
    let snapshot = snapshot(&some(&[1, 2, 3]), "eu", whole());
    let since = Track::default().since(&snapshot, Some(&mark)).unwrap();
    assert!(since.of(Change::New).rows.is_empty());
    let hole = Hole { scope: scope("eu"), kind: HoleKind::NotThen, findings: 2 };
    assert_eq!(since.holes, [hole]);
}

#[test]
fn what_is_not_whole_now_has_not_lost_anything() {
    let mark = mark(&some(&[1, 2]), "eu", whole());
    let denied = SourceState::Denied { action: "a".into() };
    let snapshot = snapshot(&some(&[1]), "eu", denied);
    let since = Track::default().since(&snapshot, Some(&mark)).unwrap();
    assert!(since.gone.is_empty());
    let hole = Hole { scope: scope("eu"), kind: HoleKind::NotNow, findings: 1 };
    assert_eq!(since.holes, [hole]);
}

#[test]
fn another_region_is_a_hole_on_both_sides() {
    let mark = mark(&some(&[1]), "eu", whole());
    let snapshot = snapshot(&some(&[2]), "us", whole());
    let since = Track::default().since(&snapshot, Some(&mark)).unwrap();
    assert!(since.of(Change::New).rows.is_empty() && since.gone.is_empty());
    let kinds: Vec<HoleKind> = since.holes.iter().map(|hole| hole.kind).collect();
    assert_eq!(kinds, [HoleKind::NotNow, HoleKind::NotThen]);
}

#[test]
fn the_track_follows_the_store_and_a_new_mark_begins_anew() {
    let mut track = Track::default();
    let mut store = store(&some(&[1]), "eu", whole());
    let first = store.publish();
    assert!(track.since(&first, None).is_none());
    let mark = Arc::new(Mark::of(&first, Timestamp::UNIX_EPOCH, Occasion::Looked));
    assert!(track.since(&first, Some(&mark)).unwrap().of(Change::New).rows.is_empty());
    let json = Bytes::from(r#"{"Id":"arn/9","ProductArn":"p","Severity":{"Label":"LOW"}}"#);
    let records = vec![RawRecord { format: Format::Asff, json }];
    let provenance = Provenance { scope: scope("eu"), sweep: None };
    store.apply(Update::Records(Batch { provenance, records }));
    let second = store.publish();
    let since = track.since(&second, Some(&mark)).unwrap();
    assert_eq!(ids(&second, since.of(Change::New)), [9]);
    let later = Arc::new(Mark::of(&second, Timestamp::UNIX_EPOCH, Occasion::Looked));
    assert!(track.since(&second, Some(&later)).unwrap().of(Change::New).rows.is_empty());
}
