//! When the loop wakes by itself, and how often data may make it draw.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// Data draws at most ten times a second.
const DATA: Duration = Duration::from_millis(100);

/// What was last.
#[derive(Debug, Default)]
pub(super) struct Pace {
    data: Option<Instant>,
    tick: Option<Timestamp>,
}

impl Pace {
    pub(super) fn data_came(&mut self) {
        self.data = Some(Instant::now());
    }

    /// From when on the next snapshot may be taken.
    pub(super) fn data_from(&self) -> Instant {
        self.data.map_or_else(Instant::now, |last| last + DATA)
    }

    pub(super) fn ticked(&mut self) {
        self.tick = Some(Timestamp::now());
    }

    /// When to wake if nothing happens: the full minute, when ages change, or what is due before: a message that
    /// leaves, a call that had to wait.
    pub(super) fn deadline(&self, due: &[Option<Timestamp>]) -> Instant {
        let now = Timestamp::now();
        Instant::now() + wait(now, due, self.tick)
    }
}

/// How long from `now`. What was due at the last tick is not waited for again.
fn wait(now: Timestamp, due: &[Option<Timestamp>], tick: Option<Timestamp>) -> Duration {
    let into_minute = now.as_millisecond().rem_euclid(60_000);
    let minute = Duration::from_millis(60_000 - into_minute.unsigned_abs());
    let waits = due
        .iter()
        .flatten()
        .filter(|until| tick.is_none_or(|tick| **until > tick))
        .map(|until| Duration::try_from(until.duration_since(now)).unwrap_or_default());
    waits.min().map_or(minute, |wait| wait.min(minute))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_deadline_counts() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-11-23T12:00:10Z");
        assert_eq!(wait(now, &[], None), Duration::from_secs(50));
        assert_eq!(wait(now, &[None, Some(at("2026-11-23T12:00:14Z"))], None), Duration::from_secs(4));
        assert_eq!(wait(now, &[None, Some(at("2026-11-23T12:02:00Z"))], None), Duration::from_secs(50));
        assert_eq!(wait(now, &[None, Some(at("2026-11-23T12:00:09Z"))], None), Duration::ZERO);
    }

    #[test]
    fn a_message_that_a_tick_did_not_remove_does_not_spin_the_loop() {
        let now: Timestamp = "2026-11-23T12:00:10Z".parse().unwrap();
        assert_eq!(wait(now, &[Some(now)], Some(now)), Duration::from_secs(50));
    }
}
