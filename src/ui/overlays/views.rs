//! The saved views: the name, the query, how it calls, the key, and how many findings there are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{centred, sheet};
use crate::app::Target;
use crate::app::choose::views::Views;
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Count, Cut, Pen, Window};
use crate::ui::{Hits, Safe};

const WIDTH: u16 = 110;
/// Cells of a count and of a name.
const COUNT: u16 = 10;
const NAME: u16 = 26;

pub(super) fn render(scene: &Scene<'_>, sheet_state: Views, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let saved = &scene.state.saved;
    let inner = sheet("saved views", centred(area, WIDTH, narrow(saved.views.len()) + 2), buf, look);
    let coverage = Coverage::of(scene.snapshot.sources(), None);
    let window = Window::around(sheet_state.selected, saved.views.len(), usize::from(inner.height));
    for (row, at) in inner.rows().zip(window.range()) {
        let Some(view) = saved.views.get(at) else { return };
        hits.add(row, Target::Line(at));
        let focus = Focus::when(at == sheet_state.selected);
        let mut pen = Pen::on(buf, row);
        gutter(&mut pen, focus, look);
        if let Some(chord) = view.chord {
            pen.at_end(Safe::of(format_args!("{chord}")), look.accent());
            pen.at_end(" ", look.plain());
        }
        if let Some(how) = view.notify {
            pen.at_end(how.name(), look.dim());
            pen.at_end(" ", look.plain());
        }
        let style = if focus == Focus::Here { look.strong() } else { look.plain() };
        pen.column(NAME, Align::Left, Cut::End, Safe::new(&view.name), style).space(1);
        let count = saved.count(at).map_or(Safe::from("… "), |count| Count::new(count, coverage).marked());
        pen.column(COUNT, Align::Right, Cut::End, count, style).space(2);
        pen.text(Safe::new(&view.text), look.dim());
    }
}
