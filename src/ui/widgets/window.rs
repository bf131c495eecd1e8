//! Which lines of a long list are on the screen.

use std::ops::Range;

/// The lines of a list that are shown, chosen from the selected line alone, so that nobody has to remember a scroll.
///
/// The list moves by half a screen when the selection comes near an edge: over a slow line that costs what one line
/// costs, and happens once for many moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub top: usize,
    pub height: usize,
    len: usize,
}

impl Window {
    #[must_use]
    pub fn around(selected: usize, len: usize, height: usize) -> Self {
        let step = (height / 2).max(1);
        let top = (selected / step * step).saturating_sub(step / 2).min(len.saturating_sub(height));
        Self { top, height, len }
    }

    /// The lines shown.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.top..self.len.min(self.top + self.height)
    }

    /// Lines above and below that are not shown.
    #[must_use]
    pub fn hidden(self) -> (usize, usize) {
        (self.top, self.len.saturating_sub(self.top + self.height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selected_line_is_always_shown() {
        for height in 1..30 {
            for len in 1..80 {
                for selected in 0..len {
                    let range = Window::around(selected, len, height).range();
                    assert!(range.contains(&selected), "{selected} of {len} in {height}: {range:?}");
                    assert_eq!(range.len(), height.min(len));
                }
            }
        }
    }
}
