//! The texts of a snapshot as they lie in memory, for searches that read all of them, and the rows of what was found.

use roaring::RoaringBitmap;

use super::column::Arena;
use super::scan::Bits;
use super::tables::{NO_ROW, Tables};
use super::{Snapshot, Sym};

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
}

/// Distinct texts, one behind the other. One that is full never changes, nor does its place among the others.
#[derive(Debug, Clone, Copy)]
pub struct Pile<'a> {
    /// The symbol of its first text; the others follow it.
    pub first: Sym,
    pub text: &'a str,
    /// Where each text ends, in bytes.
    pub ends: &'a [u32],
    pub is_full: bool,
}

/// Texts that a search has found.
#[derive(Debug)]
pub struct Hits([Bits; 4]);

impl Hits {
    /// None yet, of the texts of this snapshot.
    #[must_use]
    pub fn none(snapshot: &Snapshot) -> Self {
        Self(Texts::ALL.map(|texts| Bits::new(snapshot.tables.texts(texts).len())))
    }

    pub fn insert(&mut self, texts: Texts, sym: Sym) {
        self.of_mut(texts).insert(sym.0);
    }

    fn of_mut(&mut self, texts: Texts) -> &mut Bits {
        let [titles, descriptions, resource_ids, names] = &mut self.0;
        match texts {
            Texts::Titles => titles,
            Texts::Descriptions => descriptions,
            Texts::ResourceIds => resource_ids,
            Texts::Names => names,
        }
    }
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
        piles
            .map(|(first, text, ends, is_full)| Pile { first: Sym(first), text: text.as_str(), ends, is_full })
            .collect()
    }

    /// The rows led by a record that shows one of them.
    pub(super) fn with_hits(&self, Hits([titles, descriptions, resource_ids, names]): &Hits) -> RoaringBitmap {
        let mut lists = Bits::new(self.resources.len());
        if !(resource_ids.is_empty() && names.is_empty()) {
            for (first, pile, ends, _) in self.resources.piles() {
                let mut start = 0;
                for (end, list) in ends.iter().zip(first..) {
                    let resources = pile.get(start..*end as usize).unwrap_or_default().as_chunks::<3>().0;
                    if resources.iter().any(|[id, _, name]| resource_ids.has(*id) || names.has(*name)) {
                        lists.insert(list);
                    }
                    start = *end as usize;
                }
            }
        }
        let records = &self.records;
        let mut found = Bits::new(self.rows.members.len());
        let mut hit = |record: u32, row: u32| {
            if row != NO_ROW && self.rows.members(row).first() == Some(&record) {
                found.insert(row);
            }
        };
        let chunks = records.title.chunks().zip(records.description.chunks());
        let chunks = chunks.zip(records.resources.chunks()).zip(records.row.chunks());
        let mut record = 0;
        for (((of_title, of_description), of_resources), of_row) in chunks {
            for (((title, description), resources), row) in
                of_title.iter().zip(of_description).zip(of_resources).zip(of_row)
            {
                if titles.has(*title) | descriptions.has(*description) | lists.has(*resources) {
                    hit(record, *row);
                }
                record += 1;
            }
        }
        let mut rows = RoaringBitmap::new();
        found.add_to(&mut rows);
        rows
    }
}
