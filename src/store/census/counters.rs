//! Counts the rows that one thread is given: finds their slots and accounts, and adds what another thread counted.

use rustc_hash::FxHashMap;

use super::super::tables::Tables;
use super::counts::{Counts, NO_ACCOUNT};
use super::groups::Groups;
use super::slots::Slots;
use super::stretch::Stretch;

/// Counts over rows.
pub(super) struct Counters<'a> {
    tables: &'a Tables,
    slots: Slots<'a>,
    /// The numbers of accounts, from 1, by word.
    numbers: &'a FxHashMap<u32, u32>,
    /// By number of an origin: 0 where it was not seen yet, else its account plus 1.
    account_by_origin: Vec<u32>,
    counts: Counts,
}

impl<'a> Counters<'a> {
    /// `numbers` has the words of accounts, from 1; the first `dense` slots have a bit for each.
    pub(super) fn new(tables: &'a Tables, slots: Slots<'a>, numbers: &'a FxHashMap<u32, u32>, dense: u32) -> Self {
        Self {
            tables,
            slots,
            numbers,
            account_by_origin: vec![0; tables.lists.len() as usize],
            counts: Counts::new(numbers.len(), dense),
        }
    }

    /// Counts these rows.
    pub(super) fn count(&mut self, mut rows: roaring::bitmap::Iter<'_>) {
        let tables = self.tables;
        let mut stretch = Stretch::default();
        let (mut codes, mut accounts) = (Vec::new(), Vec::new());
        while stretch.next(&tables.rows, &mut rows) {
            self.slots.codes(&stretch, &mut codes);
            self.accounts(&stretch, &mut accounts);
            self.counts.hold(self.slots.numbers().len());
            self.counts.put(&codes, &stretch, &accounts, &self.slots);
        }
    }

    /// The accounts' numbers; [`NO_ACCOUNT`] where a row names none.
    fn accounts(&mut self, stretch: &Stretch, accounts: &mut Vec<u32>) {
        let origins = &self.tables.records.origin;
        origins.gather(&stretch.leads, &0, accounts);
        for account in &mut *accounts {
            *account = self.account_of(*account);
        }
        for at in &stretch.uncommon {
            if let (Some(account), Some(row)) = (accounts.get_mut(*at), stretch.rows.get(*at)) {
                let members = self.tables.rows.members(*row).iter();
                let mut named = members.map(|record| self.account_of(origins.at(*record)));
                *account = named.find(|number| *number != NO_ACCOUNT).unwrap_or(NO_ACCOUNT);
            }
        }
    }

    #[inline]
    fn account_of(&mut self, origin: u32) -> u32 {
        match self.account_by_origin.get(origin as usize) {
            Some(held @ 1..) => held - 1,
            _ => self.enter(origin),
        }
    }

    fn enter(&mut self, origin: u32) -> u32 {
        let word = self.tables.list(origin).get(2).copied().unwrap_or_default();
        let account = self.numbers.get(&word).copied().unwrap_or(NO_ACCOUNT);
        if let Some(held) = self.account_by_origin.get_mut(origin as usize) {
            *held = account + 1;
        }
        account
    }

    /// Adds what was counted over other rows of the same tables, with slots that are numbered alike.
    pub(super) fn add(&mut self, other: Self) {
        let values = other.slots.numbers().met();
        let renumbered: Option<Vec<u32>> =
            values.map(|values| values.iter().map(|value| self.slots.slot_of(*value)).collect());
        self.counts.hold(self.slots.numbers().len());
        self.counts.add(other.counts, renumbered.as_deref());
    }

    pub(super) fn groups(self) -> Groups {
        Groups::new(self.slots.into_numbers().into_values(), self.counts)
    }
}
