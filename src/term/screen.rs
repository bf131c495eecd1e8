//! The picture of the terminal. In: a frame drawn into a buffer. Out: the bytes that make the terminal show it, inside
//! one synchronised update (DEC 2026), or nothing at all when it shows it already.

use std::hash::{Hash as _, Hasher as _};

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use rustc_hash::FxHasher;

use super::capability::ColourDepth;
use super::encode::{Encoder, Linked};
use super::link::{Link, Links};
use super::pen::Pen;
use super::scroll::{self, Shift};

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// Two buffers: what the terminal shows and what it should show next.
#[derive(Debug)]
pub struct Screen {
    shown: Buffer,
    next: Buffer,
    depth: ColourDepth,
    /// Where the terminal's cursor is visible; hidden otherwise.
    cursor: Option<Position>,
    knowledge: Knowledge,
    /// The links of both buffers.
    shown_links: Links,
    next_links: Links,
}

/// Whether `shown` is what the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Knowledge {
    Sure,
    /// At start, after a resize, a suspension or on request: erase first.
    Lost,
}

impl Screen {
    /// A screen of `width` by `height` cells whose content is not known. The cursor must be hidden already.
    #[must_use]
    pub fn new(width: u16, height: u16, depth: ColourDepth) -> Self {
        let area = Rect::new(0, 0, width, height);
        Self {
            shown: Buffer::empty(area),
            next: Buffer::empty(area),
            depth,
            cursor: None,
            knowledge: Knowledge::Lost,
            shown_links: Links::default(),
            next_links: Links::default(),
        }
    }

    /// The whole screen.
    #[must_use]
    pub const fn area(&self) -> Rect {
        self.next.area
    }

    /// Another size: everything is drawn again, since terminals reflow as they like. The same size changes nothing.
    pub fn resize(&mut self, width: u16, height: u16) {
        let area = Rect::new(0, 0, width, height);
        if area != self.area() {
            self.shown = Buffer::empty(area);
            self.next = Buffer::empty(area);
            self.knowledge = Knowledge::Lost;
        }
    }

    /// The next frame is drawn from nothing; the cursor counts as hidden.
    pub fn forget(&mut self) {
        self.knowledge = Knowledge::Lost;
        self.cursor = None;
    }

    /// Hands out an empty buffer of the whole screen to draw into.
    pub fn draw<T>(&mut self, render: impl FnOnce(Rect, &mut Buffer) -> T) -> T {
        self.next.reset();
        self.next_links = Links::default();
        let area = self.area();
        let drawn = render(area, &mut self.next);
        if self.next.area != area {
            self.next.resize(area);
        }
        drawn
    }

    /// Where cells of what was just drawn lead.
    pub fn link(&mut self, links: Vec<Link>) {
        self.next_links = Links::new(links);
    }

    /// The bytes from what is shown to what was drawn, with the text cursor at `cursor` or hidden.
    /// `None` when the terminal shows it already. The caller must send them, or call [`Screen::forget`].
    pub fn frame(&mut self, cursor: Option<Position>) -> Option<Vec<u8>> {
        let mut encoder = Encoder::new(self.depth);
        encoder.raw(BEGIN);
        let empty = BEGIN.len();
        // A frame with links is rare, and is not worth shifting them.
        let linked = !(self.shown_links.is_empty() && self.next_links.is_empty());
        let is_known = self.knowledge == Knowledge::Sure;
        if !is_known {
            encoder.clear();
            self.shown.reset();
            self.shown_links = Links::default();
            self.knowledge = Knowledge::Sure;
        }
        let mut differing = self.differing();
        if is_known
            && !linked
            && let Some(shift) = self.shift(&differing)
        {
            self.apply(shift, &mut encoder);
            differing = self.differing();
        }
        let width = usize::from(self.area().width).max(1);
        let links = Linked { shown: &self.shown_links, next: &self.next_links };
        let rows = self.shown.content.chunks(width).zip(self.next.content.chunks(width));
        for ((y, differs), (shown, next)) in (0u16..).zip(differing).zip(rows) {
            if differs || (linked && !links.shown.same_in_row(links.next, y)) {
                encoder.row(y, shown, next, links);
            }
        }
        self.place_cursor(cursor, empty, &mut encoder);
        std::mem::swap(&mut self.shown, &mut self.next);
        self.shown_links = std::mem::take(&mut self.next_links);
        let mut bytes = encoder.finish();
        if bytes.len() == empty {
            return None;
        }
        bytes.extend_from_slice(END);
        Some(bytes)
    }

    fn place_cursor(&mut self, wanted: Option<Position>, empty: usize, encoder: &mut Encoder) {
        let area = self.area();
        let wanted = wanted.filter(|at| area.contains(*at));
        if let Some(at) = wanted {
            if self.cursor != wanted || encoder.len() > empty {
                encoder.go_to(at.x, at.y);
            }
            if self.cursor.is_none() {
                encoder.raw(b"\x1b[?25h");
            }
        } else if self.cursor.is_some() {
            encoder.raw(b"\x1b[?25l");
        }
        self.cursor = wanted;
    }

    /// By row: does it differ. Comparing cells is a fifth of a frame, so it is done once.
    fn differing(&self) -> Vec<bool> {
        let width = usize::from(self.area().width).max(1);
        self.shown.content.chunks(width).zip(self.next.content.chunks(width)).map(|(a, b)| a != b).collect()
    }

    fn shift(&self, differing: &[bool]) -> Option<Shift> {
        if differing.iter().filter(|differs| **differs).count() < 4 {
            return None;
        }
        let width = usize::from(self.area().width).max(1);
        let rows =
            |buffer: &Buffer| -> Vec<u64> { buffer.content.chunks(width).map(|row| hash(row, self.depth)).collect() };
        scroll::best(&rows(&self.shown), &rows(&self.next))
    }

    fn apply(&mut self, shift: Shift, encoder: &mut Encoder) {
        let Shift { top, bottom, by } = shift;
        let (Ok(first), Ok(last), Ok(lines)) = (u16::try_from(top), u16::try_from(bottom), i16::try_from(by)) else {
            return;
        };
        let width = usize::from(self.area().width);
        let moved = by.unsigned_abs() * width;
        let Some(region) = self.shown.content.get_mut(top * width..(bottom + 1) * width) else { return };
        if by > 0 {
            region.rotate_left(moved);
            region.iter_mut().rev().take(moved).for_each(Cell::reset);
        } else {
            region.rotate_right(moved);
            region.iter_mut().take(moved).for_each(Cell::reset);
        }
        encoder.shift(first, last, lines);
    }
}

fn hash(row: &[Cell], depth: ColourDepth) -> u64 {
    let mut hasher = FxHasher::default();
    for cell in row {
        cell.symbol().hash(&mut hasher);
        Pen::of(cell, depth).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests;
