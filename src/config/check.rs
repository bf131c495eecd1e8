//! The text of a configuration file to a [`Config`], or to every mistake in it.
//!
//! Each key is looked up in the schema and its value read alone, so that one mistake does not hide the next.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::schema::{Config, schema};
use crate::model::nearest::nearest;

/// One mistake, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// From 1; 0 when the place is not in a file.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// `look.theme`; empty where the text is no TOML.
    pub key: String,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

type Key<'i> = Spanned<std::borrow::Cow<'i, str>>;

/// Reads the whole file.
pub(super) fn config(text: &str) -> Result<Config, Vec<Problem>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<Problem> = errors.iter().map(|error| from_toml(text, String::new(), error, None)).collect();
    if problems.is_empty() {
        let root_schema = schema().to_value();
        for (key, value) in root.get_ref() {
            section(text, &root_schema, key, value, &mut problems);
        }
    }
    if !problems.is_empty() {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        return Err(problems);
    }
    Config::deserialize(Deserializer::from(root)).map_err(|error| vec![from_toml(text, String::new(), &error, None)])
}

/// One entry of the file's top level: a section with its keys.
fn section(text: &str, root: &Value, key: &Key<'_>, value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) {
    let name = key.get_ref().as_ref();
    let Some(known) = property(root, root, name) else {
        problems.push(unknown(text, root, "", key));
        return;
    };
    let Some(entries) = value.get_ref().as_table() else {
        let message = format!("this is a section; write [{name}] and its keys below");
        problems.push(at(text, key.span().start, name.to_owned(), message));
        return;
    };
    // A map, such as [keys], has no properties of its own: every name may stand in it.
    let free = known.get("properties").is_none();
    for (inner, value) in entries {
        let leaf = inner.get_ref().as_ref();
        let spec = property(root, known, leaf);
        if spec.is_none() && !free {
            problems.push(unknown(text, root, name, inner));
            continue;
        }
        let mut alone = DeTable::new();
        let mut table = DeTable::new();
        table.insert(inner.clone(), value.clone());
        alone.insert(key.clone(), Spanned::new(value.span(), DeValue::Table(table)));
        if let Err(error) = Config::deserialize(Deserializer::from(Spanned::new(0..text.len(), alone))) {
            let mut problem = from_toml(text, format!("{name}.{leaf}"), &error, Some(value.span()));
            add_nearest(&mut problem, spec, value.get_ref());
            problems.push(problem);
        }
    }
}

/// The schema of a property, followed to its definition.
fn property<'a>(root: &'a Value, of: &'a Value, name: &str) -> Option<&'a Value> {
    let found = of.get("properties")?.get(name)?;
    let reference = found.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    Some(reference.and_then(|pointer| root.pointer(pointer)).unwrap_or(found))
}

fn names(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str())
}

/// A key that is not in the schema: the nearest in its section, or the section that has it.
fn unknown(text: &str, root: &Value, section: &str, key: &Key<'_>) -> Problem {
    let name = key.get_ref().as_ref();
    let siblings = if section.is_empty() { Some(root) } else { property(root, root, section) };
    let home = names(root).find(|other| {
        *other != section && property(root, root, other).is_some_and(|schema| names(schema).any(|key| key == name))
    });
    let near = siblings.and_then(|schema| nearest(name, names(schema)));
    let message = match (near, home) {
        (_, Some(home)) => format!("this key belongs to [{home}]"),
        (Some(near), None) => format!("there is no such key; did you mean '{near}'?"),
        (None, None) => {
            let known: Vec<&str> = siblings.map(|schema| names(schema).collect()).unwrap_or_default();
            format!("there is no such key; there are {}", known.join(", "))
        }
    };
    let full = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
    at(text, key.span().start, full, message)
}

/// For a word from a set: the words, or the nearest one that may stand there.
fn add_nearest(problem: &mut Problem, spec: Option<&Value>, value: &DeValue<'_>) {
    let options = spec.map(words).unwrap_or_default();
    if options.is_empty() {
        return;
    }
    let given = match (value.as_str(), value.as_bool()) {
        (Some(text), _) => text,
        (None, on_or_off) => {
            problem.message = format!("expected one of `{}`, in quotes", options.join("`, `"));
            on_or_off.map_or("", |on| if on { "on" } else { "off" })
        }
    };
    if let Some(near) = nearest(given, options) {
        problem.message = format!("{}; did you mean '{near}'?", problem.message);
    }
}

/// The words that a schema lets stand: its `enum`, or the `const`s of its `oneOf`.
fn words(schema: &Value) -> Vec<&str> {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let each = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let inner = each.flat_map(|option| {
        option.get("const").into_iter().chain(option.get("enum").and_then(Value::as_array).into_iter().flatten())
    });
    listed.chain(inner).filter_map(Value::as_str).collect()
}

fn from_toml(text: &str, key: String, error: &toml::de::Error, otherwise: Option<Range<usize>>) -> Problem {
    let span = error.span().filter(|span| !(span.start == 0 && span.end == text.len())).or(otherwise);
    at(text, span.map_or(0, |span| span.start), key, error.message().replace('\n', " "))
}

fn at(text: &str, offset: usize, key: String, message: String) -> Problem {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    Problem { line: before.matches('\n').count() + 1, column, key, message }
}

/// A mistake that somebody else finds in the value of a key.
pub(super) fn problem_at(text: &str, section: &str, key: &str, message: String) -> Problem {
    let (root, _) = DeTable::parse_recoverable(text);
    let span = root
        .get_ref()
        .iter()
        .find(|(name, _)| name.get_ref() == section)
        .and_then(|(_, value)| value.get_ref().as_table())
        .and_then(|table| table.iter().find(|(name, _)| name.get_ref() == key))
        .map(|(name, _)| name.span());
    let full = format!("{section}.{key}");
    match span {
        Some(span) => at(text, span.start, full, message),
        None => Problem { line: 0, column: 0, key: full, message },
    }
}
