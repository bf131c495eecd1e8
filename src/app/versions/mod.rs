//! The versions of one finding: what it was, when each version was seen, and what changed between any two.
//!
//! The journal's versions and, on demand, Security Hub's own history are one timeline, newest first. A finding may have
//! several records (GuardDuty's own and its copy in Security Hub): one is shown at a time, and the next is a key away.

mod line;
mod past;

use std::sync::Arc;

pub use line::{Line, MARK_CELLS, Mark, Tone as NoteTone};
pub use past::{Current, Entry, Past, Standing};

use super::message::Tone;
use super::motion::Cursor;
use super::msg::Target;
use super::{Action, Effect, Moment, State, View, copy, detail, link, navigation};
use crate::model::{Changes, History, HistoryError};
use crate::store::RowId;

/// What the versions view remembers.
#[derive(Debug, Clone, Default)]
pub struct Versions {
    pub row: Option<RowId>,
    /// Which of the finding's records, the leading one first.
    pub record: usize,
    /// What was read of it; `None` until it is there.
    pub past: Option<Arc<Past>>,
    pub history: Asked,
    pub lines: Vec<Line>,
    pub cursor: Cursor,
    pick: Pick,
    /// What differs between two versions that do not follow each other.
    compared: Option<((usize, usize), Result<Changes, String>)>,
    /// What of the row was on the screen when its versions were asked for.
    editions: Option<detail::Editions>,
}

/// Which two versions are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Pick {
    /// The last two, whatever comes.
    #[default]
    LastTwo,
    Chosen(usize, usize),
}

/// How it stands with AWS's own history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Asked {
    #[default]
    No,
    Asking,
    Answered(History),
    Failed(HistoryError),
}

impl Versions {
    /// The older and the newer of the two that are compared; `None` where there are not two.
    #[must_use]
    pub fn pair(&self) -> Option<(usize, usize)> {
        let last = self.past.as_ref()?.entries.len().checked_sub(1)?;
        match self.pick {
            Pick::Chosen(older, newer) if newer <= last => Some((older, newer)),
            _ => Some((last.checked_sub(1)?, last)),
        }
    }

    /// What differs between two, where that is known.
    fn changes(&self, older: usize, newer: usize) -> Option<&Result<Changes, String>> {
        if older + 1 == newer {
            return self.past.as_ref()?.entries.get(newer)?.changes.as_ref();
        }
        self.compared.as_ref().filter(|(pair, _)| *pair == (older, newer)).map(|(_, changes)| changes)
    }
}

/// Opens the versions of the finding that the detail shows.
pub(super) fn open(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let Some(row) = state.detail.row else { return Vec::new() };
    let editions = detail::editions(moment.snapshot, row);
    state.versions = Versions { row: Some(row), editions, ..Versions::default() };
    let mut effects = navigation::drill(state, View::Versions, moment);
    effects.push(Effect::LoadPast { row, record: 0 });
    lay_out(state);
    effects
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let (_, page) = state.body();
    let view = &mut state.versions;
    if view.cursor.act(action, view.lines.len(), page) {
        return Some(Vec::new());
    }
    let effects = match action {
        Action::Open => choose(state, End::Newer, moment),
        Action::CompareFrom => choose(state, End::Older, moment),
        Action::AskHistory => ask(state, moment),
        Action::NextRecord => next_record(state, moment),
        Action::Copy => copy::open(state, state.versions.row, moment)?,
        Action::ConsoleLink => link::show(state, state.versions.row, moment)?,
        _ => return None,
    };
    Some(effects)
}

/// Which end of the comparison a version is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// With the one before it: what this version changed.
    Newer,
    /// With the newer one that is compared now.
    Older,
}

fn choose(state: &mut State, end: End, moment: &Moment<'_>) -> Vec<Effect> {
    let view = &mut state.versions;
    let Some(&Line::Version(at)) = view.lines.get(view.cursor.selected) else {
        state.say(Tone::Notice, "Go to a version in the list first.", moment.now);
        return Vec::new();
    };
    let pair = match (end, view.pair()) {
        (End::Newer, _) => at.checked_sub(1).map(|before| (before, at)),
        (End::Older, Some((_, newer))) if newer != at => Some((at.min(newer), at.max(newer))),
        (End::Older, _) => None,
    };
    let Some((older, newer)) = pair else {
        let text = match end {
            End::Newer => "This is the first version that was seen: there is none before it to compare it with.",
            End::Older => "This version is the newer one of the two already: choose another one.",
        };
        state.say(Tone::Notice, text, moment.now);
        return Vec::new();
    };
    view.pick = Pick::Chosen(older, newer);
    let (row, record) = (view.row, view.record);
    let effects = match (&view.past, row, view.changes(older, newer).is_some()) {
        (Some(past), Some(row), false) => {
            vec![Effect::Compare { row, record, past: Arc::clone(past), older, newer }]
        }
        _ => Vec::new(),
    };
    lay_out(state);
    effects
}

fn ask(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let view = &mut state.versions;
    let (Some(row), Some(past)) = (view.row, &view.past) else { return Vec::new() };
    if view.history == Asked::Asking {
        return Vec::new();
    }
    if past.scope.service != crate::model::Service::SecurityHub {
        let other = if past.records > 1 { " Another record of this finding may be: see the next one." } else { "" };
        let text = format!("Only Security Hub has a history of its own, and this record is not from there.{other}");
        state.say(Tone::Notice, text, moment.now);
        return Vec::new();
    }
    let effect = Effect::AskHistory { row, record: view.record, scope: past.scope.clone(), key: past.key.clone() };
    view.history = Asked::Asking;
    lay_out(state);
    vec![effect]
}

fn next_record(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let view = &state.versions;
    let Some(row) = view.row else { return Vec::new() };
    let records = moment.snapshot.row(row).map_or(0, |row| row.records().count());
    if records < 2 {
        state.say(Tone::Notice, "This finding has one record only.", moment.now);
        return Vec::new();
    }
    let record = (view.record + 1) % records;
    let editions = view.editions.clone();
    state.versions = Versions { row: Some(row), record, editions, ..Versions::default() };
    lay_out(state);
    vec![Effect::LoadPast { row, record }]
}

/// A click puts the cursor on a line; a click on the line it is on is Enter.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Target::Line(line) = target else { return None };
    if state.versions.cursor.selected == line {
        return Some(choose(state, End::Newer, moment));
    }
    let (_, page) = state.body();
    let view = &mut state.versions;
    view.cursor.go(line, view.lines.len(), page);
    Some(Vec::new())
}

/// The wheel.
pub(super) fn scroll(state: &mut State, lines: isize) -> Vec<Effect> {
    let (_, page) = state.body();
    let view = &mut state.versions;
    view.cursor.scroll(lines, view.lines.len(), page);
    Vec::new()
}

/// The view came up, or a newer snapshot is there: the versions are read again when the finding has changed.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let mut effects = detail::refreshed(state, moment);
    if let Some(row) = state.versions.row {
        let now = detail::editions(moment.snapshot, row);
        if now.is_some() && now != state.versions.editions {
            state.versions.editions = now;
            effects.push(Effect::LoadPast { row, record: state.versions.record });
        }
    }
    effects
}

/// The past of a record, if it is still the one that is shown.
pub(super) fn loaded(state: &mut State, row: RowId, record: usize, past: Arc<Past>) {
    if state.versions.row != Some(row) || state.versions.record != record {
        return;
    }
    // What was found between two that were chosen may be of other versions now.
    if state.versions.past.as_ref().is_some_and(|held| held.entries.first() != past.entries.first()) {
        state.versions.pick = Pick::LastTwo;
    }
    let first = state.versions.past.is_none();
    state.versions.past = Some(past);
    state.versions.compared = None;
    lay_out(state);
    if first {
        // Under the heads: on the newest version.
        let (_, page) = state.body();
        let view = &mut state.versions;
        view.cursor.go(1, view.lines.len(), page);
    }
}

/// What differs between two versions.
pub(super) fn compared(
    state: &mut State,
    row: RowId,
    record: usize,
    pair: (usize, usize),
    changes: Result<Changes, String>,
) {
    if state.versions.row == Some(row) && state.versions.record == record {
        state.versions.compared = Some((pair, changes));
        lay_out(state);
    }
}

/// AWS's own history, or why there is none.
pub(super) fn answered(state: &mut State, row: RowId, record: usize, result: Result<History, HistoryError>) {
    if state.versions.row == Some(row) && state.versions.record == record {
        state.versions.history = result.map_or_else(Asked::Failed, Asked::Answered);
        lay_out(state);
    }
}

/// The reading of the versions panicked off the loop.
pub(super) fn lost(state: &mut State, row: RowId, moment: &Moment<'_>) {
    if state.versions.row == Some(row) {
        state.say(Tone::Problem, "The versions could not be read; the log says why.", moment.now);
    }
}

/// The screen has another size, or the journal another state.
pub(super) fn resized(state: &mut State) {
    lay_out(state);
}

fn lay_out(state: &mut State) {
    let (width, page) = state.body();
    let at = state.versions.lines.get(state.versions.cursor.selected).cloned();
    let lines = line::lay_out(state, width);
    let view = &mut state.versions;
    view.lines = lines;
    // The cursor stays on its version while others come.
    if let Some(at) = at.filter(|line| matches!(line, Line::Version(_) | Line::Event(_)))
        && let Some(place) = view.lines.iter().position(|line| *line == at)
    {
        view.cursor.go(place, view.lines.len(), page);
    }
    view.cursor.fit(view.lines.len(), page);
}
