//! The dashboard, from the first frame to the last key.

use std::fs;

use rustix::process::Signal;
use yagura::emulator::{self, Options};

use crate::pty::{Pty, Terminal};

/// The demo, small so that a slow machine is through with it soon.
const DEMO: [&str; 5] = ["demo", "--findings", "300", "--accounts", "4"];

/// In every footer.
const KEYS: &str = "all keys";

/// The demo with its data on the screen.
pub(crate) fn demo() -> Pty {
    let pty = Terminal::yagura(&DEMO).start();
    arrived(&pty);
    pty
}

/// All sources have answered: one of the demo's is off, and says so.
pub(crate) fn arrived(pty: &Pty) {
    pty.wait_until("all sources to answer", |screen| {
        screen.contains("17 of 18 sources whole") && screen.contains("1 source is off")
    });
}

pub(crate) fn quit(mut pty: Pty) {
    pty.send("Q");
    let status = pty.wait_exit();
    assert!(status.success(), "{status:?}");
    pty.assert_given_back();
}

/// What the selected line of the list says from its title on: which finding it is.
fn selected(screen: &str) -> Option<String> {
    let line = screen.lines().find(|line| line.starts_with(['▌', '>']))?;
    Some(line.chars().skip(13).take(64).collect())
}

/// Waits for the list with its cursor on a finding, and gives the screen.
pub(crate) fn listed(pty: &Pty) -> String {
    pty.wait_until("the list", |screen| screen.contains("sorted by severity") && selected(screen).is_some())
}

#[test]
fn every_view_and_the_way_back() {
    let mut pty = demo();
    assert!(pty.screen().contains("OPEN FINDINGS"), "{}", pty.screen());

    pty.send("2");
    let first = selected(&listed(&pty));
    pty.send("j");
    let second =
        selected(&pty.wait_until("the cursor a line down", |screen| ![&None, &first].contains(&&selected(screen))));
    pty.send("j");
    let list =
        pty.wait_until("the cursor two lines down", |screen| ![&None, &first, &second].contains(&&selected(screen)));

    // Down to the finding, to its raw JSON, and all the way back to the same line.
    pty.press("\r", "WHERE");
    let before = selected(&list);
    pty.press("J", "\"SchemaVersion\"");
    pty.press("\x1b", "WHERE");
    pty.send("\x1b");
    pty.wait_until("the list at the same line", |screen| {
        screen.contains("sorted by severity") && selected(screen) == before
    });

    pty.press("3", "CIS AWS Foundations Benchmark");
    pty.press("\r", "sorted by");
    pty.press("\x1b", "CIS AWS Foundations Benchmark");
    pty.press("4", "REJECTED");
    pty.press("1", "OPEN FINDINGS");
    pty.press("\r", "sorted by severity");
    pty.press("q", "OPEN FINDINGS");
    quit(pty);
}

/// Over a slow link people type ahead: both keys are there before the list is.
#[test]
fn keys_typed_at_once_open_a_finding_of_a_list_that_is_still_being_made() {
    let mut pty = demo();
    pty.send("2\r");
    pty.wait_for("WHERE");
    pty.send("\x1b");
    listed(&pty);
    // What the filter finds, not what was under the cursor when it was typed.
    pty.send("/account:log-archive\r\r");
    let opened = pty.wait_for("WHERE");
    assert!(opened.contains("log-archive"), "{opened}");
    quit(pty);
}

/// How many findings the list's header says are shown, and of how many: more come while one looks.
fn shown(screen: &str) -> Option<(u32, u32)> {
    let (before, after) = screen.lines().next()?.split_once(" of ")?;
    let number = |word: Option<&str>| word?.parse().ok();
    Some((number(before.split_whitespace().last())?, number(after.split_whitespace().next())?))
}

#[test]
fn filter_and_sort() {
    let mut pty = demo();
    pty.press("2", "sorted by severity");
    pty.press("s", "sorted by age");
    pty.press("/root", "/root");
    let few = pty.wait_until("fewer findings", |screen| shown(screen).is_some_and(|(some, all)| some < all));
    assert!(!few.contains("None of"), "{few}");
    pty.send("\r");
    pty.wait_until("the filter to rest", |screen| screen.contains("findings   root"));
    pty.send("x");
    pty.wait_until("all findings", |screen| shown(screen).is_some_and(|(some, all)| some == all));
    // Nonsense is named, and nothing is lost.
    pty.send("/severity>=nonsense");
    pty.wait_until("what is wrong with it", |screen| screen.contains("severity>=nonsense") && shown(screen).is_some());
    pty.send("\x1b");
    pty.wait_until("the old filter", |screen| !screen.contains("nonsense"));
    quit(pty);
}

#[test]
fn help_and_palette_lie_over_the_view_and_leave() {
    let mut pty = demo();
    pty.press("?", "Go to the list of findings");
    pty.send("\x1b");
    pty.wait_until("no help", |screen| !screen.contains("Go to the list of findings"));
    pty.press(":", "Go to the overview");
    pty.send("controls\r");
    pty.wait_for("CIS AWS Foundations Benchmark");
    // A paste is text, not keys: it runs nothing.
    pty.send("2/");
    pty.wait_for("sorted by");
    pty.send("\x1b[200~Qq\x1b[201~");
    pty.wait_for("/Qq");
    // An escape and a letter at once would be Alt and the letter.
    pty.send("\x1b");
    pty.wait_until("the filter to be left", |screen| !screen.contains("/Qq"));
    quit(pty);
}

#[test]
fn every_size_is_drawn_whole() {
    let mut pty = demo();
    for (view, text) in [("1", "OPEN FINDINGS"), ("2", "TITLE"), ("3", "CIS"), ("4", "SERVICE")] {
        pty.send(view);
        for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 50)] {
            pty.resize(width, height);
            let screen = pty.wait_until(&format!("view {view} at {width}x{height}"), |screen| {
                let last = screen.lines().nth(usize::from(height) - 1).unwrap_or_default();
                let rule = screen.lines().nth(1).unwrap_or_default();
                screen.contains(text)
                    && last.contains("Enter")
                    && rule.chars().filter(|c| *c == '─').count() == usize::from(width)
            });
            assert!(!screen.contains("too small"), "{screen}");
        }
    }
    pty.resize(30, 5);
    pty.wait_for("too small");
    pty.resize(80, 24);
    pty.wait_for(KEYS);
    quit(pty);
}

/// Both may wake the reader at once.
#[test]
fn a_key_pressed_while_the_window_changes_is_not_lost() {
    let mut pty = demo();
    for round in 0..60 {
        let (view, text) = if round % 2 == 0 { ("4", "SERVICE") } else { ("1", "OPEN FINDINGS") };
        pty.send(view);
        pty.resize(if round % 3 == 0 { 80 } else { 120 }, 30);
        pty.wait_until(&format!("view {view} in round {round}"), |screen| screen.contains(text));
    }
    quit(pty);
}

#[test]
fn every_way_out_gives_the_terminal_back() {
    for way in ["q", "Q", "\x03"] {
        let mut pty = demo();
        pty.send(way);
        assert!(pty.wait_exit().success(), "{way:?}");
        pty.assert_given_back();
    }
    let mut pty = demo();
    pty.signal(Signal::TERM);
    assert_eq!(pty.wait_exit().exit_code(), 143);
    pty.assert_given_back();
}

#[test]
fn the_cursor_stays_on_its_finding_while_data_arrives() {
    let options = Options {
        findings: 1_500,
        accounts: 4,
        faults: "securityhub.GetFindings:latency=300ms".parse().unwrap(),
        ..Options::default()
    };
    let endpoint = emulator::start(options).unwrap();
    let url = endpoint.url();
    let mut pty = Terminal::yagura(&["--endpoint-url", &url, "--region", "us-east-1"])
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .start();
    pty.wait_for(KEYS);
    pty.send("2");
    let first = selected(&listed(&pty));
    pty.send("jjj");
    let screen = pty.wait_until("the cursor to move", |screen| selected(screen) != first);
    let count = |screen: &str| screen.lines().next().map(str::to_owned);
    let mut header = count(&screen);
    // Keys may still be on their way: the finding is the one of the first screen that data changed.
    let mut finding = None;
    for _ in 0..3 {
        // A frame may be read in pieces, its first line before the cursor's.
        let whole = |screen: &str| count(screen) != header && selected(screen).is_some();
        let screen = pty.wait_until("more findings", whole);
        header = count(&screen);
        let now = selected(&screen);
        assert!(finding.is_none() || finding == now, "the cursor left {finding:?} for {now:?}\n{screen}");
        finding = now;
    }
    quit(pty);
}

#[test]
fn without_colours_and_symbols_nothing_is_said_by_them_alone() {
    let pty = Terminal::yagura(&DEMO).env("TERM", "dumb").env("LANG", "C").env("NO_COLOR", "1").start();
    arrived(&pty);
    let raw = pty.raw();
    assert!(raw.is_ascii(), "symbols beyond ASCII");
    let text = String::from_utf8(raw).unwrap();
    for sgr in text.split("\x1b[").filter_map(|piece| piece.split_once('m').map(|(sgr, _)| sgr)) {
        let coloured = |number: &str| matches!(number.parse::<u8>(), Ok(30..=49 | 90..=107));
        let is_sgr = sgr.chars().all(|c| c.is_ascii_digit() || c == ';');
        assert!(!is_sgr || !sgr.split(';').any(coloured), "a colour: {sgr:?}");
    }
    assert!(pty.screen().contains("C # CRITICAL"), "{}", pty.screen());
    quit(pty);
}

#[test]
fn a_missing_login_says_what_to_run() {
    let mut pty = Terminal::yagura(&["--region", "us-east-1"]).start();
    pty.wait_for("need a login");
    let screen = pty.press("4", "Run:");
    assert!(screen.contains("aws configure sso"), "{screen}");
    quit(pty);
}

#[test]
fn files_are_shown_and_what_they_hold_cannot_touch_the_terminal() {
    let finding = serde_json::json!({"Findings": [{
        "SchemaVersion": "2018-10-08",
        "Id": "arn:aws:securityhub:us-east-1:111122223333:finding/one",
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
        "GeneratorId": "security-control/S3.2",
        "AwsAccountId": "111122223333",
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-11-01T00:00:00Z",
        "UpdatedAt": "2026-11-02T00:00:00Z",
        "Severity": {"Label": "CRITICAL"},
        "Title": "Anyone can read \u{1b}]0;owned\u{7}\u{1b}[2J it",
        "Description": "d",
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::acme-exports"}],
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
    }]});
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("findings.json");
    fs::write(&file, finding.to_string()).unwrap();
    let mut pty = Terminal::yagura(&["--from", file.to_str().unwrap()]).start();
    pty.wait_for("Anyone can read");
    pty.send("2");
    listed(&pty);
    pty.press("\r", "WHERE");
    let raw = String::from_utf8(pty.raw()).unwrap();
    assert!(!raw.contains("\x1b]0;owned"), "the finding set the window's title");
    quit(pty);
}
