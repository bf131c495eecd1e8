//! Which records are one row, and which record of a row leads.
//!
//! - A GuardDuty finding: its ARN, which is the ASFF `Id` of its copy in Security Hub. One row, two provenances.
//! - A control finding of Security Hub: account, Region, control and the set of resources. Four standards that check
//!   one control on one resource are one row, whether AWS sends one record (consolidated) or four.
//! - Everything else: `(ProductArn, Id)`, which is what Security Hub itself takes for identity.
//!
//! Never a title, never a type.
//!
//! **How a row stands.** Its leading record says. GuardDuty's own record leads its copy in Security Hub: severity,
//! detail and archived state are GuardDuty's, as it does not tell Security Hub of archiving; the workflow comes from
//! Security Hub's record, the only one that has it. Otherwise an open record leads a closed one, so a row is open when
//! any of its records is.

use std::cmp::{Ordering, Reverse};
use std::hash::BuildHasher;

use hashbrown::HashTable;

use super::tables::{Tables, word};
use crate::model::Format;

/// What folds a record, read from its columns.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Key<'a> {
    GuardDuty {
        prefix: u32,
        tail: &'a [u8],
    },
    Control {
        account: u32,
        region: u32,
        control: u32,
        resources: Ids,
    },
    /// The record's own identity: it folds with nothing.
    Alone,
}

/// Resource ids in order, each once: nearly always one.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Ids {
    One(u32),
    Several(Vec<u32>),
}

impl Ids {
    fn of(resources: &[[u32; 3]]) -> Self {
        if let [[id, ..]] = resources {
            return Self::One(*id);
        }
        let mut ids: Vec<u32> = resources.iter().map(|[id, ..]| *id).collect();
        ids.sort_unstable();
        ids.dedup();
        if let [id] = *ids { Self::One(id) } else { Self::Several(ids) }
    }
}

impl Tables {
    /// Is it GuardDuty's own record, or the copy of one in Security Hub?
    pub(super) fn is_guardduty(&self, record: u32) -> bool {
        self.state(record).format == Format::GuardDuty
            || self.text(self.origin(record)[0]).ends_with("product/aws/guardduty")
    }

    pub(super) fn key(&self, record: u32) -> Key<'_> {
        if self.is_guardduty(record) {
            let tail = self.records.tails.get(record).unwrap_or_default();
            return Key::GuardDuty { prefix: self.records.prefix.at(record), tail };
        }
        let [product_arn, _, account, region] = self.origin(record);
        let product_arn = self.text(product_arn);
        let (control, _) = self.check(record);
        let resources = self.resources(record);
        // A control finding without resource or account says too little to be folded.
        if control == word::NONE
            || account == word::NONE
            || resources.is_empty()
            || !product_arn.ends_with("product/aws/securityhub")
        {
            return Key::Alone;
        }
        Key::Control { account, region, control, resources: Ids::of(resources) }
    }

    /// The order of a row's records, the leading one first. Total: ids and product ARNs break ties.
    pub(super) fn lead_order(&self, a: u32, b: u32) -> Ordering {
        let rank = |record: u32| {
            let state = self.state(record);
            (
                state.format != Format::GuardDuty,
                !state.is_open(),
                state.record_state == word::ARCHIVED,
                state.compliance != word::FAILED,
                match state.workflow {
                    word::SUPPRESSED => 2,
                    word::RESOLVED => 1,
                    _ => 0,
                },
                Reverse(self.records.times[1].at(record)),
            )
        };
        let name = |record: u32| (self.id(record), self.text(self.origin(record)[0]));
        rank(a).cmp(&rank(b)).then_with(|| name(a).cmp(&name(b)))
    }
}

/// Where a row is to be entered: the hash of its key; none for a record that folds with nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry(Option<u64>);

/// Finds the row of a key: row numbers only, the keys stay in the columns of each row's leading record.
#[derive(Debug, Default)]
pub(super) struct FoldIndex {
    table: HashTable<u32>,
    hasher: hashbrown::DefaultHashBuilder,
}

impl FoldIndex {
    /// The index of rows that are there already.
    pub(super) fn of(tables: &Tables) -> Self {
        let mut index = Self::default();
        index.table.reserve(tables.rows.members.len() as usize, |_| 0);
        for row in 0..tables.rows.members.len() {
            let key = tables.rows.members(row).first().map_or(Key::Alone, |lead| tables.key(*lead));
            if key != Key::Alone {
                let hash = index.hasher.hash_one(&key);
                index.insert(tables, row, Entry(Some(hash)));
            }
        }
        index
    }

    /// The row that holds records of the same key as `record`, which is in no row yet; else how to enter one.
    pub(super) fn find(&self, tables: &Tables, record: u32) -> Result<u32, Entry> {
        let key = tables.key(record);
        if key == Key::Alone {
            return Err(Entry(None));
        }
        let hash = self.hasher.hash_one(&key);
        let same = |row: &u32| tables.rows.members(*row).first().is_some_and(|lead| tables.key(*lead) == key);
        self.table.find(hash, same).copied().ok_or(Entry(Some(hash)))
    }

    /// Enters the row of the record that [`Self::find`] found none for.
    pub(super) fn insert(&mut self, tables: &Tables, row: u32, entry: Entry) {
        let Entry(Some(hash)) = entry else { return };
        let hasher = &self.hasher;
        let hash_of = |row: &u32| {
            let lead = tables.rows.members(*row).first();
            lead.map_or(0, |lead| hasher.hash_one(tables.key(*lead)))
        };
        self.table.insert_unique(hash, row, hash_of);
    }

    /// Takes out the row of its last record.
    pub(super) fn remove(&mut self, tables: &Tables, row: u32, record: u32) {
        let key = tables.key(record);
        if key != Key::Alone
            && let Ok(entry) = self.table.find_entry(self.hasher.hash_one(&key), |held| *held == row)
        {
            entry.remove();
        }
    }
}
