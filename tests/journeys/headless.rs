//! The commands without a screen, as somebody at a terminal sees them: progress while they ask, and a way out.

use std::fs;

use yagura::emulator::{self, Options, Running};

use crate::pty::{Pty, Terminal};

/// An endpoint that answers, but not soon.
fn slow(latency: &str) -> Running {
    let faults = format!("securityhub.GetFindings:latency={latency}").parse().unwrap();
    emulator::start(Options { findings: 600, accounts: 3, faults, ..Options::default() }).unwrap()
}

/// `yagura findings` in a terminal, its data into `out`.
fn findings(endpoint: &Running, out: &std::path::Path) -> Pty {
    let command = format!(
        "exec {} --endpoint-url {} --region us-east-1 findings -o ndjson > {}",
        env!("CARGO_BIN_EXE_yagura"),
        endpoint.url(),
        out.display()
    );
    Terminal::of("sh", &["-c", &command])
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .start()
}

#[test]
fn progress_is_shown_and_leaves_no_trace_in_the_data() {
    let folder = tempfile::tempdir().unwrap();
    let (endpoint, out) = (slow("300ms"), folder.path().join("findings.ndjson"));
    let mut pty = findings(&endpoint, &out);
    pty.wait_for("syncing");
    pty.wait_for("findings so far");
    let status = pty.wait_exit();
    assert!(matches!(status.exit_code(), 0 | 1), "{status:?}\n{}", pty.screen());
    assert!(!pty.screen().contains("syncing"), "{}", pty.screen());
    let data = fs::read_to_string(&out).unwrap();
    assert!(data.lines().count() >= 500);
    assert!(data.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[test]
fn ctrl_c_ends_the_asking_with_nothing_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (endpoint, out) = (slow("20s"), folder.path().join("findings.ndjson"));
    let mut pty = findings(&endpoint, &out);
    pty.wait_for("syncing");
    pty.send("\x03");
    assert_eq!(pty.wait_exit().exit_code(), 130, "{}", pty.screen());
    assert_eq!(fs::read_to_string(&out).unwrap(), "");
}
