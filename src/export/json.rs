//! One finding as the JSON contract has it: these keys, in this order, absent when unknown, times in RFC 3339 UTC.
//!
//! JSON leaves C1 controls and characters that turn text around as they are, and terminals obey them: here they are
//! written as `\u` escapes, which every reader turns back into the same text.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::inert;
use crate::store::Row;

/// The contract. Scripts build on the names: they never change meaning.
#[derive(Debug, Serialize)]
pub struct Finding<'a> {
    id: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    product: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    record_state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    compliance: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    standards: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<Timestamp>,
    sources: Vec<&'static str>,
    records: Vec<Record<'a>>,
    sample: bool,
}

#[derive(Debug, Serialize)]
struct Resource<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Record<'a> {
    id: Cow<'a, str>,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

impl<'a> Finding<'a> {
    /// As the row says.
    #[must_use]
    pub fn of(row: &Row<'a>) -> Self {
        Self {
            id: row.id(),
            product: row.product(),
            title: row.title(),
            severity: row.severity().map(crate::model::Severity::label),
            score: row.score(),
            account: row.account(),
            account_name: row.account_name(),
            region: row.region(),
            resources: row.resources().map(|r| Resource { id: r.id, kind: r.kind, name: r.name }).collect(),
            types: row.types().collect(),
            workflow: row.workflow(),
            record_state: row.record_state(),
            compliance: row.compliance(),
            control: row.control(),
            standards: row.standards().collect(),
            generator: row.generator(),
            created_at: row.created_at(),
            updated_at: row.updated_at(),
            first_seen: row.first_seen(),
            last_seen: row.last_seen(),
            sources: row.sources().map(crate::model::Service::id).collect(),
            records: row
                .records()
                .map(|record| Record {
                    id: record.id(),
                    source: record.service().id(),
                    updated_at: record.updated_at(),
                })
                .collect(),
            sample: row.sample(),
        }
    }
}

/// One JSON array, one finding a line.
///
/// # Errors
/// What writing answered.
pub fn array<'a>(out: &mut impl Write, rows: impl Iterator<Item = Row<'a>>) -> io::Result<()> {
    out.write_all(b"[")?;
    let mut between: &[u8] = b"\n";
    for row in rows {
        out.write_all(between)?;
        object(out, &row)?;
        between = b",\n";
    }
    out.write_all(if between == b"\n" { b"]\n" } else { b"\n]\n" })
}

/// One JSON object a line.
///
/// # Errors
/// What writing answered.
pub fn lines<'a>(out: &mut impl Write, mut rows: impl Iterator<Item = Row<'a>>) -> io::Result<()> {
    rows.try_for_each(|row| line(out, &row))
}

/// One finding as one line.
///
/// # Errors
/// What writing answered.
pub fn line(out: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    object(out, row)?;
    out.write_all(b"\n")
}

fn object(out: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    Finding::of(row).serialize(&mut Serializer::with_formatter(out, Escaped))?;
    Ok(())
}

/// Compact JSON in which no character acts.
struct Escaped;

impl Formatter for Escaped {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        escape(out, fragment)
    }
}

/// Writes a part of a JSON string, or JSON as it is, with `\u` escapes for what acts. Outside of strings JSON has no
/// such character but white space: give no text with line breaks.
pub(super) fn escape(out: &mut (impl Write + ?Sized), fragment: &str) -> io::Result<()> {
    let mut written = 0;
    for (at, c) in fragment.char_indices().filter(|(_, c)| inert::acts(*c)) {
        out.write_all(fragment.get(written..at).unwrap_or_default().as_bytes())?;
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(out, "\\u{unit:04x}")?;
        }
        written = at + c.len_utf8();
    }
    out.write_all(fragment.get(written..).unwrap_or_default().as_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_text_comes_back_and_no_character_acts(text: String, hidden in "[\u{7f}-\u{9f}\u{202a}-\u{202e}\u{e0041}a]{0,8}") {
            let text = text + &hidden;
            let mut out = Vec::new();
            text.serialize(&mut Serializer::with_formatter(&mut out, Escaped)).unwrap();
            prop_assert_eq!(&serde_json::from_slice::<String>(&out).unwrap(), &text);
            prop_assert!(!std::str::from_utf8(&out).unwrap().chars().any(inert::acts));
        }
    }
}
