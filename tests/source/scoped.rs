//! Syncs that are scoped to a query: they ask for less, and what matches is the same findings.

use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use yagura::emulator::{self, ControlFindings, Options, Running};
use yagura::model::{Service, SourceState, SourceStatus};
use yagura::query;
use yagura::source::{self, Access, Follow, Limits, Settings};
use yagura::store::{Snapshot, Store};

use crate::server::{Heard, Server, asff};

/// The home Region, which holds all of Security Hub's, and one whose GuardDuty is its own.
const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];
const FINDINGS: u32 = 400;

fn endpoint(control_findings: ControlFindings) -> Running {
    let options = Options { findings: FINDINGS, accounts: 4, control_findings, ..Options::default() };
    emulator::start(options).unwrap()
}

fn settings(url: String) -> Settings {
    Settings {
        regions: REGIONS.map(str::to_owned).to_vec(),
        endpoint_url: Some(url),
        access: Access::Fixed { key_id: "AKIDEXAMPLE".to_owned(), secret: "not a secret".to_owned() },
        services: vec![Service::SecurityHub, Service::GuardDuty],
        follow: Follow::Once,
        limits: Limits::Off,
        ..Settings::default()
    }
}

fn scoped(url: String, text: &str, now: Timestamp) -> Settings {
    let extent = query::push::push(&query::parse(text).unwrap(), text, now);
    Settings { extent: Some(Arc::new(extent)), ..settings(url) }
}

/// All that a sync brings, in a store.
async fn sync(settings: Settings) -> Arc<Snapshot> {
    let mut feed = source::spawn(settings);
    let mut store = Store::new();
    while let Some(update) = feed.updates.recv().await {
        let applied = store.apply(update);
        assert!(applied.rejected.is_empty(), "{:?}", applied.rejected);
    }
    let snapshot = store.publish();
    for status in snapshot.sources() {
        assert!(matches!(status.state, SourceState::Complete { .. }), "{status:?}");
    }
    snapshot
}

/// What matches, by id, with what a query looks at first.
fn matching(snapshot: &Snapshot, text: &str, now: Timestamp) -> Vec<String> {
    let query = query::parse(text).unwrap();
    let mut found: Vec<String> = query::evaluate(&query, snapshot, &query::Context::at(now))
        .iter()
        .filter_map(|row| snapshot.row(yagura::store::RowId(row)))
        .map(|row| {
            let severity = row.severity().map_or("-", yagura::model::Severity::label);
            let (workflow, state, result) = (row.workflow(), row.record_state(), row.compliance());
            format!(
                "{} {severity} {workflow:?} {state} {result:?} {:?} {:?}",
                row.id(),
                row.account(),
                row.updated_at()
            )
        })
        .collect();
    found.sort_unstable();
    found
}

fn hub(snapshot: &Snapshot) -> &SourceStatus {
    let is_home =
        |status: &&SourceStatus| status.scope.service == Service::SecurityHub && &*status.scope.region == REGIONS[0];
    snapshot.sources().iter().find(is_home).unwrap()
}

/// One endpoint with everything that it holds, fetched once.
struct World {
    running: Running,
    whole: Arc<Snapshot>,
}

impl World {
    fn of(control_findings: ControlFindings, runtime: &tokio::runtime::Runtime) -> Self {
        let running = endpoint(control_findings);
        let whole = runtime.block_on(sync(settings(running.url())));
        Self { running, whole }
    }
}

/// Terms of every kind: those that are pushed, those that are not, and those that match nothing.
fn term(whole: &Snapshot) -> impl Strategy<Value = String> + use<> {
    let values = |field| {
        let all: Vec<String> = whole.values(field).iter().map(|(value, _)| (*value).to_owned()).collect();
        select(all)
    };
    use yagura::store::Field;
    let severity = select(vec!["critical", "HIGH", "medium", "low", "informational"]);
    let compare = select(vec!["<", "<=", ":", ">=", ">", "!="]);
    let of = |name: &'static str, values: &[&'static str]| {
        proptest::collection::vec(select(values.to_vec()), 1..3)
            .prop_map(move |list| format!("{name}:{}", list.join(",")))
    };
    let time = select(vec!["created", "updated", "first", "last"]);
    let ago = select(vec!["2h", "1d", "3d", "2w", "40d"]);
    prop_oneof![
        4 => (compare.clone(), severity).prop_map(|(compare, label)| format!("severity{compare}{label}")),
        2 => of("status", &["new", "NOTIFIED", "resolved", "suppressed"]),
        1 => of("state", &["active", "archived"]),
        2 => of("compliance", &["passed", "failed", "warning", "not_available"]),
        4 => select(vec!["open", "new", "notified", "archived", "suppressed", "resolved", "failed", "passed", "sample"])
            .prop_map(|flag| format!("is:{flag}")),
        2 => values(Field::Account).prop_map(|account| format!("account:{account}")),
        1 => select(vec!["account:000000000000", "account:prod*", "account_name~e", "account:*1"]).prop_map(str::to_owned),
        2 => values(Field::Region).prop_map(|region| format!("region:{}", region.to_uppercase())),
        1 => select(vec!["region:us-*", "region:eu-*", "region:mars-1", "region:*-1"]).prop_map(str::to_owned),
        2 => values(Field::Control).prop_map(|control| format!("control:{}", control.to_lowercase())),
        3 => (time.clone(), select(vec!["<", "<=", ">=", ">"]), ago.clone()).prop_map(|(f, c, t)| format!("{f}{c}{t}")),
        1 => (time, select(vec!["<", ":", ">="]), 1..90_i64).prop_map(|(field, compare, days)| {
            let day = (Timestamp::now() - jiff::SignedDuration::from_hours(24 * days)).strftime("%Y-%m-%d").to_string();
            format!("{field}{compare}{day}")
        }),
        1 => (select(vec!["<", ">"]), ago).prop_map(|(compare, ago)| format!("age{compare}{ago}")),
        1 => select(vec![
            "root", "bucket", "product:GuardDuty", "source:guardduty", "source:securityhub", "standard:cis", "score>=7",
            "score<5", "type:Recon", "resource~web", "generator:security-control", "id~guardduty", "control:*", "cve:CVE-*", "port<1024", "actor.ip:198.51.100.0/24", "country:*a*",
            "tag:env=prod", "has:note", "has:control", "is:sequence", "requirement:1.5", "path:Network.Direction",
        ]).prop_map(str::to_owned),
    ]
}

fn any_query(whole: &Snapshot) -> impl Strategy<Value = String> + use<> {
    term(whole).prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            3 => proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" "))),
            2 => proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| format!("({})", parts.join(" OR "))),
            1 => inner.prop_map(|part| format!("NOT ({part})")),
        ]
    })
}

/// The property, with one finding a check and with one for each standard.
fn the_same_findings_either_way(control_findings: ControlFindings, cases: u32) {
    static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| tokio::runtime::Runtime::new().unwrap());
    let world = World::of(control_findings, &RUNTIME);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(&any_query(&world.whole), |text| {
        let now = Timestamp::now();
        let narrow = RUNTIME.block_on(sync(scoped(world.running.url(), &text, now)));
        let (expected, found) = (matching(&world.whole, &text, now), matching(&narrow, &text, now));
        if expected != found {
            let lost: Vec<_> = expected.iter().filter(|line| !found.contains(line)).take(3).collect();
            let more: Vec<_> = found.iter().filter(|line| !expected.contains(line)).take(3).collect();
            return Err(TestCaseError::fail(format!("{text}\nlost: {lost:#?}\nmore: {more:#?}")));
        }
        Ok(())
    });
    result.unwrap();
}

#[test]
fn a_scoped_sync_finds_what_a_whole_one_finds() {
    the_same_findings_either_way(ControlFindings::SecurityControl, 16);
}

#[test]
fn a_scoped_sync_finds_the_same_where_each_standard_has_its_finding() {
    the_same_findings_either_way(ControlFindings::StandardControl, 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scoped_sync_asks_for_less_and_says_so() {
    let running = endpoint(ControlFindings::SecurityControl);
    let now = Timestamp::now();
    let whole = sync(settings(running.url())).await;
    let (pages, records) = (hub(&whole).pages, hub(&whole).records);
    assert!(records >= u64::from(FINDINGS));
    for (text, at_most) in [("severity:critical", 20), ("severity>=high is:open", 6), ("control:iam.9", 20)] {
        let narrow = sync(scoped(running.url(), text, now)).await;
        let status = hub(&narrow);
        assert!(status.pages < pages, "{text}: {} of {pages} pages", status.pages);
        assert!(status.records * at_most.min(6) < records, "{text}: {} of {records} records", status.records);
        assert!(status.notes.contains(&format!("scoped to: {text}")), "{:?}", status.notes);
        assert_eq!(status.done_severities.len(), 5, "nothing in the scope is missing");
        assert_eq!(matching(&narrow, text, now), matching(&whole, text, now));
    }
    // No finding of GuardDuty has a control, and only one Region's are in a Region.
    let read = |snapshot: &Snapshot, region: &str| {
        let of = |status: &&SourceStatus| status.scope.service == Service::GuardDuty && &*status.scope.region == region;
        snapshot.sources().iter().find(of).unwrap().records
    };
    assert!(REGIONS.iter().all(|region| read(&whole, region) > 0));
    let control = sync(scoped(running.url(), "control:IAM.9", now)).await;
    assert!(REGIONS.iter().all(|region| read(&control, region) == 0));
    let region = sync(scoped(running.url(), "region:eu-west-1", now)).await;
    assert_eq!((read(&region, "us-east-1"), read(&region, "eu-west-1")), (0, read(&whole, "eu-west-1")));
}

#[tokio::test]
async fn a_severity_out_of_scope_is_never_asked_for() {
    let server = Server::start(asff(600), |_, _| None).await;
    let settings = Settings {
        extent: scoped(server.url.clone(), "severity:critical", Timestamp::now()).extent,
        ..server.settings(Service::SecurityHub)
    };
    let heard = Heard::all(source::spawn(settings)).await;
    assert_eq!(heard.unique(), 100);
    assert_eq!(heard.ended_sweeps(), 1, "the sweep ends whole within its scope");
    let asked = server.asked_for("securityhub", "GetFindings");
    assert!(asked.iter().all(|asked| asked.severity().is_none_or(|label| label == "CRITICAL")));
    assert_eq!(asked[0].severity(), Some("CRITICAL"));
    let copies = asked.iter().filter(|asked| asked.body["Filters"]["Id"][0]["Value"] == "arn:aws:guardduty:").count();
    assert_eq!(copies, 1, "GuardDuty's copies, once");
}
