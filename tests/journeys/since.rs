//! Since I last looked, over two sessions: what the second finds against the mark of the first.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::dashboard::quit;
use crate::pty::{Pty, Terminal};

fn finding(id: u8, severity: &str, workflow: &str) -> Value {
    json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("arn:aws:securityhub:us-east-1:111122223333:finding/{id}"),
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
        "GeneratorId": "security-control/S3.2",
        "AwsAccountId": "111122223333",
        "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-11-01T00:00:00Z",
        "UpdatedAt": "2026-11-02T00:00:00Z",
        "Severity": {"Label": severity},
        "Title": format!("Finding number {id}"),
        "Description": "d",
        "Resources": [{"Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::bucket-{id}")}],
        "RecordState": "ACTIVE",
        "Workflow": {"Status": workflow},
    })
}

/// The dashboard on a file, in a state directory that outlives it.
fn session(file: &Path, state: &Path) -> Pty {
    let pty =
        Terminal::yagura(&["--from", file.to_str().unwrap()]).env("XDG_STATE_HOME", state.to_str().unwrap()).start();
    // The file is read: before that there is nothing to mark.
    pty.wait_until("the findings", |screen| screen.contains("OPEN FINDINGS") && screen.contains("complete"));
    pty
}

#[test]
fn the_second_session_says_what_is_new_worse_back_closed_and_gone() {
    let folder = tempfile::tempdir().unwrap();
    let (file, state) = (folder.path().join("findings.json"), folder.path().join("state"));
    let write = |findings: &[Value]| fs::write(&file, json!({"Findings": findings}).to_string()).unwrap();

    write(&[
        finding(1, "LOW", "NEW"),
        finding(2, "HIGH", "RESOLVED"),
        finding(3, "MEDIUM", "NEW"),
        finding(4, "CRITICAL", "NEW"),
    ]);
    let mut first = session(&file, &state);
    first.press("5", "No mark is set yet");
    first.press("m", "Marked 4 findings");
    first.wait_for("you marked it");
    quit(first);

    write(&[
        finding(1, "HIGH", "NEW"),
        finding(2, "HIGH", "NEW"),
        finding(3, "MEDIUM", "SUPPRESSED"),
        finding(5, "CRITICAL", "NEW"),
    ]);
    let mut second = session(&file, &state);
    let screen = second.press("5", "when yagura ended");
    let under = |heading: &str| -> Vec<&str> {
        let mut lines = screen.lines().skip_while(|line| !line.contains(heading)).skip(1);
        lines.by_ref().take_while(|line| line.contains("Finding number")).collect()
    };
    for (heading, title) in [
        ("NEW  ", "Finding number 5"),
        ("GOT WORSE  ", "Finding number 1"),
        ("CAME BACK  ", "Finding number 2"),
        ("CLOSED  ", "Finding number 3"),
        ("GONE  ", "Finding number 4"),
    ] {
        let lines = under(heading);
        assert!(lines.len() == 1 && lines[0].contains(title), "{heading}: {lines:?}\n{screen}");
    }
    // The heading of what is new is a door to a list of just that.
    let list = second.press("g\r", "1 of 4");
    assert!(list.contains("Finding number 5") && !list.contains("Finding number 1"), "{list}");
    // The mark that the user set is still there.
    second.press("\x1b", "when yagura ended");
    second.press("M", "you marked it");
    quit(second);
}
