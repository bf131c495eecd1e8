//! What else the finding is part of: doors to the list of findings that share something with it.

use std::collections::HashSet;

use super::section::Section;
use crate::store::{Field, Row, Snapshot};

/// One door a line, with how many findings are behind it where the store counts them.
pub(super) fn section(row: &Row<'_>, snapshot: &Snapshot) -> Section {
    let mut section = Section::new("KIN", 4);
    let count = |field, value: &str| snapshot.with(field, value).len();
    let mut named = HashSet::new();
    for resource in row.resources().filter(|resource| !resource.id.is_empty()).take(4) {
        if named.insert(resource.id) {
            let name = resource.name.unwrap_or(resource.id);
            section.door(format!("of this resource: {name}"), format!("resource.id={}", quoted(resource.id)));
        }
    }
    if let Some(account) = row.account() {
        let name = row.account_name().unwrap_or(account);
        let text = format!("{} in this account: {name}", grouped(count(Field::Account, account)));
        section.door(text, format!("account={}", quoted(account)));
    }
    if let Some(kind) = row.types().next() {
        let text = format!("{} of the same type: {kind}", grouped(count(Field::Type, kind)));
        section.door(text, format!("type={}", quoted(kind)));
    }
    if let Some(control) = row.control() {
        let text = format!("{} of the same control: {control}", grouped(count(Field::Control, control)));
        section.door(text, format!("control={}", quoted(control)));
    }
    section
}

/// A value as the query language quotes it.
#[must_use]
pub fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `12,300`
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
