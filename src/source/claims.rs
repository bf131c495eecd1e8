//! Who asks what, over all profiles: each scope is asked by one at a time, and what is asked in all is said once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::desk::Desk;
use super::turn::Turn;
use crate::model::Scope;

/// Shared by the tasks of all profiles.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    turns: HashMap<Arc<Scope>, Arc<Turn>>,
    /// Profiles that have still to say what they ask.
    closed: usize,
    asked: Vec<Arc<Scope>>,
}

impl Claims {
    /// For so many profiles.
    pub(super) fn of(profiles: usize) -> Self {
        Self(Arc::new(Mutex::new(Inner { closed: profiles, ..Inner::default() })))
    }

    /// The turns at a scope. Two profiles of one account would ask the same twice, and share one bucket and one place on
    /// the screen for it: they share its desk and take turns.
    pub(super) fn turn(&self, scope: &Arc<Scope>, desk: impl FnOnce() -> Desk) -> Arc<Turn> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(inner.turns.entry(Arc::clone(scope)).or_insert_with(|| Arc::new(Turn::new(desk()))))
    }

    /// A profile is open and asks these scopes. What all of them ask, when it is the last one.
    pub(super) fn opened(&self, scopes: impl Iterator<Item = Arc<Scope>>) -> Option<Vec<Arc<Scope>>> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for scope in scopes {
            if !inner.asked.contains(&scope) {
                inner.asked.push(scope);
            }
        }
        inner.closed = inner.closed.saturating_sub(1);
        (inner.closed == 0).then(|| std::mem::take(&mut inner.asked))
    }
}
