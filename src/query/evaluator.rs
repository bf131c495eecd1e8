//! Answers to one question after another, as a filter line asks them: what one answer has cost, the next need not pay.
//!
//! In: queries over newer and newer snapshots. Out: rows, in order. Kept between answers: the folded text of full piles
//! (they never change), the rows of words asked of the same snapshot (a word that grew matches within the rows of what
//! it was), and the order of all rows.

use std::cell::RefCell;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::context::Context;
use super::evaluate::{Evaluation, FEW};
use super::expr::Query;
use super::glob::{Glob, Matcher};
use super::library::Library;
use super::sort::sort;
use crate::model::Sort;
use crate::store::{RowId, Snapshot};

/// Words remembered of one snapshot.
const WORDS: usize = 32;

/// Remembers between questions; of one store only.
#[derive(Debug, Default)]
pub struct Evaluator {
    memory: RefCell<Memory>,
    order: Option<Order>,
}

/// All rows in one order.
#[derive(Debug)]
struct Order {
    version: u64,
    sort: Sort,
    /// Made when the same order is asked for a second time, or for most rows.
    rows: Option<Arc<[RowId]>>,
}

/// What finding rows remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub(super) library: Library,
    version: u64,
    /// The rows of words, the newest last.
    words: Vec<(Glob, Matcher, RoaringBitmap)>,
}

impl Memory {
    /// Words of another snapshot are forgotten.
    fn turn_to(&mut self, snapshot: &Snapshot) {
        if self.version != snapshot.version() {
            self.version = snapshot.version();
            self.words.clear();
        }
    }

    /// The rows of this very word.
    pub(super) fn rows(&self, word: &Glob) -> Option<&RoaringBitmap> {
        self.words.iter().rev().find(|(known, ..)| known == word).map(|(.., rows)| rows)
    }

    /// The fewest known rows that all rows of the word are among.
    pub(super) fn within(&self, matcher: &Matcher) -> Option<&RoaringBitmap> {
        let wider = self.words.iter().filter(|(_, known, _)| matcher.implies(known));
        wider.map(|(.., rows)| rows).min_by_key(|rows| rows.len())
    }

    pub(super) fn keep(&mut self, word: &Glob, matcher: &Matcher, rows: RoaringBitmap) {
        if self.words.len() >= WORDS {
            self.words.remove(0);
        }
        self.words.push((word.clone(), matcher.clone(), rows));
    }
}

impl Evaluator {
    /// The rows that match.
    pub fn evaluate(&mut self, query: &Query, snapshot: &Snapshot, context: &Context) -> RoaringBitmap {
        self.evaluate_with(query, snapshot, context, FEW)
    }

    /// As [`Self::evaluate`], asking the rows themselves when at most `few` are in question.
    pub(super) fn evaluate_with(
        &mut self,
        query: &Query,
        snapshot: &Snapshot,
        context: &Context,
        few: u64,
    ) -> RoaringBitmap {
        let Some(expr) = &query.expr else { return snapshot.live().clone() };
        self.memory.get_mut().turn_to(snapshot);
        Evaluation { snapshot, context, few, memory: &self.memory }.within(expr, snapshot.live())
    }

    /// The rows that match, in order.
    pub fn rows(&mut self, query: &Query, snapshot: &Snapshot, order: Sort, context: &Context) -> Arc<[RowId]> {
        let rows = self.evaluate(query, snapshot, context);
        self.sorted(&rows, snapshot, order)
    }

    /// Rows in order: few are sorted, many are picked from the order of all.
    pub fn sorted(&mut self, rows: &RoaringBitmap, snapshot: &Snapshot, by: Sort) -> Arc<[RowId]> {
        let all = snapshot.live().len();
        if rows.len() < all / 16 {
            return sort(rows, snapshot, by, None).into();
        }
        let is_known = self.order.as_ref().is_some_and(|held| held.version == snapshot.version() && held.sort == by);
        if !is_known {
            self.order = Some(Order { version: snapshot.version(), sort: by, rows: None });
            // Who asks once (while findings stream in, each snapshot is asked once) pays for the rows alone.
            if rows.len() < all / 2 {
                return sort(rows, snapshot, by, None).into();
            }
        }
        let Some(held) = &mut self.order else { return Arc::default() };
        let order = held.rows.get_or_insert_with(|| sort(snapshot.live(), snapshot, by, None).into());
        if rows.len() == all {
            return Arc::clone(order);
        }
        let wanted = Wanted::of(rows);
        order.iter().copied().filter(|id| wanted.has(*id)).collect()
    }
}

/// A bitmap with one bit a row, to be asked for every row.
struct Wanted(Vec<u64>);

impl Wanted {
    fn of(rows: &RoaringBitmap) -> Self {
        let mut words = vec![0_u64; rows.max().map_or(0, |last| last as usize / 64 + 1)];
        for row in rows {
            if let Some(word) = words.get_mut(row as usize / 64) {
                *word |= 1 << (row % 64);
            }
        }
        Self(words)
    }

    fn has(&self, RowId(row): RowId) -> bool {
        self.0.get(row as usize / 64).is_some_and(|word| word & (1 << (row % 64)) != 0)
    }
}
