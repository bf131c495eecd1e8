//! A session that begins with what an earlier one left: what has changed since is asked first, the sweep when it is due.

use std::sync::Arc;
use std::time::Duration;

use crate::server::{ACCOUNT, Asked, Heard, Server, asff, error, guardduty};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use yagura::model::{Cached, Scope, Service, SourceState, SourceStatus};
use yagura::source::{self, Earlier, Follow, Settings};

const HOUR: Duration = Duration::from_hours(1);

/// The scope was whole so long ago.
fn left(service: Service, ago: SignedDuration) -> (Earlier, Timestamp) {
    let at = Timestamp::now() - ago;
    let scope = Scope { service, account: ACCOUNT.into(), region: "eu-central-1".into() };
    let cached = Some(Cached::Whole { at });
    (Earlier::of(&[SourceStatus { cached, ..SourceStatus::waiting(Arc::new(scope), None) }]), at)
}

/// Until the scope is complete.
async fn heard(settings: Settings, earlier: Earlier, sweep: Duration) -> Heard {
    let mut feed = source::spawn_after(Settings { follow: Follow::Keep { delta: HOUR, sweep }, ..settings }, earlier);
    let mut heard = Heard::default();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(30), feed.updates.recv()).await;
        heard.hear(next.expect("the feed answers").expect("the feed goes on"));
        if heard.statuses.last().is_some_and(|status| matches!(status.state, SourceState::Complete { .. })) {
            return heard;
        }
    }
}

/// Sixty old findings, and one of each severity that changed a moment ago.
fn findings() -> Vec<Value> {
    let mut findings = asff(66);
    for (n, finding) in findings.iter_mut().skip(60).enumerate() {
        finding["Id"] = json!(format!("changed-{n}"));
        finding["UpdatedAt"] = json!((Timestamp::now() - SignedDuration::from_mins(2)).to_string());
    }
    findings
}

/// The severities and beginnings of windows that were asked for.
fn windows(server: &Server) -> Vec<(Option<String>, Option<Timestamp>)> {
    let window = |asked: &Asked| asked.body["Filters"]["UpdatedAt"][0]["Start"].as_str().map(|at| at.parse().unwrap());
    let asked = server.asked_for("securityhub", "GetFindings");
    asked.iter().map(|asked| (asked.severity().map(str::to_owned), window(asked))).collect()
}

#[tokio::test]
async fn what_changed_since_comes_worst_first_and_nothing_is_swept_before_it_is_due() {
    let server = Server::start(findings(), |_, _| None).await;
    let (earlier, at) = left(Service::SecurityHub, SignedDuration::from_mins(30));
    let heard = heard(server.settings(Service::SecurityHub), earlier, HOUR).await;
    assert_eq!(heard.unique(), 6);
    assert!(heard.ids[0].starts_with("changed"));
    assert_eq!(heard.ended_sweeps(), 0, "what was not seen may still be there");
    assert_eq!(*heard.state(), SourceState::Complete { at }, "the sweep was the earlier session's");
    assert!(heard.last().done_severities.is_empty());
    assert!(heard.statuses.iter().any(|status| status.state == SourceState::Updating { since: at }));
    let notes = &heard.last().notes;
    assert!(notes.iter().any(|note| note.contains("what is gone since show after the next sweep")), "{notes:?}");
    let asked = windows(&server);
    assert_eq!(asked[0].0.as_deref(), Some("CRITICAL"));
    let overlap = SignedDuration::from_mins(10);
    for (severity, from) in asked {
        let from = from.expect("a window");
        match severity {
            Some(_) => assert!((at - overlap).duration_since(from).abs() < SignedDuration::from_secs(1)),
            // The last look, for what changed meanwhile.
            None => assert!(from > at),
        }
    }
}

#[tokio::test]
async fn where_the_sweep_is_due_it_follows_at_once() {
    let server = Server::start(findings(), |_, _| None).await;
    let (earlier, at) = left(Service::SecurityHub, SignedDuration::from_hours(14));
    let heard = heard(server.settings(Service::SecurityHub), earlier, HOUR).await;
    assert!(heard.ids.iter().take(6).all(|id| id.starts_with("changed")), "{:?}", heard.ids);
    assert_eq!(heard.unique(), 66);
    assert_eq!(heard.ended_sweeps(), 1);
    assert!(matches!(heard.state(), SourceState::Complete { at: now } if *now > at));
    let complete = |status: &&SourceStatus| matches!(status.state, SourceState::Complete { .. });
    assert_eq!(heard.statuses.iter().filter(complete).count(), 1, "not before the sweep has ended");
}

#[tokio::test]
async fn what_is_too_old_or_was_left_in_part_is_swept() {
    for earlier in [left(Service::SecurityHub, SignedDuration::from_hours(30)).0, Earlier::default()] {
        let server = Server::start(findings(), |_, _| None).await;
        let heard = heard(server.settings(Service::SecurityHub), earlier, HOUR).await;
        assert_eq!((heard.unique(), heard.ended_sweeps()), (66, 1));
        assert_eq!(windows(&server)[0], (Some("CRITICAL".to_owned()), None));
    }
}

#[tokio::test]
async fn a_failure_on_the_way_ends_in_a_sweep() {
    let server = Server::start(findings(), |asked, _| {
        let is_catching_up = asked.severity().is_some() && !asked.body["Filters"]["UpdatedAt"].is_null();
        is_catching_up.then(|| error(400, "InvalidInputException", "no such filter"))
    })
    .await;
    let (earlier, _) = left(Service::SecurityHub, SignedDuration::from_mins(30));
    let heard = heard(server.settings(Service::SecurityHub), earlier, HOUR).await;
    assert_eq!((heard.unique(), heard.ended_sweeps()), (66, 1));
}

#[tokio::test]
async fn guardduty_is_asked_for_what_changed_since_too() {
    let server = Server::start(guardduty(60), |_, _| None).await;
    let (earlier, at) = left(Service::GuardDuty, SignedDuration::from_mins(30));
    let heard = heard(server.settings(Service::GuardDuty), earlier, HOUR).await;
    assert_eq!(*heard.state(), SourceState::Complete { at });
    assert_eq!(heard.ended_sweeps(), 0);
    let lists = server.asked_for("guardduty", "ListFindings");
    let from = (at - SignedDuration::from_mins(10)).as_millisecond();
    for list in lists {
        let criterion = &list.body["findingCriteria"]["criterion"];
        assert_eq!(criterion["updatedAt"]["greaterThanOrEqual"], json!(from));
        assert!(criterion["service.archived"].is_null());
    }
    // What a sweep tells of the detector is told.
    assert!(heard.last().notes.iter().any(|note| note.contains("S3_DATA_EVENTS")));
}
