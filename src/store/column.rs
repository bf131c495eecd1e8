//! Columns and arenas in shared chunks: a clone shares every chunk, a write copies the one chunk it touches.
//!
//! In: values by dense number. Out: the same, from the writer's own copy or from any clone of it. This is what makes
//! a snapshot of a million rows cost what changed since the last one.

use std::borrow::Borrow;
use std::ops::Range;
use std::sync::Arc;

/// Elements of a chunk: small enough to copy for one change, large enough that a million rows need a thousand.
pub(super) const CHUNK: usize = 1024;

/// So many neighbours are worth to be looked for.
const NEIGHBOURS: usize = 8;
/// Of values that are no neighbours so many are taken before neighbours are looked for again.
const SCATTERED: usize = 128;

/// A growing array in copy-on-write chunks. The last, unfinished one is each clone's own: adding a value is as cheap as
/// in a `Vec`.
#[derive(Debug, Clone)]
pub(super) struct Column<T> {
    chunks: Arc<Vec<Arc<[T]>>>,
    /// What follows the chunks: less than one.
    tail: Vec<T>,
    len: u32,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Arc::default(), tail: Vec::new(), len: 0 }
    }
}

impl<T: Clone + Default + PartialEq> Column<T> {
    /// Of chunks as [`Self::chunks`] gives them: each whole but the last.
    pub(super) fn of_chunks(mut chunks: Vec<Arc<[T]>>) -> Self {
        let len = chunks.iter().map(|chunk| chunk.len()).sum::<usize>();
        let tail = chunks.pop_if(|last| last.len() < CHUNK).map_or_else(Vec::new, |last| last.to_vec());
        Self { chunks: Arc::new(chunks), tail, len: u32::try_from(len).unwrap_or(u32::MAX) }
    }

    pub(super) const fn len(&self) -> u32 {
        self.len
    }

    #[inline]
    pub(super) fn get(&self, at: u32) -> Option<&T> {
        let at = at as usize;
        match self.chunks.get(at / CHUNK) {
            Some(chunk) => chunk.get(at % CHUNK),
            None => self.tail.get(at - self.chunks.len() * CHUNK),
        }
    }

    /// The value, or the type's default beyond the end.
    #[inline]
    pub(super) fn at(&self, at: u32) -> T {
        self.get(at).cloned().unwrap_or_default()
    }

    #[inline]
    pub(super) fn push(&mut self, value: T) {
        self.len += 1;
        self.tail.push(value);
        if self.tail.len() == CHUNK {
            Arc::make_mut(&mut self.chunks).push(Arc::from(&self.tail[..]));
            self.tail.clear();
        }
    }

    /// Sets a value; one that is there already copies nothing. Grows to hold `at`.
    #[inline]
    pub(super) fn set(&mut self, at: u32, value: T) {
        while self.len < at {
            self.push(T::default());
        }
        if self.len == at {
            return self.push(value);
        }
        if self.get(at).is_none_or(|held| *held != value) {
            self.write(at as usize, value);
        }
    }

    fn write(&mut self, at: usize, value: T) {
        let slot = if at / CHUNK < self.chunks.len() {
            Arc::make_mut(&mut self.chunks)
                .get_mut(at / CHUNK)
                .and_then(|chunk| Arc::make_mut(chunk).get_mut(at % CHUNK))
        } else {
            self.tail.get_mut(at % CHUNK)
        };
        if let Some(slot) = slot {
            *slot = value;
        }
    }

    /// The values from `CHUNK * chunk` on, up to the next chunk's: for loops whose next value is mostly a neighbour.
    #[inline]
    pub(super) fn chunk(&self, chunk: usize) -> &[T] {
        self.chunks.get(chunk).map_or(&self.tail[..], |chunk| chunk)
    }

    /// The values at these places, which mostly are neighbours; beyond the end `missing`.
    pub(super) fn gather(&self, places: &[u32], missing: &T, out: &mut Vec<T>) {
        out.clear();
        let mut left = places;
        while let Some(first) = left.first() {
            let (chunk, at) = (*first as usize / CHUNK, *first as usize % CHUNK);
            let values = if chunk <= self.chunks.len() { self.chunk(chunk) } else { &[] };
            // Neighbours are copied in one go.
            let run = left.iter().zip(*first..).take_while(|(place, next)| *place == next).count();
            match values.get(at..).and_then(|values| values.get(..run.min(CHUNK - at))) {
                Some(values) if run >= NEIGHBOURS => {
                    out.extend_from_slice(values);
                    left = left.get(values.len()..).unwrap_or_default();
                }
                _ => {
                    let here =
                        left.iter().take_while(|place| **place as usize / CHUNK == chunk).take(SCATTERED).count();
                    let (some, rest) = left.split_at(here);
                    out.extend(some.iter().map(|place| values.get(*place as usize % CHUNK).unwrap_or(missing).clone()));
                    left = rest;
                }
            }
        }
    }

    /// All values in order, in stretches: for the tightest loops.
    pub(super) fn chunks(&self) -> impl Iterator<Item = &[T]> {
        self.chunks.iter().map(|chunk| &**chunk).chain(std::iter::once(&self.tail[..]))
    }

    /// All values in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks().flatten()
    }
}

/// What an arena keeps its items in: text, or lists of numbers.
pub(super) trait Pile: Default + Clone {
    type Item: ?Sized + PartialEq + std::hash::Hash;
    fn append(&mut self, item: &Self::Item);
    fn size(&self) -> usize;
    fn slice(&self, range: Range<usize>) -> Option<&Self::Item>;
    fn seal(&mut self);
}

impl Pile for String {
    type Item = str;
    #[inline]
    fn append(&mut self, item: &str) {
        self.push_str(item);
    }
    #[inline]
    fn size(&self) -> usize {
        self.len()
    }
    #[inline]
    fn slice(&self, range: Range<usize>) -> Option<&str> {
        self.get(range)
    }
    fn seal(&mut self) {
        self.shrink_to_fit();
    }
}

impl Pile for Vec<u32> {
    type Item = [u32];
    #[inline]
    fn append(&mut self, item: &[u32]) {
        self.extend_from_slice(item);
    }
    #[inline]
    fn size(&self) -> usize {
        self.len()
    }
    #[inline]
    fn slice(&self, range: Range<usize>) -> Option<&[u32]> {
        self.get(range)
    }
    fn seal(&mut self) {
        self.shrink_to_fit();
    }
}

/// Items of an arena's chunk. Less than a column's: each publication copies the last one.
pub(super) const SHELF: usize = 256;

#[derive(Debug, Clone, Default)]
struct Shelf<P> {
    pile: P,
    /// Where each item ends.
    ends: Vec<u32>,
}

impl<P: Pile> Shelf<P> {
    #[inline]
    fn get(&self, place: usize) -> Option<&P::Item> {
        let end = *self.ends.get(place)? as usize;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        self.pile.slice(start..end)
    }
}

/// Items of any length, by number, append-only: full shelves are never touched again, the last is each clone's own.
#[derive(Debug, Clone)]
pub(super) struct Arena<P> {
    shelves: Arc<Vec<Arc<Shelf<P>>>>,
    last: Shelf<P>,
    len: u32,
}

impl<P: Pile> Default for Arena<P> {
    fn default() -> Self {
        Self { shelves: Arc::default(), last: Shelf::default(), len: 0 }
    }
}

impl<P: Pile> Arena<P> {
    /// Of shelves as [`Self::shelves`] gives them. `None` when they do not hold what an arena's do.
    pub(super) fn of_shelves(mut shelves: Vec<(P, Vec<u32>)>) -> Option<Self> {
        let len = shelves.iter().map(|(_, ends)| ends.len()).sum::<usize>();
        let (pile, ends) = shelves.pop_if(|(_, ends)| ends.len() < SHELF).unwrap_or_default();
        let whole = shelves.iter().all(|(_, ends)| ends.len() == SHELF);
        let shelves = shelves.into_iter().map(|(pile, ends)| Arc::new(Shelf { pile, ends })).collect();
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        whole.then(|| Self { shelves: Arc::new(shelves), last: Shelf { pile, ends }, len })
    }

    /// The items as they lie: so many together, and where each ends.
    pub(super) fn shelves(&self) -> impl Iterator<Item = (&P, &[u32])> {
        let full = self.shelves.iter().map(|shelf| &**shelf);
        full.chain(std::iter::once(&self.last)).map(|shelf| (&shelf.pile, &*shelf.ends))
    }

    pub(super) const fn len(&self) -> u32 {
        self.len
    }

    #[inline]
    pub(super) fn get(&self, at: u32) -> Option<&P::Item> {
        let at = at as usize;
        match self.shelves.get(at / SHELF) {
            Some(held) => held.get(at % SHELF),
            None => self.last.get(at - self.shelves.len() * SHELF),
        }
    }

    /// Adds an item and gives its number.
    #[inline]
    pub(super) fn push(&mut self, item: &P::Item) -> u32 {
        let at = self.len;
        self.last.pile.append(item);
        self.last.ends.push(u32::try_from(self.last.pile.size()).unwrap_or(u32::MAX));
        if self.last.ends.len() == SHELF {
            let mut full = std::mem::take(&mut self.last);
            full.pile.seal();
            full.ends.shrink_to_fit();
            Arc::make_mut(&mut self.shelves).push(Arc::new(full));
        }
        self.len += 1;
        at
    }

    /// The piles as they lie, each with the number of its first item, where each item ends, and whether it is full: for searches that read
    /// all there is.
    pub(super) fn piles(&self) -> impl Iterator<Item = (u32, &P, &[u32], bool)> {
        let shelves = self.shelves.iter().map(|shelf| &**shelf).chain(std::iter::once(&self.last));
        let numbered = (0u32..).step_by(SHELF).zip(shelves);
        numbered.map(|(first, shelf)| (first, &shelf.pile, &shelf.ends[..], shelf.ends.len() == SHELF))
    }

    /// The pile of [`SHELF`] items from `SHELF * at` on, and where each of them ends.
    pub(super) fn pile(&self, at: usize) -> (&P, &[u32]) {
        let held = self.shelves.get(at).map_or(&self.last, |full| full);
        (&held.pile, &held.ends)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &P::Item)> {
        (0..self.len).filter_map(|at| self.get(at).map(|item| (at, item)))
    }
}

/// Finds an item's number in an arena: keeps numbers only, the items stay where they are.
#[derive(Debug, Default)]
pub(super) struct Index {
    table: hashbrown::HashTable<u32>,
    hasher: hashbrown::DefaultHashBuilder,
}

impl Index {
    /// Of an arena that is filled already.
    pub(super) fn of<P: Pile>(arena: &Arena<P>) -> Self {
        use std::hash::BuildHasher;
        let mut index = Self::default();
        let hasher = &index.hasher;
        index.table.reserve(arena.len() as usize, |_| 0);
        for (at, item) in arena.iter() {
            let hash = hasher.hash_one(item);
            index.table.insert_unique(hash, at, |at| arena.get(*at).map_or(0, |item| hasher.hash_one(item)));
        }
        index
    }

    /// The number of an equal item, or that of the item now added.
    pub(super) fn intern<P: Pile, Q: ?Sized + Borrow<P::Item>>(&mut self, arena: &mut Arena<P>, item: &Q) -> u32 {
        use std::hash::BuildHasher;
        let item = item.borrow();
        let hash = self.hasher.hash_one(item);
        if let Some(held) = self.table.find(hash, |at| arena.get(*at) == Some(item)) {
            return *held;
        }
        let at = arena.push(item);
        let hasher = &self.hasher;
        self.table.insert_unique(hash, at, |at| arena.get(*at).map_or(0, |item| hasher.hash_one(item)));
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_keeps_what_it_saw() {
        let mut column = Column::default();
        (0..3000u32).for_each(|n| column.push(n));
        let before = column.clone();
        column.set(2999, 7);
        column.set(5000, 9);
        assert_eq!((before.at(2999), before.len(), before.get(3000)), (2999, 3000, None));
        assert_eq!((column.at(2999), column.at(5000), column.at(4999)), (7, 9, 0));
        assert_eq!(before.iter().copied().collect::<Vec<_>>(), (0..3000).collect::<Vec<_>>());
    }

    #[test]
    fn equal_items_have_one_number() {
        let (mut arena, mut index) = (Arena::<String>::default(), Index::default());
        let numbers: Vec<u32> = (0..2000).map(|n| index.intern(&mut arena, &format!("text {}", n % 700))).collect();
        let frozen = arena.clone();
        assert_eq!(arena.len(), 700);
        assert_eq!(numbers.iter().copied().max(), Some(699));
        index.intern(&mut arena, "more");
        assert_eq!((frozen.get(700), arena.get(700)), (None, Some("more")));
        assert_eq!(arena.get(numbers[1999]), Some("text 599"));
    }
}
