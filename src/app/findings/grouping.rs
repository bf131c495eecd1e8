//! The list in groups: folding and unfolding in place, the order of groups, and from a group to the query it is.
//!
//! What is opened is remembered by the groups' values and asked for anew with each answer, so that it stays open while
//! data streams in; the cursor is on a group or a finding, never on a line.

use std::sync::Arc;

use super::{Findings, Hold, ask, page, settled};
use crate::app::effect::Generation;
use crate::app::message::Tone;
use crate::app::{Action, Effect, Moment, State, navigation};
use crate::model::{GroupBy, GroupOrder, GroupSort};
use crate::query::outline::{Fold, Grouped, Line, Outline, Path, Spot};
use crate::query::{Expr, Ordered, group::term};

/// Groups the list, or shows it as it is.
pub(in crate::app) fn group(state: &mut State, by: Option<GroupBy>, moment: &Moment<'_>) -> Vec<Effect> {
    let list = &mut state.findings;
    if list.grouped.as_ref().map(|grouped| grouped.by) == by {
        return Vec::new();
    }
    let sort = list.grouped.take().map_or_else(GroupSort::default, |grouped| grouped.sort);
    list.grouped = by.map(|by| Grouped { by, sort, opened: std::collections::BTreeSet::new() });
    list.spot = None;
    // In groups the worst comes first; out of them the finding that was selected stays so.
    list.hold = if by.is_some() || list.selected.is_none() { Hold::Top } else { Hold::Finding };
    ask(state, moment)
}

/// The answer to [`Effect::Group`]. Only the newest question's counts.
pub(in crate::app) fn outlined(
    state: &mut State,
    generation: Generation,
    outline: &Arc<Outline>,
    moment: &Moment<'_>,
) -> Vec<Effect> {
    settled(state, generation, moment, |list, loading, page| list.settle_groups(outline, loading, page))
}

impl Findings {
    /// The cursor finds its line in the new groups, or the group that its finding was in.
    fn settle_groups(&mut self, outline: &Arc<Outline>, loading: bool, page: usize) {
        self.rows = Ordered::default();
        let found = self.spot.and_then(|spot| {
            let parts = [spot, Spot { row: None, ..spot }, Spot { path: Path { then: None, ..spot.path }, row: None }];
            parts.into_iter().find_map(|part| outline.find(part))
        });
        let line = match found {
            Some(line) if self.hold == Hold::Finding || !loading => line,
            None if self.hold == Hold::Finding && self.spot.is_some() => self.cursor.selected,
            _ => 0,
        };
        if self.spot.is_none() {
            self.cursor.top = 0;
        }
        self.outline = Some(Arc::clone(outline));
        self.come_to(line, page);
    }

    fn line(&self) -> Option<Line> {
        self.outline.as_ref()?.line(self.cursor.selected)
    }
}

/// What keys mean while groups are shown; `None` leaves them to the list.
pub(super) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let line = state.findings.line()?;
    let effects = match (action, line) {
        (Action::Open, Line::Group { path, fold, .. }) => match fold {
            Fold::Closed => open(state, path, moment),
            Fold::Opened => close(state, path, moment),
        },
        (Action::Right, Line::Group { path, fold: Fold::Closed, .. }) => open(state, path, moment),
        // Into what is open already.
        (Action::Right, Line::Group { .. }) => return super::act(state, Action::Down, moment),
        (Action::Left, Line::Group { path, fold: Fold::Closed, .. }) => match path.then {
            Some(_) => close(state, Path { then: None, ..path }, moment),
            None => Vec::new(),
        },
        (Action::Left, Line::Group { path, .. } | Line::Finding { path, .. }) => close(state, path, moment),
        (Action::Sort, _) => order(state, moment, |sort| sort.order = sort.order.next()),
        (Action::SortReverse, _) => order(state, moment, |sort| sort.direction = sort.direction.reversed()),
        (Action::OnlyThese, line) => only(state, line.spot().path, moment)?,
        _ => return None,
    };
    Some(effects)
}

fn open(state: &mut State, path: Path, moment: &Moment<'_>) -> Vec<Effect> {
    let list = &mut state.findings;
    list.hold = Hold::Finding;
    if list.grouped.as_mut().is_some_and(|grouped| grouped.opened.insert(path)) {
        return ask(state, moment);
    }
    Vec::new()
}

/// Folds a group; the cursor goes to its line.
fn close(state: &mut State, path: Path, moment: &Moment<'_>) -> Vec<Effect> {
    let page = page(state);
    let list = &mut state.findings;
    list.hold = Hold::Finding;
    let spot = Spot { path, row: None };
    if let Some(line) = list.outline.as_ref().and_then(|outline| outline.find(spot)) {
        list.cursor.go(line, list.lines(), page);
        list.select_line();
    }
    if list.grouped.as_mut().is_some_and(|grouped| grouped.opened.remove(&path)) {
        return ask(state, moment);
    }
    Vec::new()
}

fn order(state: &mut State, moment: &Moment<'_>, change: impl FnOnce(&mut GroupSort)) -> Vec<Effect> {
    if let Some(grouped) = &mut state.findings.grouped {
        change(&mut grouped.sort);
    }
    ask(state, moment)
}

/// In this order; turned around, where that is theirs already.
pub(super) fn order_by(state: &mut State, by: GroupOrder, moment: &Moment<'_>) -> Vec<Effect> {
    order(state, moment, |sort| {
        let direction = if sort.order == by { sort.direction.reversed() } else { GroupSort::default().direction };
        *sort = GroupSort { order: by, direction };
    })
}

/// The findings of a group as a list of their own: its terms join the filter. Esc comes back to the groups.
fn only(state: &mut State, path: Path, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let list = &state.findings;
    let by = list.outline.as_ref()?.by;
    if list.filter.error.is_some() {
        state.say(Tone::Problem, "The filter cannot be read: mend it first.", moment.now);
        return Some(Vec::new());
    }
    let mut text = match &list.filter.query.expr {
        Some(Expr::Or(_)) => format!("({})", list.filter.text().trim()),
        _ => list.filter.text().trim().to_owned(),
    };
    let levels = [(Some(by.first), Some(path.first)), (by.then, path.then)];
    for (key, value) in levels {
        if let (Some(key), Some(value)) = (key, value) {
            let space = if text.is_empty() { "" } else { " " };
            text = format!("{text}{space}{}", term(moment.snapshot, key, value));
        }
    }
    let view = list.view;
    let effects = navigation::open_findings(state, &text, moment);
    // A part of a view is looked at as the view is.
    state.findings.view = view;
    Some(effects)
}
