//! The picture of the sources view.

use ratatui::{buffer::Buffer, layout::Rect};

use super::Scene;
use crate::ui::Hits;

/// Draws the view into `area`: header, rule, body.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let _ = (scene, area, buf, hits);
}
