//! A cursor over lines: what the movement actions do to it, and when the lines scroll.
//!
//! A move inside the page moves nothing else. At an edge the lines jump by half a page: over SSH that costs about
//! as much as one line would, and the next moves cost next to nothing.

use super::Action;

/// The line under the cursor and the first line shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cursor {
    pub selected: usize,
    pub top: usize,
}

impl Cursor {
    /// Moves by `action` over `lines` lines, `page` of them on the screen. False when `action` is no movement.
    pub fn act(&mut self, action: Action, lines: usize, page: usize) -> bool {
        let half = (page / 2).max(1);
        let last = lines.saturating_sub(1);
        match action {
            Action::Down => self.go(self.selected.saturating_add(1), lines, page),
            Action::Up => self.go(self.selected.saturating_sub(1), lines, page),
            Action::First => self.go(0, lines, page),
            Action::Last => self.go(last, lines, page),
            Action::HalfPageDown => self.leap(half, lines, page),
            Action::PageDown => self.leap(page.max(1), lines, page),
            Action::HalfPageUp => self.leap_back(half, lines, page),
            Action::PageUp => self.leap_back(page.max(1), lines, page),
            _ => return false,
        }
        true
    }

    /// Puts the cursor on `line`, and scrolls by half pages until it shows.
    pub fn go(&mut self, line: usize, lines: usize, page: usize) {
        self.selected = line.min(lines.saturating_sub(1));
        let half = (page / 2).max(1);
        if self.selected < self.top {
            let short = self.top - self.selected;
            self.top -= if short < half { half.min(self.top) } else { short };
        } else if self.selected >= self.top + page.max(1) {
            let short = self.selected + 1 - self.top - page.max(1);
            self.top += short.max(half);
        }
        self.fit(lines, page);
    }

    /// The wheel: the lines move under the cursor, which stays on the page.
    pub fn scroll(&mut self, by: isize, lines: usize, page: usize) {
        self.top = self.top.saturating_add_signed(by);
        self.fit_top(lines, page);
        self.selected = self.selected.clamp(self.top, self.top + page.saturating_sub(1)).min(lines.saturating_sub(1));
    }

    /// After the lines or the page changed: the cursor on a line, the line on the page, no empty space at the end.
    pub fn fit(&mut self, lines: usize, page: usize) {
        self.selected = self.selected.min(lines.saturating_sub(1));
        let page = page.max(1);
        self.top = self.top.clamp((self.selected + 1).saturating_sub(page), self.selected);
        self.fit_top(lines, page);
    }

    fn leap(&mut self, by: usize, lines: usize, page: usize) {
        self.selected = (self.selected + by).min(lines.saturating_sub(1));
        self.top += by;
        self.fit(lines, page);
    }

    fn leap_back(&mut self, by: usize, lines: usize, page: usize) {
        self.selected = self.selected.saturating_sub(by);
        self.top = self.top.saturating_sub(by);
        self.fit(lines, page);
    }

    fn fit_top(&mut self, lines: usize, page: usize) {
        self.top = self.top.min(lines.saturating_sub(page.max(1)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(selected: usize, top: usize) -> Cursor {
        Cursor { selected, top }
    }

    #[test]
    fn a_move_inside_the_page_moves_nothing_else() {
        let mut cursor = at(3, 0);
        assert!(cursor.act(Action::Down, 100, 10));
        assert_eq!(cursor, at(4, 0));
    }

    #[test]
    fn at_the_edges_the_lines_jump_by_half_a_page() {
        let mut cursor = at(9, 0);
        cursor.act(Action::Down, 100, 10);
        assert_eq!(cursor, at(10, 5));
        let mut cursor = at(5, 5);
        cursor.act(Action::Up, 100, 10);
        assert_eq!(cursor, at(4, 0));
        let mut cursor = at(20, 20);
        cursor.act(Action::Up, 100, 10);
        assert_eq!(cursor, at(19, 15));
    }

    #[test]
    fn the_ends_hold() {
        let mut cursor = at(0, 0);
        cursor.act(Action::Up, 3, 10);
        assert_eq!(cursor, at(0, 0));
        cursor.act(Action::Last, 100, 10);
        assert_eq!(cursor, at(99, 90));
        cursor.act(Action::Down, 100, 10);
        assert_eq!(cursor, at(99, 90));
        cursor.act(Action::First, 100, 10);
        assert_eq!(cursor, at(0, 0));
        cursor.act(Action::PageUp, 0, 10);
        assert_eq!(cursor, at(0, 0));
        cursor.act(Action::PageDown, 0, 0);
        assert_eq!(cursor, at(0, 0));
    }

    #[test]
    fn pages_carry_the_cursor_along() {
        let mut cursor = at(2, 0);
        cursor.act(Action::HalfPageDown, 100, 10);
        assert_eq!(cursor, at(7, 5));
        cursor.act(Action::PageDown, 100, 10);
        assert_eq!(cursor, at(17, 15));
        cursor.act(Action::PageUp, 100, 10);
        assert_eq!(cursor, at(7, 5));
    }

    #[test]
    fn the_wheel_keeps_the_cursor_on_the_page() {
        let mut cursor = at(1, 0);
        cursor.scroll(3, 100, 10);
        assert_eq!(cursor, at(3, 3));
        cursor.scroll(-9, 100, 10);
        assert_eq!(cursor, at(3, 0));
        cursor.scroll(500, 100, 10);
        assert_eq!(cursor, at(90, 90));
    }

    #[test]
    fn a_shorter_list_leaves_no_hole() {
        let mut cursor = at(50, 45);
        cursor.fit(20, 10);
        assert_eq!(cursor, at(19, 10));
        assert!(!cursor.act(Action::Open, 20, 10));
    }
}
