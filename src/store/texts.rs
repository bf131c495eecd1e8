//! The texts of a snapshot as they lie in memory, for searches that read all of them, and the rows of what was found.

use std::slice::ChunksMut;

use roaring::RoaringBitmap;

use super::Snapshot;
use super::arena::{Arena, Lengths, SHELF};
use super::bits::Bits;
use super::column::CHUNK;
use super::scan::{Kind, each_chunk};
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
    /// A bit for each of its texts that is of the sort: names of resources lie among all other short text.
    pub used: PileBits,
    pub is_full: bool,
}

/// Texts that a search has found: a bit each, in the order of the piles.
#[derive(Debug)]
pub struct Hits([Bits; Texts::ALL.len()]);

/// The bits of one pile: a word for each 64 of its texts.
pub type PileBits = [u64; PILE_WORDS];
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

    /// Those that are among `others`, too.
    #[must_use]
    pub fn among(mut self, others: Option<&Self>) -> Self {
        if let Some(others) = others {
            self.merge(others, &Texts::ALL, |own, other| own & other);
        }
        self
    }

    /// With all that are not among `others`, of those that are kept in these places.
    #[must_use]
    pub fn or_not_in(mut self, others: &Self, places: &[Texts]) -> Self {
        self.merge(others, places, |own, other| own | !other);
        self
    }

    fn merge(&mut self, others: &Self, places: &[Texts], both: impl Fn(u64, u64) -> u64) {
        for (texts, own) in Texts::ALL.into_iter().zip(&mut self.0).filter(|(texts, _)| places.contains(texts)) {
            let others = others.of(texts).words();
            own.words_mut().iter_mut().zip(others).for_each(|(own, other)| *own = both(*own, *other));
        }
    }

    pub(super) const fn each_mut(&mut self) -> &mut [Bits; Texts::ALL.len()] {
        &mut self.0
    }

    pub(super) const fn of(&self, texts: Texts) -> &Bits {
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
const SPARSE: u64 = 20;
/// The same where its resources are looked up, which lie further away.
const SPARSE_RESOURCES: u64 = 28;

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

    pub(super) fn piles(&self, texts: Texts) -> impl Iterator<Item = Pile<'_>> {
        let is_name = |kinds: &u8| u64::from(kinds & Kind::ResourceName.bit() != 0);
        // Of a string that no column ever used nothing is said.
        let kinds = self.kinds.chunks().flat_map(|chunk| chunk.chunks(SHELF)).chain(std::iter::repeat(&[][..]));
        let piles = self.texts(texts).piles().zip(kinds);
        piles.map(move |((text, ends, is_full), kinds)| {
            let mut used = [u64::MAX; PILE_WORDS];
            if texts == Texts::Names {
                let kinds = kinds.chunks(64).chain(std::iter::repeat(&[][..]));
                used.iter_mut().zip(kinds).for_each(|(word, kinds)| *word = bits(kinds, is_name));
            }
            Pile { text, ends, used, is_full }
        })
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
        self.rows_showing(hits, &places) & rows
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

    /// All rows that are led by a record that shows one of them.
    fn rows_showing(&self, hits: &Hits, places: &[Texts]) -> RoaringBitmap {
        let records = &self.records;
        let lists = in_resources(places).then(|| self.lists_with(hits));
        let of = |texts| places.contains(&texts).then(|| hits.of(texts));
        let columns = [
            (&records.title, of(Texts::Titles)),
            (&records.description, of(Texts::Descriptions)),
            (&records.resources, lists.as_ref()),
        ];
        let columns: Vec<_> = columns.into_iter().filter_map(|(column, of)| Some((column, of?))).collect();
        let mut found = Bits::new(self.rows.members.len());
        each_chunk(&mut found, |chunk, words| {
            let leads = self.leads(chunk);
            let mut values = Vec::with_capacity(CHUNK);
            for (column, of) in &columns {
                column.gather(&leads, &NO_TEXT, &mut values);
                for (values, word) in values.chunks(64).zip(&mut *words) {
                    // What is found already need not be looked up.
                    if *word != u64::MAX {
                        *word |= bits(values, |value| of.bit(*value));
                    }
                }
            }
        });
        found.to_rows()
    }

    /// The lists of resources that have one of them.
    fn lists_with(&self, hits: &Hits) -> Bits {
        let (ids, names) = (hits.of(Texts::ResourceIds), hits.of(Texts::Names));
        let mut lists = Bits::new(self.resources.len());
        let by_name = !names.is_empty();
        let hit = |[id, _, name]: &[u32; 3]| ids.bit(*id) | if by_name { names.bit(*name) } else { 0 };
        let is_hit = |resource: &[u32; 3]| hit(resource) != 0;
        each_chunk(&mut lists, |chunk, words| {
            let first = chunk * (CHUNK / SHELF);
            for (shelf, words) in (first..).zip(words.chunks_mut(PILE_WORDS)) {
                let (resources, lengths) = self.resources.shelf(shelf);
                match lengths {
                    // A resource each.
                    Lengths::Each(3) => {
                        let lists = resources.as_chunks().0.chunks(64);
                        words.iter_mut().zip(lists).for_each(|(word, lists)| *word = bits(lists, hit));
                    }
                    Lengths::Each(_) if resources.is_empty() => {}
                    Lengths::Each(each) => {
                        for (at, list) in resources.chunks(each).enumerate() {
                            mark(words, at, list.as_chunks().0.iter().any(is_hit));
                        }
                    }
                    Lengths::Until(ends) => {
                        let mut start = 0;
                        for (at, end) in ends.iter().enumerate() {
                            let list = resources.get(start..*end as usize).unwrap_or_default();
                            mark(words, at, list.as_chunks().0.iter().any(is_hit));
                            start = *end as usize;
                        }
                    }
                }
            }
        });
        lists
    }

    /// The leading records of a chunk of rows; no record's number for a row that is gone.
    pub(super) fn leads(&self, chunk: usize) -> Vec<u32> {
        let lead = |member: &u32| match *member {
            NO_ROW => NO_ROW,
            one if one & tables::MANY == 0 => one,
            group => {
                self.rows.groups.get(group & !tables::MANY).and_then(|group| group.first()).copied().unwrap_or(NO_ROW)
            }
        };
        self.rows.members.chunk(chunk).iter().map(lead).collect()
    }
}

/// A number that no text has.
pub(super) const NO_TEXT: u32 = u32::MAX;

fn mark(words: &mut [u64], at: usize, is_hit: bool) {
    if let Some(word) = words.get_mut(at / 64) {
        *word |= u64::from(is_hit) << (at % 64);
    }
}

/// A bit for each of up to 64 values, the first in the lowest. `bit` gives 0 or 1.
pub(super) fn bits<T>(values: &[T], bit: impl Fn(&T) -> u64) -> u64 {
    values.iter().rev().fold(0, |bits, value| bits << 1 | bit(value))
}
