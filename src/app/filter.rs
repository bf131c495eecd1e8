//! The filter line of the findings: edited over the list, applied as it is typed.
//!
//! While the text cannot be read the last good result stays, with the mistake underlined. Enter keeps what was typed,
//! Esc puts the list back as it was, cursor and all.

use std::sync::Arc;

use tui_input::Input;

use super::completion::Round;
use super::findings::{self, Findings, Hold};
use super::message::Tone;
use super::{Effect, Moment, State};
use crate::query::{self, Query, QueryError};

/// The filter line.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub input: Input,
    /// The list before the line was opened: what Esc puts back. Set while the line is edited.
    before: Option<Box<Findings>>,
    /// Tab after Tab, while nothing else is typed.
    pub(super) round: Option<Round>,
    /// The last text that could be read.
    pub query: Arc<Query>,
    pub error: Option<QueryError>,
}

impl Filter {
    /// A filter at rest.
    pub(super) fn of(text: &str) -> Self {
        let mut filter = Self { input: text.into(), ..Self::default() };
        filter.read();
        filter
    }

    #[must_use]
    pub fn text(&self) -> &str {
        self.input.value()
    }

    #[must_use]
    pub const fn is_edited(&self) -> bool {
        self.before.is_some()
    }

    /// Reads the text; true when the query is another one now.
    fn read(&mut self) -> bool {
        match query::parse(self.input.value()) {
            Ok(query) => {
                self.error = None;
                let changed = *self.query != query;
                self.query = Arc::new(query);
                changed
            }
            Err(error) => {
                self.error = Some(error);
                false
            }
        }
    }
}

/// Opens the line.
pub(super) fn edit(state: &mut State) {
    if !state.findings.filter.is_edited() {
        let before = Box::new(state.findings.clone());
        state.findings.filter.before = Some(before);
    }
}

/// The text changed.
pub(super) fn edited(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    if !state.findings.filter.read() {
        return Vec::new();
    }
    state.findings.hold = Hold::Top;
    findings::ask(state, moment)
}

/// Keeps what was typed, if it can be read.
pub(super) fn accept(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    if let Some(error) = &state.findings.filter.error {
        let text = format!("{error}. Mend the filter, or press Esc to leave it as it was.");
        state.say(Tone::Problem, text, moment.now);
    } else {
        state.findings.filter.before = None;
        state.findings.filter.round = None;
    }
    Vec::new()
}

/// Puts the list back as it was.
pub(super) fn cancel(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    if let Some(before) = state.findings.filter.before.take() {
        let as_it_was = !before.is_asking() && state.findings.asked == before.asked;
        state.findings = *before;
        if !as_it_was {
            state.findings.forget_question();
        }
    }
    findings::refreshed(state, moment)
}

/// No filter at all.
pub(super) fn clear(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    state.findings.filter = Filter::default();
    state.findings.hold = Hold::Finding;
    findings::ask(state, moment)
}
