//! Time as the limiter sees it, so that a test can turn the clock by hand.

use std::fmt::Debug;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::Instant;

/// A clock that can be waited on.
pub(crate) trait Timer: Debug + Send + Sync {
    /// Time since some start.
    fn now(&self) -> Duration;
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// The real one.
#[derive(Debug)]
pub(crate) struct Wall(Instant);

impl Wall {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Timer for Wall {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// Sleeping turns the clock: right where only one sleeper exists at a time, as in a bucket's queue.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Turned(std::sync::atomic::AtomicU64);

#[cfg(test)]
impl Timer for std::sync::Arc<Turned> {
    fn now(&self) -> Duration {
        Duration::from_nanos(self.0.load(std::sync::atomic::Ordering::SeqCst))
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let turned = Self::clone(self);
        Box::pin(async move {
            tokio::task::yield_now().await;
            let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
            turned.0.fetch_add(nanos, std::sync::atomic::Ordering::SeqCst);
        })
    }
}
