//! Taking things away in a real terminal: a file from the list, the clipboard, the console's link.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::pty::Terminal;

const DEMO: [&str; 5] = ["demo", "--findings", "300", "--accounts", "4"];

#[test]
fn a_list_is_exported_an_id_is_copied_and_the_console_is_linked() {
    let terminal = Terminal::yagura(&DEMO);
    let home = terminal.home().to_path_buf();
    let mut pty = terminal.start();
    pty.wait_for("17 of 18 sources whole");
    pty.press("2", "sorted by severity");

    // The export: HTML is the last of the formats.
    pty.press("e", "for a spreadsheet");
    pty.send("\x1b[A");
    pty.wait_for(".html");
    pty.press("\r", "Wrote ");
    let files: Vec<_> = fs::read_dir(&home)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && path.to_string_lossy().contains("findings-"))
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let page = fs::read_to_string(&files[0]).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.contains("These numbers are not whole"), "a source of the demo is off");
    assert_eq!(fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);

    // The id, through the terminal.
    pty.press("y", "AWS CLI command");
    pty.press("y", "Sent the id to the terminal's clipboard");
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let sent = raw.split("\x1b]52;c;").nth(1).and_then(|rest| rest.split('\x07').next()).unwrap();
    let id = String::from_utf8(STANDARD.decode(sent).unwrap()).unwrap();
    assert!(id.starts_with("arn:aws:") && page.contains(&id), "{id}");

    // The link, as text and as a hyperlink.
    pty.press("o", "AWS console");
    let raw = String::from_utf8_lossy(&pty.raw()).into_owned();
    let link = raw.split("\x1b]8;id=").nth(1).and_then(|rest| rest.split("\x1b\\").next()).unwrap();
    let (_, address) = link.split_once(';').unwrap();
    assert!(address.starts_with("https://") && address.contains(".console.aws.amazon.com/"), "{address}");
    pty.send("\x1b");
    pty.wait_until("the sheet to be gone", |screen| !screen.contains("copies it"));
    pty.send("Q");
    assert!(pty.wait_exit().success());
    pty.assert_given_back();
}

#[test]
fn an_export_counts_findings_also_where_groups_are_shown() {
    let mut pty = Terminal::yagura(&DEMO).start();
    pty.wait_for("17 of 18 sources whole");
    pty.press("2", "sorted by severity");
    let subject = |screen: &str| {
        let (before, _) = screen.split_once(" findings, to a file")?;
        before.rsplit_once("All ").map(|(_, count)| count.to_owned())
    };
    let listed = subject(&pty.press("e", "findings, to a file")).unwrap();
    pty.send("\x1b");
    pty.wait_until("the sheet to be gone", |screen| subject(screen).is_none());
    pty.press("b", "group the findings");
    pty.press("\r", "controls by risk");
    let grouped = subject(&pty.press("e", "findings, to a file")).unwrap();
    assert_eq!(grouped, listed);
    assert_ne!(listed, "0");
    pty.send("\x1b");
    pty.wait_until("the sheet to be gone", |screen| subject(screen).is_none());
    pty.send("Q");
    assert!(pty.wait_exit().success());
}
