//! The clock of the endpoint: the system's, or one that a test moves by hand.
//!
//! Limits, delayed writes, live events and fresh timestamps all read this clock, so a test needs no sleeping.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch: the one time unit inside the endpoint.
pub type Millis = i64;

/// Where "now" comes from. Clones share the hands.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until [`Self::advance`] moves it.
    #[must_use]
    pub fn manual(start: Millis) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start)))
    }

    /// Now, in milliseconds since the epoch.
    #[must_use]
    pub fn now(&self) -> Millis {
        match self {
            Self::System => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis),
            Self::Manual(hands) => hands.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock forward; the system's clock moves by itself.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(hands) = self {
            hands.fetch_add(millis(by), Ordering::SeqCst);
        }
    }
}

/// A duration in milliseconds, saturating.
pub(crate) fn millis(duration: Duration) -> Millis {
    Millis::try_from(duration.as_millis()).unwrap_or(Millis::MAX)
}
