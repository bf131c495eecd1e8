//! The last two lines: a rule that carries the message and the banner, and the keys that matter here and now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::views::{Scene, hints};
use super::widgets::pen::narrow;
use super::widgets::{Pen, rule};
use super::{Hits, Look, Safe, sync};
use crate::app::message::Tone;
use crate::app::{Action, State, Target, View};

/// Cells that a scope may always have: enough to tell one from the other.
const SCOPE_WIDTH: u16 = 30;

/// Draws both lines into the last two of `area`.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let line = |from_bottom: u16| Rect { y: area.bottom().saturating_sub(from_bottom), height: 1, ..area };
    message(scene, line(2), buf);
    keys(scene, line(1), buf, hits);
}

/// What happened and what to do next, where there is something to say; else the rule.
fn message(scene: &Scene<'_>, line: Rect, buf: &mut Buffer) {
    let Scene { state, look, now, .. } = *scene;
    rule(buf, line, look);
    let scope = scope(scene, line, buf);
    let line = Rect { width: line.width - scope, ..line };
    let mut pen = Pen::on(buf, line);
    if let Some(banner) = state.banner {
        let room = pen.room();
        let text = Safe::of(format_args!(" {banner} "));
        pen.space(room.saturating_sub(narrow(text.width()) + 2));
        pen.text(text, look.accent());
        pen.to(line.x);
    }
    if let Some(message) = state.message.as_ref().filter(|message| message.until > now) {
        let style = match message.tone {
            Tone::Done | Tone::Lasting => look.plain(),
            Tone::Notice => look.strong(),
            Tone::Problem => look.bad(),
        };
        pen.text(" ", style).text(Safe::new(&message.text), style).text(" ", style);
    }
}

/// At the right end of the rule, where no message reaches: the query that the session is kept to. Gives its width.
fn scope(scene: &Scene<'_>, line: Rect, buf: &mut Buffer) -> u16 {
    let Some(scope) = &scene.state.scope else { return 0 };
    let text = Safe::of(format_args!(" scope: {scope} "));
    let most = (line.width / 2).max(SCOPE_WIDTH).min(line.width.saturating_sub(1));
    let width = narrow(text.width()).min(most);
    let x = line.right().saturating_sub(width + 1);
    Pen::on(buf, Rect { x, width, ..line }).text(text, scene.look.warn());
    width + 1
}

/// The keys on the left; on the right the loudest problem, else how the sync goes.
fn keys(scene: &Scene<'_>, line: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let Scene { state, snapshot, look, now, .. } = *scene;
    let mut pen = Pen::on(buf, line);
    pen.at_end(" ", look.plain());
    let clickable = pen.x() + pen.room();
    if let Some(problem) = sync::problems(snapshot.sources()) {
        let chord = chord(state, Action::ShowSources);
        let long = if state.view == View::Sources || chord.is_empty() {
            problem.clone()
        } else {
            Safe::of(format_args!("{problem}: press {chord} to see"))
        };
        let keys = hint_width(state);
        let room = usize::from(pen.room());
        let text = if keys + long.width() + 2 <= room { long } else { problem };
        let width = text.width();
        if pen.at_end(text, look.warn()) {
            let width = narrow(width);
            hits.add(Rect { x: clickable.saturating_sub(width), width, ..line }, Target::Action(Action::ShowSources));
        }
    } else if state.view != View::Overview {
        let phrase = sync::phrase(snapshot.sources(), now);
        // The age of what is cached, and how far the sync is, where both fit.
        let said = if sync::cached(snapshot.sources(), now).is_some() { 2 } else { 1 };
        let room = usize::from(pen.room()).saturating_sub(hint_width(state) + 2);
        let mut parts: Vec<_> = phrase.into_iter().take(said).collect();
        while parts.len() > 1 && parts.iter().map(|part| part.width() + 2).sum::<usize>() > room {
            parts.pop();
        }
        for (at, part) in parts.into_iter().rev().enumerate() {
            if at > 0 {
                pen.at_end(" ", look.plain());
            }
            pen.at_end(part, look.dim());
        }
    }
    draw_hints(state, look, &mut pen, line, hits);
}

fn draw_hints(state: &State, look: &Look, pen: &mut Pen<'_>, line: Rect, hits: &mut Hits) {
    pen.space(1);
    for action in hints(state).iter().copied() {
        let (key, word) = (chord(state, action), action.hint());
        let width = narrow(key.width() + 1 + word.len());
        if key.is_empty() || width > pen.room() {
            continue;
        }
        hits.add(Rect { x: pen.x(), width, ..line }, Target::Action(action));
        pen.text(key, look.accent()).space(1).text(word, look.plain()).space(3);
    }
}

/// Cells that the three hints fill that must not give way to a problem's long form.
fn hint_width(state: &State) -> usize {
    hints(state).iter().take(3).map(|action| chord(state, *action).width() + action.hint().len() + 4).sum()
}

/// The first chord bound to an action; empty where the user took it away.
#[must_use]
pub fn chord(state: &State, action: Action) -> Safe<'static> {
    state.keymap.chords(action).next().map_or(Safe::default(), |chord| Safe::new(chord).into_owned())
}
