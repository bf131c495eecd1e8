//! Every count of the overview screen, from one snapshot.
mod types;
mod within;

use std::cell::OnceCell;
use std::ops::Range;

use jiff::Timestamp;

use self::within::Shown;
use super::column::CHUNK;
use super::posting::{NO_SEVERITY, Posting, ResourceCount, SLOTS, Standing};
use super::tables::{Rows, Tables};
use super::{Field, RowId, Snapshot};
use crate::model::Severity;

/// Days in the histogram, today included.
pub const DAYS: usize = 14;

/// The counts of one severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeverityCount {
    /// `None`: findings without a severity.
    pub severity: Option<Severity>,
    pub open: u64,
    /// Open rows first seen (or created) within the last 24 hours.
    pub day: u64,
    /// ... within the last 7 days.
    pub week: u64,
    /// Open rows by the age of their first sight in whole days: the last element is the last 24 hours.
    pub histogram: [u32; DAYS],
}

/// A value with how many of its open rows are CRITICAL, HIGH and any.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    pub value: String,
    pub critical: u64,
    pub high: u64,
    pub total: u64,
}

/// Why rows are not open; a row counts under the first reason that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Closed {
    pub archived: u64,
    pub suppressed: u64,
    pub resolved: u64,
    /// Passed checks; AWS resolves them by itself, so they are not counted under `resolved`.
    pub passed: u64,
}

/// All that the overview shows of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    pub version: u64,
    pub open: u64,
    /// Worst first; the last is "no severity".
    pub severities: Vec<SeverityCount>,
    /// Most CRITICAL first, then HIGH, then total. `by_source` and `by_product` are whole, the others the top ten.
    pub by_source: Vec<Tally>,
    pub by_product: Vec<Tally>,
    pub accounts: Vec<Tally>,
    pub regions: Vec<Tally>,
    /// By resource id.
    pub resources: Vec<Tally>,
    /// By the name that a type's service gives it, however records write it.
    pub types: Vec<Tally>,
    /// Open CRITICAL rows, the newest first: at most ten.
    pub newest_criticals: Vec<RowId>,
    /// Sample findings among the open ones.
    pub samples: u64,
    pub closed: Closed,
}

/// How long the lists of "top" are.
const TOP: usize = 10;

impl Overview {
    /// Counts kept up to date with each row, and one pass over five bytes a row for what depends on `now`
    /// (`tests/benches/store.rs` says how long it takes).
    #[must_use]
    pub fn of(snapshot: &Snapshot, now: Timestamp) -> Self {
        let tables = &snapshot.tables;
        if snapshot.scope().is_some() {
            let shown = Shown::of(snapshot);
            let pass = Pass::over(&tables.rows, now.as_second(), |row| snapshot.shows(row));
            let counts = pass.counts(snapshot, |field, most| shown.tallies(field, most));
            return Self { resources: shown.resources(), types: shown.types(), samples: shown.samples(), ..counts };
        }
        let pass = Pass::over(&tables.rows, now.as_second(), |_| true);
        let resources = top(
            tables
                .bitmaps
                .resources
                .iter()
                .enumerate()
                .filter_map(|(at, count)| Some((u32::try_from(at).ok()?, *count))),
            |resource| tables.resource_ids.get(resource).unwrap_or_default(),
            TOP,
        );
        let shown = OnceCell::new();
        let forms = tables.postings(Field::Type).map(|posting| (posting, open_count(posting)));
        let types = types::top(tables, forms, |rows| shown.get_or_init(|| Shown::of(snapshot)).count(rows));
        let samples = tables.postings(Field::Sample).map(|posting| total(&posting.open)).sum();
        Self { resources, types, samples, ..pass.counts(snapshot, |field, most| tallies(tables, field, most)) }
    }
}

/// What one pass over the rows counts.
struct Pass {
    /// Rows by standing and severity, then by age in whole days; the last is all that is older.
    ages: [[u32; DAYS + 1]; CELLS],
    /// Open CRITICAL rows by the time they were born, the newest first.
    newest: Vec<(i64, u32)>,
}

/// Fewer chunks of rows than this are not worth a second thread.
const MANY_CHUNKS: usize = 128;

/// What `Rows::standing` may say, rounded up to a power of two: then a mask is all the check that an index needs.
const CELLS: usize = 64;
const OPEN_CRITICAL: u8 = Standing::Open as u8 * (NO_SEVERITY + 1) + Severity::Critical as u8;

impl Pass {
    /// Many rows are passed over by two threads.
    fn over(rows: &Rows, now: i64, shows: impl Fn(u32) -> bool + Sync) -> Self {
        let chunks = (rows.born.len() as usize).div_ceil(CHUNK);
        if chunks < MANY_CHUNKS {
            return Self::part(rows, 0..chunks, now, &shows);
        }
        std::thread::scope(|scope| {
            let second = scope.spawn(|| Self::part(rows, chunks / 2..chunks, now, &shows));
            let mut first = Self::part(rows, 0..chunks / 2, now, &shows);
            match second.join() {
                Ok(second) => first.add(&second),
                Err(panic) => std::panic::resume_unwind(panic),
            }
            first
        })
    }

    /// Without a branch that depends on a row: at a million rows those would be most of the time.
    fn part(rows: &Rows, chunks: Range<usize>, now: i64, shows: &impl Fn(u32) -> bool) -> Self {
        let mut pass = Self { ages: [[0; DAYS + 1]; CELLS], newest: Vec::with_capacity(TOP + 1) };
        let mut row = u32::try_from(chunks.start * CHUNK).unwrap_or(u32::MAX);
        let mut least = i64::MIN;
        for chunk in chunks {
            for (days, standing) in rows.born.days(chunk, now).zip(rows.standing.chunk(chunk)) {
                let day = usize::try_from(days).unwrap_or(DAYS).min(DAYS);
                let in_lens = shows(row);
                pass.ages[usize::from(*standing) % CELLS][day] += u32::from(in_lens);
                if *standing == OPEN_CRITICAL && in_lens {
                    let born = rows.born.get(row);
                    if born >= least {
                        least = pass.critical(born, row);
                    }
                }
                row += 1;
            }
        }
        pass
    }

    /// Adds what was counted over other rows.
    fn add(&mut self, other: &Self) {
        for (sum, more) in self.ages.iter_mut().flatten().zip(other.ages.iter().flatten()) {
            *sum += more;
        }
        for (born, row) in &other.newest {
            self.critical(*born, *row);
        }
    }

    /// The overview with what `tallies` counts by value; resources, types and samples are left to the caller.
    fn counts(&self, snapshot: &Snapshot, tallies: impl Fn(Field, usize) -> Vec<Tally>) -> Overview {
        let severities = self.severities();
        Overview {
            version: snapshot.version(),
            open: severities.iter().map(|count| count.open).sum(),
            severities,
            by_source: tallies(Field::Source, usize::MAX),
            by_product: tallies(Field::Product, usize::MAX),
            accounts: tallies(Field::Account, TOP),
            regions: tallies(Field::Region, TOP),
            resources: Vec::new(),
            types: Vec::new(),
            newest_criticals: self.newest.iter().map(|(_, row)| RowId(*row)).collect(),
            samples: 0,
            closed: self.closed(),
        }
    }

    /// Rows of one standing, by age, of each severity slot.
    fn cells(&self, standing: Standing) -> &[[u32; DAYS + 1]] {
        let first = standing as usize * SLOTS;
        self.ages.get(first..first + SLOTS).unwrap_or_default()
    }

    fn closed(&self) -> Closed {
        let count = |standing| self.cells(standing).iter().flatten().map(|count| u64::from(*count)).sum();
        Closed {
            archived: count(Standing::Archived),
            suppressed: count(Standing::Suppressed),
            resolved: count(Standing::Resolved),
            passed: count(Standing::Passed),
        }
    }

    /// Takes an open CRITICAL row among the newest, if it is one. From when on others are.
    fn critical(&mut self, born: i64, row: u32) -> i64 {
        let at = self.newest.partition_point(|held| *held > (born, row));
        self.newest.insert(at, (born, row));
        self.newest.truncate(TOP);
        if self.newest.len() == TOP { self.newest.last().map_or(i64::MIN, |(born, _)| *born) } else { i64::MIN }
    }

    fn severities(&self) -> Vec<SeverityCount> {
        let slots = Severity::WORST_FIRST.into_iter().map(|s| (Some(s), s as usize));
        let cells = self.cells(Standing::Open);
        let count = |(severity, slot): (Option<Severity>, usize)| {
            let ages = cells.get(slot).copied().unwrap_or_default();
            let within = |days: usize| ages.iter().take(days).map(|count| u64::from(*count)).sum();
            let mut histogram = [0; DAYS];
            histogram.iter_mut().rev().zip(ages).for_each(|(slot, count)| *slot = count);
            SeverityCount { severity, open: within(DAYS + 1), day: within(1), week: within(7), histogram }
        };
        slots.chain([(None, usize::from(NO_SEVERITY))]).map(count).collect()
    }
}

fn total(open: &[u32; SLOTS]) -> u64 {
    open.iter().map(|count| u64::from(*count)).sum()
}

/// Of all open rows that have the value.
fn open_count(posting: &Posting) -> ResourceCount {
    let total = u32::try_from(total(&posting.open)).unwrap_or(u32::MAX);
    [posting.open[Severity::Critical as usize], posting.open[Severity::High as usize], total]
}

fn tallies(tables: &Tables, field: Field, most: usize) -> Vec<Tally> {
    let counts = tables.postings(field).map(|posting| (posting.value, open_count(posting)));
    top(counts, |value| tables.text(value), most)
}

/// The values with most CRITICAL, then HIGH, then any; equal ones in order of text. Those without open rows are left
/// out.
fn top<'a>(
    counts: impl Iterator<Item = (u32, ResourceCount)>,
    text: impl Fn(u32) -> &'a str,
    most: usize,
) -> Vec<Tally> {
    let mut best: Vec<(u32, ResourceCount)> = Vec::new();
    let sort = |best: &mut Vec<(u32, ResourceCount)>| {
        best.sort_unstable_by(|a, b| b.1.cmp(&a.1).then_with(|| text(a.0).cmp(text(b.0))));
        best.truncate(most);
    };
    let (room, mut least) = (most.saturating_mul(16), [0; 3]);
    // A closure, not a loop: the counts of a million resources come in stretches, which only it goes through as such.
    counts.for_each(|(value, count)| {
        if count < least || count[2] == 0 {
            return;
        }
        best.push((value, count));
        if best.len() >= room {
            sort(&mut best);
            least = best.last().map_or(least, |(_, count)| *count);
        }
    });
    sort(&mut best);
    let tally = |(value, [critical, high, total]): (u32, ResourceCount)| Tally {
        value: text(value).to_owned(),
        critical: u64::from(critical),
        high: u64::from(high),
        total: u64::from(total),
    };
    best.into_iter().map(tally).collect()
}

#[cfg(test)]
mod tests;
