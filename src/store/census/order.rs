//! The order that groups stand in: by risk, by size, by age.
//!
//! A resource each is several hundred thousand groups. What a counter tells of a group is packed into one number with
//! its slot in the last bits, so that the order of groups is the order of numbers; those of which more stands beside
//! their counters are few, are compared one by one, and are laid between the others.

use std::cmp::Ordering;

use super::counts::{Counter, FIELDS, PAGE};
use super::groups::Groups;
use super::radix::{Key, cut, merge, sort};
use super::two;
use crate::model::{Direction, GroupOrder, GroupSort};

/// What groups are compared by, the greater first; in front what counts most.
type Rank = [u64; 8];

impl Groups {
    /// The slots of the first `most` groups in order. Groups that are equal in all stand by their slots.
    #[must_use]
    pub fn order(&self, sort: GroupSort, most: usize) -> Vec<u32> {
        let counts = &self.counts;
        let mut apart: Vec<u32> = counts.over.keys().chain(counts.aside.keys()).copied().collect();
        apart.sort_unstable();
        apart.dedup();
        let packing = Packing::new(self, sort);
        let packed = if packing.bits <= u64::BITS {
            packing.order::<u64>(&counts.pages, &apart, most)
        } else {
            packing.order::<u128>(&counts.pages, &apart, most)
        };
        let mut order = if apart.is_empty() { packed } else { self.lay(apart, &packed, sort) };
        order.truncate(most);
        order
    }

    /// Lays some groups between others that are in order.
    fn lay(&self, some: Vec<u32>, others: &[u32], sort: GroupSort) -> Vec<u32> {
        let mut some: Vec<(Rank, u32)> = some.into_iter().map(|slot| (self.rank(slot, sort.order), slot)).collect();
        let compare = |(rank, slot): &(Rank, u32), (than, than_slot): &(Rank, u32)| {
            let ranks = match sort.direction {
                Direction::Ascending => rank.cmp(than),
                Direction::Descending => than.cmp(rank),
            };
            ranks.then(slot.cmp(than_slot))
        };
        some.sort_unstable_by(compare);
        let mut all = Vec::with_capacity(some.len() + others.len());
        let mut left = others;
        for one in some {
            let is_before = |slot: &u32| compare(&(self.rank(*slot, sort.order), *slot), &one) == Ordering::Less;
            let (before, after) = left.split_at(left.partition_point(is_before));
            all.extend_from_slice(before);
            all.push(one.1);
            left = after;
        }
        all.extend_from_slice(left);
        all
    }

    fn rank(&self, slot: u32, order: GroupOrder) -> Rank {
        let Some(counter) = self.counter(slot) else { return [0; 8] };
        // From the first time that there is; 0 is none.
        let newest = self.newest(slot, counter).map_or(0, |time| time.cast_unsigned() ^ (1 << 63));
        let severities = self.counts.severities(slot, counter).map(u64::from);
        let [critical, high, medium, low, info, none] = severities;
        let size = severities.iter().sum();
        match order {
            GroupOrder::Risk => [critical, high, medium, low, info, none, newest, 0],
            GroupOrder::Size => [size, critical, high, medium, low, info, none, newest],
            GroupOrder::Age => [newest, critical, high, medium, low, info, none, 0],
        }
    }
}

/// Where a part stands in a number: from which bit on, and how many.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    at: u32,
    bits: u32,
}

/// How what orders groups is packed into numbers: so many bits for each part as hold it. The parts lie one below the
/// other as they count, the slot lowest.
struct Packing {
    severities: [Part; FIELDS],
    /// All rows together; nothing where that does not count.
    size: Part,
    newest: Part,
    /// What newest births are told from.
    from: u32,
    slot: u32,
    bits: u32,
    direction: Direction,
}

const fn width(most: u32) -> u32 {
    u32::BITS - most.leading_zeros()
}

/// So many bits.
#[inline]
const fn mask(width: u32) -> u32 {
    if width == 0 { 0 } else { u32::MAX >> (u32::BITS - width) }
}

impl Packing {
    fn new(groups: &Groups, sort: GroupSort) -> Self {
        let totals = &groups.totals;
        let from = totals.least().saturating_sub(1);
        let slot = width(u32::try_from(groups.counts.pages.len() * PAGE).unwrap_or(u32::MAX));
        let mut next = slot;
        let mut part = |bits: u32| {
            let part = Part { at: if bits == 0 { 0 } else { next }, bits };
            next += bits;
            part
        };
        let newest = width(totals.newest.saturating_sub(from));
        let mut packing = Self {
            severities: Default::default(),
            size: Part::default(),
            newest: Part::default(),
            from,
            slot,
            bits: 0,
            direction: sort.direction,
        };
        if sort.order != GroupOrder::Age {
            packing.newest = part(newest);
        }
        for (place, severity) in packing.severities.iter_mut().enumerate().rev() {
            *severity = part(totals.width(place));
        }
        match sort.order {
            GroupOrder::Risk => {}
            GroupOrder::Size => packing.size = part(width((0..FIELDS).map(|place| mask(totals.width(place))).sum())),
            GroupOrder::Age => packing.newest = part(newest),
        }
        packing.bits = next;
        packing
    }

    #[inline]
    fn key<K: Key>(&self, slot: u32, counter: Counter, turn: K) -> K {
        let mut size = 0;
        let mut key = K::from(slot);
        for (place, part) in self.severities.iter().enumerate() {
            let rows = counter.of(place);
            size += rows;
            key = key | (K::from(rows) << part.at);
        }
        key = key | (K::from(size & mask(self.size.bits)) << self.size.at);
        key = key | (K::from(counter.newest.saturating_sub(self.from)) << self.newest.at);
        key ^ turn
    }

    /// What turns all parts around but the slot, where the greater come first.
    fn turn<K: Key>(&self) -> K {
        let parts = self.severities.iter().chain([&self.size, &self.newest]);
        match self.direction {
            Direction::Ascending => K::default(),
            Direction::Descending => {
                parts.fold(K::default(), |turn, part| turn | (K::from(mask(part.bits)) << part.at))
            }
        }
    }

    /// The keys of the slots on these pages, the first of which is `first`, but for those apart: the first `most`, in
    /// order.
    fn keys<K: Key>(&self, first: usize, pages: &[Vec<Counter>], apart: &[u32], most: usize) -> Vec<K> {
        let from = apart.partition_point(|slot| (*slot as usize) < first * PAGE);
        let mut apart = apart.get(from..).unwrap_or_default().iter();
        let mut next = apart.next();
        let mut keys = Vec::with_capacity(pages.iter().map(Vec::len).sum());
        let turn = self.turn();
        for (page, counters) in (first..).zip(pages) {
            let slots = u32::try_from(page * PAGE).unwrap_or(u32::MAX)..;
            for (slot, counter) in slots.zip(counters) {
                if next == Some(&slot) {
                    next = apart.next();
                } else if !counter.is_empty() {
                    keys.push(self.key(slot, *counter, turn));
                }
            }
        }
        if keys.len() > most {
            // The first alone.
            keys.select_nth_unstable(most);
            keys.truncate(most);
            keys.sort_unstable();
        } else {
            sort(&mut keys, self.slot, self.bits);
        }
        keys
    }

    fn order<K: Key>(&self, pages: &[Vec<Counter>], apart: &[u32], most: usize) -> Vec<u32> {
        let half = pages.len() / 2;
        let (low, high) = pages.split_at(half);
        let slots = pages.len() * PAGE;
        let (low, high): (Vec<K>, Vec<K>) =
            two(slots, || self.keys(0, low, apart, most), || self.keys(half, high, apart, most));
        let mut order = vec![0; low.len() + high.len()];
        let middle = order.len() / 2;
        let (of_low, of_high) = cut(&low, &high, middle);
        let ((low, more_low), (high, more_high)) = (low.split_at(of_low), high.split_at(of_high));
        let (first, second) = order.split_at_mut(middle);
        let merge = |one: &[K], other: &[K], order: &mut [u32]| self.merge(one, other, order);
        two(middle * 2, || merge(low, high, first), || merge(more_low, more_high, second));
        order
    }

    fn merge<K: Key>(&self, one: &[K], other: &[K], order: &mut [u32]) {
        let mut places = order.iter_mut();
        merge(one, other, |key| {
            if let Some(place) = places.next() {
                *place = key.low() & mask(self.slot);
            }
        });
    }
}
