//! A mistake in a query: where it is, what is wrong, what was expected and what was likely meant.

use std::fmt::Write as _;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

/// One mistake. The span is in bytes of the query's text and lies on character boundaries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}{}", expected_clause(.expected.as_deref()), nearest_clause(.nearest.as_deref()))]
pub struct QueryError {
    pub span: Range<usize>,
    pub message: String,
    /// What could stand there: `a value`, `CRITICAL, HIGH, MEDIUM, LOW or INFORMATIONAL`.
    pub expected: Option<String>,
    /// The valid name that was likely meant.
    pub nearest: Option<String>,
}

impl QueryError {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), expected: None, nearest: None }
    }

    pub(super) fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(super) fn nearest(mut self, nearest: Option<&str>) -> Self {
        self.nearest = nearest.map(str::to_owned);
        self
    }

    /// The query with the mistake underlined, then the mistake in words: for a terminal of fixed width.
    #[must_use]
    pub fn underlined(&self, text: &str) -> String {
        let before = text.get(..self.span.start).unwrap_or(text);
        let wrong = text.get(self.span.clone()).unwrap_or_default();
        let mut shown = format!("{text}\n{}", " ".repeat(before.width()));
        let _ = write!(shown, "{}\n{self}", "^".repeat(wrong.width().max(1)));
        shown
    }
}

fn expected_clause(expected: Option<&str>) -> String {
    expected.map_or_else(String::new, |expected| format!("; expected {expected}"))
}

fn nearest_clause(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}
