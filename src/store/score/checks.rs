//! One pass over the records: what each check (a control, with the standards that a record names) came to.

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use crate::model::ControlStatus;
use crate::store::tables::{NO_ROW, NO_TIME, Tables, word};

/// The records of one control, or of one control under some standards.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub passed: u64,
    pub failed: u64,
    pub unknown: u64,
    /// Accounts with a check that counts, and with a failed one: bits by [`Checks::accounts`].
    seen: Vec<u64>,
    failing: Vec<u64>,
    /// Microseconds; [`i64::MAX`] when nothing says.
    pub since: Option<i64>,
    pub rows: RoaringBitmap,
    /// Any of its records: for its title and severity.
    pub example: Option<u32>,
}

impl Tally {
    /// The overall status by AWS's rules; what does not count is left out before.
    pub(super) const fn status(&self) -> ControlStatus {
        match (self.failed, self.unknown, self.passed) {
            (0, 0, 0) => ControlStatus::NoData,
            (0, 0, _) => ControlStatus::Passed,
            (0, ..) => ControlStatus::Unknown,
            _ => ControlStatus::Failed,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.unknown += other.unknown;
        merge(&mut self.seen, &other.seen);
        merge(&mut self.failing, &other.failing);
        self.since = self.since.into_iter().chain(other.since).min();
        self.rows |= &other.rows;
        self.example = self.example.into_iter().chain(other.example).min();
    }
}

/// A control with the standards that its records name.
#[derive(Debug)]
pub(super) struct Check {
    pub control: u32,
    /// Strings.
    pub standards: Vec<u32>,
    pub tally: Tally,
}

/// All checks of a snapshot.
#[derive(Debug, Default)]
pub(super) struct Checks {
    pub all: Vec<Check>,
    /// By control.
    pub by_control: FxHashMap<u32, Vec<usize>>,
    /// The account of each bit, with the bit: in order of text once the pass is over.
    accounts: Vec<(u32, usize)>,
}

/// What one record says, if it counts at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// Archived, suppressed, or without a compliance status.
    None,
    Passed,
    Failed,
    Unknown,
}

/// Remembers what a list comes to, by the list's number.
struct Memo<T>(Vec<Option<T>>);

impl<T: Copy> Memo<T> {
    fn new(len: u32) -> Self {
        Self(vec![None; len as usize])
    }

    fn get(&mut self, at: u32, make: impl FnOnce() -> T) -> Option<T> {
        let slot = self.0.get_mut(at as usize)?;
        Some(*slot.get_or_insert_with(make))
    }
}

impl Checks {
    /// Of the rows that `shows` says are shown.
    pub(super) fn of(tables: &Tables, shows: impl Fn(u32) -> bool) -> Self {
        let mut checks = Self::default();
        let lists = tables.lists.len();
        let (mut numbers, mut verdicts, mut origins) = (Memo::new(lists), Memo::new(lists), Memo::new(lists));
        let mut rows: Vec<Vec<u32>> = Vec::new();
        let records = &tables.records;
        let columns = records.row.iter().zip(records.check.iter()).zip(records.state.iter()).zip(records.origin.iter());
        for ((((row, check), state), origin), record) in columns.zip(0u32..) {
            if *row == NO_ROW || !shows(*row) {
                continue;
            }
            let Some(Some(number)) = numbers.get(*check, || checks.enter(tables, *check)) else { continue };
            let Some(verdict) = verdicts.get(*state, || verdict(tables, record)) else { continue };
            let Some(Some(place)) = origins.get(*origin, || checks.origin(tables, record)) else { continue };
            let Some(tally) = checks.all.get_mut(number).map(|check| &mut check.tally) else { continue };
            tally.example.get_or_insert(record);
            match verdict {
                Verdict::None => continue,
                Verdict::Passed => tally.passed += 1,
                Verdict::Unknown => tally.unknown += 1,
                Verdict::Failed => {
                    tally.failed += 1;
                    mark(&mut tally.failing, place);
                    let born = [2, 0].into_iter().find_map(|which: usize| {
                        records.times[which].get(record).copied().filter(|time| *time != NO_TIME)
                    });
                    tally.since = tally.since.into_iter().chain(born).min();
                    rows.resize(rows.len().max(number + 1), Vec::new());
                    rows[number].push(*row);
                }
            }
            mark(&mut tally.seen, place);
        }
        for (check, mut failing) in checks.all.iter_mut().zip(rows) {
            failing.sort_unstable();
            check.tally.rows = failing.into_iter().collect();
        }
        checks.accounts.sort_unstable_by(|(a, _), (b, _)| tables.text(*a).cmp(tables.text(*b)));
        checks
    }

    /// The place of a check among all; none for records without a control.
    fn enter(&mut self, tables: &Tables, list: u32) -> Option<usize> {
        let (control, standards) = tables.list(list).split_first().filter(|(control, _)| **control != word::NONE)?;
        self.all.push(Check { control: *control, standards: standards.to_vec(), tally: Tally::default() });
        let at = self.all.len() - 1;
        self.by_control.entry(*control).or_default().push(at);
        Some(at)
    }

    /// The bit of an origin's account; none for what is not Security Hub's own.
    fn origin(&mut self, tables: &Tables, record: u32) -> Option<usize> {
        let [product_arn, _, account, _] = tables.origin(record);
        if !tables.text(product_arn).ends_with("product/aws/securityhub") {
            return None;
        }
        if let Some((_, bit)) = self.accounts.iter().find(|(held, _)| *held == account) {
            return Some(*bit);
        }
        self.accounts.push((account, self.accounts.len()));
        Some(self.accounts.len() - 1)
    }

    /// Account ids with a check that counts, and with a failed one, each once and in order.
    pub(super) fn accounts<'a>(&self, tables: &'a Tables, tally: &Tally) -> (Vec<&'a str>, Vec<&'a str>) {
        let named = |bits: &[u64]| {
            let marked = self.accounts.iter().filter(|(_, bit)| is_marked(bits, *bit));
            marked.filter_map(|(account, _)| tables.some_text(*account)).collect()
        };
        (named(&tally.seen), named(&tally.failing))
    }

    /// All records of a control, or those that name the standard.
    pub(super) fn control(&self, control: u32, standard: Option<u32>) -> Tally {
        let mut all = Tally::default();
        for check in self.by_control.get(&control).into_iter().flatten().filter_map(|at| self.all.get(*at)) {
            if standard.is_none_or(|standard| check.standards.contains(&standard)) {
                all.add(&check.tally);
            }
        }
        all
    }
}

fn verdict(tables: &Tables, record: u32) -> Verdict {
    let state = tables.state(record);
    if state.record_state == word::ARCHIVED || state.workflow == word::SUPPRESSED {
        return Verdict::None;
    }
    match state.compliance {
        word::NONE => Verdict::None,
        word::PASSED => Verdict::Passed,
        word::FAILED => Verdict::Failed,
        // WARNING, NOT_AVAILABLE, and what AWS has not defined yet.
        _ => Verdict::Unknown,
    }
}

fn mark(bits: &mut Vec<u64>, at: usize) {
    if bits.len() <= at / 64 {
        bits.resize(at / 64 + 1, 0);
    }
    if let Some(word) = bits.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

fn is_marked(bits: &[u64], at: usize) -> bool {
    bits.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
}

fn merge(bits: &mut Vec<u64>, other: &[u64]) {
    bits.resize(bits.len().max(other.len()), 0);
    bits.iter_mut().zip(other).for_each(|(word, other)| *word |= other);
}
