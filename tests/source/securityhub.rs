//! Security Hub over HTTP: the sweep, its shards and its checkpoints.

use crate::server::{Answer, Heard, Server, asff, error};
use yagura::model::{Service, Severity, SourceState};
use yagura::source;

#[tokio::test]
async fn a_sweep_brings_every_finding_worst_first() {
    let server = Server::start(asff(1500), |_, _| None).await;
    let heard = Heard::all(source::spawn(server.settings(Service::SecurityHub))).await;
    assert_eq!(heard.unique(), 1500);
    assert!(matches!(heard.state(), SourceState::Complete { .. }), "{:?}", heard.state());
    assert_eq!(heard.ended_sweeps(), 1);
    let status = heard.last();
    assert_eq!(&*status.scope.account, crate::server::ACCOUNT);
    assert_eq!(status.shards.0, status.shards.1);
    assert_eq!(status.done_severities.len(), 5);
    assert_eq!(status.calls as usize, server.asked().iter().filter(|a| a.service == "securityhub").count());
    assert!(status.notes.iter().any(|note| note.contains("consolidated")), "{:?}", status.notes);
    let first = &server.asked_for("securityhub", "GetFindings")[0];
    assert_eq!(first.severity(), Some("CRITICAL"));
    assert_eq!(first.body["MaxResults"], 100);
}

#[tokio::test]
async fn one_call_brings_every_critical() {
    // A hundred CRITICAL are one page. The rest of AWS is down, so nothing else can have brought them.
    let server = Server::start(asff(600), |asked, _| {
        let rest = asked.operation() == "GetFindings" && asked.severity() != Some("CRITICAL");
        rest.then(|| error(500, "InternalException", "down"))
    })
    .await;
    let heard = Heard::all(source::spawn(server.settings(Service::SecurityHub))).await;
    assert_eq!(heard.unique(), 100);
    let calls = server.asked_for("securityhub", "GetFindings");
    assert_eq!(calls[0].severity(), Some("CRITICAL"));
    assert_eq!(calls.iter().filter(|call| call.severity() == Some("CRITICAL")).count(), 1);
}

#[tokio::test]
async fn a_rejected_token_restarts_only_its_shard() {
    let server = Server::start(asff(1500), |asked, _| {
        use std::sync::atomic::{AtomicBool, Ordering};
        static DONE: AtomicBool = AtomicBool::new(false);
        let second_page = asked.operation() == "GetFindings" && asked.body["NextToken"] == "100";
        (second_page && asked.severity() == Some("HIGH") && !DONE.swap(true, Ordering::SeqCst))
            .then(|| error(400, "InvalidInputException", "Invalid parameter NextToken"))
    })
    .await;
    let heard = Heard::all(source::spawn(server.settings(Service::SecurityHub))).await;
    assert_eq!(heard.unique(), 1500);
    assert!(matches!(heard.state(), SourceState::Complete { .. }), "{:?}", heard.state());
    let first_pages = |label: &str| {
        let all = server.asked_for("securityhub", "GetFindings");
        all.iter()
            .filter(|a| {
                a.severity() == Some(label) && a.body["NextToken"].is_null() && a.body["Filters"]["UpdatedAt"].is_null()
            })
            .count()
    };
    assert_eq!(first_pages("HIGH"), 2);
    assert_eq!(first_pages("CRITICAL"), 1);
    assert_eq!(first_pages("MEDIUM"), 1);
}

#[tokio::test]
async fn a_shard_given_up_makes_the_sweep_partial_and_says_which() {
    let server = Server::start(asff(60), |asked, _| {
        (asked.severity() == Some("MEDIUM")).then(|| Answer::Raw(500, "text/plain", "no".to_owned()))
    })
    .await;
    let heard = Heard::all(source::spawn(server.settings(Service::SecurityHub))).await;
    assert_eq!(heard.unique(), 50);
    let SourceState::Partial { reason } = heard.state() else { panic!("{:?}", heard.state()) };
    assert!(reason.contains("MEDIUM"), "{reason}");
    assert!(!heard.last().done_severities.contains(&Severity::Medium));
    assert!(heard.last().done_severities.contains(&Severity::Critical));
    assert_eq!(heard.ended_sweeps(), 0, "what was not seen is not gone");
}

const NOT_SUBSCRIBED: &str = "Account 111122223333 is not subscribed to AWS Security Hub";

#[tokio::test]
async fn findings_come_where_neither_the_hub_nor_its_aggregators_are_told() {
    for code in ["InvalidAccessException", "UnknownOperationException", "AccessDeniedException"] {
        let server = Server::start(asff(60), move |asked, _| {
            let side = ["DescribeHub", "ListFindingAggregators"].contains(&asked.operation());
            side.then(|| error(401, code, NOT_SUBSCRIBED))
        })
        .await;
        for regions in [&["eu-central-1"][..], &["eu-central-1", "eu-west-1"]] {
            let regions = regions.iter().map(|region| (*region).to_owned()).collect();
            let settings = source::Settings { regions, ..server.settings(Service::SecurityHub) };
            let heard = Heard::all(source::spawn(settings)).await;
            assert_eq!(heard.unique(), 60, "{code}");
            let status = heard.last();
            assert!(matches!(status.state, SourceState::Complete { .. }), "{code}: {:?}", status.state);
            for operation in ["DescribeHub", "ListFindingAggregators"] {
                assert!(status.notes.iter().any(|note| note.contains(operation)), "{code}: {:?}", status.notes);
            }
        }
    }
}

#[tokio::test]
async fn a_hub_that_is_off_is_off_by_the_word_of_its_findings() {
    let server = Server::start(asff(60), |asked, _| {
        (asked.service == "securityhub").then(|| error(401, "InvalidAccessException", NOT_SUBSCRIBED))
    })
    .await;
    let heard = Heard::all(source::spawn(server.settings(Service::SecurityHub))).await;
    let SourceState::Off { reason } = heard.state() else { panic!("{:?}", heard.state()) };
    assert!(reason.contains("not subscribed"), "{reason}");
    assert_eq!(heard.unique(), 0);
}
