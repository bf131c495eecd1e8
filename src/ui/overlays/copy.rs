//! The menu of what can be copied: a key, a name and the beginning of what would be sent.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{centred, sheet};
use crate::app::copy::{Copy, Item, Value, items};
use crate::app::{Action, Target};
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen, grouped};
use crate::ui::{Hits, Safe, footer};

const WIDTH: u16 = 100;
/// Cells of the keys and of the names.
const KEY: u16 = 3;
const NAME: u16 = 17;

pub(super) fn render(scene: &Scene<'_>, menu: &Copy, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let items = items(scene.state, menu.subject, scene.snapshot);
    let height = narrow(items.len()).max(1) + 2;
    let inner = sheet("copy", centred(area, WIDTH.min(area.width.saturating_sub(2)), height), buf, look);
    if items.is_empty() {
        Pen::on(buf, inner).text("It is gone: there is nothing to copy any more.", look.dim());
    }
    for ((at, item), row) in items.iter().enumerate().zip(inner.rows()) {
        hits.add(row, Target::Line(at));
        line(scene, item, Focus::when(at == menu.cursor.selected), &mut Pen::on(buf, row));
    }
}

fn line(scene: &Scene<'_>, item: &Item, focus: Focus, pen: &mut Pen<'_>) {
    let look = scene.look;
    gutter(pen, focus, look);
    pen.column(KEY, Align::Left, Cut::End, footer::chord(scene.state, item.action), look.accent());
    let style = if focus == Focus::Here { look.strong() } else { look.plain() };
    pen.column(NAME, Align::Left, Cut::End, item.name, style);
    let room = pen.room();
    match &item.value {
        Value::Line(text) => {
            // A command says most at its start, an ARN at its ends.
            let cut = if item.action == Action::CopyCommand { Cut::End } else { Cut::Middle };
            pen.column(room, Align::Left, cut, Safe::new(text), look.plain())
        }
        Value::Text(text) => {
            let size = Safe::of(format_args!("{} bytes", grouped(text.len() as u64)));
            pen.column(room, Align::Left, Cut::End, size, look.dim())
        }
        Value::Loading => pen.column(room, Align::Left, Cut::End, "reading the record…", look.dim()),
        Value::None(why) => pen.column(room, Align::Left, Cut::End, *why, look.dim()),
    };
}
