//! The groups that were counted: made one by one, for of several hundred thousand few are looked at.

use rustc_hash::FxHashMap;

use super::super::births::second;
use super::counts::{Counter, Counts, PAGE};
use super::numbers::Values;
use super::totals::Totals;
use super::{Group, GroupValue, RowId};
use crate::model::BySeverity;

/// The groups that rows fall into: slots, of which each is a group if a row is in it.
#[derive(Debug, Clone, Default)]
pub struct Groups {
    values: Values,
    pub(super) counts: Counts,
    pub(super) totals: Totals,
    /// How many accounts slots have after those that their counters tell of.
    more: FxHashMap<u32, u32>,
}

impl Groups {
    pub(super) fn new(values: Values, counts: Counts) -> Self {
        let mut more: FxHashMap<u32, u32> = FxHashMap::default();
        for (slot, _) in counts.others() {
            *more.entry(slot).or_default() += 1;
        }
        Self { values, totals: Totals::of_all(&counts), counts, more }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.totals.groups
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The findings of all groups, each counted as often as it is in one.
    #[must_use]
    pub const fn sum(&self) -> BySeverity {
        self.totals.sum
    }

    /// Every group, with its slot.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Group)> {
        let slots = 0..u32::try_from(self.counts.pages.len() * PAGE).unwrap_or(u32::MAX);
        slots.filter_map(|slot| Some((slot, self.get(slot)?)))
    }

    pub(super) fn counter(&self, slot: u32) -> Option<Counter> {
        self.counts.get(slot).copied().filter(|counter| !counter.is_empty())
    }

    /// The group of a slot.
    #[must_use]
    pub fn get(&self, slot: u32) -> Option<Group> {
        let counter = self.counter(slot)?;
        let aside = self.counts.aside.get(&slot);
        Some(Group {
            value: self.values.get(slot)?,
            severities: self.counts.severities(slot, counter),
            newest: self.newest(slot, counter),
            oldest: second(counter.oldest()).into_iter().chain(aside.map(|(_, oldest)| *oldest)).min(),
            accounts: self.counts.accounts(slot, counter) + self.more.get(&slot).copied().unwrap_or_default(),
            row: RowId(counter.row()),
        })
    }

    pub(super) fn newest(&self, slot: u32, counter: Counter) -> Option<i64> {
        let aside = self.counts.aside.get(&slot);
        second(counter.newest).into_iter().chain(aside.map(|(newest, _)| *newest)).max()
    }

    /// The slot of the group of this value.
    #[must_use]
    pub fn find(&self, value: GroupValue) -> Option<u32> {
        self.values.find(value).filter(|slot| self.counter(*slot).is_some())
    }
}
