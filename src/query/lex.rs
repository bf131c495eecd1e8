//! Characters to tokens, each with the bytes it came from.

use std::ops::Range;

use super::error::QueryError;
use super::glob::Glob;

/// How a field is compared with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `:`
    Is,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `~`
    Part,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Operator {
    /// As it is written, longest first.
    const ALL: [(&'static str, Self); 8] = [
        ("!=", Self::NotEqual),
        ("<=", Self::AtMost),
        (">=", Self::AtLeast),
        ("<", Self::Less),
        (">", Self::More),
        ("~", Self::Part),
        ("=", Self::Equal),
        (":", Self::Is),
    ];

    pub(super) const fn is_comparison(self) -> bool {
        matches!(self, Self::Less | Self::AtMost | Self::More | Self::AtLeast)
    }

    /// The operator at the start of `text`, and its length. `:>=` is `>=`, as other tools write it.
    pub(super) fn at_start(text: &str) -> Option<(Self, usize)> {
        let (written, operator) = Self::ALL.into_iter().find(|(written, _)| text.starts_with(written))?;
        if operator == Self::Is
            && let Some(rest) = text.strip_prefix(':')
            && let Some((inner, length)) = Self::at_start(rest)
            && inner.is_comparison()
        {
            return Some((inner, length + 1));
        }
        Some((operator, written.len()))
    }
}

/// A value as written: a pattern, and the bytes it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexeme {
    pub glob: Glob,
    pub span: Range<usize>,
}

/// A token of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    /// A bare word.
    Word(Glob),
    /// `field op value,value`: at least one value, none of them empty.
    Field {
        name: String,
        name_span: Range<usize>,
        operator: Operator,
        values: Vec<Lexeme>,
    },
}

/// A token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    pub token: Token,
    pub span: Range<usize>,
}

/// Cuts the text into tokens.
///
/// # Errors
/// A quote that is not closed, or an operator with nothing behind it.
pub fn tokens(text: &str) -> Result<Vec<Spanned>, QueryError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(spanned) = lexer.token()? {
        tokens.push(spanned);
    }
    Ok(tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn token(&mut self) -> Result<Option<Spanned>, QueryError> {
        while self.peek().is_some_and(char::is_whitespace) {
            self.bump();
        }
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(None) };
        let token = match first {
            '(' => self.sign(Token::Open),
            ')' => self.sign(Token::Close),
            '-' => {
                self.bump();
                if self.peek().is_none_or(|next| next.is_whitespace() || next == ')') {
                    // A dash alone is a word: people paste titles with dashes between words.
                    Token::Word(Glob::part("-"))
                } else {
                    Token::Not
                }
            }
            _ => self.term()?,
        };
        Ok(Some(Spanned { token, span: start..self.at }))
    }

    fn sign(&mut self, token: Token) -> Token {
        self.bump();
        token
    }

    fn term(&mut self) -> Result<Token, QueryError> {
        let start = self.at;
        if let Some((name, operator, length)) = field_start(self.rest())
            && !is_aws_name(bare(self.rest()))
        {
            let name_span = start..start + name.len();
            self.at += length;
            let values = self.values(&name_span)?;
            return Ok(Token::Field { name: name.to_owned(), name_span, operator, values });
        }
        let quoted = self.peek() == Some('"');
        let glob = self.value(false)?;
        let word = self.text.get(start..self.at).unwrap_or_default();
        Ok(match word {
            "AND" if !quoted => Token::And,
            "OR" if !quoted => Token::Or,
            "NOT" if !quoted => Token::Not,
            _ if glob.is_empty() => return Err(QueryError::new(start..self.at, "there is nothing between the quotes")),
            _ => Token::Word(glob.anywhere()),
        })
    }

    fn values(&mut self, name: &Range<usize>) -> Result<Vec<Lexeme>, QueryError> {
        let mut values = Vec::new();
        loop {
            let start = self.at;
            let glob = self.value(true)?;
            if glob.is_empty() {
                let span = if start == self.at { name.start..self.at } else { start..self.at };
                return Err(QueryError::new(span, "there is no value here").expected("a value"));
            }
            values.push(Lexeme { glob, span: start..self.at });
            if self.peek() != Some(',') {
                return Ok(values);
            }
            self.bump();
        }
    }

    /// Reads up to white space, a parenthesis or (in a list) a comma. Empty when there is nothing.
    fn value(&mut self, in_list: bool) -> Result<Glob, QueryError> {
        let mut glob = Glob::default();
        while let Some(c) = self.peek() {
            match c {
                '(' | ')' => break,
                ',' if in_list => break,
                c if c.is_whitespace() => break,
                '"' => self.quoted(&mut glob)?,
                '*' => {
                    self.bump();
                    glob.push_any();
                }
                c => {
                    self.bump();
                    glob.push_literal(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
        Ok(glob)
    }

    fn quoted(&mut self, glob: &mut Glob) -> Result<(), QueryError> {
        let start = self.at;
        self.bump();
        while let Some(c) = self.peek() {
            self.bump();
            let literal = match c {
                '"' => return Ok(()),
                '\\' => {
                    let Some(escaped) = self.peek() else { break };
                    self.bump();
                    escaped
                }
                other => other,
            };
            glob.push_literal(literal.encode_utf8(&mut [0; 4]));
        }
        Err(QueryError::new(start..self.text.len(), "this quote is not closed").expected("a closing \""))
    }
}

/// A field's name and its operator at the start of `text`, with the length of both.
fn field_start(text: &str) -> Option<(&str, Operator, usize)> {
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))?;
    let (name, rest) = text.split_at_checked(length)?;
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let (operator, signs) = Operator::at_start(rest)?;
    Some((name, operator, length + signs))
}

/// The word up to white space or a parenthesis.
fn bare(text: &str) -> &str {
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).next().unwrap_or(text)
}

/// An ARN, an IPv6 address, or a `GuardDuty` finding type (`ThreatPurpose:ResourceType/Name`): people paste them as they
/// are.
fn is_aws_name(word: &str) -> bool {
    if word.starts_with("arn:") || word.parse::<std::net::Ipv6Addr>().is_ok() {
        return true;
    }
    let Some((purpose, rest)) = word.split_once(':') else { return false };
    let Some((resource, name)) = rest.split_once('/') else { return false };
    let is_capitalised = |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase());
    is_capitalised(purpose)
        && is_capitalised(resource)
        && is_capitalised(name)
        && super::field::find(purpose).is_none()
        && resource.chars().all(|c| c.is_ascii_alphanumeric())
}
