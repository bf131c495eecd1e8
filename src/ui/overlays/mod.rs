//! What lies over a view, bottom first: the help and the palette.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Hits;
use super::views::Scene;

/// Draws the stack of overlays.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let _ = (scene, area, buf, hits);
}
