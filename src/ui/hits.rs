//! What the mouse can hit: the real rectangles of the last frame.

use ratatui::layout::Rect;

pub use crate::app::Target;

/// Later rectangles lie over earlier ones.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    rects: Vec<(Rect, Target)>,
}

impl Hits {
    pub fn add(&mut self, rect: Rect, target: Target) {
        self.rects.push((rect, target));
    }

    #[must_use]
    pub fn at(&self, x: u16, y: u16) -> Option<&Target> {
        self.rects.iter().rev().find(|(rect, _)| rect.contains((x, y).into())).map(|(_, target)| target)
    }
}
