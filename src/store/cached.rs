//! What of the store is an earlier session's: by scope, until this session has seen the scope whole, or knows as much of
//! it as if it had: a source that has caught up with what changed since says that it is complete as of the earlier
//! session's time. Nothing is gone by that; the next sweep tells.
//!
//! In: what an image says, then the states of the sources. Out: marks on the statuses ([`Cached`]), which every count
//! is read with; and which scopes are confirmed, or never asked, so that what only an earlier session saw goes away.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Applied, Store};
use crate::model::{Cached, Scope, SourceState, SourceStatus};

/// Who saw a scope last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    Earlier,
    This,
}

/// When each scope was last whole.
#[derive(Debug, Clone, Default)]
pub(super) struct AsOf(BTreeMap<Arc<Scope>, (Session, Cached)>);

/// What a status means for what an earlier session left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Nothing,
    /// This session has seen the scope whole: what it has not seen of it is gone.
    Confirmed,
}

impl AsOf {
    pub(super) fn of_earlier(all: impl Iterator<Item = (Arc<Scope>, Cached)>) -> Self {
        Self(all.map(|(scope, cached)| (scope, (Session::Earlier, cached))).collect())
    }

    pub(super) fn status(&mut self, status: &SourceStatus) -> Meaning {
        let SourceState::Complete { at } = status.state else { return Meaning::Nothing };
        let before = self.0.insert(Arc::clone(&status.scope), (Session::This, Cached::Whole { at }));
        match before {
            Some((Session::Earlier, cached)) if at > cached.at() => Meaning::Confirmed,
            // The earlier session's own: this one has caught up with what has changed since.
            _ => Meaning::Nothing,
        }
    }

    /// Leaves the scopes that are asked. Gives the others.
    fn keep(&mut self, asked: &[Arc<Scope>]) -> Vec<Arc<Scope>> {
        let gone = |(scope, (session, _)): (&Arc<Scope>, &(Session, Cached))| {
            (*session == Session::Earlier && !asked.contains(scope)).then(|| Arc::clone(scope))
        };
        let gone: Vec<Arc<Scope>> = self.0.iter().filter_map(gone).collect();
        self.0.retain(|scope, _| !gone.contains(scope));
        gone
    }

    /// Marks the statuses, and adds those of scopes that nobody has asked yet.
    pub(super) fn mark(&self, statuses: &mut Vec<SourceStatus>) {
        let earlier = self.0.iter().filter(|(_, (session, _))| *session == Session::Earlier);
        for (scope, (_, cached)) in earlier {
            match statuses.iter_mut().find(|status| status.scope == *scope) {
                Some(status) => status.cached = Some(*cached),
                None => statuses.push(SourceStatus {
                    state: SourceState::Cached,
                    cached: Some(*cached),
                    ..SourceStatus::waiting(Arc::clone(scope), None)
                }),
            }
        }
        statuses.sort_by(|a, b| a.scope.cmp(&b.scope));
    }

    /// How a session that ends now leaves its scopes.
    pub(super) fn left(&self, scopes: &[Arc<Scope>], now: Timestamp) -> Vec<(Arc<Scope>, Cached)> {
        let mut left: BTreeMap<Arc<Scope>, Cached> =
            scopes.iter().map(|scope| (Arc::clone(scope), Cached::Part { at: now })).collect();
        left.extend(self.0.iter().map(|(scope, (_, cached))| (Arc::clone(scope), *cached)));
        left.into_iter().collect()
    }

    /// Something of this session is whole.
    pub(super) fn has_new(&self) -> bool {
        self.0.values().any(|(session, _)| *session == Session::This)
    }
}

impl Store {
    /// The scope has lost what it has not shown since `start`.
    pub(super) fn forget(&mut self, number: u32, start: u32, applied: &mut Applied) {
        for record in self.sightings.lost(number, start) {
            let left = self.sightings.lose(record, number, &self.tables.facts.scopes);
            if let Some(seen) = left {
                self.change_in_place(record, |store| store.tables.records.seen.set(record, seen));
            } else if self.remove(record) {
                applied.removed += 1;
            } else {
                applied.changed += 1;
            }
        }
    }

    /// A source has ended a whole pass: what an earlier session left of its scope, and this one has not seen, is gone.
    pub(super) fn confirmed(&mut self, scope: &Arc<Scope>, applied: &mut Applied) {
        let number = self.scope(scope);
        self.forget(number, super::sightings::FIRST_TICK, applied);
    }

    /// What an earlier session left of scopes that this one does not ask is not shown as if it did.
    pub(super) fn asked(&mut self, asked: &[Arc<Scope>], applied: &mut Applied) {
        for scope in self.told.as_of.keep(asked) {
            tracing::info!(%scope, "is not asked in this session: what an earlier one left of it is not shown");
            let number = self.scope(&scope);
            self.forget(number, u32::MAX, applied);
            self.told.forget(&scope);
        }
    }
}
