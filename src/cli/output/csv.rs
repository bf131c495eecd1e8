//! Comma-separated values with a header, in which no cell is one that a spreadsheet would run.
//!
//! Findings are written by attackers: a title that starts with `=` is a formula to a spreadsheet. Such a cell gets an
//! apostrophe in front, which spreadsheets take as "this is text". Every cell is quoted.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{QuoteStyle, WriterBuilder};
use jiff::Timestamp;

use crate::store::{Row, RowId, Snapshot};

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
pub(in crate::cli) fn findings(out: &mut impl Write, snapshot: &Snapshot, rows: &[RowId]) -> io::Result<()> {
    let cells = rows.iter().filter_map(|id| snapshot.row(*id)).map(|row| cells(&row));
    table(out, &HEADER, cells)
}

/// Any header and lines, every cell made harmless.
pub(in crate::cli) fn table<const N: usize>(
    out: &mut impl Write,
    header: &[&str; N],
    lines: impl Iterator<Item = [String; N]>,
) -> io::Result<()> {
    let mut writer = WriterBuilder::new().quote_style(QuoteStyle::Always).from_writer(out);
    writer.write_record(header).map_err(io_error)?;
    for line in lines {
        writer.write_record(line.iter().map(|cell| inert(cell).into_owned())).map_err(io_error)?;
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

/// The cell, or the cell behind an apostrophe when a spreadsheet would take it for a formula.
fn inert(cell: &str) -> Cow<'_, str> {
    let runs =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '|' | '%' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n');
    let first = cell.chars().next().is_some_and(runs);
    let after_space = cell.trim_start().chars().next().is_some_and(runs);
    if first || after_space { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
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
mod tests {
    use super::*;

    #[test]
    fn no_cell_runs_in_a_spreadsheet() {
        for cell in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1+1", "|x"] {
            assert_eq!(inert(cell), format!("'{cell}"));
        }
        for cell in ["", "a=b", "i-0f3a", "arn:aws:iam::111122223333:root", "7.5"] {
            assert_eq!(inert(cell), cell);
        }
    }
}
