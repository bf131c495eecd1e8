//! What the selected source says, what that means, and what to do about it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Action;
use crate::model::{Cached, SourceState, SourceStatus};
use crate::ui::Safe;
use crate::ui::footer::chord;
use crate::ui::views::Scene;
use crate::ui::widgets::{Pen, age};

/// Draws as many lines as fit; the last says how many do not.
pub(super) fn render(scene: &Scene<'_>, status: &SourceStatus, area: Rect, buf: &mut Buffer) {
    let lines = lines(scene, status);
    let width = usize::from(area.width.saturating_sub(3));
    let wrapped: Vec<(Safe<'_>, Style)> =
        lines.iter().flat_map(|(text, style)| text.wrap(width).into_iter().map(move |line| (line, *style))).collect();
    let height = usize::from(area.height);
    let cut = wrapped.len() > height;
    let shown = if cut { height.saturating_sub(1) } else { height };
    let mut rows = area.rows();
    // The lines come first: a zip that ends on them has not taken a row too many.
    for ((text, style), row) in wrapped.iter().take(shown).zip(rows.by_ref()) {
        Pen::on(buf, row).space(2).text(text.clone(), *style);
    }
    if let Some(row) = rows.next().filter(|_| cut) {
        let more = Safe::of(format_args!("… {} more lines: make the window higher", wrapped.len() - shown));
        Pen::on(buf, row).space(2).text(more, scene.look.dim());
    }
}

fn lines(scene: &Scene<'_>, status: &SourceStatus) -> Vec<(Safe<'static>, Style)> {
    let look = scene.look;
    let mut lines = vec![(name(scene, status), look.strong())];
    lines.extend(meaning(scene, status));
    if let Some((at, words)) = &status.last_error {
        let text = format!("Last error, {} ago: {words}", age(scene.now, *at));
        lines.push((Safe::new(&text).into_owned(), look.plain()));
    }
    if status.rejected > 0 {
        let records = if status.rejected == 1 { "record did" } else { "records did" };
        lines.push((
            Safe::of(format_args!("{} {records} not decode: each is in the log with its reason.", status.rejected)),
            look.warn(),
        ));
    }
    lines.extend(status.notes.iter().map(|note| (Safe::new(note).into_owned(), look.dim())));
    lines
}

/// `GuardDuty · prod-web (333344445555) · eu-west-1 · profile audit`
fn name(scene: &Scene<'_>, status: &SourceStatus) -> Safe<'static> {
    let scope = &status.scope;
    let account = match scene.snapshot.account_name(&scope.account) {
        Some(name) => format!("{name} ({})", scope.account),
        None => scope.account.to_string(),
    };
    let region = if scope.region.is_empty() { String::new() } else { format!(" · {}", scope.region) };
    let profile = status.profile.as_ref().map(|profile| format!(" · profile {profile}")).unwrap_or_default();
    Safe::of(format_args!("{} · {account}{region}{profile}", scope.service.name()))
}

/// What the state means, then what to do: as a person would say it.
fn meaning(scene: &Scene<'_>, status: &SourceStatus) -> Vec<(Safe<'static>, Style)> {
    let look = scene.look;
    let again = chord(scene.state, Action::Refresh);
    let (said, todo) = match &status.state {
        SourceState::Waiting => (Safe::from("Not asked yet."), Safe::default()),
        SourceState::Cached => (Safe::from("Not asked in this session yet."), Safe::default()),
        SourceState::Updating { since } => (
            Safe::of(format_args!("What has changed since {} ago is asked first.", age(scene.now, *since))),
            Safe::default(),
        ),
        SourceState::Syncing => (progress(status), Safe::default()),
        SourceState::Complete { at } => (
            Safe::of(format_args!("Whole since {} ({} ago). Changes are polled.", clock(*at), age(scene.now, *at))),
            Safe::default(),
        ),
        SourceState::Partial { reason } => (
            Safe::of(format_args!("A part could not be had: {reason}.")),
            Safe::of(format_args!("The rest is shown. The log names what is missing; {again} asks again.")),
        ),
        SourceState::Throttled { until } => (
            Safe::of(format_args!("AWS throttles the calls. The sweep goes on by itself at {}.", clock(*until))),
            Safe::from("Other tools share this limit: it is one for the account and Region."),
        ),
        SourceState::Off { reason } => (
            Safe::of(format_args!("{reason}.")),
            Safe::from("Zero findings from here mean nothing. Turn the service on here, or leave the Region out."),
        ),
        SourceState::Denied { action } => (
            Safe::of(format_args!("AWS refused: {action} is not allowed.")),
            Safe::of(format_args!(
                "Add to the policy of who asks: {{\"Effect\": \"Allow\", \"Action\": \"{action}\", \"Resource\": \"*\"}}"
            )),
        ),
        SourceState::Login { profile, remedy } => (
            Safe::of(format_args!("No usable credentials for the profile {profile}.")),
            Safe::of(format_args!("Run: {remedy}   then {again} asks again.")),
        ),
        SourceState::Unsupported { operation } => (
            Safe::of(format_args!("This endpoint does not know {operation}.")),
            Safe::from("Everything else goes on; what this operation would bring is missing."),
        ),
        SourceState::Failed { reason } => {
            (Safe::of(format_args!("Failed: {reason}.")), Safe::of(format_args!("{again} asks again.")))
        }
    };
    let left = status.cached.map(|cached| left(cached, scene.now)).unwrap_or_default();
    [(said, look.source(&status.state)), (left, look.plain()), (todo, look.plain())]
        .into_iter()
        .filter(|(text, _)| !text.is_empty())
        .collect()
}

/// What an earlier session left, and what that is worth.
fn left(cached: Cached, now: jiff::Timestamp) -> Safe<'static> {
    let ago = age(now, cached.at());
    match cached {
        Cached::Whole { .. } => Safe::of(format_args!(
            "What is shown of it was whole {ago} ago, in an earlier session; a whole sweep confirms or removes it."
        )),
        Cached::Part { .. } => Safe::of(format_args!(
            "What is shown of it is a part, from {ago} ago, in an earlier session; a whole sweep confirms or removes it."
        )),
    }
}

/// How far the sweep is, and what is whole already.
fn progress(status: &SourceStatus) -> Safe<'static> {
    let (done, all) = status.shards;
    let whole: Vec<&str> = status.done_severities.iter().map(|severity| severity.label()).collect();
    let whole = if whole.is_empty() { String::new() } else { format!(" Whole already: {}.", whole.join(", ")) };
    match all {
        0 => Safe::of(format_args!("A sweep is under way.{whole}")),
        _ => Safe::of(format_args!("A sweep is under way: {done} of {all} shards done.{whole}")),
    }
}

fn clock(at: jiff::Timestamp) -> Safe<'static> {
    Safe::of(format_args!("{}", at.strftime("%H:%M:%S UTC")))
}
