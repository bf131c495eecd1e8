//! A pen on one line of the screen: text, columns and gaps from left to right, never past the end.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::ui::Safe;

/// Where a text that does not fit loses its cells to an ellipsis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cut {
    #[default]
    End,
    /// ARNs and ids: both ends tell, the tail more.
    Middle,
    /// Paths.
    Start,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    #[default]
    Left,
    Right,
}

/// Draws from left to right on one line.
pub struct Pen<'b> {
    buf: &'b mut Buffer,
    x: u16,
    y: u16,
    end: u16,
}

impl<'b> Pen<'b> {
    /// On the first line of `area`. An area outside of the buffer has no room.
    pub fn on(buf: &'b mut Buffer, area: Rect) -> Self {
        let area = area.intersection(buf.area);
        let end = if area.height == 0 { area.x } else { area.right() };
        Self { buf, x: area.x, y: area.y, end }
    }

    /// The cell the next text starts in.
    #[must_use]
    pub const fn x(&self) -> u16 {
        self.x
    }

    /// Cells left on the line.
    #[must_use]
    pub const fn room(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    /// Leaves `cells` blank.
    pub fn space(&mut self, cells: u16) -> &mut Self {
        self.x = self.x.saturating_add(cells).min(self.end);
        self
    }

    /// Goes to this cell of the screen, forwards or back.
    pub fn to(&mut self, x: u16) -> &mut Self {
        self.x = x.min(self.end);
        self
    }

    /// Writes as much as fits on the line, cut at the end with a mark.
    pub fn text<'t>(&mut self, text: impl Into<Safe<'t>>, style: impl Into<Style>) -> &mut Self {
        let text = text.into();
        let width = narrow(text.width()).min(self.room());
        self.column(width, Align::Left, Cut::End, text, style)
    }

    /// Writes into exactly `width` cells, and goes on after them.
    pub fn column<'t>(
        &mut self,
        width: u16,
        align: Align,
        cut: Cut,
        text: impl Into<Safe<'t>>,
        style: impl Into<Style>,
    ) -> &mut Self {
        let (text, style) = (text.into(), style.into());
        let width = width.min(self.room());
        let start = self.x;
        let needs = narrow(text.width());
        if needs > width {
            self.shortened(&text, usize::from(width), cut, style);
        } else {
            if align == Align::Right {
                self.x += width - needs;
            }
            self.write(&text, style);
        }
        self.x = start + width;
        self
    }

    /// Writes at the right end of the line, if there is room for all of it and a gap; the room before it stays.
    /// Says whether it was written.
    pub fn at_end<'t>(&mut self, text: impl Into<Safe<'t>>, style: impl Into<Style>) -> bool {
        let text = text.into();
        let needs = narrow(text.width());
        if needs == 0 || needs.saturating_add(1) > self.room() {
            return false;
        }
        let back = self.x;
        self.x = self.end - needs;
        self.end = self.x - 1;
        self.write(&text, style.into());
        self.x = back;
        true
    }

    fn shortened(&mut self, text: &Safe<'_>, width: usize, cut: Cut, style: Style) {
        let Some(kept) = width.checked_sub(1) else { return };
        let (head, tail) = match cut {
            Cut::End => (kept, 0),
            Cut::Middle => (kept / 3, kept - kept / 3),
            Cut::Start => (0, kept),
        };
        if head > 0 {
            let (head, _) = text.head(head);
            self.write(&head, style);
        }
        self.write(&Safe::from("…"), style);
        if tail > 0 {
            let (tail, _) = text.tail(tail);
            self.write(&tail, style);
        }
    }

    fn write(&mut self, text: &Safe<'_>, style: Style) {
        if self.y >= self.buf.area.bottom() {
            return;
        }
        if !text.is_plain() {
            (self.x, _) = self.buf.set_stringn(self.x, self.y, text.as_str(), usize::MAX, style);
            return;
        }
        // Nearly all text: a letter a cell, without looking for graphemes.
        let from = self.buf.index_of(self.x.min(self.buf.area.right().saturating_sub(1)), self.y);
        let room = usize::from(self.buf.area.right().saturating_sub(self.x));
        let cells = self.buf.content.get_mut(from..).unwrap_or_default();
        for (letter, cell) in text.as_str().chars().zip(cells.iter_mut().take(room)) {
            cell.set_char(letter).set_style(style);
        }
        self.x += narrow(text.as_str().len().min(room));
    }
}

/// Cells as the screen counts them.
#[must_use]
pub fn narrow(cells: usize) -> u16 {
    u16::try_from(cells).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use ratatui::buffer::Cell;

    use super::*;

    fn line(width: u16, draw: impl FnOnce(&mut Pen<'_>)) -> String {
        let area = Rect::new(0, 0, width, 1);
        let mut buf = Buffer::empty(area);
        draw(&mut Pen::on(&mut buf, area));
        buf.content.iter().map(Cell::symbol).collect()
    }

    #[test]
    fn cuts_are_marked_where_they_are() {
        let arn = "arn:aws:iam::111122223333:user/ci-deploy";
        let column = |cut| {
            line(16, |pen| {
                pen.column(16, Align::Left, cut, Safe::new(arn), Style::new());
            })
        };
        assert_eq!(column(Cut::End), "arn:aws:iam::11…");
        assert_eq!(column(Cut::Middle), "arn:a…/ci-deploy");
        assert_eq!(column(Cut::Start), "…:user/ci-deploy");
    }

    #[test]
    fn plain_text_is_drawn_as_ratatui_draws_it() {
        let area = Rect::new(3, 0, 6, 2);
        for text in ["", "a", "abcdef", "abcdefghij", "a b"] {
            for x in [3, 7, 8, 9] {
                let (mut ours, mut theirs) =
                    (Buffer::filled(area, Cell::new("東")), Buffer::filled(area, Cell::new("東")));
                let style = Style::new().bold();
                let mut pen = Pen::on(&mut ours, area);
                pen.to(x).write(&Safe::new(text), style);
                let after = pen.x();
                let (expected, _) = theirs.set_stringn(x, 0, text, usize::MAX, style);
                assert_eq!((after, &ours), (expected, &theirs), "{text:?} at {x}");
            }
        }
    }

    #[test]
    fn right_aligned_numbers_end_together() {
        let drawn = line(12, |pen| {
            pen.column(6, Align::Right, Cut::End, "128", Style::new()).space(1).text("x", Style::new());
        });
        assert_eq!(drawn, "   128 x    ");
    }

    #[test]
    fn the_end_of_the_line_is_written_first_or_not_at_all() {
        let drawn = line(12, |pen| {
            assert!(pen.at_end("UTC", Style::new()));
            pen.text("a long text", Style::new());
        });
        assert_eq!(drawn, "a long … UTC");
        line(3, |pen| assert!(!pen.at_end("UTC", Style::new())));
    }

    #[test]
    fn wide_graphemes_are_never_split() {
        let drawn = line(4, |pen| {
            pen.text(Safe::new("東京都"), Style::new());
        });
        assert_eq!(drawn.replace(' ', ""), "東…");
    }
}
