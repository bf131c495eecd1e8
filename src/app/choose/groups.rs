//! Group by what, and then by what.

use super::step;
use crate::app::overlay::Overlay;
use crate::app::{Action, Effect, Moment, State, findings};
use crate::model::{GroupBy, GroupKey};

/// Which of the two lists has the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    #[default]
    First,
    Then,
}

/// The sheet. In both lists the first line is "none", then the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Groups {
    pub side: Side,
    /// The lines under the cursors.
    pub first: usize,
    pub then: usize,
    /// What holds now.
    pub now: Option<GroupBy>,
}

/// The lines of either list; `None` is "none".
pub fn lines() -> impl Iterator<Item = Option<GroupKey>> {
    std::iter::once(None).chain(GroupKey::ALL.map(Some))
}

fn line_of(key: Option<GroupKey>) -> usize {
    lines().position(|line| line == key).unwrap_or_default()
}

impl Groups {
    /// What would hold if it were chosen now. A second level by the same key says nothing.
    #[must_use]
    pub fn chosen(&self) -> Option<GroupBy> {
        let first = lines().nth(self.first).flatten()?;
        let then = lines().nth(self.then).flatten().filter(|then| *then != first);
        Some(GroupBy { first, then })
    }
}

/// Opens the sheet, on what holds now; where nothing does, on the first key.
pub fn groups(state: &mut State) {
    let now = state.findings.grouped.as_ref().map(|grouped| grouped.by);
    let first = now.map_or(1, |by| line_of(Some(by.first)));
    let then = line_of(now.and_then(|by| by.then));
    state.overlays.push(Overlay::Groups(Groups { side: Side::First, first, then, now }));
}

/// An action while the sheet is open.
pub(in crate::app) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Some(Overlay::Groups(sheet)) = state.overlays.last_mut() else { return None };
    let at = match sheet.side {
        Side::First => &mut sheet.first,
        Side::Then => &mut sheet.then,
    };
    if step(at, lines().count(), action) {
        return Some(Vec::new());
    }
    match action {
        Action::Left => sheet.side = Side::First,
        Action::Right => sheet.side = Side::Then,
        Action::NextPanel | Action::PreviousPanel => {
            sheet.side = if sheet.side == Side::First { Side::Then } else { Side::First };
        }
        Action::Open => {
            let chosen = sheet.chosen();
            state.overlays.pop();
            return Some(findings::group(state, chosen, moment));
        }
        _ => return None,
    }
    Some(Vec::new())
}

/// A click on a line of one of the lists puts the cursor there; on the line it is on, it chooses.
pub(in crate::app) fn click(state: &mut State, side: Side, line: usize, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Some(Overlay::Groups(sheet)) = state.overlays.last_mut() else { return None };
    let at = match side {
        Side::First => &mut sheet.first,
        Side::Then => &mut sheet.then,
    };
    let is_again = sheet.side == side && *at == line;
    sheet.side = side;
    *at = line;
    if is_again { act(state, Action::Open, moment) } else { Some(Vec::new()) }
}
