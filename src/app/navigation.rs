//! Which view is shown, and the way back with everything in its place.

use super::findings::Findings;
use super::{
    Context, Detail, Effect, Moment, State, compare, controls, detail, findings, overview, raw, since, sources,
    versions,
};
use crate::store::RowId;

/// The views, in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum View {
    #[default]
    Overview,
    Findings,
    Detail,
    Raw,
    Versions,
    Controls,
    Compare,
    Sources,
    Since,
}

impl View {
    /// The context whose chords win over the global ones here.
    #[must_use]
    pub const fn context(self) -> Context {
        match self {
            Self::Overview => Context::Overview,
            Self::Findings => Context::Findings,
            Self::Detail => Context::Detail,
            Self::Raw => Context::Raw,
            Self::Versions => Context::Versions,
            Self::Controls | Self::Compare => Context::Controls,
            Self::Sources => Context::Sources,
            Self::Since => Context::Since,
        }
    }

    /// Its own context and the global one.
    #[must_use]
    pub const fn contexts(self) -> &'static [Context] {
        match self {
            Self::Overview => &[Context::Overview, Context::Global],
            Self::Findings => &[Context::Findings, Context::Global],
            Self::Detail => &[Context::Detail, Context::Global],
            Self::Raw => &[Context::Raw, Context::Global],
            Self::Versions => &[Context::Versions, Context::Global],
            Self::Controls | Self::Compare => &[Context::Controls, Context::Global],
            Self::Sources => &[Context::Sources, Context::Global],
            Self::Since => &[Context::Since, Context::Global],
        }
    }
}

/// A view that was left by drilling down, and what must be put back on return.
#[derive(Debug, Clone, Default)]
pub struct Place {
    pub view: View,
    /// The list as it was, where a door opened another list over it.
    findings: Option<Box<Findings>>,
    /// The finding as it was, where a door led on from it.
    detail: Option<Box<Detail>>,
}

/// Shows `view` one level deeper: Esc comes back here.
pub fn drill(state: &mut State, view: View, moment: &Moment<'_>) -> Vec<Effect> {
    state.back.push(Place { view: state.view, ..Place::default() });
    state.view = view;
    entered(state, moment)
}

/// Every door of a panel, a control or a finding: the list filtered by `text`, and Esc comes back.
pub fn open_findings(state: &mut State, text: &str, moment: &Moment<'_>) -> Vec<Effect> {
    let sort = state.findings.sort;
    state.findings.forget_question();
    let place = Place {
        view: state.view,
        findings: Some(Box::new(std::mem::take(&mut state.findings))),
        detail: Some(Box::new(std::mem::take(&mut state.detail))),
    };
    state.back.push(place);
    state.view = View::Findings;
    state.findings.sort = sort;
    findings::show(state, text, moment)
}

/// Opens one finding from a panel: next and previous walk the list of `text`, and Esc comes back to the panel.
pub fn open_finding(state: &mut State, row: RowId, text: &str, moment: &Moment<'_>) -> Vec<Effect> {
    let mut effects = open_findings(state, text, moment);
    state.findings.selected = Some(row);
    state.findings.hold = findings::Hold::Finding;
    state.view = View::Detail;
    effects.extend(detail::show(state, row, moment));
    effects
}

/// Opens the finding under the list's cursor; Esc comes back to the list.
pub(super) fn open_selected(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let Some(row) = state.findings.selected else { return Vec::new() };
    state.back.push(Place { view: state.view, ..Place::default() });
    state.view = View::Detail;
    detail::show(state, row, moment)
}

/// One level up. `None` from the outermost view: there is nowhere to go back to.
pub fn back(state: &mut State, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let place = state.back.pop()?;
    restore(state, place);
    Some(entered(state, moment))
}

/// Back until `view` is on the screen.
pub(super) fn back_to(state: &mut State, view: View, moment: &Moment<'_>) -> Vec<Effect> {
    while state.view != view {
        let Some(place) = state.back.pop() else { break };
        restore(state, place);
    }
    entered(state, moment)
}

/// Goes to a view by its number: the levels between are left, and the user's own list is the list again.
pub fn jump(state: &mut State, view: View, moment: &Moment<'_>) -> Vec<Effect> {
    while let Some(place) = state.back.pop() {
        restore(state, place);
    }
    if view != View::Overview {
        state.back.push(Place::default());
    }
    state.view = view;
    entered(state, moment)
}

fn restore(state: &mut State, place: Place) {
    state.view = place.view;
    if let Some(findings) = place.findings {
        state.findings = *findings;
    }
    if let Some(detail) = place.detail {
        state.detail = *detail;
    }
}

/// The view on the screen is to be up to date: after it came up, and on every newer snapshot.
pub(super) fn entered(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    match state.view {
        View::Overview => overview::refreshed(state, moment),
        View::Findings => findings::refreshed(state, moment),
        View::Detail => detail::refreshed(state, moment),
        View::Raw => raw::refreshed(state, moment),
        View::Versions => versions::refreshed(state, moment),
        View::Controls => controls::refreshed(state, moment),
        View::Compare => compare::refreshed(state, moment),
        View::Sources => sources::refreshed(state, moment),
        View::Since => since::refreshed(state, moment),
    }
}
