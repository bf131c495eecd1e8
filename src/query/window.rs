//! A stretch of time, as a comparison with a time asks for it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::expr::{Compare, When};

/// Whole seconds since the epoch, both ends inside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Window {
    pub(super) const fn has(self, second: i64) -> bool {
        self.from <= second && second <= self.to
    }

    /// The times that compare so. An age that is less is a time that is later.
    pub(super) fn of(compare: Compare, when: When, now: Timestamp) -> Self {
        let (first, last, compare) = match when {
            When::At(time) => (time.as_second(), time.as_second(), compare),
            When::Day(day) => {
                let start = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).map_or(i64::MAX, Timestamp::as_second);
                (start, start.saturating_add(86_399), compare)
            }
            When::Ago(span) => {
                let then = now.as_second().saturating_sub_unsigned(span.seconds());
                let compare = match compare {
                    Compare::Less => Compare::More,
                    Compare::AtMost => Compare::AtLeast,
                    Compare::Equal => Compare::Equal,
                    Compare::AtLeast => Compare::AtMost,
                    Compare::More => Compare::Less,
                };
                (then, then, compare)
            }
        };
        match compare {
            Compare::Less => Self { from: i64::MIN, to: first.saturating_sub(1) },
            Compare::AtMost => Self { from: i64::MIN, to: last },
            Compare::Equal => Self { from: first, to: last },
            Compare::AtLeast => Self { from: first, to: i64::MAX },
            Compare::More => Self { from: last.saturating_add(1), to: i64::MAX },
        }
    }
}
