//! The picture of one finding: its header, and the lines that `app::detail` laid out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Scene;
use crate::app::Target;
use crate::app::detail::{Folded, Ink, LABEL_CELLS, Line, STEP};
use crate::app::state::HEADER_ROWS;
use crate::model::Service;
use crate::store::Row;
use crate::ui::theme::Focus;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::severity::mark;
use crate::ui::widgets::{Align, Cut, Pen, grouped, rule};
use crate::ui::{Hits, Look, Safe};

/// Draws the view into `area`: header, rule, the page.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let Scene { state, snapshot, look, .. } = *scene;
    let mut lines = area.rows();
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return };
    rule(buf, second, look);
    let row = state.detail.row.and_then(|row| snapshot.row(row));
    header(scene, row.as_ref(), &mut Pen::on(buf, first));
    let detail = &state.detail;
    let mut cursor = detail.cursor;
    cursor.fit(detail.lines.len(), usize::from(area.height.saturating_sub(HEADER_ROWS)));
    for ((at, line), rect) in detail.lines.iter().enumerate().skip(cursor.top).zip(lines) {
        draw(line, Focus::when(at == cursor.selected), look, &mut Pen::on(buf, rect));
        hits.add(rect, Target::Line(at));
    }
}

/// `◂ 3 of 1,204 ▸   H ▆ HIGH 8.0   UnauthorizedAccess:EC2/SSHBruteForce      NEW · ACTIVE · GuardDuty + Hub`
fn header(scene: &Scene<'_>, row: Option<&Row<'_>>, pen: &mut Pen<'_>) {
    let Scene { state, look, .. } = *scene;
    let list = &state.findings;
    pen.space(1);
    if list.selected.is_some() && list.selected == state.detail.row && !list.rows.is_empty() {
        let (at, of) = (grouped(list.cursor.selected as u64 + 1), grouped(list.rows.len() as u64));
        pen.text("◂ ", look.dim()).text(Safe::of(format_args!("{at} of {of}")), look.plain()).text(" ▸", look.dim());
        pen.space(3);
    }
    let Some(row) = row else {
        pen.text("This finding is gone: its source does not have it any more.", look.warn());
        return;
    };
    pen.at_end(" ", look.plain());
    let status = standing(row);
    if narrow(status.width()) + 40 <= pen.room() {
        pen.at_end(status, look.plain());
    }
    mark(pen, row.severity(), look);
    pen.space(1);
    if let Some(severity) = row.severity() {
        pen.text(severity.label(), look.severity(severity)).space(1);
    }
    if let Some(score) = row.score() {
        // GuardDuty scores to 10, with a decimal; ASFF to 100.
        let text =
            if score > 10.0 { Safe::of(format_args!("{score:.0}")) } else { Safe::of(format_args!("{score:.1}")) };
        pen.text(text, look.plain());
    }
    pen.space(3);
    let kind = row.control().or_else(|| row.types().next()).unwrap_or(row.product());
    let room = pen.room().saturating_sub(1);
    pen.column(room, Align::Left, Cut::Middle, Safe::new(kind), look.strong());
}

/// `NEW · ACTIVE · GuardDuty + Hub`
fn standing(row: &Row<'_>) -> Safe<'static> {
    let both = row.sources().any(|s| s == Service::SecurityHub) && row.sources().any(|s| s == Service::GuardDuty);
    let hub = if both { " + Hub" } else { "" };
    let state = row.record_state();
    match row.workflow() {
        Some(workflow) => Safe::of(format_args!("{workflow} · {state} · {}{hub}", row.product())),
        None => Safe::of(format_args!("{state} · {}{hub}", row.product())),
    }
}

fn draw(line: &Line, focus: Focus, look: &Look, pen: &mut Pen<'_>) {
    let start = pen.x();
    gutter(pen, focus, look);
    let indent = narrow(line.depth * STEP);
    if !line.label.is_empty() || line.fold.as_deref().is_some_and(|fold| !fold.is_empty()) {
        pen.text(line.label, look.strong()).to(start + narrow(LABEL_CELLS));
    }
    let value = pen.x() + narrow(line.sub_cells);
    if line.sub_cells > 0 {
        let room = narrow(line.sub_cells).saturating_sub(indent + 1);
        pen.space(indent).column(room, Align::Left, Cut::Middle, Safe::new(&line.sub), look.dim()).to(value);
    }
    pen.text(Safe::new(&line.text), style(line.ink, focus, look));
    if let Folded::Closed(more) = line.folded {
        pen.space(2).text(Safe::of(format_args!("▸ {}", grouped(more as u64))), look.dim());
    }
}

fn style(ink: Ink, focus: Focus, look: &Look) -> Style {
    let style = match ink {
        Ink::Plain => look.plain(),
        Ink::Strong => look.strong(),
        Ink::Dim => look.dim(),
        Ink::Bad => look.bad(),
        Ink::Link => look.accent(),
    };
    if focus == Focus::Here { style.add_modifier(Modifier::BOLD) } else { style }
}
