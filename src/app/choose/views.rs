//! The saved views to choose from, each with how many findings it has.

use super::step;
use crate::app::message::Tone;
use crate::app::overlay::Overlay;
use crate::app::{Action, Effect, Moment, State, saved};

/// The view under the cursor, of [`State::saved`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Views {
    pub selected: usize,
}

/// Opens the sheet.
pub(in crate::app) fn open(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    if state.saved.views.is_empty() {
        let text = "There are no saved views: the configuration takes them all away. [views] adds some.";
        state.say(Tone::Notice, text, moment.now);
        return Vec::new();
    }
    state.overlays.push(Overlay::Views(Views::default()));
    saved::count(state, moment)
}

/// An action while the sheet is open.
pub(in crate::app) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let lines = state.saved.views.len();
    let Some(Overlay::Views(sheet)) = state.overlays.last_mut() else { return None };
    if step(&mut sheet.selected, lines, action) {
        return Some(Vec::new());
    }
    match action {
        Action::Open => {
            let view = sheet.selected;
            state.overlays.pop();
            Some(saved::open(state, view, moment))
        }
        // The key that opened it closes it.
        Action::Views => {
            state.overlays.pop();
            Some(Vec::new())
        }
        _ => None,
    }
}

/// A click opens a view.
pub(in crate::app) fn click(state: &mut State, line: usize, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    if let Some(Overlay::Views(sheet)) = state.overlays.last_mut() {
        sheet.selected = line;
    }
    act(state, Action::Open, moment)
}
