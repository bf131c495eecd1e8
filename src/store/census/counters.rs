//! What is counted for each slot, and how two counts are added.

use rustc_hash::{FxHashMap, FxHashSet};

use super::super::tables::{NO_TIME, Tables};
use super::groups::Groups;
use super::slots::{Slots, Stretch};
use crate::model::{BySeverity, GroupKey};

const NO_ACCOUNT: u32 = 0;

/// Groups that have a bit for each account; beyond, few rows share a group and their accounts are kept one by one.
pub(super) const DENSE: u32 = 4096;

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
    pub(super) fn new(tables: &'a Tables, key: GroupKey, numbers: &'a FxHashMap<u32, u32>, dense: u32) -> Self {
        Self {
            tables,
            slots: Slots::new(tables, key),
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
            self.counts.hold(self.slots.values().len());
            self.slots.spread(&mut codes, &mut stretch, &mut accounts);
            self.counts.put(&codes, &stretch, &accounts);
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

    /// Adds what was counted over other rows of the same tables.
    pub(super) fn add(&mut self, other: &Self) {
        let renumbered: Vec<u32> = other.slots.values().iter().map(|value| self.slots.slot_of(*value)).collect();
        self.counts.hold(self.slots.values().len());
        self.counts.add(&other.counts, &renumbered);
    }

    pub(super) fn groups(self) -> Groups {
        Groups::new(self.slots.into_values(), self.counts)
    }
}

/// Of one slot: what is seen of its rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub(super) newest: i64,
    pub(super) oldest: i64,
    /// The first.
    pub(super) row: u32,
    /// Where accounts have no bits: the one seen last, in `Counts::chains`.
    chain: u32,
}

const UNSEEN: Seen = Seen { newest: NO_TIME, oldest: i64::MAX, row: u32::MAX, chain: NO_CHAIN };

/// An account of a slot, and the one seen before it.
#[derive(Debug, Clone, Copy)]
struct Chain {
    account: u32,
    before: u32,
}

const NO_CHAIN: u32 = u32::MAX;

/// A slot with more accounts than this has the others in a set: a chain is walked for each row.
const LONG: usize = 8;

/// The counts of all slots.
pub(super) struct Counts {
    pub(super) severities: Vec<BySeverity>,
    pub(super) seen: Vec<Seen>,
    /// Slots from here on have no bits.
    dense_slots: u32,
    /// Words of the bits of one group.
    stride: usize,
    /// A bit for each account; the first stands for none.
    dense: Vec<u64>,
    /// The accounts of the slots beyond.
    chains: Vec<Chain>,
    /// Slot and account, of those whose chains are long.
    many: FxHashSet<(u32, u32)>,
}

impl Counts {
    fn new(accounts: usize, dense_slots: u32) -> Self {
        Self {
            severities: Vec::new(),
            seen: Vec::new(),
            dense_slots,
            stride: (accounts + 1).div_ceil(64),
            dense: Vec::new(),
            chains: Vec::new(),
            many: FxHashSet::default(),
        }
    }

    /// Makes room for so many slots.
    fn hold(&mut self, slots: usize) {
        if slots > self.seen.len() {
            self.severities.resize(slots, BySeverity::default());
            self.seen.resize(slots, UNSEEN);
            self.dense.resize(slots.min(self.dense_slots as usize) * self.stride, 0);
        }
    }

    /// Counts rows: one thing after the other, each a loop that the processor runs ahead in.
    fn put(&mut self, slots: &[u32], stretch: &Stretch, accounts: &[u32]) {
        for (slot, place) in slots.iter().zip(&stretch.severities) {
            let severities = self.severities.get_mut(*slot as usize);
            if let Some(count) = severities.and_then(|severities| severities.get_mut(usize::from(*place))) {
                *count += 1;
            }
        }
        for ((slot, born), row) in slots.iter().zip(&stretch.born).zip(&stretch.rows) {
            if let Some(seen) = self.seen.get_mut(*slot as usize) {
                seen.newest = seen.newest.max(*born);
                seen.oldest = seen.oldest.min(if *born == NO_TIME { i64::MAX } else { *born });
                seen.row = seen.row.min(*row);
            }
        }
        for (slot, account) in slots.iter().zip(accounts) {
            self.see(*slot, *account);
        }
    }

    /// A row of the slot is in this account.
    #[inline]
    fn see(&mut self, slot: u32, account: u32) {
        if slot >= self.dense_slots {
            return self.see_few(slot, account);
        }
        if let Some(word) = self.dense.get_mut(slot as usize * self.stride + account as usize / 64) {
            *word |= 1 << (account % 64);
        }
    }

    #[inline]
    fn see_few(&mut self, slot: u32, account: u32) {
        let Some(seen) = self.seen.get(slot as usize).copied().filter(|_| account != NO_ACCOUNT) else { return };
        let mut length = 0;
        for known in self.chain(seen) {
            if known == account {
                return;
            }
            length += 1;
        }
        if length >= LONG {
            self.many.insert((slot, account));
            return;
        }
        let here = u32::try_from(self.chains.len()).unwrap_or(NO_CHAIN);
        self.chains.push(Chain { account, before: seen.chain });
        if let Some(seen) = self.seen.get_mut(slot as usize) {
            seen.chain = here;
        }
    }

    /// The first accounts of a slot beyond.
    fn chain(&self, seen: Seen) -> impl Iterator<Item = u32> {
        let link = |at: u32| self.chains.get(at as usize).copied();
        std::iter::successors(link(seen.chain), move |chain| link(chain.before)).map(|chain| chain.account)
    }

    /// The accounts of a slot, but those of `many`.
    fn accounts(&self, slot: usize) -> impl Iterator<Item = u32> {
        let words = self.dense.get(slot * self.stride..(slot + 1) * self.stride).unwrap_or_default();
        let dense = words.iter().zip((0u32..).step_by(64)).flat_map(|(word, base)| {
            let left = |word: &u64| Some(word & (word - 1)).filter(|left| *left != 0);
            let words = std::iter::successors(Some(*word).filter(|word| *word != 0), left);
            words.map(move |word| base + word.trailing_zeros())
        });
        let chain = self.seen.get(slot).into_iter().flat_map(|seen| self.chain(*seen));
        dense.filter(|account| *account != NO_ACCOUNT).chain(chain)
    }

    /// How many accounts a slot has, but those of `many`.
    pub(super) fn known_accounts(&self, slot: usize) -> u32 {
        u32::try_from(self.accounts(slot).count()).unwrap_or(u32::MAX)
    }

    /// Slot and account, of those that have many.
    pub(super) fn many_accounts(&self) -> impl Iterator<Item = (u32, u32)> {
        self.many.iter().copied()
    }

    /// Adds what was counted elsewhere; `renumbered` has the slots here.
    fn add(&mut self, other: &Self, renumbered: &[u32]) {
        for (((slot, counted), severities), from) in renumbered.iter().zip(&other.seen).zip(&other.severities).zip(0..)
        {
            let (Some(seen), Some(sums)) = (self.seen.get_mut(*slot as usize), self.severities.get_mut(*slot as usize))
            else {
                continue;
            };
            for (sum, count) in sums.iter_mut().zip(severities) {
                *sum += count;
            }
            seen.newest = seen.newest.max(counted.newest);
            seen.oldest = seen.oldest.min(counted.oldest);
            seen.row = seen.row.min(counted.row);
            other.accounts(from).for_each(|account| self.see(*slot, account));
        }
        for (from, account) in &other.many {
            if let Some(slot) = renumbered.get(*from as usize) {
                self.see(*slot, *account);
            }
        }
    }
}
