//! One finding in full: what, where, who, then everything.
//!
//! The page is laid out here, for the width of the screen, so that scrolling, folding and doors are pure and the view
//! only draws lines. Until the full record is there the page shows what the row says.

mod kin;
mod line;
mod page;
mod section;
mod tree;
pub(in crate::app) mod wrap;

use std::collections::BTreeSet;

pub use kin::quoted;
pub use line::{Folded, LABEL_CELLS, Line, STEP};
pub use section::Ink;

use super::kin::Kin;
use super::message::Tone;
use super::motion::Cursor;
use super::msg::{Loaded, Target};
use super::{Action, Effect, Moment, State, View, copy, export, findings, link, navigation, raw, versions};
use crate::store::{Edition, RowId, Snapshot, StoreError};

/// What the detail view remembers.
#[derive(Debug, Clone, Default)]
pub struct Detail {
    pub row: Option<RowId>,
    /// The full record, once it is there; or why it cannot be had.
    pub loaded: Option<Result<Box<Loaded>, String>>,
    pub lines: Vec<Line>,
    pub cursor: Cursor,
    /// What was folded, or unfolded where it is folded to begin with. Kept from finding to finding.
    toggled: BTreeSet<String>,
    /// What of the row was on the screen when its record was asked for.
    editions: Option<Editions>,
}

/// Tells one state of a row from a later one, by each of its records: the copy in Security Hub may come before the
/// finding of GuardDuty that it is a copy of, and a note moves neither time nor workflow.
pub(super) type Editions = Vec<Edition>;

pub(super) fn editions(snapshot: &Snapshot, row: RowId) -> Option<Editions> {
    Some(snapshot.row(row)?.records().map(|record| record.edition()).collect())
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let (_, page) = state.body();
    let detail = &mut state.detail;
    if detail.cursor.act(action, detail.lines.len(), page) {
        return Some(Vec::new());
    }
    let effects = match action {
        Action::Open => enter(state, moment),
        Action::ToggleFold => {
            toggle(state, moment);
            Vec::new()
        }
        Action::NextFinding | Action::Right => step(state, 1, moment),
        Action::PreviousFinding | Action::Left => step(state, -1, moment),
        Action::RawJson => {
            raw::start(state);
            navigation::drill(state, View::Raw, moment)
        }
        Action::Versions => versions::open(state, moment),
        Action::Copy => copy::open(state, state.detail.row, moment)?,
        Action::ConsoleLink => link::show(state, state.detail.row, moment)?,
        Action::Export => export::open(state, export::Subject::Finding(state.detail.row?), moment),
        _ => return None,
    };
    Some(effects)
}

/// Enter: through the door on this line, or folds what the line belongs to.
fn enter(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let door = state.detail.lines.get(state.detail.cursor.selected).and_then(|line| line.door.clone());
    if let Some(query) = door {
        return navigation::open_findings(state, &query, moment);
    }
    toggle(state, moment);
    Vec::new()
}

fn toggle(state: &mut State, moment: &Moment<'_>) {
    let detail = &mut state.detail;
    let Some(fold) = detail.lines.get(detail.cursor.selected).and_then(|line| line.fold.clone()) else { return };
    if !detail.toggled.remove(&*fold) {
        detail.toggled.insert(fold.to_string());
    }
    lay_out(state, moment);
    // The cursor stays with what was folded: its first line.
    let (_, page) = state.body();
    let detail = &mut state.detail;
    if let Some(at) = detail.lines.iter().position(|line| line.fold.as_ref() == Some(&fold)) {
        detail.cursor.go(at, detail.lines.len(), page);
    }
}

/// The next or the previous finding of the list, without going back to it.
fn step(state: &mut State, by: isize, moment: &Moment<'_>) -> Vec<Effect> {
    if let Some(row) = findings::step(state, by) {
        return show(state, row, moment);
    }
    let end = if by < 0 { "first" } else { "last" };
    state.say(Tone::Notice, format!("This is the {end} finding of the list."), moment.now);
    Vec::new()
}

/// A click puts the cursor on a line; a click on the line it is on is Enter.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Target::Line(line) = target else { return None };
    let (_, page) = state.body();
    let detail = &mut state.detail;
    if detail.cursor.selected == line {
        return Some(enter(state, moment));
    }
    detail.cursor.go(line, detail.lines.len(), page);
    Some(Vec::new())
}

/// The wheel.
pub(super) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let (_, page) = state.body();
    let detail = &mut state.detail;
    detail.cursor.scroll(lines, detail.lines.len(), page);
    Vec::new()
}

/// The view came up, or a newer snapshot is there: the record is asked for again when the row has changed.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let mut effects = findings::refreshed(state, moment);
    if let Some(row) = state.detail.row {
        let now = editions(moment.snapshot, row);
        if now.is_some() && now != state.detail.editions {
            state.detail.editions = now;
            effects.push(Effect::LoadDetail { row });
        }
        effects.extend(super::kin::show(state, row, moment));
        lay_out(state, moment);
    }
    effects
}

/// Shows `row`, with what the user folded still folded.
pub(super) fn show(state: &mut State, row: RowId, moment: &Moment<'_>) -> Vec<Effect> {
    let toggled = std::mem::take(&mut state.detail.toggled);
    let editions = editions(moment.snapshot, row);
    state.detail = Detail { row: Some(row), toggled, editions, ..Detail::default() };
    let mut effects = super::kin::show(state, row, moment);
    lay_out(state, moment);
    effects.push(Effect::LoadDetail { row });
    effects
}

/// The full record, if it is still the one that is shown.
pub(super) fn loaded(state: &mut State, row: RowId, result: Result<Box<Loaded>, StoreError>, moment: &Moment<'_>) {
    if state.detail.row != Some(row) {
        return;
    }
    if let Err(error) = &result {
        state.say(Tone::Problem, format!("The full record cannot be shown: {error}"), moment.now);
    }
    state.detail.loaded = Some(result.map_err(|error| error.to_string()));
    lay_out(state, moment);
}

/// The reading of the full record panicked off the loop.
pub(super) fn lost(state: &mut State, row: RowId, moment: &Moment<'_>) {
    if state.detail.row == Some(row) {
        let text = "The full record could not be read; the log says why.";
        state.say(Tone::Problem, text, moment.now);
        state.detail.loaded = Some(Err(text.to_owned()));
    }
}

/// The screen has another size, or time passed: the page is laid out again.
pub(super) fn resized(state: &mut State, moment: &Moment<'_>) {
    lay_out(state, moment);
}

fn lay_out(state: &mut State, moment: &Moment<'_>) {
    let (width, page) = state.body();
    let (detail, shown) = (&mut state.detail, &state.kin);
    // A finding that is gone keeps its last page.
    let Some(row) = detail.row.and_then(|row| moment.snapshot.row(row)) else { return };
    let loaded = detail.loaded.as_ref().and_then(|loaded| loaded.as_deref().ok());
    let uncounted;
    let kin = if shown.row == detail.row {
        shown
    } else {
        uncounted = Kin::of(&row);
        &uncounted
    };
    let sections = page::sections(&row, loaded, kin, width, moment.now);
    detail.lines = line::lay_out(&sections, &detail.toggled, width);
    detail.cursor.fit(detail.lines.len(), page);
}
