//! The same questions asked of one row: for when few rows are in question.

use super::evaluate::observable_of;
use super::field::Field;
use super::glob::Matcher;
use crate::store::{Row, RowId, Snapshot};

/// Is the word in some text field of the row (those that `evaluate` looks through).
pub(super) fn word(row: &Row<'_>, matcher: &Matcher) -> bool {
    let has = |text: &str| matcher.matches(text);
    has(row.title())
        || row.account().is_some_and(has)
        || row.account_name().is_some_and(has)
        || row.types().any(has)
        || text(row, Field::Resource, &has)
        || has(row.description())
}

/// Does one of the field's texts match.
pub(super) fn text(row: &Row<'_>, field: Field, matches: &impl Fn(&str) -> bool) -> bool {
    let matches = &|text: &str| !text.is_empty() && matches(text);
    if let Some(kind) = observable_of(field) {
        return row.observables().any(|(of, value)| of == kind && matches(value));
    }
    match field {
        Field::Id | Field::Record => row.records().any(|record| matches(&record.id())),
        Field::Title => matches(row.title()),
        Field::Description => matches(row.description()),
        Field::Generator => row.generator().is_some_and(matches),
        Field::ResourceId => row.resources().any(|resource| matches(resource.id)),
        Field::ResourceName => row.resources().any(|resource| resource.name.is_some_and(matches)),
        Field::Resource => row.resources().any(|resource| {
            matches(resource.id) || resource.name.is_some_and(matches) || resource.kind.is_some_and(matches)
        }),
        // The rest have bitmaps.
        _ => false,
    }
}

/// A time of the row in whole seconds since the epoch; `None` when unknown. An age is counted from when the finding was
/// first seen, else made: as the overview counts what is new.
pub(super) fn time(snapshot: &Snapshot, id: RowId, field: Field) -> Option<i64> {
    let second = match field {
        Field::Updated => snapshot.updated_seconds(id),
        Field::Age => snapshot.born_seconds(id),
        Field::Created => snapshot.created_seconds(id),
        Field::FirstSeen => snapshot.first_seen_seconds(id),
        Field::LastSeen => snapshot.last_seen_seconds(id),
        _ => return None,
    };
    (second != i64::MIN).then_some(second)
}
