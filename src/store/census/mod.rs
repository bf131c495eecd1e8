//! How rows fall into groups by one key, and what each group counts: one pass over the columns.
//!
//! In: rows and a [`GroupKey`]. Out: a [`Group`] for each value that one of the rows has, and one for those that have
//! none. A row of several values (types, resources) counts in the group of each: such groups add up to more than there
//! are rows.
//!
//! A record's values are numbers of lists that many records share, so each list is turned into counters once, and a row
//! costs a few loads from arrays. Many rows are split over two threads.

mod counters;
mod groups;
mod slots;

use jiff::Timestamp;
use roaring::RoaringBitmap;

use self::counters::Counters;
pub use self::groups::Groups;
use self::slots::{In, Slots, Stretch};
use super::posting::SLOTS;
use super::scan::Sym;
use super::tables::{NO_TIME, Tables, word};
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
    /// Of no rows.
    pub const EMPTY: Self = Self {
        value: GroupValue::None,
        severities: [0; Severity::WORST_FIRST.len() + 1],
        newest: None,
        oldest: None,
        accounts: 0,
        row: RowId(u32::MAX),
    };

    /// How many rows it has.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.severities.iter().map(|count| u64::from(*count)).sum()
    }
}

/// Fewer rows than this are not worth a second thread.
const MANY_ROWS: u64 = 1 << 15;

impl Snapshot {
    /// The groups that `rows` fall into, in no particular order.
    #[must_use]
    pub fn groups(&self, rows: &RoaringBitmap, key: GroupKey) -> Groups {
        let middle = u32::try_from(rows.len() / 2).ok().and_then(|half| rows.select(half));
        self.groups_of(rows, key, middle.filter(|_| rows.len() >= MANY_ROWS), counters::DENSE)
    }

    /// The same, on a second thread from the row `split` on; `dense` as in [`Counters::new`].
    fn groups_of(&self, rows: &RoaringBitmap, key: GroupKey, split: Option<u32>, dense: u32) -> Groups {
        let tables = &self.tables;
        let accounts = accounts(tables);
        let counters = || Counters::new(tables, key, &accounts, dense);
        let mut all = counters();
        match split {
            None => all.count(rows.iter()),
            Some(middle) => std::thread::scope(|scope| {
                let second = scope.spawn(|| {
                    let mut second = counters();
                    second.count(rows.range(middle..));
                    second
                });
                all.count(rows.range(..middle));
                match second.join() {
                    Ok(second) => all.add(&second),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }),
        }
        all.groups()
    }

    /// Those of `rows` that are in the group of this value.
    #[must_use]
    pub fn in_group(&self, rows: &RoaringBitmap, key: GroupKey, value: GroupValue) -> RoaringBitmap {
        let mut membership = Slots::new(&self.tables, key);
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

/// The place of a row's severity in [`BySeverity`], from its standing.
#[inline]
const fn severity_place(standing: u8) -> u8 {
    PLACES[standing as usize]
}

/// By standing.
const PLACES: [u8; 256] = {
    let (mut places, mut standing) = ([0; 256], 0);
    while standing < places.len() {
        let slot = standing % SLOTS;
        // Slots count from the least; the last of both is "none".
        #[allow(clippy::cast_possible_truncation, reason = "a place of six")]
        let place = if slot == super::posting::NO_SEVERITY as usize { slot } else { SLOTS - 2 - slot } as u8;
        places[standing] = place;
        standing += 1;
    }
    places
};

/// The UTC day of a second.
fn day(second: i64) -> Option<i64> {
    (second != NO_TIME).then(|| second.div_euclid(DAY))
}

#[cfg(test)]
mod tests;
