//! Every field that no section took, as a tree: the names in the order of the record, the values as sent.

use serde_json::Value;

use super::section::{Entry, Ink, Node, Section};

/// The section of all that remains.
pub(super) fn section(rest: &Value) -> Section {
    let mut section = Section::new("OTHER", 9);
    match rest {
        Value::Object(fields) => {
            for (name, value) in fields {
                branch(name, value, name, 0, &mut section.entries);
            }
        }
        Value::Null => {}
        other => branch("value", other, "value", 0, &mut section.entries),
    }
    section
}

fn branch(name: &str, value: &Value, path: &str, depth: usize, entries: &mut Vec<Entry>) {
    // Names in the tree end in a slash where a section's name cannot: a fold never means the wrong one.
    let node = |values: usize| (values > 0).then(|| Node { path: format!("{path}/").into(), values });
    let entry = Entry { sub: name.to_owned(), depth, ink: Ink::Plain, ..Entry::default() };
    match value {
        Value::Object(fields) => {
            let text = if fields.is_empty() { "{}".to_owned() } else { counted(fields.len(), "field") };
            entries.push(Entry { text, ink: Ink::Dim, node: node(fields.len()), ..entry });
            for (name, value) in fields {
                branch(name, value, &format!("{path}/{name}"), depth + 1, entries);
            }
        }
        Value::Array(values) => {
            let text = if values.is_empty() { "[]".to_owned() } else { counted(values.len(), "value") };
            entries.push(Entry { text, ink: Ink::Dim, node: node(values.len()), ..entry });
            for (at, value) in values.iter().enumerate() {
                branch(&at.to_string(), value, &format!("{path}/{at}"), depth + 1, entries);
            }
        }
        Value::String(text) if text.is_empty() => entries.push(Entry { text: "\"\"".to_owned(), ..entry }),
        Value::String(text) => entries.push(Entry { text: text.clone(), ..entry }),
        other => entries.push(Entry { text: other.to_string(), ..entry }),
    }
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}
