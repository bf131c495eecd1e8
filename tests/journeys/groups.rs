//! From the noise to one group, to a finding, to its kin, and all the way back; and columns that are there again.

use yagura::emulator::{self, Options};

use crate::pty::{Pty, Terminal};

const DEMO: [&str; 5] = ["demo", "--findings", "300", "--accounts", "4"];

fn demo() -> Pty {
    let pty = Terminal::yagura(&DEMO).start();
    pty.wait_until("all sources to answer", |screen| screen.contains("17 of 18 sources whole"));
    pty
}

fn quit(mut pty: Pty) {
    pty.send("Q");
    assert!(pty.wait_exit().success());
    pty.assert_given_back();
}

/// The line under the cursor.
fn here(screen: &str) -> String {
    screen.lines().find(|line| line.starts_with('▌')).unwrap_or_default().to_owned()
}

#[test]
fn group_by_control_expand_drill_and_back_then_kin_and_back() {
    let mut pty = demo();
    pty.press("2", "sorted by severity");
    pty.press("b", "group the findings");
    pty.press("\r", "controls by risk");
    // Down to a group that has a control, open it, and into its first finding.
    let screen = pty.press("j", "▌ ▸");
    assert!(screen.contains("CONTROL"), "{screen}");
    let screen = pty.press("\r", "▌ ▾");
    let group = here(&screen);
    pty.send("j");
    let list =
        pty.wait_until("the cursor on a finding", |screen| !here(screen).contains('▾') && screen.contains("TITLE"));
    let finding = here(&list);
    pty.press("\r", "WHERE");
    pty.send("\x1b");
    pty.wait_until("the same finding in its group", |screen| here(screen) == finding);
    // Its kin, through the first door, and back.
    let sheet = pty.press("K", "same resource");
    assert!(sheet.contains("same account"), "{sheet}");
    pty.press("\r", "resource.id=");
    pty.send("\x1b");
    pty.wait_until("the group again", |screen| here(screen) == finding && screen.contains("controls by risk"));
    // The group alone, as a query, and back; then it is folded.
    pty.press("f", "control=");
    pty.send("\x1b");
    pty.wait_until("the group again", |screen| here(screen) == finding);
    pty.send("h");
    let screen = pty.wait_until("the group folded", |screen| here(screen).contains('▸'));
    assert_eq!(here(&screen).replace('▸', "▾"), group);
    pty.press("b", "group the findings");
    pty.send("g\r");
    pty.wait_for("sorted by severity");
    quit(pty);
}

#[test]
fn chosen_columns_are_there_again_in_the_next_session() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().to_str().unwrap().to_owned();
    let endpoint = emulator::start(Options { findings: 100, accounts: 2, ..Options::default() }).unwrap();
    let url = endpoint.url();
    let start = || {
        let pty = Terminal::yagura(&["--endpoint-url", &url, "--region", "us-east-1"])
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "example")
            .env("XDG_STATE_HOME", &state)
            .start();
        pty.wait_for("all keys");
        pty
    };
    let has_ages =
        |screen: &str| screen.lines().nth(2).is_some_and(|heads| heads.contains("TITLE") && heads.contains("AGE"));
    let has_none =
        |screen: &str| screen.lines().nth(2).is_some_and(|heads| heads.contains("TITLE") && !heads.contains("AGE"));
    let mut pty = start();
    pty.send("2");
    pty.wait_until("the list with ages", has_ages);
    pty.press("C", "show or hide");
    pty.send("j \x1b");
    pty.wait_until("the list without ages", has_none);
    quit(pty);
    let mut pty = start();
    pty.send("2");
    pty.wait_until("the list without ages", has_none);
    quit(pty);
}
