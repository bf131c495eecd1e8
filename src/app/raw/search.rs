//! A search in the record's text: in keys and values, in any case of ASCII letters.

use std::ops::Range;

use memchr::memmem;
use tui_input::Input;

use super::document::Document;
use super::json::JsonValue;
use crate::app::motion::Cursor;

/// The search line, and what it found.
#[derive(Debug, Clone, Default)]
pub struct Search {
    pub input: Input,
    /// What Esc puts back; set while the line is edited.
    before: Option<(Input, Cursor)>,
    pub matches: Vec<Match>,
    /// The match that the cursor was last brought to.
    pub at: usize,
}

/// A place in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    pub line: usize,
    pub range: Range<usize>,
}

impl Search {
    #[must_use]
    pub const fn is_edited(&self) -> bool {
        self.before.is_some()
    }

    pub(super) fn edit(&mut self, cursor: Cursor) {
        self.before = Some((std::mem::take(&mut self.input), cursor));
    }

    pub(super) fn accept(&mut self) {
        self.before = None;
    }

    /// Puts the text back as it was; and says where the cursor was.
    pub(super) fn cancel(&mut self) -> Option<Cursor> {
        let (input, cursor) = self.before.take()?;
        self.input = input;
        Some(cursor)
    }

    /// Finds what was typed.
    pub(super) fn find(&mut self, document: &Document) {
        self.matches.clear();
        self.at = 0;
        let needle = self.input.value().to_ascii_lowercase();
        if needle.is_empty() {
            return;
        }
        let finder = memmem::Finder::new(needle.as_bytes());
        for (at, line) in document.lines.iter().enumerate() {
            let value = match &line.value {
                JsonValue::Scalar(range) => Some(range),
                JsonValue::Open { .. } | JsonValue::Close(_) => None,
            };
            for range in line.key.iter().chain(value) {
                let text = document.text(range).to_ascii_lowercase();
                for found in finder.find_iter(text.as_bytes()) {
                    let start = range.start + found;
                    self.matches.push(Match { line: at, range: start..start + needle.len() });
                }
            }
        }
    }

    /// The first match at or after a line, else the first of all.
    pub(super) fn seek(&mut self, line: usize) -> Option<&Match> {
        let at = self.matches.partition_point(|found| found.line < line);
        self.at = if at < self.matches.len() { at } else { 0 };
        self.matches.get(self.at)
    }

    /// The next match, or the one before, around the ends.
    pub(super) fn step(&mut self, by: isize) -> Option<&Match> {
        let count = self.matches.len();
        if count == 0 {
            return None;
        }
        self.at = (self.at + count).saturating_add_signed(by) % count;
        self.matches.get(self.at)
    }
}
