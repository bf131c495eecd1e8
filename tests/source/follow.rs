//! After the first sweep: polls, sweeps on request, the end; and what happens when a home Region fails.

use std::time::Duration;

use crate::server::{ACCOUNT, Answer, Asked, Heard, Server, asff, error};
use serde_json::json;
use yagura::model::{Service, SourceState, Update};
use yagura::source::{self, Follow, Settings};

const HOUR: Duration = Duration::from_secs(3600);

fn keep(settings: Settings, delta: Duration) -> Settings {
    Settings { follow: Follow::Keep { delta, sweep: HOUR }, ..settings }
}

fn is_delta(asked: &Asked) -> bool {
    asked.operation() == "GetFindings" && asked.severity().is_none() && !asked.body["Filters"]["UpdatedAt"].is_null()
}

async fn next(feed: &mut source::Feed) -> Option<Update> {
    tokio::time::timeout(Duration::from_secs(30), feed.updates.recv()).await.expect("an update")
}

#[tokio::test]
async fn what_changes_after_the_sweep_comes_with_the_polls() {
    let server = Server::start(asff(60), |asked, before| {
        (is_delta(asked) && before > 8).then(|| {
            let mut new = asff(1).remove(0);
            new["Id"] = json!("new");
            Answer::Json(200, json!({"Findings": [new]}))
        })
    })
    .await;
    let mut feed = source::spawn(keep(server.settings(Service::SecurityHub), Duration::from_millis(5)));
    loop {
        if let Some(Update::Records(batch)) = next(&mut feed).await
            && batch.records.iter().any(|record| record.json.windows(5).any(|w| w == b"\"new\""))
        {
            assert!(batch.provenance.sweep.is_none(), "a poll is no sweep");
            break;
        }
    }
    let polls: Vec<Asked> = server.asked().into_iter().filter(is_delta).collect();
    let date = &polls.last().unwrap().body["Filters"]["UpdatedAt"][0];
    assert!(date["Start"].is_string() && date["End"].is_string(), "both ends: {date}");
    feed.control.stop();
    while next(&mut feed).await.is_some() {}
}

#[tokio::test]
async fn a_wish_sweeps_again_and_a_stop_ends_the_feed() {
    let server = Server::start(asff(60), |_, _| None).await;
    let mut feed = source::spawn(keep(server.settings(Service::SecurityHub), HOUR));
    let mut sweeps = Vec::new();
    while sweeps.len() < 2 {
        match next(&mut feed).await.expect("the feed goes on") {
            Update::SweepEnded { sweep, .. } => sweeps.push(sweep),
            Update::Status(status) if sweeps.len() == 1 && matches!(status.state, SourceState::Complete { .. }) => {
                feed.control.resweep();
            }
            _ => {}
        }
    }
    assert_ne!(sweeps[0], sweeps[1]);
    feed.control.stop();
    while next(&mut feed).await.is_some() {}
}

#[tokio::test]
async fn a_failed_scope_recovers_by_itself() {
    let server = Server::start(asff(60), |_, before| {
        (before < 1).then(|| error(401, "InvalidAccessException", "Account is not subscribed to AWS Security Hub"))
    })
    .await;
    let mut feed = source::spawn(keep(server.settings(Service::SecurityHub), HOUR));
    let mut words = Vec::new();
    loop {
        if let Some(Update::Status(status)) = next(&mut feed).await {
            words.push(status.state.word());
            if matches!(status.state, SourceState::Complete { .. }) {
                break;
            }
        }
    }
    assert!(words.contains(&"off"), "{words:?}");
}

const COVERED: &str = "covered by home Region eu-central-1";
const NOT_ANSWERING: &str = "home Region eu-central-1 does not answer: asked here";

/// `eu-central-1` is home, `eu-west-1` is linked to it.
fn linked(asked: &Asked) -> Option<Answer> {
    let arn = format!("arn:aws:securityhub:eu-central-1:{ACCOUNT}:finding-aggregator/1");
    match asked.operation() {
        "ListFindingAggregators" => {
            Some(Answer::Json(200, json!({"FindingAggregators": [{"FindingAggregatorArn": arn}]})))
        }
        "GetFindingAggregator" => Some(Answer::Json(
            200,
            json!({"FindingAggregatorArn": arn, "FindingAggregationRegion": "eu-central-1",
                   "RegionLinkingMode": "SPECIFIED_REGIONS", "Regions": ["eu-west-1"]}),
        )),
        _ => None,
    }
}

#[tokio::test]
async fn a_linked_region_is_not_swept_while_its_home_answers() {
    let server = Server::start(asff(60), |asked, _| linked(asked)).await;
    let regions = vec!["eu-west-1".to_owned(), "eu-central-1".to_owned()];
    let heard = Heard::all(source::spawn(Settings { regions, ..server.settings(Service::SecurityHub) })).await;
    assert_eq!(heard.unique(), 60);
    let asked = server.asked_for("securityhub", "GetFindings");
    assert!(asked.iter().all(|asked| asked.region == "eu-central-1"));
    let linked = heard.statuses.iter().rev().find(|s| &*s.scope.region == "eu-west-1").unwrap();
    assert!(linked.notes.iter().any(|note| note.starts_with(COVERED)), "{:?}", linked.notes);
}

#[tokio::test]
async fn a_linked_region_is_swept_when_its_home_is_denied() {
    let server = Server::start(asff(60), |asked, _| {
        let denied = asked.region == "eu-central-1" && asked.operation() == "GetFindings";
        if denied { Some(error(403, "AccessDeniedException", "no")) } else { linked(asked) }
    })
    .await;
    let regions = vec!["eu-west-1".to_owned(), "eu-central-1".to_owned()];
    let heard = Heard::all(source::spawn(Settings { regions, ..server.settings(Service::SecurityHub) })).await;
    assert_eq!(heard.unique(), 60);
    let home = heard.statuses.iter().rev().find(|s| &*s.scope.region == "eu-central-1").unwrap();
    assert!(matches!(home.state, SourceState::Denied { .. }), "{home:?}");
}

/// Takes updates until a status of the linked Region is this.
async fn until_linked(feed: &mut source::Feed, is: impl Fn(&yagura::model::SourceStatus) -> bool) {
    loop {
        if let Some(Update::Status(status)) = next(feed).await
            && &*status.scope.region == "eu-west-1"
            && is(&status)
        {
            return;
        }
    }
}

fn polls(server: &Server, region: &str) -> usize {
    server.asked().iter().filter(|asked| is_delta(asked) && asked.region == region).count()
}

/// Takes updates until the home Region has been polled five times more.
async fn home_polls(server: &Server, feed: &mut source::Feed) {
    let before = polls(server, "eu-central-1");
    while polls(server, "eu-central-1") < before + 5 {
        next(feed).await;
    }
}

#[tokio::test]
async fn a_linked_region_is_polled_only_while_its_home_fails() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let fails = Arc::new(AtomicBool::new(false));
    let home_fails = Arc::clone(&fails);
    let server = Server::start(asff(60), move |asked, _| {
        let home = asked.region == "eu-central-1" && asked.operation() == "GetFindings";
        if home && home_fails.load(Ordering::SeqCst) {
            return Some(error(403, "AccessDeniedException", "no"));
        }
        linked(asked)
    })
    .await;
    let regions = vec!["eu-west-1".to_owned(), "eu-central-1".to_owned()];
    let settings = Settings { regions, ..server.settings(Service::SecurityHub) };
    let mut feed = source::spawn(keep(settings, Duration::from_millis(5)));
    let polls = |region: &str| polls(&server, region);
    let notes = |note: &'static str| {
        move |status: &yagura::model::SourceStatus| status.notes.iter().any(|held| held.starts_with(note))
    };
    let complete = |status: &yagura::model::SourceStatus| matches!(status.state, SourceState::Complete { .. });
    until_linked(&mut feed, |status| complete(status) && notes(COVERED)(status)).await;
    // What it asked before it knew that it is covered has come by then.
    home_polls(&server, &mut feed).await;
    let here = polls("eu-west-1");
    home_polls(&server, &mut feed).await;
    assert_eq!(polls("eu-west-1"), here, "its home answers");
    fails.store(true, Ordering::SeqCst);
    until_linked(&mut feed, notes(NOT_ANSWERING)).await;
    while polls("eu-west-1") < here + 3 {
        next(&mut feed).await;
    }
    fails.store(false, Ordering::SeqCst);
    until_linked(&mut feed, |status| notes(COVERED)(status) && !notes(NOT_ANSWERING)(status)).await;
    home_polls(&server, &mut feed).await;
    let here = polls("eu-west-1");
    home_polls(&server, &mut feed).await;
    assert_eq!(polls("eu-west-1"), here, "its home answers again");
    feed.control.stop();
    while next(&mut feed).await.is_some() {}
}
