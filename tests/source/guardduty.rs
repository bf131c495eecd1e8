//! GuardDuty over HTTP: ids, findings, detectors.

use crate::server::{Answer, Heard, Server, guardduty};
use yagura::model::{Service, SourceState};
use yagura::source;

#[tokio::test]
async fn a_sweep_brings_current_findings_before_archived_ones() {
    let server = Server::start(guardduty(230), |_, _| None).await;
    let heard = Heard::all(source::spawn(server.settings(Service::GuardDuty))).await;
    assert_eq!(heard.ids.len(), 230);
    assert_eq!(heard.unique(), 230);
    assert!(matches!(heard.state(), SourceState::Complete { .. }), "{:?}", heard.state());
    let status = heard.last();
    assert_eq!(Some(status.pages), status.pages_known);
    assert!(status.notes.iter().any(|note| note.contains("S3_DATA_EVENTS")), "{:?}", status.notes);
    let asked = server.asked_for("guardduty", "GetFindings");
    assert!(asked.iter().all(|a| a.body["findingIds"].as_array().unwrap().len() <= 50));
}

#[tokio::test]
async fn no_detector_is_off_and_not_an_empty_list() {
    let server = Server::start(Vec::new(), |asked, _| {
        (asked.operation() == "ListDetectors").then(|| Answer::Json(200, serde_json::json!({"detectorIds": []})))
    })
    .await;
    let heard = Heard::all(source::spawn(server.settings(Service::GuardDuty))).await;
    let SourceState::Off { reason } = heard.state() else { panic!("{:?}", heard.state()) };
    assert!(reason.contains("no detector"), "{reason}");
    assert_eq!(heard.ended_sweeps(), 0);
}
