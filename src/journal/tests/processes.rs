//! What is kept by processes that are killed, and by several at once.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::super::*;
use super::{Session, guardduty, key, settings};
use crate::model::Format;

const FOLDER: &str = "YAGURA_TEST_JOURNAL";
const WRITER: &str = "YAGURA_TEST_WRITER";
const ROUNDS: &str = "YAGURA_TEST_ROUNDS";

/// Not a test of its own: the process of the tests below. Writes versions, and says how far it surely is.
#[test]
#[ignore = "started by other tests"]
fn writer() {
    let (Some(folder), Some(writer)) = (std::env::var_os(FOLDER), std::env::var_os(WRITER)) else { return };
    let writer: u32 = writer.to_str().unwrap().parse().unwrap();
    let rounds: u32 = std::env::var(ROUNDS).unwrap().parse().unwrap();
    let mut session = Session::open(Path::new(&folder));
    for round in 1..=rounds {
        // A record of its own, and one that every writer sees change.
        session.sees(Format::GuardDuty, &guardduty(writer, &format!("203.0.113.{writer}"), round));
        session.sees(Format::GuardDuty, &guardduty(1000, "203.0.113.100", round));
        if round % 5 == 0 {
            session.settled();
            println!("\nwritten {round}");
        }
    }
}

fn start_writer(folder: &Path, writer: u32, rounds: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "journal::tests::processes::writer", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(WRITER, writer.to_string())
        .env(ROUNDS, rounds.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// How far the writer said it is, once it is that far.
fn wait_for_round(lines: &mut impl Iterator<Item = std::io::Result<String>>, least: u32) -> u32 {
    lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("written ")?.trim().parse().ok().filter(|round| *round >= least))
        .expect("the writer ended early")
}

fn counts(journal: &Journal, number: u32) -> Vec<u32> {
    let versions = journal.versions(&key(number)).unwrap();
    let count = |json: &[u8]| serde_json::from_slice::<serde_json::Value>(json).unwrap()["service"]["count"].as_u64();
    versions.iter().map(|version| u32::try_from(count(&version.json).unwrap()).unwrap()).collect()
}

#[test]
fn killed_in_the_middle_of_writing_nothing_that_was_written_is_lost() {
    let place = tempfile::tempdir().unwrap();
    let bounds = Bounds { versions: 1_000_000, ..Bounds::default() };
    for least in [5, 40] {
        let mut child = start_writer(place.path(), least, 1_000_000);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let sure = wait_for_round(&mut lines, least);
        // SIGKILL, while it writes on.
        child.kill().unwrap();
        child.wait().unwrap();
        let session = Session::with(settings(place.path(), bounds, Clock::system()));
        let kept = counts(session.settled(), least);
        assert!(kept.len() >= sure as usize, "{} of {sure}", kept.len());
        let expected: Vec<u32> = (1..).take(kept.len()).collect();
        assert_eq!(kept, expected, "each once, in order");
    }
}

#[test]
fn two_instances_at_once_keep_all_that_both_see() {
    let place = tempfile::tempdir().unwrap();
    let bounds = Bounds { versions: 1_000_000, ..Bounds::default() };
    let mut children: Vec<Child> = (1..=2).map(|writer| start_writer(place.path(), writer, 60)).collect();
    // A third one reads while they write.
    let reader = Session::with(settings(place.path(), bounds, Clock::system()));
    for child in &mut children {
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(wait_for_round(&mut lines, 60), 60);
        assert!(child.wait().unwrap().success());
    }
    let all: Vec<u32> = (1..=60).collect();
    for number in [1, 2] {
        assert_eq!(counts(&reader.journal, number), all, "record {number}");
    }
    assert_eq!(counts(&reader.journal, 1000), all, "what both saw, once");
    assert_eq!(reader.journal.status().borrow().notes, Vec::<String>::new());
    // And a later one, which packs what they left.
    let later = Session::with(settings(place.path(), bounds, Clock::system()));
    assert_eq!(counts(later.settled(), 1000), all);
}
