//! One self-contained HTML page: the question, what is missing, totals as charts, the findings as a table.
//!
//! Nothing runs in it and nothing is fetched by it: no script at all, a Content-Security-Policy that forbids what the
//! page does not have, its only addresses those of AWS's console. All text from outside passes [`Text`]; no name of a
//! tag or an attribute, no style and no attribute but those of console links is made of anything else than our words.

mod chart;
mod list;

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use jiff::Timestamp;

use super::tally::{LABELS, Tally};
use super::{Format, Report, coverage, inert};
use crate::model::digits::grouped;
use crate::store::Row;

const STYLE: &str = include_str!("../../../assets/export/report.css");

/// No script, no form, no frame, nothing fetched; the one style is the page's own.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page. `rows` are the findings that are listed.
///
/// # Errors
/// What writing answered.
pub fn page<'a>(out: &mut impl Write, report: &Report<'_>, rows: impl Iterator<Item = Row<'a>>) -> io::Result<()> {
    let tally = Tally::of(report);
    head(out, report)?;
    out.write_all(b"<body>\n")?;
    top(out, report, &tally)?;
    missing(out, report)?;
    out.write_all(b"<main>\n")?;
    tiles(out, &tally)?;
    chart::all(out, report, &tally)?;
    let listed = report.listed(Format::Html).len() as u64;
    list::table(out, listed, &tally, report.at, rows)?;
    out.write_all(b"</main>\n")?;
    writeln!(
        out,
        "<footer>Made by yagura {} on {}. This page runs no script and fetches nothing.</footer>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION"),
        minute(report.at)
    )
}

fn head(out: &mut impl Write, report: &Report<'_>) -> io::Result<()> {
    let asked = report.asked();
    let asked = Text(&asked);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Findings: {asked}</title>\n<style>\n{STYLE}</style>\n</head>"
    )
}

fn top(out: &mut impl Write, report: &Report<'_>, tally: &Tally) -> io::Result<()> {
    let sources = report.snapshot.sources().len();
    let whole = sources - coverage::troubles(report.snapshot.sources()).len();
    writeln!(out, "<header>\n<h1>Findings</h1>\n<p class=\"query\"><code>{}</code></p>", Text(&report.asked()))?;
    writeln!(out, "<ul class=\"facts\">")?;
    let held = grouped(report.snapshot.len() as u64);
    writeln!(out, "<li><b>{}</b> match, of <b>{held}</b> held</li>", grouped(tally.total))?;
    writeln!(out, "<li>asked <b>{}</b></li>", minute(report.at))?;
    writeln!(out, "<li><b>{whole}</b> of <b>{sources}</b> sources whole</li>")?;
    if tally.samples > 0 {
        writeln!(out, "<li><b>{}</b> are samples: nothing of them happened</li>", grouped(tally.samples))?;
    }
    out.write_all(b"</ul>\n</header>\n")
}

/// Which sources are not whole: above every number.
fn missing(out: &mut impl Write, report: &Report<'_>) -> io::Result<()> {
    let troubles = coverage::troubles(report.snapshot.sources());
    if troubles.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section class=\"partial\">\n<p>These numbers are not whole: something is missing.</p>\n<ul>")?;
    for trouble in &troubles {
        writeln!(out, "<li><b>{}</b>: {}; {}</li>", Text(&trouble.source), Text(&trouble.what), Text(&trouble.remedy))?;
    }
    out.write_all(b"</ul>\n</section>\n")
}

fn tiles(out: &mut impl Write, tally: &Tally) -> io::Result<()> {
    out.write_all(b"<section class=\"tiles\">\n")?;
    for (slot, (label, count)) in LABELS.iter().zip(tally.severities).enumerate() {
        // The tile of what has no severity only where there is such a thing.
        if slot < LABELS.len() - 1 || count > 0 {
            let share = percent(count, tally.total);
            writeln!(
                out,
                "<div class=\"tile t{slot}\"><span class=\"k{slot}\">{label}</span><b>{}</b> <i>{share}</i></div>",
                grouped(count)
            )?;
        }
    }
    out.write_all(b"</section>\n")
}

/// `12%`, `<1%`: rounded down, but never to nothing.
fn percent(count: u64, of: u64) -> String {
    match (count * 100).checked_div(of) {
        None => String::new(),
        Some(0) if count > 0 => "&lt;1%".to_owned(),
        Some(percent) => format!("{percent}%"),
    }
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Text from outside, between tags or in a quoted attribute: no markup, no character that acts.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in inert::line(self.0).chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
