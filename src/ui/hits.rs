//! What the mouse can hit: the real rectangles of the last frame; and the hyperlinks in it.

use ratatui::layout::Rect;

pub use crate::app::Target;

/// Later rectangles lie over earlier ones.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    rects: Vec<(Rect, Target)>,
    links: Vec<(Rect, String)>,
}

impl Hits {
    pub fn add(&mut self, rect: Rect, target: Target) {
        self.rects.push((rect, target));
    }

    #[must_use]
    pub fn at(&self, x: u16, y: u16) -> Option<&Target> {
        self.rects.iter().rev().find(|(rect, _)| rect.contains((x, y).into())).map(|(_, target)| target)
    }

    /// The cells of one line lead to this address, where the terminal takes hyperlinks.
    pub fn link(&mut self, rect: Rect, address: &str) {
        self.links.push((rect, address.to_owned()));
    }

    /// Every hyperlink of the frame, each one line high.
    pub fn links(&self) -> impl Iterator<Item = (Rect, &str)> {
        self.links.iter().map(|(rect, address)| (*rect, address.as_str()))
    }
}
