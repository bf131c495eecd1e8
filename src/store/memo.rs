//! What whole tuples of text came to last, so that a tuple costs one hash instead of a look-up for each of its texts.
//!
//! In: texts, in order. Out: the number that was noted for the same texts, if it was not displaced since. Records of a
//! page differ in few tuples (where from, which control, which state); a miss costs nothing but the long way.

use std::hash::BuildHasher;

/// Tuples remembered: some hundred accounts in a few Regions, with three products each, is the most that is common.
const SLOTS: usize = 4096;

/// A tuple and what it came to.
#[derive(Debug, Clone, Default)]
struct Noted {
    hash: u64,
    key: Box<[u8]>,
    number: u32,
}

/// One kind of tuple.
#[derive(Debug, Default)]
pub(super) struct Memo {
    slots: Vec<Noted>,
    hasher: hashbrown::DefaultHashBuilder,
    hash: u64,
    /// The tuple at hand: each text after its length.
    key: Vec<u8>,
}

impl Memo {
    /// What the tuple came to. Where that is not known, [`Self::note`] it.
    pub(super) fn get<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) -> Option<u32> {
        self.key.clear();
        for text in texts {
            self.key.extend_from_slice(&text.len().to_ne_bytes());
            self.key.extend_from_slice(text.as_bytes());
        }
        self.hash = self.hasher.hash_one(&*self.key);
        let noted = self.slots.get(Self::slot(self.hash))?;
        (noted.hash == self.hash && *noted.key == *self.key).then_some(noted.number)
    }

    /// Remembers what the tuple that was asked for last came to.
    pub(super) fn note(&mut self, number: u32) {
        if self.slots.is_empty() {
            self.slots = vec![Noted::default(); SLOTS];
        }
        if let Some(slot) = self.slots.get_mut(Self::slot(self.hash)) {
            *slot = Noted { hash: self.hash, key: self.key.as_slice().into(), number };
        }
    }

    fn slot(hash: u64) -> usize {
        usize::try_from(hash % SLOTS as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tuple_is_known_by_its_texts_and_where_they_end() {
        let mut memo = Memo::default();
        assert_eq!(memo.get(["a", "bc"]), None);
        memo.note(7);
        assert_eq!((memo.get(["a", "bc"]), memo.get(["ab", "c"]), memo.get(["a", "bc", ""])), (Some(7), None, None));
    }

    #[test]
    fn what_is_displaced_is_not_known_and_nothing_is_mistaken() {
        let mut memo = Memo::default();
        let text = |n: u32| format!("text {n}");
        for n in 0..20_000 {
            memo.get([&*text(n)]);
            memo.note(n);
        }
        let known: Vec<(u32, u32)> = (0..20_000).filter_map(|n| Some((n, memo.get([&*text(n)])?))).collect();
        assert!(!known.is_empty() && known.len() <= SLOTS);
        assert!(known.iter().all(|(n, number)| n == number));
    }
}
