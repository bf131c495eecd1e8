//! Comma-separated values with a header, in which no cell is one that a spreadsheet would run.
//!
//! Findings are written by attackers: a title that starts with `=` is a formula to a spreadsheet. In front of each
//! character that would begin one stands an apostrophe: at the start of a cell, and within it behind a `;`, since a
//! spreadsheet that splits at `;` would begin a cell there (OWASP, "CSV Injection"). Every cell is quoted, and every
//! finding is one line: what would act shows as a mark.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{QuoteStyle, WriterBuilder};
use jiff::Timestamp;

use super::inert;
use crate::store::Row;

/// Between the values of a list in one cell.
const BETWEEN: &str = " | ";

/// The columns: the keys of the JSON contract, lists joined; a resource is its id, a record its id.
const HEADER: [&str; 25] = [
    "id",
    "product",
    "title",
    "severity",
    "score",
    "account",
    "account_name",
    "region",
    "resources",
    "resource_types",
    "resource_names",
    "types",
    "workflow",
    "record_state",
    "compliance",
    "control",
    "standards",
    "generator",
    "created_at",
    "updated_at",
    "first_seen",
    "last_seen",
    "sources",
    "records",
    "sample",
];

/// A header and one line a finding.
///
/// # Errors
/// What writing answered.
pub fn findings<'a>(out: &mut impl Write, rows: impl Iterator<Item = Row<'a>>) -> io::Result<()> {
    table(out, &HEADER, rows.map(|row| cells(&row)))
}

/// Any header and lines, every cell made harmless.
///
/// # Errors
/// What writing answered.
pub fn table<const N: usize>(
    out: &mut impl Write,
    header: &[&str; N],
    lines: impl Iterator<Item = [String; N]>,
) -> io::Result<()> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(out);
    writer.write_record(header).map_err(io_error)?;
    for line in lines {
        writer.write_record(line.iter().map(|cell| guarded(&inert::line(cell)).into_owned())).map_err(io_error)?;
    }
    writer.flush()
}

/// The csv crate hides the kind of an I/O error, and a closed pipe must be told from a full disk.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// The cell with an apostrophe in front of what a spreadsheet would take for the start of a formula.
fn guarded(cell: &str) -> Cow<'_, str> {
    let mut guarded = String::new();
    let mut copied = 0;
    // At the start of what may be a cell: blanks and quotes before it count for nothing.
    let mut starts = true;
    for (at, c) in cell.char_indices() {
        if starts && begins_formula(c) {
            guarded.push_str(cell.get(copied..at).unwrap_or_default());
            guarded.push('\'');
            copied = at;
        }
        starts = separates(c) || (starts && (c.is_whitespace() || c == '"'));
    }
    if guarded.is_empty() {
        return Cow::Borrowed(cell);
    }
    guarded.push_str(cell.get(copied..).unwrap_or_default());
    Cow::Owned(guarded)
}

const fn begins_formula(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n')
}

/// Where somebody else's idea of the format begins a new cell. Not a comma: within our quotes it begins none.
const fn separates(c: char) -> bool {
    matches!(c, ';' | '\t' | '\r' | '\n')
}

fn cells(row: &Row<'_>) -> [String; HEADER.len()] {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let resources: Vec<_> = row.resources().collect();
    [
        row.id().into_owned(),
        row.product().to_owned(),
        row.title().to_owned(),
        text(row.severity().map(crate::model::Severity::label)),
        row.score().map(|score| score.to_string()).unwrap_or_default(),
        text(row.account()),
        text(row.account_name()),
        text(row.region()),
        joined(resources.iter().map(|resource| resource.id)),
        joined(resources.iter().filter_map(|resource| resource.kind)),
        joined(resources.iter().filter_map(|resource| resource.name)),
        joined(row.types()),
        text(row.workflow()),
        row.record_state().to_owned(),
        text(row.compliance()),
        text(row.control()),
        joined(row.standards()),
        text(row.generator()),
        time(row.created_at()),
        time(row.updated_at()),
        time(row.first_seen()),
        time(row.last_seen()),
        joined(row.sources().map(crate::model::Service::id)),
        joined(row.records().map(|record| record.id())),
        row.sample().to_string(),
    ]
}

fn joined<T: AsRef<str>>(values: impl Iterator<Item = T>) -> String {
    let mut cell = String::new();
    for value in values {
        if !cell.is_empty() {
            cell.push_str(BETWEEN);
        }
        cell.push_str(value.as_ref());
    }
    cell
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_runs_in_a_spreadsheet() {
        for cell in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1+1", "|x"] {
            assert_eq!(guarded(cell), format!("'{cell}"));
        }
        for (cell, expected) in [
            (" =1", " '=1"),
            ("\t=1", "'\t'=1"),
            ("\"=1", "\"'=1"),
            ("a;=1", "a;'=1"),
            ("a; \"=1\";@b", "a; \"'=1\";'@b"),
        ] {
            assert_eq!(guarded(cell), expected);
        }
        for cell in ["", "a=b", "i-0f3a", "arn:aws:iam::111122223333:root", "7.5", "a, =b"] {
            assert_eq!(guarded(cell), cell);
        }
    }

    /// The cells as a reader that splits at this character sees them.
    fn read(bytes: &[u8], delimiter: u8) -> Vec<String> {
        let mut reader =
            csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes);
        reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn any_text_comes_back_and_runs_nowhere(first in any_text(), second in any_text()) {
            let mut out = Vec::new();
            table(&mut out, &["a", "b"], std::iter::once([first.clone(), second.clone()])).unwrap();
            prop_assert_eq!(std::str::from_utf8(&out).unwrap().lines().count(), 2, "one line a finding");
            let cells = read(&out, b',');
            for (cell, text) in cells.iter().skip(2).zip([&first, &second]) {
                // All that was added is apostrophes.
                let bare = |text: &str| text.replace('\'', "");
                prop_assert_eq!(bare(cell), bare(&inert::line(text)));
            }
            for cell in cells.iter().chain(&read(&out, b';')) {
                let start = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"').chars().next();
                prop_assert!(!start.is_some_and(begins_formula), "{cell:?}");
            }
        }
    }

    /// Text full of what matters here, and any other.
    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof!["[=+@|%;,\"'\\-\t\r\n ax1]{0,12}", any::<String>()]
    }
}
