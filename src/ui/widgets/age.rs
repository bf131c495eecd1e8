//! How long ago, in the largest unit that says enough: `4m`, `3h`, `2d`. It changes once a minute at most.

use jiff::Timestamp;

use crate::ui::Safe;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// The age of `then`. A time to come (a clock that is wrong) is `0m`.
#[must_use]
pub fn age(now: Timestamp, then: Timestamp) -> Safe<'static> {
    let seconds = now.as_second().saturating_sub(then.as_second()).max(0);
    let (number, unit) = match seconds {
        ..HOUR => (seconds / MINUTE, "m"),
        HOUR..DAY => (seconds / HOUR, "h"),
        DAY..=63_072_000 => (seconds / DAY, "d"),
        _ => (seconds / YEAR, "y"),
    };
    Safe::of(format_args!("{number}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_change_at_their_edges() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap_or_default();
        let at = |text: &str| age(now, text.parse().unwrap_or_default()).to_string();
        assert_eq!(at("2026-03-01T11:59:30Z"), "0m");
        assert_eq!(at("2026-03-01T11:00:01Z"), "59m");
        assert_eq!(at("2026-03-01T11:00:00Z"), "1h");
        assert_eq!(at("2026-02-28T12:00:00Z"), "1d");
        assert_eq!(at("2024-12-01T12:00:00Z"), "455d");
        assert_eq!(at("2023-01-01T12:00:00Z"), "3y");
        assert_eq!(at("2026-03-01T12:05:00Z"), "0m");
    }
}
