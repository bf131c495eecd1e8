//! Finds the number of an item that an arena keeps already: the writer's own.
//!
//! In: items, many at a time. Out: their numbers; what is new is added to the arena. Only numbers are kept, the items
//! stay where they are.
//!
//! **Why many at a time.** Neither the table nor the items fit the processor's caches, and a look-up is a chain of
//! places that have to be fetched: the slot, the shelf, where the item ends, the item. One look-up after another waits
//! for each of them. Here every step is taken for all items before the next one, so that the fetches overlap.

use std::hash::BuildHasher;

use hashbrown::HashTable;

use super::arena::{Arena, Pile};

/// Not an item's number.
const NOWHERE: u32 = u32::MAX;

#[derive(Debug, Default)]
pub(super) struct Index {
    table: HashTable<u32>,
    hasher: hashbrown::DefaultHashBuilder,
    /// Reused: of the items at hand.
    hashes: Vec<u64>,
}

impl Index {
    /// Of an arena that is filled already.
    pub(super) fn of<P: Pile>(arena: &Arena<P>) -> Self {
        let mut index = Self::default();
        index.fill(arena, arena.len() as usize);
        index
    }

    /// The numbers of these items, in their order: of an equal item, or that of the item now added.
    pub(super) fn intern_all<P: Pile>(&mut self, arena: &mut Arena<P>, items: &[&P::Item], numbers: &mut Vec<u32>) {
        let mut hashes = std::mem::take(&mut self.hashes);
        hashes.clear();
        hashes.extend(items.iter().map(|item| self.hasher.hash_one(*item)));
        numbers.clear();
        // The first whose hash seems the same: nearly always the one.
        let near = |hash: &u64| self.table.find(*hash, |_| true).copied().unwrap_or(NOWHERE);
        numbers.extend(hashes.iter().map(near));
        let held: Vec<Option<&P::Item>> = numbers.iter().map(|number| arena.get(*number)).collect();
        for ((number, item), held) in numbers.iter_mut().zip(items).zip(held) {
            if held != Some(*item) {
                *number = NOWHERE;
            }
        }
        for ((number, item), hash) in numbers.iter_mut().zip(items).zip(&hashes) {
            if *number == NOWHERE {
                *number = self.enter(arena, item, *hash);
            }
        }
        self.hashes = hashes;
    }

    /// The same for one.
    pub(super) fn intern<P: Pile>(&mut self, arena: &mut Arena<P>, item: &P::Item) -> u32 {
        let hash = self.hasher.hash_one(item);
        self.enter(arena, item, hash)
    }

    fn enter<P: Pile>(&mut self, arena: &mut Arena<P>, item: &P::Item, hash: u64) -> u32 {
        if let Some(held) = self.table.find(hash, |at| arena.get(*at) == Some(item)) {
            return *held;
        }
        let len = self.table.len();
        if len == self.table.capacity() {
            self.fill(arena, len + 1);
        }
        let at = arena.push(item);
        self.table.insert_unique(hash, at, |_| 0);
        at
    }

    /// Makes the table anew, with room for so many. The items are read in the order in which they lie: a table that
    /// grows by itself would fetch each from somewhere else.
    fn fill<P: Pile>(&mut self, arena: &Arena<P>, room: usize) {
        // The old one goes before the new one comes.
        self.table = HashTable::new();
        self.table = HashTable::with_capacity(room);
        for (at, item) in arena.iter() {
            // It has the room: nothing is hashed again.
            self.table.insert_unique(self.hasher.hash_one(item), at, |_| 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn many_at_a_time_are_numbered_as_one_by_one() {
        let texts: Vec<String> = (0..5000_u32).map(|n| format!("text {}", n * n % 1201)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (mut arena, mut index, mut numbers) = (Arena::<String>::default(), Index::default(), vec![7]);
        let (mut same, mut single) = (Arena::<String>::default(), Index::default());
        // Some twice in one go, some known from before, the table growing within.
        for texts in texts.chunks(333) {
            index.intern_all(&mut arena, texts, &mut numbers);
            let expected: Vec<u32> = texts.iter().map(|text| single.intern(&mut same, text)).collect();
            assert_eq!(numbers, expected);
        }
        assert!(arena.iter().eq(same.iter()));
        let mut again = Index::of(&arena);
        again.intern_all(&mut arena, &texts, &mut numbers);
        assert!(texts.iter().zip(&numbers).all(|(text, number)| arena.get(*number) == Some(text)));
        assert_eq!(arena.len(), same.len());
    }
}
