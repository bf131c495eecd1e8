//! Who saw a record, and when last: what decides that a record is gone.
//!
//! Time here is a tick for each batch. A sweep's start is the tick of the first batch that names it (an empty one
//! will do: a source that sends one as it starts protects what deltas bring before the first page). When a sweep ends,
//! a scope has lost what it has not shown since that start, be it by the sweep or by a delta. A record stays until
//! every scope that saw it has lost it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::column::Column;
use crate::model::{Scope, scope::SweepId};

/// The sightings of every record.
#[derive(Debug, Default)]
pub(super) struct Sightings {
    tick: u32,
    sweeps: FxHashMap<SweepId, u32>,
    numbers: FxHashMap<Arc<Scope>, u32>,
    /// The first scope in order that sees a record (its number + 1), with the tick; most records have but one.
    first: Column<(u32, u32)>,
    /// The other scopes of those that have several.
    more: FxHashMap<u32, Vec<(u32, u32)>>,
}

/// The tick of this session's first batch: what an image brought was seen before it.
pub(super) const FIRST_TICK: u32 = 1;

/// Where and when a batch came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight {
    pub scope: u32,
    pub tick: u32,
    /// The start of the sweep that the batch is of.
    pub sweep: Option<u32>,
}

impl Sightings {
    /// What an earlier session saw: the first scope of each record (none where it is gone), and the others of some.
    pub(super) fn earlier(
        scopes: &[Arc<Scope>],
        first: impl Iterator<Item = Option<u32>>,
        more: FxHashMap<u32, Vec<u32>>,
    ) -> Self {
        let mut sightings = Self::default();
        for scope in scopes {
            sightings.number(scope);
        }
        first.for_each(|scope| sightings.first.push((scope.map_or(0, |scope| scope + 1), FIRST_TICK - 1)));
        let before = |others: Vec<u32>| others.into_iter().map(|scope| (scope, FIRST_TICK - 1)).collect();
        sightings.more = more.into_iter().map(|(record, others)| (record, before(others))).collect();
        sightings
    }

    /// The records that several scopes see: the record, how many scopes beside its first one, those.
    pub(super) fn shared(&self, mut number: impl FnMut(u32)) {
        for (record, more) in &self.more {
            number(*record);
            number(u32::try_from(more.len()).unwrap_or(u32::MAX));
            for (scope, _) in more {
                number(*scope);
            }
        }
    }

    /// A batch has come.
    pub(super) fn batch(&mut self, scope: u32, sweep: Option<SweepId>) -> Sight {
        self.tick += 1;
        let tick = self.tick;
        Sight { scope, tick, sweep: sweep.map(|sweep| *self.sweeps.entry(sweep).or_insert(tick)) }
    }

    /// The start of a sweep that has ended: where no batch was of it, it saw nothing.
    pub(super) fn ended(&mut self, sweep: SweepId) -> u32 {
        self.sweeps.remove(&sweep).unwrap_or(self.tick + 1)
    }

    /// The number of a scope, and whether it is new.
    pub(super) fn number(&mut self, scope: &Arc<Scope>) -> (u32, bool) {
        if let Some(number) = self.numbers.get(scope) {
            return (*number, false);
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(Arc::clone(scope), number);
        (number, true)
    }

    /// The tick at which any scope last saw the record.
    pub(super) fn last(&self, record: u32) -> u32 {
        self.of(record).map(|(_, tick)| tick).max().unwrap_or(0)
    }

    fn of(&self, record: u32) -> impl Iterator<Item = (u32, u32)> {
        let first = self.first.get(record).copied().filter(|(scope, _)| *scope != 0);
        let first = first.map(|(scope, tick)| (scope - 1, tick));
        first.into_iter().chain(self.more.get(&record).into_iter().flatten().copied())
    }

    /// Enters a sighting. Returns the packed `seen` value of the record.
    pub(super) fn see(&mut self, record: u32, sight: Sight, scopes: &[Arc<Scope>]) -> u32 {
        let (scope, tick) = self.first.at(record);
        if scope == 0 || scope == sight.scope + 1 {
            self.first.set(record, (sight.scope + 1, sight.tick.max(tick)));
        } else {
            let before = |a: u32, b: u32| scopes.get(a as usize) < scopes.get(b as usize);
            let (mut other, mut at) = (sight.scope, sight.tick);
            let more = self.more.entry(record).or_default();
            if before(sight.scope, scope - 1) {
                more.retain(|(scope, _)| *scope != sight.scope);
                self.first.set(record, (sight.scope + 1, sight.tick));
                (other, at) = (scope - 1, tick);
            }
            match more.iter_mut().find(|(scope, _)| *scope == other) {
                Some((_, held)) => *held = at.max(*held),
                None => more.push((other, at)),
            }
        }
        self.seen(record, scopes)
    }

    fn seen(&self, record: u32, scopes: &[Arc<Scope>]) -> u32 {
        let (first, _) = self.first.at(record);
        self.of(record).fold(first.saturating_sub(1) << 8, |seen, (scope, _)| {
            seen | scopes.get(scope as usize).map_or(0, |scope| 1 << scope.service as u32)
        })
    }

    /// The records that the scope saw, but not since `start`.
    pub(super) fn lost(&self, scope: u32, start: u32) -> Vec<u32> {
        let late = |(seen_by, tick): &(u32, u32)| *seen_by == scope && *tick < start;
        let first =
            (0u32..).zip(self.first.iter()).filter(|(_, (seen_by, tick))| *seen_by == scope + 1 && *tick < start);
        let mut lost: Vec<u32> = first.map(|(record, _)| record).collect();
        lost.extend(self.more.iter().filter(|(_, more)| more.iter().any(late)).map(|(record, _)| *record));
        lost.sort_unstable();
        lost.dedup();
        lost
    }

    /// The scope has lost the record. Returns the `seen` value that is left, `None` when nobody sees it any more.
    pub(super) fn lose(&mut self, record: u32, scope: u32, scopes: &[Arc<Scope>]) -> Option<u32> {
        let mut left: Vec<(u32, u32)> = self.of(record).filter(|(seen_by, _)| *seen_by != scope).collect();
        left.sort_by(|(a, _), (b, _)| scopes.get(*a as usize).cmp(&scopes.get(*b as usize)));
        let mut left = left.into_iter();
        let first = left.next();
        self.first.set(record, first.map_or((0, 0), |(scope, tick)| (scope + 1, tick)));
        let more: Vec<(u32, u32)> = left.collect();
        if more.is_empty() {
            self.more.remove(&record);
        } else {
            self.more.insert(record, more);
        }
        first.map(|_| self.seen(record, scopes))
    }
}
