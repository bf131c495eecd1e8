//! The store at a million findings: how fast they come in, what publishing and counting cost, what memory they take.
//!
//! `cargo bench --bench store` runs the timed part at 100,000 and 1,000,000 findings;
//! `cargo bench --bench store -- memory [N]` prints what a finding costs in memory, all in;
//! `cargo bench --bench store -- journal [N]` what the journal of versions adds to that: N findings of GuardDuty with
//! three versions each, once with and once without it, each in a process of its own (on Linux);
//! `cargo bench --bench store -- rate [N]` how fast N findings come in, as pages of a hundred as a body is cut into
//! them, by the clock and by the time that the thread had a core for (on Linux; it tells the truth on a busy machine,
//! and leaves out what the packer's thread does: `taskset -c 0` makes one core do all).
//! The findings are made here from a seed: three kilobytes each, ids and resources their own, as AWS writes them.
#![allow(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "it prints its figures")]
#![allow(clippy::cast_precision_loss, reason = "a rate for people to read")]

#[path = "findings.rs"]
mod findings;

use std::hint::black_box;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput};
use findings::Maker;
use jiff::Timestamp;
use yagura::journal::{Bounds, Clock, Journal, Settings};
use yagura::model::scope::SweepId;
use yagura::model::{Batch, Provenance, RawRecord, Scope, Service, Update};
use yagura::store::overview::Overview;
use yagura::store::score::Posture;
use yagura::store::{Field, RowId, Store};

const MILLION: usize = 1_000_000;
const PAGE: usize = 100;

fn batch(records: Vec<RawRecord>) -> Update {
    let scope =
        Arc::new(Scope { service: Service::SecurityHub, account: "111122223333".into(), region: "us-east-1".into() });
    Update::Records(Batch { provenance: Provenance { scope, sweep: Some(SweepId(1)) }, records })
}

fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// What findings add to the resident memory of this process, raw records included, and how long taking them in took.
fn memory(count: usize) {
    let (mut store, mut maker) = (Store::new(), Maker::new(7));
    let before = resident();
    let (mut bytes, mut spent) = (0, Duration::ZERO);
    for _ in 0..count / PAGE {
        let page = maker.page(PAGE);
        bytes += page.iter().map(|record| record.json.len()).sum::<usize>();
        let started = Instant::now();
        store.apply(batch(page));
        spent += started.elapsed();
    }
    let snapshot = store.publish();
    // The generator's own list of resources is not the store's.
    drop(maker);
    let used = resident() - before;
    println!("{count} findings of {} bytes of JSON: {} rows", bytes / count, snapshot.len());
    println!("{} bytes of memory a finding, all in", used / count);
    println!("{:.0} findings a second, decoded and taken in", count as f64 / spent.as_secs_f64());
    let now: Timestamp = findings::NOW.parse().unwrap();
    for (name, run) in [
        ("overview", &(|| drop(black_box(Overview::of(&snapshot, now)))) as &dyn Fn()),
        ("posture", &|| drop(black_box(Posture::of(&snapshot)))),
    ] {
        let best = (0..5).map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        });
        println!("{name} {:.2?}", best.min().unwrap());
    }
}

/// Versions of each finding.
const VERSIONS: u32 = 3;
const JOURNAL: &str = "journal";
const WITH_JOURNAL: &str = "journal-with";
const WITHOUT_JOURNAL: &str = "journal-without";

/// What the journal of versions costs in memory: the difference of two processes, so that neither has what the other
/// left to the allocator.
fn journal(count: usize) {
    let bench = std::env::current_exe().unwrap();
    let run = |mode: &str| -> u64 {
        let output = Command::new(&bench).args([mode, &count.to_string()]).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{mode}: {}", String::from_utf8_lossy(&output.stderr));
        let (figure, rest) = said.split_once('\n').unwrap();
        print!("{rest}");
        figure.parse().unwrap()
    };
    let (without, with) = (run(WITHOUT_JOURNAL), run(WITH_JOURNAL));
    println!("{count} findings of GuardDuty, {VERSIONS} versions each: resident bytes a finding");
    println!("{without} without the journal, {with} with it: it adds {}", i128::from(with) - i128::from(without));
}

/// Resident bytes a finding, on a line of their own; and what the journal says of itself.
fn versions(count: usize, journal: Option<&Journal>) {
    // As many as wait for the journal's thread at most: none is given up.
    const PAGE: usize = 1_000;
    let mut store = Store::new();
    if let Some(journal) = journal {
        store = store.watched(journal.recorder());
    }
    let settle = || assert!(journal.is_none_or(|journal| journal.settle(Duration::from_mins(1))));
    let before = resident();
    for version in 0..VERSIONS {
        // The same findings again, so that the bench need not hold them.
        let (mut maker, mut left) = (Maker::new(7), count);
        while left > 0 {
            let page = maker.guardduty_page(left.min(PAGE));
            left -= page.len();
            store.apply(batch(page.iter().map(|record| findings::touched(record, version)).collect()));
            settle();
        }
    }
    let snapshot = store.publish();
    assert_eq!(snapshot.len(), count);
    println!("{}", resident().saturating_sub(before) / count);
    if let Some(journal) = journal {
        let status = journal.status().borrow().clone();
        println!(
            "the journal: {} versions, {} MB on the disk, {} lost",
            status.written,
            status.bytes >> 20,
            status.lost
        );
    }
}

fn without_journal(count: usize) {
    versions(count, None);
}

fn with_journal(count: usize) {
    let place = tempfile::tempdir().unwrap();
    // Nothing goes before it is measured.
    let bounds = Bounds { bytes: 1 << 40, ..Bounds::default() };
    let journal = Journal::open(Settings { folder: place.path().join("journal"), bounds, clock: Clock::system() });
    versions(count, Some(&journal));
}

/// A page whose records are slices of one body.
fn cut(page: &[RawRecord]) -> Vec<RawRecord> {
    let body = Bytes::from(page.iter().flat_map(|record| record.json.iter().copied()).collect::<Vec<u8>>());
    let mut rest = body;
    page.iter().map(|record| RawRecord { format: record.format, json: rest.split_to(record.json.len()) }).collect()
}

/// How long this thread has run on a core.
fn on_core() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}

/// How fast findings come in: rounds of the same findings into an empty store.
fn rate(count: usize) {
    const ROUNDS: usize = 9;
    let mut maker = Maker::new(7);
    let pages: Vec<Vec<RawRecord>> = (0..count / PAGE).map(|_| cut(&maker.page(PAGE))).collect();
    let (mut clock, mut core, mut decoding) = (Vec::new(), Vec::new(), Vec::new());
    let per_finding = |time: Duration| time.as_secs_f64() * 1e6 / count as f64;
    for _ in 0..ROUNDS {
        let (started, ran) = (Instant::now(), on_core());
        for record in pages.iter().flatten() {
            black_box(yagura::decode::finding(record).unwrap());
        }
        let decoded = on_core().zip(ran).map_or_else(|| started.elapsed(), |(now, ran)| now.saturating_sub(ran));
        let mut store = Store::new();
        let (started, ran) = (Instant::now(), on_core());
        for page in &pages {
            store.apply(batch(page.clone()));
        }
        black_box(store.publish());
        clock.push(per_finding(started.elapsed()));
        core.push(on_core().zip(ran).map_or(f64::NAN, |(now, ran)| per_finding(now.saturating_sub(ran))));
        decoding.push(per_finding(decoded));
    }
    for (name, mut times) in
        [("by the clock", clock), ("of the ingest thread's core", core), ("of it decoding", decoding)]
    {
        times.sort_by(f64::total_cmp);
        let (best, median) = (times[0], times[ROUNDS / 2]);
        println!(
            "{name}: median {median:.2} us a finding ({:.0}/s), best {best:.2} us ({:.0}/s)",
            1e6 / median,
            1e6 / best
        );
    }
}

fn ingest(c: &mut Criterion) {
    let mut group = c.benchmark_group("ingest");
    group.sample_size(10);
    let pages: Vec<Vec<RawRecord>> = {
        let mut maker = Maker::new(7);
        (0..200).map(|_| maker.page(PAGE)).collect()
    };
    group.throughput(Throughput::Elements(20_000));
    group.bench_function("decode and ingest 20,000 into an empty store", |b| {
        b.iter_batched(
            || (Store::new(), pages.clone()),
            |(mut store, pages)| {
                for page in pages {
                    store.apply(batch(page));
                }
                store
            },
            BatchSize::LargeInput,
        );
    });
    group.bench_function("decode alone", |b| {
        b.iter(|| {
            for record in pages.iter().flatten() {
                black_box(yagura::decode::finding(record).unwrap());
            }
        });
    });
    group.finish();
}

fn million(c: &mut Criterion) {
    let mut store = findings::filled(MILLION);
    let snapshot = store.publish();
    let now: Timestamp = findings::NOW.parse().unwrap();
    let mut group = c.benchmark_group("million");
    group.sample_size(20);
    group.bench_function("overview", |b| b.iter(|| black_box(Overview::of(&snapshot, now))));
    group.bench_function("posture", |b| b.iter(|| black_box(Posture::of(&snapshot))));
    group.bench_function("with", |b| b.iter(|| black_box(snapshot.with(Field::Severity, "high"))));
    group.bench_function("row", |b| {
        b.iter(|| {
            for id in (0..100u32).map(|n| n * 9_973) {
                let row = snapshot.row(RowId(id)).unwrap();
                black_box((row.title(), row.severity(), row.account_name(), row.updated_at(), row.workflow()));
            }
        });
    });
    let mut maker = Maker::new(99);
    group.bench_function("publish after 100 new findings", |b| {
        b.iter_batched(
            || maker.page(PAGE),
            |page| {
                store.apply(batch(page));
                store.publish()
            },
            BatchSize::PerIteration,
        );
    });
    let mut again = Maker::new(7);
    let scattered: Vec<RawRecord> = (0..100).map(|_| again.page(5_000).swap_remove(2_500)).collect();
    let mut round = 0;
    group.bench_function("publish after 100 changes all over", |b| {
        b.iter_batched(
            || {
                round += 1;
                scattered.iter().map(|record| findings::touched(record, round)).collect::<Vec<_>>()
            },
            |page| {
                store.apply(batch(page));
                store.publish()
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn main() {
    for (name, run, count) in [
        ("memory", memory as fn(usize), MILLION),
        ("rate", rate, 50_000),
        (JOURNAL, journal, 100_000),
        (WITH_JOURNAL, with_journal, 100_000),
        (WITHOUT_JOURNAL, without_journal, 100_000),
    ] {
        let mut args = std::env::args().skip_while(|arg| arg != name);
        if args.next().is_some() {
            return run(args.find_map(|arg| arg.parse().ok()).unwrap_or(count));
        }
    }
    let mut criterion = Criterion::default().configure_from_args();
    ingest(&mut criterion);
    million(&mut criterion);
    criterion.final_summary();
}
