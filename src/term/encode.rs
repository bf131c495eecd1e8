//! Cells to bytes. In: a row as it is shown and as it should be. Out: the fewest bytes we know of that turn one into
//! the other: short moves, small gaps written over rather than jumped, SGR only where a look changes, blank tails erased.
//!
//! What the encoder assumes of the terminal is what VT100 and xterm have in common, and no more: after the last column,
//! and after a glyph whose width terminals disagree about, the cursor counts as lost and is placed anew.

use std::io::Write as _;

use ratatui::buffer::{Cell, CellWidth as _};

use super::capability::ColourDepth;
use super::link::{self, Address, Links};
use super::pen::Pen;

/// Collects the bytes of one frame, and knows where that leaves the terminal.
#[derive(Debug)]
pub struct Encoder {
    out: Vec<u8>,
    pen: Pen,
    /// Column and row, when known.
    at: Option<(u16, u16)>,
    depth: ColourDepth,
    /// The link that what is written belongs to.
    link: Option<Address>,
}

/// The links of what is shown and of what should be, both empty in nearly every frame.
#[derive(Debug, Clone, Copy)]
pub(super) struct Linked<'a> {
    pub(super) shown: &'a Links,
    pub(super) next: &'a Links,
}

/// A blank tail is erased when at least so many columns of it change; below, blanks are as short.
const ERASE_FROM: usize = 4;

impl Encoder {
    /// The terminal's pen must be plain; its cursor may be anywhere.
    #[must_use]
    pub fn new(depth: ColourDepth) -> Self {
        Self { out: Vec::new(), pen: Pen::PLAIN, at: None, depth, link: None }
    }

    /// Leaves the pen plain and gives the bytes.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.plain();
        self.lead(None);
        self.out
    }

    /// Bytes so far.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a frame always opens with its synchronised update")]
    pub const fn len(&self) -> usize {
        self.out.len()
    }

    /// Erases everything.
    pub fn clear(&mut self) {
        self.out.extend_from_slice(b"\x1b[m\x1b[2J");
        self.pen = Pen::PLAIN;
        self.at = None;
    }

    /// A sequence that moves nothing and changes no look.
    pub fn raw(&mut self, sequence: &[u8]) {
        self.out.extend_from_slice(sequence);
    }

    /// Shifts the rows `top..=bottom` up by `by` (down when negative); blank rows come in at the other end.
    /// Deleting and inserting lines inside margins is what every terminal since the VT102 does.
    pub fn shift(&mut self, top: u16, bottom: u16, by: i16) {
        self.plain();
        let kind = if by > 0 { 'M' } else { 'L' };
        let (first, last, lines) = (top + 1, bottom + 1, by.unsigned_abs());
        // a Vec takes every write
        let _ = write!(self.out, "\x1b[{first};{last}r\x1b[{first}H\x1b[");
        if lines > 1 {
            let _ = write!(self.out, "{lines}");
        }
        let _ = write!(self.out, "{kind}\x1b[r");
        self.at = None;
    }

    /// Puts the cursor there, the shortest way.
    pub fn go_to(&mut self, x: u16, y: u16) {
        if self.at == Some((x, y)) {
            return;
        }
        let mut best = place(x, y);
        if let Some((from_x, from_y)) = self.at {
            let step = if from_y == y && from_x < x {
                Some(forward(x - from_x))
            } else if y == from_y + 1 {
                Some([b"\r\n".as_slice(), &forward(x)].concat())
            } else if from_y == y && x == 0 {
                Some(b"\r".to_vec())
            } else {
                None
            };
            best = step.filter(|step| step.len() < best.len()).unwrap_or(best);
        }
        self.out.extend_from_slice(&best);
        self.at = Some((x, y));
    }

    /// Writes what differs in row `y`.
    pub(super) fn row(&mut self, y: u16, shown: &[Cell], next: &[Cell], links: Linked<'_>) {
        let (was, is) = (columns(shown), columns(next));
        let differs = |x: usize| match (is.get(x), was.get(x), next.get(x), shown.get(x)) {
            (Some(0), _, _, _) => false,
            (Some(is), Some(was), Some(next), Some(shown)) => {
                is != was || !same(shown, next, self.depth) || links.shown.at(x, y) != links.next.at(x, y)
            }
            _ => true,
        };
        let changed: Vec<usize> = (0..next.len()).filter(|x| differs(*x)).collect();
        let tail = self.tail(next);
        let erased = changed.iter().filter(|x| **x >= tail).count();
        let stop = if erased >= ERASE_FROM { tail } else { usize::MAX };
        for x in changed.iter().copied().take_while(|x| *x < stop) {
            let (Some(cell), Some(width)) = (next.get(x), is.get(x)) else { continue };
            self.reach(x, y, next, &is, links.next);
            self.lead(links.next.at(x, y));
            self.cell(cell, usize::from(*width), x, y, next.len());
        }
        if stop != usize::MAX
            && let Some(from) = changed.iter().copied().find(|x| *x >= stop)
        {
            self.reach(from, y, next, &is, links.next);
            self.lead(None);
            if !self.pen.paints_blank(Pen::PLAIN) {
                self.plain();
            }
            self.out.extend_from_slice(b"\x1b[K");
        }
    }

    /// The first column from which the row is blank to its end.
    fn tail(&self, next: &[Cell]) -> usize {
        let blank = |cell: &Cell| cell.symbol() == " " && Pen::of(cell, self.depth) == Pen::PLAIN;
        next.iter().rposition(|cell| !blank(cell)).map_or(0, |last| last + 1)
    }

    /// Goes to column `x`: over a small gap of cells that this pen writes anyway, by writing them again.
    fn reach(&mut self, x: usize, y: u16, next: &[Cell], columns: &[u8], links: &Links) {
        let Ok(column) = u16::try_from(x) else { return };
        if let Some((from, row)) = self.at
            && row == y
            && from < column
            && usize::from(column - from) <= forward(column - from).len()
        {
            let gap = usize::from(from)..x;
            let same_link = gap.clone().all(|x| links.at(x, y) == self.link.as_ref());
            let cells = next.get(gap.clone()).unwrap_or_default();
            let plain_letters = same_link
                && columns.get(gap).unwrap_or_default().iter().all(|width| *width == 1)
                && cells.iter().all(|cell| cell.symbol().len() == 1 && self.writes(cell));
            if plain_letters {
                for cell in cells {
                    push_symbol(&mut self.out, cell.symbol());
                }
                self.at = Some((column, y));
            }
        }
        self.go_to(column, y);
    }

    /// What is written from here on leads there.
    fn lead(&mut self, to: Option<&Address>) {
        if self.link.as_ref() != to {
            match to {
                Some(address) => address.open(&mut self.out),
                None => self.out.extend_from_slice(link::CLOSE),
            }
            self.link = to.cloned();
        }
    }

    fn writes(&self, cell: &Cell) -> bool {
        let wanted = Pen::of(cell, self.depth);
        self.pen == wanted || (cell.symbol() == " " && self.pen.paints_blank(wanted))
    }

    fn cell(&mut self, cell: &Cell, width: usize, x: usize, y: u16, columns: usize) {
        if !self.writes(cell) {
            let wanted = Pen::of(cell, self.depth);
            self.pen.change_to(wanted, &mut self.out);
            self.pen = wanted;
        }
        let symbol = cell.symbol();
        let fits = x + width <= columns && !symbol.is_empty();
        push_symbol(&mut self.out, if fits { symbol } else { " " });
        let after = x + if fits { width } else { 1 };
        let known = after < columns && (!fits || agreed(symbol));
        self.at = known.then(|| u16::try_from(after).ok().map(|after| (after, y))).flatten();
    }

    fn plain(&mut self) {
        self.pen.change_to(Pen::PLAIN, &mut self.out);
        self.pen = Pen::PLAIN;
    }
}

/// Whether two cells look the same on this terminal.
#[must_use]
pub fn same(a: &Cell, b: &Cell, depth: ColourDepth) -> bool {
    a == b || (a.symbol() == b.symbol() && Pen::of(a, depth) == Pen::of(b, depth))
}

/// The width of each cell; 0 for those that a wider one before covers.
fn columns(row: &[Cell]) -> Vec<u8> {
    let mut widths = Vec::with_capacity(row.len());
    let mut covered = 0u8;
    for cell in row {
        if covered > 0 {
            covered -= 1;
            widths.push(0);
        } else {
            let width = if cell.symbol().len() == 1 { 1 } else { cell.cell_width().clamp(1, 8) };
            let width = u8::try_from(width).unwrap_or(1);
            covered = width - 1;
            widths.push(width);
        }
    }
    widths
}

/// Whether all terminals give the glyph the same width: one scalar, and none of the pictographs.
fn agreed(symbol: &str) -> bool {
    let mut scalars = symbol.chars();
    match (scalars.next(), scalars.next()) {
        (Some(one), None) => !matches!(one, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..),
        _ => false,
    }
}

/// The last net: no control character of a cell ever reaches the terminal, whoever put it there.
fn push_symbol(out: &mut Vec<u8>, symbol: &str) {
    if symbol.chars().any(char::is_control) {
        out.push(b'?');
    } else {
        out.extend_from_slice(symbol.as_bytes());
    }
}

fn place(x: u16, y: u16) -> Vec<u8> {
    match (x, y) {
        (0, 0) => b"\x1b[H".to_vec(),
        (0, y) => format!("\x1b[{}H", y + 1).into_bytes(),
        (x, 0) => format!("\x1b[;{}H", x + 1).into_bytes(),
        (x, y) => format!("\x1b[{};{}H", y + 1, x + 1).into_bytes(),
    }
}

fn forward(columns: u16) -> Vec<u8> {
    match columns {
        0 => Vec::new(),
        1 => b"\x1b[C".to_vec(),
        n => format!("\x1b[{n}C").into_bytes(),
    }
}
