//! What lies over a view, bottom first: the help, the palette, and the sheets that ask or tell one thing.

mod columns;
mod copy;
mod export;
mod groups;
mod help;
mod kin;
mod link;
mod palette;
mod views;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::theme::Focus;
use super::views::Scene;
use super::widgets::Pen;
use super::{Hits, Look, Safe};
use crate::app::overlay::Overlay;

/// Draws the stack of overlays.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    for overlay in &scene.state.overlays {
        match overlay {
            Overlay::Groups(groups) => groups::render(scene, groups, area, buf, hits),
            Overlay::Columns(choosing) => columns::render(scene, choosing, area, buf, hits),
            Overlay::Kin(doors) => kin::render(scene, *doors, area, buf, hits),
            Overlay::Views(sheet) => views::render(scene, *sheet, area, buf, hits),
            Overlay::Help(help) => help::render(scene, help, area, buf, hits),
            Overlay::Palette(palette) => palette::render(scene, palette, area, buf, hits),
            Overlay::Copy(menu) => copy::render(scene, menu, area, buf, hits),
            Overlay::Link(link) => link::render(scene, link, area, buf, hits),
            Overlay::Export(sheet) => export::render(scene, sheet, area, buf, hits),
        }
    }
}

/// A sheet over the view: blank, with a border, because here focus must be seen. Gives the area inside.
fn sheet(title: impl Into<Safe<'static>>, area: Rect, buf: &mut Buffer, look: &Look) -> Rect {
    for row in area.rows() {
        for column in row.columns() {
            buf[(column.x, column.y)].reset();
        }
        // Half of a wide symbol would be left at the edge.
        if let Some(before) = row.x.checked_sub(1)
            && buf[(before, row.y)].symbol().cell_width() > 1
        {
            buf[(before, row.y)].set_symbol(" ");
        }
    }
    let (left, right) = (area.x, area.right().saturating_sub(1));
    let edge = look.accent();
    for row in area.rows() {
        line(buf, Rect { x: left, width: 1, ..row }, "│", edge);
        line(buf, Rect { x: right, width: 1, ..row }, "│", edge);
    }
    for (y, [first, last]) in [(area.y, ["┌", "┐"]), (area.bottom().saturating_sub(1), ["└", "┘"])] {
        let row = Rect { y, height: 1, ..area };
        line(buf, row, "─", edge);
        line(buf, Rect { width: 1, ..row }, first, edge);
        line(buf, Rect { x: right, width: 1, ..row }, last, edge);
    }
    let mut pen = Pen::on(buf, Rect { x: area.x + 2, width: area.width.saturating_sub(4), ..area });
    pen.text(" ", look.plain()).text(title, look.title(Focus::Here)).text(" ", look.plain());
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(2) }
}

/// Fills a line with one symbol.
fn line(buf: &mut Buffer, row: Rect, symbol: &'static str, style: Style) {
    let mut pen = Pen::on(buf, row);
    while pen.room() > 0 {
        pen.text(symbol, style);
    }
}

/// An area of at most this size in the middle of `area`.
fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}
