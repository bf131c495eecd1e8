//! A query over a snapshot: the rows that match, as a bitmap.
//!
//! Cheap questions first: values of few distinct kinds are bitmap unions, text is looked for in the distinct strings and
//! then in a column of symbols, and what needs a row at a time (scores, times) is asked of the rows still in question.
//! When few rows are still in question, text too is asked of the rows themselves.

use std::cell::RefCell;

use roaring::RoaringBitmap;

use super::context::Context;
use super::evaluator::{Memory, Word};
use super::expr::{Expr, Flag, Query, Test};
use super::field::{Field, Kind};
use super::glob::{Glob, Matcher};
use super::library::Library;
use super::path::Probe;
use super::window::Window;
use super::{requirement, row};
use crate::model::{ObservableKind, StandardId};
use crate::store::since::Change;
use crate::store::{self, Hits, RowId, Snapshot, SymSet, TextColumn, Texts};

/// Up to this many rows, asking each is cheaper than looking through the distinct strings of every column.
pub(super) const FEW: u64 = 2_000;

/// One row in so many is few: see [`Evaluation::is_narrow`].
const NARROW: u64 = 64;

/// What the type of an attack sequence has in it, in either format: `AttackSequence:IAM/CompromisedCredentials`.
const SEQUENCE: &str = "AttackSequence:";

/// The columns of few distinct strings that a bare word is looked for in; [`Texts::ALL`] are the others.
const WORD_COLUMNS: [TextColumn; 4] =
    [TextColumn::Type, TextColumn::Account, TextColumn::AccountName, TextColumn::ResourceType];

/// The rows that match. Who asks again and again asks an [`Evaluator`](super::Evaluator).
#[must_use]
pub fn evaluate(query: &Query, snapshot: &Snapshot, context: &Context) -> RoaringBitmap {
    super::Evaluator::default().evaluate(query, snapshot, context)
}

/// One question to one snapshot.
pub(super) struct Evaluation<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) context: &'a Context,
    /// Up to this many rows are asked themselves.
    pub(super) few: u64,
    pub(super) memory: &'a RefCell<Memory>,
}

impl Evaluation<'_> {
    /// The rows of `rows` that match.
    pub(super) fn within(&self, expr: &Expr, rows: &RoaringBitmap) -> RoaringBitmap {
        if rows.is_empty() {
            return RoaringBitmap::new();
        }
        match expr {
            Expr::And(parts) => self.all_of(parts.iter().collect(), rows.clone()),
            Expr::Or(parts) => {
                let mut found = RoaringBitmap::new();
                for part in by_cost(parts.iter().collect()) {
                    found |= self.within(part, &(rows - &found));
                }
                found
            }
            Expr::Not(inner) => rows - self.within(inner, rows),
            Expr::Test(test) => self.test(test, rows),
        }
    }

    /// The rows of `rows` that match each of `parts`.
    pub(super) fn all_of(&self, parts: Vec<&Expr>, rows: RoaringBitmap) -> RoaringBitmap {
        by_cost(parts).into_iter().fold(rows, |rows, part| self.within(part, &rows))
    }

    fn test(&self, test: &Test, rows: &RoaringBitmap) -> RoaringBitmap {
        match test {
            Test::Word(glob) => self.word(glob, rows),
            Test::Text { field, globs } => self.text(*field, globs, rows),
            Test::Severity { compare, severity } => self.facet(store::Field::Severity, rows, |label| {
                crate::model::Severity::from_label(label).is_some_and(|found| compare.holds(found.cmp(severity)))
            }),
            Test::Number { field: Field::Port, bounds } => {
                self.observed(ObservableKind::Port, rows, |port| port.parse().is_ok_and(|port: f64| bounds.hold(port)))
            }
            Test::Number { bounds, .. } => filter(rows, |id| {
                let score = self.snapshot.row(id).and_then(|row| row.score());
                score.is_some_and(|score| bounds.hold(score))
            }),
            Test::Address(block) => self.observed(ObservableKind::Ip, rows, |address| block.has(address)),
            Test::Time { field, compare, when } => {
                let window = Window::of(*compare, *when, self.context.now);
                if *field == Field::Age && rows.len() > self.few {
                    return self.snapshot.born_within(window.from..=window.to) & rows;
                }
                filter(rows, |id| row::time(self.snapshot, id, *field).is_some_and(|time| window.has(time)))
            }
            Test::Has(field) => self.has(*field, rows),
            Test::Path { path, held } => {
                let probe = Probe::new(path, held, self.context.now);
                self.snapshot.with_raw(rows, |json| probe.finds(json))
            }
            Test::Is(flag) => self.flag(*flag) & rows,
        }
    }

    fn has(&self, field: Field, rows: &RoaringBitmap) -> RoaringBitmap {
        match (field, field.spec().kind) {
            (Field::Note, _) => self.snapshot.with(store::Field::Note, "true") & rows,
            (Field::Sample, _) => self.flag(Flag::Sample) & rows,
            (Field::Port, _) => self.observed(ObservableKind::Port, rows, |_| true),
            (_, Kind::Number) => filter(rows, |id| self.snapshot.row(id).is_some_and(|row| row.score().is_some())),
            (_, Kind::Time | Kind::Age) => filter(rows, |id| row::time(self.snapshot, id, field).is_some()),
            _ => self.text(field, &[Glob::any()], rows),
        }
    }

    /// Rows with an observable that matches.
    fn observed(&self, kind: ObservableKind, rows: &RoaringBitmap, matches: impl Fn(&str) -> bool) -> RoaringBitmap {
        let values: SymSet =
            self.snapshot.observed(kind).filter(|(_, value)| matches(value)).map(|(sym, _)| sym.0).collect();
        let mut found = RoaringBitmap::new();
        if !values.is_empty() {
            self.snapshot.scan_observed(&values, &mut found);
        }
        found & rows
    }

    /// Rows of which the control is a requirement that matches, in a standard that they count for.
    fn requirement(&self, rows: &RoaringBitmap, matches: impl Fn(&str) -> bool) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        for (standard, _) in self.snapshot.values(store::Field::Standard) {
            let mut checked = RoaringBitmap::new();
            for control in requirement::controls(self.snapshot, standard, &matches) {
                checked |= self.snapshot.with(store::Field::Control, &control);
            }
            if !checked.is_empty() {
                found |= checked & self.snapshot.with(store::Field::Standard, standard);
            }
        }
        found & rows
    }

    /// Rows with a value of few distinct kinds that matches.
    fn facet(&self, field: store::Field, rows: &RoaringBitmap, matches: impl Fn(&str) -> bool) -> RoaringBitmap {
        self.snapshot.with_any(field, matches) & rows
    }

    fn word(&self, glob: &Glob, rows: &RoaringBitmap) -> RoaringBitmap {
        if glob.is_any() {
            return rows.clone();
        }
        let matcher = glob.matcher();
        let mut memory = self.memory.borrow_mut();
        if let Some(found) = memory.rows(glob) {
            return found & rows;
        }
        let (library, wider) = memory.search(self.snapshot, &matcher);
        // Where it can be at all.
        let (all, among) = wider.map_or((self.snapshot.live(), None), |wider| (&wider.rows, Some(&wider.hits)));
        let near = all & rows;
        if near.len() <= self.few {
            return filter(&near, |id| self.snapshot.row(id).is_some_and(|row| row::word(&row, &matcher)));
        }
        let mut found = RoaringBitmap::new();
        for column in WORD_COLUMNS {
            self.scan(column, &matcher, &mut found);
        }
        if near.is_subset(&found) {
            return near;
        }
        // Of few rows only their own texts are searched.
        let is_narrow = self.is_narrow(&near);
        let mut left = if is_narrow { &near } else { all } - &found;
        let mut looked_at = self.is_narrow(&left).then(|| library.shown_by(self.snapshot, &left).among(among));
        let mut unseen = if looked_at.is_some() { &Texts::ALL[..] } else { &[] };
        let mut hits = Hits::none(self.snapshot);
        library.search(self.snapshot, &[Texts::Titles], &matcher, looked_at.as_ref().or(among), &mut hits);
        let mut places = &Texts::ALL[..];
        // What has the word in its title, as most has a word's first letter, need not be looked through any further.
        if looked_at.is_none() && self.would_be_narrow(library, &left, &hits) {
            let titled = library.with_hits(self.snapshot, &hits, &[Texts::Titles], &left);
            left -= &titled;
            found |= titled;
            places = &Texts::BEHIND_TITLES;
            if self.is_narrow(&left) {
                looked_at = Some(library.shown_by(self.snapshot, &left).among(among));
                unseen = places;
            }
        }
        library.search(self.snapshot, &Texts::BEHIND_TITLES, &matcher, looked_at.as_ref().or(among), &mut hits);
        found |= library.with_hits(self.snapshot, &hits, places, &left);
        let here = &found & rows;
        if !is_narrow {
            if let Some(looked_at) = looked_at {
                // A word that grows out of this one may be in what was not looked at.
                hits = hits.or_not_in(&looked_at, unseen).among(among);
            }
            memory.keep(Word { glob: glob.clone(), matcher, hits, rows: found });
        }
        here
    }

    /// Are the rows so few that going through their texts is cheaper than going through all texts.
    fn is_narrow(&self, rows: &RoaringBitmap) -> bool {
        rows.len() < self.snapshot.live().len() / NARROW
    }

    /// Will they be so few without those that show one of these titles, judged by some of them.
    fn would_be_narrow(&self, library: &Library, rows: &RoaringBitmap, hits: &Hits) -> bool {
        const SOME: u32 = 256;
        let step = u32::try_from(rows.len()).unwrap_or(u32::MAX) / SOME + 1;
        let some: RoaringBitmap = (0..SOME).map_while(|at| rows.select(at * step)).collect();
        let untitled = some.len() - library.with_hits(self.snapshot, hits, &[Texts::Titles], &some).len();
        untitled * u64::from(step) < self.snapshot.live().len() / NARROW
    }

    fn text(&self, field: Field, globs: &[Glob], rows: &RoaringBitmap) -> RoaringBitmap {
        let matchers: Vec<Matcher> = globs.iter().map(Glob::matcher).collect();
        let any = |text: &str| matchers.iter().any(|matcher| matcher.matches(text));
        if let Some(facet) = facet_of(field) {
            return self.facet(facet, rows, any);
        }
        match field {
            Field::Standard => return self.facet(store::Field::Standard, rows, |id| standard(id, any)),
            Field::Requirement => return self.requirement(rows, any),
            Field::Account | Field::AccountName => {
                return self.facet(store::Field::Account, rows, |id| {
                    (field == Field::Account && any(id)) || self.snapshot.account_name(id).is_some_and(any)
                });
            }
            _ => {}
        }
        if rows.len() <= self.few {
            return filter(rows, |id| self.snapshot.row(id).is_some_and(|row| row::text(&row, field, &any)));
        }
        if let Some(kind) = observable_of(field) {
            return self.observed(kind, rows, any);
        }
        let mut found = RoaringBitmap::new();
        if matches!(field, Field::Id | Field::Record) {
            self.snapshot.scan_ids(any, &mut found);
        }
        if let places @ [_, ..] = places_of(field) {
            let mut memory = self.memory.borrow_mut();
            let library = memory.library(self.snapshot);
            let shown = self.is_narrow(rows).then(|| library.shown_by(self.snapshot, rows));
            let mut hits = Hits::none(self.snapshot);
            for matcher in &matchers {
                library.search(self.snapshot, places, matcher, shown.as_ref(), &mut hits);
            }
            found |= library.with_hits(self.snapshot, &hits, places, rows);
        }
        for column in columns_of(field) {
            for matcher in &matchers {
                self.scan(*column, matcher, &mut found);
            }
        }
        found & rows
    }

    /// Looks through the distinct strings, then through the column.
    fn scan(&self, column: TextColumn, matcher: &Matcher, found: &mut RoaringBitmap) {
        let strings: SymSet = self
            .snapshot
            .symbols(column)
            .filter(|(_, text)| !text.is_empty() && matcher.matches(text))
            .map(|(sym, _)| sym.0)
            .collect();
        if !strings.is_empty() {
            self.snapshot.scan(column, &strings, found);
        }
    }

    fn flag(&self, flag: Flag) -> RoaringBitmap {
        let with = |field, value| self.snapshot.with(field, value);
        match flag {
            Flag::Open => self.snapshot.open().clone(),
            Flag::New => with(store::Field::Workflow, "NEW"),
            Flag::Notified => with(store::Field::Workflow, "NOTIFIED"),
            Flag::Suppressed => with(store::Field::Workflow, "SUPPRESSED"),
            Flag::Resolved => with(store::Field::Workflow, "RESOLVED"),
            Flag::Archived => with(store::Field::RecordState, "ARCHIVED"),
            Flag::Failed => with(store::Field::Compliance, "FAILED"),
            Flag::Passed => with(store::Field::Compliance, "PASSED"),
            Flag::Sample => with(store::Field::Sample, "true"),
            Flag::Sequence => self.facet(store::Field::Type, self.snapshot.live(), |kind| kind.contains(SEQUENCE)),
            Flag::Unseen => self.changed(Change::New).unwrap_or_else(|| self.snapshot.live().clone()),
            Flag::Worse => self.changed(Change::Worse).unwrap_or_default(),
            Flag::Back => self.changed(Change::Back).unwrap_or_default(),
            Flag::Closed => self.changed(Change::Closed).unwrap_or_default(),
        }
    }

    /// The rows that differ so from the mark; `None` without one.
    fn changed(&self, change: Change) -> Option<RoaringBitmap> {
        self.snapshot.since().map(|since| since.of(change).rows.clone())
    }
}

/// The rows that a question holds for.
fn filter(rows: &RoaringBitmap, holds: impl Fn(RowId) -> bool) -> RoaringBitmap {
    // Ascending ids into an empty bitmap: never out of order.
    RoaringBitmap::from_sorted_iter(rows.iter().filter(|id| holds(RowId(*id)))).unwrap_or_default()
}

/// Does a standard's id match, in full, in the short form of the command line, or as the name without a version.
pub(super) fn standard(id: &str, matches: impl Fn(&str) -> bool) -> bool {
    let standard = StandardId(id.into());
    let short = standard.short();
    let name = short.rsplit_once('/').map_or(short.as_str(), |(name, _)| name);
    matches(id) || matches(&short) || matches(name) || matches(standard.slug())
}

/// Fields whose values are few enough to have a bitmap each, and that match by the value alone.
pub(super) const fn facet_of(field: Field) -> Option<store::Field> {
    Some(match field {
        Field::Severity => store::Field::Severity,
        Field::Product => store::Field::Product,
        Field::Region => store::Field::Region,
        Field::Workflow => store::Field::Workflow,
        Field::RecordState => store::Field::RecordState,
        Field::Compliance => store::Field::Compliance,
        Field::Control => store::Field::Control,
        Field::Type => store::Field::Type,
        Field::ResourceType => store::Field::ResourceType,
        Field::Source => store::Field::Source,
        _ => return None,
    })
}

/// The observables that a field is of.
pub(super) const fn observable_of(field: Field) -> Option<ObservableKind> {
    Some(match field {
        Field::ActorIp => ObservableKind::Ip,
        Field::ActorCountry => ObservableKind::Country,
        Field::Principal => ObservableKind::Principal,
        Field::AccessKey => ObservableKind::AccessKey,
        Field::Port => ObservableKind::Port,
        Field::Cve => ObservableKind::Cve,
        Field::Tag => ObservableKind::Tag,
        _ => return None,
    })
}

/// The texts of many distinct strings that a field is looked for in.
const fn places_of(field: Field) -> &'static [Texts] {
    match field {
        Field::Title => &[Texts::Titles],
        Field::Description => &[Texts::Descriptions],
        Field::Resource => &[Texts::Names, Texts::ResourceIds],
        Field::ResourceId => &[Texts::ResourceIds],
        Field::ResourceName => &[Texts::Names],
        _ => &[],
    }
}

/// The columns of few distinct strings that a field is looked for in.
const fn columns_of(field: Field) -> &'static [TextColumn] {
    match field {
        Field::Resource => &[TextColumn::ResourceType],
        Field::Generator => &[TextColumn::Generator],
        _ => &[],
    }
}

/// The parts in the order of what they cost: bitmaps, then distinct strings, then rows.
fn by_cost(mut parts: Vec<&Expr>) -> Vec<&Expr> {
    parts.sort_by_key(|part| cost(part));
    parts
}

fn cost(expr: &Expr) -> u32 {
    match expr {
        Expr::And(parts) | Expr::Or(parts) => parts.iter().map(cost).sum(),
        Expr::Not(inner) => cost(inner),
        Expr::Test(Test::Is(_) | Test::Severity { .. }) => 1,
        Expr::Test(Test::Text { field, .. } | Test::Has(field)) if facet_of(*field).is_some() => 2,
        Expr::Test(Test::Text { field: Field::Standard | Field::Account | Field::AccountName, .. }) => 2,
        Expr::Test(Test::Text { field: Field::Requirement, .. } | Test::Has(_)) => 5,
        Expr::Test(Test::Number { .. } | Test::Address(_) | Test::Time { .. }) => 10,
        Expr::Test(Test::Text { .. }) => 20,
        Expr::Test(Test::Word(_)) => 50,
        // Each row is decompressed and read.
        Expr::Test(Test::Path { .. }) => 100_000,
    }
}
