//! The list: filter, sort, cursor, and what stays where when data arrives.

use serde_json::{Value, json};
use yagura::app::effect::Generation;
use yagura::app::msg::Lost;
use yagura::app::{Effect, Msg, Target, View};
use yagura::store::RowId;

use super::data;
use super::stage::Stage;

/// A finding of this title and severity, made so many minutes ago.
fn finding(id: &str, severity: &str, minutes: i64) -> Value {
    let at = (data::now() - jiff::SignedDuration::from_mins(minutes)).to_string();
    json!({
        "SchemaVersion": "2018-10-08", "Id": format!("arn:aws:test:::finding/{id}"), "ProductName": "Test",
        "ProductArn": "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default",
        "GeneratorId": "test", "AwsAccountId": "222233334444", "Region": "us-east-1", "Types": ["Effects/Test"],
        "Title": id, "Description": format!("about {id}"), "CreatedAt": at, "UpdatedAt": at,
        "Severity": {"Label": severity}, "Resources": [{"Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::{id}")}],
        "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE",
    })
}

fn many(count: usize) -> Vec<Value> {
    (0..count).map(|n| finding(&format!("f{n:04}"), "HIGH", 10 + i64::try_from(n).unwrap())).collect()
}

#[test]
fn worst_first_then_newest() {
    let stage = Stage::on_the_list(&[
        finding("low", "LOW", 1),
        finding("old", "CRITICAL", 500),
        finding("new", "CRITICAL", 5),
        finding("high", "HIGH", 2),
    ]);
    assert_eq!(stage.titles(), ["new", "old", "high", "low"]);
    assert_eq!(stage.selected(), "new");
}

#[test]
fn the_filter_applies_as_it_is_typed_and_esc_puts_everything_back() {
    let mut stage = Stage::on_the_list(&many(100));
    stage.keys("j j j");
    let before = (stage.selected(), stage.state.findings.cursor);
    stage.keys("/");
    stage.types("f005");
    assert_eq!(stage.titles().len(), 10);
    assert_eq!(stage.selected(), "f0050");
    // Keys are text now.
    stage.types("9");
    assert_eq!(stage.titles(), ["f0059"]);
    stage.keys("Esc");
    assert_eq!(stage.view(), View::Findings);
    assert_eq!((stage.selected(), stage.state.findings.cursor), before);
    assert_eq!(stage.state.findings.filter.text(), "");
    assert_eq!(stage.titles().len(), 100);
}

#[test]
fn enter_keeps_the_filter_and_x_clears_it() {
    let mut stage = Stage::on_the_list(&many(100));
    stage.keys("/");
    stage.types("f0042");
    stage.keys("Enter");
    assert_eq!(stage.titles(), ["f0042"]);
    // Enter is Open again.
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Detail);
    stage.keys("Esc x");
    assert_eq!(stage.titles().len(), 100);
    assert_eq!(stage.selected(), "f0042", "the cursor stays on its finding");
}

#[test]
fn while_the_text_cannot_be_read_the_last_good_result_stays() {
    let mut stage = Stage::on_the_list(&many(100));
    stage.keys("/");
    stage.types("title:f001");
    assert_eq!(stage.titles().len(), 10);
    let asked = stage.asked;
    stage.send(Msg::Paste(" sevrity:high".to_owned()));
    let error = stage.state.findings.filter.error.clone().unwrap();
    assert_eq!(error.nearest.as_deref(), Some("severity"));
    assert!(stage.screen().contains("did you mean severity?"), "{}", stage.screen());
    assert_eq!(stage.titles().len(), 10);
    stage.keys("Enter");
    assert!(stage.message().contains("did you mean severity?"), "{}", stage.message());
    assert!(stage.state.findings.filter.is_edited());
    assert_eq!(stage.asked, asked);
    stage.keys("Ctrl-c");
    assert!(!stage.state.findings.filter.is_edited());
    assert!(stage.effects.is_empty(), "Ctrl-c in a line cancels, it does not quit");
    stage.keys("Ctrl-c");
    assert_eq!(stage.effects, [Effect::Quit]);
}

#[test]
fn a_pasted_text_goes_into_the_line_as_one_and_nowhere_else() {
    let mut stage = Stage::on_the_list(&many(20));
    stage.send(Msg::Paste("QQQ\nq".to_owned()));
    assert!(stage.effects.is_empty());
    stage.keys("/");
    let asked = stage.asked;
    stage.send(Msg::Paste("title:\u{1b}f0003\n".to_owned()));
    assert_eq!(stage.titles(), ["f0003"]);
    assert_eq!(stage.asked, asked + 1);
}

#[test]
fn an_older_answer_is_dropped() {
    let mut stage = Stage::on_the_list(&many(20));
    stage.held = Some(Vec::new());
    stage.keys("/");
    stage.types("f0");
    let asked = stage.state.findings.asked;
    stage.answer(Generation(asked.0 - 1), &[RowId(7)]);
    assert_eq!(stage.titles().len(), 20);
    stage.answer(asked, &[RowId(7)]);
    assert_eq!(stage.titles(), ["f0007"]);
    assert!(!stage.state.findings.is_asking());
}

#[test]
fn a_newer_snapshot_asks_once_and_only_when_the_answer_before_is_there() {
    let mut stage = Stage::on_the_list(&many(20));
    let asked = stage.asked;
    stage.send(Msg::Snapshot);
    assert_eq!(stage.asked, asked, "the same snapshot has the same answer");
    stage.held = Some(Vec::new());
    for n in 0..5 {
        stage.arrive(&[finding(&format!("new{n}"), "CRITICAL", 1)]);
    }
    assert_eq!(stage.held.as_ref().unwrap().len(), 1, "one runs, the others would be the same question");
    stage.release();
    assert_eq!(stage.titles().len(), 25);
}

#[test]
fn the_cursor_stays_on_its_finding_while_data_arrives() {
    let mut stage = Stage::on_the_list(&many(100));
    stage.keys("j j j j j");
    let (selected, line) = (stage.selected(), stage.state.findings.cursor.selected);
    stage.arrive(&[finding("worse", "CRITICAL", 1), finding("worst", "CRITICAL", 0)]);
    assert_eq!(stage.selected(), selected);
    assert_eq!(stage.state.findings.cursor.selected, line + 2);
    assert_eq!(stage.state.findings.cursor.top, 0, "what comes in on top is seen");
    // Further down the page stands still under the cursor.
    stage.keys("G");
    let offset = stage.state.findings.cursor.selected - stage.state.findings.cursor.top;
    let selected = stage.selected();
    stage.arrive(&[finding("worse still", "CRITICAL", 0)]);
    assert_eq!(stage.selected(), selected);
    assert_eq!(stage.state.findings.cursor.selected - stage.state.findings.cursor.top, offset);
}

#[test]
fn when_the_selected_finding_leaves_the_nearest_is_selected() {
    let mut stage = Stage::on_the_list(&many(30));
    stage.keys("/");
    stage.types("workflow:new");
    stage.keys("Enter j j j j j");
    assert_eq!(stage.selected(), "f0005");
    let mut done = finding("f0005", "HIGH", 15);
    done["Workflow"]["Status"] = json!("RESOLVED");
    done["UpdatedAt"] = json!(data::now().to_string());
    stage.arrive(&[done]);
    assert_eq!(stage.titles().len(), 29);
    assert!(["f0004", "f0006"].contains(&stage.selected().as_str()), "{}", stage.selected());
}

#[test]
fn a_filter_opened_and_left_while_a_query_ran_leaves_nothing_waiting() {
    let mut stage = Stage::on_the_list(&many(20));
    stage.held = Some(Vec::new());
    stage.arrive(&[finding("new", "CRITICAL", 1)]);
    stage.keys("/");
    stage.release();
    stage.keys("Esc");
    assert!(!stage.state.findings.is_asking());
    assert_eq!(stage.titles().len(), 21);
}

#[test]
fn sorting_goes_through_the_columns_and_turns_around() {
    let mut stage = Stage::on_the_list(&[finding("b", "LOW", 1), finding("a", "HIGH", 2), finding("c", "CRITICAL", 3)]);
    stage.keys("s");
    assert_eq!(stage.titles(), ["b", "a", "c"], "by age");
    stage.keys("s");
    assert_eq!(stage.titles(), ["a", "b", "c"], "by title");
    stage.keys("S");
    assert_eq!(stage.titles(), ["c", "b", "a"]);
    assert!(stage.screen().contains("sorted by title, reversed"), "{}", stage.screen());
}

#[test]
fn a_click_selects_and_a_second_one_opens() {
    let mut stage = Stage::on_the_list(&many(50));
    stage.send(Msg::Click(Target::Line(4)));
    assert_eq!((stage.view(), stage.selected().as_str()), (View::Findings, "f0004"));
    stage.send(Msg::Wheel(3));
    assert_eq!(stage.state.findings.cursor.top, 3);
    assert_eq!(stage.selected(), "f0004");
    stage.send(Msg::Click(Target::Line(4)));
    assert_eq!(stage.view(), View::Detail);
    stage.send(Msg::Click(Target::Line(9999)));
    assert_eq!(stage.view(), View::Detail);
}

#[test]
fn moving_at_the_edge_jumps_by_half_a_page() {
    let mut stage = Stage::on_the_list(&many(200));
    let page = 35;
    for _ in 0..page {
        stage.keys("j");
    }
    assert_eq!(stage.state.findings.cursor.selected, page);
    assert_eq!(stage.state.findings.cursor.top, page / 2);
    let screen = stage.screen();
    stage.keys("k");
    let changed = screen.lines().zip(stage.screen().lines()).filter(|(a, b)| a != b).count();
    assert_eq!(changed, 2, "a move on the page redraws two lines");
}

#[test]
fn nothing_to_see_says_why() {
    let mut stage = Stage::on_the_list(&many(5));
    stage.keys("/");
    stage.types("nowhere");
    stage.keys("Enter");
    let screen = stage.screen();
    assert!(screen.contains("None of 5 findings match."), "{screen}");
    assert!(screen.contains("x clears it"), "{screen}");
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Findings, "there is nothing to open");
    assert!(Stage::on_the_list(&[]).screen().contains("no source has been asked yet"));
}

#[test]
fn a_lost_answer_is_said_and_asked_for_again_but_not_without_end() {
    let mut stage = Stage::on_the_list(&many(20));
    stage.held = Some(Vec::new());
    stage.keys("/");
    stage.types("f0007");
    let lost = stage.state.findings.asked;
    stage.send(Msg::Lost(Lost::Query(Generation(lost.0 - 1))));
    assert_eq!((stage.state.findings.asked, stage.message()), (lost, ""), "a newer question is on its way");
    stage.send(Msg::Lost(Lost::Query(lost)));
    assert!(stage.message().contains("tried again"), "{}", stage.message());
    let again = stage.state.findings.asked;
    assert!(again > lost);
    stage.send(Msg::Lost(Lost::Query(again)));
    assert!(stage.message().contains("twice"), "{}", stage.message());
    assert_eq!(stage.state.findings.asked, again, "not asked a third time");
    // Data comes: the list goes on.
    stage.held = None;
    stage.arrive(&[finding("f00071", "LOW", 1)]);
    assert_eq!(stage.titles(), ["f0007", "f00071"]);
}

#[test]
fn tab_completes_fields_then_values_and_walks_through_them() {
    let mut records = many(3);
    records.push(finding("bad", "CRITICAL", 3));
    let mut stage = Stage::on_the_list(&records);
    stage.keys("/");
    stage.types("é sever");
    stage.keys("Tab");
    assert_eq!(stage.state.findings.filter.text(), "é severity:");
    stage.keys("Tab");
    assert_eq!(stage.state.findings.filter.text(), "é severity:HIGH");
    assert_eq!(stage.message(), "1 of 2: HIGH (3) · then CRITICAL (1)");
    stage.keys("Tab");
    assert_eq!(stage.state.findings.filter.text(), "é severity:CRITICAL");
    stage.keys("Home Delete Delete");
    assert_eq!(stage.titles(), ["bad"], "what was completed is applied");
    stage.keys("End");
    stage.types(",h");
    stage.keys("Tab");
    assert_eq!(stage.state.findings.filter.text(), "severity:CRITICAL,HIGH");
    assert_eq!(stage.titles().len(), 4);
    stage.types(" nonsense:");
    stage.keys("Tab");
    assert_eq!(stage.message(), "Nothing that is known fits here.");
    assert_eq!(stage.state.findings.filter.text(), "severity:CRITICAL,HIGH nonsense:");
}

#[test]
fn a_sample_says_so_among_the_newest_criticals() {
    let mut sample = finding("not-real", "CRITICAL", 3);
    sample["Sample"] = json!(true);
    let stage = Stage::with(&[sample, finding("real", "CRITICAL", 4)]);
    let screen = stage.screen();
    let line = |text: &str| screen.lines().find(|line| line.contains(text)).unwrap_or_default();
    assert!(line("not-real").contains("3m  [SAMPLE] not-real"), "{screen}");
    assert!(!line("4m  real").is_empty(), "{screen}");
}

#[test]
fn keys_typed_ahead_of_the_list_are_carried_out_when_it_is_there() {
    let mut stage = Stage::with(&many(100));
    stage.held = Some(Vec::new());
    stage.keys("2 Enter");
    assert_eq!(stage.view(), View::Findings, "there is no line to open yet");
    stage.release();
    assert_eq!(stage.view(), View::Detail);
    assert_eq!(stage.state.detail.row, stage.state.findings.selected);

    // In their order, with those that need no line behind those that do.
    let mut stage = Stage::with(&many(100));
    stage.held = Some(Vec::new());
    stage.keys("2 j j Enter Esc j");
    stage.release();
    assert_eq!((stage.view(), stage.selected().as_str()), (View::Findings, "f0001"), "Esc takes back what waits");
    let mut stage = Stage::with(&many(100));
    stage.held = Some(Vec::new());
    stage.keys("2 j j Enter n y");
    stage.release();
    assert_eq!((stage.view(), stage.selected().as_str()), (View::Detail, "f0003"));
    assert!(!stage.state.overlays.is_empty(), "the menu of what can be copied");
}

#[test]
fn enter_behind_a_filter_opens_what_the_filter_finds_and_not_what_was_there_before() {
    let mut stage = Stage::on_the_list(&many(100));
    stage.held = Some(Vec::new());
    stage.keys("/");
    stage.types("f0042");
    stage.keys("Enter Enter");
    assert_eq!(stage.view(), View::Findings);
    stage.release();
    assert_eq!((stage.view(), stage.selected().as_str()), (View::Detail, "f0042"));

    // The order as well: the first line of the old one is not the first of the new one.
    let mut stage = Stage::on_the_list(&[finding("worst", "CRITICAL", 1), finding("least", "LOW", 2)]);
    stage.held = Some(Vec::new());
    stage.keys("S g Enter");
    stage.release();
    assert_eq!((stage.view(), stage.selected().as_str()), (View::Detail, "least"));
}

#[test]
fn nobody_waits_for_a_list_that_is_only_brought_up_to_date() {
    let mut stage = Stage::on_the_list(&many(100));
    stage.held = Some(Vec::new());
    stage.arrive(&[finding("new", "HIGH", 1)]);
    assert!(stage.state.findings.is_asking());
    stage.keys("j Enter");
    assert_eq!((stage.view(), stage.selected().as_str()), (View::Detail, "f0001"));
}

#[test]
fn what_waits_for_a_list_holds_up_no_quitting_and_is_forgotten_with_the_list() {
    let mut stage = Stage::with(&many(100));
    stage.held = Some(Vec::new());
    stage.keys("2 Enter Ctrl-c");
    assert_eq!(stage.effects, [Effect::Quit]);

    let mut stage = Stage::with(&many(100));
    stage.held = Some(Vec::new());
    stage.keys("2 Enter 1");
    stage.send(Msg::Click(Target::Action(yagura::app::Action::ShowSources)));
    stage.release();
    assert_eq!(stage.view(), View::Sources, "who clicks looks at the screen");

    // Lost twice: nothing to open, and nothing opens later.
    let mut stage = Stage::with(&many(100));
    stage.held = Some(Vec::new());
    stage.keys("2 Enter");
    for _ in 0..2 {
        stage.send(Msg::Lost(Lost::Query(stage.state.findings.asked)));
    }
    stage.held = None;
    stage.arrive(&[finding("new", "LOW", 1)]);
    assert_eq!(stage.view(), View::Findings);
}
