//! One record as lines that fold: which are shown, in how many parts.

use std::collections::BTreeSet;
use std::ops::Range;

use bytes::Bytes;
use unicode_segmentation::UnicodeSegmentation;

use super::json::{self, JsonLine, JsonValue, NotJson};
use crate::app::detail::wrap::width;

/// Cells of the gutter.
const GUTTER: usize = 2;
/// Cells that a level is indented by.
pub const STEP: usize = 2;
/// What a long value has at least on a line, however deep it stands.
const LEAST: usize = 16;

/// A record, split into lines.
#[derive(Debug, Clone)]
pub struct Document {
    text: String,
    pub lines: Vec<JsonLine>,
    /// Objects and arrays that are folded, and long values that are shown whole, by line.
    toggled: BTreeSet<usize>,
    pub shown: Vec<Shown>,
}

/// A line on the screen: a line of the record, or a part of one that is too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub line: usize,
    pub part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The line with its key and all of its value, cut where it does not fit.
    Whole,
    /// An object or array in one line, because it is folded.
    Folded,
    /// The key and the first bytes of a long value.
    First(Range<usize>),
    /// More bytes of it.
    More(Range<usize>),
}

impl Document {
    /// # Errors
    /// When the record is no JSON.
    pub fn of(record: &Bytes, cells: usize) -> Result<Self, NotJson> {
        let text = String::from_utf8_lossy(record).into_owned();
        let lines = json::lines(&text)?;
        let mut document = Self { text, lines, toggled: BTreeSet::new(), shown: Vec::new() };
        document.lay_out(cells);
        Ok(document)
    }

    /// The bytes of the record that a range means.
    #[must_use]
    pub fn text(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// The record as it was sent.
    #[must_use]
    pub fn whole(&self) -> &str {
        &self.text
    }

    /// Folds or unfolds what the line opens or closes; shows a long value whole, or cut again.
    pub(super) fn toggle(&mut self, line: usize, cells: usize) -> usize {
        let line = match self.lines.get(line).map(|line| &line.value) {
            Some(JsonValue::Close(_)) => self.opening(line),
            _ => line,
        };
        if !self.toggled.remove(&line) {
            self.toggled.insert(line);
        }
        self.lay_out(cells);
        line
    }

    fn opening(&self, closing: usize) -> usize {
        let opens = |line: &JsonLine| matches!(line.value, JsonValue::Open { close, .. } if close == closing);
        self.lines.iter().take(closing).rposition(opens).unwrap_or(closing)
    }

    /// Unfolds all that hides `line`, and shows it whole.
    pub(super) fn reveal(&mut self, line: usize, cells: usize) {
        let hides = |at: usize| match self.lines.get(at).map(|l| &l.value) {
            Some(JsonValue::Open { close, .. }) => at < line && line <= *close,
            _ => false,
        };
        let hiding: Vec<usize> = self.toggled.iter().copied().filter(|at| hides(*at)).collect();
        for at in hiding {
            self.toggled.remove(&at);
        }
        if matches!(self.lines.get(line).map(|l| &l.value), Some(JsonValue::Scalar(_))) {
            self.toggled.insert(line);
        }
        self.lay_out(cells);
    }

    /// Cells that a line on the page would fill, were there room.
    #[must_use]
    pub fn cells(&self, shown: &Shown) -> usize {
        let Some(line) = self.lines.get(shown.line) else { return 0 };
        let indent = GUTTER + usize::from(line.depth) * STEP;
        let key = line.key.as_ref().map_or(0, |key| cells_of(self.text(key)) + 2);
        match (&line.value, &shown.part) {
            (_, Part::First(range)) => indent + key + cells_of(self.text(range)),
            (_, Part::More(range)) => indent + 2 * STEP + cells_of(self.text(range)),
            (JsonValue::Scalar(range), _) => indent + key + cells_of(self.text(range)) + 1,
            _ => indent + key + LEAST,
        }
    }

    /// Where a line of the record is on the page; the line that hides it where it is folded away.
    #[must_use]
    pub fn position(&self, line: usize) -> usize {
        self.shown.partition_point(|shown| shown.line <= line).saturating_sub(1)
    }

    pub(super) fn lay_out(&mut self, cells: usize) {
        let mut shown = Vec::with_capacity(self.lines.len());
        let mut at = 0;
        while let Some(line) = self.lines.get(at) {
            let toggled = self.toggled.contains(&at);
            match &line.value {
                JsonValue::Open { close, .. } if toggled => {
                    shown.push(Shown { line: at, part: Part::Folded });
                    at = *close;
                }
                JsonValue::Scalar(range) if toggled => self.parts(at, line, range, cells, &mut shown),
                _ => shown.push(Shown { line: at, part: Part::Whole }),
            }
            at += 1;
        }
        self.shown = shown;
    }

    /// A long value in parts: the first beside its key, the others under it.
    fn parts(&self, at: usize, line: &JsonLine, range: &Range<usize>, cells: usize, shown: &mut Vec<Shown>) {
        let indent = GUTTER + usize::from(line.depth) * STEP;
        let key = line.key.as_ref().map_or(0, |key| cells_of(self.text(key)) + 2);
        let mut room = cells.saturating_sub(indent + key + 1).max(LEAST);
        let mut start = range.start;
        let mut filled = 0;
        let mut parts = Vec::new();
        for (offset, grapheme) in self.text(range).grapheme_indices(true) {
            let needs = width(grapheme);
            if filled > 0 && filled + needs > room {
                parts.push(start..range.start + offset);
                (start, filled) = (range.start + offset, 0);
                room = cells.saturating_sub(indent + 2 * STEP + 1).max(LEAST);
            }
            filled += needs;
        }
        parts.push(start..range.end);
        if parts.len() == 1 {
            shown.push(Shown { line: at, part: Part::Whole });
            return;
        }
        for (number, part) in parts.into_iter().enumerate() {
            let part = if number == 0 { Part::First(part) } else { Part::More(part) };
            shown.push(Shown { line: at, part });
        }
    }
}

fn cells_of(text: &str) -> usize {
    text.graphemes(true).map(width).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn document(text: &str) -> Document {
        Document::of(&Bytes::copy_from_slice(text.as_bytes()), 40).unwrap()
    }

    #[test]
    fn folding_hides_and_brings_back() {
        let mut document = document(r#"{"a":{"b":1,"c":2},"d":3}"#);
        assert_eq!(document.shown.len(), 7);
        assert_eq!(document.toggle(1, 40), 1);
        assert_eq!(document.shown.len(), 4);
        assert_eq!(document.shown[1].part, Part::Folded);
        // On a closing bracket it is the same fold.
        document.toggle(1, 40);
        assert_eq!(document.toggle(4, 40), 1);
        assert_eq!(document.position(3), 1);
        document.reveal(3, 40);
        assert_eq!(document.position(3), 3);
    }

    #[test]
    fn a_long_value_unfolds_into_parts_that_lose_nothing() {
        let long = "東京 ".repeat(40);
        let mut document = document(&format!(r#"{{"key":"{long}","x":1}}"#));
        assert_eq!(document.shown.len(), 4);
        document.toggle(1, 40);
        let parts: String = document
            .shown
            .iter()
            .filter_map(|shown| match &shown.part {
                Part::First(range) | Part::More(range) => Some(document.text(range)),
                Part::Whole | Part::Folded => None,
            })
            .collect();
        assert_eq!(parts, format!("\"{long}\""));
        assert!(document.shown.len() > 8);
    }
}
