//! Columns and arenas in shared chunks: a clone shares every chunk, a write copies the one chunk it touches.
//!
//! In: values by dense number. Out: the same, from the writer's own copy or from any clone of it. This is what makes
//! a snapshot of a million rows cost what changed since the last one.

use std::borrow::Borrow;
use std::ops::Range;
use std::sync::Arc;

/// Elements of a chunk: small enough to copy for one change, large enough that a million rows need a thousand.
pub(super) const CHUNK: usize = 1024;

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
            let chunks = Arc::make_mut(&mut self.chunks);
            // Alike to the last where one scope delivers everything, or nothing is ever said.
            let same = chunks.last().filter(|last| ***last == *self.tail).map(Arc::clone);
            chunks.push(same.unwrap_or_else(|| Arc::from(&self.tail[..])));
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
        if let Some(first) = places.first().filter(|first| are_neighbours(places, **first)) {
            let (mut from, end) = (*first as usize, *first as usize + places.len());
            while from < end {
                let till = end.min((from / CHUNK + 1) * CHUNK);
                let values = self.chunk_or_none(from / CHUNK).get(from % CHUNK..).unwrap_or_default();
                out.extend_from_slice(values.get(..till - from).unwrap_or(values));
                from = till;
            }
            out.resize(places.len(), missing.clone());
            return;
        }
        let (mut chunk, mut values): (usize, &[T]) = (usize::MAX, &[]);
        out.extend(places.iter().map(|place| {
            let (of, at) = (*place as usize / CHUNK, *place as usize % CHUNK);
            if of != chunk {
                (chunk, values) = (of, self.chunk_or_none(of));
            }
            values.get(at).unwrap_or(missing).clone()
        }));
    }

    fn chunk_or_none(&self, chunk: usize) -> &[T] {
        if chunk <= self.chunks.len() { self.chunk(chunk) } else { &[] }
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

/// Do these follow one another. All are looked at, without a branch: the processor does several at once.
pub(super) fn are_neighbours(places: &[u32], first: u32) -> bool {
    places.iter().zip(0..).fold(0, |differ, (place, after)| differ | (place ^ first.wrapping_add(after))) == 0
}

/// What an arena keeps its items in: text, or lists of numbers.
pub(super) trait Pile: Default + Clone {
    type Item: ?Sized + PartialEq + std::hash::Hash;
    /// Where items end, once their shelf is full.
    type Ends: Ends;
    fn append(&mut self, item: &Self::Item);
    fn size(&self) -> usize;
    fn slice(&self, range: Range<usize>) -> Option<&Self::Item>;
    fn seal(&mut self);
}

impl Pile for String {
    type Item = str;
    // Searches read them side by side with the text.
    type Ends = Vec<u32>;
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

impl<T: Copy + PartialEq + std::hash::Hash> Pile for Vec<T> {
    type Item = [T];
    // Ids are mostly of one length, and most findings have one resource.
    type Ends = MostlyEven;
    #[inline]
    fn append(&mut self, item: &[T]) {
        self.extend_from_slice(item);
    }
    #[inline]
    fn size(&self) -> usize {
        self.len()
    }
    #[inline]
    fn slice(&self, range: Range<usize>) -> Option<&[T]> {
        self.get(range)
    }
    fn seal(&mut self) {
        self.shrink_to_fit();
    }
}

/// Where the items of a full shelf end.
pub(super) trait Ends: Clone + std::fmt::Debug {
    fn of(ends: Vec<u32>) -> Self;
    fn len(&self) -> usize;
    fn get(&self, place: usize) -> Option<u32>;
}

impl Ends for Vec<u32> {
    fn of(mut ends: Vec<u32>) -> Self {
        ends.shrink_to_fit();
        ends
    }
    #[inline]
    fn len(&self) -> usize {
        self.len()
    }
    #[inline]
    fn get(&self, place: usize) -> Option<u32> {
        self.as_slice().get(place).copied()
    }
}

/// Ends of items that are often all of one length.
#[derive(Debug, Clone)]
pub(super) enum MostlyEven {
    Even { each: u32, count: usize },
    Uneven(Box<[u32]>),
}

impl Ends for MostlyEven {
    fn of(ends: Vec<u32>) -> Self {
        let each = ends.first().copied().unwrap_or_default();
        let mut even = std::iter::successors(Some(each), |end| end.checked_add(each));
        if ends.iter().all(|end| even.next() == Some(*end)) {
            Self::Even { each, count: ends.len() }
        } else {
            Self::Uneven(ends.into())
        }
    }
    #[inline]
    fn len(&self) -> usize {
        match self {
            Self::Even { count, .. } => *count,
            Self::Uneven(ends) => ends.len(),
        }
    }
    #[inline]
    fn get(&self, place: usize) -> Option<u32> {
        match self {
            Self::Even { each, count } => (place < *count).then(|| each * (u32::try_from(place).unwrap_or(0) + 1)),
            Self::Uneven(ends) => ends.get(place).copied(),
        }
    }
}

/// Items of an arena's chunk. Less than a column's: each publication copies the last one.
pub(super) const SHELF: usize = 256;

#[derive(Debug, Clone)]
struct Shelf<P, E> {
    pile: P,
    /// Where each item ends.
    ends: E,
}

impl<P: Pile, E: Ends> Shelf<P, E> {
    #[inline]
    fn get(&self, place: usize) -> Option<&P::Item> {
        let end = self.ends.get(place)? as usize;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| end as usize);
        self.pile.slice(start..end)
    }

    fn ends(&self) -> impl Iterator<Item = u32> {
        (0..self.ends.len()).filter_map(|place| self.ends.get(place))
    }

    fn items(&self) -> impl Iterator<Item = &P::Item> {
        let mut start = 0;
        self.ends().filter_map(move |end| {
            let item = self.pile.slice(start..end as usize);
            start = end as usize;
            item
        })
    }
}

/// Items of any length, by number, append-only: full shelves are never touched again, the last is each clone's own.
#[derive(Debug, Clone)]
pub(super) struct Arena<P: Pile> {
    shelves: Arc<Vec<Arc<Shelf<P, P::Ends>>>>,
    last: Shelf<P, Vec<u32>>,
    len: u32,
}

impl<P: Pile> Default for Arena<P> {
    fn default() -> Self {
        Self { shelves: Arc::default(), last: Shelf { pile: P::default(), ends: Vec::new() }, len: 0 }
    }
}

impl<P: Pile> Arena<P> {
    /// Of shelves as [`Self::shelves`] gives them. `None` when they do not hold what an arena's do.
    pub(super) fn of_shelves(mut shelves: Vec<(P, Vec<u32>)>) -> Option<Self> {
        let len = shelves.iter().map(|(_, ends)| ends.len()).sum::<usize>();
        let (pile, ends) = shelves.pop_if(|(_, ends)| ends.len() < SHELF).unwrap_or_default();
        let whole = shelves.iter().all(|(_, ends)| ends.len() == SHELF);
        let full = |(pile, ends)| Arc::new(Shelf { pile, ends: P::Ends::of(ends) });
        let shelves = shelves.into_iter().map(full).collect();
        let len = u32::try_from(len).unwrap_or(u32::MAX);
        whole.then(|| Self { shelves: Arc::new(shelves), last: Shelf { pile, ends }, len })
    }

    /// The items as they lie: so many together, and where each ends.
    pub(super) fn shelves(&self) -> impl Iterator<Item = (&P, Vec<u32>)> {
        let full = self.shelves.iter().map(|shelf| (&shelf.pile, shelf.ends().collect()));
        full.chain(std::iter::once((&self.last.pile, self.last.ends.clone())))
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
            let (mut pile, ends) = (std::mem::take(&mut self.last.pile), std::mem::take(&mut self.last.ends));
            pile.seal();
            Arc::make_mut(&mut self.shelves).push(Arc::new(Shelf { pile, ends: P::Ends::of(ends) }));
        }
        self.len += 1;
        at
    }

    /// Looks at the items from `SHELF * shelf` on, up to the next shelf's, in order.
    pub(super) fn each_of(&self, shelf: usize, look: impl FnMut(&P::Item)) {
        match self.shelves.get(shelf) {
            Some(full) => full.items().for_each(look),
            None if shelf == self.shelves.len() => self.last.items().for_each(look),
            None => {}
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &P::Item)> {
        (0..self.len).filter_map(|at| self.get(at).map(|item| (at, item)))
    }
}

impl Arena<String> {
    /// The piles as they lie, with where each item ends, and whether it is full: for searches that read all there is.
    pub(super) fn piles(&self) -> impl Iterator<Item = (&str, &[u32], bool)> {
        let full = self.shelves.iter().map(|shelf| (&*shelf.pile, &*shelf.ends, true));
        full.chain(std::iter::once((&*self.last.pile, &*self.last.ends, false)))
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
    fn values_are_gathered_from_any_places() {
        let mut column = Column::default();
        (0..3000u32).for_each(|n| column.push(n * 2));
        let mut out = vec![9];
        for places in [
            vec![],
            vec![5],
            (1000..2100).collect(),
            (2990..3010).collect(),
            vec![7, 8, 3, 2047, 2048, 9_000_000],
            vec![4_000_000],
        ] {
            column.gather(&places, &1, &mut out);
            let expected: Vec<u32> = places.iter().map(|place| column.get(*place).copied().unwrap_or(1)).collect();
            assert_eq!(out, expected, "{places:?}");
        }
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
