//! Markdown for a ticket or a handover: a page of what matches, and one finding.
//!
//! What a finding says stands in code spans: there no renderer finds a link, a mention, an image or HTML in it, and a
//! reader of the source still reads it.

use std::fmt::Write as _;
use std::io::{self, Write};

use jiff::Timestamp;

use super::tally::{LABELS, Ranking, Tally, kind, standing};
use super::{Format, Report, command, console, coverage, inert};
use crate::model::Severity;
use crate::model::digits::grouped;
use crate::store::{Row, Snapshot};

/// A page: the question, what is missing, totals, and the findings of `rows` as a table.
///
/// # Errors
/// What writing answered.
pub fn page<'a>(out: &mut impl Write, report: &Report<'_>, rows: impl Iterator<Item = Row<'a>>) -> io::Result<()> {
    let tally = Tally::of(report);
    writeln!(out, "# Findings: {}\n", code(&report.asked()))?;
    let held = grouped(report.snapshot.len() as u64);
    writeln!(out, "{} of {held} findings match, {}.\n", grouped(tally.total), minute(report.at))?;
    missing(out, report)?;
    let counts: Vec<String> = LABELS
        .iter()
        .zip(tally.severities)
        .filter(|(_, count)| *count > 0)
        .map(|(label, count)| format!("{label} **{}**", grouped(count)))
        .collect();
    if !counts.is_empty() {
        writeln!(out, "{}\n", counts.join(" · "))?;
    }
    if tally.samples > 0 {
        writeln!(out, "{} of them are samples: nothing of them happened.\n", grouped(tally.samples))?;
    }
    ranking(out, "Account", &tally.accounts)?;
    ranking(out, "Control or type", &tally.kinds)?;
    let listed = report.listed(Format::Markdown).len() as u64;
    if listed == 0 {
        return Ok(());
    }
    if listed < tally.total {
        writeln!(out, "## The first {} of {} findings\n", grouped(listed), grouped(tally.total))?;
    } else {
        writeln!(out, "## {} findings\n", grouped(listed))?;
    }
    writeln!(out, "| Severity | First seen | Finding | Resource | Account | Region | Status |")?;
    writeln!(out, "|---|---|---|---|---|---|---|")?;
    for row in rows {
        line(out, &row)?;
    }
    Ok(())
}

/// Which sources are not whole: said before any number.
fn missing(out: &mut impl Write, report: &Report<'_>) -> io::Result<()> {
    let troubles = coverage::troubles(report.snapshot.sources());
    if troubles.is_empty() {
        return Ok(());
    }
    let all = report.snapshot.sources().len();
    writeln!(out, "> **These numbers are not whole**: {} of {all} sources are not.\n>", troubles.len())?;
    for trouble in troubles {
        writeln!(out, "> - {}: {}", code(&trouble.source), code(&trouble.what))?;
    }
    writeln!(out)
}

fn ranking(out: &mut impl Write, what: &str, ranking: &Ranking) -> io::Result<()> {
    if ranking.groups.len() < 2 {
        return Ok(());
    }
    writeln!(out, "| {what} | CRITICAL | HIGH | All |\n|---|--:|--:|--:|")?;
    for group in &ranking.groups {
        let about = if group.about.is_empty() { String::new() } else { format!(" {}", cell(&group.about)) };
        let [critical, high, ..] = group.counts.map(grouped);
        writeln!(out, "| {}{about} | {critical} | {high} | {} |", cell(&group.name), grouped(group.total()))?;
    }
    let (more, counts) = &ranking.rest;
    if *more > 0 {
        let [critical, high, ..] = counts.map(grouped);
        writeln!(out, "| {} more | {critical} | {high} | {} |", grouped(*more), grouped(counts.iter().sum()))?;
    }
    writeln!(out)
}

fn line(out: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    let born = row.first_seen().or(row.created_at());
    let born = born.map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string());
    let mut resources = row.resources();
    let resource = resources.next().map_or_else(String::new, |resource| cell(resource.name.unwrap_or(resource.id)));
    let more = match resources.count() {
        0 => String::new(),
        more => format!(" +{more}"),
    };
    let title = match kind(row) {
        (control, about) if !about.is_empty() => format!("{} {}", cell(control), cell(row.title())),
        _ => cell(row.title()),
    };
    let sample = if row.sample() { "sample: " } else { "" };
    writeln!(
        out,
        "| {} | {born} | {sample}{title} | {resource}{more} | {} | {} | {} |",
        row.severity().map_or("", Severity::label),
        row.account_name().or(row.account()).map_or_else(String::new, cell),
        row.region().map_or_else(String::new, cell),
        cell(standing(row)),
    )
}

/// One finding, with where it is shown and the command that shows it.
#[must_use]
pub fn finding(row: &Row<'_>, snapshot: &Snapshot) -> String {
    let mut lines = Vec::new();
    let severity = row.severity().map_or("no severity", Severity::label);
    let score = row.score().map(|score| format!(" {score}")).unwrap_or_default();
    lines.push(format!("### {severity}{score}: {}\n", code(row.title())));
    let mut fact = |name: &str, value: String| lines.push(format!("- {name}: {value}"));
    if row.sample() {
        fact("sample", "nothing of it happened".to_owned());
    }
    if !row.description().is_empty() && row.description() != row.title() {
        fact("what", code(row.description()));
    }
    let account = match (row.account_name(), row.account()) {
        (Some(name), Some(account)) => format!("{} ({})", code(name), code(account)),
        (name, account) => name.or(account).map_or_else(|| "unknown".to_owned(), code),
    };
    fact("account", row.region().map_or_else(|| account.clone(), |region| format!("{account} in {}", code(region))));
    for resource in row.resources() {
        let kind = resource.kind.map(|kind| format!("{} ", code(kind))).unwrap_or_default();
        fact("resource", format!("{kind}{}", code(resource.id)));
    }
    if let Some(control) = row.control() {
        fact("control", code(control));
    }
    for kind in row.types() {
        fact("type", code(kind));
    }
    let status = [Some(standing(row)), row.compliance()];
    fact("status", status.into_iter().flatten().map(code).collect::<Vec<_>>().join(" "));
    for (name, at) in
        [("first seen", row.first_seen().or(row.created_at())), ("last seen", row.last_seen().or(row.updated_at()))]
    {
        if let Some(at) = at {
            fact(name, minute(at));
        }
    }
    fact("id", code(&row.id()));
    if let Some(link) = console::link(row) {
        fact("console", format!("<{link}>"));
    }
    let mut text = lines.join("\n");
    if let Some(command) = command::show(row, snapshot) {
        // The command is ASCII without a backtick.
        let _ = write!(text, "\n\n```sh\n{command}\n```"); // a String takes every write
    }
    text.push('\n');
    text
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Text from outside as a code span that it cannot leave: fenced with more backticks than it has in a row.
fn code(text: &str) -> String {
    let line = inert::line(text);
    let (mut longest, mut run) = (0, 0);
    for c in line.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    // A blank at both ends is taken away again by renderers.
    let blank = if line.is_empty() || line.starts_with(['`', ' ']) || line.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{blank}{line}{blank}{fence}")
}

/// The same in a table, where a bar would end the cell even in code, and renderers differ on how it is escaped: it
/// shows as a broken bar.
fn cell(text: &str) -> String {
    code(text).replace('|', "¦")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans_hold_what_they_are_given() {
        assert_eq!(code("plain"), "`plain`");
        assert_eq!(code("a `b` c"), "``a `b` c``");
        assert_eq!(code("```sh"), "```` ```sh ````");
        assert_eq!(code("<script>\n[x](javascript:y) @all"), "`<script>␊[x](javascript:y) @all`");
        assert_eq!(cell("a|b\\|c"), "`a¦b\\¦c`");
        assert_eq!(code(""), "`  `");
    }
}
