//! The texts of a snapshot as they lie in memory, for searches that read all of them, and the rows of what was found.

use std::slice::ChunksMut;

use roaring::RoaringBitmap;

use super::Snapshot;
use super::arena::{Arena, SHELF};
use super::column::{CHUNK, are_neighbours};
use super::scan::{Bits, each_chunk};
use super::tables::{self, NO_ROW, Tables};

/// The distinct texts, by where they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Texts {
    Titles,
    Descriptions,
    ResourceIds,
    /// Names of resources, among all other short text.
    Names,
}

impl Texts {
    pub const ALL: [Self; 4] = [Self::Titles, Self::Descriptions, Self::ResourceIds, Self::Names];
    pub const BEHIND_TITLES: [Self; 3] = [Self::Descriptions, Self::ResourceIds, Self::Names];
}

/// Distinct texts, one behind the other. One that is full never changes, nor does its place among the others.
#[derive(Debug, Clone, Copy)]
pub struct Pile<'a> {
    pub text: &'a str,
    /// Where each text ends, in bytes.
    pub ends: &'a [u32],
    pub is_full: bool,
}

/// Texts that a search has found: a bit each, in the order of the piles.
#[derive(Debug)]
pub struct Hits([Bits; Texts::ALL.len()]);

/// The bits of one pile: a word for each 64 of its texts.
const PILE_WORDS: usize = SHELF / 64;

impl Hits {
    /// None yet, of the texts of this snapshot.
    #[must_use]
    pub fn none(snapshot: &Snapshot) -> Self {
        Self(Texts::ALL.map(|texts| Bits::new(snapshot.tables.texts(texts).len())))
    }

    /// The bits of each pile that has texts, in the order of the piles.
    pub fn piles(&self, texts: Texts) -> impl Iterator<Item = &[u64]> {
        self.of(texts).words().chunks(PILE_WORDS)
    }

    /// The same of all texts, to be set.
    pub fn piles_mut(&mut self) -> [ChunksMut<'_, u64>; Texts::ALL.len()] {
        self.0.each_mut().map(|bits| bits.words_mut().chunks_mut(PILE_WORDS))
    }

    /// Those of the rows' leading records.
    #[must_use]
    pub fn shown_by(snapshot: &Snapshot, rows: &RoaringBitmap) -> Self {
        let mut hits = Self::none(snapshot);
        snapshot.tables.texts_of(rows, &mut hits);
        hits
    }

    const fn of(&self, texts: Texts) -> &Bits {
        let [titles, descriptions, resource_ids, names] = &self.0;
        match texts {
            Texts::Titles => titles,
            Texts::Descriptions => descriptions,
            Texts::ResourceIds => resource_ids,
            Texts::Names => names,
        }
    }
}

/// Up to one row in so many, each is looked up; from there on all rows are passed over in order.
const SPARSE: u64 = 6;
/// The same where its resources are looked up, which lie further away.
const SPARSE_RESOURCES: u64 = 16;

fn in_resources(places: &[Texts]) -> bool {
    places.iter().any(|texts| matches!(texts, Texts::ResourceIds | Texts::Names))
}

impl Tables {
    fn texts(&self, texts: Texts) -> &Arena<String> {
        match texts {
            Texts::Titles => &self.titles,
            Texts::Descriptions => &self.descriptions,
            Texts::ResourceIds => &self.resource_ids,
            Texts::Names => &self.strings,
        }
    }

    pub(super) fn piles(&self, texts: Texts) -> Vec<Pile<'_>> {
        let piles = self.texts(texts).piles();
        piles.map(|(text, ends, is_full)| Pile { text, ends, is_full }).collect()
    }

    /// The texts that the leading records of the rows show.
    pub(super) fn texts_of(&self, rows: &RoaringBitmap, hits: &mut Hits) {
        let [titles, descriptions, resource_ids, names] = &mut hits.0;
        for lead in rows.iter().filter_map(|row| self.rows.members(row).first()) {
            titles.insert(self.records.title.at(*lead));
            descriptions.insert(self.records.description.at(*lead));
            for [id, _, name] in self.resources(*lead) {
                resource_ids.insert(*id);
                names.insert(*name);
            }
        }
    }

    /// The rows of `rows` that are led by a record that shows one of them, of those in these places.
    pub(super) fn with_hits(&self, hits: &Hits, places: &[Texts], rows: &RoaringBitmap) -> RoaringBitmap {
        // Most searches find nothing in most places: a record is not asked for what nothing was found in.
        let places: Vec<Texts> = places.iter().filter(|texts| !hits.of(**texts).is_empty()).copied().collect();
        if places.is_empty() {
            return RoaringBitmap::new();
        }
        let sparse = if in_resources(&places) { SPARSE_RESOURCES } else { SPARSE };
        if rows.len() < u64::from(self.rows.members.len()) / sparse {
            let lead = |row: u32| self.rows.members(row).first().copied();
            let shows = |row: &u32| lead(*row).is_some_and(|lead| self.shows(hits, &places, lead));
            return RoaringBitmap::from_sorted_iter(rows.iter().filter(shows)).unwrap_or_default();
        }
        self.rows_led_by(&self.records_with(hits, &places)) & rows
    }

    /// Does the record show one of them.
    fn shows(&self, hits: &Hits, places: &[Texts], record: u32) -> bool {
        places.iter().any(|texts| {
            let of = hits.of(*texts);
            match texts {
                Texts::Titles => of.has(self.records.title.at(record)),
                Texts::Descriptions => of.has(self.records.description.at(record)),
                Texts::ResourceIds => self.resources(record).iter().any(|[id, ..]| of.has(*id)),
                Texts::Names => self.resources(record).iter().any(|[.., name]| of.has(*name)),
            }
        })
    }

    /// All records that show one of them.
    fn records_with(&self, hits: &Hits, places: &[Texts]) -> Bits {
        let records = &self.records;
        let lists = in_resources(places).then(|| self.lists_with(hits));
        let of = |texts| places.contains(&texts).then(|| hits.of(texts));
        let columns = [
            (&records.title, of(Texts::Titles)),
            (&records.description, of(Texts::Descriptions)),
            (&records.resources, lists.as_ref()),
        ];
        let columns: Vec<_> = columns.into_iter().filter_map(|(column, of)| Some((column, of?))).collect();
        let mut found = Bits::new(records.row.len());
        each_chunk(&mut found, |chunk, words| {
            for (column, of) in &columns {
                for (values, word) in column.chunk(chunk).chunks(64).zip(&mut *words) {
                    // What is found already need not be looked up.
                    if *word != u64::MAX {
                        *word |= values.iter().rev().fold(0, |bits, value| bits << 1 | u64::from(of.has(*value)));
                    }
                }
            }
        });
        found
    }

    /// The lists of resources that have one of them.
    fn lists_with(&self, hits: &Hits) -> Bits {
        let (ids, names) = (hits.of(Texts::ResourceIds), hits.of(Texts::Names));
        let mut lists = Bits::new(self.resources.len());
        if ids.is_empty() && names.is_empty() {
            return lists;
        }
        each_chunk(&mut lists, |chunk, words| {
            let first = chunk * (CHUNK / SHELF);
            for (shelf, words) in (first..).zip(words.chunks_mut(PILE_WORDS)) {
                let mut at = 0;
                self.resources.each_of(shelf, |resources| {
                    let resources = resources.as_chunks::<3>().0;
                    let hit = resources.iter().any(|[id, _, name]| ids.has(*id) || names.has(*name));
                    if let Some(word) = words.get_mut(at / 64) {
                        *word |= u64::from(hit) << (at % 64);
                    }
                    at += 1;
                });
            }
        });
        lists
    }

    /// The rows of which the leading record is one of these.
    fn rows_led_by(&self, records: &Bits) -> RoaringBitmap {
        let mut rows = Bits::new(self.rows.members.len());
        each_chunk(&mut rows, |chunk, words| {
            let members = self.rows.members.chunk(chunk);
            let single = members.first().filter(|first| **first & tables::MANY == 0);
            if let Some(first) = single.filter(|first| are_neighbours(members, **first)) {
                // Rows of one record each, that came one after another: their bits lie as those of the records.
                for ((word, from), members) in words.iter_mut().zip((*first..).step_by(64)).zip(members.chunks(64)) {
                    *word = records.word_from(from) & (u64::MAX >> (64 - members.len()));
                }
                return;
            }
            for (members, word) in members.chunks(64).zip(words) {
                let mut bits = 0;
                for (bit, member) in members.iter().enumerate() {
                    let lead = match *member {
                        one if one & tables::MANY == 0 => one,
                        NO_ROW => continue,
                        group => match self.rows.groups.get(group & !tables::MANY).and_then(|group| group.first()) {
                            Some(lead) => *lead,
                            None => continue,
                        },
                    };
                    bits |= u64::from(records.has(lead)) << bit;
                }
                *word = bits;
            }
        });
        rows.to_rows()
    }
}
