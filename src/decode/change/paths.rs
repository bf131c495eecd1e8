//! Two JSON trees, and every place where they are not the same.
//!
//! Objects are compared by name, arrays of objects by the field that identifies their elements where there is one,
//! arrays of plain values as sets, and all other arrays by position.

use serde_json::{Map, Value};

use crate::model::Change;

/// Fields that identify an element of an array, in the order in which they are tried; either case.
const IDS: [&str; 10] =
    ["Id", "Arn", "Uid", "Key", "Name", "StandardsId", "NetworkInterfaceId", "GroupId", "IpAddressV4", "Port"];

/// Adds each difference between the trees.
pub(super) fn walk(old: &Value, new: &Value, changes: &mut Vec<Change>) {
    values("", old, new, changes);
}

fn values(path: &str, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => objects(path, old, new, changes),
        (Value::Array(old), Value::Array(new)) => arrays(path, old, new, changes),
        _ => changes.push(change(path, Some(old), Some(new))),
    }
}

fn objects(path: &str, old: &Map<String, Value>, new: &Map<String, Value>, changes: &mut Vec<Change>) {
    for (name, value) in old {
        let inner = joined(path, name);
        match new.get(name) {
            Some(other) => values(&inner, value, other, changes),
            None => changes.push(change(&inner, Some(value), None)),
        }
    }
    for (name, value) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
        changes.push(change(&joined(path, name), None, Some(value)));
    }
}

fn arrays(path: &str, old: &[Value], new: &[Value], changes: &mut Vec<Change>) {
    let plain = |values: &[Value]| values.iter().all(|value| !value.is_object() && !value.is_array());
    if plain(old) && plain(new) {
        return sets(path, old, new, changes);
    }
    let Some(name) = IDS.into_iter().find(|name| identifies(name, old) && identifies(name, new)) else {
        return positions(path, old, new, changes);
    };
    let before = changes.len();
    let find = |values: &[Value], id: &str| values.iter().position(|value| id_of(name, value).as_deref() == Some(id));
    for value in old {
        let id = id_of(name, value).unwrap_or_default();
        let inner = format!("{path}[{id}]");
        match find(new, &id).and_then(|at| new.get(at)) {
            Some(other) => values(&inner, value, other, changes),
            None => changes.push(change(&inner, Some(value), None)),
        }
    }
    for value in new {
        let id = id_of(name, value).unwrap_or_default();
        if find(old, &id).is_none() {
            changes.push(change(&format!("{path}[{id}]"), None, Some(value)));
        }
    }
    if changes.len() == before {
        // The same elements in another order: said once, so that nothing that differs goes untold.
        let order =
            |values: &[Value]| values.iter().filter_map(|value| id_of(name, value)).collect::<Vec<_>>().join(", ");
        changes.push(Change { what: format!("{path}[]"), old: Some(order(old)), new: Some(order(new)) });
    }
}

/// The order of plain values says nothing; how often one stands does.
fn sets(path: &str, old: &[Value], new: &[Value], changes: &mut Vec<Change>) {
    let before = changes.len();
    let mut left: Vec<&Value> = old.iter().collect();
    let mut came: Vec<&Value> = Vec::new();
    for value in new {
        match left.iter().position(|held| *held == value) {
            Some(at) => drop(left.remove(at)),
            None => came.push(value),
        }
    }
    let path = format!("{path}[]");
    let pairs = left.len().max(came.len());
    changes.extend((0..pairs).map(|at| change(&path, left.get(at).copied(), came.get(at).copied())));
    if changes.len() == before {
        let order = |values: &[Value]| values.iter().map(text).collect::<Vec<_>>().join(", ");
        changes.push(Change { what: path, old: Some(order(old)), new: Some(order(new)) });
    }
}

fn positions(path: &str, old: &[Value], new: &[Value], changes: &mut Vec<Change>) {
    for at in 0..old.len().max(new.len()) {
        let inner = format!("{path}[{at}]");
        match (old.get(at), new.get(at)) {
            (Some(old), Some(new)) => values(&inner, old, new, changes),
            (old, new) => changes.push(change(&inner, old, new)),
        }
    }
}

/// Every element has it, and no two the same.
fn identifies(name: &str, values: &[Value]) -> bool {
    let mut ids: Vec<String> = Vec::with_capacity(values.len());
    for value in values {
        match id_of(name, value) {
            Some(id) if !ids.contains(&id) => ids.push(id),
            _ => return false,
        }
    }
    true
}

fn id_of(name: &str, value: &Value) -> Option<String> {
    let fields = value.as_object()?;
    let found = fields.iter().find(|(field, _)| field.eq_ignore_ascii_case(name))?.1;
    (found.is_string() || found.is_number()).then(|| text(found))
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn change(path: &str, old: Option<&Value>, new: Option<&Value>) -> Change {
    Change { what: path.to_owned(), old: old.map(text), new: new.map(text) }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
