//! Calls to who looks elsewhere: for the views that ask, for what is new, and at most once in a while.

use jiff::SignedDuration;
use serde_json::{Value, json};
use yagura::app::Effect;
use yagura::app::notice::{How, Watches};
use yagura::app::saved::{Saved, SavedView};
use yagura::query;

use super::stage::Stage;

const EVERY: SignedDuration = SignedDuration::from_secs(60);

fn finding(n: u32, severity: &str) -> Value {
    let mut record: Value = serde_json::from_str(include_str!("../records/asff.json")).unwrap();
    record["Id"] = json!(format!("finding-{n}"));
    record["Resources"][0]["Id"] = json!(format!("arn:aws:s3:::bucket-{n}"));
    record["Title"] = json!(format!("Number {n}"));
    record["Severity"] = json!({"Label": severity});
    record
}

fn critical(n: u32) -> Value {
    finding(n, "CRITICAL")
}

fn view(name: &str, text: &str, notify: Option<How>) -> SavedView {
    SavedView {
        name: name.to_owned(),
        text: text.to_owned(),
        query: query::parse(text).unwrap().into(),
        sort: None,
        group: None,
        columns: None,
        chord: None,
        notify,
    }
}

/// A list with some low finding, where these views are watched.
fn stage(views: Vec<SavedView>) -> Stage {
    let mut stage = Stage::on_the_list(&[finding(0, "LOW")]);
    stage.state.saved = Saved::new(views);
    stage.state.watches = Watches::of(&stage.state.saved.views, EVERY);
    stage
}

fn calls(stage: &Stage) -> Vec<(How, &str)> {
    let call = |effect: &'_ Effect| matches!(effect, Effect::Notify { .. });
    let calls = stage.effects.iter().filter(|effect| call(effect));
    calls
        .map(|effect| match effect {
            Effect::Notify { how, text } => (*how, text.as_str()),
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn a_call_is_made_for_what_is_new_and_at_most_once_in_a_while() {
    let mut stage = stage(vec![view("New criticals", "severity:critical", Some(How::Bell)), view("All", "", None)]);
    // What is there at the start calls nobody.
    stage.arrive(&[critical(1)]);
    assert_eq!(calls(&stage), []);
    stage.arrive(&[critical(2)]);
    let said = "1 finding newly matches New criticals: CRITICAL Number 2";
    assert_eq!(calls(&stage), [(How::Bell, said)]);
    assert_eq!(stage.message(), said);
    // Within the minute what comes waits, and is one call then; what a view does not match calls nobody.
    stage.arrive(&[critical(3), finding(9, "HIGH")]);
    stage.arrive(&[critical(4)]);
    assert_eq!(calls(&stage).len(), 1);
    assert_eq!(stage.state.next_call(), stage.now.checked_add(EVERY).ok());
    stage.wait(59);
    assert_eq!(calls(&stage).len(), 1);
    stage.wait(1);
    assert_eq!(calls(&stage).len(), 2);
    assert!(stage.message().starts_with("2 findings newly match New criticals: CRITICAL Number "));
    assert_eq!(stage.state.next_call(), None);
    stage.wait(600);
    assert_eq!(calls(&stage).len(), 2);
    // The sheet of the views says who calls.
    stage.keys("v");
    let screen = stage.screen();
    let line = |name: &str| screen.lines().find(|line| line.contains(name)).unwrap().to_owned();
    assert!(line("New criticals").contains(" bell") && !line(" All ").contains(" bell"), "{screen}");
}

#[test]
fn all_views_together_make_one_call_each_in_its_own_way() {
    let mut stage = stage(vec![
        view("Criticals", "severity:critical", Some(How::Bell)),
        view("Bad", "severity>=high", Some(How::Desktop)),
        view("Buckets", "resource.type:AwsS3Bucket", Some(How::Bell)),
    ]);
    stage.arrive(&[]);
    stage.arrive(&[critical(1), finding(2, "HIGH")]);
    assert_eq!(
        calls(&stage),
        [
            (How::Bell, "1 finding newly matches Criticals, 2 Buckets: CRITICAL Number 1"),
            (How::Desktop, "2 findings newly match Bad: CRITICAL Number 1"),
        ]
    );
    assert_eq!(stage.message(), "1 finding newly matches Criticals, 2 Bad, 2 Buckets: CRITICAL Number 1");
    // The limit is everybody's: another view has to wait too.
    stage.arrive(&[finding(3, "HIGH")]);
    assert_eq!(calls(&stage).len(), 2);
    stage.wait(60);
    assert_eq!(calls(&stage).len(), 4);
}

#[test]
fn what_no_longer_matches_is_not_called_for() {
    let mut stage = stage(vec![view("Criticals", "severity:critical", Some(How::Bell))]);
    stage.arrive(&[]);
    stage.arrive(&[critical(1)]);
    stage.arrive(&[critical(2), critical(3)]);
    let mut mended = finding(2, "LOW");
    mended["UpdatedAt"] = json!(stage.now.to_string());
    stage.arrive(&[mended]);
    stage.wait(60);
    assert_eq!(calls(&stage)[1], (How::Bell, "1 finding newly matches Criticals: CRITICAL Number 3"));
}
