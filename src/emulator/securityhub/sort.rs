//! `SortCriteria` of `GetFindings`. Which fields are legal is not documented: columns sort fast, any other by its text.

use std::cmp::Ordering;

use serde_json::Value;

use crate::emulator::data::json::Json;
use crate::emulator::world::World;

use super::fields::{field, values};

/// One criterion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Criterion {
    field: String,
    descending: bool,
}

/// Reads `SortCriteria`.
pub(crate) fn read(given: Option<&Value>) -> Result<Vec<Criterion>, String> {
    let Some(given) = given else { return Ok(Vec::new()) };
    let given = given.as_array().ok_or("SortCriteria is not a list")?;
    given
        .iter()
        .map(|criterion| {
            let field = criterion.get("Field").and_then(Value::as_str).ok_or("SortCriteria: Field is missing")?;
            let descending = match criterion.get("SortOrder").and_then(Value::as_str) {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(word) => return Err(format!("SortCriteria: SortOrder {word:?} is neither asc nor desc")),
            };
            Ok(Criterion { field: field.to_owned(), descending })
        })
        .collect()
}

/// Sorts rows; equal ones stay in the order of their making.
pub(crate) fn sort(world: &World, rows: &mut Vec<u32>, criteria: &[Criterion]) {
    for criterion in criteria.iter().rev() {
        let order = |ordering: Ordering| if criterion.descending { ordering.reverse() } else { ordering };
        let row = |index: &u32| &world.rows[*index as usize];
        match criterion.field.as_str() {
            "SeverityLabel" | "SeverityNormalized" | "Severity.Normalized" | "Severity.Label" => {
                rows.sort_by(|a, b| order(row(a).severity.cmp(&row(b).severity)));
            }
            "UpdatedAt" | "LastObservedAt" => rows.sort_by(|a, b| order(row(a).updated.cmp(&row(b).updated))),
            "CreatedAt" | "FirstObservedAt" => rows.sort_by(|a, b| order(row(a).created.cmp(&row(b).created))),
            name => by_text(world, rows, name, criterion.descending),
        }
    }
}

fn by_text(world: &World, rows: &mut Vec<u32>, name: &str, descending: bool) {
    let path = field(name).map_or(name, |(_, _, path)| path);
    let mut scratch = Json::default();
    let mut keyed: Vec<(String, u32)> = rows
        .iter()
        .map(|index| {
            scratch.clear();
            world.asff(*index, &mut scratch);
            let finding: Value = serde_json::from_str(scratch.as_str()).unwrap_or_default();
            let key = values(&finding, path).first().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
            (key.unwrap_or_default(), *index)
        })
        .collect();
    keyed.sort_by(|a, b| if descending { b.0.cmp(&a.0) } else { a.0.cmp(&b.0) });
    *rows = keyed.into_iter().map(|(_, index)| index).collect();
}
