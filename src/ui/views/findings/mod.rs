//! The picture of the findings: a window over the rows, however many they are.
//!
//! The cost of a frame is the cost of the lines on the screen. Nothing wraps; a text that does not fit is cut with a
//! mark. The selection is a bar in the gutter and bold text, so that moving it redraws two lines.

pub(super) mod cell;
mod columns;
mod empty;
mod head;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Scene;
use crate::app::Target;
use crate::app::state::HEADER_ROWS;
use crate::ui::Hits;
use crate::ui::theme::Focus;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Pen, rule};

/// Draws the view into `area`: header, rule, column heads, rows.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let mut lines = area.rows();
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return };
    rule(buf, second, scene.look);
    head::render(scene, first, second, buf);
    let body = Rect { y: area.y + HEADER_ROWS, height: area.height.saturating_sub(HEADER_ROWS), ..area };
    if scene.state.findings.rows.is_empty() {
        empty::render(scene, body, buf);
    } else {
        rows(scene, body, buf, hits);
    }
}

fn rows(scene: &Scene<'_>, body: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let list = &scene.state.findings;
    let slots = columns::fit(body.width);
    let mut lines = body.rows();
    if let Some(line) = lines.next() {
        head::columns(&slots, list.sort, &mut Pen::on(buf, line), scene.look);
    }
    let mut cursor = list.cursor;
    cursor.fit(list.rows.len(), usize::from(body.height.saturating_sub(1)));
    let now = scene.now;
    for ((at, id), line) in list.rows.iter().enumerate().skip(cursor.top).zip(lines) {
        let focus = Focus::when(at == cursor.selected);
        let mut pen = Pen::on(buf, line);
        gutter(&mut pen, focus, scene.look);
        match scene.snapshot.row(*id) {
            Some(row) => cell::row(&row, &slots, focus, now, scene.look, &mut pen),
            None => {
                pen.text("gone since the list was made", scene.look.dim());
            }
        }
        hits.add(Rect { width: narrow(body.width.into()), ..line }, Target::Line(at));
    }
}
