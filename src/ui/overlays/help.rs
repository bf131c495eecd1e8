//! All keys, by context, from the action table and the user's own bindings, and the marks of numbers; or the language of
//! the filter line.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{centred, sheet};
use crate::app::overlay::{Help, Topic};
use crate::app::{Action, Context, Target};
use crate::query::guide::{GuideLine, guide};
use crate::ui::views::Scene;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::{Align, Count, Cut, Pen};
use crate::ui::{Hits, Safe};

/// Cells of the chords.
const CHORDS: u16 = 15;
/// Cells between two columns.
const GAP: u16 = 2;
/// Cells of a column of keys with the longest doc line.
const COLUMN: u16 = 72;

enum Line {
    Heading(&'static str),
    Key(Action),
    Guide(GuideLine),
    Mark(Coverage),
    Blank,
}

pub(super) fn render(scene: &Scene<'_>, help: &Help, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let (title, other, lines) = match help.topic {
        Topic::Keys => ("all keys", "the filter line", lines(scene)),
        Topic::FilterLine => ("the filter line", "all keys", guide().map(Line::Guide).collect()),
    };
    let columns = if area.width >= 2 * COLUMN + GAP + 6 { 2 } else { 1 };
    let rows = lines.len().div_ceil(columns);
    let width = 4 + columns_width(narrow(columns));
    let outer = centred(area, width, narrow(rows) + 2);
    let inner = sheet(title, outer, buf, look);
    hits.add(outer, Target::Action(Action::Back));
    let page = usize::from(inner.height);
    let top = help.top.min(rows.saturating_sub(page));
    let column_width = (inner.width - GAP * (narrow(columns) - 1)) / narrow(columns);
    for (number, column) in lines.chunks(rows.max(1)).enumerate() {
        let x = inner.x + narrow(number) * (column_width + GAP);
        for (row, line) in inner.rows().zip(column.iter().skip(top)) {
            draw(scene, line, &mut Pen::on(buf, Rect { x, width: column_width, ..row }));
        }
    }
    let bottom = Rect { y: outer.bottom() - 1, height: 1, x: outer.x + 2, width: outer.width.saturating_sub(4) };
    let mut pen = Pen::on(buf, bottom);
    if rows > page {
        pen.text(Safe::of(format_args!(" {}-{} of {rows}: j and k move ·", top + 1, top + page)), look.dim());
    }
    let filter = scene.state.keymap.chords(Action::Filter).next().unwrap_or_default();
    pen.text(Safe::of(format_args!(" {filter} {other} ")), look.dim());
}

const fn columns_width(columns: u16) -> u16 {
    columns * COLUMN + (columns - 1) * GAP
}

/// The contexts of the view first, then the others; an action that has no chord is left to the palette. Last what the
/// marks behind numbers mean.
fn lines(scene: &Scene<'_>) -> Vec<Line> {
    let here = scene.state.view.context();
    let mut contexts: Vec<Context> = vec![here, Context::Global];
    contexts.extend(Context::ALL.into_iter().filter(|context| ![here, Context::Global].contains(context)));
    let mut lines = Vec::new();
    for context in contexts {
        let actions: Vec<Action> = Action::ALL
            .iter()
            .copied()
            .filter(|action| action.context() == context && scene.state.keymap.chords(*action).next().is_some())
            .collect();
        if actions.is_empty() {
            continue;
        }
        if !lines.is_empty() {
            lines.push(Line::Blank);
        }
        lines.push(Line::Heading(heading(context, here)));
        lines.extend(actions.into_iter().map(Line::Key));
    }
    lines.extend([Line::Blank, Line::Heading("NUMBERS")]);
    lines.extend(Coverage::ALL.map(Line::Mark));
    lines
}

const fn heading(context: Context, here: Context) -> &'static str {
    match context {
        Context::Global => "EVERYWHERE",
        Context::Input => "WHILE TYPING",
        context if context as u8 == here as u8 => "HERE",
        context => context.name(),
    }
}

fn draw(scene: &Scene<'_>, line: &Line, pen: &mut Pen<'_>) {
    let look = scene.look;
    match line {
        Line::Blank => (),
        Line::Guide(GuideLine::Text(text)) => {
            pen.text(*text, look.plain());
        }
        Line::Guide(GuideLine::Field(spec)) => {
            pen.column(CHORDS, Align::Left, Cut::End, spec.name, look.accent()).space(1).text(spec.doc, look.plain());
        }
        Line::Mark(coverage) => {
            let example = Count::new(128, *coverage).marked();
            pen.column(CHORDS, Align::Left, Cut::End, example, look.accent())
                .space(1)
                .text(coverage.doc(), look.plain());
        }
        Line::Heading(text) => {
            pen.text(*text, look.strong());
        }
        Line::Key(action) => {
            let chords: Vec<&str> = scene.state.keymap.chords(*action).collect();
            let chords = Safe::of(format_args!("{}", chords.join("  ")));
            pen.column(CHORDS, Align::Left, Cut::End, chords, look.accent()).space(1);
            pen.text(action.doc(), look.plain());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_cut_where_a_column_has_its_width() {
        let room = usize::from(COLUMN - CHORDS - 1);
        for action in Action::ALL {
            assert!(Safe::from(action.doc()).width() <= room, "{}", action.doc());
        }
        // These on a screen of 60 cells, too.
        let room = usize::from(60 - 4 - CHORDS - 1);
        for coverage in Coverage::ALL {
            assert!(Safe::from(coverage.doc()).width() <= room, "{}", coverage.doc());
        }
    }
}
