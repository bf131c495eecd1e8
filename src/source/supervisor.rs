//! Starts one task a scope: opens the profiles, says what is asked in all, and lets each scope go its
//! [rounds](super::rounds), one profile at a [turn](super::turn).
//!
//! In: [`Settings`], and what an [earlier session left](Earlier). Out: [`Update`]s. A profile that has no login waits for
//! it.

use std::path::PathBuf;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use super::bucket::Buckets;
use super::claims::Claims;
use super::desk::Desk;
use super::earlier::Earlier;
use super::feed::Wishes;
use super::files::Files;
use super::http;
use super::question::Askers;
use super::rounds;
use super::session::{Session, SessionError};
use super::settings::{Follow, Settings};
use super::table::{Row, SOURCES};
use crate::model::{Scope, SourceState, Update};

/// What all tasks share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) settings: Arc<Settings>,
    pub(super) out: mpsc::Sender<Update>,
    pub(super) wishes: watch::Receiver<Wishes>,
    pub(super) earlier: Arc<Earlier>,
    pub(super) askers: Askers,
    buckets: Arc<Buckets>,
    claims: Claims,
}

impl Shared {
    fn desk(&self, scope: Arc<Scope>, profile: Option<Arc<str>>) -> Desk {
        Desk::new(scope, profile, self.out.clone(), Arc::clone(&self.buckets), self.settings.pace)
    }
}

/// Runs until every scope has ended, or the receiver is gone.
pub(super) async fn run(
    settings: Settings,
    earlier: Earlier,
    out: mpsc::Sender<Update>,
    wishes: watch::Receiver<Wishes>,
    askers: Askers,
) {
    let buckets = Arc::new(Buckets::new(settings.limits));
    let mut profiles: Vec<Option<String>> = Vec::new();
    for profile in &settings.profiles {
        if !profiles.iter().any(|known| known.as_ref() == Some(profile)) {
            profiles.push(Some(profile.clone()));
        }
    }
    if profiles.is_empty() {
        profiles.push(None);
    }
    let claims = Claims::of(profiles.len());
    let (settings, earlier) = (Arc::new(settings), Arc::new(earlier));
    let shared = Shared { settings, out, wishes, earlier, askers, buckets, claims };
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
        let source = (row.make)(&session, &scope);
        let (shared, profile) = (shared.clone(), session.profile.clone());
        let turn = shared.claims.turn(&scope, || shared.desk(Arc::clone(&scope), profile.clone()));
        scopes.spawn(async move { turn.take(shared, profile, source).await });
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
            let desk = shared.desk(Arc::new(scope), profile.map(Arc::from));
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
    let desk = shared.desk(scope, None);
    let files = Files::new(path);
    loop {
        if rounds::once(&files, &desk, &shared.settings).await.is_err() || shared.settings.follow == Follow::Once {
            return;
        }
        tokio::select! {
            changed = wishes.changed() => if changed.is_err() { return },
            () = shared.out.closed() => return,
        }
    }
}
