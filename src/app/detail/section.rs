//! What the page is made of: sections of entries, in reading order. Text here is as sent; the view gates it.

use std::sync::Arc;

use crate::model::detail::Fact;

/// One subject: where, who, what was done, ...
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Section {
    /// In the left column; empty for the title and the description.
    pub label: &'static str,
    /// Sections of one group stand close together.
    pub group: u8,
    pub entries: Vec<Entry>,
}

/// A value, with or without a label of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Entry {
    pub sub: String,
    pub text: String,
    pub ink: Ink,
    pub flow: Flow,
    /// Levels down in the tree.
    pub depth: usize,
    pub node: Option<Node>,
    pub door: Option<Arc<str>>,
}

/// A value of the tree that has values of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    pub path: Arc<str>,
    pub values: usize,
}

/// What a line break in a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Flow {
    /// A mark to be seen: a name is one line, whatever somebody put into it.
    #[default]
    Name,
    /// The end of a line: descriptions, notes.
    Prose,
}

/// How a text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ink {
    #[default]
    Plain,
    Strong,
    Dim,
    /// Known to be bad: a threat list, a failed check, an exploit.
    Bad,
    /// Somewhere to go: a link, a door.
    Link,
}

impl Section {
    pub(super) const fn new(label: &'static str, group: u8) -> Self {
        Self { label, group, entries: Vec::new() }
    }

    /// Adds a line of text, if there is any.
    pub(super) fn text(&mut self, text: impl Into<String>, ink: Ink) -> &mut Self {
        self.labelled("", text, ink)
    }

    /// Adds a text of several lines, if there is any.
    pub(super) fn prose(&mut self, text: &str, ink: Ink) -> &mut Self {
        if !text.trim().is_empty() {
            self.entries.push(Entry { text: text.to_owned(), ink, flow: Flow::Prose, ..Entry::default() });
        }
        self
    }

    /// Adds a value with a label, if there is any.
    pub(super) fn labelled(&mut self, sub: &str, text: impl Into<String>, ink: Ink) -> &mut Self {
        let text = text.into();
        if !text.trim().is_empty() {
            self.entries.push(Entry { sub: sub.to_owned(), text, ink, ..Entry::default() });
        }
        self
    }

    pub(super) fn optional(&mut self, sub: &str, text: Option<&str>, ink: Ink) -> &mut Self {
        self.labelled(sub, text.unwrap_or_default(), ink)
    }

    pub(super) fn facts(&mut self, facts: &[Fact]) -> &mut Self {
        for fact in facts {
            self.labelled(&fact.label, fact.value.clone(), Ink::Plain);
        }
        self
    }

    pub(super) fn door(&mut self, text: String, query: String) -> &mut Self {
        self.entries.push(Entry { text, ink: Ink::Link, door: Some(query.into()), ..Entry::default() });
        self
    }
}

/// The parts that are there, two blanks between them.
pub(super) fn joined<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    parts.join("  ")
}
