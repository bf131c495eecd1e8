//! What leaves the program: findings as files, and single values for the clipboard and the browser.
//!
//! In: a [`Report`] (a snapshot, the rows that match, the question and the time). Out: bytes in one of the [`Format`]s,
//! written row by row, so that a million findings are never held as text. The headless `findings -o` and the
//! dashboard's export are the same writers.
//!
//! Findings are written by attackers. Each format has its own way to stay data: [`csv`] no cell that a spreadsheet
//! runs, [`json`] no character that a terminal obeys, [`markdown`] code spans, [`html`] no script and no markup of
//! theirs. [`raw`] alone is what AWS sent, unchanged.

pub mod command;
pub mod console;
pub mod coverage;
pub mod csv;
pub mod html;
pub mod inert;
pub mod json;
pub mod markdown;
pub mod raw;
mod report;
mod tally;

use std::io::{self, Write};

pub use report::Report;

use crate::store::Row;

/// A format that findings are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    #[default]
    Csv,
    Json,
    Ndjson,
    Raw,
    Markdown,
    Html,
}

impl Format {
    pub const ALL: [Self; 6] = [Self::Csv, Self::Json, Self::Ndjson, Self::Raw, Self::Markdown, Self::Html];

    /// The word for `-o`, and what a file's name ends in.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Raw => "raw.ndjson",
            Self::Markdown => "md",
            Self::Html => "html",
        }
    }

    /// The name for the eye.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Ndjson => "NDJSON",
            Self::Raw => "raw",
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
        }
    }

    /// One line that says what it is for.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Csv => "for a spreadsheet: no cell of it runs",
            Self::Json => "one array, the keys of the contract",
            Self::Ndjson => "the same, one finding a line",
            Self::Raw => "AWS's own JSON, one record a line",
            Self::Markdown => "a summary and a table, for a ticket",
            Self::Html => "a page with charts, to read and print",
        }
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Findings: of Markdown and HTML those that are listed.
    pub findings: u64,
    /// Why records could not be written, each; raw alone needs what may be lost.
    pub lost: Vec<String>,
}

/// Writes the report. `step` is called after each finding.
///
/// # Errors
/// What writing answered.
pub fn write(out: &mut impl Write, format: Format, report: &Report<'_>, step: &mut dyn FnMut()) -> io::Result<Written> {
    let mut written = Written::default();
    let findings = &mut written.findings;
    let rows = report.listed(format).iter().filter_map(|id| report.snapshot.row(*id)).inspect(|_: &Row<'_>| {
        *findings += 1;
        step();
    });
    match format {
        Format::Csv => csv::findings(out, rows)?,
        Format::Json => json::array(out, rows)?,
        Format::Ndjson => json::lines(out, rows)?,
        Format::Raw => written.lost = raw::records(out, report.snapshot, rows)?,
        Format::Markdown => markdown::page(out, report, rows)?,
        Format::Html => html::page(out, report, rows)?,
    }
    Ok(written)
}
