//! The picture of the findings: a window over the rows, however many they are.
//!
//! The cost of a frame is the cost of the lines on the screen. Nothing wraps; a text that does not fit is cut with a
//! mark. The selection is a bar in the gutter and bold text, so that moving it redraws two lines.

pub(super) mod cell;
mod columns;
mod empty;
mod group;
mod head;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Scene;
use crate::app::Target;
use crate::app::state::HEADER_ROWS;
use crate::query::Outline;
use crate::query::outline::Line;
use crate::store::RowId;
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
    if scene.state.findings.lines() == 0 {
        empty::render(scene, body, buf);
    } else if let Some(groups) = &scene.state.findings.outline {
        outline(scene, groups, body, buf, hits);
    } else {
        rows(scene, body, buf, hits);
    }
}

/// The list in groups: lines of groups, and under an opened one its findings, a step to the right.
fn outline(scene: &Scene<'_>, outline: &Outline, body: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let Scene { state, look, .. } = *scene;
    let list = &state.findings;
    let groups = group::Slots::fit(body.width, outline);
    let findings = |indent: u16| columns::fit(body.width.saturating_sub(indent));
    let mut cursor = list.cursor;
    cursor.fit(outline.lines(), usize::from(body.height.saturating_sub(1)));
    let mut lines = body.rows();
    if let Some(line) = lines.next() {
        let pen = &mut Pen::on(buf, line);
        match outline.line(cursor.selected) {
            // The heads are of the line under the cursor.
            Some(line @ Line::Finding { .. }) => {
                let indent = group::STEP * line.depth();
                pen.space(indent);
                head::columns(&findings(indent), list.sort, pen, look);
            }
            _ => group::head(&groups, outline, list.grouped.as_ref().map(|g| g.sort).unwrap_or_default(), look, pen),
        }
    }
    let mut slots = (0, columns::fit(body.width));
    for (at, row) in (cursor.top..).zip(lines) {
        let Some(line) = outline.line(at) else { break };
        let focus = Focus::when(at == cursor.selected);
        let mut pen = Pen::on(buf, row);
        gutter(&mut pen, focus, look);
        match line {
            Line::Group { .. } => group::line(scene, &groups, outline, &line, focus, &mut pen),
            Line::Finding { row: id, .. } => {
                let indent = group::STEP * line.depth();
                if slots.0 != indent {
                    slots = (indent, findings(indent));
                }
                pen.space(indent);
                finding(scene, id, &slots.1, focus, &mut pen);
            }
        }
        hits.add(row, Target::Line(at));
    }
}

fn finding(scene: &Scene<'_>, id: RowId, slots: &[columns::Slot], focus: Focus, pen: &mut Pen<'_>) {
    match scene.snapshot.row(id) {
        Some(row) => cell::row(&row, slots, focus, scene.now, scene.look, pen),
        None => {
            pen.text("gone since the list was made", scene.look.dim());
        }
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
    for ((at, id), line) in list.rows.iter().enumerate().skip(cursor.top).zip(lines) {
        let focus = Focus::when(at == cursor.selected);
        let mut pen = Pen::on(buf, line);
        gutter(&mut pen, focus, scene.look);
        finding(scene, *id, &slots, focus, &mut pen);
        hits.add(Rect { width: narrow(body.width.into()), ..line }, Target::Line(at));
    }
}
