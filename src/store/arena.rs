//! Arenas: items of any length by number, in shared shelves. An item's number is found by an [`Index`](super::index).
//!
//! In: texts, ids, lists of numbers, each once. Out: the same by number, from the writer's own copy or from any clone of
//! it. A full shelf is never touched again, so a clone costs what is not yet full.

use std::ops::Range;
use std::sync::Arc;

/// What an arena keeps its items in: text, or lists of numbers.
pub(super) trait Pile: Default + Clone {
    type Item: ?Sized + PartialEq + std::hash::Hash;
    /// Where items end, once their shelf is full.
    type Ends: Ends;
    fn append(&mut self, item: &Self::Item);
    fn size(&self) -> usize;
    fn slice(&self, range: Range<usize>) -> Option<&Self::Item>;
    /// What is in it, in no more memory than that takes. It is empty then, and has the room that it had.
    fn seal(&mut self) -> Self;
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
    fn seal(&mut self) -> Self {
        let sealed = self.clone();
        self.clear();
        sealed
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
    fn seal(&mut self) -> Self {
        let sealed = self.clone();
        self.clear();
        sealed
    }
}

/// Where the items of a full shelf end.
pub(super) trait Ends: Clone + std::fmt::Debug {
    fn of(ends: &[u32]) -> Self;
    fn len(&self) -> usize;
    fn get(&self, place: usize) -> Option<u32>;
}

impl Ends for Vec<u32> {
    fn of(ends: &[u32]) -> Self {
        ends.to_vec()
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
    fn of(ends: &[u32]) -> Self {
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

type Full<P> = Shelf<P, <P as Pile>::Ends>;

/// Items of any length, by number, append-only: full shelves are never touched again, the last is each clone's own.
#[derive(Debug, Clone)]
pub(super) struct Arena<P: Pile> {
    shelves: Arc<Vec<Arc<Full<P>>>>,
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
        let full = |(pile, ends): (P, Vec<u32>)| Arc::new(Shelf { pile, ends: P::Ends::of(&ends) });
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
            let full = Shelf { pile: self.last.pile.seal(), ends: P::Ends::of(&self.last.ends) };
            self.last.ends.clear();
            Arc::make_mut(&mut self.shelves).push(Arc::new(full));
        }
        self.len += 1;
        at
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &P::Item)> {
        (0..self.len).filter_map(|at| self.get(at).map(|item| (at, item)))
    }
}

impl<T: Copy + PartialEq + std::hash::Hash> Arena<Vec<T>> {
    /// The first of each list of `N`, in order; `other` of each that is longer or shorter.
    pub(super) fn firsts<const N: usize>(&self, other: T) -> Vec<T> {
        let mut all = Vec::with_capacity(self.len as usize);
        let any = |list: &[T]| list.first().filter(|_| list.len() == N).copied().unwrap_or(other);
        for shelf in &*self.shelves {
            match shelf.ends {
                // Mostly all of a shelf are alike, and lie there as they are.
                MostlyEven::Even { each, .. } if each as usize == N => {
                    all.extend(shelf.pile.as_chunks::<N>().0.iter().map(|list| list[0]));
                }
                _ => all.extend(shelf.items().map(any)),
            }
        }
        all.extend(self.last.items().map(any));
        all
    }

    /// The items from `SHELF * number` on, up to the next shelf's, as they lie: side by side, and how long they are.
    pub(super) fn shelf(&self, number: usize) -> (&[T], Lengths<'_>) {
        match self.shelves.get(number) {
            Some(full) => match &full.ends {
                MostlyEven::Even { each, .. } => (&full.pile, Lengths::Each(*each as usize)),
                MostlyEven::Uneven(ends) => (&full.pile, Lengths::Until(ends)),
            },
            None => (&self.last.pile, Lengths::Until(&self.last.ends)),
        }
    }
}

/// How long the items of a shelf are.
pub(super) enum Lengths<'a> {
    /// All as long as this.
    Each(usize),
    /// Where each ends.
    Until(&'a [u32]),
}

impl Arena<String> {
    /// The number of the empty text, if it is here.
    pub(super) fn empty(&self) -> Option<u32> {
        let mut first = 0;
        self.piles().find_map(|(_, ends, _)| {
            // All are looked at, without a branch: there is hardly ever one.
            let pairs = || ends.iter().zip(ends.get(1..).unwrap_or_default());
            let is_inside = pairs().fold(0, |any, (start, end)| any | u32::from(start == end)) != 0;
            let place = match ends.first() {
                Some(0) => Some(0),
                _ if is_inside => pairs().position(|(start, end)| start == end).map(|before| before + 1),
                _ => None,
            };
            let found = place.and_then(|place| u32::try_from(first + place).ok());
            first += ends.len();
            found
        })
    }

    /// The first byte of each text, in order; of an empty one 0.
    pub(super) fn letters(&self) -> impl Iterator<Item = u8> {
        self.piles().flat_map(|(text, ends, _)| {
            let starts = std::iter::once(&0).chain(ends);
            starts.zip(ends).map(move |(start, end)| {
                let first = text.as_bytes().get(*start as usize);
                first.copied().filter(|_| start < end).unwrap_or_default()
            })
        })
    }

    /// The piles as they lie, with where each item ends, and whether it is full: for searches that read all there is.
    pub(super) fn piles(&self) -> impl Iterator<Item = (&str, &[u32], bool)> {
        let full = self.shelves.iter().map(|shelf| (&*shelf.pile, &*shelf.ends, true));
        full.chain(std::iter::once((&*self.last.pile, &*self.last.ends, false)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_one_length_are_told_from_the_others() {
        let mut arena = Arena::<Vec<u32>>::default();
        let list = |n: u32| -> Vec<u32> {
            (0..if n > 300 && n.is_multiple_of(7) { n % 4 } else { 2 }).map(|at| n + at).collect()
        };
        (0..1100).for_each(|n| assert_eq!(arena.push(&list(n)), n));
        let expected = (0..1100).map(list).map(|list| if list.len() == 2 { list[0] } else { 9999 });
        assert_eq!(arena.firsts::<2>(9999), expected.collect::<Vec<_>>());
    }

    #[test]
    fn the_empty_text_and_the_first_letters_are_found() {
        let mut arena = Arena::<String>::default();
        (0..700).for_each(|n| assert_eq!(arena.push(&format!("{n} text")), n));
        assert_eq!(arena.empty(), None);
        for (text, number) in [("", 700), ("last", 701)] {
            assert_eq!(arena.push(text), number);
            assert_eq!(arena.empty(), Some(700));
        }
        let letters: Vec<u8> = arena.iter().map(|(_, text)| text.bytes().next().unwrap_or_default()).collect();
        assert_eq!(arena.letters().collect::<Vec<_>>(), letters);
    }
}
