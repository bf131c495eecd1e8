//! The link to the AWS console: a hyperlink where the terminal has such, and the whole address as text.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{centred, sheet};
use crate::app::Action;
use crate::app::link::Link;
use crate::ui::views::Scene;
use crate::ui::widgets::Pen;
use crate::ui::widgets::pen::narrow;
use crate::ui::{Hits, Safe, footer};

const WIDTH: u16 = 110;

pub(super) fn render(scene: &Scene<'_>, link: &Link, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let url = Safe::new(&link.url);
    let width = WIDTH.min(area.width.saturating_sub(2));
    let lines = url.wrap(usize::from(width.saturating_sub(4)));
    let inner = sheet("AWS console", centred(area, width, narrow(lines.len()) + 4), buf, look);
    let mut rows = inner.rows();
    for (line, row) in lines.into_iter().zip(rows.by_ref()) {
        let cells = narrow(line.width());
        Pen::on(buf, row).text(line, look.accent());
        hits.link(Rect { width: cells.min(row.width), height: 1, ..row }, &link.url);
    }
    let (copy, close) = (footer::chord(scene.state, Action::Copy), footer::chord(scene.state, Action::Back));
    if let Some(row) = rows.nth(1) {
        let mut pen = Pen::on(buf, row);
        pen.text(copy, look.accent()).text(" copies it   ", look.plain());
        pen.text(close, look.accent()).text(" closes   ", look.plain());
        pen.text("click it with your terminal's own key (Ctrl, Cmd or Shift)", look.dim());
    }
}
