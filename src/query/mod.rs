//! The query language: lex, parse, check, plan, evaluate, complete.

/// What the user asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {}

/// Where a query could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// Bytes of the text that are wrong.
    pub span: std::ops::Range<usize>,
    pub message: String,
}

/// The order of a list: severity then age unless the user says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {}
