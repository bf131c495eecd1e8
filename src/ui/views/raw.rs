//! The picture of a record's JSON: its header, and the lines that `app::raw` laid out.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Scene;
use crate::app::Target;
use crate::app::raw::Raw;
use crate::app::raw::document::{Document, Part, STEP, Shown};
use crate::app::raw::json::{JsonLine, JsonValue};
use crate::app::state::HEADER_ROWS;
use crate::ui::theme::Focus;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen, grouped, rule};
use crate::ui::{Hits, Look, Safe};

/// Draws the view into `area`: header, rule, the lines.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let raw = &scene.state.raw;
    let mut lines = area.rows();
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return };
    rule(buf, second, scene.look);
    header(scene, &mut Pen::on(buf, first));
    let document = match &raw.document {
        Some(Ok(document)) => document,
        Some(Err(error)) => return say(scene, &format!("This record cannot be shown: {error}."), &mut lines, buf),
        None => return say(scene, "Reading the record…", &mut lines, buf),
    };
    let mut cursor = raw.cursor;
    cursor.fit(document.shown.len(), usize::from(area.height.saturating_sub(HEADER_ROWS)));
    for ((at, shown), rect) in document.shown.iter().enumerate().skip(cursor.top).zip(lines) {
        let painter = Painter { document, raw, look: scene.look, focus: Focus::when(at == cursor.selected) };
        painter.line(shown, &mut Slid::on(&mut Pen::on(buf, rect), raw.left));
        hits.add(rect, Target::Line(at));
    }
}

fn say(scene: &Scene<'_>, text: &str, lines: &mut impl Iterator<Item = Rect>, buf: &mut Buffer) {
    if let Some(rect) = lines.nth(1) {
        Pen::on(buf, rect).space(2).text(Safe::new(text), scene.look.dim());
    }
}

/// `JSON   record 1 of 2   arn:aws:…   3,104 bytes      /text   3 of 17`
fn header(scene: &Scene<'_>, pen: &mut Pen<'_>) {
    let Scene { state, look, .. } = *scene;
    let raw = &state.raw;
    pen.space(1).text("JSON", look.title(Focus::Here)).space(3);
    pen.at_end(" ", look.plain());
    search(raw, look, pen);
    let Some(Ok(loaded)) = &state.detail.loaded else { return };
    if loaded.records.len() > 1 {
        let (at, of) = (raw.tab + 1, loaded.records.len());
        pen.text("◂ ", look.dim()).text(Safe::of(format_args!("record {at} of {of}")), look.plain());
        pen.text(" ▸", look.dim()).space(3);
    }
    if let Some((id, json)) = loaded.records.get(raw.tab) {
        let size = Safe::of(format_args!("{} bytes", grouped(json.len() as u64)));
        let room = pen.room().saturating_sub(narrow(size.width()) + 3);
        let id = Safe::new(id);
        pen.column(room.min(narrow(id.width())), Align::Left, Cut::Middle, id, look.strong());
        pen.space(2).text(size, look.dim());
    }
}

fn search(raw: &Raw, look: &Look, pen: &mut Pen<'_>) {
    let text = raw.search.input.value();
    if text.is_empty() && !raw.search.is_edited() {
        return;
    }
    let found = match raw.search.matches.len() {
        0 if text.is_empty() => Safe::default(),
        0 => Safe::from("none"),
        count => Safe::of(format_args!("{} of {}", grouped(raw.search.at as u64 + 1), grouped(count as u64))),
    };
    pen.at_end(found, look.plain());
    if raw.search.is_edited() {
        pen.at_end(" ", look.accent().add_modifier(Modifier::REVERSED));
        let safe = Safe::of(format_args!("/{text}"));
        let (tail, _) = safe.tail(usize::from(pen.room() / 2));
        // `at_end` leaves a blank: the cursor stands behind it.
        pen.at_end(tail, look.accent());
    } else {
        let safe = Safe::of(format_args!("/{text}"));
        let (tail, _) = safe.tail(usize::from(pen.room() / 2));
        pen.at_end(tail, look.accent());
    }
}

/// A pen whose line is moved to the left: what is out of sight there is not drawn.
struct Slid<'p, 'b> {
    pen: &'p mut Pen<'b>,
    /// Cells still to be left out.
    left: usize,
}

impl<'p, 'b> Slid<'p, 'b> {
    const fn on(pen: &'p mut Pen<'b>, left: usize) -> Self {
        Self { pen, left }
    }

    fn space(&mut self, cells: u16) {
        let hidden = self.left.min(cells.into());
        self.left -= hidden;
        self.pen.space(cells - narrow(hidden));
    }

    fn text<'t>(&mut self, text: impl Into<Safe<'t>>, style: Style) {
        let text = text.into();
        if self.left == 0 {
            self.pen.text(text, style);
            return;
        }
        let width = text.width();
        let (shown, cells) = text.tail(width.saturating_sub(self.left));
        // Half of a wide letter at the edge is a blank.
        let half = width.saturating_sub(self.left) - cells;
        self.left = self.left.saturating_sub(width);
        self.pen.space(narrow(half)).text(shown, style);
    }
}

struct Painter<'a> {
    document: &'a Document,
    raw: &'a Raw,
    look: &'a Look,
    focus: Focus,
}

impl Painter<'_> {
    fn line(&self, shown: &Shown, pen: &mut Slid<'_, '_>) {
        let Some(line) = self.document.lines.get(shown.line) else { return };
        gutter(pen.pen, self.focus, self.look);
        pen.space(narrow(usize::from(line.depth) * STEP).min(pen.pen.room() / 2));
        if let Part::More(range) = &shown.part {
            pen.space(narrow(2 * STEP));
            self.text(shown.line, range, self.plain(), pen);
            return;
        }
        if let Some(key) = &line.key {
            self.text(shown.line, key, self.look.accent(), pen);
            pen.text(": ", self.look.dim());
        }
        self.value(shown, line, pen);
        if line.comma && !matches!(shown.part, Part::First(_)) && !is_open(line, &shown.part) {
            pen.text(",", self.look.dim());
        }
    }

    fn value(&self, shown: &Shown, line: &JsonLine, pen: &mut Slid<'_, '_>) {
        match (&line.value, &shown.part) {
            (JsonValue::Scalar(_), Part::First(range)) | (JsonValue::Scalar(range), _) => {
                self.text(shown.line, range, self.plain(), pen);
            }
            (JsonValue::Open { bracket, values, .. }, Part::Folded) => {
                let (open, close) = if *bracket == '{' { ("{", "}") } else { ("[", "]") };
                pen.text(open, self.look.dim());
                pen.text(Safe::of(format_args!("▸ {}", grouped(*values as u64))), self.plain());
                pen.text(close, self.look.dim());
            }
            (JsonValue::Open { bracket, .. } | JsonValue::Close(bracket), _) => {
                pen.text(Safe::of(format_args!("{bracket}")), self.look.dim());
            }
        }
    }

    fn plain(&self) -> Style {
        if self.focus == Focus::Here { self.look.strong() } else { self.look.plain() }
    }

    /// Text of the record, with what was searched for marked in it.
    fn text(&self, line: usize, range: &Range<usize>, style: Style, pen: &mut Slid<'_, '_>) {
        let matches = &self.raw.search.matches;
        let first = matches.partition_point(|found| found.line < line);
        let mut at = range.start;
        for found in matches.iter().skip(first).take_while(|found| found.line == line) {
            let (start, end) = (found.range.start.max(at), found.range.end.min(range.end));
            if start < end && start < range.end {
                pen.text(Safe::new(self.document.text(&(at..start))), style);
                let marked = style.add_modifier(Modifier::REVERSED);
                pen.text(Safe::new(self.document.text(&(start..end))), marked);
                at = end;
            }
        }
        pen.text(Safe::new(self.document.text(&(at..range.end))), style);
    }
}

fn is_open(line: &JsonLine, part: &Part) -> bool {
    matches!(line.value, JsonValue::Open { .. }) && *part != Part::Folded
}
