//! Which columns the list of findings has: on and off, their order, their widths.
//!
//! What is changed shows at once in the list behind the sheet, and is remembered when the sheet is closed
//! ([`Effect::RememberColumns`]). In a saved view with columns of its own it is that view's; everywhere else the plain
//! list's.

use super::step;
use crate::app::message::Tone;
use crate::app::overlay::Overlay;
use crate::app::{Action, Effect, Moment, State};
use crate::model::{Column, Columns};

/// The column under the cursor, and what was chosen before the sheet was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choosing {
    pub selected: Column,
    before: Columns,
}

/// Cells that one press makes a column wider.
const STEP: i16 = 2;

/// The lines: the columns that are shown, in their order, then the others.
pub fn lines(columns: &Columns) -> impl Iterator<Item = Column> + '_ {
    let others = Column::ALL.into_iter().filter(|column| columns.get(*column).is_none());
    columns.iter().map(|choice| choice.column).chain(others)
}

/// Opens the sheet.
pub(in crate::app) fn open(state: &mut State) {
    let before = state.columns().clone();
    let selected = lines(&before).next().unwrap_or(Column::Title);
    state.overlays.push(Overlay::Columns(Choosing { selected, before }));
}

/// An action while the sheet is open.
pub(in crate::app) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let mut columns = state.columns().clone();
    let Some(Overlay::Columns(sheet)) = state.overlays.last_mut() else { return None };
    let column = sheet.selected;
    let mut at = lines(&columns).position(|line| line == column).unwrap_or_default();
    if step(&mut at, Column::ALL.len(), action) {
        sheet.selected = lines(&columns).nth(at).unwrap_or(column);
        return Some(Vec::new());
    }
    match action {
        Action::ColumnToggle => {
            if !columns.toggle(column) {
                state.say(Tone::Notice, "The last column stays: show another one first.", moment.now);
            }
        }
        Action::ColumnLeft => columns.shift(column, -1),
        Action::ColumnRight => columns.shift(column, 1),
        Action::ColumnWider => resize(&mut columns, column, STEP),
        Action::ColumnNarrower => resize(&mut columns, column, -STEP),
        Action::ColumnsReset => columns.clone_from(state.given_columns()),
        Action::Open | Action::Back | Action::Leave => return Some(close(state)),
        _ => return None,
    }
    state.choose_columns(columns);
    Some(Vec::new())
}

fn resize(columns: &mut Columns, column: Column, by: i16) {
    if let Some(choice) = columns.get(column) {
        let now = choice.width.unwrap_or_else(|| column.cells());
        columns.resize(column, now.saturating_add_signed(by));
    }
}

/// Closes the sheet; another choice than before is remembered.
pub(in crate::app) fn close(state: &mut State) -> Vec<Effect> {
    match state.overlays.pop() {
        Some(Overlay::Columns(sheet)) if sheet.before != *state.columns() => {
            let view = state.columns_of().map(|view| view.name.clone());
            vec![Effect::RememberColumns { view, columns: state.chosen_columns().cloned() }]
        }
        _ => Vec::new(),
    }
}

/// A click on a line puts the cursor there; on the line it is on, it shows or hides the column.
pub(in crate::app) fn click(state: &mut State, line: usize, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let column = lines(state.columns()).nth(line)?;
    let Some(Overlay::Columns(sheet)) = state.overlays.last_mut() else { return None };
    if sheet.selected == column {
        return act(state, Action::ColumnToggle, moment);
    }
    sheet.selected = column;
    Some(Vec::new())
}
