//! The palette: what was typed, and the actions and saved views that answer to it, these with their numbers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{centred, sheet};
use crate::app::overlay::{Entry, Palette};
use crate::app::saved::SavedView;
use crate::app::{Action, Target};
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Count, Cut, Pen, Window};
use crate::ui::{Hits, Safe};

/// With names that are no longer than most; longer ones make it wider.
const WIDTH: u16 = 90;
const HEIGHT: u16 = 18;
/// Cells of an action's name and of its chords.
const NAME: u16 = 20;
const CHORDS: u16 = 12;

pub(super) fn render(scene: &Scene<'_>, palette: &Palette, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let saved = &scene.state.saved.views;
    let longest = longest(saved);
    let inner = sheet("palette", centred(area, WIDTH.saturating_add(longest - NAME), HEIGHT), buf, look);
    // On a small screen what they do keeps a third.
    let names = longest.min(inner.width / 3 * 2).max(NAME);
    let mut rows = inner.rows();
    let Some(first) = rows.next() else { return };
    typed(palette, &mut Pen::on(buf, first), look.strong(), look.accent());
    let matches = palette.matches(scene.state.view, saved);
    if matches.is_empty() {
        if let Some(row) = rows.next() {
            Pen::on(buf, row).text("No action and no saved view has this in its name or its description.", look.dim());
        }
        return;
    }
    let coverage = Coverage::of(scene.snapshot.sources(), None);
    let window = Window::around(palette.selected, matches.len(), usize::from(inner.height.saturating_sub(1)));
    for (row, at) in rows.zip(window.range()) {
        let Some(entry) = matches.get(at) else { return };
        hits.add(row, Target::Line(at));
        let focus = Focus::when(at == palette.selected);
        let mut pen = Pen::on(buf, row);
        gutter(&mut pen, focus, look);
        let style = if focus == Focus::Here { look.strong() } else { look.plain() };
        let (name, doc) = match *entry {
            Entry::Action(action) => {
                pen.at_end(crate::ui::footer::chord(scene.state, action), look.accent());
                (Safe::from(action.name()), Safe::from(action.doc()))
            }
            Entry::View(at) => {
                let Some(view) = saved.get(at) else { continue };
                if let Some(chord) = view.chord {
                    pen.at_end(Safe::of(format_args!("{chord}")), look.accent());
                }
                let count = scene.state.saved.count(at);
                pen.at_end(count.map_or(Safe::from("… "), |count| Count::new(count, coverage).marked()), style);
                (Safe::of(format_args!("{}", view.name)), Safe::of(format_args!("view: {}", view.text)))
            }
        };
        pen.column(names.min(pen.room()), Align::Left, Cut::End, name, style).space(1);
        let room = pen.room().saturating_sub(CHORDS / 4);
        pen.column(room, Align::Left, Cut::End, doc, look.dim());
    }
}

/// Cells of the longest name, and of no fewer than have always been there.
fn longest(saved: &[SavedView]) -> u16 {
    let actions = Action::ALL.iter().map(|action| Safe::from(action.name()).width());
    let views = saved.iter().map(|view| Safe::new(&view.name).width());
    narrow(actions.chain(views).max().unwrap_or_default()).max(NAME)
}

/// The text before the cursor, the cursor, and the text after it.
fn typed(palette: &Palette, pen: &mut Pen<'_>, style: Style, accent: Style) {
    pen.text(":", accent).space(1);
    let value = palette.input.value();
    let at = value.char_indices().nth(palette.input.cursor()).map_or(value.len(), |(at, _)| at);
    let (before, after) = value.split_at(at);
    let under: String = after.chars().take(1).collect();
    pen.text(Safe::new(before), style);
    let cursor = style.add_modifier(Modifier::REVERSED);
    pen.text(if under.is_empty() { Safe::from(" ") } else { Safe::new(&under) }, cursor);
    pen.text(Safe::new(after.get(under.len()..).unwrap_or_default()), style);
}
