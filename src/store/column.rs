//! Columns in shared chunks: a clone shares every chunk, a write copies the one chunk it touches.
//!
//! In: values by dense number. Out: the same, from the writer's own copy or from any clone of it. This is what makes
//! a snapshot of a million rows cost what changed since the last one.

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
}
