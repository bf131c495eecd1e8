//! What is kept, that it survives, and that it stays within its bounds: over real files, a real store and real
//! processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

mod processes;

use super::*;
use crate::model::{Batch, Format, Provenance, RawRecord, Scope, Service, Update};
use crate::store::Store;

/// Generous: a slow machine is not what is tested.
const PATIENCE: Duration = Duration::from_mins(1);

/// One session: a store, watched by a journal.
struct Session {
    store: Store,
    journal: Journal,
}

fn settings(folder: &Path, bounds: Bounds, clock: Clock) -> Settings {
    Settings { folder: folder.to_path_buf(), bounds, clock }
}

impl Session {
    fn open(folder: &Path) -> Self {
        Self::with(settings(folder, Bounds::default(), Clock::system()))
    }

    fn with(settings: Settings) -> Self {
        let journal = Journal::open(settings);
        Self { store: Store::new().watched(journal.recorder()), journal }
    }

    fn sees(&mut self, format: Format, json: &str) {
        let scope = Scope { service: Service::GuardDuty, account: "111122223333".into(), region: "us-east-1".into() };
        let records = vec![RawRecord { format, json: Bytes::from(json.to_owned()) }];
        let provenance = Provenance { scope: Arc::new(scope), sweep: None };
        let applied = self.store.apply(Update::Records(Batch { provenance, records }));
        assert_eq!(applied.rejected, []);
    }

    fn settled(&self) -> &Journal {
        assert!(self.journal.settle(PATIENCE), "the journal did not settle");
        &self.journal
    }

    /// The actors of a finding, by its versions.
    fn actors(&self, number: u32) -> Vec<String> {
        let versions = self.settled().versions(&key(number)).unwrap();
        versions.iter().map(|version| actor(&version.json)).collect()
    }
}

fn key(number: u32) -> RecordKey {
    RecordKey { format: Format::GuardDuty, product_arn: String::new(), id: arn(number) }
}

fn arn(number: u32) -> String {
    format!("arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/{number:032x}")
}

/// A finding with an actor; `updated` counts minutes.
fn guardduty(number: u32, ip: &str, updated: u32) -> String {
    let at = Timestamp::from_second(1_772_000_000 + i64::from(updated) * 60).unwrap();
    format!(
        r#"{{"arn":"{}","id":"{number}","accountId":"111122223333","region":"us-east-1","severity":2,"type":"Recon:EC2/Portscan",
        "updatedAt":"{at}","service":{{"count":{updated},"action":{{"actionType":"NETWORK_CONNECTION",
        "networkConnectionAction":{{"remoteIpDetails":{{"ipAddressV4":"{ip}"}}}}}}}}}}"#,
        arn(number)
    )
}

fn actor(json: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(json).unwrap();
    let remote = &value["service"]["action"]["networkConnectionAction"]["remoteIpDetails"]["ipAddressV4"];
    remote.as_str().unwrap().to_owned()
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    folder::segments(folder).unwrap().into_iter().map(|name| folder.join(name)).collect()
}

#[test]
fn the_first_actor_survives_what_overwrites_it_and_the_session() {
    let place = tempfile::tempdir().unwrap();
    let mut first = Session::open(place.path());
    first.sees(Format::GuardDuty, &guardduty(1, "203.0.113.1", 1));
    first.sees(Format::GuardDuty, &guardduty(1, "203.0.113.2", 2));
    first.sees(Format::GuardDuty, &guardduty(1, "203.0.113.2", 2));
    assert_eq!(first.actors(1), ["203.0.113.1", "203.0.113.2"]);
    drop(first);
    // A session without a memory of its own: the change falls between the two.
    let mut second = Session::open(place.path());
    second.sees(Format::GuardDuty, &guardduty(1, "203.0.113.3", 9));
    second.sees(Format::GuardDuty, &guardduty(2, "203.0.113.9", 9));
    assert_eq!(second.actors(1), ["203.0.113.1", "203.0.113.2", "203.0.113.3"]);
    assert_eq!(second.actors(2), ["203.0.113.9"]);
    let versions = second.journal.versions(&key(1)).unwrap();
    assert!(versions.is_sorted_by_key(|version| version.at));
    assert_eq!(&*versions[0].scope.region, "us-east-1");
    assert_eq!(versions[0].updated_at, Some(Timestamp::from_second(1_772_000_060).unwrap()));
}

#[test]
fn of_other_findings_only_changes_are_written() {
    let place = tempfile::tempdir().unwrap();
    let mut session = Session::open(place.path());
    let check = |number: u32, status: &str, updated: u32| {
        format!(
            r#"{{"Id":"check/{number}","ProductArn":"arn:aws:securityhub:us-east-1::product/aws/securityhub",
            "AwsAccountId":"111122223333","Compliance":{{"Status":"{status}"}},"UpdatedAt":"2026-03-01T10:00:{updated:02}Z"}}"#
        )
    };
    for number in 0..300 {
        session.sees(Format::Asff, &check(number, "FAILED", 1));
    }
    session.settled();
    assert_eq!(session.journal.status().borrow().written, 0);
    assert_eq!(segments(place.path()).len(), 0, "not even a file");
    // A record of a block that is packed already, and one that is not yet.
    for number in [3, 299] {
        session.sees(Format::Asff, &check(number, "PASSED", 2));
        let product_arn = "arn:aws:securityhub:us-east-1::product/aws/securityhub".to_owned();
        let key = RecordKey { format: Format::Asff, product_arn, id: format!("check/{number}") };
        let versions = session.settled().versions(&key).unwrap();
        let json: Vec<String> = versions.iter().map(|v| String::from_utf8(v.json.to_vec()).unwrap()).collect();
        assert_eq!(json, [check(number, "FAILED", 1), check(number, "PASSED", 2)], "byte for byte");
        let noticed: Vec<_> = versions.iter().map(|version| version.noticed).collect();
        assert_eq!(noticed, [crate::model::Noticed::Overwritten, crate::model::Noticed::Arrived]);
    }
    assert_eq!(session.journal.status().borrow().written, 4);
}

#[test]
fn everything_is_its_owners_alone() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("state/journal");
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let mut session = Session::open(&folder);
    session.sees(Format::GuardDuty, &guardduty(1, "203.0.113.1", 1));
    session.settled();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_folder_that_cannot_be_used_is_said_and_loses_nothing_else() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    let mut session = Session::open(&file);
    session.sees(Format::GuardDuty, &guardduty(1, "203.0.113.1", 1));
    session.settled();
    let status = session.journal.status().borrow().clone();
    assert!(matches!(status.keeping, Keeping::Failed(_)), "{status:?}");
    assert_eq!(status.lost, 1);
    assert!(status.trouble.is_some());
    assert_eq!(session.store.publish().len(), 1);
}

/// Some versions in one closed segment, each in a frame of its own; and the segment's path.
fn written(folder: &Path, versions: u32) -> PathBuf {
    let mut session = Session::open(folder);
    for updated in 1..=versions {
        session.sees(Format::GuardDuty, &guardduty(1, &format!("203.0.113.{updated}"), updated));
        session.settled();
    }
    drop(session);
    let [segment] = &segments(folder)[..] else { panic!("one segment") };
    wait_until_closed(segment);
    segment.clone()
}

/// The thread of a journal that was dropped ends by itself.
fn wait_until_closed(segment: &Path) {
    let until = std::time::Instant::now() + PATIENCE;
    while folder::closed(segment).unwrap().is_none() {
        assert!(std::time::Instant::now() < until, "the segment was not closed");
        std::thread::yield_now();
    }
}

#[test]
fn a_torn_end_is_said_and_cut_off_and_nothing_before_it_is_lost() {
    let place = tempfile::tempdir().unwrap();
    let segment = written(place.path(), 3);
    let whole = fs::read(&segment).unwrap();
    let ends: Vec<usize> = frame::pieces(&whole[segment::START..])
        .map(|piece| match piece {
            frame::Piece::Frame { at, frame } => segment::START + at + frame.length(),
            frame::Piece::Damage { .. } => panic!("damaged"),
        })
        .collect();
    assert_eq!(ends.len(), 3);
    for cut in (segment::START..whole.len()).step_by(7) {
        fs::write(&segment, &whole[..cut]).unwrap();
        let session = Session::open(place.path());
        let left = ends.iter().filter(|end| **end <= cut).count();
        assert_eq!(session.actors(1).len(), left, "cut at {cut}");
        let torn = !ends.contains(&cut) && cut > segment::START;
        let notes = session.journal.status().borrow().notes.clone();
        assert_eq!(notes.iter().any(|note| note.contains("torn")), torn, "cut at {cut}: {notes:?}");
        let length = usize::try_from(fs::metadata(&segment).unwrap().len()).unwrap();
        assert_eq!(length, ends.iter().copied().filter(|end| *end <= cut).max().unwrap_or(segment::START));
    }
}

#[test]
fn damage_in_the_middle_costs_its_frame_and_no_other() {
    let place = tempfile::tempdir().unwrap();
    let segment = written(place.path(), 3);
    let mut bytes = fs::read(&segment).unwrap();
    bytes[segment::START + frame::HEADER + 40] ^= 0x10;
    fs::write(&segment, &bytes).unwrap();
    let session = Session::open(place.path());
    assert_eq!(session.actors(1), ["203.0.113.2", "203.0.113.3"]);
    let notes = session.journal.status().borrow().notes.clone();
    assert!(notes.iter().any(|note| note.contains("damaged and passed over")), "{notes:?}");
}

#[test]
fn what_a_newer_program_wrote_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let newer = place.path().join("00000000000001-00000001-0000.seg");
    let text = b"yaguraj\x02 whatever comes then".to_vec();
    fs::write(&newer, &text).unwrap();
    let bounds = Bounds { bytes: 1, ..Bounds::default() };
    let mut session = Session::with(settings(place.path(), bounds, Clock::system()));
    session.sees(Format::GuardDuty, &guardduty(1, "203.0.113.1", 1));
    assert_eq!(session.actors(1), ["203.0.113.1"]);
    let notes = session.journal.status().borrow().notes.clone();
    assert!(notes.iter().any(|note| note.contains("newer yagura (format 2)")), "{notes:?}");
    assert_eq!(fs::read(&newer).unwrap(), text);
}

/// A clock that is set by hand.
fn hand() -> (Arc<AtomicI64>, Clock) {
    let hand = Arc::new(AtomicI64::new(1_772_000_000_000));
    let read = Arc::clone(&hand);
    (hand, Clock::of(move || Timestamp::from_millisecond(read.load(Ordering::Relaxed)).unwrap()))
}

#[test]
fn number_and_age_hold_at_once_and_on_the_disk_after_a_start() {
    let place = tempfile::tempdir().unwrap();
    let (hand, clock) = hand();
    let bounds = Bounds { versions: 3, age: Duration::from_hours(24), ..Bounds::default() };
    let with = || settings(place.path(), bounds, clock.clone());
    let mut session = Session::with(with());
    for updated in 1..=9 {
        hand.fetch_add(60_000, Ordering::Relaxed);
        session.sees(Format::GuardDuty, &guardduty(1, &format!("203.0.113.{updated}"), updated));
    }
    session.sees(Format::GuardDuty, &guardduty(2, "203.0.113.77", 1));
    let kept = ["203.0.113.1", "203.0.113.8", "203.0.113.9"];
    assert_eq!(session.actors(1), kept, "the first actor stays");
    let before = session.journal.status().borrow().bytes;
    drop(session);
    wait_until_closed(&segments(place.path())[0]);
    let session = Session::with(with());
    assert_eq!(session.actors(1), kept);
    assert!(session.journal.status().borrow().bytes < before, "packed anew");
    drop(session);
    // All of it is older than a day now.
    hand.fetch_add(i64::try_from(SignedDuration::from_hours(25).as_millis()).unwrap(), Ordering::Relaxed);
    let session = Session::with(with());
    assert_eq!((session.actors(1).len(), session.actors(2).len()), (0, 0));
    assert_eq!(segments(place.path()).len(), 0, "nothing is left to keep");
}

#[test]
fn bytes_hold_while_it_writes_and_the_newest_are_kept() {
    let place = tempfile::tempdir().unwrap();
    let (hand, clock) = hand();
    let bounds = Bounds { bytes: 256 << 10, versions: 10_000, ..Bounds::default() };
    let mut session = Session::with(settings(place.path(), bounds, clock));
    let mut state = 7_u64;
    for updated in 1..=1500 {
        hand.fetch_add(1000, Ordering::Relaxed);
        // Text that does not pack.
        let noise: String = (0..600)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                char::from(b'a' + u8::try_from((state >> 40) % 26).unwrap())
            })
            .collect();
        let json = guardduty(1, "203.0.113.1", updated).replacen("\"id\"", &format!("\"noise\":\"{noise}\",\"id\""), 1);
        session.sees(Format::GuardDuty, &json);
        if updated % 50 == 0 {
            session.settled();
            let on_disk: u64 = segments(place.path()).iter().map(|path| fs::metadata(path).unwrap().len()).sum();
            assert!(on_disk <= bounds.bytes + bounds.segment_bytes() * 4, "{on_disk} bytes after {updated}");
        }
    }
    let versions = session.settled().versions(&key(1)).unwrap();
    assert!(versions.len() > 50 && versions.len() < 1500, "{} versions", versions.len());
    let counts: Vec<u64> = versions
        .iter()
        .map(|version| {
            serde_json::from_slice::<serde_json::Value>(&version.json).unwrap()["service"]["count"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(counts.last(), Some(&1500));
    assert!(counts.windows(2).all(|pair| pair[0] + 1 == pair[1]), "the newest, without holes: {counts:?}");
    assert_eq!(session.journal.status().borrow().lost, 0);
}

/// What happens to one of three findings: the same again, another content at the same `UpdatedAt` (as a workflow edit
/// leaves it), a newer version; or the session ends and another begins.
#[derive(Debug, Clone)]
enum Step {
    Sees { number: u32, actor: u8, later: bool },
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let sees =
        (0..3_u32, 0..3_u8, any::<bool>()).prop_map(|(number, actor, later)| Step::Sees { number, actor, later });
    prop::collection::vec(prop_oneof![9 => sees, 1 => Just(Step::Restart)], 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever comes in whatever order, over sessions: each version that differs from the last one of its finding is
    /// there once, in the order in which they came.
    #[test]
    fn the_journal_gives_each_distinct_version_once_in_order(steps in steps()) {
        let place = tempfile::tempdir().unwrap();
        let ticks = Arc::new(AtomicI64::new(1_772_000_000_000));
        let clock = {
            let ticks = Arc::clone(&ticks);
            Clock::of(move || Timestamp::from_millisecond(ticks.fetch_add(1, Ordering::Relaxed)).unwrap())
        };
        let with = || Session::with(settings(place.path(), Bounds::default(), clock.clone()));
        let mut session = with();
        let mut expected: Vec<Vec<String>> = vec![Vec::new(); 3];
        let mut updated = [1_u32; 3];
        for step in steps {
            match step {
                Step::Restart => {
                    session.settled();
                    drop(session);
                    session = with();
                }
                Step::Sees { number, actor, later } => {
                    let at = &mut updated[number as usize];
                    *at += u32::from(later);
                    let json = guardduty(number, &format!("203.0.113.{actor}"), *at);
                    session.sees(Format::GuardDuty, &json);
                    let versions = &mut expected[number as usize];
                    if versions.last() != Some(&json) {
                        versions.push(json);
                    }
                }
            }
        }
        for (number, expected) in (0..).zip(expected) {
            let versions = session.settled().versions(&key(number)).unwrap();
            let got: Vec<String> = versions.iter().map(|v| String::from_utf8(v.json.to_vec()).unwrap()).collect();
            prop_assert_eq!(got, expected);
        }
    }
}
