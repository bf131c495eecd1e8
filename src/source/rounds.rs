//! The rounds of one scope: what has changed since an earlier session, a sweep, delta polls, a sweep again; failures
//! become states, and pass.
//!
//! In: a [`Source`] and its [`Desk`]. Out: updates, and in the end a state that says what the scope's numbers cover. A
//! scope that fails rests and is tried again. With [`Follow::Once`] it ends after its first sweep, whatever came of it.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::time::Instant;

use super::call::{CallError, Trouble};
use super::desk::{Desk, next_sweep};
use super::question::Asker;
use super::remedy;
use super::settings::{Follow, Settings};
use super::supervisor::Shared;
use super::tap::RATE_WINDOW;
use super::{Source, Swept};
use crate::model::{Service, SourceState, Update};

/// The status is sent at most this often.
const STATUS: Duration = Duration::from_millis(250);

/// How a scope's next round begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// With what has changed since an earlier session saw the scope whole.
    CatchUp(Timestamp),
    Sweep,
    Delta,
}

/// What a round came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    /// What follows may be a delta poll, until a sweep is due.
    Healthy,
    /// What an earlier session left is older than a sweep may be: one follows at once.
    Stale,
    Failed,
}

impl Round {
    const fn of(healthy: bool) -> Self {
        if healthy { Self::Healthy } else { Self::Failed }
    }
}

/// Why nothing more is asked.
pub(super) enum Ended {
    /// These credentials may not, for this reason.
    Refused(String),
    /// Nobody listens, or once was enough.
    Over,
}

/// One scope, until nobody listens (or, once, until its first sweep has ended), or until these credentials are refused
/// and somebody waits who has others.
pub(super) async fn run(shared: &Shared, asker: &Arc<Asker>, mut waiting: watch::Receiver<usize>) -> Ended {
    shared.askers.enter(asker);
    let Asker { source, desk } = &**asker;
    let source = &**source;
    let mut wishes = shared.wishes.clone();
    let whole = shared.earlier.whole(desk.scope(), Timestamp::now());
    let mut next = match shared.settings.follow {
        Follow::Keep { .. } => whole.map_or(Next::Sweep, Next::CatchUp),
        Follow::Once => Next::Sweep,
    };
    // From when on changes have to be looked for, and when the next sweep is due.
    let (mut from, mut due) = (Timestamp::now(), None);
    if desk.flush().await.is_err() {
        return Ended::Over;
    }
    loop {
        let sweeps_each = match shared.settings.follow {
            Follow::Keep { sweep, .. } => sweep,
            Follow::Once => Duration::ZERO,
        };
        let in_time = |age: Duration| Instant::now().checked_add(sweeps_each.saturating_sub(age));
        let round = match next {
            Next::CatchUp(at) => {
                from = at;
                let age = Duration::try_from(Timestamp::now().duration_since(at)).unwrap_or_default();
                due = in_time(age);
                with_status(desk, catch_up(source, desk, at, sweeps_each, &shared.settings)).await
            }
            Next::Sweep => {
                from = Timestamp::now();
                let round = with_status(desk, sweep_and_poll(source, desk, &shared.settings)).await;
                due = in_time(Duration::ZERO);
                round
            }
            Next::Delta => with_status(desk, delta(source, desk, from)).await,
        };
        let round = match round {
            Ok(Round::Stale) => {
                next = Next::Sweep;
                continue;
            }
            Ok(round) => round,
            Err(Stopped) => return Ended::Over,
        };
        let refusal = desk.refusal();
        let Follow::Keep { delta: poll, .. } = shared.settings.follow else {
            return refusal.map_or(Ended::Over, Ended::Refused);
        };
        let before = *wishes.borrow_and_update();
        let wait = if round == Round::Healthy { poll } else { shared.settings.pace.rest };
        let woken = tokio::select! {
            () = rest(desk, wait) => Woken::Clock,
            changed = wishes.changed() => if changed.is_ok() { Woken::Wish } else { Woken::End },
            () = shared.out.closed() => Woken::End,
            () = somebody(&mut waiting), if refusal.is_some() => Woken::Relief,
        };
        let resweep = wishes.borrow().resweep != before.resweep;
        let is_due = due.is_some_and(|due| due <= Instant::now());
        next = match woken {
            Woken::End => return Ended::Over,
            Woken::Relief => return refusal.map_or(Ended::Over, Ended::Refused),
            _ if round == Round::Failed || resweep || is_due => Next::Sweep,
            _ => Next::Delta,
        };
    }
}

/// One sweep, with its status sent.
pub(super) async fn once(source: &dyn Source, desk: &Desk, settings: &Settings) -> Result<(), Stopped> {
    with_status(desk, sweep(source, desk, settings)).await.map(drop)
}

enum Woken {
    Clock,
    Wish,
    /// Somebody else would ask.
    Relief,
    End,
}

/// Until somebody waits.
async fn somebody(waiting: &mut watch::Receiver<usize>) {
    if waiting.wait_for(|waiting| *waiting > 0).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Nobody listens any more.
pub(super) struct Stopped;

/// Waits, and says once that the rate has fallen to nothing.
async fn rest(desk: &Desk, wait: Duration) {
    if wait > RATE_WINDOW {
        tokio::time::sleep(RATE_WINDOW).await;
        if desk.flush_always().await.is_err() {
            return;
        }
        tokio::time::sleep(wait.saturating_sub(RATE_WINDOW)).await;
    } else {
        tokio::time::sleep(wait).await;
    }
}

/// Runs one round of work with the status sent now and then, and once at its end.
async fn with_status<F>(desk: &Desk, work: F) -> Result<Round, Stopped>
where
    F: Future<Output = Result<Round, Stopped>>,
{
    let mut work = std::pin::pin!(work);
    let mut ticks = tokio::time::interval(STATUS);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let result = loop {
        tokio::select! {
            biased;
            result = &mut work => break result,
            _ = ticks.tick() => desk.flush().await.map_err(|_| Stopped)?,
        }
    };
    desk.flush_always().await.map_err(|_| Stopped)?;
    result
}

/// What has changed since an earlier session saw the scope whole, worst first. Then as much is known as if this session
/// had swept it at that time; where that is longer ago than a sweep may be, the sweep follows, and the marks of what is
/// cached stay until it has ended. What cannot be caught up with is swept: the sweep says what is wrong.
async fn catch_up(
    source: &dyn Source,
    desk: &Desk,
    at: Timestamp,
    longest: Duration,
    settings: &Settings,
) -> Result<Round, Stopped> {
    let Some(changes) = source.catch_up(desk, at - overlap(desk)) else { return Ok(Round::Stale) };
    note_extent(desk, settings);
    desk.rest_in(SourceState::Updating { since: at });
    match changes.await {
        Ok(Swept::Whole) => {}
        Ok(Swept::Covered { .. }) => {
            desk.rest_in(SourceState::Complete { at: Timestamp::now() });
            return Ok(Round::Healthy);
        }
        Ok(Swept::Partial { .. }) => return Ok(Round::Stale),
        Err(error) if error.trouble == Trouble::Stopped => return Err(Stopped),
        Err(error) => {
            desk.complain(&error.to_string());
            return Ok(Round::Stale);
        }
    }
    let Some(due) = at.checked_add(longest).ok().filter(|due| *due > Timestamp::now()) else {
        return Ok(Round::Stale);
    };
    let due = due.strftime("%H:%M UTC");
    desk.note(format!("swept by an earlier session: edits and what is gone since show after the next sweep, at {due}"));
    desk.rest_in(SourceState::Complete { at });
    Ok(Round::Healthy)
}

fn note_extent(desk: &Desk, settings: &Settings) {
    if let Some(extent) = &settings.extent
        && desk.scope().service != Service::Standards
    {
        desk.note(format!("scoped to: {}", extent.text));
    }
}

/// A whole sweep, with delta polls beside it: a large account takes an hour to sweep, and what is new must not wait.
/// What the polls bring, the sweep's own last look brings again as seen in it.
async fn sweep_and_poll(source: &dyn Source, desk: &Desk, settings: &Settings) -> Result<Round, Stopped> {
    let Follow::Keep { delta: poll, .. } = settings.follow else { return sweep(source, desk, settings).await };
    let start = Timestamp::now();
    let polls = async {
        loop {
            tokio::time::sleep(poll).await;
            if let Err(error) = source.delta(desk, since(desk, start)).await {
                desk.complain(&error.to_string());
            }
        }
    };
    tokio::select! {
        result = sweep(source, desk, settings) => result,
        never = polls => never,
    }
}

/// A whole sweep.
async fn sweep(source: &dyn Source, desk: &Desk, settings: &Settings) -> Result<Round, Stopped> {
    let id = next_sweep();
    desk.begin();
    note_extent(desk, settings);
    desk.rest_in(SourceState::Syncing);
    let state = match source.sweep(desk, id).await {
        Ok(Swept::Whole) => {
            let ended = Update::SweepEnded { scope: Arc::clone(desk.scope()), sweep: id };
            desk.send(ended).await.map_err(|_| Stopped)?;
            SourceState::Complete { at: Timestamp::now() }
        }
        Ok(Swept::Covered { .. }) => SourceState::Complete { at: Timestamp::now() },
        Ok(Swept::Partial { reason }) => SourceState::Partial { reason },
        Err(error) => failed(desk, error, settings).await?,
    };
    let healthy = matches!(state, SourceState::Complete { .. });
    desk.rest_in(state);
    Ok(Round::of(healthy))
}

/// From where a delta poll looks: an overlap before the newest that was seen, or, where nothing was, before the last
/// whole look.
fn since(desk: &Desk, looked: Timestamp) -> Timestamp {
    desk.status().newest.map_or(looked, |newest| newest.min(Timestamp::now())) - overlap(desk)
}

fn overlap(desk: &Desk) -> SignedDuration {
    SignedDuration::try_from(desk.pace().overlap).unwrap_or(SignedDuration::from_mins(10))
}

/// What changed lately.
async fn delta(source: &dyn Source, desk: &Desk, looked: Timestamp) -> Result<Round, Stopped> {
    match source.delta(desk, since(desk, looked)).await {
        Ok(()) => Ok(Round::Healthy),
        Err(error) if error.trouble == Trouble::Stopped => Err(Stopped),
        // What was swept is still here; it is only not fresh.
        Err(error) => {
            desk.complain(&error.to_string());
            desk.rest_in(SourceState::Partial { reason: format!("not up to date: {error}") });
            Ok(Round::Failed)
        }
    }
}

/// The state that a failure puts the scope in.
async fn failed(desk: &Desk, error: CallError, settings: &Settings) -> Result<SourceState, Stopped> {
    if error.trouble == Trouble::Stopped {
        return Err(Stopped);
    }
    desk.complain(&error.to_string());
    let profile = desk.status().profile;
    Ok(match error.trouble {
        Trouble::Denied { action } => SourceState::Denied { action },
        Trouble::Off => SourceState::Off { reason: error.words },
        Trouble::Unsupported => SourceState::Unsupported { operation: error.operation.to_owned() },
        // Keys that STS knows and a Region does not: an opt-in Region that is not enabled.
        Trouble::Login if is_account(&desk.scope().account) && is_unknown_key(&error.words) => {
            SourceState::Off { reason: format!("Region not enabled: {}", error.words) }
        }
        Trouble::Login => {
            let (profile, remedy) = remedy::login(profile.as_deref(), settings, &error.words).await;
            SourceState::Login { profile, remedy }
        }
        _ => SourceState::Failed { reason: error.to_string() },
    })
}

/// `sts:GetCallerIdentity` named it, so the credentials are good somewhere.
fn is_account(account: &str) -> bool {
    account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_unknown_key(words: &str) -> bool {
    words.starts_with("UnrecognizedClientException") || words.starts_with("InvalidClientTokenId")
}
