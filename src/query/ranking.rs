//! Rows in order, without writing them down: all rows stand in a ranking, and an answer marks those places that match.
//!
//! In: the order of all rows, once; then the rows of one question after another. Out: an [`Ordered`] each. A letter typed
//! over a million findings costs a bit a row; a list of the same rows would be four bytes each, of which a screen shows
//! a few dozen. Any line is found from the bits, any row's line too, and so is how many there are.

use std::collections::HashMap;
use std::sync::Arc;

use roaring::RoaringBitmap;

use crate::store::{Bits, RowId};

/// All rows in one order, and the place of each.
#[derive(Debug)]
pub(super) struct Ranking {
    rows: Vec<RowId>,
    /// By row: where it stands; [`NOWHERE`] for one that does not.
    places: Vec<u32>,
}

const NOWHERE: u32 = u32::MAX;

/// Fewer than one row in so many: their places are looked up. From there on all places are passed along.
const FEW_OF_ALL: usize = 12;

/// More rows than this are passed along by two threads.
const MANY: usize = 1 << 17;

impl Ranking {
    pub(super) fn of(rows: Vec<RowId>) -> Self {
        let mut places = vec![NOWHERE; rows.iter().map(|row| row.0 as usize + 1).max().unwrap_or_default()];
        for (row, at) in rows.iter().zip(0u32..) {
            if let Some(place) = places.get_mut(row.0 as usize) {
                *place = at;
            }
        }
        Self { rows, places }
    }

    /// Those of `rows` that stand in it, in its order.
    pub(super) fn pick(self: &Arc<Self>, rows: &RoaringBitmap) -> Ordered {
        let count = usize::try_from(rows.len()).unwrap_or(usize::MAX);
        let mut marks = vec![0; self.rows.len().div_ceil(64)];
        if count == self.rows.len() {
            marks.iter_mut().zip(self.rows.chunks(64)).for_each(|(mark, rows)| *mark = u64::MAX >> (64 - rows.len()));
        } else if count < self.rows.len() / FEW_OF_ALL {
            for place in rows.iter().filter_map(|row| self.place(RowId(row))) {
                if let Some(word) = marks.get_mut(place / 64) {
                    *word |= 1 << (place % 64);
                }
            }
        } else {
            self.pass(&Bits::of(rows, rows.max().map_or(0, |last| last + 1)), &mut marks);
        }
        Ordered(Kind::Marked { ranking: Arc::clone(self), marks: Arc::new(Marks::of(marks)) })
    }

    /// Marks every place that a wanted row has.
    fn pass(&self, wanted: &Bits, marks: &mut [u64]) {
        let pass = |rows: &[RowId], marks: &mut [u64]| {
            for (rows, mark) in rows.chunks(64).zip(marks) {
                *mark = rows.iter().rev().fold(0, |bits, row| bits << 1 | wanted.bit(row.0));
            }
        };
        if self.rows.len() < MANY {
            return pass(&self.rows, marks);
        }
        let half = marks.len() / 2;
        let (rows, (first, second)) = (self.rows.split_at(half * 64), marks.split_at_mut(half));
        std::thread::scope(|scope| {
            // Joined at the end of the scope, which passes a panic on.
            scope.spawn(|| pass(rows.1, second));
            pass(rows.0, first);
        });
    }

    fn place(&self, row: RowId) -> Option<usize> {
        self.places.get(row.0 as usize).filter(|place| **place != NOWHERE).map(|place| *place as usize)
    }
}

/// Findings in order: the answer to a question.
#[derive(Debug, Clone)]
pub struct Ordered(Kind);

#[derive(Debug, Clone)]
enum Kind {
    /// Written down: who asks once has no ranking.
    Listed(Arc<[RowId]>),
    /// Those places of a ranking that are marked.
    Marked { ranking: Arc<Ranking>, marks: Arc<Marks> },
}

impl Default for Ordered {
    fn default() -> Self {
        Self(Kind::Listed(Arc::default()))
    }
}

impl From<Vec<RowId>> for Ordered {
    fn from(rows: Vec<RowId>) -> Self {
        Self(Kind::Listed(rows.into()))
    }
}

impl Ordered {
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0 {
            Kind::Listed(rows) => rows.len(),
            Kind::Marked { marks, .. } => marks.count,
        }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row on a line, counted from 0.
    #[must_use]
    pub fn get(&self, line: usize) -> Option<RowId> {
        match &self.0 {
            Kind::Listed(rows) => rows.get(line).copied(),
            Kind::Marked { ranking, marks } => ranking.rows.get(marks.nth(line)?).copied(),
        }
    }

    /// The rows from this line on.
    pub fn from_line(&self, line: usize) -> impl Iterator<Item = RowId> {
        let (listed, marked) = match &self.0 {
            Kind::Listed(rows) => (rows.get(line..).unwrap_or_default(), None),
            Kind::Marked { ranking, marks } => (&[][..], Some(marks.from(line).zip(std::iter::repeat(ranking)))),
        };
        let marked = marked.into_iter().flatten().filter_map(|(place, ranking)| ranking.rows.get(place));
        listed.iter().chain(marked).copied()
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = RowId> {
        self.from_line(0)
    }

    /// The lines of these rows; a row that is not among the rows has none.
    #[must_use]
    pub fn lines_of(&self, rows: &[RowId]) -> Vec<Option<usize>> {
        match &self.0 {
            Kind::Marked { ranking, marks } => {
                rows.iter().map(|row| marks.count_before(ranking.place(*row)?)).collect()
            }
            Kind::Listed(listed) => {
                let wanted: HashMap<RowId, usize> = rows.iter().copied().zip(0..).collect();
                let mut lines = vec![None; rows.len()];
                for (line, row) in listed.iter().enumerate() {
                    if let Some(place) = wanted.get(row).and_then(|at| lines.get_mut(*at)) {
                        *place = Some(line);
                    }
                }
                lines
            }
        }
    }

    /// The line of a row.
    #[must_use]
    pub fn line_of(&self, row: RowId) -> Option<usize> {
        match &self.0 {
            Kind::Marked { ranking, marks } => marks.count_before(ranking.place(row)?),
            Kind::Listed(listed) => listed.iter().position(|id| *id == row),
        }
    }
}

/// Marked places: a bit each, and the count of the marks before each block of them.
#[derive(Debug)]
struct Marks {
    words: Vec<u64>,
    before: Vec<u32>,
    count: usize,
}

/// Words that are counted together.
const BLOCK: usize = 8;

impl Marks {
    fn of(words: Vec<u64>) -> Self {
        let mut count = 0;
        let blocks = words.chunks(BLOCK).map(|block| {
            let before = count;
            count += block.iter().map(|word| word.count_ones()).sum::<u32>();
            before
        });
        let before = blocks.collect();
        Self { words, before, count: count as usize }
    }

    /// The place of the n-th mark, from 0.
    fn nth(&self, n: usize) -> Option<usize> {
        let block = self.before.partition_point(|before| *before as usize <= n).checked_sub(1)?;
        let mut left = u32::try_from(n).ok()? - self.before.get(block)?;
        for (word, at) in self.words.get(block * BLOCK..)?.iter().zip(block * BLOCK..) {
            if left < word.count_ones() {
                let rest = (0..left).fold(*word, |rest, _| rest & (rest - 1));
                return Some(at * 64 + rest.trailing_zeros() as usize);
            }
            left -= word.count_ones();
        }
        None
    }

    /// The places of the marks from the n-th on.
    fn from(&self, n: usize) -> impl Iterator<Item = usize> {
        let first = self.nth(n).unwrap_or(self.words.len() * 64);
        let mut words = self.words.get(first / 64..).unwrap_or_default().iter().zip(first / 64..);
        let (mut left, mut at) = words.next().map_or((0, 0), |(word, at)| (word & u64::MAX << (first % 64), at));
        std::iter::from_fn(move || {
            while left == 0 {
                let (word, of) = words.next()?;
                (left, at) = (*word, of);
            }
            let bit = left.trailing_zeros() as usize;
            left &= left - 1;
            Some(at * 64 + bit)
        })
    }

    /// How many are marked before this place; `None` if it is not marked itself.
    fn count_before(&self, place: usize) -> Option<usize> {
        let (word, bit) = (self.words.get(place / 64)?, 1 << (place % 64));
        if word & bit == 0 {
            return None;
        }
        let block = place / 64 / BLOCK;
        let words = self.words.get(block * BLOCK..place / 64)?.iter();
        let within = words.map(|word| word.count_ones()).sum::<u32>() + (word & (bit - 1)).count_ones();
        Some((self.before.get(block)? + within) as usize)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_marked_list_is_the_list_itself() {
        let count = 5_000_u32;
        // Every row once, in some order.
        let all: Vec<RowId> = (0..count).map(|at| RowId(at * 2_003 % count)).collect();
        let ranking = Arc::new(Ranking::of(all.clone()));
        for step in [1, 2, 7, 64, 1_999, count] {
            let rows: RoaringBitmap = (0..count).filter(|row| row % step == step / 2).collect();
            let list: Vec<RowId> = all.iter().copied().filter(|row| rows.contains(row.0)).collect();
            for ordered in [ranking.pick(&rows), Ordered::from(list.clone())] {
                assert_eq!((ordered.len(), ordered.iter().collect::<Vec<_>>()), (list.len(), list.clone()));
                for (line, row) in list.iter().enumerate() {
                    assert_eq!((ordered.get(line), ordered.line_of(*row)), (Some(*row), Some(line)));
                }
                for line in [0, 1, list.len() / 2, list.len() - 1, list.len(), list.len() + 70] {
                    let rest = list.get(line..).unwrap_or_default();
                    assert_eq!(ordered.from_line(line).collect::<Vec<_>>(), rest, "from {line}");
                }
                assert_eq!(ordered.get(list.len()), None);
                let some = [all[0], RowId(count), all[17], all[4_998]];
                let lines = some.map(|row| list.iter().position(|id| *id == row));
                assert_eq!(ordered.lines_of(&some), lines);
            }
        }
        assert!(ranking.pick(&RoaringBitmap::new()).is_empty() && Ordered::default().is_empty());
    }
}
