//! What differs between two versions of one record.
//!
//! In: the JSON of both. Out: [`Changes`]: first in the terms of the reading (who, how often, how severe), then every
//! other place in the JSON that is not the same. A place whose two values a term has told already is not told again;
//! nothing else is left out, so that two versions without a change are the same in content.

mod paths;
mod reading;

use std::collections::HashSet;

use serde_json::Value;

use super::{DecodeError, mend};
use crate::model::{Change, Changes, Format, RawRecord};

/// Reads both versions and tells them apart.
///
/// # Errors
/// When one of them is no record.
pub fn changes(format: Format, old: &[u8], new: &[u8]) -> Result<Changes, DecodeError> {
    let fields = compare(reading::terms(&read(format, old)?)?, &reading::terms(&read(format, new)?)?);
    let told: HashSet<(Option<String>, Option<String>)> = fields.iter().map(pair).collect();
    let mut places = Vec::new();
    paths::walk(&value(old)?, &value(new)?, &mut places);
    places.retain(|change| !told.contains(&pair(change)));
    Ok(Changes { fields, paths: places })
}

fn read(format: Format, json: &[u8]) -> Result<RawRecord, DecodeError> {
    super::kind::require_object(json)?;
    Ok(RawRecord { format, json: bytes::Bytes::copy_from_slice(json) })
}

fn value(json: &[u8]) -> Result<Value, DecodeError> {
    match serde_json::from_slice(json) {
        Ok(value) => Ok(value),
        Err(error) => match mend::mended(json) {
            Some(mended) => Ok(serde_json::from_slice(&mended)?),
            None => Err(error.into()),
        },
    }
}

/// Both values in a form in which the reading and the JSON write the same: times as times.
fn pair(change: &Change) -> (Option<String>, Option<String>) {
    let plain = |text: &Option<String>| text.as_deref().map(normal);
    (plain(&change.old), plain(&change.new))
}

fn normal(text: &str) -> String {
    let is_time = text.len() >= 19 && text.as_bytes().get(4) == Some(&b'-');
    let time = if is_time { crate::model::time::parse(text) } else { None };
    time.map_or_else(|| text.to_owned(), |at| at.to_string())
}

/// The terms whose values are not the same. Of a term that has several values, those that both versions have are left
/// out, and what remains is told in pairs.
fn compare(mut old: Vec<(String, String)>, new: &[(String, String)]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    let mut arrived: Vec<(String, String)> = Vec::new();
    for entry in new {
        match old.iter().position(|held| held == entry) {
            Some(at) => drop(old.remove(at)),
            None => arrived.push(entry.clone()),
        }
    }
    // In the order of the reading: where the new version has the term, there; what is only in the old one, last.
    for (what, new) in arrived {
        let before = old.iter().position(|(term, _)| *term == what).map(|at| old.remove(at).1);
        changes.push(Change { what, old: before, new: Some(new) });
    }
    changes.extend(old.into_iter().map(|(what, old)| Change { what, old: Some(old), new: None }));
    changes
}

#[cfg(test)]
mod tests;
