//! Which texts each row shows, side by side in memory: for one search after another of the same snapshot.
//!
//! In: a snapshot, once. Out: the rows that show what was found. The columns say the same, but by way of the leading
//! record and its list of resources, each in a place of its own, and what a search waits for is memory. Twelve bytes a
//! row, and only while somebody searches.

use std::ops::Range;
use std::thread;

use roaring::RoaringBitmap;

use super::bits::Bits;
use super::column::CHUNK;
use super::scan::MANY as MANY_ROWS;
use super::tables::{MANY, Tables, word};
use super::texts::{NO_TEXT, bits};
use super::{Hits, Snapshot, Texts};

/// The texts of all rows of a snapshot.
#[derive(Debug)]
pub struct Shown {
    version: u64,
    /// The rows of the first half.
    first: u32,
    halves: [Half; 2],
}

/// The texts of half of the rows; [`NO_TEXT`] for a row that is gone.
#[derive(Debug, Default)]
struct Half {
    titles: Vec<u32>,
    descriptions: Vec<u32>,
    /// The id of its one resource; of a row that shows other than one id without a name, [`MANY`] and its place below.
    resources: Vec<u32>,
    /// Where the ids and names of each end.
    ends: Vec<u32>,
    several: Vec<[u32; 2]>,
}

/// Up to one row in so many, each is looked up; from there on all rows are passed over in order.
const SPARSE: u64 = 32;

impl Shown {
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        let tables = &snapshot.tables;
        let rows = tables.rows.members.len();
        let chunks = (rows as usize).div_ceil(CHUNK);
        let half = chunks / 2;
        let halves = thread::scope(|scope| {
            let second = scope.spawn(|| Half::of(tables, half..chunks));
            let first = Half::of(tables, 0..half);
            match second.join() {
                Ok(second) => [first, second],
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
        Self { version: snapshot.version(), first: u32::try_from(half * CHUNK).unwrap_or(rows), halves }
    }

    #[must_use]
    pub const fn is_of(&self, snapshot: &Snapshot) -> bool {
        self.version == snapshot.version()
    }

    fn half(&self, row: u32) -> (&Half, usize) {
        let [first, second] = &self.halves;
        if row < self.first { (first, row as usize) } else { (second, (row - self.first) as usize) }
    }

    /// Those of the rows.
    #[must_use]
    pub fn by(&self, snapshot: &Snapshot, rows: &RoaringBitmap) -> Hits {
        let mut hits = Hits::none(snapshot);
        let [titles, descriptions, resource_ids, names] = hits.each_mut();
        for row in rows {
            let (half, at) = self.half(row);
            for (bits, texts) in [(&mut *titles, &half.titles), (&mut *descriptions, &half.descriptions)] {
                bits.insert(texts.get(at).copied().unwrap_or(NO_TEXT));
            }
            match half.resources.get(at) {
                Some(id) if id & MANY == 0 => resource_ids.insert(*id),
                Some(place) => {
                    for [id, name] in half.several(*place) {
                        resource_ids.insert(*id);
                        names.insert(*name);
                    }
                }
                None => {}
            }
        }
        hits
    }

    /// The rows of `rows` that show one of them, of those in these places.
    #[must_use]
    pub fn with_hits(&self, hits: &Hits, places: &[Texts], rows: &RoaringBitmap) -> RoaringBitmap {
        let found = Found::of(hits, places);
        if found.is_empty() {
            return RoaringBitmap::new();
        }
        let [first, second] = &self.halves;
        let len = first.titles.len() + second.titles.len();
        if rows.len() < len as u64 / SPARSE {
            let shows = |row: &u32| {
                let (half, at) = self.half(*row);
                half.shows(&found, at)
            };
            return RoaringBitmap::from_sorted_iter(rows.iter().filter(shows)).unwrap_or_default();
        }
        let mut all = Bits::new(u32::try_from(len).unwrap_or(u32::MAX));
        let (front, back) = all.words_mut().split_at_mut(self.first as usize / 64);
        if len < MANY_ROWS {
            first.mark(&found, front);
            second.mark(&found, back);
        } else {
            thread::scope(|scope| {
                // Joined at the end of the scope, which passes a panic on.
                scope.spawn(|| second.mark(&found, back));
                first.mark(&found, front);
            });
        }
        all.to_rows() & rows
    }
}

/// What was found in each place; `None` where nothing was, or nobody asks.
struct Found<'a> {
    titles: Option<&'a Bits>,
    descriptions: Option<&'a Bits>,
    resource_ids: Option<&'a Bits>,
    names: Option<&'a Bits>,
}

impl<'a> Found<'a> {
    fn of(hits: &'a Hits, places: &[Texts]) -> Self {
        let of = |texts| places.contains(&texts).then(|| hits.of(texts)).filter(|bits| !bits.is_empty());
        Self {
            titles: of(Texts::Titles),
            descriptions: of(Texts::Descriptions),
            resource_ids: of(Texts::ResourceIds),
            names: of(Texts::Names),
        }
    }

    const fn is_empty(&self) -> bool {
        self.titles.is_none() && self.descriptions.is_none() && !self.has_resources()
    }

    const fn has_resources(&self) -> bool {
        self.resource_ids.is_some() || self.names.is_some()
    }
}

impl Half {
    fn of(tables: &Tables, chunks: Range<usize>) -> Self {
        let (mut half, records) = (Self::default(), &tables.records);
        for texts in [&mut half.titles, &mut half.descriptions, &mut half.resources] {
            texts.reserve_exact(chunks.len() * CHUNK);
        }
        let mut values = Vec::with_capacity(CHUNK);
        for chunk in chunks {
            let leads = tables.leads(chunk);
            for (column, texts) in [(&records.title, &mut half.titles), (&records.description, &mut half.descriptions)]
            {
                column.gather(&leads, &NO_TEXT, &mut values);
                texts.extend_from_slice(&values);
            }
            records.resources.gather(&leads, &NO_TEXT, &mut values);
            for list in &values {
                let resource = match tables.resources.get(*list).unwrap_or_default().as_chunks::<3>().0 {
                    [[id, _, word::NONE]] => *id,
                    several => half.add(several),
                };
                half.resources.push(resource);
            }
        }
        half
    }

    fn add(&mut self, several: &[[u32; 3]]) -> u32 {
        let place = u32::try_from(self.ends.len()).unwrap_or(0);
        self.several.extend(several.iter().map(|[id, _, name]| [*id, *name]));
        self.ends.push(u32::try_from(self.several.len()).unwrap_or(u32::MAX));
        MANY | place
    }

    fn several(&self, place: u32) -> &[[u32; 2]] {
        let at = (place & !MANY) as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.ends.get(at).and_then(|end| self.several.get(start..*end as usize)).unwrap_or_default()
    }

    fn has_resource(&self, found: &Found<'_>, resource: u32) -> bool {
        let is_in = |of: Option<&Bits>, text| of.is_some_and(|bits| bits.has(text));
        if resource & MANY == 0 {
            return is_in(found.resource_ids, resource);
        }
        self.several(resource).iter().any(|[id, name]| is_in(found.resource_ids, *id) || is_in(found.names, *name))
    }

    fn shows(&self, found: &Found<'_>, at: usize) -> bool {
        let has =
            |of: Option<&Bits>, texts: &[u32]| of.is_some_and(|of| texts.get(at).is_some_and(|text| of.has(*text)));
        has(found.titles, &self.titles)
            || has(found.descriptions, &self.descriptions)
            || (found.has_resources() && self.resources.get(at).is_some_and(|of| self.has_resource(found, *of)))
    }

    /// Marks the rows that show something of it.
    fn mark(&self, found: &Found<'_>, words: &mut [u64]) {
        for (of, texts) in [(found.titles, &self.titles), (found.descriptions, &self.descriptions)] {
            let Some(of) = of else { continue };
            for (word, texts) in words.iter_mut().zip(texts.chunks(64)) {
                // What is found already need not be looked up.
                if *word != u64::MAX {
                    *word |= bits(texts, |text| of.bit(*text));
                }
            }
        }
        if found.has_resources() {
            for (word, resources) in words.iter_mut().zip(self.resources.chunks(64)) {
                if *word == u64::MAX {
                    continue;
                }
                if let Some(ids) = found.resource_ids {
                    // Several are no id: beyond the last.
                    *word |= bits(resources, |resource| ids.bit(*resource));
                }
                let mut left = bits(resources, |resource| u64::from(resource / MANY)) & !*word;
                while left != 0 {
                    let bit = left.trailing_zeros();
                    left &= left - 1;
                    let resource = resources.get(bit as usize).copied().unwrap_or(NO_TEXT);
                    *word |= u64::from(self.has_resource(found, resource)) << bit;
                }
            }
        }
    }
}
