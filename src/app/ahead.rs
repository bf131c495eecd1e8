//! Keys typed ahead of a list: over a slow link nobody waits for the screen before the next key.
//!
//! In: keys that need a line of a list whose answer is still on its way, and all that follow them. Out: the same keys, in
//! their order, once the answer is there. Esc takes them back; quitting never waits.

use std::collections::VecDeque;

use crossterm::event::KeyEvent;

use super::{Action, Effect, Moment, State, View, update};

/// No more than anybody types ahead on purpose.
const MOST: usize = 64;

/// The keys that wait.
#[derive(Debug, Clone, Default)]
pub struct Ahead(VecDeque<KeyEvent>);

impl Ahead {
    /// The user does something else.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

/// Takes a key that has to wait for the list; `false` leaves it to be carried out now. `action` is what the key means on
/// the screen as it is.
pub(super) fn waits(state: &mut State, key: KeyEvent, action: Option<Action>) -> bool {
    if !state.findings.is_awaited() {
        return false;
    }
    let waiting = !state.ahead.0.is_empty();
    match action {
        Some(Action::Quit | Action::Suspend | Action::Redraw) => return false,
        Some(Action::Back | Action::Leave) if waiting => {
            state.ahead.forget();
            return true;
        }
        // Behind a key that waits every other does, or it would overtake it.
        _ if waiting => {}
        // A saved view by its own key asks a question of its own.
        Some(action) if !is_covered(state) && needs_a_line(state.view, action) => {}
        _ => return false,
    }
    if state.ahead.0.len() < MOST {
        state.ahead.0.push_back(key);
    }
    true
}

/// An answer came: what was typed ahead of it, up to the next question that somebody would have to wait for.
pub(super) fn carry_on(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let mut effects = Vec::new();
    while !state.findings.is_awaited()
        && let Some(key) = state.ahead.0.pop_front()
    {
        effects.extend(update::press(state, key, moment));
    }
    effects
}

/// The keys go to a sheet over the list, or to a line of text.
fn is_covered(state: &State) -> bool {
    !state.overlays.is_empty() || state.line().is_some()
}

/// Whether it means the line under the cursor, or moves the cursor from where it is.
const fn needs_a_line(view: View, action: Action) -> bool {
    match view {
        View::Findings => matches!(
            action,
            Action::Down
                | Action::Up
                | Action::First
                | Action::Last
                | Action::HalfPageDown
                | Action::HalfPageUp
                | Action::PageDown
                | Action::PageUp
                | Action::Left
                | Action::Right
                | Action::Open
                | Action::Copy
                | Action::ConsoleLink
                | Action::Export
                | Action::RawJson
                | Action::Kin
                | Action::OnlyThese
        ),
        View::Detail => {
            matches!(action, Action::NextFinding | Action::PreviousFinding | Action::Left | Action::Right)
        }
        _ => false,
    }
}
