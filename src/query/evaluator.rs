//! Answers to one question after another, as a filter line asks them: what one answer has cost, the next need not pay.
//!
//! In: queries over newer and newer snapshots. Out: rows, in order. Kept between answers: the folded text of full piles
//! (they never change), the rows of words and the answers asked of the same snapshot (what grew matches within the rows
//! of what it was), and the order of all rows.

use std::cell::RefCell;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::context::Context;
use super::evaluate::{Evaluation, FEW};
use super::expr::{Expr, Query, Test};
use super::glob::{Glob, Matcher};
use super::library::Library;
use super::ranking::{Ordered, Ranking};
use super::sort::sort;
use crate::model::Sort;
use crate::store::{Hits, Snapshot};

/// Words remembered of one snapshot.
const WORDS: usize = 32;

/// Answers remembered of one snapshot.
const ANSWERS: usize = 16;

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
    ranking: Option<Arc<Ranking>>,
}

/// What finding rows remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    library: Library,
    version: u64,
    /// The newest last.
    words: Vec<Word>,
    /// The newest last.
    answers: Vec<Answer>,
}

/// A question that was answered: what matches all of its parts.
#[derive(Debug)]
struct Answer {
    parts: Vec<Expr>,
    rows: RoaringBitmap,
}

/// How a question grows out of one that was answered.
struct Grown<'q> {
    /// What was found then: no other row can match.
    rows: RoaringBitmap,
    /// What these rows are still to be asked.
    left: Vec<&'q Expr>,
}

/// A word that was looked for.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) glob: Glob,
    pub(super) matcher: Matcher,
    /// All texts that it is in; with them those that were not looked at.
    pub(super) hits: Hits,
    /// All rows that it is in.
    pub(super) rows: RoaringBitmap,
}

impl Memory {
    /// Words of another snapshot are forgotten.
    fn turn_to(&mut self, snapshot: &Snapshot) {
        if self.version != snapshot.version() {
            self.version = snapshot.version();
            self.words.clear();
            self.answers.clear();
        }
    }

    /// The rows of this very word.
    pub(super) fn rows(&self, word: &Glob) -> Option<&RoaringBitmap> {
        self.words.iter().rev().find(|known| known.glob == *word).map(|known| &known.rows)
    }

    /// Where texts are searched, and the word in the fewest rows that is in whatever this one is in.
    pub(super) fn search(&mut self, snapshot: &Snapshot, matcher: &Matcher) -> (&mut Library, Option<&Word>) {
        self.library.turn_to(snapshot);
        let wider = self.words.iter().filter(|known| matcher.implies(&known.matcher));
        (&mut self.library, wider.min_by_key(|known| known.rows.len()))
    }

    /// Where texts are searched.
    pub(super) fn library(&mut self, snapshot: &Snapshot) -> &mut Library {
        self.library.turn_to(snapshot);
        &mut self.library
    }

    /// The answer of which the fewest rows are left to ask.
    fn grown<'q>(&self, parts: &'q [Expr]) -> Option<Grown<'q>> {
        let known = self.answers.iter().filter(|known| known.parts.iter().all(|wider| implied(wider, parts)));
        let known = known.min_by_key(|known| known.rows.len())?;
        let left = parts.iter().filter(|part| !known.parts.contains(part)).collect();
        Some(Grown { rows: known.rows.clone(), left })
    }

    /// What is asked over and over, as the counts of saved views are, stands once: it drives out nothing that was typed.
    fn learn(&mut self, parts: &[Expr], rows: &RoaringBitmap) {
        if self.answers.iter().any(|known| known.parts == parts) {
            return;
        }
        if self.answers.len() >= ANSWERS {
            self.answers.remove(0);
        }
        self.answers.push(Answer { parts: parts.to_vec(), rows: rows.clone() });
    }

    pub(super) fn keep(&mut self, word: Word) {
        if self.words.len() >= WORDS {
            self.words.remove(0);
        }
        self.words.push(word);
    }
}

/// Whatever matches all of `parts` matches `wider`.
fn implied(wider: &Expr, parts: &[Expr]) -> bool {
    parts.iter().any(|part| match (part, wider) {
        (Expr::Test(Test::Word(word)), Expr::Test(Test::Word(wider))) => word.matcher().implies(&wider.matcher()),
        _ => part == wider,
    })
}

/// Does it find the same rows of one snapshot whenever it is asked.
fn is_timeless(expr: &Expr) -> bool {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().all(is_timeless),
        Expr::Not(inner) => is_timeless(inner),
        Expr::Test(test) => !matches!(test, Test::Time { .. } | Test::Path { .. }),
    }
}

impl Evaluator {
    /// Gets ready to look for words: folds the text, which the first word would wait for.
    pub fn prepare(&mut self, snapshot: &Snapshot) {
        self.memory.get_mut().library.fold(snapshot);
    }

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
        let evaluation = Evaluation { snapshot, context, few, memory: &self.memory };
        if !is_timeless(expr) {
            return evaluation.within(expr, snapshot.live());
        }
        let parts = match expr {
            Expr::And(parts) => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        let grown = self.memory.borrow().grown(parts);
        let rows = match grown {
            Some(Grown { rows, left }) => evaluation.all_of(left, rows),
            None => evaluation.within(expr, snapshot.live()),
        };
        self.memory.get_mut().learn(parts, &rows);
        rows
    }

    /// The rows that match, in order.
    pub fn rows(&mut self, query: &Query, snapshot: &Snapshot, order: Sort, context: &Context) -> Ordered {
        let rows = self.evaluate(query, snapshot, context);
        self.sorted(&rows, snapshot, order)
    }

    /// Rows in order, picked from the order of all where that is known or worth knowing.
    pub fn sorted(&mut self, rows: &RoaringBitmap, snapshot: &Snapshot, by: Sort) -> Ordered {
        let held = self.order.take().filter(|held| held.version == snapshot.version() && held.sort == by);
        // Who asks once (while findings stream in, each snapshot is asked once) pays for the rows alone.
        let is_worth = held.is_some() || rows.len() >= snapshot.live().len() / 2;
        let mut order = held.unwrap_or(Order { version: snapshot.version(), sort: by, ranking: None });
        if order.ranking.is_none() && is_worth {
            order.ranking = Some(Arc::new(Ranking::of(sort(snapshot.live(), snapshot, by, None))));
        }
        let picked = order.ranking.as_ref().map(|ranking| ranking.pick(rows));
        self.order = Some(order);
        picked.unwrap_or_else(|| Ordered::from(sort(rows, snapshot, by, None)))
    }
}
