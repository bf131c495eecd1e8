//! From a cache file to the first snapshot: what a start with many findings costs, and what leaving them does.
//!
//! `cargo bench --bench cache`; `FINDINGS=1000000` for the large row. Prints one line a step; the file is in the page
//! cache, as it is for somebody who starts the program again.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on has failed, and prints")]

#[path = "findings.rs"]
#[allow(dead_code, reason = "shared by the benches")]
mod findings;

use std::time::{Duration, Instant};

use jiff::Timestamp;
use yagura::store::Store;
use yagura::store::overview::Overview;
use yagura::store::score::Posture;

fn main() {
    let count = std::env::var("FINDINGS").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000_usize);
    let now: Timestamp = findings::NOW.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bench.cache");
    let mut store = findings::filled(count);
    let (bytes, wrote) = timed(|| store.image("bench", now).write(&file, 1, u64::MAX).unwrap());
    println!("{count} findings, {} MB: written and on the disk in {wrote:?}", bytes >> 20);
    drop(store);
    for round in 1..=3 {
        let read = || Store::of_image(&file, 1, now, Duration::from_hours(24)).unwrap().unwrap();
        let (mut store, read) = timed(read);
        let (snapshot, published) = timed(|| store.publish());
        let (_, overview) = timed(|| Overview::of(&snapshot, now));
        let (_, posture) = timed(|| Posture::of(&snapshot));
        let ((), awake) = timed(|| store.awaken());
        println!(
            "round {round}: read {read:?}, publish {published:?}, overview {overview:?}, standards {posture:?}; then ready \
             for updates {awake:?}"
        );
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let started = Instant::now();
    (work(), started.elapsed())
}
