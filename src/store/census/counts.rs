//! What is counted for each slot, and how two counts are added.
//!
//! A counter is small, for there may be hundreds of thousands. What the few groups have that it cannot hold (more rows of
//! a severity, more accounts, times far away) stands beside it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::severity_place;
use super::slots::{In, Slots};
use super::stretch::Stretch;
use crate::model::{BySeverity, Severity};

pub(super) const NO_ACCOUNT: u32 = 0;

/// Bits of the rows of one severity, of which the highest says that there are too many.
pub(super) const FIELD: u32 = 10;
pub(super) const FIELDS: usize = Severity::WORST_FIRST.len() + 1;
pub(super) const FIELD_MASK: u64 = (1 << FIELD) - 1;

/// The highest bit of each field: no counter keeps one. Two without can be added, and nothing runs over.
const FULL: u64 = {
    let (mut full, mut place) = (0, 0);
    while place < FIELDS {
        full |= 1 << (shift(place) + FIELD - 1);
        place += 1;
    }
    full
};

/// By standing: one row of its severity.
const ONE_ROW: [u64; 256] = {
    let (mut ones, mut standing) = ([0; 256], 0);
    while standing < ones.len() {
        #[allow(clippy::cast_possible_truncation, reason = "a counter of 256")]
        let place = severity_place(standing as u8);
        ones[standing] = 1 << shift(place);
        standing += 1;
    }
    ones
};

/// Where the field of a place in [`BySeverity`] begins: the worst has the highest.
pub(super) const fn shift(place: usize) -> u32 {
    // Six fields.
    #[allow(clippy::cast_possible_truncation, reason = "a place of six")]
    let after = (FIELDS - 1 - place) as u32;
    after * FIELD
}

/// Of one slot: all zero where no row was seen.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counter {
    /// Rows by severity, a field each; beside it those of `Counts::over`.
    pub(super) severities: u64,
    /// The code of the newest birth, and the negated code of the oldest: of both the greater wins.
    pub(super) newest: u32,
    oldest: u32,
    /// The complement of the first row.
    row: u32,
    /// The first accounts, where accounts have no bits.
    accounts: [u16; 6],
}

impl Counter {
    pub(super) const fn is_empty(self) -> bool {
        self.row == 0
    }

    pub(super) const fn row(self) -> u32 {
        !self.row
    }

    pub(super) const fn oldest(self) -> u32 {
        self.oldest.wrapping_neg()
    }

    /// How many are of the severity at this place; beside those of `Counts::over`.
    #[inline]
    pub(super) fn of(self, place: usize) -> u32 {
        u32::try_from(self.severities >> shift(place) & FIELD_MASK).unwrap_or_default()
    }

    /// Adds all but accounts.
    #[inline]
    fn add(&mut self, other: &Self) {
        self.severities += other.severities;
        self.newest = self.newest.max(other.newest);
        self.oldest = self.oldest.max(other.oldest);
        self.row = self.row.max(other.row);
    }

    /// Has rows in this account. False where that does not fit.
    ///
    /// Without a branch: whether an account was seen before is anybody's guess.
    #[inline]
    fn enter(&mut self, account: u32) -> bool {
        let Ok(account) = u16::try_from(account) else { return false };
        let is_known = self.accounts.iter().fold(0, |any, held| any | u16::from(*held == account)) != 0;
        let taken: usize = self.accounts.iter().map(|held| usize::from(*held != 0)).sum();
        let last = self.accounts.len() - 1;
        let place = &mut self.accounts[taken.min(last)];
        *place = if is_known || taken > last { *place } else { account };
        is_known || taken <= last || account == 0
    }

    fn accounts(&self) -> impl Iterator<Item = u32> {
        self.accounts.iter().filter(|account| **account != 0).map(|account| u32::from(*account))
    }
}

/// Counters of a page: few enough that a new one is still in the nearest cache when it is counted in.
pub(super) const PAGE: usize = if cfg!(test) { 4 } else { 512 };

/// The counts of all slots.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// By slot, in pages of [`PAGE`]: those that no row was seen of are empty.
    pub(super) pages: Vec<Vec<Counter>>,
    /// Rows by severity of slots that have more than a counter holds.
    pub(super) over: FxHashMap<u32, BySeverity>,
    /// The newest and oldest of the births that have no code.
    pub(super) aside: FxHashMap<u32, (i64, i64)>,
    /// Slots from here on have no bits.
    dense_slots: u32,
    /// Words of the bits of one slot.
    stride: usize,
    /// A bit for each account; the first stands for none.
    dense: Vec<u64>,
    /// Of the slots beyond, those with their other accounts.
    others: FxHashSet<(u32, u32)>,
}

impl Counts {
    pub(super) fn new(accounts: usize, dense_slots: u32) -> Self {
        Self { dense_slots, stride: (accounts + 1).div_ceil(64), ..Self::default() }
    }

    /// Makes room for so many slots.
    pub(super) fn hold(&mut self, slots: usize) {
        let pages = slots.div_ceil(PAGE);
        if pages > self.pages.len() {
            self.pages.resize(pages, Vec::new());
        }
        let bits = slots.min(self.dense_slots as usize) * self.stride;
        if bits > self.dense.len() {
            self.dense.resize(bits, 0);
        }
    }

    pub(super) fn get(&self, slot: u32) -> Option<&Counter> {
        self.pages.get(slot as usize / PAGE)?.get(slot as usize % PAGE)
    }

    #[inline]
    fn counter(&mut self, slot: u32) -> Option<&mut Counter> {
        let page = self.pages.get_mut(slot as usize / PAGE)?;
        if page.is_empty() {
            page.resize(PAGE, Counter::default());
        }
        page.get_mut(slot as usize % PAGE)
    }

    /// Counts rows.
    pub(super) fn put(&mut self, codes: &[u32], stretch: &Stretch, accounts: &[u32], slots: &Slots<'_>) {
        let rows = codes.iter().zip(&stretch.rows).zip(&stretch.standing).zip(&stretch.born).zip(accounts);
        for ((((code, row), standing), born), account) in rows {
            let one = Counter {
                severities: ONE_ROW[usize::from(*standing)],
                newest: *born,
                oldest: born.wrapping_neg(),
                row: !row,
                accounts: [0; 6],
            };
            match slots.of(*code) {
                In::One(slot) => self.add_to(slot, &one, *account),
                In::Several(several) => several.iter().for_each(|slot| self.add_to(*slot, &one, *account)),
            }
        }
        for (at, time) in &stretch.aside {
            match codes.get(*at).map(|code| slots.of(*code)) {
                Some(In::One(slot)) => self.add_aside(slot, (*time, *time)),
                Some(In::Several(several)) => several.iter().for_each(|slot| self.add_aside(*slot, (*time, *time))),
                None => {}
            }
        }
    }

    #[inline(always)]
    #[allow(clippy::inline_always, reason = "called for each row, from two places")]
    fn add_to(&mut self, slot: u32, one: &Counter, account: u32) {
        let has_bits = slot < self.dense_slots;
        let Some(counter) = self.counter(slot) else { return };
        counter.add(one);
        let is_full = counter.severities & FULL != 0;
        if has_bits {
            self.mark(slot, account);
        } else if !counter.enter(account) {
            self.others.insert((slot, account));
        }
        if is_full {
            self.spill(slot);
        }
    }

    /// A slot with bits has rows in this account.
    #[inline]
    fn mark(&mut self, slot: u32, account: u32) {
        if let Some(word) = self.dense.get_mut(slot as usize * self.stride + account as usize / 64) {
            *word |= 1 << (account % 64);
        }
    }

    /// A slot has rows in this account, perhaps for the first time.
    fn see(&mut self, slot: u32, account: u32) {
        if slot < self.dense_slots {
            return self.mark(slot, account);
        }
        if self.counter(slot).is_some_and(|counter| !counter.enter(account)) {
            self.others.insert((slot, account));
        }
    }

    /// Takes what a counter has of severities out of it.
    #[cold]
    fn spill(&mut self, slot: u32) {
        let Some(counter) = self.counter(slot) else { return };
        let held = *counter;
        counter.severities = 0;
        for (place, sum) in self.over.entry(slot).or_default().iter_mut().enumerate() {
            *sum += held.of(place);
        }
    }

    fn add_aside(&mut self, slot: u32, (newest, oldest): (i64, i64)) {
        let held = self.aside.entry(slot).or_insert((newest, oldest));
        *held = (held.0.max(newest), held.1.min(oldest));
    }

    /// The rows of a slot by severity.
    pub(super) fn severities(&self, slot: u32, counter: Counter) -> BySeverity {
        let mut severities =
            if self.over.is_empty() { None } else { self.over.get(&slot).copied() }.unwrap_or_default();
        for (place, sum) in severities.iter_mut().enumerate() {
            *sum += counter.of(place);
        }
        severities
    }

    /// How many accounts a slot has, but those of [`Self::others`].
    pub(super) fn accounts(&self, slot: u32, counter: Counter) -> u32 {
        let slot = slot as usize;
        let words = self.dense.get(slot * self.stride..(slot + 1) * self.stride).unwrap_or_default();
        u32::try_from(accounts_of(words).chain(counter.accounts()).count()).unwrap_or(u32::MAX)
    }

    /// Slots with their accounts after the first.
    pub(super) fn others(&self) -> impl Iterator<Item = (u32, u32)> {
        self.others.iter().copied()
    }

    fn add_page(&mut self, page: &[Counter], slot_of: impl Fn(u32) -> u32) {
        for (place, counted) in (0..).zip(page).filter(|(_, counted)| !counted.is_empty()) {
            let slot = slot_of(place);
            let Some(counter) = self.counter(slot) else { continue };
            counter.add(counted);
            let is_full = counter.severities & FULL != 0;
            counted.accounts().for_each(|account| self.see(slot, account));
            if is_full {
                self.spill(slot);
            }
        }
    }

    /// Adds what was counted elsewhere; `renumbered` has its slots here, where they are not the same.
    pub(super) fn add(&mut self, mut other: Self, renumbered: Option<&[u32]>) {
        let slot_of =
            |slot: u32| renumbered.map_or(slot, |slots| slots.get(slot as usize).copied().unwrap_or(u32::MAX));
        let mut first = 0;
        for (at, page) in other.pages.iter_mut().enumerate() {
            match self.pages.get_mut(at).filter(|held| held.is_empty() && renumbered.is_none()) {
                Some(held) => std::mem::swap(held, page),
                None => self.add_page(page, |place| slot_of(first + place)),
            }
            first += u32::try_from(PAGE).unwrap_or_default();
        }
        for (from, words) in (0..).zip(other.dense.chunks_exact(self.stride.max(1))) {
            accounts_of(words).for_each(|account| self.see(slot_of(from), account));
        }
        for (from, account) in &other.others {
            self.see(slot_of(*from), *account);
        }
        for (from, severities) in &other.over {
            let over = self.over.entry(slot_of(*from)).or_default();
            over.iter_mut().zip(severities).for_each(|(sum, count)| *sum += count);
        }
        for (from, times) in &other.aside {
            self.add_aside(slot_of(*from), *times);
        }
    }
}

/// The accounts whose bits are set, but for that of none.
fn accounts_of(words: &[u64]) -> impl Iterator<Item = u32> {
    let all = words.iter().zip((0u32..).step_by(64)).flat_map(|(word, base)| {
        let left = |word: &u64| Some(word & (word - 1)).filter(|left| *left != 0);
        let left = std::iter::successors(Some(*word).filter(|word| *word != 0), left);
        left.map(move |word| base + word.trailing_zeros())
    });
    all.filter(|account| *account != NO_ACCOUNT)
}
