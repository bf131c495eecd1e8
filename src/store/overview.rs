//! Every count of the overview screen, from one snapshot.
use jiff::Timestamp;

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
    /// Passed checks.
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

impl Overview {
    #[must_use]
    pub fn of(snapshot: &Snapshot, now: Timestamp) -> Self {
        let mut severities: Vec<SeverityCount> = Severity::WORST_FIRST
            .into_iter()
            .map(Some)
            .chain([None])
            .map(|severity| SeverityCount { severity, open: 0, day: 0, week: 0, histogram: [0; DAYS] })
            .collect();
        let mut closed = Closed::default();
        let mut criticals: Vec<(i64, RowId)> = Vec::new();
        let mut samples = 0;
        let mut resources: std::collections::HashMap<&str, Tally> = std::collections::HashMap::new();
        for row in snapshot.live().iter().filter_map(|id| snapshot.row(RowId(id))) {
            if !row.is_open() {
                match (row.record_state(), row.workflow()) {
                    ("ARCHIVED", _) => closed.archived += 1,
                    (_, Some("SUPPRESSED")) => closed.suppressed += 1,
                    (_, Some("RESOLVED")) => closed.resolved += 1,
                    _ => closed.passed += 1,
                }
                continue;
            }
            samples += u64::from(row.sample());
            let at = row.severity().map_or(5, |s| 4 - s as usize);
            let count = &mut severities[at];
            count.open += 1;
            let born = snapshot.born_seconds(row.row_id());
            let age = now.as_second().saturating_sub(born);
            let day = usize::try_from(age.max(0) / 86_400).unwrap_or(usize::MAX);
            count.day += u64::from(day < 1);
            count.week += u64::from(day < 7);
            if day < DAYS {
                count.histogram[DAYS - 1 - day] += 1;
            }
            if at == 0 {
                criticals.push((born, row.row_id()));
            }
            for resource in row.resources() {
                let tally = resources.entry(resource.id).or_insert_with(|| Tally::of(resource.id));
                tally.critical += u64::from(at == 0);
                tally.high += u64::from(at == 1);
                tally.total += 1;
            }
        }
        criticals.sort_unstable_by(|a, b| b.cmp(a));
        criticals.truncate(TOP);
        Self {
            version: snapshot.version(),
            open: snapshot.open().len(),
            severities,
            by_source: tallies(snapshot, Field::Source, usize::MAX),
            by_product: tallies(snapshot, Field::Product, usize::MAX),
            accounts: tallies(snapshot, Field::Account, TOP),
            regions: tallies(snapshot, Field::Region, TOP),
            resources: top(resources.into_values().collect(), TOP),
            types: tallies(snapshot, Field::Type, TOP),
            newest_criticals: criticals.into_iter().map(|(_, id)| id).collect(),
            samples,
            closed,
        }
    }
}

impl Tally {
    fn of(value: &str) -> Self {
        Self { value: value.to_owned(), critical: 0, high: 0, total: 0 }
    }
}

fn tallies(snapshot: &Snapshot, field: Field, most: usize) -> Vec<Tally> {
    let critical = snapshot.with(Field::Severity, "CRITICAL") & snapshot.open();
    let high = snapshot.with(Field::Severity, "HIGH") & snapshot.open();
    let all = snapshot.values(field).into_iter().map(|(value, _)| {
        let rows = snapshot.with(field, value);
        Tally {
            value: value.to_owned(),
            critical: rows.intersection_len(&critical),
            high: rows.intersection_len(&high),
            total: rows.intersection_len(snapshot.open()),
        }
    });
    top(all.filter(|tally| tally.total > 0).collect(), most)
}

fn top(mut all: Vec<Tally>, most: usize) -> Vec<Tally> {
    let rank = |t: &Tally| std::cmp::Reverse((t.critical, t.high, t.total));
    all.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.value.cmp(&b.value)));
    all.truncate(most);
    all
}
