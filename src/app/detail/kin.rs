//! What else the finding is part of, as lines of its page: doors to the findings that share something with it.

use super::section::Section;
use crate::app::kin::Kin;

/// One door a line, with how many findings are behind it once they are counted.
pub(super) fn section(kin: &Kin) -> Section {
    let mut section = Section::new("KIN", 4);
    for (at, door) in kin.doors.iter().enumerate() {
        let count = kin.count(at).map_or_else(|| "…".to_owned(), grouped);
        section.door(format!("{count} {}: {}", door.relation.phrase(), door.value), door.text.clone());
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
