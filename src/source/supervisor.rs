//! Starts one task a scope and keeps it going: sweep, delta polls, sweep again; failures become states, and pass.
//!
//! In: [`Settings`]. Out: [`Update`]s. Every scope ends up in a state that says what its numbers cover. A scope that
//! fails rests and is tried again; one whose profile has no login waits for it. With [`Follow::Once`] each scope ends
//! after its first sweep, whatever came of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::bucket::Buckets;
use super::call::{CallError, Trouble};
use super::claims::Claims;
use super::desk::{Desk, next_sweep};
use super::feed::Wishes;
use super::files::Files;
use super::question::{Asker, Askers};
use super::remedy;
use super::session::{Session, SessionError};
use super::settings::{Follow, Settings};
use super::table::{Row, SOURCES};
use super::tap::RATE_WINDOW;
use super::{Source, Swept, http};
use crate::model::{Scope, Service, SourceState, Update};

/// The status is sent at most this often.
const STATUS: Duration = Duration::from_millis(250);

/// What all tasks share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) settings: Arc<Settings>,
    pub(super) out: mpsc::Sender<Update>,
    pub(super) wishes: watch::Receiver<Wishes>,
    buckets: Arc<Buckets>,
    claims: Claims,
    askers: Askers,
}

/// Runs until every scope has ended, or the receiver is gone.
pub(super) async fn run(
    settings: Settings,
    out: mpsc::Sender<Update>,
    wishes: watch::Receiver<Wishes>,
    askers: Askers,
) {
    let buckets = Arc::new(Buckets::new(settings.limits));
    let mut profiles: Vec<Option<String>> = settings.profiles.iter().cloned().map(Some).collect();
    profiles.dedup();
    if profiles.is_empty() {
        profiles.push(None);
    }
    let claims = Claims::of(profiles.len());
    let shared = Shared { settings: Arc::new(settings), out, wishes, buckets, claims, askers };
    let mut tasks = JoinSet::new();
    for path in &shared.settings.from {
        tasks.spawn(run_files(shared.clone(), path.clone()));
    }
    if shared.settings.asks_aws() {
        let http = http::client();
        for profile in profiles {
            tasks.spawn(run_profile(shared.clone(), profile, http.clone()));
        }
    }
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended
            && error.is_panic()
        {
            tracing::error!("a source task panicked: {error}");
        }
    }
}

fn rows(settings: &Settings) -> impl Iterator<Item = &'static Row> {
    SOURCES.iter().filter(|row| settings.services.contains(&row.service))
}

/// Opens the profile, waiting for a login if it must, and runs its scopes.
async fn run_profile(shared: Shared, profile: Option<String>, http: SharedHttpClient) {
    let mut wishes = shared.wishes.clone();
    let session = loop {
        match Session::open(profile.as_deref(), &shared.settings, &http).await {
            Ok(session) => break session,
            Err(error) => {
                tracing::warn!("{error}");
                if !report_closed(&shared, profile.as_deref(), &error).await || shared.settings.follow == Follow::Once {
                    return;
                }
            }
        }
        tokio::select! {
            () = tokio::time::sleep(shared.settings.pace.rest) => (),
            changed = wishes.changed() => if changed.is_err() { return },
            () = shared.out.closed() => return,
        }
    };
    let account = session.account.clone().unwrap_or_else(|| unknown_account(profile.as_deref(), &shared.settings));
    let mut asks = Vec::new();
    for row in rows(&shared.settings) {
        for region in &session.regions {
            let scope =
                Arc::new(Scope { service: row.service, account: Arc::clone(&account), region: Arc::clone(region) });
            if session.account.is_some() && !shared.claims.claim(&scope) {
                tracing::warn!(
                    "{scope} is asked by another profile already; {} does not ask it again",
                    session.profile.as_deref().unwrap_or("the default profile")
                );
                continue;
            }
            asks.push((row, scope));
        }
    }
    // Whose they are has to be known before anything of theirs can be told from another account's.
    if session.account.is_some()
        && let Some(asked) = shared.claims.opened(asks.iter().map(|(_, scope)| Arc::clone(scope)))
        && shared.out.send(Update::Asked(asked)).await.is_err()
    {
        return;
    }
    let mut scopes = JoinSet::new();
    for (row, scope) in asks {
        let desk = Desk::new(
            Arc::clone(&scope),
            session.profile.clone(),
            shared.out.clone(),
            Arc::clone(&shared.buckets),
            shared.settings.pace,
        );
        let source = (row.make)(&session, &scope);
        scopes.spawn(run_scope(shared.clone(), source, desk));
    }
    while let Some(ended) = scopes.join_next().await {
        if let Err(error) = ended
            && error.is_panic()
        {
            tracing::error!("a source panicked: {error}");
        }
    }
}

/// Two profiles whose accounts are not known are two scopes all the same.
fn unknown_account(profile: Option<&str>, settings: &Settings) -> Arc<str> {
    match profile {
        Some(profile) if settings.profiles.len() > 1 => Arc::from(format!("unknown account ({profile})")),
        _ => Arc::from("unknown account"),
    }
}

/// Says for each service and Region that would have been asked why it cannot be. `false` when nobody listens.
async fn report_closed(shared: &Shared, profile: Option<&str>, error: &SessionError) -> bool {
    let account = unknown_account(profile, &shared.settings);
    let none = [String::new()];
    let regions = if shared.settings.regions.is_empty() { &none[..] } else { &shared.settings.regions[..] };
    for row in rows(&shared.settings) {
        for region in regions {
            let scope =
                Scope { service: row.service, account: Arc::clone(&account), region: Arc::from(region.as_str()) };
            let desk = Desk::new(
                Arc::new(scope),
                profile.map(Arc::from),
                shared.out.clone(),
                Arc::clone(&shared.buckets),
                shared.settings.pace,
            );
            desk.rest_in(match error {
                SessionError::Login { profile, remedy, words } => {
                    desk.complain(words);
                    SourceState::Login { profile: profile.clone(), remedy: remedy.clone() }
                }
                SessionError::NoRegion { .. } => SourceState::Failed { reason: error.to_string() },
            });
            if desk.flush().await.is_err() {
                return false;
            }
        }
    }
    true
}

/// One path of `--from`: read once, and again when asked to.
async fn run_files(shared: Shared, path: PathBuf) {
    let mut wishes = shared.wishes.clone();
    let scope = Arc::new(Files::scope(&path));
    let desk = Desk::new(scope, None, shared.out.clone(), Arc::clone(&shared.buckets), shared.settings.pace);
    let files = Files::new(path);
    loop {
        if with_status(&desk, sweep(&files, &desk, &shared.settings)).await.is_err()
            || shared.settings.follow == Follow::Once
        {
            return;
        }
        tokio::select! {
            changed = wishes.changed() => if changed.is_err() { return },
            () = shared.out.closed() => return,
        }
    }
}

/// How a scope's next round begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Sweep,
    Delta,
}

/// One scope, until nobody listens (or, once, until its first sweep has ended).
async fn run_scope(shared: Shared, source: Box<dyn Source>, desk: Desk) {
    let asker = Arc::new(Asker { source, desk });
    shared.askers.enter(&asker);
    let Asker { source, desk } = &*asker;
    let mut wishes = shared.wishes.clone();
    let mut next = Next::Sweep;
    let mut swept_at = Instant::now();
    if desk.flush().await.is_err() {
        return;
    }
    loop {
        let result = match next {
            Next::Sweep => {
                let result = with_status(desk, sweep_and_poll(&**source, desk, &shared.settings)).await;
                swept_at = Instant::now();
                result
            }
            Next::Delta => with_status(desk, delta(&**source, desk)).await,
        };
        let healthy = match result {
            Ok(healthy) => healthy,
            Err(Stopped) => return,
        };
        let Follow::Keep { delta: poll, sweep: whole } = shared.settings.follow else { return };
        let before = *wishes.borrow_and_update();
        let wait = if healthy { poll } else { shared.settings.pace.rest };
        let woken = tokio::select! {
            () = rest(desk, wait) => Woken::Clock,
            changed = wishes.changed() => if changed.is_ok() { Woken::Wish } else { Woken::End },
            () = shared.out.closed() => Woken::End,
        };
        let resweep = wishes.borrow().resweep != before.resweep;
        next = match woken {
            Woken::End => return,
            _ if !healthy || resweep || swept_at.elapsed() >= whole => Next::Sweep,
            _ => Next::Delta,
        };
    }
}

enum Woken {
    Clock,
    Wish,
    End,
}

/// Nobody listens any more.
struct Stopped;

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
async fn with_status<F>(desk: &Desk, work: F) -> Result<bool, Stopped>
where
    F: Future<Output = Result<bool, Stopped>>,
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

/// A whole sweep, with delta polls beside it: a large account takes an hour to sweep, and what is new must not wait.
/// What the polls bring, the sweep's own last look brings again as seen in it.
async fn sweep_and_poll(source: &dyn Source, desk: &Desk, settings: &Settings) -> Result<bool, Stopped> {
    let Follow::Keep { delta: poll, .. } = settings.follow else { return sweep(source, desk, settings).await };
    let polls = async {
        loop {
            tokio::time::sleep(poll).await;
            if let Err(error) = source.delta(desk, since(desk)).await {
                desk.complain(&error.to_string());
            }
        }
    };
    tokio::select! {
        result = sweep(source, desk, settings) => result,
        never = polls => never,
    }
}

/// A whole sweep. `true` when what follows may be a delta poll.
async fn sweep(source: &dyn Source, desk: &Desk, settings: &Settings) -> Result<bool, Stopped> {
    let id = next_sweep();
    desk.edit(|status| {
        status.notes.clear();
        status.pages = 0;
        status.pages_known = None;
        status.done_severities.clear();
        status.shards = (0, 0);
    });
    if let Some(extent) = &settings.extent
        && desk.scope().service != Service::Standards
    {
        desk.note(format!("scoped to: {}", extent.text));
    }
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
    Ok(healthy)
}

/// From where a delta poll looks: the newest that was seen, and an overlap before it.
fn since(desk: &Desk) -> Timestamp {
    let now = Timestamp::now();
    let newest = desk.status().newest.map_or(now, |newest| newest.min(now));
    let overlap = SignedDuration::try_from(desk.pace().overlap).unwrap_or(SignedDuration::from_mins(10));
    newest - overlap
}

/// What changed lately.
async fn delta(source: &dyn Source, desk: &Desk) -> Result<bool, Stopped> {
    match source.delta(desk, since(desk)).await {
        Ok(()) => Ok(true),
        Err(error) if error.trouble == Trouble::Stopped => Err(Stopped),
        // What was swept is still here; it is only not fresh.
        Err(error) => {
            desk.complain(&error.to_string());
            desk.rest_in(SourceState::Partial { reason: format!("not up to date: {error}") });
            Ok(false)
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
            let (profile, remedy) = remedy::login(profile.as_deref(), settings).await;
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
