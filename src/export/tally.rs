//! What a page says of all that matches: how many of each severity, by account, by kind, by Region, by day.
//!
//! One pass over the rows; names are borrowed, so that a million findings cost the distinct values alone.

use std::collections::HashMap;

use super::Report;
use crate::model::Severity;
use crate::store::{Row, RowId};

/// Severities worst first, and last those without any.
pub(super) const KINDS: usize = 6;
/// Days of the chart, today included.
pub(super) const DAYS: usize = 30;
/// Groups of a chart that have a line of their own.
const TOP: usize = 12;
const DAY: i64 = 86_400;

pub(super) type Counts = [u64; KINDS];

/// The names of the slots of [`Counts`].
pub(super) const LABELS: [&str; KINDS] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "NO SEVERITY"];

/// Which slot a severity counts in.
pub(super) fn slot(severity: Option<Severity>) -> usize {
    let found = severity.and_then(|severity| Severity::WORST_FIRST.iter().position(|other| *other == severity));
    found.unwrap_or(KINDS - 1)
}

/// All the counts of a page.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) total: u64,
    pub(super) severities: Counts,
    /// First seen (or made) on each of the last days, the last of them today.
    pub(super) days: Vec<Counts>,
    pub(super) accounts: Ranking,
    /// By control, else by type, else by product.
    pub(super) kinds: Ranking,
    pub(super) regions: Ranking,
    pub(super) products: Ranking,
    pub(super) statuses: Ranking,
    pub(super) samples: u64,
}

/// The largest groups, and what the others are together.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    pub(super) groups: Vec<Group>,
    /// How many groups have no line, and their findings.
    pub(super) rest: (u64, Counts),
}

/// One value with its findings.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) name: String,
    /// What helps to know it by: an account's number, a control's title.
    pub(super) about: String,
    pub(super) counts: Counts,
}

impl Group {
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().sum()
    }
}

type Groups<'a> = HashMap<&'a str, (Counts, &'a str)>;

impl Tally {
    pub(super) fn of(report: &Report<'_>) -> Self {
        let snapshot = report.snapshot;
        let mut tally = Self { days: vec![[0; KINDS]; DAYS], ..Self::default() };
        let (mut accounts, mut kinds) = (Groups::new(), Groups::new());
        let (mut regions, mut products, mut statuses) = (Groups::new(), Groups::new(), Groups::new());
        let today = report.at.as_second().div_euclid(DAY);
        for row in report.matching.iter().filter_map(|row| snapshot.row(RowId(row))) {
            let slot = slot(row.severity());
            tally.total += 1;
            tally.severities[slot] += 1;
            tally.samples += u64::from(row.sample());
            let born = snapshot.born_seconds(row.row_id());
            let ago = today.saturating_sub(born.div_euclid(DAY)).max(0);
            let day = usize::try_from(ago).ok().and_then(|ago| (DAYS - 1).checked_sub(ago));
            if let Some(counts) = day.and_then(|day| tally.days.get_mut(day)) {
                counts[slot] += 1;
            }
            // By its number: two accounts may have one name.
            let account = row.account().unwrap_or("unknown account");
            count(&mut accounts, account, row.account_name().unwrap_or(account), slot);
            let (kind, about) = kind(&row);
            count(&mut kinds, kind, about, slot);
            count(&mut regions, row.region().unwrap_or("no Region"), "", slot);
            count(&mut products, row.product(), "", slot);
            count(&mut statuses, standing(&row), "", slot);
        }
        tally.accounts = Ranking::of(accounts).by_about();
        tally.kinds = Ranking::of(kinds);
        tally.regions = Ranking::of(regions);
        tally.products = Ranking::of(products);
        tally.statuses = Ranking::of(statuses);
        tally
    }
}

fn count<'a>(groups: &mut Groups<'a>, name: &'a str, about: &'a str, slot: usize) {
    let (counts, _) = groups.entry(name).or_insert(([0; KINDS], about));
    counts[slot] += 1;
}

/// What a finding is one of, and its title where the name does not say much.
pub(super) fn kind<'a>(row: &Row<'a>) -> (&'a str, &'a str) {
    match (row.control(), row.types().next()) {
        (Some(control), _) => (control, row.title()),
        (None, Some(kind)) => (kind, ""),
        (None, None) => (row.product(), ""),
    }
}

/// The workflow status, or that the finding is archived, which is stronger.
pub(super) fn standing<'a>(row: &Row<'a>) -> &'a str {
    match row.record_state() {
        "ACTIVE" => row.workflow().unwrap_or("no workflow status"),
        state => state,
    }
}

impl Ranking {
    fn of(groups: Groups<'_>) -> Self {
        let mut all: Vec<(&str, (Counts, &str))> = groups.into_iter().collect();
        let key = |counts: &Counts| (counts[0], counts[1], counts.iter().sum::<u64>());
        all.sort_unstable_by(|(a, (x, _)), (b, (y, _))| key(y).cmp(&key(x)).then_with(|| a.cmp(b)));
        let tail = all.get(TOP..).unwrap_or_default();
        let mut rest = (tail.len() as u64, [0; KINDS]);
        for (_, (counts, _)) in tail {
            for (sum, count) in rest.1.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        let group = |(name, (counts, about)): (&str, (Counts, &str))| Group {
            name: name.to_owned(),
            about: if about == name { String::new() } else { about.to_owned() },
            counts,
        };
        Self { groups: all.into_iter().take(TOP).map(group).collect(), rest }
    }

    /// Each group goes by what helps to know it by, where there is such a thing.
    fn by_about(mut self) -> Self {
        for group in self.groups.iter_mut().filter(|group| !group.about.is_empty()) {
            std::mem::swap(&mut group.name, &mut group.about);
        }
        self
    }
}
