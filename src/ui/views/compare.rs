//! The picture of the compare view: two versions of one benchmark, requirement by requirement.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Scene;
use crate::app::Target;
use crate::app::compare::{Change, HEAD_ROWS};
use crate::model::ControlStatus;
use crate::store::score::{Compared, StandardPosture};
use crate::ui::theme::Focus;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen, severity};
use crate::ui::{Hits, Safe, header};

/// Draws the view into `area`: header, rule, body.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let posture = scene.snapshot.posture();
    let compare = &scene.state.compare;
    let Some((a, b)) = compare.pair(posture) else {
        header::titled(look, "compare", area, buf, |_| ());
        let row = Rect { y: area.y + 3, height: area.height.saturating_sub(3).min(1), ..area };
        Pen::on(buf, row)
            .space(2)
            .text("One of the two versions is no longer known: go back and choose.", look.plain());
        return;
    };
    let lines = compare.lines(posture);
    let (old, new) = (version(a), version(b));
    header::titled(look, Safe::of(format_args!("{}", a.name)), area, buf, |pen| {
        pen.text(Safe::of(format_args!("{old} → {new}")), look.strong()).space(3);
        pen.text(Safe::of(format_args!("{} → {}", score(a), score(b))), look.plain());
    });
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let mut rows = body.rows();
    if let Some(row) = rows.next() {
        Pen::on(buf, row).space(1).text(sums(&lines, usize::from(row.width.saturating_sub(1))), look.dim());
    }
    let columns = Columns::of(area.width);
    if let Some(row) = rows.next() {
        columns.heads(&old, &new, &mut Pen::on(buf, row), look.dim());
    }
    let page = usize::from(body.height).saturating_sub(HEAD_ROWS);
    let mut cursor = compare.cursor;
    cursor.fit(lines.len(), page);
    for (row, (at, line)) in rows.zip(lines.iter().enumerate().skip(cursor.top).take(page)) {
        hits.add(row, Target::Line(at));
        columns.line(scene, line, Focus::when(at == cursor.selected), &mut Pen::on(buf, row));
    }
}

fn version(standard: &StandardPosture) -> Safe<'_> {
    Safe::new(standard.version.as_deref().unwrap_or("no version"))
}

fn score(standard: &StandardPosture) -> Safe<'static> {
    standard.score.map_or(Safe::from("no score"), |score| Safe::of(format_args!("{score}%")))
}

/// `3 added · 5 removed · 12 renumbered · 20 same`, and what that is counted from where there is room to say it.
fn sums(lines: &[Compared], room: usize) -> Safe<'static> {
    let number = |change: Change| lines.iter().filter(|line| Change::of(line) == change).count();
    let part = |change: Change| format!("{} {}", number(change), change.word());
    let all = [Change::Added, Change::Removed, Change::Renumbered, Change::Same].map(part).join(" · ");
    let long = Safe::of(format_args!("{all}   of the same findings, by each version's requirements"));
    if long.width() <= room { long } else { Safe::of(format_args!("{all}")) }
}

/// Widths of the columns, for one width of the screen. 0: not there.
struct Columns {
    change: u16,
    number: u16,
    control: u16,
    title: u16,
    status: u16,
}

impl Columns {
    fn of(width: u16) -> Self {
        let (change, number, control, status) = match width {
            ..72 => (2, 8, 13, 8),
            72..110 => (12, 10, 15, 9),
            110.. => (12, 18, 17, 10),
        };
        let fixed = 2 + change + 2 * number + control + severity::MARK_WIDTH + 1 + status;
        let second = if width < 110 { 0 } else { status };
        Self { change, number, control, title: width.saturating_sub(fixed + second + 1), status }
    }

    fn heads(&self, old: &Safe<'_>, new: &Safe<'_>, pen: &mut Pen<'_>, style: Style) {
        pen.space(2);
        pen.column(self.change, Align::Left, Cut::End, if self.change < 8 { "" } else { "CHANGE" }, style);
        pen.column(self.number, Align::Left, Cut::End, old.clone(), style);
        pen.column(self.number, Align::Left, Cut::End, new.clone(), style);
        pen.column(self.control, Align::Left, Cut::End, "CONTROL", style);
        pen.column(self.title, Align::Left, Cut::End, "TITLE", style);
        pen.column(severity::MARK_WIDTH + 1, Align::Left, Cut::End, "S", style);
        pen.column(self.status, Align::Left, Cut::End, "STATUS", style);
    }

    fn line(&self, scene: &Scene<'_>, line: &Compared, focus: Focus, pen: &mut Pen<'_>) {
        let look = scene.look;
        gutter(pen, focus, look);
        let change = Change::of(line);
        let style = match (focus, change) {
            (Focus::Here, _) => look.strong(),
            (_, Change::Removed) => look.dim(),
            _ => look.plain(),
        };
        let word = match change {
            Change::Same => "",
            change if self.change < 8 => change.sign(),
            change => change.word(),
        };
        let word_style = if change == Change::Added { look.accent() } else { style };
        pen.column(self.change - 1, Align::Left, Cut::End, word, word_style).space(1);
        for numbers in [&line.a, &line.b] {
            let text =
                if numbers.is_empty() { Safe::from("—") } else { Safe::of(format_args!("{}", numbers.join(", "))) };
            pen.column(self.number - 1, Align::Left, Cut::End, text, style).space(1);
        }
        pen.column(self.control - 1, Align::Left, Cut::End, Safe::new(&line.control), style).space(1);
        pen.column(self.title.saturating_sub(1), Align::Left, Cut::End, Safe::new(&line.title), style).space(1);
        severity::mark(pen, line.severity, look);
        pen.space(1);
        // One status where both versions agree or only one has it; both where they differ.
        let (a, b) = (line.status_a, line.status_b);
        let mut draw = |status: Option<ControlStatus>| {
            if let Some(status) = status {
                pen.column(self.status, Align::Left, Cut::End, status.label(), look.control(status));
            }
        };
        draw(b.or(a));
        if a.is_some() && b.is_some() && a != b {
            draw(a);
        }
    }
}
