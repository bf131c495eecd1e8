//! The sheet of an export: the formats, the file's name, what will be written.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::{centred, sheet};
use crate::app::Target;
use crate::app::export::{Sheet, Subject};
use crate::export::Format;
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen, grouped};
use crate::ui::{Hits, Safe};

const WIDTH: u16 = 76;
/// Cells of a format's name.
const NAME: u16 = 11;

pub(super) fn render(scene: &Scene<'_>, of: &Sheet, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let height = narrow(Format::ALL.len()) + 7;
    let inner = sheet("export", centred(area, WIDTH.min(area.width.saturating_sub(2)), height), buf, look);
    let mut rows = inner.rows();
    if let Some(row) = rows.next() {
        Pen::on(buf, row).text(subject(scene, of.subject), look.plain());
    }
    rows.next();
    for ((at, format), row) in Format::ALL.iter().enumerate().zip(rows.by_ref()) {
        hits.add(row, Target::Line(at));
        let focus = Focus::when(*format == of.format);
        let style = if focus == Focus::Here { look.strong() } else { look.plain() };
        let mut pen = Pen::on(buf, row);
        gutter(&mut pen, focus, look);
        pen.column(NAME, Align::Left, Cut::End, format.name(), style).text(format.doc(), look.dim());
        if at + 1 == Format::ALL.len() {
            break;
        }
    }
    rows.next();
    if let Some(row) = rows.next() {
        name(scene, of, &mut Pen::on(buf, row));
    }
    if let Some(row) = rows.next() {
        let mut pen = Pen::on(buf, row);
        for (key, word) in [("↑↓", " format   "), ("Enter", " writes   "), ("Esc", " leaves")] {
            pen.text(key, look.accent()).text(word, look.dim());
        }
    }
}

fn subject(scene: &Scene<'_>, subject: Subject) -> Safe<'static> {
    match subject {
        Subject::Finding(_) => Safe::from("This finding, to a file:"),
        Subject::List => {
            let list = &scene.state.findings;
            let count = grouped(list.matched());
            match list.filter.text() {
                "" => Safe::of(format_args!("All {count} findings, to a file:")),
                text => Safe::of(format_args!("{count} findings that match {text}")),
            }
        }
    }
}

/// The line with the name, its cursor and what it is.
fn name(scene: &Scene<'_>, of: &Sheet, pen: &mut Pen<'_>) {
    let look = scene.look;
    pen.text("file ", look.dim());
    let value = of.name.value();
    let at = value.char_indices().nth(of.name.cursor()).map_or(value.len(), |(at, _)| at);
    let (before, after) = value.split_at(at);
    let under: String = after.chars().take(1).collect();
    let room = usize::from(pen.room().saturating_sub(2));
    let before = Safe::new(before);
    let (shown, _) = before.tail(room);
    pen.text(shown, look.strong());
    let cursor = look.strong().add_modifier(Modifier::REVERSED);
    pen.text(if under.is_empty() { Safe::from(" ") } else { Safe::new(&under) }, cursor);
    pen.text(Safe::new(after.get(under.len()..).unwrap_or_default()), look.strong());
}
