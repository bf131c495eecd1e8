//! Every count of the overview screen, from one snapshot.
mod within;

use jiff::Timestamp;

use self::within::Shown;
use super::posting::{NO_SEVERITY, ResourceCount, SLOTS, Standing};
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
    pub types: Vec<Tally>,
    /// Open CRITICAL rows, the newest first: at most ten.
    pub newest_criticals: Vec<RowId>,
    /// Sample findings among the open ones.
    pub samples: u64,
    pub closed: Closed,
}

/// How long the lists of "top" are.
const TOP: usize = 10;
const DAY: i64 = 86_400;

impl Overview {
    /// Counts kept up to date with each row, and one pass over nine bytes a row for what depends on `now`: 5 ms at a
    /// million rows (`tests/benches/store.rs`).
    #[must_use]
    pub fn of(snapshot: &Snapshot, now: Timestamp) -> Self {
        let tables = &snapshot.tables;
        if snapshot.is_narrowed() {
            let shown = Shown::of(snapshot);
            let pass = Pass::over(&tables.rows, now.as_second(), |row| snapshot.shows(row));
            let counts = pass.counts(snapshot, |field, most| shown.tallies(field, most));
            return Self { resources: shown.resources(), samples: shown.samples(), ..counts };
        }
        let pass = Pass::over(&tables.rows, now.as_second(), |_| true);
        let resources = top(
            (0u32..).zip(tables.bitmaps.resources.iter().copied()),
            |resource| tables.resource_ids.get(resource).unwrap_or_default(),
            TOP,
        );
        let samples = tables.postings(Field::Sample).map(|posting| total(&posting.open)).sum();
        Self { resources, samples, ..pass.counts(snapshot, |field, most| tallies(tables, field, most)) }
    }
}

/// What one pass over the rows counts.
#[derive(Default)]
struct Pass {
    /// By severity slot: open rows, of the last day, of the last week, by day.
    open: [u64; SLOTS],
    day: [u64; SLOTS],
    week: [u64; SLOTS],
    histogram: [[u32; DAYS]; SLOTS],
    closed: Closed,
    /// Open CRITICAL rows by the time they were born, the newest first.
    newest: Vec<(i64, u32)>,
}

impl Pass {
    fn over(rows: &Rows, now: i64, shows: impl Fn(u32) -> bool) -> Self {
        let mut pass = Self::default();
        let mut standings = [[0u64; SLOTS]; 6];
        let oldest = now.saturating_sub(DAY * i64::try_from(DAYS).unwrap_or(0));
        let mut row = 0u32;
        for (born, standing) in rows.born.chunks().zip(rows.standing.chunks()) {
            for (born, standing) in born.iter().zip(standing) {
                let (stand, severity) = (usize::from(*standing) / SLOTS, usize::from(*standing) % SLOTS);
                if !shows(row) {
                    row += 1;
                    continue;
                }
                if let Some(slot) = standings.get_mut(stand) {
                    slot[severity] += 1;
                }
                if stand == Standing::Open as usize {
                    if *born > oldest {
                        pass.young(severity, now.saturating_sub(*born).max(0));
                    }
                    if severity == Severity::Critical as usize {
                        pass.critical(*born, row);
                    }
                }
                row += 1;
            }
        }
        let closed = |standing: Standing| standings[standing as usize].iter().sum();
        pass.open = standings[Standing::Open as usize];
        pass.closed = Closed {
            archived: closed(Standing::Archived),
            suppressed: closed(Standing::Suppressed),
            resolved: closed(Standing::Resolved),
            passed: closed(Standing::Passed),
        };
        pass
    }

    /// The overview with what `tallies` counts by value; resources and samples are left to the caller.
    fn counts(self, snapshot: &Snapshot, tallies: impl Fn(Field, usize) -> Vec<Tally>) -> Overview {
        Overview {
            version: snapshot.version(),
            open: self.open.iter().sum(),
            severities: self.severities(),
            by_source: tallies(Field::Source, usize::MAX),
            by_product: tallies(Field::Product, usize::MAX),
            accounts: tallies(Field::Account, TOP),
            regions: tallies(Field::Region, TOP),
            resources: Vec::new(),
            types: tallies(Field::Type, TOP),
            newest_criticals: self.newest.iter().map(|(_, row)| RowId(*row)).collect(),
            samples: 0,
            closed: self.closed,
        }
    }

    /// An open row of the last days; `age` in seconds.
    fn young(&mut self, severity: usize, age: i64) {
        let day = usize::try_from(age / DAY).unwrap_or(DAYS);
        self.day[severity] += u64::from(day < 1);
        self.week[severity] += u64::from(day < 7);
        if let Some(slot) = DAYS.checked_sub(day + 1).and_then(|at| self.histogram[severity].get_mut(at)) {
            *slot += 1;
        }
    }

    fn critical(&mut self, born: i64, row: u32) {
        if self.newest.len() == TOP && self.newest.last().is_some_and(|last| (born, row) < *last) {
            return;
        }
        let at = self.newest.partition_point(|held| *held > (born, row));
        self.newest.insert(at, (born, row));
        self.newest.truncate(TOP);
    }

    fn severities(&self) -> Vec<SeverityCount> {
        let slots = Severity::WORST_FIRST.into_iter().map(|s| (Some(s), s as usize));
        let count = |(severity, slot): (Option<Severity>, usize)| SeverityCount {
            severity,
            open: self.open[slot],
            day: self.day[slot],
            week: self.week[slot],
            histogram: self.histogram[slot],
        };
        slots.chain([(None, usize::from(NO_SEVERITY))]).map(count).collect()
    }
}

fn total(open: &[u32; SLOTS]) -> u64 {
    open.iter().map(|count| u64::from(*count)).sum()
}

fn tallies(tables: &Tables, field: Field, most: usize) -> Vec<Tally> {
    let counts = tables.postings(field).map(|posting| {
        let total = u32::try_from(total(&posting.open)).unwrap_or(u32::MAX);
        (posting.value, [posting.open[Severity::Critical as usize], posting.open[Severity::High as usize], total])
    });
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
    for (value, count) in counts {
        if count < least || count[2] == 0 {
            continue;
        }
        best.push((value, count));
        if best.len() >= room {
            sort(&mut best);
            least = best.last().map_or(least, |(_, count)| *count);
        }
    }
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
