//! The raw JSON of a finding's records: lines that fold, and a search in them.
//!
//! The records are those of the detail ([`super::detail::Detail::loaded`]): nothing is fetched twice.

pub mod document;
pub mod json;
mod search;

use document::Document;
pub use search::{Match, Search};

use super::message::Tone;
use super::motion::Cursor;
use super::msg::{Loaded, Target};
use super::{Action, Effect, Moment, State, View, detail, export, link, navigation};
use crate::export::raw::for_clipboard;
use crate::store::RowId;

/// What the raw view remembers.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    /// The record that is shown, of those that the finding folds.
    pub tab: usize,
    /// Its lines; or why there are none.
    pub document: Option<Result<Document, String>>,
    pub cursor: Cursor,
    /// Cells of the lines that are out of sight on the left.
    pub left: usize,
    pub search: Search,
}

/// Cells that one key moves the lines sideways.
const SLIDE: isize = 16;

/// Opens the raw JSON of a finding; Esc comes back.
pub(super) fn open(state: &mut State, row: RowId, moment: &Moment<'_>) -> Vec<Effect> {
    let mut effects = detail::show(state, row, moment);
    effects.extend(navigation::drill(state, View::Raw, moment));
    start(state);
    effects
}

/// Shows the records of the detail from the top.
pub(super) fn start(state: &mut State) {
    state.raw = Raw::default();
    read(state);
}

fn records(state: &State) -> Option<&Loaded> {
    state.detail.loaded.as_ref()?.as_deref().ok()
}

/// Splits the record of the tab into lines, unless it is split already.
fn read(state: &mut State) {
    let (cells, page) = state.body();
    let Some(Ok(loaded)) = &state.detail.loaded else { return };
    state.raw.tab = state.raw.tab.min(loaded.records.len().saturating_sub(1));
    let Some((_, json)) = loaded.records.get(state.raw.tab) else { return };
    if let Some(Ok(document)) = &state.raw.document
        && document.whole().as_bytes() == &**json
    {
        return;
    }
    let document = Document::of(json, cells).map_err(|error| error.to_string());
    if let Ok(document) = &document {
        state.raw.search.find(document);
        state.raw.cursor.fit(document.shown.len(), page);
    }
    state.raw.document = Some(document);
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let (_, page) = state.body();
    let raw = &mut state.raw;
    let lines = document(raw).map_or(0, |document| document.shown.len());
    if raw.cursor.act(action, lines, page) {
        return Some(Vec::new());
    }
    match action {
        Action::RawFold | Action::Open => fold(state),
        Action::RawNextRecord => turn(state, 1),
        Action::RawPreviousRecord => turn(state, -1),
        Action::Right => slide(state, SLIDE),
        Action::Left => slide(state, -SLIDE),
        Action::RawSearch | Action::Filter => {
            let cursor = state.raw.cursor;
            state.raw.search.edit(cursor);
        }
        Action::RawNextMatch => next_match(state, 1, moment),
        Action::RawPreviousMatch => next_match(state, -1, moment),
        Action::RawCopy | Action::Copy => return copy(state),
        Action::ConsoleLink => return link::show(state, state.detail.row, moment),
        Action::Export => return Some(export::open(state, export::Subject::Finding(state.detail.row?), moment)),
        Action::RawJson => return Some(navigation::back(state, moment).unwrap_or_default()),
        _ => return None,
    }
    Some(Vec::new())
}

fn document(raw: &Raw) -> Option<&Document> {
    raw.document.as_ref()?.as_ref().ok()
}

fn document_mut(raw: &mut Raw) -> Option<&mut Document> {
    raw.document.as_mut()?.as_mut().ok()
}

/// The line of the record that the cursor is on.
fn line(raw: &Raw) -> usize {
    document(raw).and_then(|document| document.shown.get(raw.cursor.selected)).map_or(0, |shown| shown.line)
}

fn fold(state: &mut State) {
    let (cells, page) = state.body();
    let raw = &mut state.raw;
    let at = line(raw);
    let Some(document) = document_mut(raw) else { return };
    let opened = document.toggle(at, cells);
    let (position, lines) = (document.position(opened), document.shown.len());
    let first = document.shown.iter().position(|shown| shown.line == opened).unwrap_or(position);
    raw.cursor.go(first, lines, page);
}

/// The next or the previous record of the finding.
fn turn(state: &mut State, by: isize) {
    let count = records(state).map_or(0, |loaded| loaded.records.len());
    let tab = state.raw.tab.saturating_add_signed(by).min(count.saturating_sub(1));
    if tab != state.raw.tab {
        state.raw.tab = tab;
        state.raw.cursor = Cursor::default();
        state.raw.left = 0;
        state.raw.document = None;
        read(state);
    }
}

/// Moves the lines sideways, as far as the longest on the page needs.
fn slide(state: &mut State, by: isize) {
    let (cells, page) = state.body();
    let raw = &mut state.raw;
    let Some(document) = document(raw) else { return };
    let on_page = document.shown.iter().skip(raw.cursor.top).take(page);
    let longest = on_page.map(|shown| document.cells(shown)).max().unwrap_or(0);
    let most = (longest + 1).saturating_sub(cells);
    raw.left = raw.left.saturating_add_signed(by).min(most.max(if by < 0 { raw.left } else { 0 }));
}

/// The whole record, on one line.
fn copy(state: &State) -> Option<Vec<Effect>> {
    let (_, json) = records(state)?.records.get(state.raw.tab)?;
    Some(vec![Effect::Copy { text: for_clipboard(json), what: "raw JSON", dropped: 0 }])
}

fn next_match(state: &mut State, by: isize, moment: &Moment<'_>) {
    match state.raw.search.step(by).cloned() {
        Some(found) => show_match(state, &found),
        None if state.raw.search.input.value().is_empty() => {
            state.say(Tone::Notice, "Nothing is searched for. Press / to search.", moment.now);
        }
        None => {
            let text = format!("'{}' is not in this record.", state.raw.search.input.value());
            state.say(Tone::Notice, text, moment.now);
        }
    }
}

fn show_match(state: &mut State, found: &Match) {
    let (cells, page) = state.body();
    let raw = &mut state.raw;
    raw.left = 0;
    let Some(document) = document_mut(raw) else { return };
    document.reveal(found.line, cells);
    let holds = |shown: &document::Shown| {
        shown.line == found.line
            && match &shown.part {
                document::Part::First(range) | document::Part::More(range) => range.contains(&found.range.start),
                document::Part::Whole | document::Part::Folded => true,
            }
    };
    let at = document.shown.iter().position(holds).unwrap_or_else(|| document.position(found.line));
    let lines = document.shown.len();
    raw.cursor.go(at, lines, page);
}

/// A click puts the cursor on a line; a click on the line it is on folds it.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let _ = moment;
    let Target::Line(line) = target else { return None };
    let (_, page) = state.body();
    if state.raw.cursor.selected == line {
        fold(state);
    } else {
        let lines = document(&state.raw).map_or(0, |document| document.shown.len());
        state.raw.cursor.go(line, lines, page);
    }
    Some(Vec::new())
}

/// The view came up, or a newer snapshot is there.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let effects = detail::refreshed(state, moment);
    read(state);
    effects
}

/// The screen has another size: long values break elsewhere.
pub(super) fn resized(state: &mut State) {
    let (cells, page) = state.body();
    let raw = &mut state.raw;
    let at = line(raw);
    let Some(document) = document_mut(raw) else { return };
    document.lay_out(cells);
    let (position, lines) = (document.position(at), document.shown.len());
    raw.cursor.go(position, lines, page);
}

/// The records are there, or newer ones are.
pub(super) fn loaded(state: &mut State, row: RowId) {
    if state.view == View::Raw && state.detail.row == Some(row) {
        if let Some(Err(error)) = &state.detail.loaded {
            state.raw.document = Some(Err(error.clone()));
        }
        read(state);
    }
}

/// The wheel.
pub(super) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let (_, page) = state.body();
    let count = document(&state.raw).map_or(0, |document| document.shown.len());
    state.raw.cursor.scroll(lines, count, page);
    Vec::new()
}

pub(super) fn accept_search(state: &mut State) -> Vec<Effect> {
    state.raw.search.accept();
    Vec::new()
}

/// The search, and the cursor, as they were.
pub(super) fn cancel_search(state: &mut State) -> Vec<Effect> {
    let (_, page) = state.body();
    let raw = &mut state.raw;
    let cursor = raw.search.cancel();
    if let Some(Ok(document)) = &raw.document {
        raw.search.find(document);
        if let Some(cursor) = cursor {
            raw.cursor = cursor;
            raw.cursor.fit(document.shown.len(), page);
        }
    }
    Vec::new()
}

/// The cursor goes to the first match from where it is, as one types.
pub(super) fn edited_search(state: &mut State) -> Vec<Effect> {
    let raw = &mut state.raw;
    let at = line(raw);
    if let Some(Ok(document)) = &raw.document {
        raw.search.find(document);
    }
    if let Some(found) = raw.search.seek(at).cloned() {
        show_match(state, &found);
    }
    Vec::new()
}
