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
use crate::model::{Column, Columns};
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

/// The columns that a screen of this width shows.
#[must_use]
pub fn shown_columns(width: u16, columns: &Columns) -> Vec<Column> {
    columns::fit(width, columns).into_iter().map(|slot| slot.column).collect()
}

/// The list in groups: lines of groups, and under an opened one its findings, a step to the right.
fn outline(scene: &Scene<'_>, outline: &Outline, body: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let Scene { state, look, .. } = *scene;
    let list = &state.findings;
    let groups = group::Slots::fit(body.width, outline);
    let findings = |indent: u16| columns::fit(body.width.saturating_sub(indent), state.columns());
    let mut cursor = list.cursor;
    cursor.fit(outline.lines(), usize::from(body.height.saturating_sub(1)));
    let mut lines = body.rows();
    if let Some(line) = lines.next() {
        // The heads are of the line under the cursor.
        if let Some(at @ Line::Finding { .. }) = outline.line(cursor.selected) {
            let indent = group::STEP * at.depth();
            head::columns(scene, &findings(indent), line, indent, buf, hits);
        } else {
            let sort = list.grouped.as_ref().map(|grouped| grouped.sort).unwrap_or_default();
            group::head(&groups, outline, sort, look, line, buf, hits);
        }
    }
    let mut slots = (0, findings(0));
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
    let slots = columns::fit(body.width, scene.state.columns());
    let mut lines = body.rows();
    if let Some(line) = lines.next() {
        head::columns(scene, &slots, line, 0, buf, hits);
    }
    let mut cursor = list.cursor;
    cursor.fit(list.rows.len(), usize::from(body.height.saturating_sub(1)));
    for ((at, id), line) in (cursor.top..).zip(list.rows.from_line(cursor.top)).zip(lines) {
        let focus = Focus::when(at == cursor.selected);
        let mut pen = Pen::on(buf, line);
        gutter(&mut pen, focus, scene.look);
        finding(scene, id, &slots, focus, &mut pen);
        hits.add(Rect { width: narrow(body.width.into()), ..line }, Target::Line(at));
    }
}
