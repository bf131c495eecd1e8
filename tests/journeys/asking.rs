//! Asking in the language of the filter line, as somebody types it: fields of who and on what, a mistake, the help that is
//! offered, and numbers that the command line finds too.

use std::process::Command;

use yagura::emulator::{self, Options, Running};

use crate::pty::{Pty, Terminal};

const REGION: [&str; 2] = ["--region", "us-east-1"];

/// The dashboard on all findings of the endpoint, in its list.
fn list(endpoint: &Running) -> Pty {
    let mut pty = Terminal::yagura(&["--endpoint-url", &endpoint.url(), REGION[0], REGION[1]])
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .start();
    pty.wait_for("complete 0m ago");
    pty.press("2", "300 of 300");
    pty
}

/// What the command line prints of an endpoint's findings.
pub(crate) fn printed(endpoint: &Running, args: &[&str]) -> String {
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_yagura"))
        .args(["--endpoint-url", &endpoint.url(), "findings"])
        .args(args)
        .env_clear()
        .env("HOME", home.path())
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .output()
        .unwrap();
    // 1: a source is off or was not whole.
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 1), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// How many findings the command line finds.
fn found(endpoint: &Running, query: &str) -> usize {
    printed(endpoint, &[REGION[0], REGION[1], query, "-o", "ndjson"]).lines().count()
}

/// What is typed, as the list's head shows it.
fn typed(screen: &str) -> String {
    let head = screen.lines().next().unwrap_or_default();
    let line = head.split_once('/').map_or("", |(_, line)| line);
    line.split("  ").next().unwrap_or_default().trim().to_owned()
}

/// Waits until so many findings are listed for what is typed.
fn wait_listed(pty: &Pty, query: &str, many: usize) {
    let count = format!(" {many} of 300");
    pty.wait_until(&format!("{query} and{count}"), |screen| typed(screen) == query && screen.contains(&count));
}

#[test]
fn new_fields_are_typed_a_mistake_is_underlined_help_is_offered_and_the_result_is_right() {
    let endpoint = emulator::start(Options { findings: 300, accounts: 4, ..Options::default() }).unwrap();
    let mut pty = list(&endpoint);

    // On what, and since when: each term makes it fewer, as it is typed.
    let (tagged, fresh) = (found(&endpoint, "tag:env=prod"), found(&endpoint, "tag:env=prod age<40d"));
    assert!(0 < fresh && fresh < tagged && tagged < 300, "{fresh} of {tagged}");
    pty.send("/tag:env=prod");
    wait_listed(&pty, "tag:env=prod", tagged);
    pty.send(" age<40d");
    wait_listed(&pty, "tag:env=prod age<40d", fresh);

    // A mistake in a name: underlined where it is, with the name that was meant, and the list stays as it was.
    pty.send(" actor.contry:x");
    let screen = pty.wait_for("did you mean actor.country?");
    assert_eq!(typed(&screen), "tag:env=prod age<40d actor.contry:x");
    let underlined = pty.look(|screen| {
        let cells = (0..screen.size().1.get()).filter_map(|column| screen.cell(0, column));
        cells.filter(|cell| cell.underline()).map(vt100::Cell::contents).collect::<String>()
    });
    assert_eq!(underlined, "actor.contry");
    pty.press("\r", "Mend the filter");

    // Mended with what is offered: the field, then the countries that there are, with their numbers.
    pty.send("\x15actor.cou\t");
    pty.wait_until("the field", |screen| typed(screen) == "actor.country:");
    pty.send("\t");
    let screen = pty.wait_until("the first of the countries", |screen| {
        typed(screen).len() > "actor.country:".len() && screen.contains("1 of ") && screen.contains(" · then ")
    });
    let query = typed(&screen);
    let many = found(&endpoint, &query);
    assert!(many > 0, "{query}");
    wait_listed(&pty, &query, many);
    let line = screen.lines().find(|line| line.contains("1 of ") && line.contains(" · then ")).unwrap();
    assert!(line.contains(&format!("({many})")), "the number that was offered is the number of the list: {line}");
    pty.send("\r");
    let rest = format!("findings   {query}");
    pty.wait_until("the filter at rest", |screen| {
        screen.contains(&rest) && screen.contains(&format!(" {many} of 300"))
    });

    // It is so: each of them says where its actor is.
    let country = query.trim_start_matches("actor.country:").trim_matches('"');
    pty.send("g\r");
    pty.wait_until("a finding whose actor is there", |screen| screen.contains("ACTOR") && screen.contains(country));
    pty.send("Q");
    assert!(pty.wait_exit().success());
    pty.assert_given_back();
}
