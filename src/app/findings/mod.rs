//! The list of findings: its filter, order, rows and cursor.
//!
//! The rows are the answer to a question ([`Effect::Query`], or [`Effect::Group`] for a list in groups) that carries a
//! generation: the newest counts, older ones are dropped. A newer snapshot asks again once the answer before it is there.

mod grouping;

use std::sync::Arc;

use super::effect::Generation;
use super::filter::{self, Filter};
use super::message::Tone;
use super::motion::Cursor;
use super::msg::Target;
use super::{Action, Effect, Moment, State, View, choose, copy, export, link, navigation, raw};
use crate::model::{Columns, GroupBy, SourceStatus};
use crate::query::outline::{Line, Spot};
use crate::query::{Grouped, Ordered, Outline, Sort};
use crate::store::{RowId, Snapshot};

pub(super) use grouping::{group, outlined};

/// What the list remembers. The cursor is a finding, never a line: refresh cannot move it under a finger.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    pub filter: Filter,
    pub sort: Sort,
    /// The saved view that it was opened as, by its place.
    pub view: Option<usize>,
    /// How it is asked to be grouped.
    pub grouped: Option<Grouped>,
    /// What matches, in order; of the last query that could be read. Empty while groups are shown.
    pub rows: Ordered,
    /// The groups that are shown in place of rows.
    pub outline: Option<Arc<Outline>>,
    /// The finding under the cursor; none on the line of a group.
    pub selected: Option<RowId>,
    /// The line under the cursor, while groups are shown.
    pub spot: Option<Spot>,
    /// Where that is in the list, and the first line shown.
    pub cursor: Cursor,
    pub hold: Hold,
    /// The newest question asked, and the newest answered: unequal while a query runs.
    pub asked: Generation,
    pub answered: Generation,
    rows_of: RowsOf,
    /// The question that was asked in place of one that was lost.
    second_try: Option<Generation>,
    /// The snapshot that was there when the newest question was asked.
    version: Option<u64>,
}

/// Which of the user's questions the rows answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum RowsOf {
    /// An earlier one, or none yet: keys that need a line wait for the answer.
    #[default]
    Earlier,
    /// The newest; what is asked now only brings them up to date.
    Newest,
}

/// What stays where it is when the rows change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hold {
    /// Nobody has moved yet: the first line stays selected while the sources still load, so that the worst finding is
    /// on the first screen however late it came.
    #[default]
    Top,
    /// The selected finding.
    Finding,
}

/// The column heads stand between the header and the rows.
const HEAD_ROWS: usize = 1;

impl Findings {
    /// A query runs: the rows are of the question before.
    #[must_use]
    pub fn is_asking(&self) -> bool {
        self.asked != self.answered
    }

    /// The list on the screen is not yet the one that the user asked for; being brought up to date does not count.
    pub(super) fn is_awaited(&self) -> bool {
        self.is_asking() && matches!(self.rows_of, RowsOf::Earlier)
    }

    /// The list is put away, or brought back: an answer on its way is not waited for any more.
    pub(super) const fn forget_question(&mut self) {
        self.answered = self.asked;
        self.version = None;
    }

    /// How many lines the list has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.outline.as_ref().map_or(self.rows.len(), |outline| outline.lines())
    }

    /// How many findings match.
    #[must_use]
    pub fn matched(&self) -> u64 {
        self.outline.as_ref().map_or(self.rows.len() as u64, |outline| outline.findings)
    }

    /// The finding on a line; none on the line of a group.
    fn finding_at(&self, line: usize) -> Option<RowId> {
        match &self.outline {
            Some(outline) => outline.line(line)?.spot().row,
            None => self.rows.get(line),
        }
    }

    fn select_line(&mut self) {
        let line = self.cursor.selected;
        self.spot = self.outline.as_ref().and_then(|outline| Some(outline.line(line)?.spot()));
        self.selected = self.finding_at(line);
    }

    /// The cursor finds its finding in the new rows, or the nearest one that is left.
    fn settle(&mut self, rows: Ordered, loading: bool, page: usize) {
        let old = std::mem::replace(&mut self.rows, rows);
        self.outline = None;
        let line = match self.selected {
            None => 0,
            Some(_) if self.hold == Hold::Top && loading => 0,
            Some(id) => match self.rows.line_of(id) {
                Some(line) => line,
                None if self.hold == Hold::Top => 0,
                None => nearest_line(&old, self.cursor.selected, &self.rows),
            },
        };
        self.come_to(line, page);
    }

    /// The cursor's line is `line` now. What was on the page stays where it was on the page, but nobody likes to miss
    /// what comes in on top.
    fn come_to(&mut self, line: usize, page: usize) {
        let top_stays = self.cursor.top == 0;
        let offset = self.cursor.selected.saturating_sub(self.cursor.top);
        self.cursor.selected = line;
        self.cursor.top = if top_stays && line < page { 0 } else { line.saturating_sub(offset) };
        self.cursor.fit(self.lines(), page);
        self.select_line();
    }
}

/// Of the findings that stood around line `at`, the nearest that is still there: its line in `new`.
fn nearest_line(old: &Ordered, at: usize, new: &Ordered) -> usize {
    const NEIGHBOURS: usize = 64;
    let from = at.saturating_sub(NEIGHBOURS);
    let near: Vec<RowId> = old.from_line(from).take(2 * NEIGHBOURS + 1).collect();
    let lines = new.lines_of(&near).into_iter().zip(from..);
    let left = lines.filter_map(|(line, was)| Some((was.abs_diff(at), line?)));
    left.min().map_or(at, |(_, line)| line)
}

fn page(state: &State) -> usize {
    state.body().1.saturating_sub(HEAD_ROWS).max(1)
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let page = page(state);
    let list = &mut state.findings;
    if list.cursor.act(action, list.lines(), page) {
        list.hold = Hold::Finding;
        list.select_line();
        return Some(Vec::new());
    }
    if let Some(effects) = grouping::act(state, action, moment) {
        return Some(effects);
    }
    let effects = match action {
        Action::Open => navigation::open_selected(state, moment),
        Action::RawJson => {
            let row = state.findings.selected?;
            raw::open(state, row, moment)
        }
        Action::Copy => copy::open(state, state.findings.selected, moment)?,
        Action::ConsoleLink => link::show(state, state.findings.selected, moment)?,
        Action::Export => export::open(state, export::Subject::List, moment),
        Action::Sort => resort(state, next_sort(state.findings.sort, state.columns()), moment),
        Action::SortReverse => {
            let Sort { field, direction } = state.findings.sort;
            resort(state, Sort { field, direction: direction.reversed() }, moment)
        }
        Action::ClearFilter if state.findings.filter.text().is_empty() => {
            state.say(Tone::Notice, "There is no filter. Press / to set one.", moment.now);
            Vec::new()
        }
        Action::ClearFilter => filter::clear(state, moment),
        Action::GroupBy => {
            choose::groups(state);
            Vec::new()
        }
        Action::Columns => {
            choose::columns::open(state);
            Vec::new()
        }
        Action::OnlyThese => {
            let key = state.keymap.chords(Action::GroupBy).next().unwrap_or("group-by").to_owned();
            state.say(Tone::Notice, format!("The findings are in no groups; {key} groups them."), moment.now);
            Vec::new()
        }
        _ => return None,
    };
    Some(effects)
}

/// By the next of the columns that were chosen.
fn next_sort(sort: Sort, columns: &Columns) -> Sort {
    let after = columns.iter().skip_while(|choice| choice.column != sort.field).nth(1);
    after.or_else(|| columns.iter().next()).map_or_else(Sort::default, |choice| Sort::by(choice.column))
}

fn resort(state: &mut State, sort: Sort, moment: &Moment<'_>) -> Vec<Effect> {
    state.findings.sort = sort;
    ask(state, moment)
}

/// A click selects a line; a click on the selected line opens it. One on a head sorts by it, and again turns around.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let line = match target {
        Target::Line(line) => line,
        Target::Column(column) => {
            let now = state.findings.sort;
            let again = Sort { direction: now.direction.reversed(), ..now };
            return Some(resort(state, if now.field == column { again } else { Sort::by(column) }, moment));
        }
        Target::Groups(order) => return Some(grouping::order_by(state, order, moment)),
        _ => return None,
    };
    let page = page(state);
    let list = &mut state.findings;
    if line >= list.lines() {
        return None;
    }
    let is_again = match &list.outline {
        Some(outline) => list.spot.is_some() && outline.line(line).map(Line::spot) == list.spot,
        None => list.selected.is_some() && list.finding_at(line) == list.selected,
    };
    if is_again {
        return act(state, Action::Open, moment);
    }
    list.cursor.go(line, list.lines(), page);
    list.hold = Hold::Finding;
    list.select_line();
    Some(Vec::new())
}

/// The wheel.
pub(super) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let page = page(state);
    let list = &mut state.findings;
    list.cursor.scroll(lines, list.lines(), page);
    list.hold = Hold::Finding;
    list.select_line();
    Vec::new()
}

/// The view came up, or a newer snapshot is there: asks again when the answer is of an older one.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let list = &mut state.findings;
    if list.is_asking() || list.version == Some(moment.snapshot.version()) {
        return Vec::new();
    }
    let rows_of = list.rows_of;
    let effects = ask(state, moment);
    state.findings.rows_of = rows_of;
    effects
}

/// The screen has another size.
pub(super) fn resized(state: &mut State) {
    let page = page(state);
    let list = &mut state.findings;
    list.cursor.fit(list.lines(), page);
}

/// The cursor goes `by` lines; the row there, if there is one.
pub(super) fn step(state: &mut State, by: isize) -> Option<RowId> {
    let page = page(state);
    let list = &mut state.findings;
    let line = list.cursor.selected.checked_add_signed(by)?;
    let row = list.finding_at(line)?;
    list.cursor.go(line, list.lines(), page);
    list.hold = Hold::Finding;
    list.select_line();
    Some(row)
}

/// A new list, filtered by `text`.
pub(super) fn show(state: &mut State, text: &str, moment: &Moment<'_>) -> Vec<Effect> {
    let sort = state.findings.sort;
    state.findings = Findings { filter: Filter::of(text), sort, ..Findings::default() };
    ask(state, moment)
}

/// Another order, and groups or none, for the list as it is shown.
pub(super) fn arrange(state: &mut State, sort: Option<Sort>, by: Option<GroupBy>, moment: &Moment<'_>) -> Vec<Effect> {
    let list = &mut state.findings;
    let same = sort.is_none_or(|sort| sort == list.sort);
    list.sort = sort.unwrap_or(list.sort);
    if by.is_none() {
        return if same { Vec::new() } else { ask(state, moment) };
    }
    group(state, by, moment)
}

/// Opens the filter line of the list that the user came from, or of the user's own.
pub(super) fn edit_filter(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let mut effects = Vec::new();
    if state.view != View::Findings {
        effects = if state.back.iter().any(|place| place.view == View::Findings) {
            navigation::back_to(state, View::Findings, moment)
        } else {
            navigation::jump(state, View::Findings, moment)
        };
    }
    filter::edit(state);
    effects.push(Effect::Prepare);
    effects
}

/// Asks for the rows of the query as it is now; any older question is void.
pub(super) fn ask(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let generation = state.next_generation();
    let list = &mut state.findings;
    list.asked = generation;
    list.rows_of = RowsOf::Earlier;
    list.version = Some(moment.snapshot.version());
    let (query, sort) = (Arc::clone(&list.filter.query), list.sort);
    vec![match &list.grouped {
        Some(grouped) => Effect::Group { generation, query, sort, grouped: Arc::new(grouped.clone()) },
        None => Effect::Query { generation, query, sort },
    }]
}

/// An answer. Only the newest question's counts.
pub(super) fn answered(state: &mut State, generation: Generation, rows: Ordered, moment: &Moment<'_>) -> Vec<Effect> {
    settled(state, generation, moment, |list, loading, page| list.settle(rows, loading, page))
}

/// Takes an answer that counts; then the next question, where the list is in use and there is something newer. `settle`
/// is told whether more findings are on their way, and how many lines the screen has.
fn settled(
    state: &mut State,
    generation: Generation,
    moment: &Moment<'_>,
    settle: impl FnOnce(&mut Findings, bool, usize),
) -> Vec<Effect> {
    if generation != state.findings.asked {
        return Vec::new();
    }
    let page = page(state);
    state.findings.answered = generation;
    state.findings.rows_of = RowsOf::Newest;
    settle(&mut state.findings, is_loading(moment.snapshot), page);
    match state.view {
        View::Findings | View::Detail | View::Raw | View::Versions => refreshed(state, moment),
        _ => Vec::new(),
    }
}

/// A question panicked off the loop. It is asked once more at once; if that is lost, too, when data comes or something
/// else is asked, so that a question that always panics does not keep the machine busy.
pub(super) fn lost(state: &mut State, generation: Generation, moment: &Moment<'_>) -> Vec<Effect> {
    let list = &mut state.findings;
    if generation != list.asked {
        return Vec::new();
    }
    list.forget_question();
    if list.second_try == Some(generation) {
        let text =
            "The list could not be brought up to date, twice; the log says why. It is tried again with new data.";
        state.say(Tone::Problem, text, moment.now);
        state.ahead.forget();
        return Vec::new();
    }
    let effects = ask(state, moment);
    state.findings.second_try = Some(state.findings.asked);
    let text = "The list could not be brought up to date; the log says why. It is being tried again.";
    state.say(Tone::Problem, text, moment.now);
    effects
}

fn is_loading(snapshot: &Snapshot) -> bool {
    snapshot.sources().iter().any(|source: &SourceStatus| source.state.is_loading())
}
