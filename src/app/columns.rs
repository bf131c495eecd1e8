//! The columns of lists: of the plain list, and of each saved view that the configuration gives its own.
//!
//! In: what the configuration gives, and what the user chose over it. Out: the columns of the list on the screen. A view
//! with columns of its own is chosen for alone; every other list has the plain list's columns, so that a choice made in
//! one of them holds in all of them.

use super::State;
use super::saved::SavedView;
use crate::model::Columns;

/// The columns of one list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListColumns {
    /// By the configuration: what the user comes back to.
    given: Columns,
    shown: Columns,
}

impl ListColumns {
    /// `chosen` is what the user chose in an earlier session.
    #[must_use]
    pub fn new(given: Columns, chosen: Option<Columns>) -> Self {
        Self { shown: chosen.unwrap_or_else(|| given.clone()), given }
    }

    #[must_use]
    pub const fn shown(&self) -> &Columns {
        &self.shown
    }

    /// What the user chose; `None` where that is what the configuration gives.
    fn chosen(&self) -> Option<&Columns> {
        Some(&self.shown).filter(|shown| **shown != self.given)
    }
}

impl State {
    /// The columns of the list.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        self.list_columns().shown()
    }

    /// The view whose own columns the list has; `None` where it has the plain list's.
    #[must_use]
    pub fn columns_of(&self) -> Option<&SavedView> {
        let view = self.saved.views.get(self.findings.view?)?;
        view.columns.is_some().then_some(view)
    }

    /// The columns that the configuration gives the list.
    pub(super) fn given_columns(&self) -> &Columns {
        &self.list_columns().given
    }

    /// What of them is the user's own choice.
    pub(super) fn chosen_columns(&self) -> Option<&Columns> {
        self.list_columns().chosen()
    }

    /// Other columns for the list.
    pub(super) fn choose_columns(&mut self, columns: Columns) {
        let own = self.findings.view.and_then(|view| self.saved.own_columns(view));
        own.unwrap_or(&mut self.list_columns).shown = columns;
    }

    fn list_columns(&self) -> &ListColumns {
        self.columns_of().and_then(|view| view.columns.as_ref()).unwrap_or(&self.list_columns)
    }
}
