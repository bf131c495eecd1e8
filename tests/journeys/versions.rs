//! What a finding was before: kept over a kill -9, shown with what changed; and AWS's own history, asked for by a key.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::dashboard::listed;
use crate::pty::{Pty, Terminal};

/// One finding of GuardDuty's, as it is after some minutes.
fn finding(file: &Path, ip: &str, minutes: u32) {
    let json = serde_json::json!({
        "arn": "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f", "id": "f", "region": "us-east-1",
        "accountId": "111122223333", "severity": 8.0, "type": "UnauthorizedAccess:EC2/SSHBruteForce",
        "title": "Somebody is guessing passwords", "description": "d", "createdAt": "2026-11-01T00:00:00Z",
        "updatedAt": format!("2026-11-01T00:{minutes:02}:00Z"),
        "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": "i-0aa01b2c3d4e57e10"}},
        "service": {"count": minutes, "action": {"actionType": "NETWORK_CONNECTION",
            "networkConnectionAction": {"remoteIpDetails": {"ipAddressV4": ip}}}},
    });
    fs::write(file, json.to_string()).unwrap();
}

/// The dashboard on that file, on the versions of its one finding.
fn versions(folder: &Path, file: &Path) -> Pty {
    let config = folder.join("yagura.toml");
    fs::write(&config, "[journal]\nenabled = \"on\"\n").unwrap();
    let args = ["--config", config.to_str().unwrap(), "--from", file.to_str().unwrap()];
    let state = folder.join("state");
    let mut pty = Terminal::yagura(&args).env("XDG_STATE_HOME", state.to_str().unwrap()).start();
    pty.wait_for("SSHBruteForce");
    pty.send("2");
    listed(&pty);
    pty.press("\r", "WHERE");
    pty.send("V");
    pty
}

#[test]
fn what_a_finding_was_outlives_a_kill_and_says_who_it_was_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("findings.json");
    finding(&file, "203.0.113.9", 1);
    let mut pty = versions(folder.path(), &file);
    pty.wait_for("Only this version has been seen since");
    finding(&file, "198.51.100.7", 2);
    let screen = pty.press("r", "Actor IP 203.0.113.9 → 198.51.100.7");
    assert!(screen.contains("2 versions seen"), "{screen}");
    pty.signal(Signal::KILL);
    pty.wait_exit();

    // It changed again while nobody looked.
    finding(&file, "192.0.2.44", 9);
    let mut pty = versions(folder.path(), &file);
    let screen = pty.wait_for("3 versions seen");
    assert!(screen.contains("Actor IP 198.51.100.7 → 192.0.2.44"), "{screen}");
    // From the first to the last.
    pty.send("jj ");
    pty.wait_until("the comparison of the first and the last", |screen| {
        screen.lines().any(|line| line.contains("~ Actor IP") && line.contains("203.0.113.9 → 192.0.2.44"))
    });
    pty.press("\x1b", "WHERE");
    pty.send("Q");
    assert!(pty.wait_exit().success());
    pty.assert_given_back();
}

#[test]
fn security_hub_is_asked_for_its_own_history_by_a_key() {
    let mut pty = Terminal::yagura(&["demo", "--findings", "300", "--accounts", "4"]).start();
    pty.wait_for("17 of 18 sources whole");
    pty.send("2/product:inspector\r");
    pty.wait_until("the list with its cursor on a finding", |screen| {
        let on = |line: &str| line.starts_with('▌') && line.contains("CVE-");
        screen.contains("findings   product:inspector") && screen.lines().any(on)
    });
    pty.press("\r", "WHERE");
    pty.press("V", "H asks for it");
    pty.press("H", "Security Hub remembers");
    pty.wait_for("the finding was created");
    pty.send("Q");
    assert!(pty.wait_exit().success());
    pty.assert_given_back();
}
