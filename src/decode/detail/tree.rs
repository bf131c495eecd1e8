//! A record as a tree from which the full reading takes what it shows; what is left at the end is "the rest".
//!
//! Every `take` forgives: the first letter of a key in either case, numbers as text and the reverse, one object for a
//! list of one, JSON inside a string. A value of a wrong shape is not taken: it stays, and is shown with the rest.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::lenient;
use crate::model::detail::Fact;
use crate::model::time;

/// Text longer than this (policies, scripts) reads better in the tree than as a fact.
const LONGEST_FACT: usize = 400;

/// Lists longer than this stay in the tree.
const LONGEST_LIST: usize = 16;

/// One object of a record.
pub(super) struct Tree<'v>(&'v mut Map<String, Value>);

impl<'v> Tree<'v> {
    /// The object in this value; text that holds an object is read first. `None` for anything else.
    pub(super) fn of(value: &'v mut Value) -> Option<Self> {
        if let Value::String(text) = value
            && text.trim_start().starts_with('{')
            && let Ok(inner) = serde_json::from_str(text)
        {
            *value = inner;
        }
        value.as_object_mut().map(Tree)
    }

    /// The tree of a record that lacks the part.
    pub(super) const fn empty(map: &'v mut Map<String, Value>) -> Self {
        Self(map)
    }

    fn key(&self, name: &str) -> Option<String> {
        if self.0.contains_key(name) {
            return Some(name.to_owned());
        }
        self.0.keys().find(|key| lenient::names(key, name)).cloned()
    }

    fn slot(&mut self, name: &str) -> Option<&mut Value> {
        let key = self.key(name)?;
        self.0.get_mut(&key)
    }

    fn remove(&mut self, name: &str) -> Option<Value> {
        let key = self.key(name)?;
        self.0.shift_remove(&key)
    }

    fn take_if<T>(&mut self, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
        let value = self.slot(name)?;
        let read = read(value);
        if read.is_some() || value.is_null() {
            self.remove(name);
        }
        read
    }

    /// A scalar as text; empty text is nothing.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let text = self.take_if(name, scalar)?;
        (!text.is_empty()).then_some(text)
    }

    /// As [`Self::text`], but `UNKNOWN` says nothing, and stays.
    pub(super) fn known(&mut self, name: &str) -> Option<String> {
        if self.peek(name)?.eq_ignore_ascii_case("UNKNOWN") { None } else { self.text(name) }
    }

    /// As [`Self::text`], left where it is.
    pub(super) fn peek(&self, name: &str) -> Option<String> {
        scalar(self.0.get(&self.key(name)?)?).filter(|text| !text.is_empty())
    }

    pub(super) fn number(&mut self, name: &str) -> Option<f64> {
        self.take_if(name, number)
    }

    pub(super) fn count(&mut self, name: &str) -> Option<u64> {
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked, and a float cast saturates"
        )]
        self.take_if(name, |value| number(value).filter(|n| *n >= 0.0).map(|n| n as u64))
    }

    pub(super) fn flag(&mut self, name: &str) -> Option<bool> {
        self.take_if(name, |value| lenient::flag(&scalar(value)?))
    }

    pub(super) fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.take_if(name, timestamp)
    }

    /// A list of scalars, or one.
    pub(super) fn texts(&mut self, name: &str) -> Vec<String> {
        self.take_if(name, |value| match value {
            Value::Array(list) => list.iter().map(scalar).collect::<Option<Vec<_>>>(),
            other => scalar(other).map(|text| vec![text]),
        })
        .unwrap_or_default()
    }

    /// Reads the object of this name; when nothing is left of it, it goes.
    pub(super) fn within<R>(&mut self, name: &str, read: impl FnOnce(&mut Tree<'_>) -> R) -> Option<R> {
        let value = self.slot(name)?;
        let found = Tree::of(value).map(|mut tree| read(&mut tree));
        if is_spent(value) {
            self.remove(name);
        }
        found
    }

    /// Reads each object of the list of this name; what is left of none goes.
    pub(super) fn each(&mut self, name: &str, mut read: impl FnMut(&mut Tree<'_>)) {
        let Some(value) = self.slot(name) else { return };
        if let Value::Array(list) = value {
            for element in list.iter_mut() {
                if let Some(mut tree) = Tree::of(element) {
                    read(&mut tree);
                }
            }
            list.retain(|element| !is_spent(element));
        } else if let Some(mut tree) = Tree::of(value) {
            read(&mut tree);
        }
        if is_spent(value) {
            self.remove(name);
        }
    }

    /// Reads each object inside this one, by its key.
    pub(super) fn each_object(&mut self, mut read: impl FnMut(&str, &mut Tree<'_>)) {
        for (key, value) in self.0.iter_mut() {
            if let Some(mut tree) = Tree::of(value) {
                read(key, &mut tree);
            }
        }
        self.0.retain(|_, value| !is_spent(value));
    }

    /// Takes every entry whose key satisfies this, with its whole value.
    pub(super) fn take_where(&mut self, mut wanted: impl FnMut(&str) -> bool) -> Vec<(String, Value)> {
        let keys: Vec<_> = self.0.keys().filter(|key| wanted(key)).cloned().collect();
        keys.into_iter().filter_map(|key| self.0.shift_remove(&key).map(|value| (key, value))).collect()
    }

    /// Takes a scalar into a list of facts.
    pub(super) fn fact(&mut self, facts: &mut Vec<Fact>, label: &str, name: &str) {
        push(facts, label, self.text(name));
    }

    /// Takes a list of scalars into one fact.
    pub(super) fn fact_list(&mut self, facts: &mut Vec<Fact>, label: &str, name: &str) {
        let list = self.texts(name);
        push(facts, label, (!list.is_empty()).then(|| list.join(", ")));
    }

    /// Takes every scalar as a fact labelled by its key, as it is: keys that a product or a person chose.
    pub(super) fn verbatim(&mut self, facts: &mut Vec<Fact>) {
        self.0.retain(|key, value| match scalar(value) {
            Some(text) if text.len() <= LONGEST_FACT => {
                push(facts, key, Some(text));
                false
            }
            _ => !is_spent(value),
        });
    }

    /// Puts a value back, under a name that nothing has.
    pub(super) fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// Drops what holds nothing: nulls, empty objects, empty lists.
    pub(super) fn prune(&mut self) {
        self.0.retain(|_, value| {
            if let Value::Object(inner) = value {
                Tree(inner).prune();
            }
            !is_spent(value)
        });
    }

    /// Takes every scalar and every short list of scalars, down to `depth` objects below this one, as facts labelled by
    /// their keys.
    pub(super) fn flatten(&mut self, facts: &mut Vec<Fact>, prefix: &str, depth: usize) {
        self.0.retain(|key, value| {
            let name = if prefix.is_empty() { label(key) } else { format!("{prefix} {}", lowered(&label(key))) };
            match value {
                Value::Object(inner) => {
                    if depth > 0 {
                        Tree(inner).flatten(facts, &name, depth - 1);
                    }
                    return !inner.is_empty();
                }
                Value::Array(list) if list.len() > LONGEST_LIST || !list.iter().all(|item| scalar(item).is_some()) => {
                    return true;
                }
                _ => {}
            }
            match as_fact(value) {
                Some(text) if text.len() > LONGEST_FACT => true,
                Some(text) => {
                    push(facts, &name, Some(text));
                    false
                }
                None => false,
            }
        });
    }
}

fn as_fact(value: &Value) -> Option<String> {
    match value {
        Value::Array(list) => Some(list.iter().filter_map(scalar).collect::<Vec<_>>().join(", ")),
        other => scalar(other),
    }
}

/// Adds a fact that has a value.
pub(super) fn push(facts: &mut Vec<Fact>, label: &str, value: Option<String>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        facts.push(Fact { label: label.to_owned(), value });
    }
}

/// Is there nothing in it to show.
fn is_spent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|number| number.is_finite())
}

fn timestamp(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => time::parse(text),
        Value::Number(number) => time::from_epoch(number.as_f64()?),
        Value::Object(map) => {
            let names = ["year", "month", "day", "hour", "minute", "second", "microsecond"];
            lenient::from_parts(names.map(|name| map.get(name).and_then(number)))
        }
        _ => None,
    }
}

/// A key as words: `InstanceType` is `Instance type`. Keys that are not AWS's camel case stay as they are.
pub(super) fn label(key: &str) -> String {
    if !key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return key.to_owned();
    }
    let letters: Vec<char> = key.chars().collect();
    let mut out = String::with_capacity(key.len() + 4);
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let is_plural = after == Some(&'s') && letters.get(at + 2).is_none_or(char::is_ascii_uppercase);
        let starts_word = letter.is_ascii_uppercase()
            && (before.is_some_and(char::is_ascii_lowercase)
                || (before.is_some_and(char::is_ascii_digit) && after.is_some_and(char::is_ascii_lowercase))
                || (before.is_some_and(char::is_ascii_uppercase)
                    && after.is_some_and(char::is_ascii_lowercase)
                    && !is_plural));
        if starts_word {
            out.push(' ');
        }
        let alone = after.is_none_or(|a| !a.is_ascii_lowercase());
        if at == 0 {
            out.push(letter.to_ascii_uppercase());
        } else if starts_word && !alone {
            out.push(letter.to_ascii_lowercase());
        } else {
            out.push(letter);
        }
    }
    // The words that AWS writes as if they were not acronyms.
    for (as_written, as_read) in [("Ip V4", "IPv4"), ("ip V4", "IPv4"), ("Ip V6", "IPv6"), ("ip V6", "IPv6")] {
        out = out.replace(as_written, as_read);
    }
    out.split(' ')
        .map(|word| match word.to_ascii_lowercase().as_str() {
            "id" | "arn" | "ip" | "url" | "vpc" | "kms" | "iam" | "dns" | "cpu" | "os" | "acl" | "acls" | "ami" => {
                word.to_ascii_uppercase()
            }
            _ => word.to_owned(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn lowered(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(std::iter::once(second)).chain(letters).collect()
        }
        _ => label.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn labels_are_words() {
        let table = [
            ("InstanceType", "Instance type"),
            ("imageId", "Image ID"),
            ("VpcId", "VPC ID"),
            ("IpV4Addresses", "IPv4 addresses"),
            ("DBInstanceIdentifier", "DB instance identifier"),
            ("S3BucketOwner", "S3 bucket owner"),
            ("CVE ID", "CVE ID"),
            ("anomalousAPIs", "Anomalous APIs"),
            ("rareProfiledASNsAccountProfiling", "Rare profiled ASNs account profiling"),
            ("BlockPublicAcls", "Block public ACLS"),
        ];
        for (key, expected) in table {
            assert_eq!(label(key), expected, "{key}");
        }
    }

    #[test]
    fn what_is_taken_goes_and_what_is_wrong_shaped_stays() {
        let mut value = json!({"a": {"name": "x", "Odd": [1]}, "B": "7", "list": {"Only": 1}, "text": "{\"n\":true}",
            "empty": {"gone": 1}});
        let mut tree = Tree::of(&mut value).unwrap();
        assert_eq!(tree.within("A", |a| (a.text("Name"), a.text("Odd"))), Some((Some("x".to_owned()), None)));
        assert_eq!(tree.number("B"), Some(7.0));
        let mut seen = Vec::new();
        tree.each("List", |one| seen.push(one.count("Only")));
        assert_eq!(seen, [Some(1)]);
        assert_eq!(tree.within("Text", |inner| inner.flag("N")), Some(Some(true)));
        tree.within("Empty", |inner| inner.texts("Gone"));
        assert_eq!(value, json!({"a": {"Odd": [1]}}));
    }
}
