//! How rows fall into groups by one key, and what each group counts: one pass over the columns.
//!
//! In: rows and a [`GroupKey`]. Out: a [`Group`] for each value that one of the rows has, and one for those that have
//! none. A row of several values (types, resources) counts in the group of each: such groups add up to more than there
//! are rows.
//!
//! A record's values are numbers of lists that many records share, so each list is turned into counters once, and a row
//! costs a few loads from arrays. Many rows are split over two threads. There may be nearly as many groups as rows:
//! what is counted of each is small, and a [`Group`] is made of it when it is looked at.

mod counters;
mod counts;
mod groups;
mod numbers;
mod order;
mod radix;
mod slots;
mod stretch;
mod totals;

use jiff::Timestamp;
use roaring::RoaringBitmap;

use self::counters::Counters;
pub use self::groups::Groups;
use self::numbers::Numbering;
use self::slots::{In, Slots};
use self::stretch::Stretch;
use super::posting::SLOTS;
use super::scan::Sym;
use super::tables::{Tables, word};
use super::{Field, RowId, Snapshot};
use crate::model::{BySeverity, GroupKey, ObservableKind, Severity};

/// What the rows of a group have in common. Stable while the process lives, and of one key only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupValue {
    /// They have no value.
    None,
    Severity(Severity),
    /// Days since 1970-01-01, in UTC.
    Day(i64),
    /// [`Snapshot::group_text`] says what.
    Text(Sym),
}

/// A value with what was counted over its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    pub value: GroupValue,
    /// Rows of each severity.
    pub severities: BySeverity,
    /// When its newest row was first seen, else made: seconds since the epoch.
    pub newest: Option<i64>,
    pub oldest: Option<i64>,
    /// How many accounts its rows are in.
    pub accounts: u32,
    /// One of its rows.
    pub row: RowId,
}

impl Group {
    /// How many rows it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.severities.iter().map(|count| u64::from(*count)).sum()
    }
}

/// How rows are counted: the same comes out of all ways.
#[derive(Debug, Clone, Copy)]
struct Plan {
    /// A second thread counts the rows from this one on.
    split: Option<u32>,
    numbering: Numbering,
    /// So many slots have a bit for each account.
    dense: u32,
}

/// Fewer rows than this are not worth a second thread.
const MANY_ROWS: u64 = 1 << 15;

/// Fewer groups than this are not worth one either.
const MANY_GROUPS: usize = if cfg!(test) { 4 } else { 1 << 15 };

/// Slots that have a bit for each account, where they are numbered as they are met; beyond, few rows share a group, and
/// few groups have several accounts.
const DENSE: u32 = 4096;

impl Plan {
    fn of(tables: &Tables, rows: &RoaringBitmap, key: GroupKey) -> Self {
        let middle = u32::try_from(rows.len() / 2).ok().and_then(|half| rows.select(half));
        let split = middle.filter(|_| rows.len() >= MANY_ROWS);
        // Most resources have few findings: so many rows are in most of them.
        let is_most = key == GroupKey::Resource && rows.len() >= u64::from(tables.resource_ids.len() / 4);
        let (numbering, dense) = if is_most { (Numbering::BySymbol, 0) } else { (Numbering::AsMet, DENSE) };
        Self { split, numbering, dense }
    }
}

impl Snapshot {
    /// The groups that `rows` fall into.
    #[must_use]
    pub fn groups(&self, rows: &RoaringBitmap, key: GroupKey) -> Groups {
        self.groups_of(rows, key, Plan::of(&self.tables, rows, key))
    }

    fn groups_of(&self, rows: &RoaringBitmap, key: GroupKey, plan: Plan) -> Groups {
        let tables = &self.tables;
        let (accounts, kinds) = (accounts(tables), Kinds::new(tables, key));
        let count = |rows: roaring::bitmap::Iter<'_>| {
            let mut counters =
                Counters::new(tables, Slots::new(tables, key, plan.numbering, &kinds), &accounts, plan.dense);
            counters.count(rows);
            counters
        };
        let Some(middle) = plan.split else { return count(rows.iter()).groups() };
        let (mut all, second) = side_by_side(|| count(rows.range(..middle)), || count(rows.range(middle..)));
        all.add(second);
        all.groups()
    }

    /// Those of `rows` that are in the group of this value.
    #[must_use]
    pub fn in_group(&self, rows: &RoaringBitmap, key: GroupKey, value: GroupValue) -> RoaringBitmap {
        let (plan, kinds) = (Plan::of(&self.tables, rows, key), Kinds::new(&self.tables, key));
        let mut membership = Slots::new(&self.tables, key, plan.numbering, &kinds);
        let wanted = membership.slot_of(value);
        let (mut stretch, mut codes, mut chosen) = (Stretch::default(), Vec::new(), RoaringBitmap::new());
        let mut rows = rows.iter();
        while stretch.next(&self.tables.rows, &mut rows) {
            membership.codes(&stretch, &mut codes);
            let is_in = |code: u32| match membership.of(code) {
                In::One(slot) => slot == wanted,
                In::Several(slots) => slots.contains(&wanted),
            };
            let inside = stretch.rows.iter().zip(&codes).filter(|(_, code)| is_in(**code)).map(|(row, _)| *row);
            // Ascending rows, each greater than those before: never out of order.
            let _ = chosen.append(inside);
        }
        chosen
    }

    /// What a value is called, as it was sent; `None` for the group of no value. Days are `2026-11-01`.
    #[must_use]
    pub fn group_text(&self, key: GroupKey, value: GroupValue) -> Option<String> {
        match value {
            GroupValue::None => None,
            GroupValue::Severity(severity) => Some(severity.label().to_owned()),
            GroupValue::Day(day) => {
                let start = Timestamp::from_second(day.saturating_mul(DAY)).ok()?;
                Some(start.strftime("%Y-%m-%d").to_string())
            }
            GroupValue::Text(Sym(symbol)) => text(&self.tables, key, symbol).map(str::to_owned),
        }
    }
}

impl Snapshot {
    /// What the actor of a group is: an address or a principal.
    #[must_use]
    pub fn actor_kind(&self, value: GroupValue) -> Option<ObservableKind> {
        let GroupValue::Text(Sym(symbol)) = value else { return None };
        self.tables.observable(symbol).map(|(kind, _)| kind)
    }
}

const DAY: i64 = 86_400;

/// The text of a symbol: resources and observables have arenas of their own.
fn text(tables: &Tables, key: GroupKey, symbol: u32) -> Option<&str> {
    let found = match key {
        GroupKey::Resource => tables.resource_ids.get(symbol),
        GroupKey::Actor => tables.observable(symbol).map(|(_, text)| text),
        _ => tables.strings.get(symbol),
    };
    found.filter(|text| !text.is_empty())
}

/// The numbers from 1 that accounts are counted by, by word.
fn accounts(tables: &Tables) -> rustc_hash::FxHashMap<u32, u32> {
    let words = tables.postings(Field::Account).map(|posting| posting.value).filter(|value| *value != word::NONE);
    words.zip(1..).collect()
}

/// Does two things that so many groups are divided between: at once where they are many.
fn two<A, B: Send>(groups: usize, one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    if groups < MANY_GROUPS { (one(), other()) } else { side_by_side(one, other) }
}

/// Does two things at once, the other on a thread of its own.
fn side_by_side<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    std::thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        (one, other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// What observables are of, where groups are by that: read once for all rows.
#[derive(Debug, Default)]
struct Kinds {
    /// By observable.
    of_one: Vec<u8>,
    /// By list: of all that are in it.
    of_list: Vec<u8>,
}

impl Kinds {
    fn new(tables: &Tables, key: GroupKey) -> Self {
        if key != GroupKey::Actor {
            return Self::default();
        }
        let mut of_list = Vec::with_capacity(tables.observable_kinds.len() as usize);
        tables.observable_kinds.chunks().for_each(|kinds| of_list.extend_from_slice(kinds));
        Self { of_one: tables.kinds_of_observables(), of_list }
    }
}

/// The place of a row's severity in [`BySeverity`], from its standing.
#[inline]
const fn severity_place(standing: u8) -> usize {
    let slot = standing as usize % SLOTS;
    // Slots count from the least; the last of both is "none".
    if slot == super::posting::NO_SEVERITY as usize { slot } else { SLOTS - 2 - slot }
}

/// The UTC day of a second.
const fn day(second: i64) -> i64 {
    second.div_euclid(DAY)
}

#[cfg(test)]
mod tests;
