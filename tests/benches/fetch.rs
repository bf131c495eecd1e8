//! Fetching 10,000 findings whole: our path (bodies taken, decoded once, into the store) against a loop of typed
//! `GetFindings` calls with the same SDK, same endpoint, same run.
//!
//! `cargo bench --bench fetch`. With `YAGURA_BENCH_SWEEP=1` it also sweeps 30,000 findings under AWS's limits with
//! 300 ms a call (about 100 s) and says how much of the permitted rate was used.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a bench")]

use std::time::{Duration, Instant};

use yagura::emulator::{self, Limits as Served, Options, Running};
use yagura::model::{Service, SourceState, Update};
use yagura::source::{self, Access, Follow, Limits, Settings};
use yagura::store;

const FINDINGS: u32 = 10_000;
const ROUNDS: usize = 7;
/// The home Region of the embedded organisation: it holds every finding.
const REGION: &str = "us-east-1";

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let running = emulator::start(Options { findings: FINDINGS, ..Options::default() }).unwrap();
    let client = runtime.block_on(typed_client(&running.url()));
    let (mut ours, mut typed) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        typed.push(runtime.block_on(typed_loop(&client)));
        ours.push(runtime.block_on(fetch_and_ingest(&running)));
    }
    let (ours, typed) = (median(ours), median(typed));
    println!("{FINDINGS} findings, median of {ROUNDS}:");
    println!("  fetch and ingest, whole records kept  {:>7.1} ms", ours.as_secs_f64() * 1e3);
    println!("  typed GetFindings loop, shapes dropped {:>6.1} ms", typed.as_secs_f64() * 1e3);
    println!("  share {:.2} (to reach: at most 0.50)", ours.as_secs_f64() / typed.as_secs_f64());
    drop(running);
    if std::env::var_os("YAGURA_BENCH_SWEEP").is_some() {
        runtime.block_on(sweep_under_limits());
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn settings(running: &Running, limits: Limits) -> Settings {
    Settings {
        regions: vec![REGION.to_owned()],
        endpoint_url: Some(running.url()),
        access: Access::Fixed { key_id: "AKIDEXAMPLE".to_owned(), secret: "not a secret".to_owned() },
        services: vec![Service::SecurityHub],
        follow: Follow::Once,
        limits,
        ..Settings::default()
    }
}

/// From nothing to a published snapshot with every finding and its raw record in it.
async fn fetch_and_ingest(running: &Running) -> Duration {
    let start = Instant::now();
    let feed = source::spawn(settings(running, Limits::Off));
    let mut snapshots = store::ingest::spawn(feed.updates);
    // The feed ends with the sweep, and the store with the feed.
    while snapshots.changed().await.is_ok() {}
    assert!(snapshots.borrow().len() >= FINDINGS as usize * 9 / 10, "only {} rows", snapshots.borrow().len());
    start.elapsed()
}

async fn typed_client(url: &str) -> aws_sdk_securityhub::Client {
    let config = aws_config::defaults(aws_config::BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(url)
        .region(aws_config::Region::new(REGION))
        .credentials_provider(aws_credential_types::Credentials::new("AKIDEXAMPLE", "not a secret", None, None, "b"))
        .load()
        .await;
    aws_sdk_securityhub::Client::new(&config)
}

async fn typed_loop(client: &aws_sdk_securityhub::Client) -> Duration {
    let start = Instant::now();
    let (mut token, mut count) = (None, 0);
    loop {
        let page = client.get_findings().max_results(100).set_next_token(token).send().await.unwrap();
        count += page.findings().len();
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(count, FINDINGS as usize);
    start.elapsed()
}

async fn sweep_under_limits() {
    let faults = "*:latency=300ms".parse().unwrap();
    let options = Options { findings: 30_000, limits: Served::Aws, faults, ..Options::default() };
    let running = emulator::start(options).unwrap();
    let start = Instant::now();
    let mut feed = source::spawn(settings(&running, Limits::Aws));
    let (mut first, mut criticals, mut last) = (None, None, None);
    while let Some(update) = feed.updates.recv().await {
        match update {
            Update::Records(_) => first = first.or(Some(start.elapsed())),
            Update::Status(status) => {
                if criticals.is_none() && status.done_severities.contains(&yagura::model::Severity::Critical) {
                    criticals = Some((start.elapsed(), status.pages));
                }
                last = Some(status);
            }
            _ => {}
        }
    }
    let (took, status) = (start.elapsed(), last.unwrap());
    assert!(matches!(status.state, SourceState::Complete { .. }), "{status:?}");
    #[allow(clippy::cast_precision_loss, reason = "hundreds")]
    let share = status.pages as f64 / (6.0 + 3.0 * took.as_secs_f64());
    println!(
        "30,000 findings under AWS's limits, 300 ms a call: {took:.1?}, {} pages, {} throttles",
        status.pages, status.throttles
    );
    println!("  share of the permitted GetFindings calls used {share:.3} (to reach: at least 0.95)");
    println!("  first records after {first:.2?}; CRITICAL whole after {criticals:.2?} (time, pages)");
}
