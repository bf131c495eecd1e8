//! The groups that were counted: made one by one, for of several hundred thousand few are looked at.

use rustc_hash::FxHashMap;

use super::super::tables::NO_TIME;
use super::counters::{Counts, Seen};
use super::{Group, GroupValue, RowId};
use crate::model::BySeverity;

/// The groups that rows fall into, in no particular order: slots, of which each is a group if a row is in it.
pub struct Groups {
    values: Vec<GroupValue>,
    counts: Counts,
    /// How many accounts the slots of long chains have beside those in their chains.
    more: FxHashMap<u32, u32>,
}

impl Groups {
    pub(super) fn new(values: Vec<GroupValue>, counts: Counts) -> Self {
        let mut more: FxHashMap<u32, u32> = FxHashMap::default();
        for (slot, _) in counts.many_accounts() {
            *more.entry(slot).or_default() += 1;
        }
        Self { values, counts, more }
    }

    /// Every group, with its slot.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Group)> {
        (0..u32::try_from(self.values.len()).unwrap_or(u32::MAX)).filter_map(|slot| Some((slot, self.get(slot)?)))
    }

    /// Every group by what it is ordered by: its slot, its rows of each severity, its newest row.
    pub fn ranks(&self) -> impl Iterator<Item = (u32, &BySeverity, Option<i64>)> {
        let slots = (0u32..).zip(&self.counts.severities);
        slots.filter_map(|(slot, severities)| Some((slot, severities, known(self.seen(slot)?.newest))))
    }

    #[inline]
    fn seen(&self, slot: u32) -> Option<&Seen> {
        self.counts.seen.get(slot as usize).filter(|seen| seen.row != u32::MAX)
    }

    /// The group of a slot.
    #[must_use]
    #[inline]
    pub fn get(&self, slot: u32) -> Option<Group> {
        let at = slot as usize;
        let seen = self.seen(slot)?;
        Some(Group {
            value: *self.values.get(at)?,
            severities: *self.counts.severities.get(at)?,
            newest: known(seen.newest),
            oldest: known(seen.oldest),
            accounts: self.accounts(slot),
            row: RowId(seen.row),
        })
    }

    fn accounts(&self, slot: u32) -> u32 {
        let known = self.counts.known_accounts(slot as usize);
        if self.more.is_empty() { known } else { known + self.more.get(&slot).copied().unwrap_or_default() }
    }
}

fn known(time: i64) -> Option<i64> {
    (time != NO_TIME && time != i64::MAX).then_some(time)
}
