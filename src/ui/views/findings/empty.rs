//! Why there is nothing to see, and what to do about it. Nothing is never "clean" unless every source answered.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::{Action, State};
use crate::model::SourceStatus;
use crate::ui::Safe;
use crate::ui::views::Scene;
use crate::ui::widgets::Pen;

pub(super) fn render(scene: &Scene<'_>, body: Rect, buf: &mut Buffer) {
    let (what, next) = words(scene);
    for (text, line) in what.into_iter().zip(body.rows().skip(1)) {
        Pen::on(buf, line).space(2).text(text, scene.look.plain());
    }
    for (text, line) in next.into_iter().zip(body.rows().skip(4)) {
        Pen::on(buf, line).space(2).text(text, scene.look.dim());
    }
}

fn words(scene: &Scene<'_>) -> (Vec<Safe<'static>>, Vec<Safe<'static>>) {
    let Scene { state, snapshot, .. } = *scene;
    let list = &state.findings;
    let sources = snapshot.sources();
    let loading = sources.iter().filter(|source| source.state.is_loading()).count();
    let missing: Vec<&SourceStatus> = sources.iter().filter(|source| source.state.is_missing()).collect();
    let mut what = Vec::new();
    let mut next = Vec::new();
    let filtered = !list.filter.text().is_empty() && !snapshot.is_empty();
    if list.is_asking() && !snapshot.is_empty() {
        what.push(Safe::from("Looking…"));
        return (what, next);
    }
    if filtered {
        let all = crate::ui::widgets::grouped(snapshot.len() as u64);
        let of = if state.scope.is_some() { " in the scope" } else { "" };
        what.push(Safe::of(format_args!("None of {all} findings{of} match.")));
        next.push(Safe::of(format_args!(
            "{} changes the filter, {} clears it.",
            key(state, Action::Filter),
            key(state, Action::ClearFilter)
        )));
    } else if sources.is_empty() {
        what.push(Safe::from("No findings: no source has been asked yet."));
    } else if loading > 0 {
        what.push(Safe::from("No findings yet."));
    } else if missing.is_empty() && state.scope.is_some() {
        what.push(Safe::from("No findings in the scope: every source answered, and none has any that match it."));
        next.push(Safe::from("Without --scope (and `scope` in the configuration) everything is shown."));
    } else if missing.is_empty() {
        what.push(Safe::from("No findings: every source answered, and none has any."));
    } else {
        what.push(Safe::from("No findings, but that says little."));
    }
    if loading > 0 {
        let noun = if loading == 1 { "source is" } else { "sources are" };
        what.push(Safe::of(format_args!("{loading} {noun} still loading.")));
    }
    if let Some(first) = missing.first() {
        let noun = if missing.len() == 1 { "source is" } else { "sources are" };
        let word = first.state.word();
        what.push(Safe::of(format_args!("{} {noun} missing: {} is {word}.", missing.len(), first.scope)));
        next.push(Safe::of(format_args!("{} says what is missing and why.", key(state, Action::ShowSources))));
    }
    (what, next)
}

/// The key of an action as it is bound now.
fn key(state: &State, action: Action) -> Safe<'static> {
    let chord = state.keymap.chords(action).next();
    chord.map_or_else(|| Safe::new(action.name()).into_owned(), |chord| Safe::of(format_args!("{chord}")))
}
