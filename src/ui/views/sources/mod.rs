//! The picture of the sources view: every account, Region and service that is asked, and what it says of itself.

mod columns;
mod text;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Scene;
use crate::app::Target;
use crate::app::sources::{list_rows, listed};
use crate::model::Keeping;
use crate::ui::theme::Focus;
use crate::ui::widgets::{Pen, grouped, pen, rule};
use crate::ui::{Hits, Safe, header, sync};

/// Draws the view into `area`: header, rule, body.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let sources = listed(scene.snapshot);
    header::titled(look, "sources", area, buf, |pen| {
        pen.at_end(" ", look.plain());
        let total = total(sources.len());
        let mut phrase = sync::phrase(scene.snapshot.sources(), scene.now);
        let width = |parts: &[Safe<'_>]| parts.iter().map(|part| part.width() + 3).sum::<usize>();
        while phrase.len() > 1 && total.width() + width(&phrase) > usize::from(pen.room()) {
            phrase.pop();
        }
        for part in phrase.into_iter().rev() {
            pen.at_end(part, look.plain());
            pen.at_end(" ", look.plain());
        }
        pen.text(total, look.plain());
    });
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let height = list_rows(usize::from(body.height), sources.len());
    let mut cursor = scene.state.sources.cursor;
    cursor.fit(sources.len(), height);
    let Some(selected) = sources.get(cursor.selected) else {
        let row = Rect { y: body.y + 1, height: body.height.saturating_sub(1).min(1), ..body };
        Pen::on(buf, row).space(2).text("No source has been asked yet.", look.plain());
        return;
    };
    let columns = columns::Columns::of(area.width);
    let mut rows = body.rows();
    if let Some(row) = rows.next() {
        columns.heads(&mut Pen::on(buf, row), look.dim());
    }
    for (at, status) in sources.iter().enumerate().skip(cursor.top).take(height) {
        let Some(row) = rows.next() else { return };
        hits.add(row, Target::Line(at));
        columns.line(scene, status, Focus::when(at == cursor.selected), &mut Pen::on(buf, row));
    }
    let used = body.height - pen::narrow(rows.count());
    let rest = Rect { y: body.y + used, height: body.height - used, ..body };
    let below = sources.len().saturating_sub(cursor.top + height);
    rule(buf, rest, look);
    journal(scene, &mut Pen::on(buf, rest));
    if below > 0 {
        Pen::on(buf, rest).space(1).text(Safe::of(format_args!(" {below} more below ")), look.dim());
    }
    let text = Rect { y: rest.y + 1, height: rest.height.saturating_sub(1), ..rest };
    text::render(scene, selected, text, buf);
}

/// How the journal of versions is doing, at the end of the rule: ` 12 versions kept, 3.2 MB `. Nothing where none are kept.
fn journal(scene: &Scene<'_>, pen: &mut Pen<'_>) {
    let (look, status) = (scene.look, &scene.state.journal);
    let (text, style) = match (&status.keeping, status.lost, &status.trouble) {
        (Keeping::Off, ..) => return,
        (Keeping::Failed(why), ..) => (format!(" versions are not kept: {why} "), look.bad()),
        (Keeping::On, 0, None) => {
            let noun = if status.written == 1 { "version" } else { "versions" };
            let size = size(status.bytes);
            (format!(" journal: {} {noun} kept in this session, {size} in all ", grouped(status.written)), look.dim())
        }
        (Keeping::On, lost, why) => {
            let why = why.as_deref().map_or_else(String::new, |why| format!(": {why}"));
            (format!(" journal: {} versions lost{why} ", grouped(lost)), look.bad())
        }
    };
    let text = Safe::new(&text).into_owned();
    let width = text.width() + 2;
    if usize::from(pen.room()) >= width {
        pen.at_end("─", look.dim());
        pen.space(pen.room().saturating_sub(pen::narrow(width - 2)));
        pen.text(text, style);
    }
}

/// `3.2 MB`
fn size(bytes: u64) -> String {
    let kilobytes = bytes.div_ceil(1024);
    if kilobytes < 1024 {
        format!("{kilobytes} KB")
    } else {
        format!("{}.{} MB", kilobytes / 1024, kilobytes % 1024 * 10 / 1024)
    }
}

fn total(number: usize) -> Safe<'static> {
    let noun = if number == 1 { "source" } else { "sources" };
    Safe::of(format_args!("{} {noun}", grouped(number as u64)))
}
