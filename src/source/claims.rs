//! Who asks what, over all profiles: each scope is asked once, and what is asked in all is said once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::Scope;

/// Shared by the tasks of all profiles.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    taken: HashSet<Scope>,
    /// Profiles that have still to say what they ask.
    closed: usize,
    asked: Vec<Arc<Scope>>,
}

impl Claims {
    /// For so many profiles.
    pub(super) fn of(profiles: usize) -> Self {
        Self(Arc::new(Mutex::new(Inner { closed: profiles, ..Inner::default() })))
    }

    /// Two profiles of one account would ask the same twice, and share one bucket for it. `false` when it is taken.
    pub(super) fn claim(&self, scope: &Scope) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).taken.insert(scope.clone())
    }

    /// A profile is open and asks these scopes. What all of them ask, when it is the last one.
    pub(super) fn opened(&self, scopes: impl Iterator<Item = Arc<Scope>>) -> Option<Vec<Arc<Scope>>> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.asked.extend(scopes);
        inner.closed = inner.closed.saturating_sub(1);
        (inner.closed == 0).then(|| std::mem::take(&mut inner.asked))
    }
}
