//! The order of rows: by any column, over packed keys.
//!
//! A key is the column's value as an unsigned number (for text its first eight folded bytes), then severity and age,
//! then the row: three machine words a row, so that a million rows sort without a string being looked at twice.

use roaring::RoaringBitmap;

use super::fold::fold;
use crate::model::{Column, Direction, ObservableKind, Service, Severity, Sort};
use crate::store::{Field, Row, RowId, Snapshot};

/// What has no value stands last.
const MISSING: u64 = u64::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    first: u64,
    second: u64,
    row: u32,
}

/// The rows in order; only the first `top` of them when that is given, which is cheaper than all.
///
/// Rows that are equal in the column stand worst first, then youngest first, then by row: the order is total, so the
/// same rows come in the same order.
#[must_use]
pub fn sort(rows: &RoaringBitmap, snapshot: &Snapshot, sort: Sort, top: Option<usize>) -> Vec<RowId> {
    let worst = top.filter(|_| sort.field == Column::Severity).map(|top| front(rows, snapshot, sort.direction, top));
    let mut keys: Vec<Key> = worst
        .as_ref()
        .unwrap_or(rows)
        .iter()
        .map(|row| Key { first: first(snapshot, RowId(row), sort), second: worst_youngest(snapshot, RowId(row)), row })
        .collect();
    if is_text(sort.field) {
        let compare = |a: &Key, b: &Key| {
            a.first.cmp(&b.first).then_with(|| by_text(snapshot, sort, *a, *b)).then_with(|| a.cmp(b))
        };
        take_top(&mut keys, top, compare);
    } else {
        take_top(&mut keys, top, Key::cmp);
    }
    keys.into_iter().map(|key| RowId(key.row)).collect()
}

/// Of rows in the order of severity, those of as many severities as it takes to have `top` of them.
fn front(rows: &RoaringBitmap, snapshot: &Snapshot, direction: Direction, top: usize) -> RoaringBitmap {
    let mut labels = Severity::WORST_FIRST.map(Severity::label);
    if direction == Direction::Ascending {
        labels.reverse();
    }
    let mut front = RoaringBitmap::new();
    for label in labels {
        if front.len() >= top as u64 {
            return front;
        }
        front |= snapshot.with(Field::Severity, label) & rows;
    }
    // Those without a severity stand last, in either direction.
    if front.len() >= top as u64 { front } else { rows.clone() }
}

fn take_top(keys: &mut Vec<Key>, top: Option<usize>, compare: impl Fn(&Key, &Key) -> std::cmp::Ordering) {
    if let Some(top) = top.filter(|top| *top < keys.len()) {
        if top > 0 {
            keys.select_nth_unstable_by(top - 1, &compare);
        }
        keys.truncate(top);
    }
    keys.sort_unstable_by(compare);
}

/// Severity in the top bits, worst first; below it the age in seconds, youngest first.
fn worst_youngest(snapshot: &Snapshot, id: RowId) -> u64 {
    let severity = u64::from(u8::MAX - snapshot.severity_rank(id)) << AGE_BITS;
    severity | age(snapshot.born_seconds(id))
}

/// What severity leaves of a word: every second of the calendar has a place in it (they need 39).
const AGE_BITS: u32 = 56;

/// Smaller the younger; an unknown time is the oldest.
const fn age(born: i64) -> u64 {
    const HALF: i64 = 1 << (AGE_BITS - 1);
    let born = if born < -HALF {
        -HALF
    } else if born >= HALF {
        HALF - 1
    } else {
        born
    };
    (HALF - 1 - born).cast_unsigned()
}

/// The column's value so that a smaller number stands first.
fn first(snapshot: &Snapshot, id: RowId, sort: Sort) -> u64 {
    let value = match sort.field {
        Column::Severity => match snapshot.severity_rank(id) {
            0 => MISSING,
            rank => u64::from(rank),
        },
        // The age grows as the time of birth falls.
        Column::Age => seconds(snapshot.born_seconds(id)).map_or(MISSING, |born| !born),
        Column::Updated => seconds(snapshot.updated_seconds(id)).unwrap_or(MISSING),
        other => snapshot.row(id).and_then(|row| of_row(&row, other)).unwrap_or(MISSING),
    };
    match sort.direction {
        _ if value == MISSING => MISSING,
        Direction::Ascending => value,
        // One less than the largest, so that no value is taken for a missing one.
        Direction::Descending => MISSING - 1 - value,
    }
}

fn of_row(row: &Row<'_>, column: Column) -> Option<u64> {
    let time = |time: Option<jiff::Timestamp>| time.map(|time| ordered(time.as_second()));
    match column {
        Column::Score => row.score().map(|score| ordered(f64_order(score)) >> 1),
        Column::Created => time(row.created_at()),
        Column::FirstSeen => time(row.first_seen()),
        Column::LastSeen => time(row.last_seen()),
        text => with_text(row, text, |text| prefix(&fold(text))),
    }
}

/// Seconds as a number that keeps their order; `None` for the mark of an unknown time.
const fn seconds(second: i64) -> Option<u64> {
    if second == i64::MIN { None } else { Some(ordered(second)) }
}

/// A signed number as an unsigned one in the same order.
const fn ordered(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

/// A float as a signed number in the same order (IEEE 754 total order).
const fn f64_order(number: f64) -> i64 {
    let bits = number.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// The first eight bytes as a number. Never `MISSING`: 0xff is in no text.
fn prefix(folded: &str) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(folded.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(bytes)
}

const fn is_text(column: Column) -> bool {
    !matches!(
        column,
        Column::Severity
            | Column::Score
            | Column::Age
            | Column::Created
            | Column::Updated
            | Column::FirstSeen
            | Column::LastSeen
    )
}

/// Rows whose text begins alike, by the whole of it.
fn by_text(snapshot: &Snapshot, sort: Sort, a: Key, b: Key) -> std::cmp::Ordering {
    if a.first == MISSING {
        return std::cmp::Ordering::Equal;
    }
    let (Some(one), Some(other)) = (snapshot.row(RowId(a.row)), snapshot.row(RowId(b.row))) else {
        return std::cmp::Ordering::Equal;
    };
    let ordering = with_text(&one, sort.field, |one| {
        with_text(&other, sort.field, |other| {
            if one == other { std::cmp::Ordering::Equal } else { fold(one).cmp(&fold(other)) }
        })
    });
    let ordering = ordering.flatten().unwrap_or(std::cmp::Ordering::Equal);
    match sort.direction {
        Direction::Ascending => ordering,
        Direction::Descending => ordering.reverse(),
    }
}

/// Looks at the text that a column sorts by; `None` when there is none, or it is empty.
fn with_text<T>(row: &Row<'_>, column: Column, look: impl FnOnce(&str) -> T) -> Option<T> {
    let text = match column {
        Column::Title => Some(row.title()),
        Column::Resource => row.resources().next().map(|resource| resource.name.unwrap_or(resource.id)),
        Column::ResourceType => row.resources().next().and_then(|resource| resource.kind),
        Column::Account => row.account_name().or_else(|| row.account()),
        Column::Region => row.region(),
        Column::Product => Some(row.product()),
        Column::Status => row.workflow(),
        Column::State => Some(row.record_state()),
        Column::Compliance => row.compliance(),
        Column::Control => row.control(),
        Column::Type => row.types().next(),
        Column::Generator => row.generator(),
        Column::Source => row.sources().next().map(Service::id),
        Column::ActorIp => observed(row, ObservableKind::Ip),
        Column::Principal => observed(row, ObservableKind::Principal),
        Column::Id => return Some(look(&row.id())),
        _ => None,
    };
    text.filter(|text| !text.is_empty()).map(look)
}

/// The first of a kind, in the order of the values.
fn observed<'a>(row: &Row<'a>, kind: ObservableKind) -> Option<&'a str> {
    row.observables().find(|(of, _)| *of == kind).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_second_of_age_counts_and_none_reaches_into_the_severity() {
        let now = 1_795_000_000;
        assert!(age(now + 1) < age(now), "the younger first, however near");
        assert!(age(0) < age(-1));
        let calendar = [jiff::Timestamp::MAX, jiff::Timestamp::MIN].map(|time| age(time.as_second()));
        assert!(calendar[0] < calendar[1] && calendar[1] < age(i64::MIN));
        assert!([i64::MIN, i64::MAX].into_iter().all(|born| age(born) >> AGE_BITS == 0));
    }
}
