//! The choice of columns: those that are shown in their order, then the others, each with its width.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::sheet;
use crate::app::choose::columns::{Choosing, lines};
use crate::app::{Action, Target};
use crate::model::Column;
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::views::findings::shown_columns;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen, Window};
use crate::ui::{Hits, Safe};

const WIDTH: u16 = 44;
const NAME: u16 = 16;
/// The keys, at the bottom of the sheet.
const KEYS: [[Action; 3]; 2] = [
    [Action::ColumnToggle, Action::ColumnLeft, Action::ColumnRight],
    [Action::ColumnWider, Action::ColumnNarrower, Action::ColumnsReset],
];

/// At the right edge, so that the list is seen changing.
pub(super) fn render(scene: &Scene<'_>, choosing: &Choosing, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let Scene { look, state, .. } = *scene;
    let (width, height) = (WIDTH.min(area.width), (narrow(Column::ALL.len()) + 5).min(area.height.saturating_sub(4)));
    let place = Rect { x: area.right() - width, y: area.y + 2, width, height };
    let title = state.columns_of().map(|view| Safe::of(format_args!("columns of {}", view.name)));
    let inner = sheet(title.unwrap_or(Safe::from("columns")), place, buf, look);
    let keys = narrow(KEYS.len());
    let list = Rect { height: inner.height.saturating_sub(keys + 1), ..inner };
    let shown = shown_columns(area.width, state.columns());
    let all: Vec<Column> = lines(state.columns()).collect();
    let selected = all.iter().position(|column| *column == choosing.selected).unwrap_or_default();
    let window = Window::around(selected, all.len(), usize::from(list.height));
    for (row, at) in list.rows().zip(window.range()) {
        let Some(column) = all.get(at).copied() else { break };
        hits.add(row, Target::Line(at));
        let focus = Focus::when(at == selected);
        let mut pen = Pen::on(buf, row);
        gutter(&mut pen, focus, look);
        let choice = state.columns().get(column);
        pen.text(if choice.is_some() { "✓" } else { " " }, look.accent()).space(1);
        let style = match (focus, choice) {
            (Focus::Here, _) => look.strong(),
            (Focus::Elsewhere, Some(_)) => look.plain(),
            (Focus::Elsewhere, None) => look.dim(),
        };
        pen.column(NAME, Align::Left, Cut::End, column.name(), style).space(1);
        if let Some(choice) = choice {
            let width = choice.width.map_or(Safe::from("auto"), |width| Safe::of(format_args!("{width}")));
            pen.column(4, Align::Right, Cut::End, width, style).space(2);
            if !shown.contains(&column) {
                pen.text("no room here", look.warn());
            }
        }
    }
    let bottom = Rect { y: inner.bottom().saturating_sub(keys), height: keys, ..inner };
    for (row, actions) in bottom.rows().zip(KEYS) {
        let mut pen = Pen::on(buf, row);
        for action in actions {
            pen.text(crate::ui::footer::chord(state, action), look.accent()).space(1);
            pen.text(action.hint(), look.plain()).space(2);
        }
    }
}
