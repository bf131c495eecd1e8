//! What one session leaves, and the next begins with, at an endpoint that is slow by then.

use std::path::Path;

use yagura::emulator::{self, Options, Running};

use crate::dashboard::quit;
use crate::pty::{Pty, Terminal};

/// The same findings at the same address each time; `port` 0 is any.
fn endpoint(port: u16, faults: &str) -> Running {
    let options = Options { port, findings: 300, accounts: 4, faults: faults.parse().unwrap(), ..Options::default() };
    emulator::start(options).unwrap()
}

fn port(endpoint: &Running) -> u16 {
    endpoint.url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap()
}

/// The dashboard on it, with what sessions leave in `state`.
fn dashboard(endpoint: &Running, state: &Path, more: &[&str]) -> Pty {
    let url = endpoint.url();
    let words: Vec<&str> = ["--region", "us-east-1", "--endpoint-url", &url].iter().chain(more).copied().collect();
    Terminal::yagura(&words)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .env("XDG_STATE_HOME", state.to_str().unwrap())
        .start()
}

fn whole(pty: &Pty) -> String {
    pty.wait_until("every source to be whole", |screen| screen.contains("complete 0m ago"))
}

fn files(state: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let folder = std::fs::read_dir(state.join("yagura/cache"));
    folder
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            (path, bytes)
        })
        .collect()
}

#[test]
fn the_next_start_shows_the_findings_at_once_with_their_age() {
    let state = tempfile::tempdir().unwrap();
    let quick = endpoint(0, "");
    let mut pty = dashboard(&quick, state.path(), &[]);
    whole(&pty);
    let list = pty.press("2", "300 of 300");
    assert!(!list.contains('~'), "{list}");
    quit(pty);
    let left = files(state.path());
    assert_eq!(left.len(), 1);
    let port = port(&quick);
    drop(quick);

    // The same address, and hardly an answer: what is seen is what was left, and says so.
    let slow = endpoint(port, "*:latency=30s");
    let mut pty = dashboard(&slow, state.path(), &[]);
    let overview = pty.wait_for("cached 0m ago");
    assert!(overview.contains("OPEN FINDINGS"), "{overview}");
    // All but what AWS would have deleted by now, each number marked.
    pty.press("2", "~ of ");
    assert!(pty.press("4", "REJECTED").contains("cached"));
    pty.send("2");
    pty.wait_until("the list", |screen| {
        screen.contains("sorted by severity") && screen.lines().any(|line| line.starts_with('▌'))
    });
    pty.press("\r", "WHERE");
    pty.press("J", "\"SchemaVersion\"");
    quit(pty);
    // It saw nothing, so it left nothing.
    assert_eq!(files(state.path()), left);

    // Who does not want it does not get it; and another Region's is another's.
    for words in [&["--no-cache"][..], &["--region", "eu-west-1"]] {
        let mut pty = dashboard(&slow, state.path(), words);
        let list = pty.press("2", "No findings");
        assert!(!list.contains("cached"), "{list}");
        quit(pty);
    }
    drop(slow);

    // With answers, the mark goes.
    let quick = endpoint(port, "securityhub.GetFindings:latency=300ms");
    let mut pty = dashboard(&quick, state.path(), &[]);
    pty.wait_for("cached");
    let overview = whole(&pty);
    assert!(!overview.contains("cached"), "{overview}");
    // It was swept a moment ago: what has changed since is enough, and that is said.
    let list = pty.press("2", "sorted by severity");
    assert!(!list.contains('~'), "{list}");
    pty.press("4", "swept by an earlier session");
    quit(pty);
}

#[test]
fn a_cache_that_is_damaged_is_not_used_and_goes_away() {
    let state = tempfile::tempdir().unwrap();
    let quick = endpoint(0, "");
    let pty = dashboard(&quick, state.path(), &[]);
    whole(&pty);
    quit(pty);
    let port = port(&quick);
    drop(quick);
    let (path, mut bytes) = files(state.path()).remove(0);
    let middle = bytes.len() - 5000;
    bytes[middle..middle + 2000].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let slow = endpoint(port, "*:latency=30s");
    let mut pty = dashboard(&slow, state.path(), &[]);
    pty.wait_for("The findings of the last session are not shown: its");
    pty.press("2", "No findings");
    quit(pty);
    assert!(!path.exists());
    let log = std::fs::read_to_string(state.path().join("yagura/yagura.log")).unwrap();
    assert!(log.contains("the cache is not used: its"), "{log}");
}
