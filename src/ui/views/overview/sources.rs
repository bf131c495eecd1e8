//! The services that are asked: where, how far, and what is wrong.

use ratatui::style::Style;

use super::Drawing;
use crate::app::overview::services;
use crate::model::{Service, SourceStatus};
use crate::ui::widgets::{Align, Cut, Pen, grouped};
use crate::ui::{Safe, sync};

pub(super) fn line(drawing: &Drawing<'_>, at: usize, pen: &mut Pen<'_>, style: Style) {
    let look = drawing.scene.look;
    let Some(service) = services(drawing.scene.snapshot).nth(at) else { return };
    let own: Vec<&SourceStatus> =
        drawing.scene.snapshot.sources().iter().filter(|status| status.scope.service == service).collect();
    let states = states(&own);
    let loudest = own.iter().find(|status| status.state.is_missing()).or(own.first());
    let state_style = loudest.map_or(look.plain(), |status| look.source(&status.state));
    pen.at_end(states, state_style);
    pen.column(14.min(pen.room()), Align::Left, Cut::End, service.name(), style);
    pen.text(places(service, &own), look.dim());
}

/// `us-east-1`, `4 Regions`, `2 accounts, 4 Regions`, `3 files`
fn places(service: Service, own: &[&SourceStatus]) -> Safe<'static> {
    if service == Service::File {
        return match own {
            [one] => Safe::new(&one.scope.account).into_owned(),
            many => Safe::of(format_args!("{} files", many.len())),
        };
    }
    let distinct = |of: fn(&SourceStatus) -> &str| {
        let mut names: Vec<&str> = own.iter().map(|status| of(status)).collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    let accounts = distinct(|status| &status.scope.account);
    let regions = match (distinct(|status| &status.scope.region), own.first()) {
        (1, Some(one)) => Safe::new(&one.scope.region).into_owned(),
        (number, _) => Safe::of(format_args!("{number} Regions")),
    };
    if accounts > 1 { Safe::of(format_args!("{accounts} accounts, {regions}")) } else { regions }
}

/// `ok`, `62%`, `3 ok · 1 off !`
fn states(own: &[&SourceStatus]) -> Safe<'static> {
    let mut words: Vec<(&'static str, usize)> = Vec::new();
    for status in own {
        let word = status.state.word();
        match words.iter_mut().find(|(known, _)| *known == word) {
            Some((_, number)) => *number += 1,
            None => words.push((word, 1)),
        }
    }
    let warn = if own.iter().any(|status| status.state.is_missing()) { " !" } else { "" };
    let said: Vec<String> = match words.as_slice() {
        [(word, _)] => vec![(*word).to_owned()],
        several => several.iter().map(|(word, number)| format!("{} {word}", grouped(*number as u64))).collect(),
    };
    let loading = own.iter().any(|status| status.state.is_loading());
    let percent = sync::percent(own.iter().copied())
        .filter(|_| loading)
        .map(|percent| format!("{percent}%  "))
        .unwrap_or_default();
    Safe::of(format_args!("{percent}{}{warn}", said.join(" · ")))
}
