//! The query language: one reading of it for the filter line, `findings QUERY` and whatever asks later.
//!
//! In: text. Out: a checked [`Query`], the rows that match it, their order, completions. The layers, each a file:
//! [`lex`] (characters to tokens with spans), [`parse`] (tokens to a tree), [`check`] (names and values against the one
//! table of [`field`]s), [`evaluate`] (bitmaps and column scans), [`sort`], [`complete`].
//!
//! # Grammar
//!
//! ```text
//! query  = or ;                         empty matches every finding
//! or     = and { "OR" and } ;
//! and    = not { [ "AND" ] not } ;      terms side by side must all match
//! not    = { "NOT" | "-" } atom ;
//! atom   = "(" or ")" | [ field op ] value { "," value } ;
//! op     = ":" | "=" | "!=" | "~" | "<" | "<=" | ">" | ">=" ;
//! value  = { character | "*" | '"' quoted '"' } ;
//! ```
//!
//! - A bare word is looked for, in any case, in title, description, resource ids and names, resource types, types,
//!   account id and account name; each word may stand in a different one of them.
//! - `field:value` and `field:a,b`: any of the values, in any case; `*` stands for any characters. Prose and
//!   identifiers (title, description, id, resource, type, generator) match in part; `=` asks for the whole, and `~`
//!   asks for a part of any field. `field:*` asks that there is a value.
//! - `severity>=high`, `score>=7`, `age<24h`, `updated<2d` (less than two days ago), `created>=2026-11-01` (UTC).
//! - `standard:cis/5.0.0` or `standard:cis`; `is:open`, `is:new`, `is:archived`, `is:failed`, `is:passed`, `is:sample`.
//! - Quotes make anything a value: `"not a field: just words"`. AWS's own names need none: an ARN, or a `GuardDuty` type
//!   such as `Recon:EC2/PortProbeUnprotectedPort`, is one word.

pub mod check;
mod complete;
mod error;
mod evaluate;
mod expr;
pub mod field;
mod fold;
mod glob;
pub mod group;
pub mod lex;
pub mod outline;
pub mod parse;
pub mod push;
mod row;
mod sort;

pub use crate::model::column::{Column, Direction, Sort};
pub use complete::{Completion, Completions, complete};
pub use error::QueryError;
pub use evaluate::evaluate;
pub use expr::{Compare, Expr, Flag, Number, Query, Test, When};
pub use glob::Glob;
pub use outline::{Grouped, Outline};
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
