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

/// What a record's key is made of.
#[derive(Debug)]
pub(super) struct Folded<'a> {
    pub is_guardduty: bool,
    pub prefix: u32,
    pub tail: &'a [u8],
    pub origin: u32,
    pub check: u32,
    pub resources: u32,
}

impl Tables {
    /// Is it GuardDuty's own record, or the copy of one in Security Hub?
    pub(super) fn is_guardduty(&self, record: u32) -> bool {
        self.is_guarddutys(self.state(record).format, self.records.origin.at(record))
    }

    /// The same of a record of this format and origin.
    pub(super) fn is_guarddutys(&self, format: Format, origin: u32) -> bool {
        let product_arn = self.list(origin).first().copied().unwrap_or(word::NONE);
        format == Format::GuardDuty || self.text(product_arn).ends_with("product/aws/guardduty")
    }

    /// What folds a record that is held.
    pub(super) fn key(&self, record: u32) -> Key<'_> {
        self.key_of(&Folded {
            is_guardduty: self.is_guardduty(record),
            prefix: self.records.prefix.at(record),
            tail: self.records.tails.get(record).unwrap_or_default(),
            origin: self.records.origin.at(record),
            check: self.records.check.at(record),
            resources: self.records.resources.at(record),
        })
    }

    pub(super) fn key_of<'a>(&self, of: &Folded<'a>) -> Key<'a> {
        if of.is_guardduty {
            return Key::GuardDuty { prefix: of.prefix, tail: of.tail };
        }
        let [product_arn, _, account, region] = self.list(of.origin).try_into().unwrap_or_default();
        let control = self.list(of.check).first().copied().unwrap_or(word::NONE);
        let resources = self.resources.get(of.resources).unwrap_or_default().as_chunks().0;
        // A control finding without resource or account says too little to be folded.
        if control == word::NONE
            || account == word::NONE
            || resources.is_empty()
            || !self.text(product_arn).ends_with("product/aws/securityhub")
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

/// Where a record's row is, or is to be entered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Of its key; none for a record that folds with nothing.
    hash: Option<u64>,
    /// The row that it most likely is.
    near: Option<u32>,
}

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
        let rows = tables.rows.members.len();
        index.fill(tables, rows, rows as usize);
        index
    }

    /// Where a key is, or would be.
    pub(super) fn entry(&self, key: &Key<'_>) -> Entry {
        let hash = (*key != Key::Alone).then(|| self.hasher.hash_one(key));
        Entry { hash, near: hash.and_then(|hash| self.table.find(hash, |_| true).copied()) }
    }

    /// The row that holds records of the same key as `record`, which is in no row yet and whose key has this entry.
    pub(super) fn find(&self, tables: &Tables, record: u32, entry: Entry) -> Option<u32> {
        let hash = entry.hash?;
        let same =
            |row: &u32| tables.rows.members(*row).first().is_some_and(|lead| tables.key(*lead) == tables.key(record));
        entry.near.filter(same).or_else(|| self.table.find(hash, same).copied())
    }

    /// Enters the newest row, of a record that [`Self::find`] found none for.
    pub(super) fn insert(&mut self, tables: &Tables, row: u32, entry: Entry) {
        let Some(hash) = entry.hash else { return };
        let len = self.table.len();
        if len == self.table.capacity() {
            self.fill(tables, row, len + len / 4 + 1);
        }
        self.table.insert_unique(hash, row, |_| 0);
    }

    /// Makes the table anew, with room for so many, of the rows before this one. They are read in their order: a table
    /// that grows by itself would fetch each from somewhere else.
    fn fill(&mut self, tables: &Tables, before: u32, room: usize) {
        self.table = HashTable::new();
        self.table = HashTable::with_capacity(room);
        for row in 0..before {
            let Some(lead) = tables.rows.members(row).first() else { continue };
            let key = tables.key(*lead);
            if key != Key::Alone {
                self.table.insert_unique(self.hasher.hash_one(&key), row, |_| 0);
            }
        }
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
