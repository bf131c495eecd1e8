//! The query language: one reading of it for the filter line, `findings QUERY` and whatever asks later.
//!
//! In: text. Out: a checked [`Query`], the rows that match it, their order, completions. The layers, each a file:
//! [`lex`] (characters to tokens with spans), [`parse`] (tokens to a tree), [`check`] (names and values against the one
//! table of [`field`]s), [`evaluate`] (bitmaps, the texts, columns), [`Evaluator`] (that remembers from question to
//! question), [`sort`], [`complete`].
//!
//! # Grammar
//!
#![doc = include_str!("grammar.md")]

mod address;
pub mod check;
mod complete;
mod context;
mod error;
mod evaluate;
mod evaluator;
mod expr;
pub mod field;
mod fold;
mod glob;
pub mod group;
pub mod guide;
pub mod lex;
mod library;
mod newly;
pub mod outline;
mod pairs;
pub mod parse;
mod path;
pub mod push;
mod ranking;
mod requirement;
mod row;
mod sort;
mod window;

pub use crate::model::column::{Column, Direction, Sort};
pub use address::Block;
pub use complete::{Completion, Completions, complete};
pub use context::Context;
pub use error::QueryError;
pub use evaluate::evaluate;
pub use evaluator::Evaluator;
pub use expr::{Bounds, Compare, Expr, Flag, Number, Query, Test, When};
pub use glob::Glob;
pub use newly::Newly;
pub use outline::{Grouped, Outline};
pub use path::{Held, Path};
pub use ranking::Ordered;
pub use sort::sort;

/// Reads and checks a query. Empty text is the query that matches every finding.
///
/// # Errors
/// The first mistake, with the bytes of the text that are wrong, what was expected, and the nearest valid name.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    check::query(parse::tree(text)?)
}

#[cfg(test)]
mod tests;
