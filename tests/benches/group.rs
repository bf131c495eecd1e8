//! Grouping a million findings by each key, and an outline with one group opened. Medians.
//!
//! What is timed is all that the list in groups needs before it is drawn: every finding is counted in its groups, what
//! the groups are together is known, and so is the order of the first 4,096 of them. Where there are more, the order of
//! all is found when somebody goes beyond those: a line of its own says what it takes until the last group stands there.
//! Making what was counted go away again is in both.
//!
//! `cargo bench --bench group`; `YAGURA_BENCH_FINDINGS` sets another number of findings. Prints its figures; the README
//! has those of a named machine.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench that cannot go on has failed, and it prints")]

#[path = "findings.rs"]
#[allow(dead_code, reason = "shared by the benches")]
mod findings;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use roaring::RoaringBitmap;
use yagura::model::{GroupBy, GroupKey, GroupSort, Sort};
use yagura::query::outline::{Grouped, Line, Outline};

const ROUNDS: usize = 21;

fn main() {
    let count: usize = std::env::var("YAGURA_BENCH_FINDINGS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let started = Instant::now();
    let snapshot = findings::filled(count).publish();
    println!("{count} findings ingested in {:.1?}", started.elapsed());
    let all = snapshot.live();
    let third: RoaringBitmap = all.iter().filter(|row| row % 3 == 0).collect();
    for key in GroupKey::ALL {
        let by = GroupBy { first: key, then: None };
        let grouped = Grouped { by, sort: GroupSort::default(), opened: BTreeSet::new() };
        let outline = |rows: &RoaringBitmap| Outline::of(&snapshot, rows, &grouped, Sort::default());
        let found = outline(all).groups();
        let whole = median(|| drop(black_box(outline(all))));
        let some = median(|| drop(black_box(outline(&third))));
        println!("{:<9} {found:>7} groups   all {whole:>9.2?}   every third finding {some:>9.2?}", key.name());
        if found > 4096 {
            let last = |rows: &RoaringBitmap| {
                let outline = outline(rows);
                assert!(black_box(outline.line(outline.lines() - 1)).is_some());
            };
            let (whole, some) = (median(|| last(all)), median(|| last(&third)));
            println!("{:<9} {:>7} the last   all {whole:>9.2?}   every third finding {some:>9.2?}", "", "to");
        }
    }
    let by = GroupBy { first: GroupKey::Control, then: Some(GroupKey::Account) };
    let mut grouped = Grouped { by, sort: GroupSort::default(), opened: BTreeSet::new() };
    let outline = Outline::of(&snapshot, all, &grouped, Sort::default());
    if let Some(Line::Group { path, .. }) = outline.line(0) {
        grouped.opened.insert(path);
    }
    let opened = median(|| drop(black_box(Outline::of(&snapshot, all, &grouped, Sort::default()))));
    println!("by control, the first opened by account {opened:.2?}");
}

fn median(mut run: impl FnMut()) -> Duration {
    let mut taken: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    taken.sort_unstable();
    taken[ROUNDS / 2]
}
