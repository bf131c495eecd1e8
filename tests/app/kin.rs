//! The kin of a finding: what is shared, how many share it, through a door and back.

use serde_json::{Value, json};
use yagura::app::View;
use yagura::app::overlay::Overlay;

use super::data;
use super::stage::Stage;

fn finding(id: &str, control: &str, resource: &str, account: &str) -> Value {
    json!({
        "SchemaVersion": "2018-10-08", "Id": format!("arn:aws:test:::finding/{id}"), "ProductName": "Test",
        "ProductArn": "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default",
        "GeneratorId": "test", "AwsAccountId": account, "Region": "us-east-1", "Types": ["Effects/Test"],
        "Title": id, "Description": "d", "CreatedAt": data::now().to_string(), "UpdatedAt": data::now().to_string(),
        "Severity": {"Label": "HIGH"}, "Resources": [{"Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::{resource}")}],
        "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE",
        "Compliance": {"Status": "FAILED", "SecurityControlId": control},
    })
}

fn some() -> Vec<Value> {
    vec![
        finding("a", "S3.1", "one", "111122223333"),
        finding("b", "S3.2", "one", "111122223333"),
        finding("c", "S3.1", "two", "222233334444"),
        finding("d", "S3.1", "three", "222233334444"),
        finding("e", "S3.3", "two", "222233334444"),
    ]
}

/// The doors with their counts.
fn doors(stage: &Stage) -> Vec<String> {
    let kin = &stage.state.kin;
    let line = |(at, door): (usize, &yagura::app::kin::Door)| {
        let count = kin.count(at).map_or_else(|| "?".to_owned(), |count| count.to_string());
        format!("{count} {}", door.relation.name())
    };
    kin.doors.iter().enumerate().map(line).collect()
}

fn on_finding(title: &str) -> Stage {
    let mut stage = Stage::on_the_list(&some());
    while stage.selected() != title {
        stage.keys("j");
    }
    stage
}

#[test]
fn the_kin_of_a_finding_are_counted_and_one_key_away() {
    let mut stage = on_finding("a");
    stage.keys("K");
    assert_eq!(doors(&stage), ["2 same resource", "2 same control elsewhere", "5 same type", "2 same account"]);
    let screen = stage.screen();
    assert!(screen.contains("kin of this finding") && screen.contains("same control elsewhere"), "{screen}");
    stage.keys("j Enter");
    assert_eq!(stage.view(), View::Findings);
    assert_eq!(stage.state.findings.filter.text(), "control=S3.1 -resource.id=\"arn:aws:s3:::one\"");
    assert_eq!(stage.titles(), ["c", "d"]);
    // Kin of kin, and all the way back to where it began.
    stage.keys("K Enter");
    assert_eq!(stage.titles(), ["c", "e"]);
    stage.keys("Esc Esc");
    assert_eq!((stage.titles().len(), stage.selected().as_str()), (5, "a"));
}

#[test]
fn what_comes_in_is_counted_while_the_sheet_is_open() {
    let mut stage = on_finding("a");
    stage.keys("K");
    stage.arrive(&[finding("f", "S3.9", "one", "111122223333")]);
    assert_eq!(doors(&stage)[0], "3 same resource");
    assert_eq!(doors(&stage)[3], "3 same account");
    stage.keys("K");
    assert!(stage.state.overlays.is_empty(), "the key that opened it closes it");
}

#[test]
fn the_page_of_a_finding_says_how_many_share_its_resource() {
    let mut stage = on_finding("b");
    stage.keys("Enter");
    let text = |stage: &Stage| {
        let lines = stage.state.detail.lines.iter();
        lines.map(|line| line.text.clone()).collect::<Vec<_>>().join("\n")
    };
    assert!(text(&stage).contains("2 of this resource: "), "{}", text(&stage));
    stage.arrive(&[finding("f", "S3.9", "one", "111122223333")]);
    assert!(text(&stage).contains("3 of this resource: "), "{}", text(&stage));
    // From the page, too, and back to it.
    stage.keys("K Enter");
    assert_eq!(stage.titles().len(), 3);
    stage.keys("Esc");
    assert_eq!(stage.view(), View::Detail);
    assert!(text(&stage).contains("3 of this resource: "), "{}", text(&stage));
}

#[test]
fn without_a_finding_there_are_no_kin() {
    let mut stage = Stage::on_the_list(&some());
    stage.keys("b Enter K");
    assert!(stage.state.overlays.is_empty());
    assert_eq!(stage.message(), "There is nothing here to show the kin of. Select a finding first.");
    stage.keys("1 K");
    assert!(!stage.state.overlays.iter().any(|overlay| matches!(overlay, Overlay::Kin(_))));
}
