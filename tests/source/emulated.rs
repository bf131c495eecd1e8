//! The sources against the embedded endpoint: whole sweeps, with and without faults.

use crate::server::Heard;
use std::collections::BTreeMap;
use std::time::Duration;
use yagura::decode;
use yagura::emulator::{self, ADMINISTRATOR, Faults, Options, REGIONS, Running};
use yagura::model::{Format, HistoryError, RecordKey, Service, SourceState, Update};
use yagura::source::{self, Access, Follow, Limits, Pace, Settings};

fn start(findings: u32, faults: &str) -> Running {
    let faults: Faults = faults.parse().unwrap();
    emulator::start(Options { findings, accounts: 6, faults, ..Options::default() }).unwrap()
}

fn settings(running: &Running, services: &[Service], regions: &[&str]) -> Settings {
    Settings {
        regions: regions.iter().map(|region| (*region).to_owned()).collect(),
        endpoint_url: Some(running.url()),
        access: Access::Fixed { key_id: "AKIDEXAMPLE".to_owned(), secret: "not a secret".to_owned() },
        services: services.to_vec(),
        follow: Follow::Once,
        limits: Limits::Off,
        pace: Pace { base: Duration::from_millis(1), cap: Duration::from_millis(4), attempts: 12, ..Pace::default() },
        ..Settings::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_home_region_brings_all_findings_and_linked_regions_are_covered() {
    let running = start(3000, "");
    let heard = Heard::all(source::spawn(settings(&running, &[Service::SecurityHub], &REGIONS))).await;
    assert_eq!(heard.unique(), 3000);
    let mut covered = 0;
    for region in REGIONS {
        let last = heard.statuses.iter().rev().find(|s| *s.scope.region == *region).unwrap();
        assert!(matches!(last.state, SourceState::Complete { .. }), "{last:?}");
        assert_eq!(&*last.scope.account, ADMINISTRATOR);
        covered += usize::from(last.notes.iter().any(|note| note.starts_with("covered by home Region")));
    }
    assert!(covered > 0, "no Region was covered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn polls_go_to_the_home_region_and_to_none_that_it_covers() {
    let running = start(300, "");
    let follow = Follow::Keep { delta: Duration::from_millis(5), sweep: Duration::from_secs(3600) };
    let regions = [REGIONS[0], REGIONS[1], REGIONS[2]];
    let mut feed = source::spawn(Settings { follow, ..settings(&running, &[Service::SecurityHub], &regions) });
    // What each Region has called, once it is covered; and what the others have.
    let (mut covered, mut others) = (BTreeMap::new(), BTreeMap::new());
    while covered.len() < 2 || others.values().max().is_none_or(|calls| *calls < 60) {
        let update = tokio::time::timeout(Duration::from_secs(60), feed.updates.recv()).await.unwrap().unwrap();
        let Update::Status(status) = update else { continue };
        if !matches!(status.state, SourceState::Complete { .. }) {
            continue;
        }
        let region = status.scope.region.to_string();
        if status.notes.iter().any(|note| note.starts_with("covered by home Region")) {
            let calls = *covered.entry(region).or_insert(status.calls);
            assert_eq!(status.calls, calls, "{status:?}");
        } else {
            others.insert(region, status.calls);
        }
    }
    assert_eq!(others.len(), 1, "the home Region alone: {others:?}");
    feed.control.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_service_in_every_region_ends_whole() {
    let running = start(1000, "");
    let heard = Heard::all(source::spawn(settings(&running, &Service::ALL, &REGIONS))).await;
    for service in [Service::SecurityHub, Service::GuardDuty, Service::Standards] {
        for region in REGIONS {
            let of = |s: &&yagura::model::SourceStatus| *s.scope.region == *region && s.scope.service == service;
            let last = heard.statuses.iter().rev().find(of).unwrap();
            assert!(matches!(last.state, SourceState::Complete { .. } | SourceState::Off { .. }), "{last:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_cost_calls_and_never_findings() {
    let quiet = start(2000, "");
    let regions = [REGIONS[0]];
    let both = [Service::SecurityHub, Service::GuardDuty];
    let clean = Heard::all(source::spawn(settings(&quiet, &both, &regions))).await;
    let spec = "*:throttle=0.15,*:5xx=0.1,*:cut=0.1,*:badjson=0.1";
    let faulty = start(2000, spec);
    let heard = Heard::all(source::spawn(settings(&faulty, &both, &regions))).await;
    assert_eq!(heard.unique(), clean.unique());
    for service in both {
        let last = heard.statuses.iter().rev().find(|s| s.scope.service == service).unwrap();
        assert!(matches!(last.state, SourceState::Complete { .. }), "{last:?}");
        assert!(last.calls > last.pages, "retries are counted");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_is_asked_is_said_before_anything_of_it_comes() {
    let running = start(300, "");
    let heard = Heard::all(source::spawn(settings(&running, &Service::ALL, &REGIONS[..2]))).await;
    let Some(Update::Asked(scopes)) = heard.updates.first() else { panic!("{:?}", heard.updates.first()) };
    let mut asked: Vec<_> = scopes.clone();
    asked.sort();
    let mut told: Vec<_> = heard.statuses.iter().map(|status| status.scope.clone()).collect();
    told.sort();
    told.dedup();
    assert_eq!(asked, told);
}

/// What Security Hub remembers of a finding comes through the scope that sees it, and what is in the way is named.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_history_of_a_finding_is_asked_for_where_it_was_seen() {
    for (faults, denied) in [("", false), ("securityhub.GetFindingHistory:denied=1", true)] {
        let running = start(200, faults);
        let follow = Follow::Keep { delta: Duration::from_secs(600), sweep: Duration::from_secs(3600) };
        let mut feed =
            source::spawn(Settings { follow, ..settings(&running, &[Service::SecurityHub], &["us-east-1"]) });
        let (key, scope) = loop {
            let Update::Records(batch) = feed.updates.recv().await.unwrap() else { continue };
            let finding = decode::finding(&batch.records[0]).unwrap();
            let product_arn = finding.product_arn.clone().unwrap().into_owned();
            let key = RecordKey { format: Format::Asff, product_arn, id: finding.id.clone().into_owned() };
            break (key, batch.provenance.scope);
        };
        // What is in the channel must not hold the sources up.
        let drain = tokio::spawn(async move { while feed.updates.recv().await.is_some() {} });
        let answer = feed.control.history(&scope, &key).await;
        if denied {
            let Err(HistoryError::Denied { action }) = &answer else { panic!("{answer:?}") };
            assert_eq!(action, "securityhub:GetFindingHistory");
        } else {
            let history = answer.unwrap();
            assert!(history.records.last().unwrap().created, "{history:?}");
            assert_eq!(history.cut, None);
        }
        let native = RecordKey { format: Format::GuardDuty, product_arn: String::new(), ..key.clone() };
        assert_eq!(feed.control.history(&scope, &native).await, Err(HistoryError::NotThere));
        let gone = RecordKey { id: "nobody".to_owned(), ..key };
        let answer = feed.control.history(&scope, &gone).await;
        assert!(
            denied || matches!(&answer, Err(HistoryError::Failed { words }) if words.contains("not found")),
            "{answer:?}"
        );
        drain.abort();
    }
}
