//! A shard of a sweep: findings of one severity, over all time or one window of `UpdatedAt`.
//!
//! Severities first, because that is what a person waits for. A shard without a window sends no date at all; a window
//! has both ends, absolute, and the same on every page: a filter that moves between pages invalidates its own token.
//! A shard whose pages came newest first can be [split](Shard::split) behind what has been read, so nothing is read twice.

use aws_sdk_securityhub::types::{
    AwsSecurityFindingFilters, DateFilter, SortCriterion, SortOrder, StringFilter, StringFilterComparison,
};
use jiff::{SignedDuration, Timestamp};

use crate::model::{RawRecord, Severity};
use crate::source::bucket::Priority;
use crate::source::desk::updated_at;

/// A token is refused at most so often before a shard is given up.
const MOST_RESTARTS: u8 = 3;
/// Not worth splitting below this.
const NARROWEST: SignedDuration = SignedDuration::from_mins(10);
/// Both ends of a window overlap by this: whether AWS's ends are inclusive is not documented.
const HAIR: SignedDuration = SignedDuration::from_millis(1);
/// Security Hub is from 2018; nothing in it is older.
const EARLIEST_SECOND: i64 = 1_514_764_800;

/// What a shard holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slice {
    /// Of this severity, whatever the compliance.
    Of(Severity),
    /// INFORMATIONAL checks that did not pass.
    NotPassed,
    /// INFORMATIONAL as a whole. AWS gives every PASSED check this severity, so these are the PASSED, last. It is not
    /// `NOT_EQUALS`: that would leave out findings without a compliance status.
    Rest,
    /// Any finding: for delta polls.
    Any,
}

/// Both ends of `UpdatedAt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

#[derive(Debug, Clone)]
pub(super) struct Shard {
    pub(super) slice: Slice,
    pub(super) window: Option<Window>,
    pub(super) token: Option<String>,
    restarts: u8,
    order: Order,
}

/// Whether the pages so far came newest first, as asked; not every endpoint sorts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Unknown,
    NewestFirst { lowest: Timestamp },
    Unsorted,
}

impl Window {
    /// From `since` until well after now, as one absolute time.
    pub(super) fn since(since: Timestamp) -> Self {
        Self { from: since, to: Timestamp::now() + SignedDuration::from_hours(24) }
    }
}

impl Shard {
    /// The shards of a whole sweep, in the order in which they matter.
    pub(super) fn whole_sweep() -> Vec<Self> {
        [
            Slice::Of(Severity::Critical),
            Slice::Of(Severity::High),
            Slice::Of(Severity::Medium),
            Slice::Of(Severity::Low),
            Slice::NotPassed,
            Slice::Rest,
        ]
        .into_iter()
        .map(|slice| Self::new(slice, None))
        .collect()
    }

    pub(super) fn changed(window: Window) -> Self {
        Self::new(Slice::Any, Some(window))
    }

    fn new(slice: Slice, window: Option<Window>) -> Self {
        Self { slice, window, token: None, restarts: 0, order: Order::Unknown }
    }

    /// The severity that is whole when all its shards are.
    pub(super) fn severity(&self) -> Option<Severity> {
        match self.slice {
            Slice::Of(severity) => Some(severity),
            Slice::NotPassed | Slice::Rest => Some(Severity::Informational),
            Slice::Any => None,
        }
    }

    /// Its place in the queue.
    pub(super) fn priority(&self) -> Priority {
        match self.slice {
            Slice::Of(Severity::Critical) | Slice::Any => 0,
            Slice::Of(Severity::High) => 1,
            Slice::Of(Severity::Medium) => 2,
            Slice::Of(Severity::Low) => 3,
            Slice::NotPassed | Slice::Of(Severity::Informational) => 4,
            Slice::Rest => 5,
        }
    }

    pub(super) fn filters(&self) -> Option<AwsSecurityFindingFilters> {
        let label = |severity: Severity| equals(severity.label());
        let builder = AwsSecurityFindingFilters::builder();
        let builder = match self.slice {
            Slice::Of(severity) => builder.severity_label(label(severity)),
            Slice::NotPassed => ["FAILED", "WARNING", "NOT_AVAILABLE"]
                .into_iter()
                .fold(builder.severity_label(label(Severity::Informational)), |builder, status| {
                    builder.compliance_status(equals(status))
                }),
            Slice::Rest => builder.severity_label(label(Severity::Informational)),
            Slice::Any => builder,
        };
        let builder = match self.window {
            Some(Window { from, to }) => {
                builder.updated_at(DateFilter::builder().start(written(from)).end(written(to)).build())
            }
            None if self.slice == Slice::Any => return None,
            None => builder,
        };
        Some(builder.build())
    }

    /// Starts over; `false` when it has been refused too often.
    pub(super) fn restart(&mut self) -> bool {
        self.token = None;
        self.order = Order::Unknown;
        self.restarts += 1;
        self.restarts <= MOST_RESTARTS
    }

    /// Takes note of a page's order.
    pub(super) fn saw(&mut self, records: &[RawRecord]) {
        for record in records {
            let Some(at) = updated_at(record) else {
                self.order = Order::Unsorted;
                return;
            };
            self.order = match self.order {
                Order::Unknown => Order::NewestFirst { lowest: at },
                Order::NewestFirst { lowest } if at <= lowest => Order::NewestFirst { lowest: at },
                _ => Order::Unsorted,
            };
        }
    }

    /// Two shards for what this one has not read yet, or `None` where that cannot be told or is too little.
    ///
    /// Findings crowd towards now, so the cut is in the middle of the ages on a logarithmic scale.
    pub(super) fn split(&self, now: Timestamp) -> Option<[Self; 2]> {
        let Order::NewestFirst { lowest } = self.order else { return None };
        let from = match self.window {
            Some(window) => window.from,
            None => Timestamp::from_second(EARLIEST_SECOND).ok()?,
        };
        if lowest.duration_since(from) < NARROWEST {
            return None;
        }
        let newest_age = now.duration_since(lowest).as_secs_f64().max(60.0);
        let oldest_age = now.duration_since(from).as_secs_f64().max(120.0);
        let cut = now - SignedDuration::try_from_secs_f64((newest_age * oldest_age).sqrt()).ok()?;
        let cut = cut.clamp(from + NARROWEST / 4, lowest - NARROWEST / 4);
        let part = |from, to| Self::new(self.slice, Some(Window { from, to }));
        Some([part(cut, lowest + HAIR), part(from, cut + HAIR)])
    }
}

pub(super) fn newest_first() -> SortCriterion {
    SortCriterion::builder().field("UpdatedAt").sort_order(SortOrder::Descending).build()
}

fn equals(value: &str) -> StringFilter {
    StringFilter::builder().value(value).comparison(StringFilterComparison::Equals).build()
}

/// `2026-01-31T23:59:59.000Z`, as AWS writes it.
fn written(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::model::Format;

    fn record(at: &str) -> RawRecord {
        let json = format!(r#"{{"Id":"x","UpdatedAt":"{at}"}}"#).into();
        RawRecord { format: Format::Asff, json }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_split_covers_all_that_is_left_and_nothing_that_was_read() {
        let mut shard = Shard::new(Slice::Rest, None);
        shard.saw(&[record("2026-11-20T00:00:00Z"), record("2026-11-10T00:00:00Z")]);
        let [newer, older] = shard.split(at("2026-11-23T00:00:00Z")).unwrap();
        let (newer, older) = (newer.window.unwrap(), older.window.unwrap());
        assert!(newer.to >= at("2026-11-10T00:00:00Z") && newer.to < at("2026-11-10T00:00:01Z"));
        assert!(newer.from < older.to, "the parts overlap by a hair");
        assert_eq!(older.from, Timestamp::from_second(EARLIEST_SECOND).unwrap());
        assert!(newer.from < at("2026-11-10T00:00:00Z"));
    }

    #[test]
    fn what_is_not_sorted_is_not_split() {
        let mut shard = Shard::new(Slice::Rest, None);
        assert!(shard.split(at("2026-11-23T00:00:00Z")).is_none());
        shard.saw(&[record("2026-11-10T00:00:00Z"), record("2026-11-20T00:00:00Z")]);
        assert!(shard.split(at("2026-11-23T00:00:00Z")).is_none());
    }

    #[test]
    fn a_shard_is_restarted_three_times() {
        let mut shard = Shard::new(Slice::Rest, None);
        let restarts: Vec<_> = (0..4).map(|_| shard.restart()).collect();
        assert_eq!(restarts, [true, true, true, false]);
    }

    #[test]
    fn a_window_is_written_with_both_ends() {
        let shard = Shard::changed(Window { from: at("2026-11-10T00:00:00Z"), to: at("2026-11-11T00:00:00.5Z") });
        let filters = shard.filters().unwrap();
        let date = filters.updated_at().first().unwrap();
        assert_eq!(date.start(), Some("2026-11-10T00:00:00.000Z"));
        assert_eq!(date.end(), Some("2026-11-11T00:00:00.500Z"));
        assert!(date.date_range().is_none());
    }
}
