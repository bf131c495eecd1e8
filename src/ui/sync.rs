//! How the sync goes, over all sources, in one phrase: what the header and the footer say.
//!
//! In: the states that the sources report. Out: words and numbers that never claim more than the sources did.

use jiff::Timestamp;

use super::Safe;
use super::widgets::{age, grouped};
use crate::model::{Cached, Service, SourceState, SourceStatus};

/// The phrase for the header: `syncing 62%  18,240 so far   2.9 calls/s`, `complete 4m ago`.
#[must_use]
pub fn phrase(sources: &[SourceStatus], now: Timestamp) -> Vec<Safe<'static>> {
    if sources.is_empty() {
        return vec![Safe::from("no source has been asked yet")];
    }
    let mut said: Vec<Safe<'static>> = cached(sources, now).into_iter().collect();
    said.extend(progress(sources, now));
    said
}

/// What an earlier session left and nobody has confirmed yet, by its oldest part: `cached 14h ago`.
#[must_use]
pub fn cached(sources: &[SourceStatus], now: Timestamp) -> Option<Safe<'static>> {
    let all = || sources.iter().filter_map(|status| status.cached);
    let oldest = all().map(Cached::at).min()?;
    let part = if all().any(|cached| matches!(cached, Cached::Part { .. })) { " in part" } else { "" };
    Some(Safe::of(format_args!("cached{part} {} ago", age(now, oldest))))
}

/// How far the sources are, this session.
fn progress(sources: &[SourceStatus], now: Timestamp) -> Vec<Safe<'static>> {
    if sources.iter().all(|status| status.state == SourceState::Cached) {
        return vec![Safe::from("connecting")];
    }
    let records: u64 = findings(sources).map(|status| status.records).sum();
    if sources.iter().any(|status| status.state.is_loading()) {
        let progress = match percent(sources) {
            Some(percent) => Safe::of(format_args!("syncing {percent}%")),
            None => Safe::from("syncing"),
        };
        let so_far = Safe::of(format_args!("{} so far", grouped(records)));
        let rate: f32 = sources.iter().map(|status| status.rate).sum();
        let throttled = sources.iter().any(|status| matches!(status.state, SourceState::Throttled { .. }));
        let word = if throttled { "calls/s, throttled" } else { "calls/s" };
        return vec![progress, so_far, Safe::of(format_args!("{rate:.1} {word}"))];
    }
    let ended = sources.iter().filter_map(|status| match status.state {
        SourceState::Complete { at } => Some(at),
        _ => None,
    });
    let total = sources.len();
    match (ended.clone().min(), total - ended.count()) {
        (Some(at), 0) => vec![Safe::of(format_args!("complete {} ago", age(now, at)))],
        (_, missing) => vec![Safe::of(format_args!("{} of {total} sources whole", total - missing))],
    }
}

/// The loudest thing to say of the sources: `1 source is off`, `2 sources are denied, 1 more`.
#[must_use]
pub fn problems(sources: &[SourceStatus]) -> Option<Safe<'static>> {
    /// The state's word, and how it is said of one and of several.
    const LOUDEST_FIRST: [(&str, &str, &str); 7] = [
        ("login", "needs a login", "need a login"),
        ("denied", "is denied", "are denied"),
        ("failed", "has failed", "have failed"),
        ("unsupported", "is not supported", "are not supported"),
        ("off", "is off", "are off"),
        ("partial", "is partial", "are partial"),
        ("throttled", "is throttled", "are throttled"),
    ];
    let number = |word: &str| sources.iter().filter(|status| status.state.word() == word).count();
    let all: usize = LOUDEST_FIRST.iter().map(|(word, ..)| number(word)).sum();
    let (loudest, one, several) = LOUDEST_FIRST.into_iter().find(|(word, ..)| number(word) > 0)?;
    let said = match number(loudest) {
        1 => format!("1 source {one}"),
        many => format!("{many} sources {several}"),
    };
    Some(match all - number(loudest) {
        0 => Safe::of(format_args!("{said}")),
        more => Safe::of(format_args!("{said}, {more} more")),
    })
}

/// Done of all, where every source that is still loading knows its end, and none is still to be asked.
#[must_use]
pub fn percent<'s>(sources: impl IntoIterator<Item = &'s SourceStatus>) -> Option<u8> {
    let mut sum = 0.0;
    let mut number = 0.0;
    for status in sources {
        if status.state == SourceState::Cached {
            return None;
        }
        sum += if status.state.is_loading() { share(status)? } else { 1.0 };
        number += 1.0;
    }
    // Never 100 while something is loading.
    (number > 0.0).then(|| whole_percent(sum / number).min(99))
}

/// The share of one source that is done: pages of pages known, else shards of shards.
#[must_use]
pub fn share(status: &SourceStatus) -> Option<f64> {
    let (done, all) = match (status.pages_known, status.shards) {
        (Some(known), _) if known > 0 => (status.pages, known),
        (_, (done, all)) if all > 0 => (u64::from(done), u64::from(all)),
        _ => return None,
    };
    #[allow(clippy::cast_precision_loss, reason = "pages and shards are few")]
    Some((done.min(all) as f64) / (all as f64))
}

/// A share as a whole number of percent, rounded down: 99.9 % is not done.
#[must_use]
pub fn whole_percent(share: f64) -> u8 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100")]
    let percent = (share * 100.0).clamp(0.0, 100.0) as u8;
    percent
}

fn findings(sources: &[SourceStatus]) -> impl Iterator<Item = &SourceStatus> {
    sources.iter().filter(|status| status.scope.service != Service::Standards)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::Scope;

    fn source(state: SourceState) -> SourceStatus {
        let scope = Scope { service: Service::GuardDuty, account: "111122223333".into(), region: "us-east-1".into() };
        SourceStatus { state, ..SourceStatus::waiting(Arc::new(scope), None) }
    }

    fn said(sources: &[SourceStatus]) -> String {
        let now = "2026-03-01T12:00:00Z".parse().unwrap_or_default();
        phrase(sources, now).iter().map(ToString::to_string).collect::<Vec<_>>().join("  ")
    }

    #[test]
    fn complete_is_said_only_of_all() {
        let at = "2026-03-01T11:56:00Z".parse().unwrap_or_default();
        let complete = source(SourceState::Complete { at });
        assert_eq!(said(std::slice::from_ref(&complete)), "complete 4m ago");
        let off = source(SourceState::Off { reason: "no detector".into() });
        assert_eq!(said(&[complete, off]), "1 of 2 sources whole");
        assert_eq!(said(&[]), "no source has been asked yet");
    }

    #[test]
    fn what_is_cached_is_said_first_with_its_age() {
        let time = |text: &str| text.parse().unwrap_or_default();
        let mut left = source(SourceState::Cached);
        left.cached = Some(Cached::Whole { at: time("2026-02-28T22:00:00Z") });
        assert_eq!(said(std::slice::from_ref(&left)), "cached 14h ago  connecting");
        left.state = SourceState::Syncing;
        assert_eq!(said(std::slice::from_ref(&left)), "cached 14h ago  syncing  0 so far  0.0 calls/s");
        let mut part = source(SourceState::Complete { at: time("2026-03-01T11:56:00Z") });
        part.cached = Some(Cached::Part { at: time("2026-03-01T10:00:00Z") });
        assert_eq!(said(&[left, part]), "cached in part 14h ago  syncing  0 so far  0.0 calls/s");
    }

    #[test]
    fn percent_needs_every_end_to_be_known() {
        let mut known = source(SourceState::Syncing);
        known.pages_known = Some(10);
        known.pages = 5;
        assert_eq!(percent(std::slice::from_ref(&known)), Some(50));
        assert_eq!(percent(&[known.clone(), source(SourceState::Syncing)]), None);
        assert_eq!(percent(&[known, source(SourceState::Cached)]), None);
    }

    #[test]
    fn the_loudest_problem_comes_first() {
        let off = || source(SourceState::Off { reason: String::new() });
        let denied = source(SourceState::Denied { action: "guardduty:ListDetectors".into() });
        let said = problems(&[off(), denied, off()]).map(|text| text.to_string());
        assert_eq!(said.as_deref(), Some("1 source is denied, 2 more"));
        assert_eq!(problems(&[source(SourceState::Syncing)]), None);
    }
}
