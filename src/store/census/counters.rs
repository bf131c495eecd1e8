//! What is counted for each slot, and how two counts are added.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::tables::{MANY, NO_ROW, NO_TIME, Tables};
use super::slots::{Cells, In, Slots, Stretch};
use super::{Group, RowId, severity_place};
use crate::model::{BySeverity, GroupKey};

/// The counts of one slot.
#[derive(Debug, Clone, Copy)]
struct Counter {
    severities: BySeverity,
    newest: i64,
    oldest: i64,
    row: u32,
    /// The account seen last, or first where accounts are many: most rows of a group need not look further.
    account: u32,
}

const EMPTY: Counter =
    Counter { severities: [0; 6], newest: NO_TIME, oldest: i64::MAX, row: u32::MAX, account: NO_ACCOUNT };

const NO_ACCOUNT: u32 = 0;

/// Groups that have a bit for each account; beyond, few rows share a group and their accounts are kept one by one.
pub(super) const DENSE: u32 = 4096;

/// Counts over rows.
pub(super) struct Counters<'a> {
    tables: &'a Tables,
    slots: Slots<'a>,
    by_slot: Vec<Counter>,
    accounts: &'a FxHashMap<u32, u32>,
    /// By number of an origin: 0 where it was not seen yet, else its account plus 1.
    account_by_origin: Vec<u32>,
    /// Slots from here on have no bits.
    dense_slots: u32,
    /// Words of the bits of one group.
    stride: usize,
    /// A bit for each account, of those slots.
    dense: Vec<u64>,
    /// Slot and account, of the slots beyond that have several.
    sparse: FxHashSet<(u32, u32)>,
}

impl<'a> Counters<'a> {
    /// `accounts` numbers the words of accounts, from 1; the first `dense` slots have a bit for each.
    pub(super) fn new(tables: &'a Tables, key: GroupKey, accounts: &'a FxHashMap<u32, u32>, dense: u32) -> Self {
        Self {
            tables,
            slots: Slots::new(tables, key),
            by_slot: Vec::new(),
            accounts,
            account_by_origin: vec![0; tables.lists.len() as usize],
            dense_slots: dense,
            stride: (accounts.len() + 1).div_ceil(64),
            dense: Vec::new(),
            sparse: FxHashSet::default(),
        }
    }

    /// Counts these rows.
    pub(super) fn count(&mut self, rows: impl Iterator<Item = u32>) {
        let mut stretch = Stretch::new(&self.tables.rows);
        for row in rows {
            let cells = stretch.cells(row);
            let (place, born) = (severity_place(cells.standing), cells.born);
            let account = self.account(cells);
            match self.slots.of_row(cells) {
                In::One(slot) => self.put(slot, place, born, account, row),
                In::Several(at) => {
                    let mut place_in_list = 0;
                    while let Some(slot) = self.slots.several(at).get(place_in_list).copied() {
                        self.put(slot, place, born, account, row);
                        place_in_list += 1;
                    }
                }
            }
        }
    }

    fn put(&mut self, slot: u32, place: usize, born: i64, account: u32, row: u32) {
        let counter = self.counter(slot);
        if let Some(count) = counter.severities.get_mut(place) {
            *count += 1;
        }
        if born != NO_TIME {
            counter.newest = counter.newest.max(born);
            counter.oldest = counter.oldest.min(born);
        }
        counter.row = counter.row.min(row);
        if counter.account != account {
            self.see(slot, account);
        }
    }

    fn counter(&mut self, slot: u32) -> &mut Counter {
        let slot = slot as usize;
        if slot >= self.by_slot.len() {
            self.by_slot.resize(slot + 1, EMPTY);
        }
        &mut self.by_slot[slot]
    }

    /// The account's number; [`NO_ACCOUNT`] where the row names none.
    fn account(&mut self, cells: Cells) -> u32 {
        match cells.members {
            record if record & MANY == 0 => self.account_of(record),
            NO_ROW => NO_ACCOUNT,
            _ => {
                let members = self.tables.rows.members(cells.row);
                members.iter().map(|record| self.account_of(*record)).find(|n| *n != NO_ACCOUNT).unwrap_or(NO_ACCOUNT)
            }
        }
    }

    fn account_of(&mut self, record: u32) -> u32 {
        let origin = self.tables.records.origin.at(record);
        if let Some(held @ 1..) = self.account_by_origin.get(origin as usize) {
            return held - 1;
        }
        let word = self.tables.list(origin).get(2).copied().unwrap_or_default();
        let account = self.accounts.get(&word).copied().unwrap_or(NO_ACCOUNT);
        if let Some(held) = self.account_by_origin.get_mut(origin as usize) {
            *held = account + 1;
        }
        account
    }

    /// A row of the slot is in this account.
    fn see(&mut self, slot: u32, account: u32) {
        if account == NO_ACCOUNT {
            return;
        }
        let dense = slot < self.dense_slots;
        let counter = self.counter(slot);
        let first = counter.account;
        if dense || first == NO_ACCOUNT {
            counter.account = account;
        }
        if dense {
            let at = slot as usize * self.stride + account as usize / 64;
            if at >= self.dense.len() {
                self.dense.resize((slot as usize + 1) * self.stride, 0);
            }
            self.dense[at] |= 1 << (account % 64);
        } else if first != NO_ACCOUNT && first != account {
            self.sparse.insert((slot, first));
            self.sparse.insert((slot, account));
        }
    }

    fn bits(&self, slot: u32) -> &[u64] {
        let start = slot as usize * self.stride;
        self.dense.get(start..start + self.stride).unwrap_or_default()
    }

    /// Adds what was counted over other rows of the same tables.
    pub(super) fn add(&mut self, other: &Self) {
        let mut renumbered = Vec::with_capacity(other.by_slot.len());
        for (value, counted) in other.slots.values().iter().zip(&other.by_slot) {
            let slot = self.slots.slot_of(*value);
            renumbered.push(slot);
            let counter = self.counter(slot);
            for (sum, count) in counter.severities.iter_mut().zip(counted.severities) {
                *sum += count;
            }
            counter.newest = counter.newest.max(counted.newest);
            counter.oldest = counter.oldest.min(counted.oldest);
            counter.row = counter.row.min(counted.row);
            self.see(slot, counted.account);
        }
        for (from, slot) in (0u32..).zip(&renumbered).take(self.dense_slots as usize) {
            for (word, base) in other.bits(from).iter().zip((0u32..).step_by(64)) {
                let mut left = *word;
                while left != 0 {
                    self.see(*slot, base + left.trailing_zeros());
                    left &= left - 1;
                }
            }
        }
        for (from, account) in &other.sparse {
            if let Some(slot) = renumbered.get(*from as usize) {
                self.see(*slot, *account);
            }
        }
    }

    /// The slots that a row is in.
    pub(super) fn groups(&self) -> Vec<Group> {
        let mut several: FxHashMap<u32, u32> = FxHashMap::default();
        for (slot, _) in &self.sparse {
            *several.entry(*slot).or_default() += 1;
        }
        let known = |time: i64| (time != NO_TIME && time != i64::MAX).then_some(time);
        let group = |(slot, (value, counter)): (u32, (&_, &Counter))| Group {
            value: *value,
            severities: counter.severities,
            newest: known(counter.newest),
            oldest: known(counter.oldest),
            accounts: if slot < self.dense_slots {
                self.bits(slot).iter().map(|word| word.count_ones()).sum()
            } else {
                several.get(&slot).copied().unwrap_or_else(|| u32::from(counter.account != NO_ACCOUNT))
            },
            row: RowId(counter.row),
        };
        let counted = (0u32..).zip(self.slots.values().iter().zip(&self.by_slot));
        counted.filter(|(_, (_, counter))| counter.row != u32::MAX).map(group).collect()
    }
}
