//! What is to be written, and what a page must say of it.

use std::borrow::Cow;

use jiff::Timestamp;
use roaring::RoaringBitmap;

use super::Format;
use crate::store::{RowId, Snapshot};

/// Findings that a Markdown table lists when nobody says how many: more is no summary.
const LISTED_MARKDOWN: usize = 200;
/// Findings that an HTML page lists when nobody says how many: browsers slow down beyond.
const LISTED_HTML: usize = 2_000;

/// The answer to a question, ready to be written.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    pub snapshot: &'a Snapshot,
    /// The query as it was asked; empty: everything.
    pub query: &'a str,
    /// When it was asked.
    pub at: Timestamp,
    /// All that matches: what totals count.
    pub matching: &'a RoaringBitmap,
    /// What is written, in order: all that matches, or its first rows.
    pub rows: &'a [RowId],
    /// Somebody said how many rows are wanted: then a page lists as many.
    pub wanted: Option<usize>,
}

impl<'a> Report<'a> {
    /// The rows that this format lists: all for data, a bounded number for a page.
    #[must_use]
    pub fn listed(&self, format: Format) -> &'a [RowId] {
        let most = match format {
            Format::Csv | Format::Json | Format::Ndjson | Format::Raw => usize::MAX,
            Format::Markdown => self.wanted.unwrap_or(LISTED_MARKDOWN),
            Format::Html => self.wanted.unwrap_or(LISTED_HTML),
        };
        self.rows.get(..most.min(self.rows.len())).unwrap_or_default()
    }

    /// The question in words: never nothing.
    #[must_use]
    pub fn asked(&self) -> Cow<'a, str> {
        let query = self.query.trim();
        match (query, self.snapshot.scope()) {
            ("", None) => Cow::Borrowed("all findings"),
            (query, None) => Cow::Borrowed(query),
            ("", Some(scope)) => Cow::Owned(format!("all findings in the scope: {scope}")),
            (query, Some(scope)) => Cow::Owned(format!("{query} (in the scope: {scope})")),
        }
    }
}
