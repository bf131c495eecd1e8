//! One token bucket an account, Region and API: who waits longest for the worst findings goes first.
//!
//! In: calls that want to be made, with a priority. Out: the moment each may be made. The arithmetic is `governor`'s
//! (GCRA); the queue before it is ours, so that a CRITICAL page overtakes an INFORMATIONAL one that came earlier.
//! The clock is a [`Timer`], which tests turn by hand.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::Notify;

use super::settings::Limits;
use super::table::{Operation, Rate};
use super::timer::{Timer, Wall};

/// Lower goes first.
pub(crate) type Priority = u8;

#[derive(Debug, Clone)]
struct Ticks(Arc<dyn Timer>);

impl Clock for Ticks {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(self.0.now())
    }
}

type Limiter = RateLimiter<NotKeyed, InMemoryState, Ticks, NoOpMiddleware<Nanos>>;

/// The bucket of one API in one account and Region.
#[derive(Debug)]
pub(crate) struct Bucket {
    limiter: Option<Limiter>,
    /// Whether the limiter is asked: always under AWS's limits, after the first throttle under learned ones.
    kept: AtomicBool,
    clock: Ticks,
    line: Mutex<Line>,
    moved: Notify,
}

#[derive(Debug, Default)]
struct Line {
    waiting: BTreeSet<(Priority, u64)>,
    next: u64,
    closed_until: Option<Duration>,
}

enum Turn {
    Now,
    In(Duration),
    Behind,
}

impl Bucket {
    fn new(rate: Rate, limits: Limits, timer: Arc<dyn Timer>) -> Self {
        let clock = Ticks(timer);
        let limiter = match limits {
            Limits::Off => None,
            Limits::Aws | Limits::Learned => {
                quota(rate).map(|quota| RateLimiter::direct_with_clock(quota, clock.clone()))
            }
        };
        let kept = AtomicBool::new(limits == Limits::Aws);
        Self { limiter, kept, clock, line: Mutex::default(), moved: Notify::new() }
    }

    /// Waits for its turn. Dropped while waiting, it leaves the queue and takes nothing.
    pub(crate) async fn take(&self, priority: Priority) {
        let ticket = Ticket::draw(self, priority);
        loop {
            let mut moved = pin!(self.moved.notified());
            moved.as_mut().enable();
            match self.turn(ticket.place) {
                Turn::Now => return,
                Turn::In(wait) => {
                    tokio::select! { () = self.clock.0.sleep(wait) => (), () = moved => () }
                }
                Turn::Behind => moved.await,
            }
        }
    }

    /// Nobody goes before `wait` is over: AWS throttled one of us, and it is one bucket there too.
    pub(crate) fn close_for(&self, wait: Duration) {
        let until = self.clock.0.now() + wait;
        self.kept.store(true, Ordering::Relaxed);
        let mut line = self.line();
        line.closed_until = Some(line.closed_until.map_or(until, |old| old.max(until)));
    }

    fn turn(&self, place: (Priority, u64)) -> Turn {
        let mut line = self.line();
        if line.waiting.first() != Some(&place) {
            return Turn::Behind;
        }
        if let Some(until) = line.closed_until {
            let wait = until.saturating_sub(self.clock.0.now());
            if !wait.is_zero() {
                return Turn::In(wait);
            }
            line.closed_until = None;
        }
        match self.limiter.as_ref().filter(|_| self.kept.load(Ordering::Relaxed)).map(Limiter::check) {
            None | Some(Ok(())) => Turn::Now,
            // Timers tick in milliseconds: a hair too early would only mean asking twice.
            Some(Err(not_until)) => {
                Turn::In(not_until.wait_time_from(self.clock.now()).max(Duration::from_micros(100)))
            }
        }
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in the queue, given up on drop.
struct Ticket<'a> {
    bucket: &'a Bucket,
    place: (Priority, u64),
}

impl<'a> Ticket<'a> {
    fn draw(bucket: &'a Bucket, priority: Priority) -> Self {
        let mut line = bucket.line();
        let place = (priority, line.next);
        line.next += 1;
        line.waiting.insert(place);
        drop(line);
        bucket.moved.notify_waiters();
        Self { bucket, place }
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.bucket.line().waiting.remove(&self.place);
        self.bucket.moved.notify_waiters();
    }
}

/// AWS refills at the same rate as we do, but sees our calls with jitter: one token of the burst stays as a cushion,
/// so that two calls that arrive closer together than they left are not throttled.
fn quota(rate: Rate) -> Option<Quota> {
    let burst = NonZeroU32::new(rate.burst.saturating_sub(1).max(1))?;
    Some(Quota::with_period(Duration::from_secs(1) / rate.per_second.max(1))?.allow_burst(burst))
}

/// All buckets of this process, made as they are first asked for.
#[derive(Debug)]
pub(crate) struct Buckets {
    limits: Limits,
    made: Mutex<HashMap<BucketKey, Arc<Bucket>>>,
}

/// Account, Region and IAM action.
type BucketKey = (Arc<str>, Arc<str>, &'static str);

impl Buckets {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, made: Mutex::default() }
    }

    pub(crate) fn of(&self, account: &Arc<str>, region: &Arc<str>, operation: &Operation) -> Arc<Bucket> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (Arc::clone(account), Arc::clone(region), operation.action);
        Arc::clone(
            made.entry(key)
                .or_insert_with(|| Arc::new(Bucket::new(operation.rate, self.limits, Arc::new(Wall::new())))),
        )
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    use crate::source::timer::Turned;

    const GET_FINDINGS: Rate = Rate { per_second: 3, burst: 6 };

    fn bucket(rate: Rate, limits: Limits) -> (Arc<Bucket>, Arc<Turned>) {
        let timer = Arc::new(Turned::default());
        (Arc::new(Bucket::new(rate, limits, Arc::new(Arc::clone(&timer)))), timer)
    }

    #[tokio::test]
    async fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
        let (bucket, timer) = bucket(GET_FINDINGS, Limits::Aws);
        let start = timer.now();
        for _ in 0..5 {
            bucket.take(0).await;
        }
        assert_eq!(timer.now().checked_sub(start).unwrap(), Duration::ZERO);
        for _ in 0..30 {
            bucket.take(0).await;
        }
        let took = timer.now().checked_sub(start).unwrap().as_secs_f64();
        assert!((9.99..10.2).contains(&took), "30 calls at 3 a second took {took}");
    }

    #[tokio::test]
    async fn never_more_than_aws_permits_in_any_second_after_the_burst() {
        let (bucket, timer) = bucket(GET_FINDINGS, Limits::Aws);
        let mut at: Vec<Duration> = Vec::new();
        let start = timer.now();
        for _ in 0..60 {
            bucket.take(0).await;
            at.push(timer.now().checked_sub(start).unwrap());
        }
        for (i, first) in at.iter().enumerate() {
            let in_window = at.iter().skip(i).take_while(|t| **t < *first + Duration::from_secs(1)).count();
            assert!(in_window <= 6 + 3, "{in_window} calls in the second after {first:?}");
        }
    }

    #[tokio::test]
    async fn the_worst_finding_overtakes() {
        let (bucket, _) = bucket(Rate { per_second: 1, burst: 1 }, Limits::Aws);
        bucket.take(0).await;
        let order = Arc::new(Mutex::new(Vec::new()));
        let mut tasks = tokio::task::JoinSet::new();
        for priority in [5, 4, 0, 3] {
            let (bucket, order) = (Arc::clone(&bucket), Arc::clone(&order));
            tasks.spawn(async move {
                bucket.take(priority).await;
                order.lock().unwrap_or_else(PoisonError::into_inner).push(priority);
            });
        }
        tasks.join_all().await;
        assert_eq!(*order.lock().unwrap_or_else(PoisonError::into_inner), [0, 3, 4, 5]);
    }

    #[tokio::test]
    async fn a_throttle_closes_the_bucket_for_all_and_a_lost_waiter_blocks_nobody() {
        let (bucket, timer) = bucket(GET_FINDINGS, Limits::Aws);
        bucket.close_for(Duration::from_secs(4));
        let waiter = tokio::spawn({
            let bucket = Arc::clone(&bucket);
            async move { bucket.take(0).await }
        });
        tokio::task::yield_now().await;
        waiter.abort();
        let start = timer.now();
        bucket.take(1).await;
        assert_eq!(timer.now().checked_sub(start).unwrap(), Duration::from_secs(4));
    }

    #[tokio::test]
    async fn without_limits_nothing_waits() {
        let (bucket, timer) = bucket(GET_FINDINGS, Limits::Off);
        let start = timer.now();
        for _ in 0..1000 {
            bucket.take(0).await;
        }
        assert_eq!(timer.now().checked_sub(start).unwrap(), Duration::ZERO);
    }

    #[tokio::test]
    async fn learned_limits_begin_with_the_first_throttle() {
        let (bucket, timer) = bucket(GET_FINDINGS, Limits::Learned);
        let start = timer.now();
        for _ in 0..100 {
            bucket.take(0).await;
        }
        assert_eq!(timer.now(), start, "nothing waits before the endpoint throttles");
        bucket.close_for(Duration::ZERO);
        for _ in 0..35 {
            bucket.take(0).await;
        }
        assert!(timer.now() >= start + Duration::from_secs(9), "then 3 a second, after a burst of 5");
    }
}
