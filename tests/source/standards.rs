//! Standards over HTTP: what each answer adds.

use crate::server::{Heard, Server, error};
use yagura::model::standard::Enablement;
use yagura::model::{Service, Severity, SourceState, Standard, Update};
use yagura::source;

fn last_standards(heard: &Heard) -> Vec<Standard> {
    let of = |update: &Update| match update {
        Update::Standards { standards, .. } => Some(standards.clone()),
        _ => None,
    };
    heard.updates.iter().rev().find_map(of).expect("standards")
}

#[tokio::test]
async fn numbers_severities_and_enablement_come_from_the_apis() {
    let server = Server::start(Vec::new(), |_, _| None).await;
    let heard = Heard::all(source::spawn(server.settings(Service::Standards))).await;
    assert!(matches!(heard.state(), SourceState::Complete { .. }), "{:?}", heard.last());
    let standards = last_standards(&heard);
    let shorts: Vec<_> = standards.iter().map(|s| (s.id.short(), s.enablement)).collect();
    assert!(shorts.contains(&("cis/5.0.0".to_owned(), Enablement::Enabled)), "{shorts:?}");
    assert!(shorts.contains(&("pci-dss/4.0.1".to_owned(), Enablement::Available)), "{shorts:?}");
    let cis = standards.iter().find(|s| s.id.short() == "cis/5.0.0").unwrap();
    assert_eq!(cis.name, "CIS AWS Foundations Benchmark");
    assert_eq!(cis.requirements.len(), 2);
    let root = cis.requirements.iter().find(|r| r.control == "IAM.9").unwrap();
    assert_eq!((root.number.as_str(), root.severity, root.enabled), ("1.4", Some(Severity::Critical), true));
    assert_eq!(root.remediation.as_deref(), Some("https://example.com/control"));
    let s3 = cis.requirements.iter().find(|r| r.control == "S3.1").unwrap();
    assert_eq!((s3.number.as_str(), s3.severity, s3.enabled), ("2.1.4", Some(Severity::Critical), false));
    let fsbp = standards.iter().find(|s| s.id.short() == "fsbp/1.0.0").unwrap();
    assert!(fsbp.requirements.iter().all(|r| r.number.is_empty()));
}

#[tokio::test]
async fn a_denied_batch_is_noted_and_the_listing_takes_over() {
    let server = Server::start(Vec::new(), |asked, _| {
        asked.operation().starts_with("BatchGet").then(|| error(403, "AccessDeniedException", "no"))
    })
    .await;
    let heard = Heard::all(source::spawn(server.settings(Service::Standards))).await;
    let notes = &heard.last().notes;
    assert!(notes.iter().any(|note| note == "denied: securityhub:BatchGetSecurityControls"), "{notes:?}");
    assert!(matches!(heard.state(), SourceState::Partial { .. }), "{:?}", heard.state());
    let standards = last_standards(&heard);
    let cis = standards.iter().find(|s| s.id.short() == "cis/5.0.0").unwrap();
    let root = cis.requirements.iter().find(|r| r.control == "IAM.9").unwrap();
    assert_eq!((root.number.as_str(), root.severity), ("1.4", Some(Severity::Medium)), "the definition's severity");
    assert_eq!(root.remediation.as_deref(), Some("https://example.com/definition"));
}
