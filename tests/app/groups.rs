//! The list in groups: choosing, folding, the cursor, what stays while data arrives, and the way into one group.

use serde_json::{Value, json};
use yagura::app::View;
use yagura::app::overlay::Overlay;
use yagura::query::outline::{Fold, Line};

use super::data;
use super::stage::Stage;

/// A finding of this control in this account, made so many minutes ago.
fn finding(id: &str, control: &str, account: &str, severity: &str, minutes: i64) -> Value {
    let at = (data::now() - jiff::SignedDuration::from_mins(minutes)).to_string();
    let mut finding = json!({
        "SchemaVersion": "2018-10-08", "Id": format!("arn:aws:test:::finding/{id}"), "ProductName": "Test",
        "ProductArn": "arn:aws:securityhub:us-east-1:111122223333:product/111122223333/default",
        "GeneratorId": "test", "AwsAccountId": account, "Region": "us-east-1", "Types": ["Effects/Test"],
        "Title": id, "Description": format!("about {id}"), "CreatedAt": at, "UpdatedAt": at,
        "Severity": {"Label": severity}, "Resources": [{"Type": "AwsS3Bucket", "Id": format!("arn:aws:s3:::{id}")}],
        "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE",
    });
    if !control.is_empty() {
        finding["Compliance"] = json!({"Status": "FAILED", "SecurityControlId": control});
    }
    finding
}

const ONE: &str = "111122223333";
const TWO: &str = "222233334444";

fn some() -> Vec<Value> {
    vec![
        finding("a", "IAM.9", ONE, "CRITICAL", 50),
        finding("b", "IAM.9", TWO, "LOW", 40),
        finding("c", "S3.1", ONE, "HIGH", 30),
        finding("d", "S3.1", ONE, "HIGH", 20),
        finding("e", "S3.1", TWO, "MEDIUM", 10),
        finding("f", "", TWO, "INFORMATIONAL", 5),
    ]
}

/// The lines as a person reads them: groups with their counts, findings by title, a step for each level.
fn lines(stage: &Stage) -> Vec<String> {
    let outline = stage.state.findings.outline.as_ref().unwrap();
    let line = |line: Line| {
        let step = "  ".repeat(line.depth().into());
        match line {
            Line::Group { path, group, fold } => {
                let value = path.then.unwrap_or(path.first);
                let text = stage.snapshot.group_text(outline.key(path), value).unwrap_or("none".to_owned());
                format!("{step}{}{text} {}", if fold == Fold::Opened { "-" } else { "+" }, group.count())
            }
            Line::Finding { row, .. } => format!("{step}{}", stage.snapshot.row(row).unwrap().title()),
        }
    };
    (0..outline.lines()).map(|at| line(outline.line(at).unwrap())).collect()
}

/// The line under the cursor.
fn here(stage: &Stage) -> String {
    lines(stage)[stage.state.findings.cursor.selected].trim().to_owned()
}

/// By control, the first key that the sheet offers.
fn by_control() -> Stage {
    let mut stage = Stage::on_the_list(&some());
    stage.keys("b Enter");
    stage
}

#[test]
fn the_sheet_groups_by_one_key_or_two_and_marks_what_holds() {
    let mut stage = by_control();
    assert_eq!(lines(&stage), ["+IAM.9 2", "+S3.1 3", "+none 1"], "the one with a CRITICAL first");
    assert!(stage.screen().contains("3 controls by risk"), "{}", stage.screen());
    // Open it again: the cursor is on what holds; the second list follows.
    stage.keys("b l");
    stage.keys("j j j j");
    let screen = stage.screen();
    assert!(screen.contains("• control") && screen.contains("by control, then by account"), "{screen}");
    stage.keys("Enter Enter");
    assert_eq!(lines(&stage), ["-IAM.9 2", "  +111122223333 1", "  +222233334444 1", "+S3.1 3", "+none 1"]);
    // None at all, and Esc leaves everything as it is.
    stage.keys("b g Esc");
    assert!(stage.state.findings.outline.is_some() && stage.view() == View::Findings);
    stage.keys("b g Enter");
    assert_eq!(stage.state.findings.outline.as_ref().map(|outline| outline.lines()), None);
    assert_eq!(stage.titles().len(), 6);
}

#[test]
fn groups_unfold_in_place_and_fold_again() {
    let mut stage = by_control();
    stage.keys("j Enter");
    assert_eq!(lines(&stage), ["+IAM.9 2", "-S3.1 3", "  d", "  c", "  e", "+none 1"]);
    assert_eq!(here(&stage), "-S3.1 3");
    // Right goes in, and Left from within folds it.
    stage.keys("l j");
    assert_eq!((here(&stage).as_str(), stage.selected().as_str()), ("c", "c"));
    stage.keys("h");
    assert_eq!(lines(&stage), ["+IAM.9 2", "+S3.1 3", "+none 1"]);
    assert_eq!(here(&stage), "+S3.1 3");
    stage.keys("l");
    assert_eq!(here(&stage), "-S3.1 3");
    stage.keys("Enter");
    assert_eq!(lines(&stage).len(), 3);
    // A group is no finding: there is nothing to copy.
    stage.keys("y");
    assert!(stage.message().starts_with("There is nothing here to copy"), "{}", stage.message());
}

#[test]
fn a_finding_in_a_group_opens_and_esc_comes_back_to_its_line() {
    let mut stage = by_control();
    stage.keys("j l l Enter");
    assert_eq!((stage.view(), stage.selected().as_str()), (View::Detail, "d"));
    stage.keys("n n n");
    assert_eq!(stage.selected(), "e");
    assert_eq!(stage.message(), "This is the last finding of the list.", "the next line is another group");
    stage.keys("Esc");
    assert_eq!((stage.view(), here(&stage).as_str()), (View::Findings, "e"));
}

#[test]
fn sorting_goes_through_risk_size_and_age_and_turns_around() {
    let mut stage = by_control();
    stage.keys("s");
    assert_eq!(lines(&stage), ["+S3.1 3", "+IAM.9 2", "+none 1"], "by size");
    assert_eq!(here(&stage), "+IAM.9 2", "the cursor stays on its group");
    stage.keys("s");
    assert_eq!(lines(&stage), ["+none 1", "+S3.1 3", "+IAM.9 2"], "the newest first");
    stage.keys("S");
    assert_eq!(lines(&stage), ["+IAM.9 2", "+S3.1 3", "+none 1"]);
    assert!(stage.screen().contains("by age, reversed"), "{}", stage.screen());
}

#[test]
fn the_cursor_and_what_is_open_stay_while_data_arrives() {
    let mut stage = by_control();
    stage.keys("j l l j");
    assert_eq!(here(&stage), "c");
    // A group that is worse comes in on top, and a finding before this one.
    stage.arrive(&[
        finding("g", "EC2.1", ONE, "CRITICAL", 1),
        finding("h", "EC2.1", TWO, "CRITICAL", 1),
        finding("i", "S3.1", TWO, "HIGH", 1),
    ]);
    assert_eq!(lines(&stage), ["+EC2.1 2", "+IAM.9 2", "-S3.1 4", "  i", "  d", "  c", "  e", "+none 1"]);
    assert_eq!(here(&stage), "c");
    // Its finding leaves the group: the cursor is on the group.
    let mut moved = finding("c", "IAM.9", ONE, "HIGH", 30);
    moved["UpdatedAt"] = json!(data::now().to_string());
    stage.arrive(&[moved]);
    assert_eq!(here(&stage), "-S3.1 3");
}

#[test]
fn the_filter_narrows_the_groups_as_it_is_typed() {
    let mut stage = by_control();
    stage.keys("j l /");
    stage.types("severity:high");
    assert_eq!(lines(&stage), ["-S3.1 2", "  d", "  c"]);
    stage.keys("Esc");
    assert_eq!(lines(&stage).len(), 6);
    assert_eq!(here(&stage), "-S3.1 3");
    stage.keys("/");
    stage.types("nowhere");
    assert!(stage.screen().contains("None of 6 findings match."), "{}", stage.screen());
}

#[test]
fn a_group_is_a_query() {
    let mut stage = by_control();
    stage.keys("/");
    stage.types("severity>=medium OR title=b");
    stage.keys("Enter b l");
    stage.keys("j j j j Enter");
    assert_eq!(lines(&stage), ["+IAM.9 2", "+S3.1 3"]);
    stage.keys("j l l f");
    assert_eq!(stage.state.findings.filter.text(), "(severity>=medium OR title=b) control=S3.1 account=111122223333");
    assert_eq!(stage.titles(), ["d", "c"]);
    stage.keys("Esc");
    assert_eq!(here(&stage), "+111122223333 2", "back to the groups, on the same one");
    // A group of no value is a query too.
    stage.keys("x g G f");
    assert_eq!(stage.state.findings.filter.text(), "-control:*");
    assert_eq!(stage.titles(), ["f"]);
    // In no groups the key says what to do.
    stage.keys("f");
    assert_eq!(stage.message(), "The findings are in no groups; b groups them.");
}

#[test]
fn an_older_outline_is_dropped_and_only_one_is_asked_for() {
    let mut stage = by_control();
    stage.held = Some(Vec::new());
    stage.keys("Enter");
    stage.keys("b g j j Enter");
    assert_eq!(stage.held.as_ref().unwrap().len(), 2);
    stage.release();
    assert_eq!(lines(&stage), ["+Effects/Test 6"]);
    assert!(!stage.state.findings.is_asking());
}

#[test]
fn the_mouse_folds_and_chooses() {
    let mut stage = by_control();
    let line = |n| yagura::app::Msg::Click(yagura::app::Target::Line(n));
    stage.send(line(1));
    assert_eq!(here(&stage), "+S3.1 3");
    stage.send(line(1));
    assert_eq!(lines(&stage).len(), 6);
    stage.keys("b");
    let choice = |n| yagura::app::Msg::Click(yagura::app::Target::Choice(yagura::app::choose::Side::First, n));
    stage.send(choice(0));
    assert!(matches!(stage.state.overlays.last(), Some(Overlay::Groups(_))));
    stage.send(choice(0));
    assert_eq!(stage.titles().len(), 6);
}

#[test]
fn a_click_on_a_head_of_the_groups_orders_them_and_a_second_turns_around() {
    let mut stage = by_control();
    let groups =
        |stage: &Stage| lines(stage).iter().map(|line| line.rsplit_once(' ').unwrap().0.to_owned()).collect::<Vec<_>>();
    assert_eq!(groups(&stage), ["+IAM.9", "+S3.1", "+none"]);
    stage.click("COUNT");
    assert_eq!(groups(&stage), ["+S3.1", "+IAM.9", "+none"]);
    stage.click("COUNT▾");
    assert_eq!(groups(&stage), ["+none", "+IAM.9", "+S3.1"]);
    stage.click("NEWEST");
    assert_eq!(groups(&stage), ["+none", "+S3.1", "+IAM.9"], "newest first, whatever the direction was");
    assert!(stage.screen().contains("NEWEST▾"), "{}", stage.screen());
    // The severities have no words over them: their heads are above the letters.
    let screen = stage.screen();
    let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains("IAM.9")).unwrap();
    let x = line.split_once("C1").unwrap_or_else(|| line.split_once("C 1").unwrap()).0.chars().count();
    let head = screen.lines().position(|line| line.contains("NEWEST")).unwrap();
    assert!(y > head);
    stage.click_at(x.try_into().unwrap(), head.try_into().unwrap());
    assert_eq!(groups(&stage), ["+IAM.9", "+S3.1", "+none"]);
    stage.click_at(x.try_into().unwrap(), head.try_into().unwrap());
    assert_eq!(groups(&stage), ["+none", "+S3.1", "+IAM.9"], "least risk first");
    // What groups are not ordered by does nothing, and neither does what stands beside the heads.
    let before = lines(&stage);
    stage.click("OLDEST");
    stage.click("CONTROL");
    assert_eq!(lines(&stage), before);
}
