//! Searching text: first the distinct strings of a column, then four bytes a record.

use std::ops::RangeInclusive;

use roaring::RoaringBitmap;

use super::bits::Bits;
use super::column::{CHUNK, Column};
use super::posting::Posting;
use super::raw::Place;
use super::tables::{NO_ROW, NO_TIME, Tables, word};
use super::{Field, TextColumn};

/// A distinct string of a column: stable while the process lives. Of one column only: the same number in another
/// column may be another string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(pub u32);

/// A set of distinct strings ([`Sym`]) of one column.
pub type SymSet = RoaringBitmap;

/// For which columns of many values a string is used.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Generator,
    ResourceName,
}

impl Kind {
    pub(super) const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// How a column is kept.
enum Kept {
    /// As bitmaps, a value each.
    Bitmaps(Field),
    /// As a number for each record, of an arena of their own.
    Title,
    Description,
    /// As a number for each record.
    Column(Kind),
    Resource,
    AccountName,
}

const fn kept(column: TextColumn) -> Kept {
    match column {
        TextColumn::Title => Kept::Title,
        TextColumn::Description => Kept::Description,
        TextColumn::Generator => Kept::Column(Kind::Generator),
        TextColumn::ResourceName => Kept::Column(Kind::ResourceName),
        TextColumn::ResourceId => Kept::Resource,
        TextColumn::AccountName => Kept::AccountName,
        TextColumn::Product => Kept::Bitmaps(Field::Product),
        TextColumn::Account => Kept::Bitmaps(Field::Account),
        TextColumn::Region => Kept::Bitmaps(Field::Region),
        TextColumn::Type => Kept::Bitmaps(Field::Type),
        TextColumn::ResourceType => Kept::Bitmaps(Field::ResourceType),
        TextColumn::Control => Kept::Bitmaps(Field::Control),
        TextColumn::Standard => Kept::Bitmaps(Field::Standard),
    }
}

/// Less to pass over than this is not worth a second thread.
pub(super) const MANY: usize = 1 << 16;

/// Has the words of each chunk of 1,024 bits set, by two threads where there are many.
pub(super) fn each_chunk(bits: &mut Bits, set: impl Fn(usize, &mut [u64]) + Sync) {
    const WORDS: usize = CHUNK / 64;
    let words = bits.words_mut();
    let half = (words.len() / 2).next_multiple_of(WORDS).min(words.len());
    let run = |first: usize, words: &mut [u64]| {
        (first..).zip(words.chunks_mut(WORDS)).for_each(|(chunk, words)| set(chunk, words));
    };
    let is_many = words.len() * 64 >= MANY;
    let (first, second) = words.split_at_mut(half);
    if is_many {
        std::thread::scope(|scope| {
            // Joined at the end of the scope, which passes a panic on.
            scope.spawn(|| run(half / WORDS, second));
            run(0, first);
        });
    } else {
        run(0, first);
        run(half / WORDS, second);
    }
}

impl Tables {
    pub(super) fn postings(&self, field: Field) -> impl Iterator<Item = &Posting> {
        self.bitmaps.fields.get(field as usize).into_iter().flat_map(super::posting::Postings::iter)
    }

    pub(super) fn symbols(&self, column: TextColumn) -> Box<dyn Iterator<Item = (Sym, &str)> + '_> {
        match kept(column) {
            Kept::Bitmaps(field) => {
                let used = self.postings(field).filter(|posting| posting.rows.len() > 0);
                Box::new(used.map(|posting| (Sym(posting.value), self.text(posting.value))))
            }
            Kept::Column(kind) => {
                let used = (0u32..).zip(self.kinds.iter()).filter(move |(_, kinds)| *kinds & kind.bit() != 0);
                Box::new(used.filter(|(at, _)| *at != word::NONE).map(|(at, _)| (Sym(at), self.text(at))))
            }
            Kept::Title => Box::new(self.titles.iter().map(|(at, text)| (Sym(at), text))),
            Kept::Description => Box::new(self.descriptions.iter().map(|(at, text)| (Sym(at), text))),
            Kept::Resource => Box::new(self.resource_ids.iter().map(|(at, id)| (Sym(at), id))),
            Kept::AccountName => {
                let mut names: Vec<u32> = self.facts.accounts.values().copied().collect();
                names.sort_unstable();
                names.dedup();
                Box::new(names.into_iter().map(|name| (Sym(name), self.text(name))))
            }
        }
    }

    pub(super) fn scan(&self, column: TextColumn, strings: &SymSet, rows: &mut RoaringBitmap) {
        match kept(column) {
            Kept::Bitmaps(field) => {
                self.postings(field).filter(|p| strings.contains(p.value)).for_each(|p| p.rows.add_to(rows));
            }
            Kept::AccountName => {
                for posting in self.postings(Field::Account) {
                    let name = self.facts.accounts.get(self.text(posting.value));
                    if name.is_some_and(|name| strings.contains(*name)) {
                        posting.rows.add_to(rows);
                    }
                }
            }
            Kept::Column(Kind::ResourceName) => self.scan_resources(2, strings, self.strings.len(), rows),
            Kept::Resource => self.scan_resources(0, strings, self.resource_ids.len(), rows),
            Kept::Title => self.scan_column(&self.records.title, strings, self.titles.len(), rows),
            Kept::Description => self.scan_column(&self.records.description, strings, self.descriptions.len(), rows),
            Kept::Column(_) => self.scan_column(&self.records.generator, strings, self.strings.len(), rows),
        }
    }

    fn scan_column(&self, column: &Column<u32>, strings: &SymSet, len: u32, rows: &mut RoaringBitmap) {
        let bits = Bits::of(strings, len);
        self.rows_of(column.iter().map(|string| bits.has(*string)), rows);
    }

    /// The lists that name such a resource, then the records of those lists.
    fn scan_resources(&self, part: usize, strings: &SymSet, len: u32, rows: &mut RoaringBitmap) {
        let bits = Bits::of(strings, len);
        let mut lists = Bits::new(self.resources.len());
        for (at, list) in self.resources.iter() {
            if list.iter().skip(part).step_by(3).any(|string| bits.has(*string)) {
                lists.insert(at);
            }
        }
        self.rows_of(self.records.resources.iter().map(|list| lists.has(*list)), rows);
    }

    /// The rows led by the records that hit.
    fn rows_of(&self, hits: impl Iterator<Item = bool>, rows: &mut RoaringBitmap) {
        let mut found = Bits::new(self.rows.members.len());
        for ((hit, row), record) in hits.zip(self.records.row.iter()).zip(0u32..) {
            if hit && *row != NO_ROW && self.rows.members(*row).first() == Some(&record) {
                found.insert(*row);
            }
        }
        found.add_to(rows);
    }

    /// The rows, gone ones too, that were first seen (else made) in these seconds.
    pub(super) fn born_within(&self, seconds: &RangeInclusive<i64>) -> RoaringBitmap {
        let mut found = Bits::new(self.rows.born.len());
        each_chunk(&mut found, |chunk, words| {
            for (born, at) in self.rows.born.chunk(chunk).zip(0usize..) {
                if let Some(word) = words.get_mut(at / 64) {
                    *word |= u64::from(born != NO_TIME && seconds.contains(&born)) << (at % 64);
                }
            }
        });
        found.to_rows()
    }

    /// The rows of `rows` of which some record's JSON holds, read in the order in which it is kept.
    pub(super) fn with_raw(&self, rows: &RoaringBitmap, holds: impl Fn(&[u8]) -> bool) -> RoaringBitmap {
        let places = rows
            .iter()
            .flat_map(|row| self.rows.members(row).iter().map(move |record| (self.records.place.at(*record), row)));
        let mut places: Vec<(Place, u32)> = places.collect();
        places.sort_unstable();
        let mut found = RoaringBitmap::new();
        self.raw.each(&places, |row, json| {
            if !found.contains(row) && holds(json) {
                found.insert(row);
            }
        });
        found
    }

    pub(super) fn scan_ids(&self, mut matches: impl FnMut(&str) -> bool, rows: &mut RoaringBitmap) {
        let mut id = String::new();
        for (record, row) in (0u32..).zip(self.records.row.iter()).filter(|(_, row)| **row != NO_ROW) {
            id.clear();
            self.id_into(record, &mut id);
            if matches(&id) {
                rows.insert(*row);
            }
        }
    }
}
