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
        table(text, &root_schema, &root_schema, &[], root.get_ref(), &mut problems);
    }
    if !problems.is_empty() {
        problems.sort_by_key(|problem| (problem.line, problem.column));
        return Err(problems);
    }
    Config::deserialize(Deserializer::from(root)).map_err(|error| vec![from_toml(text, String::new(), &error, None)])
}

/// What stands in a table whose schema is `known`: sections with their keys, and keys with their values.
fn table(
    text: &str,
    root: &Value,
    known: &Value,
    path: &[&Key<'_>],
    entries: &DeTable<'_>,
    problems: &mut Vec<Problem>,
) {
    for (key, value) in entries {
        let Some(spec) = property(root, known, key.get_ref()) else {
            problems.push(unknown(text, root, known, path, key));
            continue;
        };
        let path = [path, &[key]].concat();
        match value.get_ref().as_table() {
            Some(entries) if is_section(spec) => table(text, root, spec, &path, entries, problems),
            None if is_section(spec) => {
                let name = joined(&path);
                let message = format!("this is a section; write [{name}] and its keys below");
                problems.push(at(text, key.span().start, name, message));
            }
            _ => leaf(text, &path, spec, value, problems),
        }
    }
}

/// One key with its value, read as if nothing else stood in the file.
fn leaf(text: &str, path: &[&Key<'_>], spec: &Value, value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) {
    let nested = path.iter().rev().fold(value.clone(), |value, key| {
        let mut table = DeTable::new();
        table.insert((*key).clone(), value);
        Spanned::new(0..text.len(), DeValue::Table(table))
    });
    let DeValue::Table(alone) = nested.into_inner() else { return };
    if let Err(error) = Config::deserialize(Deserializer::from(Spanned::new(0..text.len(), alone))) {
        let mut problem = from_toml(text, joined(path), &error, Some(value.span()));
        add_nearest(&mut problem, spec, value.get_ref());
        problems.push(problem);
    }
}

/// `look.theme`, `views."My view".query`.
fn joined(path: &[&Key<'_>]) -> String {
    dotted(path.iter().map(|key| &**key.get_ref()))
}

/// Names as TOML writes the path of a key.
fn dotted<'k>(names: impl IntoIterator<Item = &'k str>) -> String {
    let is_bare = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let part = |name: &str| if is_bare(name) { name.to_owned() } else { format!("{name:?}") };
    names.into_iter().map(part).collect::<Vec<_>>().join(".")
}

/// The schema of what may stand under a name, followed to its definition. In a map, such as [keys], any name may stand.
fn property<'a>(root: &'a Value, of: &'a Value, name: &str) -> Option<&'a Value> {
    let named = of.get("properties").and_then(|properties| properties.get(name));
    let found = named.or_else(|| any_name(of))?;
    let reference = found.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    Some(reference.and_then(|pointer| root.pointer(pointer)).unwrap_or(found))
}

/// What stands under each name of a map.
fn any_name(schema: &Value) -> Option<&Value> {
    schema.get("additionalProperties").filter(|each| each.is_object())
}

/// Whether keys stand in it.
fn is_section(schema: &Value) -> bool {
    schema.get("properties").is_some() || any_name(schema).is_some()
}

fn names(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("properties").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str())
}

/// A key that is not among those that may stand in its section: the nearest of them, or the section that has it.
fn unknown(text: &str, root: &Value, siblings: &Value, section: &[&Key<'_>], key: &Key<'_>) -> Problem {
    let name = key.get_ref().as_ref();
    let own = joined(section);
    let home = names(root).find(|other| {
        *other != own && property(root, root, other).is_some_and(|schema| names(schema).any(|key| key == name))
    });
    let message = match (nearest(name, names(siblings)), home) {
        (_, Some(home)) => format!("this key belongs to [{home}]"),
        (Some(near), None) => format!("there is no such key; did you mean '{near}'?"),
        (None, None) => {
            format!("there is no such key; there are {}", names(siblings).collect::<Vec<_>>().join(", "))
        }
    };
    at(text, key.span().start, joined(&[section, &[key]].concat()), message)
}

/// For a word from a set: the words, or the nearest one that may stand there.
fn add_nearest(problem: &mut Problem, spec: &Value, value: &DeValue<'_>) {
    let options = words(spec);
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

/// A mistake that somebody else finds in the value of a key. What of the path is not in the file has no place of its own.
pub(super) fn problem_at(text: &str, path: &[&str], message: String) -> Problem {
    let (root, _) = DeTable::parse_recoverable(text);
    let mut table = Some(root.get_ref());
    let mut place = None;
    for (depth, name) in path.iter().enumerate() {
        let entry = table.and_then(|table| table.iter().find(|(key, _)| key.get_ref() == name));
        let Some((key, value)) = entry else { break };
        // The head of a section says nothing of a key that is not in it.
        if depth > 0 {
            place = Some(key.span().start);
        }
        table = value.get_ref().as_table();
    }
    let full = dotted(path.iter().copied());
    match place {
        Some(start) => at(text, start, full, message),
        None => Problem { line: 0, column: 0, key: full, message },
    }
}
