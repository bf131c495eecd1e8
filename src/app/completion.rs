//! Tab in the filter line: what could stand at the cursor goes in, and each further Tab puts in the next.
//!
//! In: the text, the cursor, the snapshot whose values there are. Out: the edited text, and a line that says which of
//! how many it is and what comes next.

use tui_input::Input;

use super::message::Tone;
use super::{Effect, Moment, State, filter};
use crate::query::{Completion, Completions, complete};
use crate::store::Snapshot;

/// So many that come next are said.
const NEXT: usize = 4;

/// One walk through all that fits.
#[derive(Debug, Clone)]
pub(super) struct Round {
    /// The text before the first Tab.
    text: String,
    offered: Completions,
    /// Which of them stands in the line.
    at: usize,
}

impl Round {
    /// `None` where nothing fits.
    fn begin(text: &str, cursor: usize, snapshot: &Snapshot) -> Option<Self> {
        let offered = complete(text, cursor, snapshot);
        (!offered.items.is_empty()).then(|| Self { text: text.to_owned(), offered, at: 0 })
    }

    fn next(self) -> Self {
        let at = (self.at + 1) % self.offered.items.len().max(1);
        Self { at, ..self }
    }

    fn item(&self) -> &str {
        self.offered.items.get(self.at).map_or("", |item| item.text.as_str())
    }

    /// The text with the completion in it, and the cursor behind that, in characters.
    fn line(&self) -> (String, usize) {
        let before = self.text.get(..self.offered.span.start).unwrap_or_default();
        let after = self.text.get(self.offered.span.end..).unwrap_or_default();
        let head = format!("{before}{}", self.item());
        let cursor = head.chars().count();
        (head + after, cursor)
    }

    /// `2 of 5: HIGH (31) · then MEDIUM (7), LOW (2), …`
    fn said(&self) -> String {
        let items = &self.offered.items;
        let now = items.get(self.at).map(|item| match item.doc {
            "" => told(item),
            doc => format!("{} {doc}", item.text),
        });
        let next: Vec<String> =
            items.iter().cycle().skip(self.at + 1).take(NEXT.min(items.len() - 1)).map(told).collect();
        let more = if items.len() - 1 > NEXT { ", …" } else { "" };
        format!("{} of {}: {} · then {}{more}", self.at + 1, items.len(), now.unwrap_or_default(), next.join(", "))
    }
}

fn told(item: &Completion) -> String {
    item.count.map_or_else(|| item.text.clone(), |count| format!("{} ({count})", item.text))
}

/// Completes the word at the cursor of the filter line, or puts in the next that fits.
pub(super) fn tab(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let filter = &mut state.findings.filter;
    let value = filter.input.value();
    let round = match filter.round.take() {
        Some(round) if round.line() == (value.to_owned(), filter.input.cursor()) => Some(round.next()),
        _ => {
            let cursor = value.char_indices().nth(filter.input.cursor()).map_or(value.len(), |(at, _)| at);
            Round::begin(value, cursor, moment.snapshot)
        }
    };
    let Some(round) = round else {
        state.say(Tone::Notice, "Nothing that is known fits here.", moment.now);
        return Vec::new();
    };
    let (text, cursor) = round.line();
    filter.input = Input::new(text).with_cursor(cursor);
    if round.offered.items.len() > 1 {
        let said = round.said();
        filter.round = Some(round);
        state.say(Tone::Notice, said, moment.now);
    }
    filter::edited(state, moment)
}
