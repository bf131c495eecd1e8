//! Images of the store: what is read back is what was written, what came after goes on as if nothing had been, and
//! nothing of a damaged image is used.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use yagura::model::{Cached, SourceState, SourceStatus, Standard, StandardId, standard::Enablement};
use yagura::store::image::{Image, ImageError, Keep, Keeper};
use yagura::store::ingest::{self, Beginning};
use yagura::store::overview::Overview;
use yagura::store::score::Posture;

use super::*;

const BUILD: u64 = 7;
const AGE: Duration = Duration::from_hours(24 * 30);
const ROOM: u64 = 1 << 30;

fn now() -> Timestamp {
    "2026-01-10T00:00:00Z".parse().unwrap()
}

fn written(store: &mut Store, folder: &Path) -> std::path::PathBuf {
    let file = folder.join("image");
    store.image("what was asked", now()).write(&file, BUILD, ROOM).unwrap();
    file
}

fn read(file: &Path) -> Result<Option<Store>, ImageError> {
    Store::of_image(file, BUILD, now(), AGE)
}

fn describe(row: &Row<'_>) -> String {
    format!(
        "{} {} {} {} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        row.id(),
        row.title(),
        row.description(),
        row.product(),
        (row.severity(), row.score(), row.sample()),
        (row.account(), row.account_name(), row.region()),
        row.types().collect::<Vec<_>>(),
        (row.workflow(), row.record_state(), row.compliance()),
        (row.control(), row.generator()),
        row.created_at(),
        row.updated_at(),
        row.first_seen(),
        row.last_seen(),
        row.sources().collect::<Vec<_>>(),
        row.row_id(),
    )
}

/// Everything that a snapshot can tell, but for the states of sources.
fn everything(snapshot: &Snapshot) -> Vec<String> {
    let mut all = Vec::new();
    let mut ids = Vec::new();
    for id in (0..200).map(RowId) {
        let Some(row) = snapshot.row(id) else {
            all.push(format!("{id:?} is gone"));
            continue;
        };
        all.push(format!("{id:?} {}", describe(&row)));
        all.push(format!("{:?}", row.observables().collect::<Vec<_>>()));
        all.push(format!("{:?}", row.resources().collect::<Vec<_>>()));
        let times = (snapshot.updated_seconds(id), snapshot.born_seconds(id), snapshot.severity_rank(id));
        all.push(format!("{times:?} {:?} {} {}", row.standards().collect::<Vec<_>>(), row.is_open(), row.noted()));
        for record in row.records() {
            all.push(format!("{} {:?} {:?}", record.id(), record.product_arn(), record.scope()));
            all.push(String::from_utf8(snapshot.raw(&record).unwrap().to_vec()).unwrap());
            ids.push(record.id().into_owned());
        }
    }
    all.extend(ids.iter().map(|id| format!("{id} {:?}", snapshot.find(id))));
    all.push(format!("{} {:?} {:?}", snapshot.len(), snapshot.live(), snapshot.open()));
    for field in Field::ALL {
        let values = snapshot.values(field);
        all.push(format!("{field:?} {values:?}"));
        all.extend(values.iter().map(|(value, _)| format!("{value} {:?}", snapshot.with(field, value))));
    }
    for column in TextColumn::ALL {
        all.push(format!("{column:?} {:?}", snapshot.symbols(column).collect::<Vec<_>>()));
    }
    for kind in ObservableKind::ALL {
        all.push(format!("{kind:?} {:?}", snapshot.observed_counts(kind)));
    }
    all.push(format!("{:?} {:?}", snapshot.standards(), snapshot.account_name(ACCOUNT)));
    all.push(format!("{:?}", Posture::of(snapshot)));
    all.push(format!("{:?}", Overview { version: 0, ..Overview::of(snapshot, now()) }));
    all
}

/// Fails with the first thing that two snapshots tell differently.
fn assert_same(found: &Snapshot, expected: &Snapshot) {
    let (found, expected) = (everything(found), everything(expected));
    let differs = found.iter().zip(&expected).find(|(found, expected)| found != expected);
    assert_eq!(differs, None);
    assert_eq!(found.len(), expected.len());
}

/// A step of a session.
fn take(store: &mut Store, deliveries: &[Delivery], sweep: u32) {
    for delivery in deliveries {
        let (scope, record) = made(delivery);
        assert!(store.apply(batch(&scope, Some(sweep), vec![record])).rejected.is_empty());
    }
    let first = deliveries.first().map_or(0, |delivery| delivery.place);
    store.apply(ended(&scope(Service::SecurityHub, ["us-east-1", "eu-west-1"][usize::from(first % 2)]), sweep));
}

fn filled() -> Store {
    let mut store = Store::new();
    let deliveries: Vec<Delivery> = (0..60_u32)
        .map(|n| Delivery { kind: (n % 4) as u8, number: n % 12, version: (n % 3) as u8, place: (n / 7 % 2) as u8 })
        .collect();
    take(&mut store, &deliveries, 1);
    store.apply(Update::Accounts(vec![("111122223333".to_owned(), "production".to_owned())]));
    let standard = Standard {
        id: StandardId(CIS5.into()),
        name: "CIS".to_owned(),
        enablement: Enablement::Enabled,
        requirements: Vec::new(),
    };
    store.apply(Update::Standards { scope: scope(Service::Standards, "us-east-1"), standards: vec![standard] });
    store
}

fn status(of: &Arc<Scope>, state: SourceState) -> Update {
    Update::Status(Box::new(SourceStatus { state, ..SourceStatus::waiting(Arc::clone(of), None) }))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_store_that_was_written_and_read_is_the_same_and_goes_on_the_same(
        before in prop::collection::vec(prop::collection::vec(delivery(), 0..50), 1..4),
        after in prop::collection::vec(prop::collection::vec(delivery(), 0..50), 1..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut plain = Store::new();
        for (sweep, deliveries) in (1..).zip(&before) {
            take(&mut plain, deliveries, sweep);
        }
        let file = written(&mut plain, folder.path());
        let mut brought = read(&file).unwrap().unwrap();
        assert_same(&brought.publish(), &plain.publish());
        for (sweep, deliveries) in (10..).zip(&after) {
            take(&mut plain, deliveries, sweep);
            take(&mut brought, deliveries, sweep);
            let (a, b) = (plain.publish(), brought.publish());
            assert_counts(&b);
            assert_same(&b, &a);
        }
        // And once more, from a store that is half in a file.
        let file = written(&mut brought, folder.path());
        assert_same(&read(&file).unwrap().unwrap().publish(), &plain.publish());
    }

    #[test]
    fn a_damaged_image_is_refused_or_does_not_matter(places in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 12)) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = filled();
        let file = written(&mut store, folder.path());
        let whole = fs::read(&file).unwrap();
        let expected = everything(&store.publish());
        let mut refused = 0;
        for (place, flip) in places {
            let mut bytes = whole.clone();
            bytes[place.index(whole.len())] ^= flip;
            fs::write(&file, &bytes).unwrap();
            match read(&file) {
                Err(_) => refused += 1,
                Ok(None) => prop_assert!(false, "the file is there"),
                // Only raw blocks are not looked at: they say so themselves when they are.
                Ok(Some(mut store)) => {
                    let snapshot = store.publish();
                    let is_told = rows(&snapshot).iter().any(|row| row.records().any(|record| snapshot.raw(&record).is_err()));
                    prop_assert!(is_told || everything(&snapshot) == expected);
                    store.awaken();
                }
            }
            fs::write(&file, &whole[..place.index(whole.len())]).unwrap();
            prop_assert!(read(&file).is_err(), "cut short");
        }
        prop_assert!(refused > 0);
    }
}

#[test]
fn many_blocks_and_long_columns_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::new();
    for page in (0..5000_u32).collect::<Vec<_>>().chunks(100) {
        let made = |n: &u32| asff(&control("S3.1", &[CIS5], &format!("bucket-{n}"), *n, "FAILED"));
        store.apply(batch(&hub(), Some(1), page.iter().map(made).collect()));
    }
    let file = written(&mut store, folder.path());
    let (a, b) = (store.publish(), read(&file).unwrap().unwrap().publish());
    assert_eq!(b.len(), 5000);
    assert_same(&b, &a);
    for (a_row, b_row) in rows(&a).iter().zip(&rows(&b)) {
        assert_eq!(describe(a_row), describe(b_row));
        let raw = |snapshot: &Snapshot, row: &Row<'_>| snapshot.raw(&row.records().next().unwrap()).unwrap();
        assert_eq!(raw(&a, a_row), raw(&b, b_row));
    }
    // Whoever has it open is not disturbed by the next one.
    fs::remove_file(&file).unwrap();
    assert!(rows(&b).iter().all(|row| row.records().all(|record| b.raw(&record).is_ok())));
}

#[test]
fn what_is_cached_says_so_until_this_session_has_seen_its_scope_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (home, other) = (hub(), scope(Service::SecurityHub, "eu-west-1"));
    let (at, later) = ("2026-01-08T10:00:00Z".parse().unwrap(), "2026-01-09T00:00:00Z".parse().unwrap());
    let check = |n: u32| asff(&control("S3.1", &[CIS5], &format!("bucket-{n}"), n, "FAILED"));
    let mut store = Store::new();
    store.apply(batch(&home, Some(1), vec![check(1), check(2)]));
    store.apply(batch(&other, Some(2), vec![check(3)]));
    store.apply(status(&home, SourceState::Complete { at }));
    let file = written(&mut store, folder.path());

    let mut store = read(&file).unwrap().unwrap();
    let told = |store: &mut Store| -> Vec<(String, &'static str, Option<Cached>)> {
        let snapshot = store.publish();
        let sources = snapshot.sources().iter();
        sources.map(|status| (status.scope.region.to_string(), status.state.word(), status.cached)).collect()
    };
    let (whole, part) = (Some(Cached::Whole { at }), Some(Cached::Part { at: now() }));
    let (east, west) = ("us-east-1".to_owned(), "eu-west-1".to_owned());
    assert_eq!(told(&mut store), [(west.clone(), "cached", part), (east.clone(), "cached", whole)]);

    store.apply(status(&home, SourceState::Syncing));
    store.apply(batch(&home, Some(3), vec![check(1)]));
    assert_eq!(told(&mut store), [(west.clone(), "cached", part), (east.clone(), "syncing", whole)]);
    assert_eq!(store.publish().len(), 3);

    // An image of this moment does not make the old younger than it is.
    let between = written(&mut store, folder.path());
    assert_eq!(told(&mut read(&between).unwrap().unwrap())[1].2, whole);

    assert_eq!(store.apply(ended(&home, 3)).removed, 1);
    store.apply(status(&home, SourceState::Complete { at: later }));
    assert_eq!(told(&mut store), [(west, "cached", part), (east.clone(), "ok", None)]);

    assert_eq!(store.apply(Update::Asked(vec![home])).removed, 1);
    assert_eq!(told(&mut store), [(east, "ok", None)]);
    let left = store.publish();
    assert_eq!(
        rows(&left).iter().map(|row| row.resources().next().unwrap().id).collect::<Vec<_>>(),
        ["arn:aws:s3:::bucket-1"]
    );
    assert_counts(&left);
}

#[test]
fn a_scope_that_is_caught_up_with_is_as_whole_as_it_was_and_loses_nothing_before_a_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let at: Timestamp = "2026-01-09T23:30:00Z".parse().unwrap();
    let check = |n: u32| asff(&control("S3.1", &[CIS5], &format!("bucket-{n}"), n, "FAILED"));
    let mut store = Store::new();
    store.apply(batch(&hub(), Some(1), vec![check(1), check(2)]));
    store.apply(status(&hub(), SourceState::Complete { at }));
    let mut store = read(&written(&mut store, folder.path())).unwrap().unwrap();

    store.apply(batch(&hub(), None, vec![check(3)]));
    assert_eq!(store.apply(status(&hub(), SourceState::Complete { at })).removed, 0);
    let snapshot = store.publish();
    assert_eq!((snapshot.len(), snapshot.sources()[0].cached), (3, None));
    // The next session catches up from the same sweep on.
    let again = read(&written(&mut store, folder.path())).unwrap().unwrap().publish();
    assert_eq!(again.sources()[0].cached, Some(Cached::Whole { at }));

    store.apply(batch(&hub(), Some(2), vec![check(1), check(3)]));
    assert_eq!(store.apply(ended(&hub(), 2)).removed, 1);
    assert_counts(&store.publish());
}

#[test]
fn a_scope_of_which_a_record_did_not_decode_is_left_in_part() {
    let folder = tempfile::tempdir().unwrap();
    let check = asff(&control("S3.1", &[CIS5], "bucket", 1, "FAILED"));
    let mut store = Store::new();
    store.apply(batch(
        &hub(),
        Some(1),
        vec![check, RawRecord { format: Format::Asff, json: Bytes::from_static(b"{") }],
    ));
    store.apply(status(&hub(), SourceState::Complete { at: now() }));
    let next = read(&written(&mut store, folder.path())).unwrap().unwrap().publish();
    assert_eq!(next.sources()[0].cached, Some(Cached::Part { at: now() }));
}

#[test]
fn a_scope_that_another_one_covers_now_keeps_nothing_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = "2026-01-08T10:00:00Z".parse().unwrap();
    let mut store = Store::new();
    store.apply(batch(&hub(), Some(1), vec![asff(&control("S3.1", &[CIS5], "a", 1, "FAILED"))]));
    store.apply(status(&hub(), SourceState::Complete { at }));
    let file = written(&mut store, folder.path());
    let mut store = read(&file).unwrap().unwrap();
    // No sweep of it ends: the home Region's brings its findings.
    assert_eq!(store.apply(status(&hub(), SourceState::Complete { at: now() })).removed, 1);
    assert!(store.publish().is_empty());
}

#[test]
fn what_aws_would_have_deleted_is_not_shown_again() {
    let folder = tempfile::tempdir().unwrap();
    let made = |name: &str, n: u32, updated: &str, state: &str| {
        let mut value = control("S3.1", &[CIS5], name, n, "FAILED");
        value["UpdatedAt"] = json!(updated);
        value["RecordState"] = json!(state);
        value
    };
    let mut other = made("other product, archived long ago", 5, "2025-12-05T00:00:00Z", "ARCHIVED");
    other["Compliance"] = json!({});
    other["GeneratorId"] = json!("something of its own");
    other["ProductArn"] = json!("arn:aws:securityhub:us-east-1::product/aws/inspector");
    let records = [
        made("fresh", 1, "2026-01-09T00:00:00Z", "ACTIVE"),
        made("89 days", 2, "2025-10-13T00:00:00Z", "ACTIVE"),
        made("91 days", 3, "2025-10-11T00:00:00Z", "ACTIVE"),
        made("archived 31 days", 4, "2025-12-09T00:00:00Z", "ARCHIVED"),
        made("archived 29 days", 6, "2025-12-12T00:00:00Z", "ARCHIVED"),
        other,
    ];
    let mut store = Store::new();
    store.apply(batch(&hub(), None, records.iter().map(asff).collect()));
    let file = written(&mut store, folder.path());
    let snapshot = read(&file).unwrap().unwrap().publish();
    let left: Vec<&str> = rows(&snapshot).iter().map(|row| row.resources().next().unwrap().id).collect();
    let expected = ["fresh", "89 days", "archived 29 days", "other product, archived long ago"];
    assert_eq!(left, expected.map(|name| format!("arn:aws:s3:::{name}")));
    assert_counts(&snapshot);
}

#[test]
fn another_build_an_old_image_and_a_large_one_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = filled();
    let file = written(&mut store, folder.path());
    let error = |result: Result<Option<Store>, ImageError>| result.map(|_| ()).unwrap_err().to_string();
    assert_eq!(error(Store::of_image(&file, 8, now(), AGE)), "another build of this program wrote it");
    let late = "2026-02-20T00:00:00Z".parse().unwrap();
    assert_eq!(
        error(Store::of_image(&file, BUILD, late, AGE)),
        "it was left 41 days ago, longer than [cache] age allows"
    );
    assert!(Store::of_image(&folder.path().join("none"), BUILD, now(), AGE).unwrap().is_none());
    let about = Image::about(&file, BUILD).unwrap().unwrap();
    assert_eq!((about.asked.as_str(), about.findings), ("what was asked", store.publish().len() as u64));
    // The one before stays, and nothing half-written is left.
    let before = fs::read(&file).unwrap();
    let refused = store.image("", now()).write(&file, BUILD, 4096);
    assert!(matches!(refused, Err(ImageError::TooLarge { limit: 4096 })));
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_session_leaves_what_it_saw_and_the_next_begins_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("state/cache");
    let file = cache.join("image.cache");
    let session = |updates: Vec<Update>, limit: u64| {
        let (keeper, kept) = Keeper::new(Keep { file: file.clone(), build: BUILD, asked: "all".to_owned(), limit });
        let store = Store::of_image(&file, BUILD, Timestamp::now(), AGE).unwrap().unwrap_or_default();
        let (out, rx) = tokio::sync::mpsc::channel(64);
        let beginning = Beginning { keeper: Some(keeper), ..Beginning::of(store) };
        let snapshots = ingest::spawn_with(rx, beginning, tokio::sync::watch::channel(None).1);
        for update in updates {
            out.blocking_send(update).unwrap();
        }
        drop(out);
        assert!(kept.wait(Duration::from_mins(1)));
        let last = Arc::clone(&snapshots.borrow());
        last.len()
    };
    let check = |n: u32| {
        let mut value = control("S3.1", &[CIS5], &format!("b{n}"), n, "FAILED");
        value["UpdatedAt"] = json!(Timestamp::now().to_string());
        asff(&value)
    };
    let whole = || status(&hub(), SourceState::Complete { at: Timestamp::now() });
    // Nothing whole yet: nothing is left.
    assert_eq!(session(vec![batch(&hub(), None, vec![check(1)])], ROOM), 1);
    assert!(!file.exists());
    assert_eq!(session(vec![batch(&hub(), None, vec![check(1), check(2)]), whole()], ROOM), 2);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&cache).unwrap().permissions().mode() & 0o777, 0o700);
    let first = fs::read(&file).unwrap();
    // Nothing new: the file is left alone.
    assert_eq!(session(vec![], ROOM), 2);
    assert_eq!(fs::read(&file).unwrap(), first);
    // An older one of something else makes room, and so does what was never finished.
    fs::write(cache.join("other.cache"), vec![0; 1 << 20]).unwrap();
    let given_up = cache.join("image.cache.1.part");
    fs::write(&given_up, "half").unwrap();
    let long_ago = std::time::SystemTime::now() - Duration::from_hours(5);
    fs::File::options().write(true).open(&given_up).unwrap().set_modified(long_ago).unwrap();
    assert_eq!(session(vec![batch(&hub(), None, vec![check(1), check(2), check(3)]), whole()], 1 << 20), 3);
    let names: Vec<_> = fs::read_dir(&cache).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["image.cache"]);
    assert_eq!(session(vec![], ROOM), 3);
}
