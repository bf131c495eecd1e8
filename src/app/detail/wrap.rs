//! Breaks text into lines of a number of cells, without the screen.
//!
//! The gate makes marks of what must not reach a terminal, and marks are wider than what they stand for. Only the
//! screen knows how wide; here each such character counts as wide as the widest mark, so that a line never turns out
//! longer than it was planned, at the price of breaking early in text that is hostile anyway.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells of the widest mark: `‹10FFFF›`.
const MARK: usize = 8;

/// The lines of `text`, each of at most `cells` cells: broken at line breaks, then at spaces, and a word that is longer
/// than a line behind a `:`, `/` or `-` of it, or anywhere. At least one line.
pub(in crate::app) fn wrap(text: &str, cells: usize) -> Vec<&str> {
    let cells = cells.max(MARK);
    let mut lines = Vec::new();
    for paragraph in text.trim_end().lines() {
        wrap_paragraph(paragraph, cells, &mut lines);
    }
    if lines.is_empty() {
        lines.push("");
    }
    lines
}

/// The lines of a name: a line break in it does not break it, and shows as its mark. At least one line.
pub(in crate::app) fn wrap_name(text: &str, cells: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    wrap_paragraph(text, cells.max(MARK), &mut lines);
    lines
}

fn wrap_paragraph<'a>(paragraph: &'a str, cells: usize, lines: &mut Vec<&'a str>) {
    let mut rest = paragraph;
    loop {
        let end = fitting(rest, cells);
        let (head, tail) = rest.split_at(end);
        if tail.is_empty() {
            lines.push(head);
            return;
        }
        let space = if tail.starts_with(' ') { Some(end) } else { head.rfind(' ').filter(|at| *at > 0) };
        let (line, tail) = rest.split_at(space.unwrap_or_else(|| joint(head).unwrap_or(end)));
        // Blanks only: any other white space has a mark, which is to be seen.
        lines.push(line.trim_end_matches(' '));
        rest = tail.trim_start_matches(' ');
        if rest.is_empty() {
            return;
        }
    }
}

/// Where an ARN, a path or a dashed name may be broken: behind the last joint, unless that leaves most of a line empty.
fn joint(head: &str) -> Option<usize> {
    let at = head.rfind([':', '/', '-'])? + 1;
    (at > head.len() / 2).then_some(at)
}

/// Bytes of the longest start that fits; one grapheme at least.
fn fitting(text: &str, cells: usize) -> usize {
    if text.len() <= cells && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.len();
    }
    let mut filled = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        filled += width(grapheme);
        if filled > cells && at > 0 {
            return at;
        }
    }
    text.len()
}

/// The most cells that a grapheme can fill.
pub(in crate::app) fn width(grapheme: &str) -> usize {
    let mut chars = grapheme.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => match c.width() {
            Some(cells @ 1..) if !is_private(c) => cells,
            _ => MARK,
        },
        // A letter with marks on it is as wide as the letter; anything cleverer may be taken apart by the gate.
        _ if grapheme.chars().skip(1).all(|c| c.width() == Some(0) && !is_invisible(c)) => grapheme.width().max(1),
        _ => grapheme.chars().count() * MARK,
    }
}

const fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_at_spaces_and_long_words_anywhere() {
        assert_eq!(wrap("one two three", 9), ["one two", "three"]);
        assert_eq!(wrap("abcdefghijklmnop", 8), ["abcdefgh", "ijklmnop"]);
        assert_eq!(wrap("a\nb\r\n\nc\n", 20), ["a", "b", "", "c"]);
        assert_eq!(wrap("", 20), [""]);
        assert_eq!(wrap("exactly8 next", 8), ["exactly8", "next"]);
        assert_eq!(
            wrap("arn:aws:iam::111122223333:role/service-role/deploy-to-production", 30),
            ["arn:aws:iam::111122223333:", "role/service-role/deploy-to-", "production"]
        );
        assert_eq!(wrap("a:bcdefghijklmnop", 8), ["a:bcdefg", "hijklmno", "p"], "a joint too early is none");
    }

    #[test]
    fn a_name_is_not_broken_by_the_line_breaks_in_it() {
        assert_eq!(wrap_name("a\nb\r\nc", 40), ["a\nb\r\nc"]);
        assert_eq!(wrap_name("a\n", 40), ["a\n"]);
        assert_eq!(wrap_name("", 40), [""]);
        assert_eq!(wrap_name("one\ntwo", 11), ["one\n", "two"], "with room for the mark");
    }

    #[test]
    fn wide_letters_count_two_and_are_never_split() {
        assert_eq!(wrap("東京都千代田区", 8), ["東京都千", "代田区"]);
        assert_eq!(wrap("e\u{301}e\u{301}e\u{301}", 8), ["e\u{301}e\u{301}e\u{301}"]);
    }

    #[test]
    fn what_the_gate_marks_has_room_for_its_mark() {
        for hostile in ["\u{202e}", "\u{1b}", "\u{200b}", "\u{e0041}", "\u{f8ff}"] {
            assert_eq!(width(hostile), MARK, "{hostile:?}");
        }
    }
}
