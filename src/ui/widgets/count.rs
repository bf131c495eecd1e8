//! Numbers that never lie: grouped, and marked with whether they are whole.
//!
//! A service that AWS itself says is off (no detector, not subscribed, a Region that is not enabled) has answered: it has
//! no findings that a number could miss. It is named where the sources are, in the status line and beside a zero, and
//! marks no number; unless it has told of findings before, or no service is on at all: then nothing is known.

use crate::model::{Service, Severity, SourceStatus};
use crate::ui::Safe;

/// Whether all the sources that feed a number have been heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Coverage {
    /// `128`
    #[default]
    Whole,
    /// `128+`: more is on its way.
    Loading,
    /// `128~`: as an earlier session left it; the sync has not confirmed it yet.
    Cached,
    /// `128!`: something is missing and will not come by itself; the sources view says what.
    Missing,
}

impl Coverage {
    /// Of a number over all findings, or over one severity: a shard that is whole makes its severity whole.
    #[must_use]
    pub fn of(sources: &[SourceStatus], severity: Option<Severity>) -> Self {
        let finding_sources = sources.iter().filter(|status| status.scope.service != Service::Standards);
        let mut coverage = Self::Whole;
        let mut off = false;
        let mut heard = false;
        for status in finding_sources {
            if status.is_off_and_empty() {
                off = true;
                continue;
            }
            heard = true;
            let done = severity.is_some_and(|severity| status.done_severities.contains(&severity));
            let own = if status.state.is_missing() {
                Self::Missing
            } else if status.cached.is_some() {
                Self::Cached
            } else if status.state.is_loading() && !done {
                Self::Loading
            } else {
                Self::Whole
            };
            coverage = coverage.max(own);
        }
        match (heard, off) {
            (true, _) => coverage,
            (false, true) => Self::Missing,
            (false, false) => Self::Loading,
        }
    }

    pub const ALL: [Self; 4] = [Self::Whole, Self::Loading, Self::Cached, Self::Missing];

    /// What the mark says, for the help.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Whole => "whole: all that is on has answered",
            Self::Loading => "so far: more is on its way",
            Self::Cached => "of the last session, not confirmed yet",
            Self::Missing => "something is missing: see the sources",
        }
    }

    /// The mark behind the number; a blank where it is whole, so that numbers stay in line.
    #[must_use]
    pub const fn mark(self) -> char {
        match self {
            Self::Whole => ' ',
            Self::Loading => '+',
            Self::Cached => '~',
            Self::Missing => '!',
        }
    }
}

/// A number with its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub number: u64,
    pub coverage: Coverage,
}

impl Count {
    #[must_use]
    pub const fn new(number: u64, coverage: Coverage) -> Self {
        Self { number, coverage }
    }

    /// `2,904+`; one blank behind a whole number.
    #[must_use]
    pub fn marked(self) -> Safe<'static> {
        Safe::of(format_args!("{}{}", grouped(self.number), self.coverage.mark()))
    }
}

/// `12,300`
#[must_use]
pub fn grouped(number: u64) -> Safe<'static> {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    Safe::of(format_args!("{text}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Cached, Scope, SourceState};

    fn source(service: Service, state: SourceState) -> SourceStatus {
        let scope = Scope { service, account: "111122223333".into(), region: "us-east-1".into() };
        SourceStatus { state, ..SourceStatus::waiting(Arc::new(scope), None) }
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!(grouped(0).as_str(), "0");
        assert_eq!(grouped(999).as_str(), "999");
        assert_eq!(grouped(12_300).as_str(), "12,300");
        assert_eq!(grouped(1_000_000).as_str(), "1,000,000");
    }

    #[test]
    fn what_is_missing_is_louder_than_what_is_loading() {
        let denied = source(Service::GuardDuty, SourceState::Denied { action: String::new() });
        let syncing = source(Service::SecurityHub, SourceState::Syncing);
        assert_eq!(Coverage::of(&[syncing.clone(), denied], None), Coverage::Missing);
        assert_eq!(Coverage::of(&[syncing], None), Coverage::Loading);
        assert_eq!(Coverage::of(&[], None), Coverage::Loading);
    }

    #[test]
    fn what_aws_says_is_off_marks_no_number_and_all_else_that_is_missing_does() {
        let at = "2026-03-01T12:00:00Z".parse().unwrap_or_default();
        let hub = source(Service::SecurityHub, SourceState::Complete { at });
        let off = source(Service::GuardDuty, SourceState::Off { reason: "no detector in eu-west-1".into() });
        assert_eq!(Coverage::of(&[hub.clone(), off.clone()], None), Coverage::Whole);
        let syncing = source(Service::SecurityHub, SourceState::Syncing);
        assert_eq!(Coverage::of(&[syncing, off.clone()], None), Coverage::Loading);
        let text = String::new;
        for state in [
            SourceState::Denied { action: text() },
            SourceState::Failed { reason: text() },
            SourceState::Partial { reason: text() },
            SourceState::Unsupported { operation: text() },
            SourceState::Login { profile: text(), remedy: text() },
        ] {
            let other = source(Service::GuardDuty, state);
            assert_eq!(Coverage::of(&[hub.clone(), off.clone(), other], None), Coverage::Missing);
        }
        // It was on: what it told cannot be confirmed any more.
        let told = SourceStatus { records: 1, ..off.clone() };
        assert_eq!(Coverage::of(&[hub.clone(), told], None), Coverage::Missing);
        let left = SourceStatus { cached: Some(Cached::Whole { at }), ..off.clone() };
        assert_eq!(Coverage::of(&[hub, left], None), Coverage::Missing);
        // Nothing is on: a zero of nobody's says nothing.
        assert_eq!(Coverage::of(&[off.clone(), off], None), Coverage::Missing);
    }

    #[test]
    fn what_an_earlier_session_left_is_marked_until_it_is_confirmed_even_where_a_shard_is_whole() {
        let at = "2026-03-01T12:00:00Z".parse().unwrap_or_default();
        let mut source = source(Service::SecurityHub, SourceState::Syncing);
        source.cached = Some(Cached::Whole { at });
        source.done_severities.push(Severity::Critical);
        assert_eq!(Coverage::of(&[source.clone()], Some(Severity::Critical)), Coverage::Cached);
        source.state = SourceState::Denied { action: String::new() };
        assert_eq!(Coverage::of(&[source.clone()], None), Coverage::Missing);
        (source.state, source.cached) = (SourceState::Complete { at }, None);
        assert_eq!(Coverage::of(&[source], None), Coverage::Whole);
    }

    #[test]
    fn a_whole_shard_makes_its_severity_whole() {
        let mut syncing = source(Service::SecurityHub, SourceState::Syncing);
        syncing.done_severities.push(Severity::Critical);
        let sources = [syncing];
        assert_eq!(Coverage::of(&sources, Some(Severity::Critical)), Coverage::Whole);
        assert_eq!(Coverage::of(&sources, Some(Severity::High)), Coverage::Loading);
    }
}
