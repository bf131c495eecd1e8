//! Saved views: named queries with their order, columns and groups, opened from the sheet, the palette or a key of their
//! own, and counted while the sheet or the palette is open.

use std::sync::Arc;

use super::columns::ListColumns;
use super::effect::Generation;
use super::keymap::Chord;
use super::navigation::open_findings;
use super::notice::How;
use super::overlay::Overlay;
use super::{Effect, Moment, State, findings, kin};
use crate::model::{GroupBy, Sort};
use crate::query::Query;

/// One saved view, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    pub name: String,
    /// The query as it stands in the filter.
    pub text: String,
    pub query: Arc<Query>,
    /// Its own order; without one, that of the list.
    pub sort: Option<Sort>,
    pub group: Option<GroupBy>,
    /// Its own columns; without any, those of the plain list.
    pub columns: Option<ListColumns>,
    /// Opens it from anywhere.
    pub chord: Option<Chord>,
    /// How it calls the user for what newly matches.
    pub notify: Option<How>,
}

/// All of them, with how many findings each has once that is counted.
#[derive(Debug, Clone, Default)]
pub struct Saved {
    pub views: Arc<[SavedView]>,
    counts: Vec<u64>,
    asked: Generation,
    answered: Generation,
    /// The snapshot that was there when they were asked for.
    version: Option<u64>,
}

impl Saved {
    #[must_use]
    pub fn new(views: Vec<SavedView>) -> Self {
        Self { views: views.into(), ..Self::default() }
    }

    /// How many findings a view has; `None` while they are not counted.
    #[must_use]
    pub fn count(&self, view: usize) -> Option<u64> {
        self.counts.get(view).copied()
    }

    /// The view that this key opens.
    #[must_use]
    pub fn of_chord(&self, chord: Chord) -> Option<usize> {
        self.views.iter().position(|view| view.chord == Some(chord))
    }

    /// The columns that are a view's own.
    pub(super) fn own_columns(&mut self, view: usize) -> Option<&mut ListColumns> {
        Arc::make_mut(&mut self.views).get_mut(view)?.columns.as_mut()
    }

    /// Their numbers are being counted.
    pub(super) fn is_asking(&self) -> bool {
        self.asked != self.answered
    }

    /// Was this question asked here.
    pub(super) fn asked(&self, generation: Generation) -> bool {
        self.asked == generation
    }
}

/// Shows the findings of a view; Esc comes back.
pub(super) fn open(state: &mut State, view: usize, moment: &Moment<'_>) -> Vec<Effect> {
    let place = view;
    let Some(view) = state.saved.views.get(place).cloned() else { return Vec::new() };
    let mut effects = open_findings(state, &view.text, moment);
    state.findings.view = Some(place);
    effects.extend(findings::arrange(state, view.sort, view.group, moment));
    effects
}

/// The views are on the screen: they are counted, and again when there is a newer snapshot.
pub(super) fn count(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let version = Some(moment.snapshot.version());
    // One question at a time: while data streams in, a newer one would always overtake the answer.
    if state.saved.version == version || state.saved.is_asking() {
        return Vec::new();
    }
    kin::forget(state);
    let generation = state.next_generation();
    state.saved.asked = generation;
    state.saved.version = version;
    vec![Effect::Count { generation, queries: state.saved.views.iter().map(|view| Arc::clone(&view.query)).collect() }]
}

/// The answer to [`Effect::Count`]; `None` when it was lost.
pub(super) fn counted(state: &mut State, counts: Option<Vec<u64>>, moment: &Moment<'_>) -> Vec<Effect> {
    state.saved.answered = state.saved.asked;
    let effects = match counts {
        Some(counts) => {
            state.saved.counts = counts;
            refreshed(state, moment)
        }
        None => Vec::new(),
    };
    // The kin had to stand back.
    if effects.is_empty() { kin::refreshed(state, moment) } else { effects }
}

/// A newer snapshot is there.
pub(super) fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let is_shown = |overlay: &Overlay| matches!(overlay, Overlay::Views(_) | Overlay::Palette(_));
    if state.overlays.iter().any(is_shown) { count(state, moment) } else { Vec::new() }
}
