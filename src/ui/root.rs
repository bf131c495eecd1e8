//! The frame around every view: the view itself, the footer, the overlays, and ASCII where that is all there is.

use jiff::Timestamp;
use ratatui::{buffer::Buffer, layout::Rect};

use super::theme::Symbols;
use super::views::{self, Scene};
use super::widgets::{Pen, ascii};
use super::{Hits, Look, footer, overlays};
use crate::app::State;
use crate::app::state::FOOTER_ROWS;
use crate::store::Snapshot;

/// Smaller than this, nothing that is drawn would be true: the screen says so instead.
pub const SMALLEST: (u16, u16) = (40, 10);

/// Draws one frame into `buf` and says what the mouse can hit in it.
pub fn render(state: &State, snapshot: &Snapshot, look: &Look, now: Timestamp, area: Rect, buf: &mut Buffer) -> Hits {
    let mut hits = Hits::default();
    let scene = Scene { state, snapshot, look, now };
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(look, area, buf);
    } else {
        let body = Rect { height: area.height - FOOTER_ROWS, ..area };
        views::render(&scene, body, buf, &mut hits);
        footer::render(&scene, area, buf, &mut hits);
        overlays::render(&scene, area, buf, &mut hits);
    }
    if look.symbols() == Symbols::Ascii {
        ascii::fold(buf);
    }
    hits
}

fn too_small(look: &Look, area: Rect, buf: &mut Buffer) {
    let (width, height) = SMALLEST;
    let lines = [
        super::Safe::from("The window is too small."),
        super::Safe::of(format_args!("yagura needs {width}x{height}, this is {}x{}.", area.width, area.height)),
    ];
    for (line, text) in area.rows().zip(lines) {
        Pen::on(buf, line).text(text, look.plain());
    }
}
