//! Which record a delivery is of, by id: a table of record numbers in shards, shared with snapshots.
//!
//! A shard holds numbers only; the ids stay in the columns. A thousand shards, so that a publication copies the few
//! that changed.

use std::hash::BuildHasher;
use std::sync::Arc;

use hashbrown::HashTable;

use super::arena::Arena;
use super::tables::{NO_ROW, Tables};

const SHARDS: usize = 1024;

/// Records by the hash of their id.
#[derive(Debug, Clone)]
pub(super) struct RecordIds {
    shards: Arc<Vec<Arc<HashTable<u32>>>>,
    hasher: hashbrown::DefaultHashBuilder,
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

    // The middle bits: the table takes the lowest and the highest for itself.
    const fn shard(hash: u64) -> usize {
        (hash >> 32) as usize % SHARDS
    }

    pub(super) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        self.shards.get(Self::shard(hash))?.find(hash, |record| is(*record)).copied()
    }

    pub(super) fn insert(&mut self, hash: u64, record: u32, hash_of: impl Fn(u32) -> u64) {
        if let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(Self::shard(hash)) {
            Arc::make_mut(shard).insert_unique(hash, record, |record| hash_of(*record));
        }
    }

    pub(super) fn remove(&mut self, hash: u64, record: u32) {
        if let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(Self::shard(hash))
            && let Ok(entry) = Arc::make_mut(shard).find_entry(hash, |held| *held == record)
        {
            entry.remove();
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
                self.enter_id(self.id_hash(record), record);
            }
        }
    }

    /// Enters a record whose columns hold its id.
    pub(super) fn enter_id(&mut self, hash: u64, record: u32) {
        let Self { ids, records, strings, .. } = self;
        let hasher = ids.hasher.clone();
        ids.insert(hash, record, |record| {
            let prefix = strings.get(records.prefix.at(record)).unwrap_or_default();
            hasher.hash_one((prefix, records.tails.get(record).unwrap_or_default()))
        });
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
