//! What every row of the SOURCES table keeps: nothing is lost, and whatever goes wrong has a name.

use serde_json::Value;

use crate::server::{Answer, Asked, Heard, Server, asff, error, guardduty};
use yagura::model::{Service, SourceState};
use yagura::source::{self, SOURCES};

/// The service whose requests belong to this row.
fn api(service: Service) -> &'static str {
    if service == Service::GuardDuty { "guardduty" } else { "securityhub" }
}

fn findings(service: Service) -> Vec<Value> {
    match service {
        Service::SecurityHub => asff(700),
        Service::GuardDuty => guardduty(230),
        _ => Vec::new(),
    }
}

/// Runs one sweep of each row against a server that `script` spoils, and looks at what came.
async fn each_row(
    script: impl Fn(&Asked, usize) -> Option<Answer> + Send + Sync + Clone + 'static,
    look: impl Fn(&'static source::Row, &Heard, &Server),
) {
    for row in SOURCES {
        let script = script.clone();
        let mine = api(row.service);
        let server =
            Server::start(
                findings(row.service),
                move |asked, before| {
                    if asked.service == mine { script(asked, before) } else { None }
                },
            )
            .await;
        let heard = Heard::all(source::spawn(server.settings(row.service))).await;
        look(row, &heard, &server);
    }
}

fn is_whole(row: &source::Row, heard: &Heard) {
    assert!(matches!(heard.state(), SourceState::Complete { .. }), "{:?}: {:?}", row.service, heard.last());
    assert_eq!(heard.unique(), findings(row.service).len(), "{:?}", row.service);
    assert_eq!(heard.ended_sweeps(), 1, "{:?}", row.service);
}

#[tokio::test]
async fn a_healthy_service_is_read_whole_and_every_call_counted() {
    each_row(
        |_, _| None,
        |row, heard, server| {
            is_whole(row, heard);
            let status = heard.last();
            let calls = server.asked().iter().filter(|a| a.service == api(row.service)).count();
            assert_eq!(status.calls, calls as u64, "{:?}", row.service);
            assert_eq!(status.throttles, 0);
            assert!(status.last_error.is_none(), "{:?}", status.last_error);
            assert!(heard.statuses.iter().any(|s| s.state == SourceState::Waiting));
        },
    )
    .await;
}

#[tokio::test]
async fn every_operation_that_is_called_is_in_the_table() {
    each_row(
        |asked, _| {
            // So that the listing behind the batch is seen too.
            (asked.operation() == "BatchGetStandardsControlAssociations")
                .then(|| error(403, "AccessDeniedException", "no"))
        },
        |row, _, server| {
            for asked in server.asked().iter().filter(|a| a.service == api(row.service)) {
                let known = row.operations.iter().any(|operation| operation.name == asked.operation());
                assert!(known, "{:?} calls {}", row.service, asked.operation());
            }
        },
    )
    .await;
}

#[tokio::test]
async fn throttles_are_waited_out_and_lose_nothing() {
    each_row(
        |_, before| (before < 3).then(|| error(429, "TooManyRequestsException", "Too Many Requests")),
        |row, heard, _| {
            is_whole(row, heard);
            assert!(heard.last().throttles >= 3, "{:?}", heard.last());
            assert!(heard.last().last_error.as_ref().unwrap().1.contains("TooManyRequestsException"));
        },
    )
    .await;
}

#[tokio::test]
async fn a_denial_names_the_action() {
    each_row(
        |_, _| Some(error(403, "AccessDeniedException", "User is not authorized to perform this")),
        |row, heard, _| {
            let SourceState::Denied { action } = heard.state() else { panic!("{:?}", heard.last()) };
            assert!(row.operations.iter().any(|operation| operation.action == *action), "{action}");
            assert_eq!(heard.ended_sweeps(), 0);
        },
    )
    .await;
}

#[tokio::test]
async fn a_service_that_is_off_says_so() {
    each_row(
        |_, _| Some(error(401, "InvalidAccessException", "Account is not subscribed to AWS Security Hub")),
        |_, heard, _| {
            let SourceState::Off { reason } = heard.state() else { panic!("{:?}", heard.last()) };
            assert!(reason.contains("not subscribed"), "{reason}");
        },
    )
    .await;
}

#[tokio::test]
async fn an_endpoint_that_does_not_know_the_operation_says_so() {
    each_row(
        |_, _| Some(Answer::Raw(404, "text/html", "<h1>Not Found</h1>".to_owned())),
        |row, heard, _| {
            let SourceState::Unsupported { operation } = heard.state() else { panic!("{:?}", heard.last()) };
            assert!(row.operations.iter().any(|known| known.name == operation), "{operation}");
        },
    )
    .await;
}

#[tokio::test]
async fn an_expired_login_says_what_to_do() {
    each_row(
        |_, _| Some(error(403, "ExpiredTokenException", "The security token included in the request is expired")),
        |_, heard, _| assert!(matches!(heard.state(), SourceState::Login { .. }), "{:?}", heard.last()),
    )
    .await;
}

#[tokio::test]
async fn a_body_cut_in_the_middle_is_asked_for_again() {
    each_row(
        |_, before| (before == 0).then(|| Answer::Cut("{\"Findings\":[{\"Id\":\"a".to_owned())),
        |row, heard, _| {
            is_whole(row, heard);
            assert!(heard.last().last_error.is_some());
        },
    )
    .await;
}

#[tokio::test]
async fn a_page_that_is_no_json_is_reported_and_asked_for_again() {
    each_row(
        |_, before| (before == 0).then(|| Answer::Raw(200, "application/json", "{\"Findings\": [{]".to_owned())),
        |row, heard, _| {
            is_whole(row, heard);
            assert!(heard.last().last_error.is_some());
        },
    )
    .await;
}

#[tokio::test]
async fn a_service_that_keeps_failing_fails_in_its_words() {
    each_row(
        |_, _| Some(error(500, "InternalException", "the hamster is tired")),
        |_, heard, _| {
            let SourceState::Failed { reason } = heard.state() else { panic!("{:?}", heard.last()) };
            assert!(reason.contains("the hamster is tired"), "{reason}");
        },
    )
    .await;
}

#[test]
fn the_minimum_policy_is_what_the_table_needs() {
    let policy: Value = serde_json::from_str(include_str!("../../assets/iam/read-only.json")).unwrap();
    let mut granted: Vec<&str> = policy["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|statement| statement["Action"].as_array().unwrap())
        .map(|action| action.as_str().unwrap())
        .collect();
    let mut needed: Vec<&str> = SOURCES.iter().flat_map(|row| row.operations).map(|o| o.action).collect();
    granted.sort_unstable();
    needed.sort_unstable();
    needed.dedup();
    assert_eq!(granted, needed);
}
