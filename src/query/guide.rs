//! The language as a reader is told of it, for `yagura help query` and the dashboard's help: the one text of the
//! grammar, and a line for each field from the one table.

use std::fmt::Write as _;

use super::field::{FIELDS, Spec};

/// The grammar with its examples, which is also this module's documentation.
const GRAMMAR: &str = include_str!("grammar.md");

/// One line to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuideLine {
    /// Prose, grammar or an example, at most 72 characters; empty between paragraphs.
    Text(&'static str),
    /// A field.
    Field(&'static Spec),
}

/// All of it, in reading order.
pub fn guide() -> impl Iterator<Item = GuideLine> {
    let grammar = GRAMMAR.lines().filter(|line| !line.starts_with("```")).map(GuideLine::Text);
    grammar
        .chain([GuideLine::Text(""), GuideLine::Text("Fields:"), GuideLine::Text("")])
        .chain(FIELDS.iter().map(GuideLine::Field))
}

/// All of it, as text for a terminal.
#[must_use]
pub fn text() -> String {
    let mut text = String::new();
    for line in guide() {
        match line {
            GuideLine::Text(line) => text.push_str(line),
            GuideLine::Field(spec) => {
                let _ = write!(text, "  {:<15}{}", spec.name, spec.doc);
                if !spec.aliases.is_empty() {
                    let _ = write!(text, " (also {})", spec.aliases.join(", "));
                }
            }
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn every_example_is_read() {
        let fences: Vec<&str> = GRAMMAR.split("```").collect();
        // The first is the grammar itself.
        let examples = fences.iter().skip(3).step_by(2).flat_map(|fence| fence.lines().skip(1));
        let mut read = 0;
        for line in examples.filter(|line| !line.starts_with(' ')) {
            let query = line.split("  ").next().unwrap_or_default();
            assert!(parse(query).is_ok(), "{query}: {:?}", parse(query));
            read += 1;
        }
        assert!(read > 20, "{read}");
        assert!(GRAMMAR.lines().all(|line| line.chars().count() <= 72));
    }

    #[test]
    fn every_field_and_every_flag_is_told() {
        let text = text();
        for spec in FIELDS {
            assert!(text.contains(&format!("\n  {} ", spec.name)), "{}", spec.name);
        }
        for flag in crate::query::Flag::ALL {
            assert!(GRAMMAR.contains(flag.name()), "{}", flag.name());
        }
    }
}
