//! From the list into a finding, through its doors and back; and its raw JSON.

use serde_json::{Value, json};
use yagura::app::detail::Folded;
use yagura::app::{Effect, View};

use super::data;
use super::stage::Stage;

fn record(name: &str) -> Value {
    let text = match name {
        "asff" => include_str!("../records/asff.json"),
        "guardduty" => include_str!("../records/guardduty.json"),
        _ => unreachable!("{name}"),
    };
    serde_json::from_str(text).unwrap()
}

fn text(stage: &Stage) -> String {
    let lines = stage.state.detail.lines.iter();
    lines.map(|line| [line.label, &line.sub, &line.text].join("|")).collect::<Vec<_>>().join("\n")
}

#[test]
fn next_and_previous_walk_the_list_without_going_back() {
    let mut stage = Stage::on_the_list(&data::records());
    let titles = stage.titles();
    stage.keys("Enter n n");
    assert_eq!(stage.selected(), titles[2]);
    assert_eq!(stage.state.detail.row, stage.state.findings.selected);
    assert!(stage.screen().contains("◂ 3 of "), "{}", stage.screen());
    stage.keys("p [ p");
    assert_eq!(stage.selected(), titles[0]);
    assert_eq!(stage.message(), "This is the first finding of the list.");
    stage.keys("] Esc");
    assert_eq!((stage.view(), stage.selected()), (View::Findings, titles[1].clone()));
}

#[test]
fn a_door_opens_its_list_and_esc_comes_back_to_the_place() {
    let mut stage = Stage::on_the_list(&data::records());
    stage.keys("/");
    stage.types("severity:high");
    stage.keys("Enter j j Enter");
    let (list, row) = (stage.titles(), stage.state.detail.row);
    let door = stage.state.detail.lines.iter().position(|line| line.text.contains("of the same type")).unwrap();
    for _ in 0..door {
        stage.keys("j");
    }
    let cursor = stage.state.detail.cursor;
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Findings);
    assert!(stage.state.findings.filter.text().starts_with("type=\""));
    assert!(!stage.titles().is_empty());
    assert_ne!(stage.titles(), list);
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Detail);
    stage.keys("Esc Esc");
    assert_eq!((stage.view(), stage.state.detail.row), (View::Detail, row));
    assert_eq!(stage.state.detail.cursor, cursor);
    stage.keys("Esc");
    assert_eq!((stage.view(), stage.titles()), (View::Findings, list));
    assert_eq!(stage.state.findings.filter.text(), "severity:high");
    stage.keys("q");
    assert_eq!(stage.view(), View::Overview);
    stage.keys("Esc");
    assert!(stage.effects.is_empty(), "Esc never quits");
    stage.keys("q");
    assert_eq!(stage.effects, [Effect::Quit]);
}

#[test]
fn the_users_own_list_survives_the_doors() {
    let mut stage = Stage::on_the_list(&data::records());
    stage.keys("/");
    stage.types("is:open");
    stage.keys("Enter j Enter");
    let door = stage.state.detail.lines.iter().position(|line| line.text.contains("in this account")).unwrap();
    for _ in 0..door {
        stage.keys("j");
    }
    stage.keys("Enter 1 2");
    assert_eq!(stage.state.findings.filter.text(), "is:open");
    assert_eq!(stage.state.findings.cursor.selected, 1);
    stage.keys("Esc");
    assert_eq!(stage.view(), View::Overview);
}

#[test]
fn every_field_of_the_record_is_within_reach() {
    let mut stage = Stage::on_the_list(&[record("asff")]);
    stage.keys("Enter");
    // Unfold all that can be unfolded.
    while let Some(at) = stage.state.detail.lines.iter().position(|line| matches!(line.folded, Folded::Closed(_))) {
        stage.keys("g");
        for _ in 0..at {
            stage.keys("j");
        }
        stage.keys("Tab");
    }
    let text = text(&stage);
    for wanted in ["S3.8", "acme-security", "eu-west-1", "111122223333"] {
        assert!(text.contains(wanted), "{wanted} in\n{text}");
    }
    assert!(text.contains("COMPLIANCE"), "{text}");
}

#[test]
fn a_line_break_in_a_name_breaks_no_line_and_one_in_a_note_does() {
    let mut hostile = record("asff");
    hostile["Resources"][0]["Id"] = json!("arn:aws:s3:::one\nRESOURCE  two");
    hostile["Resources"][0]["Tags"] = json!({"team\nx": "y\r\nz"});
    hostile["Resources"][0]["Details"] = json!({"AwsS3Bucket": {"Name": "exports\nFIX"}});
    hostile["Note"] = json!({"Text": "first\nsecond", "UpdatedBy": "a\nb", "UpdatedAt": "2026-03-14T13:00:00Z"});
    let mut stage = Stage::on_the_list(&[hostile]);
    stage.keys("Enter");
    let screen = stage.screen();
    for mark in ["one␊RESOURCE  two", "team␊x=y␍␊z", "AwsS3Bucket  exports␊FIX", "resource: exports␊FIX"] {
        assert!(screen.contains(mark), "{mark} in\n{screen}");
    }
    let line = |text: &str| stage.state.detail.lines.iter().filter(|line| line.text.trim() == text).count();
    let lines = ["first", "second", "RESOURCE  two", "z", "b", "x=y", "FIX"].map(line);
    assert_eq!(lines, [1, 1, 0, 0, 0, 0, 0], "{screen}");
}

#[test]
fn a_section_folds_to_its_first_line_and_stays_folded() {
    let mut stage = Stage::on_the_list(&data::records());
    stage.keys("Enter");
    let at = stage.state.detail.lines.iter().position(|line| line.label == "HISTORY").unwrap();
    for _ in 0..at {
        stage.keys("j");
    }
    let before = stage.state.detail.lines.len();
    stage.keys("Tab");
    let line = stage.state.detail.lines[stage.state.detail.cursor.selected].clone();
    let Folded::Closed(hidden) = line.folded else { panic!("{line:?}") };
    assert_eq!(stage.state.detail.lines.len(), before - hidden);
    stage.keys("n");
    let line = stage.state.detail.lines.iter().find(|line| line.label == "HISTORY").unwrap();
    assert!(matches!(line.folded, Folded::Closed(_)), "{line:?}");
}

#[test]
fn raw_json_folds_searches_and_copies() {
    let mut stage = Stage::on_the_list(&[record("asff")]);
    stage.keys("J");
    assert_eq!(stage.view(), View::Raw);
    let all = shown(&stage);
    stage.keys("Enter");
    assert_eq!(shown(&stage), 1, "the whole record folds to one line");
    stage.keys("/");
    stage.types("payments-prod");
    assert!(shown(&stage) >= all - 1, "a match is unfolded");
    stage.keys("Enter");
    let screen = stage.screen();
    assert!(screen.contains("1 of ") && screen.contains("\"AwsAccountName\": \"payments-prod\""), "{screen}");
    stage.keys("y");
    let Some(Effect::Copy { text, what: "raw JSON", .. }) = stage.effects.last() else { panic!("{:?}", stage.effects) };
    assert_eq!(serde_json::from_str::<Value>(text).unwrap(), record("asff"));
    stage.keys("Esc");
    assert_eq!(stage.view(), View::Findings);
}

fn shown(stage: &Stage) -> usize {
    stage.state.raw.document.as_ref().unwrap().as_ref().unwrap().shown.len()
}

#[test]
fn a_finding_that_changes_on_the_screen_is_read_again() {
    let mut stage = Stage::on_the_list(&[record("asff")]);
    stage.keys("Enter");
    let mut changed = record("asff");
    changed["Note"] = json!({"Text": "looked at by kim", "UpdatedBy": "kim", "UpdatedAt": "2026-03-14T13:00:00Z"});
    changed["UpdatedAt"] = json!("2026-03-14T13:00:00Z");
    stage.arrive(&[changed]);
    assert!(text(&stage).contains("looked at by kim"), "{}", text(&stage));
}

/// Security Hub moves no time for an edit of a customer's.
#[test]
fn an_edit_that_moves_neither_time_nor_workflow_shows_in_every_open_view() {
    let mut stage = Stage::on_the_list(&[record("asff")]);
    stage.keys("Enter");
    let noted = |text: &str| {
        let mut noted = record("asff");
        noted["Note"] = json!({"Text": text, "UpdatedBy": "kim", "UpdatedAt": "2026-03-14T13:00:00Z"});
        noted
    };
    stage.polled(&[noted("looked at by kim")]);
    assert!(text(&stage).contains("looked at by kim"), "{}", text(&stage));
    let cursor = stage.state.detail.cursor;
    stage.keys("J");
    stage.polled(&[noted("closed by kim")]);
    let document = stage.state.raw.document.as_ref().unwrap().as_ref().unwrap();
    assert!(document.whole().contains("closed by kim"));
    stage.keys("Esc");
    assert!(text(&stage).contains("closed by kim"));
    assert_eq!(stage.state.detail.cursor, cursor, "the cursor stays");
}

#[test]
fn what_comes_again_as_it_was_is_not_read_again() {
    let mut stage = Stage::on_the_list(&[record("asff")]);
    stage.keys("Enter");
    let before = stage.state.detail.loaded.clone();
    stage.state.detail.loaded = None;
    stage.polled(&[record("asff")]);
    assert_eq!(stage.state.detail.loaded, None, "nothing has changed, and it was read");
    assert!(before.is_some());
}

#[test]
fn every_view_of_a_finding_holds_on_a_small_screen() {
    for (width, height) in [(60, 20), (80, 24), (41, 11)] {
        let mut stage = Stage::on_the_list(&data::records());
        stage.send(yagura::app::Msg::Resize { width, height });
        for keys in ["Enter", "G", "Tab", "J", "G", "Enter", "Esc", "g", "Esc", "G"] {
            stage.keys(keys);
            for line in stage.screen().lines() {
                assert!(unicode_width::UnicodeWidthStr::width(line) <= usize::from(width), "{line}");
            }
        }
    }
}

#[test]
fn a_copy_that_comes_first_does_not_hold_back_what_guardduty_says() {
    let time = |minute: u32| format!("2026-03-14T14:{minute:02}:00.000Z");
    let own = |count: u32, minute: u32| {
        let mut own = record("guardduty");
        own["service"]["count"] = json!(count);
        own["updatedAt"] = json!(time(minute));
        own
    };
    let copy = |minute: u32| {
        let mut copy = record("asff");
        copy["Id"] = record("guardduty")["arn"].clone();
        copy["ProductArn"] = json!("arn:aws:securityhub:us-east-1::product/aws/guardduty");
        copy["UpdatedAt"] = json!(time(minute));
        copy
    };
    let mut stage = Stage::with(&[copy(0)]);
    stage.arrive_from_guardduty(&[own(3, 0)]);
    stage.keys("2 Enter");
    assert!(text(&stage).contains("seen 3 times"), "{}", text(&stage));
    // The copy in Security Hub brings the new time, and the finding itself comes after it.
    stage.arrive(&[copy(1)]);
    stage.arrive_from_guardduty(&[own(4, 1)]);
    assert!(text(&stage).contains("seen 4 times"), "{}", text(&stage));
}
