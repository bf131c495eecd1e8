//! Queries over a million findings: a query grown letter by letter, and the four kinds of question that
//! `tests/benches/against_duckdb.py` asks `DuckDB` about the same rows.
//!
//! `cargo bench --bench query` prints its figures; `YAGURA_BENCH_FINDINGS` sets another number of findings, and
//! `-- export FILE` writes the rows as CSV first. What is timed is what a key press costs off the loop: reading the
//! text, finding the rows, and putting all of them in order, until the first screens can be drawn: an answer in order is
//! the order of all rows with those marked that match, and its lines are read as they are shown. What it takes to read
//! every line of it is printed as well. Each of the four kinds is asked about other words each time, of an evaluator that
//! has the text folded, as `DuckDB` has its table loaded, and knows nothing else.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on has failed, and it prints")]

#[path = "findings.rs"]
#[allow(dead_code, reason = "shared by the benches")]
mod findings;

use std::hint::black_box;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use yagura::model::{Column, Direction, Sort};
use yagura::query::{self, Context, Evaluator};
use yagura::store::{Field, RowId, Snapshot};

/// What is typed, letter by letter.
const TYPED: [&str; 12] = [
    "root user",
    "bucket policy public",
    "severity:critical brute force",
    "openssl cve-2021",
    "is:open s3 bucket",
    "arn:aws:ec2:eu-west-1:",
    "203.0.113.",
    "crafted message -kernel",
    "should have IAM.7",
    "title:openssl age<30d",
    "tag:access actor.country:netherlands",
    "zebra crossing",
];

/// Parts of titles: each is asked for once.
const NEEDLES: [&str; 21] = [
    "IAM.1",
    "S3.2",
    "EC2.1",
    "openssl",
    "glibc",
    "curl",
    "python3",
    "kernel",
    "sudo",
    "brute",
    "CVE-2019",
    "CVE-2020",
    "203.0.113.7",
    "attacks against",
    "chapter on KMS",
    "ECS.2",
    "SSM",
    "benchmark",
    "Config.9",
    "i-00",
    "CVE-2022-3",
];

fn main() {
    let count: usize = std::env::var("YAGURA_BENCH_FINDINGS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let started = Instant::now();
    let snapshot = findings::filled(count).publish();
    println!("{count} findings, {} rows, ingested in {:.1?}", snapshot.len(), started.elapsed());
    let mut args = std::env::args().skip_while(|arg| arg != "export");
    if args.next().is_some() {
        export(&snapshot, &args.next().unwrap());
    }
    typed(&snapshot);
    kinds(&snapshot);
}

fn context() -> Context {
    Context::at(findings::NOW.parse().unwrap())
}

/// Each query grown letter by letter, as the filter line asks: what cannot be read yet is not asked.
fn typed(snapshot: &Snapshot) {
    /// The lines of a few screens.
    const SHOWN: usize = 200;
    let mut taken: Vec<(Duration, String, usize)> = Vec::new();
    let mut read: Vec<(Duration, usize)> = Vec::new();
    // As the dashboard has one. The list is there before somebody filters it: its order is known. The text is folded when
    // the filter line is opened.
    let mut evaluator = Evaluator::default();
    evaluator.rows(&query::parse("").unwrap(), snapshot, Sort::default(), &context());
    let started = Instant::now();
    evaluator.prepare(snapshot);
    println!("all text folded, once: {:.1?}", started.elapsed());
    for text in TYPED {
        for end in 1..=text.len() {
            let begun = text.get(..end).unwrap();
            let started = Instant::now();
            let Ok(query) = query::parse(begun) else { continue };
            let rows = evaluator.rows(&query, snapshot, Sort::default(), &context());
            black_box(rows.from_line(0).take(SHOWN).filter_map(|id| snapshot.row(id)).count());
            taken.push((started.elapsed(), begun.to_owned(), rows.len()));
            let started = Instant::now();
            black_box(rows.iter().fold(0, |all, row| all ^ row.0));
            read.push((started.elapsed(), rows.len()));
        }
    }
    taken.sort();
    let at = |percent: usize| taken[(taken.len() - 1) * percent / 100].0;
    println!("typed, {} letters: p50 {:.2?}  p90 {:.2?}  p99 {:.2?}", taken.len(), at(50), at(90), at(99));
    for (time, text, rows) in taken.iter().rev().take(8) {
        println!("  {time:>9.2?}  {rows:>9} rows  {text}");
    }
    if let Some((time, rows)) = read.iter().max() {
        println!("  reading every line of an answer takes {time:.2?} at most ({rows} rows)");
    }
}

/// The median of what each takes.
fn median(name: &str, asked: &mut dyn FnMut(&str) -> u64) {
    let mut found = 0;
    let mut taken: Vec<Duration> = NEEDLES
        .iter()
        .map(|needle| {
            let started = Instant::now();
            found += black_box(asked(needle));
            started.elapsed()
        })
        .collect();
    taken.sort_unstable();
    println!("kind {name}: median_ms {:.3} found {found}", taken[taken.len() / 2].as_secs_f64() * 1e3);
}

fn kinds(snapshot: &Snapshot) {
    println!("needles: {}", NEEDLES.join("|"));
    let by_date = Sort { field: Column::Severity, direction: Direction::Descending };
    let mut evaluator = Evaluator::default();
    evaluator.prepare(snapshot);
    let mut evaluate = |text: &str| evaluator.evaluate(&query::parse(text).unwrap(), snapshot, &context());
    median("filter", &mut |needle| evaluate(&format!("severity:critical,high title:\"{needle}\" workflow:new")).len());
    median("group", &mut |_| {
        let region = evaluate("region:us-east-1");
        let products: Vec<_> = snapshot.values(Field::Product).into_iter().map(|(value, _)| value).collect();
        let mut groups = 0;
        for (severity, _) in snapshot.values(Field::Severity) {
            let of_severity = snapshot.with(Field::Severity, severity) & &region;
            for product in &products {
                groups += u64::from(of_severity.intersection_len(&snapshot.with(Field::Product, product)) > 0);
            }
        }
        groups
    });
    median("top", &mut |needle| {
        let rows = evaluate(&format!("title:\"{needle}\""));
        query::sort(&rows, snapshot, by_date, Some(50)).len() as u64
    });
    median("count", &mut |_| {
        let mut counts = snapshot.values(Field::Account);
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.iter().take(20).map(|(_, count)| count).sum()
    });
}

/// The columns that the four questions are about.
fn export(snapshot: &Snapshot, path: &str) {
    let mut out = csv::Writer::from_path(path).unwrap();
    out.write_record(["id", "severity", "title", "workflow", "product", "region", "account", "born"]).unwrap();
    for row in snapshot.live().iter().filter_map(|row| snapshot.row(RowId(row))) {
        let born = Timestamp::from_second(snapshot.born_seconds(row.row_id())).unwrap().to_string();
        out.write_record([
            &*row.id(),
            row.severity().map_or("", yagura::model::Severity::label),
            row.title(),
            row.workflow().unwrap_or_default(),
            row.product(),
            row.region().unwrap_or_default(),
            row.account().unwrap_or_default(),
            &born,
        ])
        .unwrap();
    }
    out.flush().unwrap();
}
