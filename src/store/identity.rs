//! Which record a delivery is of, by id: a table of record numbers in shards, shared with snapshots.
//!
//! A shard holds numbers and half of each id's hash; the ids stay in the columns. A thousand shards, so that a
//! publication copies the few that changed.

use std::hash::BuildHasher;
use std::sync::Arc;

use super::arena::Arena;
use super::tables::{NO_ROW, Tables};

const SHARDS: usize = 1024;

/// Records by the hash of their id.
#[derive(Debug, Clone)]
pub(super) struct RecordIds {
    shards: Arc<Vec<Arc<Shard>>>,
    hasher: hashbrown::DefaultHashBuilder,
}

/// Where a search starts is said by the hash; it ends at the first slot that is free. With the hash at hand a table that
/// is nearly full is searched, and one that grows is filled, without a look at an id.
#[derive(Debug, Clone, Default)]
struct Shard {
    /// A record's number, below half of its hash.
    slots: Vec<u64>,
    len: usize,
}

const FREE: u64 = u64::MAX;

impl Shard {
    const fn hash(slot: u64) -> u32 {
        (slot >> 32) as u32
    }

    const fn record(slot: u64) -> u32 {
        (slot & 0xffff_ffff) as u32
    }

    fn start(&self, hash: u32) -> usize {
        usize::try_from((u64::from(hash) * self.slots.len() as u64) >> 32).unwrap_or(0)
    }

    const fn after(&self, at: usize) -> usize {
        if at + 1 < self.slots.len() { at + 1 } else { 0 }
    }

    /// The place of the first record with this hash that is the one.
    fn place(&self, hash: u32, is: impl Fn(u32) -> bool) -> Option<usize> {
        let mut at = self.start(hash);
        loop {
            let slot = *self.slots.get(at)?;
            if slot == FREE {
                return None;
            }
            if Self::hash(slot) == hash && is(Self::record(slot)) {
                return Some(at);
            }
            at = self.after(at);
        }
    }

    fn insert(&mut self, hash: u32, record: u32) {
        // Five of six slots are taken at most, and three of four after it has grown.
        if (self.len + 1) * 6 > self.slots.len() * 5 {
            let room = self.slots.len() + (self.slots.len() / 9).max(8);
            let slots = std::mem::replace(&mut self.slots, vec![FREE; room]);
            slots.into_iter().filter(|slot| *slot != FREE).for_each(|slot| self.put(slot));
        }
        self.put((u64::from(hash) << 32) | u64::from(record));
        self.len += 1;
    }

    fn put(&mut self, slot: u64) {
        let mut at = self.start(Self::hash(slot));
        while let Some(held) = self.slots.get_mut(at) {
            if *held == FREE {
                *held = slot;
                return;
            }
            at = self.after(at);
        }
    }

    /// Frees the slot; those behind it that were pushed on by it move up.
    fn free(&mut self, mut hole: usize) {
        self.len -= 1;
        let mut at = hole;
        loop {
            at = self.after(at);
            let slot = self.slots[at];
            if slot == FREE {
                break;
            }
            let start = self.start(Self::hash(slot));
            let stays = if hole < at { hole < start && start <= at } else { hole < start || start <= at };
            if !stays {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = FREE;
    }
}

impl Default for RecordIds {
    fn default() -> Self {
        Self { shards: Arc::new(vec![Arc::default(); SHARDS]), hasher: hashbrown::DefaultHashBuilder::default() }
    }
}

impl RecordIds {
    /// Finds nothing until [`Tables::enter_ids`].
    pub(super) fn later() -> Self {
        Self { shards: Arc::default(), ..Self::default() }
    }

    /// The hash of an id in its two parts.
    pub(super) fn hash(&self, prefix: &str, tail: &[u8]) -> u64 {
        self.hasher.hash_one((prefix, tail))
    }

    /// The shard, and the half of the hash that it knows.
    const fn parts(hash: u64) -> (usize, u32) {
        ((hash >> 32) as usize % SHARDS, (hash & 0xffff_ffff) as u32)
    }

    pub(super) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let (shard, hash) = Self::parts(hash);
        let shard = self.shards.get(shard)?;
        shard.slots.get(shard.place(hash, is)?).copied().map(Shard::record)
    }

    pub(super) fn insert(&mut self, hash: u64, record: u32) {
        let (shard, hash) = Self::parts(hash);
        if let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(shard) {
            Arc::make_mut(shard).insert(hash, record);
        }
    }

    pub(super) fn remove(&mut self, hash: u64, record: u32) {
        let (shard, hash) = Self::parts(hash);
        if let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(shard)
            && let Some(place) = shard.place(hash, |held| held == record)
        {
            Arc::make_mut(shard).free(place);
        }
    }
}

impl Tables {
    /// The hash of a record's id.
    pub(super) fn id_hash(&self, record: u32) -> u64 {
        let tail = self.records.tails.get(record).unwrap_or_default();
        self.ids.hash(self.text(self.records.prefix.at(record)), tail)
    }

    /// Enters every record that is there, anew.
    pub(super) fn enter_ids(&mut self) {
        self.ids = RecordIds::default();
        for record in 0..self.records.tails.len() {
            if self.records.row.at(record) != NO_ROW {
                self.ids.insert(self.id_hash(record), record);
            }
        }
    }

    /// A record with this id; which one is not said where several products use the same.
    pub(super) fn find_id(&self, id: &str) -> Option<u32> {
        let mut tail = Vec::new();
        let prefix = super::ids::pack(id, &mut tail);
        let tails: &Arena<Vec<u8>> = &self.records.tails;
        if self.ids.shards.is_empty() {
            let live = |record: u32| self.records.row.at(record) != NO_ROW;
            let same = |(record, text): &(u32, &[u8])| {
                **text == tail && live(*record) && self.text(self.records.prefix.at(*record)) == prefix
            };
            return tails.iter().find(same).map(|(record, _)| record);
        }
        self.ids.find(self.ids.hash(prefix, &tail), |record| {
            tails.get(record) == Some(&*tail) && self.text(self.records.prefix.at(record)) == prefix
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_found_while_others_come_and_go() {
        let mut ids = RecordIds::default();
        let mut held: std::collections::BTreeMap<u32, u64> = std::collections::BTreeMap::new();
        // One shard, few starts, some hashes alike: what is searched wraps around the end, and holes are closed.
        let hash = |record: u32| u64::from(record.wrapping_mul(2_654_435_761) | 0xf000_0000) & !0xfff;
        for step in 0..6000_u32 {
            let record = step.wrapping_mul(step) % 700;
            if held.remove(&record).is_some() {
                ids.remove(hash(record), record);
            } else {
                ids.insert(hash(record), record);
                held.insert(record, hash(record));
            }
            if step % 97 == 0 {
                for record in 0..700 {
                    let found = ids.find(hash(record), |other| other == record);
                    assert_eq!(found, held.contains_key(&record).then_some(record), "step {step}");
                }
            }
        }
        assert_eq!(ids.shards[0].len, held.len());
        let before = ids.clone();
        ids.insert(hash(9000), 9000);
        assert_eq!(before.find(hash(9000), |record| record == 9000), None);
    }
}
