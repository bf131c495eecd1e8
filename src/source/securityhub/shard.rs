//! A shard of a sweep: findings of one severity, over all time or one window of `UpdatedAt`, as far as the extent reaches.
//!
//! Severities first, because that is what a person waits for. A shard without a window sends no date at all; a window
//! has both ends, absolute, and the same on every page: a filter that moves between pages invalidates its own token.
//! A shard whose pages came newest first can be [split](Shard::split) behind what has been read, so nothing is read twice.

use std::sync::Arc;

use aws_sdk_securityhub::types::{AwsSecurityFindingFilters, SortCriterion, SortOrder};
use jiff::{SignedDuration, Timestamp};

use super::filters;
use crate::model::extent::{Extent, Reach};
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
    /// What GuardDuty sent to Security Hub, whatever may change in it: GuardDuty's own finding decides, and its copy
    /// must be there to be one row with it. Only where the extent would leave out some of them.
    Copies,
    /// Any finding that lasts within the extent: for delta polls.
    Any,
    /// ... of this severity: for a long time of changes, worst first.
    AnyOf(Severity),
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
    extent: Arc<Extent>,
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
    /// The shards of a whole sweep, in the order in which they matter. Severities that the extent leaves out have none.
    pub(super) fn whole_sweep(extent: &Arc<Extent>) -> Vec<Self> {
        let window = extent.updated().map(|stretch| Window {
            from: stretch.from.unwrap_or_else(earliest),
            to: stretch.to.unwrap_or_else(|| Window::since(Timestamp::UNIX_EPOCH).to),
        });
        let asked = extent.severities.iter().flat_map(|severity| match severity {
            Severity::Informational => match filters::not_passed(extent) {
                filters::NotPassed::Some => vec![Slice::NotPassed, Slice::Rest],
                filters::NotPassed::All => vec![Slice::NotPassed],
                filters::NotPassed::None => vec![Slice::Rest],
            },
            other => vec![Slice::Of(*other)],
        });
        let mut shards: Vec<Self> = asked.map(|slice| Self::new(slice, window, extent)).collect();
        if extent.is_passing() && extent.guardduty == Reach::Some {
            shards.insert(shards.len().min(1), Self::new(Slice::Copies, None, extent));
        }
        shards
    }

    pub(super) fn changed(window: Window, extent: &Arc<Extent>) -> Self {
        Self::new(Slice::Any, Some(window), extent)
    }

    /// What has changed, in the order in which it matters; of every severity, whatever the extent says, for that may be
    /// what has changed.
    pub(super) fn changed_by_severity(window: Window, extent: &Arc<Extent>) -> Vec<Self> {
        Severity::WORST_FIRST.iter().map(|severity| Self::new(Slice::AnyOf(*severity), Some(window), extent)).collect()
    }

    fn new(slice: Slice, window: Option<Window>, extent: &Arc<Extent>) -> Self {
        Self { slice, window, token: None, restarts: 0, order: Order::Unknown, extent: Arc::clone(extent) }
    }

    /// The severities that are whole when all shards that say so are.
    pub(super) fn severities(&self) -> &[Severity] {
        match &self.slice {
            Slice::Of(severity) => std::slice::from_ref(severity),
            Slice::NotPassed | Slice::Rest => &[Severity::Informational],
            Slice::Copies => &self.extent.severities,
            Slice::Any | Slice::AnyOf(_) => &[],
        }
    }

    /// Its place in the queue.
    pub(super) fn priority(&self) -> Priority {
        match self.slice {
            Slice::Any => 0,
            Slice::Copies => 1,
            Slice::Of(severity) | Slice::AnyOf(severity) => match severity {
                Severity::Critical => 0,
                Severity::High => 1,
                Severity::Medium => 2,
                Severity::Low => 3,
                Severity::Informational => 4,
            },
            Slice::NotPassed => 4,
            Slice::Rest => 5,
        }
    }

    pub(super) fn filters(&self) -> Option<AwsSecurityFindingFilters> {
        filters::of(self.slice, self.window, &self.extent)
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
            None => earliest(),
        };
        if lowest.duration_since(from) < NARROWEST {
            return None;
        }
        let newest_age = now.duration_since(lowest).as_secs_f64().max(60.0);
        let oldest_age = now.duration_since(from).as_secs_f64().max(120.0);
        let cut = now - SignedDuration::try_from_secs_f64((newest_age * oldest_age).sqrt()).ok()?;
        let cut = cut.clamp(from + NARROWEST / 4, lowest - NARROWEST / 4);
        let part = |from, to| Self::new(self.slice, Some(Window { from, to }), &self.extent);
        Some([part(cut, lowest + HAIR), part(from, cut + HAIR)])
    }
}

pub(super) fn newest_first() -> SortCriterion {
    SortCriterion::builder().field("UpdatedAt").sort_order(SortOrder::Descending).build()
}

fn earliest() -> Timestamp {
    Timestamp::from_second(EARLIEST_SECOND).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::model::Format;
    use crate::model::extent::{Stretch, TextAttribute, TextFilter, TimeAttribute};

    fn record(at: &str) -> RawRecord {
        let json = format!(r#"{{"Id":"x","UpdatedAt":"{at}"}}"#).into();
        RawRecord { format: Format::Asff, json }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_split_covers_all_that_is_left_and_nothing_that_was_read() {
        let mut shard = Shard::new(Slice::Rest, None, &Arc::default());
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
        let mut shard = Shard::new(Slice::Rest, None, &Arc::default());
        assert!(shard.split(at("2026-11-23T00:00:00Z")).is_none());
        shard.saw(&[record("2026-11-10T00:00:00Z"), record("2026-11-20T00:00:00Z")]);
        assert!(shard.split(at("2026-11-23T00:00:00Z")).is_none());
    }

    #[test]
    fn a_shard_is_restarted_three_times() {
        let mut shard = Shard::new(Slice::Rest, None, &Arc::default());
        let restarts: Vec<_> = (0..4).map(|_| shard.restart()).collect();
        assert_eq!(restarts, [true, true, true, false]);
    }

    #[test]
    fn a_window_is_written_with_both_ends() {
        let window = Window { from: at("2026-11-10T00:00:00Z"), to: at("2026-11-11T00:00:00.5Z") };
        let shard = Shard::changed(window, &Arc::default());
        let filters = shard.filters().unwrap();
        let date = filters.updated_at().first().unwrap();
        assert_eq!(date.start(), Some("2026-11-10T00:00:00.000Z"));
        assert_eq!(date.end(), Some("2026-11-11T00:00:00.500Z"));
        assert!(date.date_range().is_none());
    }

    fn slices(extent: Extent) -> Vec<Slice> {
        Shard::whole_sweep(&Arc::new(extent)).iter().map(|shard| shard.slice).collect()
    }

    #[test]
    fn shards_that_cannot_match_are_left_out() {
        let all = Severity::WORST_FIRST;
        assert_eq!(slices(Extent::default()).len(), 6);
        let worst = Extent { severities: all[..2].to_vec(), ..Extent::default() };
        assert_eq!(slices(worst), [Slice::Of(all[0]), Slice::Copies, Slice::Of(all[1])]);
        let result = |words: &[&str]| Extent {
            severities: vec![Severity::Informational],
            passing: [(TextAttribute::ComplianceStatus, words.iter().map(|word| TextFilter::equals(*word)).collect())]
                .into(),
            guardduty: Reach::Nothing,
            ..Extent::default()
        };
        assert_eq!(slices(result(&["FAILED"])), [Slice::NotPassed]);
        assert_eq!(slices(result(&["PASSED"])), [Slice::Rest]);
        assert_eq!(slices(result(&["FAILED", "PASSED"])), [Slice::NotPassed, Slice::Rest]);
        let lasting = [(TextAttribute::Region, vec![TextFilter::equals("eu-west-1")])].into();
        let one_region = Extent { lasting, ..Extent::default() };
        assert!(!slices(one_region).contains(&Slice::Copies), "nothing of a row is left out");
    }

    #[test]
    fn a_poll_for_changes_is_not_narrowed_by_what_changes() {
        let extent = Extent {
            lasting: [(TextAttribute::AwsAccountId, vec![TextFilter::equals("111122223333")])].into(),
            passing: [(TextAttribute::WorkflowStatus, vec![TextFilter::not("SUPPRESSED")])].into(),
            ..Extent::default()
        };
        let extent = Arc::new(extent);
        let sweep = Shard::whole_sweep(&extent)[0].filters().unwrap();
        assert_eq!(sweep.workflow_status()[0].value(), Some("SUPPRESSED"));
        assert_eq!(sweep.aws_account_id()[0].value(), Some("111122223333"));
        let window = Window { from: at("2026-11-10T00:00:00Z"), to: at("2026-11-11T00:00:00Z") };
        let poll = Shard::changed(window, &extent).filters().unwrap();
        assert!(poll.workflow_status().is_empty());
        assert_eq!(poll.aws_account_id().len(), 1);
    }

    #[test]
    fn the_extents_times_are_the_window_of_every_shard() {
        let from = at("2026-11-10T00:00:00Z");
        let times = [(TimeAttribute::UpdatedAt, Stretch { from: Some(from), to: None })].into();
        let shards = Shard::whole_sweep(&Arc::new(Extent { times, ..Extent::default() }));
        for shard in shards {
            let filters = shard.filters().unwrap();
            let start = filters.updated_at().first().and_then(|date| date.start().map(str::to_owned));
            // A copy's time may differ from GuardDuty's.
            let expected = (shard.slice != Slice::Copies).then(|| "2026-11-10T00:00:00.000Z".to_owned());
            assert_eq!(start, expected, "{:?}", shard.slice);
        }
    }
}
