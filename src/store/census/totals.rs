//! What all counters have together: how many groups there are, their rows, and how much room what orders them takes.

use super::counts::{Counter, Counts, FIELD, FIELD_MASK, PAGE, shift};
use super::two;
use crate::model::BySeverity;

/// Of some slots. Severities and births are what is in the counters; what stands beside them is not in it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Totals {
    /// Slots with rows.
    pub(super) groups: usize,
    pub(super) sum: BySeverity,
    /// Bits that the severities of some counter have.
    pub(super) used: u64,
    /// The greatest code of a newest birth, and the negated code of the least.
    pub(super) newest: u32,
    least: u32,
}

/// Every other field, so that the one above is room for a sum.
const LANES: u64 = FIELD_MASK | FIELD_MASK << (2 * FIELD) | FIELD_MASK << (4 * FIELD);
const LANE: u64 = (1 << (2 * FIELD)) - 1;
/// So many fields that are not full can be added in a lane.
const STRIDE: usize = 1 << (FIELD + 1);

impl Totals {
    fn of(pages: &[Vec<Counter>]) -> Self {
        let mut all = Self::default();
        for counters in pages.iter().flat_map(|page| page.chunks(STRIDE)) {
            let (mut even, mut odd) = (0, 0);
            for counter in counters {
                all.groups += usize::from(!counter.is_empty());
                even += counter.severities & LANES;
                odd += counter.severities >> FIELD & LANES;
                all.used |= counter.severities;
                all.newest = all.newest.max(counter.newest);
                all.least = all.least.max(counter.newest.wrapping_neg());
            }
            for (place, sum) in all.sum.iter_mut().enumerate() {
                let at = shift(place);
                let lanes = if at.is_multiple_of(2 * FIELD) { even >> at } else { odd >> (at - FIELD) };
                *sum = sum.saturating_add(u32::try_from(lanes & LANE).unwrap_or_default());
            }
        }
        all
    }

    /// Of all slots.
    pub(super) fn of_all(counts: &Counts) -> Self {
        let (low, high) = counts.pages.split_at(counts.pages.len() / 2);
        let (low, high) = two(counts.pages.len() * PAGE, || Self::of(low), || Self::of(high));
        let mut all = low.and(high);
        for severities in counts.over.values() {
            for (sum, count) in all.sum.iter_mut().zip(severities) {
                *sum = sum.saturating_add(*count);
            }
        }
        all
    }

    fn and(mut self, other: Self) -> Self {
        for (sum, count) in self.sum.iter_mut().zip(other.sum) {
            *sum = sum.saturating_add(count);
        }
        Self {
            groups: self.groups + other.groups,
            sum: self.sum,
            used: self.used | other.used,
            newest: self.newest.max(other.newest),
            least: self.least.max(other.least),
        }
    }

    /// The least code of a newest birth.
    pub(super) const fn least(self) -> u32 {
        self.least.wrapping_neg()
    }

    /// The most bits that a counter's number at this place has.
    pub(super) const fn width(self, place: usize) -> u32 {
        u64::BITS - (self.used >> shift(place) & FIELD_MASK).leading_zeros()
    }
}
