//! The header of the list: the filter, how many match, the order; and the heads of the columns.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

use super::columns::{self, GAP, Slot};
use crate::app::Target;
use crate::app::filter::Filter;
use crate::model::{Column, Direction, Sort};
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::{Align, Count, Cut, Pen};
use crate::ui::{Hits, Look, Safe};

/// Of so many parts of the line a view's name has one.
const VIEW_SHARE: u16 = 3;

/// A filter has at least so many cells.
const LEAST: u16 = 12;

/// The header line with the saved view that the list was opened as, and on the rule under it what is wrong with the filter.
pub(super) fn render(scene: &Scene<'_>, first: Rect, second: Rect, buf: &mut Buffer) {
    let Scene { state, look, .. } = *scene;
    let list = &state.findings;
    let mut pen = Pen::on(buf, first);
    pen.space(1).text("findings", look.title(Focus::Here));
    if let Some(view) = list.view.and_then(|view| state.saved.views.get(view)) {
        let name = Safe::new(&view.name);
        let width = narrow(name.width()).min(pen.room() / VIEW_SHARE);
        pen.text(" · ", look.dim()).column(width, Align::Left, Cut::End, name, look.strong());
        if list.filter.text() != view.text {
            pen.text(", changed", look.dim());
        }
    }
    pen.space(3);
    pen.at_end(" ", look.plain());
    let style = if list.is_asking() { look.dim() } else { look.plain() };
    let counts = counts(scene);
    let long = Safe::of(format_args!("{counts} · {}", orders(scene)));
    // The order goes first when the line is short; then a filter that is only shown is cut for the counts, and the counts
    // make way for one that is edited.
    let whole = narrow(Safe::new(list.filter.text()).width()).max(LEAST);
    let at_least = if list.filter.is_edited() { whole } else { LEAST };
    let fits = |text: &Safe<'_>, filter: u16| pen.room() > narrow(text.width()) + filter + 4;
    if fits(&long, whole) {
        pen.at_end(long, style);
    } else if fits(&counts, at_least) {
        pen.at_end(counts, style);
    }
    let at = pen.x();
    filter(&list.filter, look, &mut pen);
    if let Some(error) = &list.filter.error {
        let text = Safe::of(format_args!(" {error} "));
        let before = Safe::new(list.filter.text().get(..error.span.start).unwrap_or_default());
        let mark = at + narrow(before.width());
        let start = mark.min(second.right().saturating_sub(narrow(text.width())));
        Pen::on(buf, second).to(start.max(second.x)).text(text, look.warn());
    }
}

/// The filter's text. Edited, it has a cursor; what cannot be read in it is underlined.
fn filter(filter: &Filter, look: &Look, pen: &mut Pen<'_>) {
    let text = filter.text();
    if !filter.is_edited() {
        pen.text(Safe::new(text), look.accent());
        return;
    }
    pen.text("/", look.dim());
    let cursor = text.char_indices().nth(filter.input.cursor()).map_or(text.len(), |(at, _)| at);
    let wrong = filter.error.as_ref().map(|error| error.span.clone()).unwrap_or_default();
    // A line that is too long shows the part that the cursor is in.
    let room = usize::from(pen.room().saturating_sub(2));
    let mut skip = filter.input.visual_scroll(room);
    for (at, c) in text.char_indices() {
        if skip > 0 {
            skip = skip.saturating_sub(1);
            continue;
        }
        let mut style = look.accent();
        if wrong.contains(&at) {
            style = look.warn().add_modifier(Modifier::UNDERLINED);
        }
        if at == cursor {
            style = style.add_modifier(Modifier::REVERSED);
        }
        pen.text(Safe::of(format_args!("{c}")), style);
    }
    if cursor == text.len() {
        pen.text(" ", look.accent().add_modifier(Modifier::REVERSED));
    }
}

/// `1,204 of 31,940+`
fn counts(scene: &Scene<'_>) -> Safe<'static> {
    let coverage = Coverage::of(scene.snapshot.sources(), None);
    let marked = |number: u64| Count::new(number, coverage).marked();
    let (rows, all) = (scene.state.findings.matched(), scene.snapshot.len() as u64);
    Safe::of(format_args!("{} of {}", marked(rows).trimmed(), marked(all).trimmed()))
}

/// The order of the findings; of groups what there are, and where a finding is in several of them.
fn orders(scene: &Scene<'_>) -> Safe<'static> {
    let list = &scene.state.findings;
    let (Some(outline), Some(grouped)) = (&list.outline, &list.grouped) else { return order(list.sort) };
    let number = outline.groups() as u64;
    let key = outline.by.first;
    let noun = if number == 1 { key.name() } else { key.plural() };
    let reversed = if grouped.sort.direction == Direction::Descending { "" } else { ", reversed" };
    let counted: u64 = outline.sum.iter().map(|count| u64::from(*count)).sum();
    let several = if counted > outline.findings { "; some findings are in several" } else { "" };
    let number = crate::ui::widgets::grouped(number);
    Safe::of(format_args!("{number} {noun} by {}{reversed}{several}", grouped.sort.order.name()))
}

/// `sorted by severity, age`
fn order(sort: Sort) -> Safe<'static> {
    let reversed = if sort.direction == sort.field.natural() { "" } else { ", reversed" };
    match sort.field {
        Column::Severity => Safe::of(format_args!("sorted by severity, age{reversed}")),
        other => Safe::of(format_args!("sorted by {}{reversed}", other.name().replace('_', " "))),
    }
}

/// The heads of the columns; the one that is sorted by says in which direction.
/// A click on one sorts by it.
pub(super) fn columns(scene: &Scene<'_>, slots: &[Slot], line: Rect, indent: u16, buf: &mut Buffer, hits: &mut Hits) {
    let (sort, look) = (scene.state.findings.sort, scene.look);
    let mut pen = Pen::on(buf, line);
    pen.space(2 + indent);
    for (at, slot) in slots.iter().enumerate() {
        if at > 0 {
            pen.space(GAP);
        }
        let align = if columns::is_right(slot.column) { Align::Right } else { Align::Left };
        hits.add(Rect { x: pen.x(), width: slot.width, ..line }, Target::Column(slot.column));
        let head = columns::head(slot.column);
        if slot.column == sort.field {
            let arrow = if sort.direction == Direction::Ascending { "▴" } else { "▾" };
            let text = Safe::of(format_args!("{head}{arrow}"));
            pen.column(slot.width, align, Cut::End, text, look.strong());
        } else {
            pen.column(slot.width, align, Cut::End, head, look.dim());
        }
    }
}
