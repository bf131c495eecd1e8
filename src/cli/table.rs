//! Columns for the eye. On a terminal the widest columns give way until a line fits; elsewhere nothing is cut.
//!
//! Every cell passes the gate: a finding cannot move the cursor of the terminal that prints it.

use std::io::{self, Write};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::ui::safe::Safe;

/// Between two columns.
const GAP: usize = 2;

/// A column: its heading, and whether it may be cut to fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) heading: &'static str,
    pub(super) cut: Cut,
    pub(super) align: Align,
}

/// Which end of a cell is dropped when it must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Never: short by nature.
    Never,
    /// The end: a sentence says most at its start.
    End,
    /// The middle: an ARN says where and what at its ends.
    Middle,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

impl Column {
    pub(super) const fn new(heading: &'static str, cut: Cut) -> Self {
        Self { heading, cut, align: Align::Left }
    }

    pub(super) const fn number(heading: &'static str) -> Self {
        Self { heading, cut: Cut::Never, align: Align::Right }
    }
}

/// Prints the heading and the lines. `lines` is gone through twice: once to measure, once to print.
pub(super) fn print<const N: usize, L>(
    out: &mut impl Write,
    columns: &[Column; N],
    width: Option<usize>,
    lines: L,
) -> io::Result<()>
where
    L: Iterator<Item = [String; N]> + Clone,
{
    let mut widths = columns.map(|column| column.heading.width());
    for cells in lines.clone() {
        for (width, cell) in widths.iter_mut().zip(&cells) {
            *width = (*width).max(Safe::new(cell).as_str().width());
        }
    }
    if let Some(room) = width {
        fit(columns, &mut widths, room);
    }
    line(out, columns, &widths, &columns.map(|column| column.heading.to_owned()))?;
    for cells in lines {
        line(out, columns, &widths, &cells)?;
    }
    Ok(())
}

/// Narrows the widest column that may be cut, again and again, until the line fits or nothing more may go.
fn fit<const N: usize>(columns: &[Column; N], widths: &mut [usize; N], room: usize) {
    const LEAST: usize = 8;
    while widths.iter().sum::<usize>() + GAP * (N - 1) > room {
        let widest =
            (0..N).filter(|at| columns[*at].cut != Cut::Never && widths[*at] > LEAST).max_by_key(|at| widths[*at]);
        let Some(widest) = widest else { return };
        widths[widest] -= 1;
    }
}

fn line<const N: usize>(
    out: &mut impl Write,
    columns: &[Column; N],
    widths: &[usize; N],
    cells: &[String; N],
) -> io::Result<()> {
    let mut text = String::new();
    for (at, cell) in cells.iter().enumerate() {
        let safe = Safe::new(cell);
        let shown = cut(safe.as_str(), widths[at], columns[at].cut);
        let pad = " ".repeat(widths[at].saturating_sub(shown.width()));
        if at > 0 {
            text.push_str(&" ".repeat(GAP));
        }
        match columns[at].align {
            Align::Left => text.extend([shown.as_str(), &pad]),
            Align::Right => text.extend([pad.as_str(), &shown]),
        }
    }
    writeln!(out, "{}", text.trim_end())
}

/// The text in at most so many cells of the terminal; a cut shows as an ellipsis.
fn cut(text: &str, room: usize, cut: Cut) -> String {
    if text.width() <= room || cut == Cut::Never {
        return text.to_owned();
    }
    let room = room.saturating_sub(1);
    let tail_room = if cut == Cut::Middle { room * 2 / 3 } else { 0 };
    let head = within(text.graphemes(true), room - tail_room);
    let tail: Vec<&str> = within(text.graphemes(true).rev(), tail_room);
    head.into_iter().chain(["…"]).chain(tail.into_iter().rev()).collect()
}

/// As many graphemes as fit.
fn within<'a>(graphemes: impl Iterator<Item = &'a str>, room: usize) -> Vec<&'a str> {
    let mut used = 0;
    graphemes
        .take_while(|grapheme| {
            used += grapheme.width();
            used <= room
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cut_at_graphemes_and_say_so() {
        assert_eq!(cut("arn:aws:s3:::bucket-name", 13, Cut::Middle), "arn:…ket-name");
        assert_eq!(cut("a long sentence", 7, Cut::End), "a long…");
        assert_eq!(cut("漏洩した鍵", 6, Cut::End), "漏洩…");
        assert_eq!(cut("short", 5, Cut::End), "short");
    }

    #[test]
    fn lines_fit_and_nothing_gets_through_the_gate() {
        let columns = [Column::new("A", Cut::Never), Column::new("TITLE", Cut::End), Column::number("N")];
        let lines = [["x".to_owned(), "an evil \x1b[2J title that is long".to_owned(), "12".to_owned()]];
        let mut out = Vec::new();
        assert!(print(&mut out, &columns, Some(20), lines.iter().cloned()).is_ok());
        let text = String::from_utf8_lossy(&out).into_owned();
        assert!(!text.contains('\x1b'), "{text:?}");
        assert!(text.lines().all(|line| line.width() <= 20), "{text}");
        assert!(text.contains('…'));
    }
}
