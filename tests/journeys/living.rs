//! A finding of GuardDuty's that goes on while one looks at it, on an endpoint whose clock the test moves: the open
//! finding tells, its versions tell what it was, its line has a newer time, and a view calls for what is new.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use serde_json::Value;
use yagura::emulator::{self, Clock, Live, Options, Running};

use crate::asking::printed;
use crate::pty::Terminal;

/// The longest gap between two events.
const STEP: Duration = Duration::from_secs(15);

fn endpoint(start: i64) -> (Running, Clock) {
    let clock = Clock::manual(start);
    let options = Options {
        findings: 300,
        accounts: 4,
        live: Live::Every(Duration::from_secs(10)),
        clock: clock.clone(),
        ..Options::default()
    };
    (emulator::start(options).unwrap(), clock)
}

/// GuardDuty's own records by id: how often each was seen.
fn counts(endpoint: &Running) -> BTreeMap<String, u64> {
    let regions = emulator::REGIONS.join(",");
    let records = printed(endpoint, &["--region", &regions, "source:guardduty", "-o", "raw"]);
    let records = records.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let own =
        records.filter_map(|record| Some((record["arn"].as_str()?.to_owned(), record["service"]["count"].as_u64()?)));
    own.collect()
}

/// Which finding goes on first, from how often to how often, after how many steps: as a twin of the endpoint has it.
fn oracle(start: i64) -> (String, u64, u64, u32) {
    let (twin, clock) = endpoint(start);
    let before = counts(&twin);
    for steps in 1..=4 {
        clock.advance(STEP);
        for (id, now) in counts(&twin) {
            if let Some(was) = before.get(&id).filter(|was| **was != now) {
                return (id, *was, now, steps);
            }
        }
    }
    panic!("nothing goes on in {} findings", before.len());
}

#[test]
fn a_finding_that_goes_on_tells_so_while_it_is_open() {
    let start = jiff::Timestamp::now().as_millisecond();
    let (id, was, is, steps) = oracle(start);
    let (endpoint, clock) = endpoint(start);

    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("yagura.toml");
    let view = "[views.Threats]\nquery = \"product:GuardDuty\"\nsort = \"updated_at:desc\"\n\
                columns = [\"updated_at\", \"title\"]\nkey = \"F2\"\nnotify = \"osc9\"\n";
    fs::write(&config, view).unwrap();
    let regions = emulator::REGIONS.join(",");
    let args = ["--config", config.to_str().unwrap(), "--endpoint-url", &endpoint.url(), "--region", &regions];
    let mut pty =
        Terminal::yagura(&args).env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "example").start();
    pty.wait_for("17 of 18 sources whole");

    // The view has its own columns, order and number; the finding is one of it.
    let heads =
        |screen: &str| screen.lines().nth(2).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    pty.send("\x1bOQ");
    let screen = pty.wait_until("the view with its columns", |screen| heads(screen) == "UPDATED▾ TITLE");
    assert!(screen.contains("product:GuardDuty"), "{screen}");
    pty.send(&format!("/ id:{}\r", id.rsplit('/').next().unwrap()));
    let age = |screen: &str| {
        screen.lines().find_map(|line| line.strip_prefix('▌')?.split_whitespace().next().map(str::to_owned))
    };
    let screen = pty.wait_until("the one finding", |screen| screen.contains(" 1 of 300") && age(screen).is_some());
    let before = age(&screen);
    pty.press("\r", &format!("seen {was} times"));

    // It goes on while it is open.
    clock.advance(STEP * steps);
    pty.press("r", &format!("seen {is} times"));
    let screen = pty.press("V", "2 versions seen");
    let change = format!("Count {was} → {is}");
    assert!(screen.contains(&change), "{change} in\n{screen}");
    pty.press("\x1b", &format!("seen {is} times"));

    // And so does its line in the list.
    pty.send("\x1b");
    pty.wait_until("a newer time", |screen| {
        heads(screen) == "UPDATED▾ TITLE" && age(screen).is_some_and(|now| Some(now) != before)
    });

    // What else came since newly matches: the view said so, through the terminal.
    let called = String::from_utf8_lossy(&pty.raw()).into_owned();
    let call = called.split("\x1b]9;yagura: ").nth(1).and_then(|rest| rest.split('\x07').next()).unwrap_or_default();
    assert!(call.contains(" newly match") && call.contains(" Threats: "), "{call:?}");
    pty.send("Q");
    assert!(pty.wait_exit().success());
    pty.assert_given_back();
}
