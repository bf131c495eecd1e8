//! What the mouse can hit: the real rectangles of the last frame.

use ratatui::layout::Rect;

use crate::app::Action;

/// What a click on a rectangle means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Line `0` is the first line of the list's data, not of the screen.
    Line(usize),
    Panel(usize),
    Action(Action),
}

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
