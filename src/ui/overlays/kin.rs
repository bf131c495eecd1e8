//! The kin of a finding: what is shared, with what value, and how many findings share it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{centred, sheet};
use crate::app::Target;
use crate::app::choose::kin::Doors;
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Count, Cut, Pen, Window};
use crate::ui::{Hits, Safe};

const WIDTH: u16 = 88;
/// Cells of what is shared.
const RELATION: u16 = 22;

pub(super) fn render(scene: &Scene<'_>, doors: Doors, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let kin = &scene.state.kin;
    let inner = sheet("kin of this finding", centred(area, WIDTH, narrow(kin.doors.len()) + 2), buf, look);
    let coverage = Coverage::of(scene.snapshot.sources(), None);
    let window = Window::around(doors.selected, kin.doors.len(), usize::from(inner.height));
    for (row, at) in inner.rows().zip(window.range()) {
        let Some(door) = kin.doors.get(at) else { return };
        hits.add(row, Target::Line(at));
        let focus = Focus::when(at == doors.selected);
        let mut pen = Pen::on(buf, row);
        gutter(&mut pen, focus, look);
        let count = kin.count(at).map_or(Safe::from("… "), |count| Count::new(count, coverage).marked());
        pen.at_end(count, look.plain());
        let style = if focus == Focus::Here { look.strong() } else { look.plain() };
        pen.column(RELATION, Align::Left, Cut::End, door.relation.name(), style).space(2);
        let room = pen.room();
        pen.column(room, Align::Left, Cut::Middle, Safe::new(&door.value), style);
    }
}
