//! How fast a record is decoded: the light reading that ingest does for every record, and the cutting of a page.
//!
//! The two records are our own, of the size and shape that the services send.

#![allow(missing_docs, reason = "criterion's macros make functions that have none")]
#![allow(clippy::unwrap_used, reason = "a bench stops at what it did not expect")]

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use yagura::decode;
use yagura::model::{Format, RawRecord};

const ASFF: &str = include_str!("../records/asff.json");
const GUARDDUTY: &str = include_str!("../records/guardduty.json");

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("decode");
    for (name, format, json) in [("asff", Format::Asff, ASFF), ("guardduty", Format::GuardDuty, GUARDDUTY)] {
        let raw = RawRecord { format, json: Bytes::from_static(json.as_bytes()) };
        group.throughput(Throughput::Bytes(json.len() as u64));
        // The floor: the same bytes, with nothing kept.
        group.bench_function(format!("skip/{name}"), |b| {
            b.iter(|| serde_json::from_slice::<serde::de::IgnoredAny>(black_box(json.as_bytes())).unwrap());
        });
        group.bench_function(format!("finding/{name}"), |b| {
            b.iter(|| decode::finding(black_box(&raw)).unwrap().resources.len());
        });
        group.bench_function(format!("detail/{name}"), |b| {
            b.iter(|| decode::detail(format, black_box(json.as_bytes())).unwrap().resources.len());
        });
    }
    let page = Bytes::from(format!("{{\"Findings\":[{}],\"NextToken\":\"t\"}}", [ASFF.trim_end(); 100].join(",")));
    group.throughput(Throughput::Bytes(page.len() as u64));
    group.bench_function("page/100", |b| b.iter(|| decode::findings_page(black_box(&page)).unwrap().records.len()));
    group.bench_function("records/100", |b| b.iter(|| decode::records(black_box(&page)).len()));
    group.finish();
}

criterion_group!(decoding, benches);
criterion_main!(decoding);
