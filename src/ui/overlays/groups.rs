//! What to group by: two lists side by side, what holds now marked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{centred, sheet};
use crate::app::choose::Side;
use crate::app::choose::groups::{Groups, lines};
use crate::app::{Action, Target};
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen};
use crate::ui::{Hits, Safe};

const WIDTH: u16 = 48;

pub(super) fn render(scene: &Scene<'_>, groups: &Groups, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    // Heads, the lists, a blank and what Enter does.
    let height = narrow(lines().count()) + 5;
    let inner = sheet("group the findings", centred(area, WIDTH, height), buf, look);
    let half = inner.width / 2;
    for (side, x) in [(Side::First, inner.x), (Side::Then, inner.x + half)] {
        let mut rows = inner.rows().map(|row| Rect { x, width: half, ..row });
        let (title, at, now) = match side {
            Side::First => ("group by", groups.first, groups.now.map(|by| by.first)),
            Side::Then => ("then by", groups.then, groups.now.and_then(|by| by.then)),
        };
        let here = Focus::when(side == groups.side);
        if let Some(row) = rows.next() {
            Pen::on(buf, row).space(4).text(title, look.title(here));
        }
        for ((number, key), row) in lines().enumerate().zip(rows) {
            let selected = number == at;
            let mut pen = Pen::on(buf, row);
            gutter(&mut pen, Focus::when(selected && here == Focus::Here), look);
            pen.text(if key == now { "•" } else { " " }, look.accent()).space(1);
            // The choice of the list without the cursor stays in sight.
            let style = if selected { look.strong() } else { look.plain() };
            let style = if side == Side::Then && key.is_some() && key == groups.chosen().map(|by| by.first) {
                look.dim()
            } else {
                style
            };
            let name = key.map_or("none", crate::model::GroupKey::name);
            pen.text(name, style);
            if selected && here == Focus::Elsewhere {
                pen.space(1).text("◂", look.dim());
            }
            hits.add(row, Target::Choice(side, number));
        }
    }
    let Some(last) = inner.rows().next_back() else { return };
    let text = match groups.chosen() {
        None => Safe::from("no groups: finding by finding"),
        Some(by) => match by.then {
            Some(then) => Safe::of(format_args!("by {}, then by {then}", by.first)),
            None => Safe::of(format_args!("by {}", by.first)),
        },
    };
    let mut pen = Pen::on(buf, last);
    pen.space(2).text(crate::ui::footer::chord(scene.state, Action::Open), look.accent()).space(1);
    let room = pen.room();
    pen.column(room, Align::Left, Cut::End, text, look.plain());
}
