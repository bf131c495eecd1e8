//! The sources view: every account, Region and service that is asked, and what the selected one says.

use std::sync::Arc;

use super::motion::Cursor;
use super::msg::Target;
use super::navigation::open_findings;
use super::{Action, Effect, Moment, State};
use crate::model::{Scope, Service, SourceState, SourceStatus};
use crate::query::Glob;
use crate::store::Snapshot;

/// Lines of the text about the selected source, where the screen is high enough.
pub const TEXT_ROWS: usize = 10;

/// What the sources view remembers.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    pub cursor: Cursor,
    /// The source under the cursor.
    pub selected: Option<Arc<Scope>>,
}

/// The sources as they are listed: what needs somebody first, then by service, account and Region.
#[must_use]
pub fn listed(snapshot: &Snapshot) -> Vec<&SourceStatus> {
    let mut all: Vec<&SourceStatus> = snapshot.sources().iter().collect();
    all.sort_by(|a, b| loudness(a).cmp(&loudness(b)).then_with(|| a.scope.cmp(&b.scope)));
    all
}

fn loudness(status: &SourceStatus) -> u8 {
    match status.state.word() {
        "login" => 0,
        "denied" => 1,
        "failed" => 2,
        "unsupported" => 3,
        "off" => 4,
        "partial" => 5,
        "throttled" => 6,
        _ => 7,
    }
}

/// How many lines the list has in a body of this height; the rest is the text about the selected source.
#[must_use]
pub fn list_rows(body: usize, sources: usize) -> usize {
    let text = TEXT_ROWS.min(body / 2);
    // One line for the column heads.
    body.saturating_sub(text + 1).min(sources.max(1))
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    match action {
        Action::Open => return open(state, moment),
        Action::Copy => return copy(state, moment),
        _ => (),
    }
    let lines = listed(moment.snapshot);
    let page = list_rows(state.body().1, lines.len());
    if !state.sources.cursor.act(action, lines.len(), page) {
        return None;
    }
    hold(state, &lines);
    Some(Vec::new())
}

/// A click selects a source; a click on the selected one opens its findings.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Target::Line(line) = target else { return None };
    if state.sources.cursor.selected == line {
        return open(state, moment);
    }
    let lines = listed(moment.snapshot);
    let page = list_rows(state.body().1, lines.len());
    state.sources.cursor.go(line, lines.len(), page);
    hold(state, &lines);
    Some(Vec::new())
}

/// The view came up, or a newer snapshot is there: the cursor stays on its source.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let lines = listed(moment.snapshot);
    let held = state.sources.selected.as_ref();
    let found = held.and_then(|scope| lines.iter().position(|status| status.scope == *scope));
    let line = found.unwrap_or(state.sources.cursor.selected);
    let page = list_rows(state.body().1, lines.len());
    state.sources.cursor.go(line, lines.len(), page);
    Vec::new()
}

/// The findings that this source sent; its facts about standards are in the controls view.
fn open(state: &mut State, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let lines = listed(moment.snapshot);
    let scope = &lines.get(state.sources.cursor.selected)?.scope;
    let text = match scope.service {
        Service::Standards => return Some(super::navigation::drill(state, super::View::Controls, moment)),
        Service::File => "source:file".to_owned(),
        service => format!("source:{} region:{}", service.id(), Glob::whole(&scope.region)),
    };
    Some(open_findings(state, &text, moment))
}

/// What helps to mend the selected source: the IAM action, the command to run, else AWS's words.
fn copy(state: &State, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let lines = listed(moment.snapshot);
    let status = lines.get(state.sources.cursor.selected)?;
    let (text, what) = match (&status.state, &status.last_error) {
        (SourceState::Denied { action }, _) => (action.clone(), "IAM action"),
        (SourceState::Login { remedy, .. }, _) => (remedy.clone(), "command"),
        (_, Some((_, words))) => (words.clone(), "error"),
        _ => (status.scope.to_string(), "source's name"),
    };
    Some(vec![Effect::copy(what, &text)])
}

fn hold(state: &mut State, lines: &[&SourceStatus]) {
    state.sources.selected = lines.get(state.sources.cursor.selected).map(|status| Arc::clone(&status.scope));
}
