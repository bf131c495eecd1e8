//! The kin of a finding: what shares its resource, its control, its type, its account, each with how many they are.

use super::step;
use crate::app::message::Tone;
use crate::app::overlay::Overlay;
use crate::app::{Action, Effect, Moment, State, View, kin, navigation};

/// The door under the cursor, of [`State::kin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Doors {
    pub selected: usize,
}

/// Opens the sheet for the finding that is selected, or shown.
pub(in crate::app) fn open(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let row = match state.view {
        View::Findings => state.findings.selected,
        View::Detail | View::Raw => state.detail.row.or(state.findings.selected),
        _ => None,
    };
    let Some(row) = row.filter(|row| moment.snapshot.row(*row).is_some()) else {
        state.say(Tone::Notice, "There is nothing here to show the kin of. Select a finding first.", moment.now);
        return Vec::new();
    };
    state.overlays.push(Overlay::Kin(Doors::default()));
    kin::show(state, row, moment)
}

pub(in crate::app) fn is_open(state: &State) -> bool {
    state.overlays.iter().any(|overlay| matches!(overlay, Overlay::Kin(_)))
}

/// An action while the sheet is open.
pub(in crate::app) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let lines = state.kin.doors.len();
    let Some(Overlay::Kin(sheet)) = state.overlays.last_mut() else { return None };
    if step(&mut sheet.selected, lines, action) {
        return Some(Vec::new());
    }
    match action {
        Action::Open => {
            let door = state.kin.doors.get(sheet.selected).map(|door| door.text.clone());
            state.overlays.pop();
            Some(door.map(|text| navigation::open_findings(state, &text, moment)).unwrap_or_default())
        }
        // The key that opened it closes it.
        Action::Kin => {
            state.overlays.pop();
            Some(Vec::new())
        }
        _ => None,
    }
}

/// A click goes through a door.
pub(in crate::app) fn click(state: &mut State, line: usize, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    if let Some(Overlay::Kin(sheet)) = state.overlays.last_mut() {
        sheet.selected = line;
    }
    act(state, Action::Open, moment)
}
