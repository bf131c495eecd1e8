//! What parts the panels: a thin rule, and a heading.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pen::Pen;
use crate::ui::theme::Focus;
use crate::ui::{Look, Safe};

/// A thin line over the first line of `area`.
pub fn rule(buf: &mut Buffer, area: Rect, look: &Look) {
    let mut pen = Pen::on(buf, area);
    while pen.room() > 0 {
        pen.text("─", look.dim());
    }
}

/// The heading of a panel. Where the panel has the keys it is in the accent, behind a mark that needs no colour.
pub fn heading<'t>(pen: &mut Pen<'_>, title: impl Into<Safe<'t>>, focus: Focus, look: &Look) {
    match focus {
        Focus::Here => pen.text("▸", look.accent()),
        Focus::Elsewhere => pen.space(1),
    };
    pen.text(title, look.title(focus));
}

/// The gutter of a line of a list: the bar of the selection, and a blank.
pub fn gutter(pen: &mut Pen<'_>, focus: Focus, look: &Look) {
    match focus {
        Focus::Here => pen.text("▌", look.accent()),
        Focus::Elsewhere => pen.space(1),
    };
    pen.space(1);
}
