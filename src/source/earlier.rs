//! What an earlier session left: of which scopes this one begins with all there was, and of what time.
//!
//! In: the statuses of the first snapshot. Out: from when on a scope needs to be asked, where that is enough. Then the
//! first round asks for what has changed since; what is gone since then, or was edited without a new `UpdatedAt`, only a
//! whole sweep tells, which comes when it is due.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::model::{Cached, Scope, SourceStatus};

/// Beyond this a scope is swept at once. Security Hub runs each check again within 12 or 24 hours (user guide, "Schedule
/// for running security checks") and gives its findings a new `UpdatedAt`: of an older hub, most has changed.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);

/// When each scope was last whole, in an earlier session.
#[derive(Debug, Clone, Default)]
pub struct Earlier(BTreeMap<Arc<Scope>, Timestamp>);

impl Earlier {
    /// Of the statuses that a session begins with.
    #[must_use]
    pub fn of(statuses: &[SourceStatus]) -> Self {
        let whole = |status: &SourceStatus| match status.cached {
            Some(Cached::Whole { at }) => Some((Arc::clone(&status.scope), at)),
            Some(Cached::Part { .. }) | None => None,
        };
        Self(statuses.iter().filter_map(whole).collect())
    }

    /// When the scope was whole, if asking for what has changed since is worth it.
    pub(super) fn whole(&self, scope: &Scope, now: Timestamp) -> Option<Timestamp> {
        let at = *self.0.get(scope)?;
        // A time to come is another clock's.
        (SignedDuration::ZERO..=LONGEST).contains(&now.duration_since(at)).then_some(at)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::model::Service;

    #[test]
    fn only_what_was_whole_lately_need_not_be_swept() {
        let scope = |region: &str| {
            Arc::new(Scope { service: Service::SecurityHub, account: "1".into(), region: region.into() })
        };
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let before = |hours: i64| now - SignedDuration::from_hours(hours);
        let left =
            |region: &str, cached| SourceStatus { cached: Some(cached), ..SourceStatus::waiting(scope(region), None) };
        let earlier = Earlier::of(&[
            left("whole", Cached::Whole { at: before(14) }),
            left("part", Cached::Part { at: before(14) }),
            left("old", Cached::Whole { at: before(25) }),
            left("to come", Cached::Whole { at: before(-1) }),
            SourceStatus::waiting(scope("new"), None),
        ]);
        let resumed = |region: &str| earlier.whole(&scope(region), now);
        assert_eq!(resumed("whole"), Some(before(14)));
        assert_eq!(["part", "old", "to come", "new"].map(resumed), [None; 4]);
    }
}
