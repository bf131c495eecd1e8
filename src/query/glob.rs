//! A pattern over text: literal pieces and `*`, over the whole of a text, in any case.

use std::cell::RefCell;
use std::fmt;

use super::fold::fold;

thread_local! {
    /// Where [`Matcher::matches`] folds.
    static SPACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Piece {
    /// These characters, in any case. Never empty.
    Literal(String),
    /// Any characters, or none.
    Any,
}

/// A pattern over a whole text. Two literals never stand side by side, nor two `*`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Glob {
    pieces: Vec<Piece>,
}

impl Glob {
    /// The whole text is this, in any case.
    #[must_use]
    pub fn whole(text: &str) -> Self {
        let mut glob = Self::default();
        glob.push_literal(text);
        glob
    }

    /// The text has this in it, in any case.
    #[must_use]
    pub fn part(text: &str) -> Self {
        Self::whole(text).anywhere()
    }

    pub(super) fn push_literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Literal(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Literal(text.to_owned()));
        }
    }

    pub(super) fn push_any(&mut self) {
        if self.pieces.last() != Some(&Piece::Any) {
            self.pieces.push(Piece::Any);
        }
    }

    /// The same pattern, anywhere in the text.
    #[must_use]
    pub(super) fn anywhere(self) -> Self {
        let mut glob = Self::default();
        glob.push_any();
        for piece in self.pieces {
            match piece {
                Piece::Literal(text) => glob.push_literal(&text),
                Piece::Any => glob.push_any(),
            }
        }
        glob.push_any();
        glob
    }

    /// Matches everything.
    #[must_use]
    pub fn any() -> Self {
        Self { pieces: vec![Piece::Any] }
    }

    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The one literal, where there is no `*`.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// What every matching text starts with, where that alone decides: one literal, then `*`.
    #[must_use]
    pub(super) fn prefix(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [Piece::Literal(text), Piece::Any] => Some(text),
            _ => None,
        }
    }

    /// Matches every text.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.pieces == [Piece::Any]
    }

    /// The pattern made ready to look at many texts.
    #[must_use]
    pub fn matcher(&self) -> Matcher {
        let pieces = &self.pieces;
        Matcher {
            anchored_start: pieces.first() != Some(&Piece::Any),
            anchored_end: pieces.last() != Some(&Piece::Any),
            literals: pieces
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Literal(text) => Some(Literal::new(&fold(text))),
                    Piece::Any => None,
                })
                .collect(),
        }
    }

    /// Prints the pattern without the `*` at its ends: as a bare word is printed.
    pub(super) fn inner(&self) -> impl fmt::Display + '_ {
        let pieces = match self.pieces.as_slice() {
            [Piece::Any, inner @ .., Piece::Any] if !inner.is_empty() => inner,
            whole => whole,
        };
        Pieces { pieces, bare_word: true }
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Pieces { pieces: &self.pieces, bare_word: false }.fmt(f)
    }
}

struct Pieces<'a> {
    pieces: &'a [Piece],
    /// Where a word of the language, or a field's colon, would be read as such.
    bare_word: bool,
}

impl fmt::Display for Pieces<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.pieces {
            match piece {
                Piece::Any => f.write_str("*")?,
                Piece::Literal(text) if is_plain(text) && !(self.bare_word && is_keyword(text)) => f.write_str(text)?,
                Piece::Literal(text) => {
                    f.write_str("\"")?;
                    for c in text.chars() {
                        if matches!(c, '"' | '\\') {
                            f.write_str("\\")?;
                        }
                        write!(f, "{c}")?;
                    }
                    f.write_str("\"")?;
                }
            }
        }
        Ok(())
    }
}

/// Nothing in it that the lexer would take for anything but itself, wherever it stands.
fn is_plain(text: &str) -> bool {
    !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '#'))
}

fn is_keyword(text: &str) -> bool {
    matches!(text, "AND" | "OR" | "NOT")
}

/// A folded pattern.
#[derive(Debug, Clone)]
pub struct Matcher {
    anchored_start: bool,
    anchored_end: bool,
    literals: Vec<Literal>,
}

/// A literal with its searcher, which costs more to make than to use.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    text: String,
    finder: memchr::memmem::Finder<'static>,
}

impl Literal {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), finder: memchr::memmem::Finder::new(text.as_bytes()).into_owned() }
    }

    /// In bytes.
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    /// Where it stands first.
    pub(super) fn find(&self, folded: &[u8]) -> Option<usize> {
        self.finder.find(folded)
    }
}

impl Matcher {
    /// Does the text match, whatever its case.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if !text.is_ascii() {
            return self.matches_folded(&fold(text));
        }
        // Most texts of a million: folded into one buffer, over and over.
        SPACE.with_borrow_mut(|space| {
            space.clear();
            space.push_str(text);
            space.make_ascii_lowercase();
            self.matches_folded(space)
        })
    }

    /// Does the text, already folded, match.
    #[must_use]
    pub fn matches_folded(&self, text: &str) -> bool {
        let mut rest = text.as_bytes();
        let mut literals = self.literals.as_slice();
        if self.anchored_start {
            let Some((first, others)) = literals.split_first() else { return rest.is_empty() };
            let Some(after) = rest.strip_prefix(first.text.as_bytes()) else { return false };
            rest = after;
            literals = others;
            if literals.is_empty() && self.anchored_end {
                return rest.is_empty();
            }
        }
        if self.anchored_end {
            let Some((last, others)) = literals.split_last() else { return true };
            let Some(before) = rest.strip_suffix(last.text.as_bytes()) else { return false };
            rest = before;
            literals = others;
        }
        for literal in literals {
            let Some(at) = literal.find(rest) else { return false };
            rest = rest.get(at + literal.len()..).unwrap_or_default();
        }
        true
    }

    /// What must be somewhere in whatever matches, folded.
    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        self.literals.iter().map(|literal| literal.text.as_str())
    }

    /// What must be somewhere in whatever matches: the longest literal. `None` when anything matches.
    pub(super) fn longest(&self) -> Option<&Literal> {
        self.literals.iter().max_by_key(|literal| literal.len())
    }

    /// Whatever matches this matches `wider`, too: each is looked for anywhere, and this has all of that in one piece.
    pub(super) fn implies(&self, wider: &Self) -> bool {
        wider.is_part()
            && wider.literals.iter().all(|part| self.literals.iter().any(|own| own.text.contains(&part.text)))
    }

    /// Matches exactly what has [`Self::longest`] in it.
    pub(super) fn is_part(&self) -> bool {
        !self.anchored_start && !self.anchored_end && self.literals.len() == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        let mut glob = Glob::default();
        for (at, part) in text.split('*').enumerate() {
            if at > 0 {
                glob.push_any();
            }
            glob.push_literal(part);
        }
        glob
    }

    #[test]
    fn stars_stand_for_anything() {
        let matches = |pattern: &str, text: &str| glob(pattern).matcher().matches(text);
        assert!(matches("IAM.1", "iam.1"));
        assert!(!matches("IAM.1", "IAM.10"));
        assert!(matches("IAM.*", "IAM.10"));
        assert!(matches("*port*", "22 is an open Port"));
        assert!(matches("a*b*c", "a-b-b-c"));
        assert!(!matches("a*b*c", "a-c-b"));
        assert!(!matches("ab*ba", "aba"), "pieces do not share letters");
        assert!(matches("*", ""));
    }
}
