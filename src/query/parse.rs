//! Tokens to a tree that still has its spans. Knows the shape of the language, and no field.

use std::ops::Range;

use super::error::QueryError;
use super::glob::Glob;
use super::lex::{self, Lexeme, Operator, Spanned, Token};

/// How deep parentheses may nest: more is no question a person asks, and recursion has an end.
const DEPTH: usize = 64;

/// A query as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Nothing was asked: every finding.
    All,
    And(Vec<Self>),
    Or(Vec<Self>),
    Not(Box<Self>),
    Word(Glob),
    Field {
        name: String,
        name_span: Range<usize>,
        operator: Operator,
        values: Vec<Lexeme>,
    },
}

/// Reads the text into a tree.
///
/// # Errors
/// The first token that cannot stand where it is.
pub fn tree(text: &str) -> Result<Node, QueryError> {
    let tokens = lex::tokens(text)?;
    if tokens.is_empty() {
        return Ok(Node::All);
    }
    let mut parser = Parser { tokens: tokens.into_iter().peekable(), end: text.len() };
    let node = parser.or(0)?;
    match parser.tokens.next() {
        None => Ok(node),
        Some(extra) => Err(QueryError::new(extra.span, "this parenthesis closes nothing")),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Spanned>>,
    end: usize,
}

impl Parser {
    fn or(&mut self, depth: usize) -> Result<Node, QueryError> {
        let mut parts = vec![self.and(depth)?];
        while self.take(&Token::Or).is_some() {
            parts.push(self.and(depth)?);
        }
        Ok(one_or(parts, Node::Or))
    }

    fn and(&mut self, depth: usize) -> Result<Node, QueryError> {
        let mut parts = vec![self.not(depth)?];
        loop {
            let said = self.take(&Token::And).is_some();
            let ends = self.tokens.peek().is_none_or(|next| matches!(next.token, Token::Or | Token::Close));
            if ends && !said {
                return Ok(one_or(parts, Node::And));
            }
            parts.push(self.not(depth)?);
        }
    }

    fn not(&mut self, depth: usize) -> Result<Node, QueryError> {
        let mut denied = false;
        while self.take(&Token::Not).is_some() {
            denied = !denied;
        }
        let atom = self.atom(depth)?;
        Ok(if denied { Node::Not(Box::new(atom)) } else { atom })
    }

    fn atom(&mut self, depth: usize) -> Result<Node, QueryError> {
        let Some(Spanned { token, span }) = self.tokens.next() else {
            return Err(QueryError::new(self.end..self.end, "the query ends here").expected("a word or field:value"));
        };
        match token {
            Token::Word(glob) => Ok(Node::Word(glob)),
            Token::Field { name, name_span, operator, values } => Ok(Node::Field { name, name_span, operator, values }),
            Token::Open if depth >= DEPTH => Err(QueryError::new(span, "these parentheses nest too deep")),
            Token::Open => {
                let inner = self.or(depth + 1)?;
                if self.take(&Token::Close).is_some() {
                    return Ok(inner);
                }
                Err(QueryError::new(span, "this parenthesis is not closed").expected("a closing )"))
            }
            Token::Close => {
                Err(QueryError::new(span, "there is nothing before this parenthesis").expected("a word or field:value"))
            }
            Token::And | Token::Or | Token::Not => {
                Err(QueryError::new(span, "this joins nothing")
                    .expected("a word or field:value; in quotes it is a word"))
            }
        }
    }

    fn take(&mut self, token: &Token) -> Option<Spanned> {
        self.tokens.next_if(|next| next.token == *token)
    }
}

fn one_or(mut parts: Vec<Node>, join: impl FnOnce(Vec<Node>) -> Node) -> Node {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            join(parts)
        }
    }
}
