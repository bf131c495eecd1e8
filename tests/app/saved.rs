//! Saved views: the sheet with their numbers, a key of their own, the palette; and back.

use serde_json::{Value, json};
use yagura::app::saved::{Saved, SavedView};
use yagura::app::{Msg, View};
use yagura::config;
use yagura::model::{GroupBy, GroupKey, Sort};
use yagura::query;

use super::data;
use super::stage::Stage;

fn finding(id: &str, severity: &str, day: u8) -> Value {
    json!({
        "SchemaVersion": "2018-10-08", "Id": format!("arn:aws:test:::finding/{id}"), "ProductName": "Test",
        "ProductArn": "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default",
        "GeneratorId": "test", "AwsAccountId": "111122223333", "Region": "us-east-1", "Types": ["Effects/Test"],
        "Title": id, "Description": "d", "CreatedAt": format!("2026-03-{day:02}T00:00:00Z"),
        "UpdatedAt": data::now().to_string(), "Severity": {"Label": severity},
        "Resources": [{"Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::{id}")}],
        "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE",
    })
}

fn view(name: &str, text: &str, sort: &str, group: Option<GroupKey>, key: &str) -> SavedView {
    SavedView {
        name: name.to_owned(),
        text: text.to_owned(),
        query: query::parse(text).unwrap().into(),
        sort: sort.parse::<Sort>().ok(),
        group: group.map(|first| GroupBy { first, then: None }),
        columns: None,
        chord: key.parse().ok(),
        notify: None,
    }
}

fn stage() -> Stage {
    let mut stage =
        Stage::with(&[finding("new", "CRITICAL", 9), finding("old", "CRITICAL", 2), finding("mild", "LOW", 5)]);
    stage.state.saved = Saved::new(vec![
        view("Criticals, oldest first", "severity:critical", "age:desc", None, ""),
        view("By severity", "", "", Some(GroupKey::Severity), "F2"),
    ]);
    stage
}

#[test]
fn the_sheet_says_how_many_each_view_has_and_opens_it_in_its_own_order() {
    let mut stage = stage();
    stage.keys("v");
    let screen = stage.screen();
    let line = |name: &str| screen.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("Criticals, oldest first").contains(" 2"), "{screen}");
    assert!(line("By severity").contains(" 3") && line("By severity").contains("F2"), "{screen}");
    stage.keys("Enter");
    assert_eq!(stage.view(), View::Findings);
    assert_eq!(stage.state.findings.filter.text(), "severity:critical");
    assert_eq!(stage.titles(), ["old", "new"]);
    stage.keys("Esc");
    assert_eq!(stage.view(), View::Overview);
}

#[test]
fn a_key_of_its_own_opens_a_view_from_anywhere_but_not_while_text_is_typed() {
    let mut stage = stage();
    stage.keys("3 F2");
    assert_eq!(stage.view(), View::Findings);
    assert_eq!(stage.state.findings.grouped.as_ref().unwrap().by.first, GroupKey::Severity);
    let screen = stage.screen();
    assert!(screen.contains("CRITICAL") && screen.contains("LOW"), "{screen}");
    stage.keys("Esc");
    assert_eq!(stage.view(), View::Controls);
    stage.keys("2 /");
    stage.types("old");
    stage.keys("F2");
    assert_eq!(stage.state.findings.filter.text(), "old");
}

#[test]
fn the_palette_finds_a_view_by_its_name_and_by_its_query() {
    for typed in ["oldest", "severity:critical"] {
        let mut stage = stage();
        stage.keys(":");
        stage.types(typed);
        let screen = stage.screen();
        let line = screen.lines().find(|line| line.contains("Criticals, oldest")).unwrap_or_else(|| panic!("{screen}"));
        assert!(line.contains(" 2+"), "with its number: {screen}");
        stage.keys("Enter");
        assert_eq!(stage.titles(), ["old", "new"]);
    }
}

#[test]
fn new_findings_are_counted_while_the_sheet_is_open() {
    let mut stage = stage();
    stage.keys("v");
    assert_eq!(stage.state.saved.count(0), Some(2));
    stage.arrive(&[finding("third", "CRITICAL", 10)]);
    assert_eq!(stage.state.saved.count(0), Some(3));
}

#[test]
fn every_shipped_view_can_be_read() {
    for (name, view) in config::views::offered(&std::collections::BTreeMap::new()).unwrap() {
        let query = query::parse(&view.query.unwrap());
        assert!(query.is_ok(), "{name}: {:?}", query.err());
    }
}

#[test]
fn numbers_are_shown_however_fast_data_streams_in() {
    let mut stage = stage();
    stage.held = Some(Vec::new());
    stage.keys("v");
    stage.arrive(&[finding("third", "CRITICAL", 10)]);
    stage.arrive(&[finding("fourth", "CRITICAL", 10)]);
    assert_eq!(stage.state.saved.count(0), None);
    stage.release();
    assert_eq!(stage.state.saved.count(0), Some(4), "the answer came, and what came meanwhile was asked for");
}

#[test]
fn numbers_in_the_palette_follow_the_data_and_those_of_the_kin_come_after_them() {
    let mut stage = stage();
    stage.keys("2 Enter");
    let kin = |stage: &Stage| stage.screen().lines().find(|line| line.contains("this account")).map(str::to_owned);
    assert!(kin(&stage).unwrap().contains(" 3"), "{}", stage.screen());
    stage.keys(":");
    assert_eq!(stage.state.saved.count(1), Some(3));
    stage.arrive(&[finding("third", "CRITICAL", 10)]);
    assert_eq!(stage.state.saved.count(1), Some(4));
    stage.keys("Esc");
    assert!(kin(&stage).unwrap().contains(" 4"), "{}", stage.screen());
}

#[test]
fn the_header_of_the_list_names_the_view_that_is_open_and_says_when_it_is_another_list() {
    let mut stage = stage();
    stage.keys("2");
    let header = |stage: &Stage| stage.screen().lines().next().unwrap().to_owned();
    assert!(header(&stage).starts_with(" findings   "), "{}", header(&stage));
    stage.keys("v Enter");
    assert!(header(&stage).contains(" findings · Criticals, oldest first   severity:critical"), "{}", header(&stage));
    stage.keys("/");
    stage.types(" new");
    stage.keys("Enter");
    assert!(header(&stage).contains("Criticals, oldest first, changed   severity:critical new"), "{}", header(&stage));
    stage.keys("Esc 2");
    assert!(header(&stage).starts_with(" findings   "), "{}", header(&stage));
    // A long name leaves room for the filter and the numbers.
    let long = "everything that anybody would ever want to look at in the morning";
    stage.state.saved = Saved::new(vec![view(long, "severity:critical", "", None, "")]);
    stage.send(Msg::Resize { width: 80, height: 24 });
    stage.keys("v Enter");
    let line = header(&stage);
    assert!(line.contains(" · everything that anybod…   severity:critical") && line.contains("2+ of 3+"), "{line}");
    // A filter that fills the line is cut; how many match stays.
    let text = "severity:critical -title:none -region:nowhere -product:nobody";
    stage.state.saved = Saved::new(vec![view("New", text, "", None, "")]);
    stage.keys("Esc v Enter");
    let line = header(&stage);
    assert!(line.contains(" · New   severity:critical -title:none") && line.contains("… 2+ of 3+"), "{line}");
}

#[test]
fn the_palette_has_room_for_long_names() {
    let mut stage = stage();
    let name = "Findings of the payment platform, oldest first";
    stage.state.saved = Saved::new(vec![view(name, "severity:critical", "", None, "")]);
    stage.keys(":");
    stage.types("payment");
    let screen = stage.screen();
    assert!(screen.contains(&format!("{name} view: severity:critical")), "{screen}");
    stage.send(Msg::Resize { width: 60, height: 20 });
    let screen = stage.screen();
    assert!(screen.contains("Findings of the payment platform,") && screen.contains(" view: "), "{screen}");
}
