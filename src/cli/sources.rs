//! `sources`: what answered, what did not, and why.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::args::{Global, Sources, SourcesFormat};
use super::scope::Scoped;
use super::table::{self, Column, Cut};
use super::{CliError, Exit, say, settings, sync};
use crate::config::Config;
use crate::model::{Severity, SourceState, SourceStatus};
use crate::source::Follow;

/// Runs the subcommand. What did not answer is data here: it is printed whatever the exit code.
pub(super) fn run(global: &Global, config: &Config, scope: Option<&Scoped>, args: &Sources) -> Result<Exit, CliError> {
    let answer = sync::sync(settings::settings(global, config, Follow::Once), scope)?;
    let exit = answer.report();
    let mut out = io::stdout().lock();
    match args.output {
        SourcesFormat::Table => as_table(&mut out, answer.snapshot.sources())?,
        SourcesFormat::Json => {
            let sources: Vec<Source<'_>> = answer.snapshot.sources().iter().map(Source::of).collect();
            serde_json::to_writer_pretty(&mut out, &sources).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(exit)
}

/// One source in JSON: absent when unknown, times in RFC 3339 UTC.
#[derive(Debug, Serialize)]
struct Source<'a> {
    service: &'static str,
    account: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    region: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'a str>,
    /// One word: ok, partial, off, denied, login, unsupported, failed.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    /// The IAM action that is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'a str>,
    /// The command to run for a login.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<Timestamp>,
    pages: u64,
    records: u64,
    rejected: u64,
    calls: u64,
    throttles: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<Timestamp>,
    /// Severities that are whole, though the rest may not be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    done_severities: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<LastError<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
struct LastError<'a> {
    at: Timestamp,
    message: &'a str,
}

impl<'a> Source<'a> {
    fn of(status: &'a SourceStatus) -> Self {
        let (reason, action, remedy) = words(&status.state);
        Self {
            service: status.scope.service.id(),
            account: &status.scope.account,
            region: &status.scope.region,
            profile: status.profile.as_deref(),
            state: status.state.word(),
            reason,
            action,
            remedy,
            completed_at: match status.state {
                SourceState::Complete { at } => Some(at),
                _ => None,
            },
            pages: status.pages,
            records: status.records,
            rejected: status.rejected,
            calls: status.calls,
            throttles: status.throttles,
            oldest: status.oldest,
            newest: status.newest,
            done_severities: status.done_severities.iter().copied().map(Severity::label).collect(),
            last_error: status.last_error.as_ref().map(|(at, message)| LastError { at: *at, message }),
            notes: status.notes.iter().map(String::as_str).collect(),
        }
    }
}

/// The state's reason, missing action and remedy.
fn words(state: &SourceState) -> (Option<&str>, Option<&str>, Option<&str>) {
    match state {
        SourceState::Partial { reason } | SourceState::Off { reason } | SourceState::Failed { reason } => {
            (Some(reason), None, None)
        }
        SourceState::Denied { action } => (None, Some(action), None),
        SourceState::Login { remedy, .. } => (None, None, Some(remedy)),
        SourceState::Unsupported { operation } => (Some(operation), None, None),
        SourceState::Waiting
        | SourceState::Cached
        | SourceState::Updating { .. }
        | SourceState::Syncing
        | SourceState::Complete { .. }
        | SourceState::Throttled { .. } => (None, None, None),
    }
}

const COLUMNS: [Column; 10] = [
    Column::new("SERVICE", Cut::Never),
    Column::new("ACCOUNT", Cut::Middle),
    Column::new("REGION", Cut::Never),
    Column::new("STATE", Cut::Never),
    Column::number("RECORDS"),
    Column::number("PAGES"),
    Column::number("CALLS"),
    Column::number("THROTTLED"),
    Column::new("NEWEST", Cut::Never),
    Column::new("WHY", Cut::End),
];

fn as_table(out: &mut impl Write, sources: &[SourceStatus]) -> io::Result<()> {
    let lines = sources.iter().map(|status| {
        let (reason, action, remedy) = words(&status.state);
        let why = reason
            .map(str::to_owned)
            .or_else(|| action.map(|action| format!("missing: {action}")))
            .or_else(|| remedy.map(|remedy| format!("run: {remedy}")))
            .unwrap_or_else(|| status.notes.join("; "));
        [
            status.scope.service.name().to_owned(),
            status.scope.account.to_string(),
            status.scope.region.to_string(),
            status.state.word().to_owned(),
            say::grouped(status.records),
            say::grouped(status.pages),
            say::grouped(status.calls),
            say::grouped(status.throttles),
            status.newest.map(|newest| newest.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default(),
            why,
        ]
    });
    table::print(out, &COLUMNS, say::terminal_width(), lines)
}
