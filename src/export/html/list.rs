//! The findings as a table, a row each.

use std::io::{self, Write};

use jiff::Timestamp;

use super::Text;
use crate::export::console;
use crate::export::tally::{LABELS, Tally, kind, slot, standing};
use crate::model::digits::grouped;
use crate::store::Row;

pub(super) fn table<'a>(
    out: &mut impl Write,
    listed: u64,
    tally: &Tally,
    at: Timestamp,
    rows: impl Iterator<Item = Row<'a>>,
) -> io::Result<()> {
    if listed == 0 {
        return Ok(());
    }
    if listed < tally.total {
        let (listed, all) = (grouped(listed), grouped(tally.total));
        writeln!(out, "<h2>The first {listed} of {all} findings</h2>")?;
        writeln!(
            out,
            "<p class=\"cut\">The list is cut here; every number above counts all {all}. The whole list: \
             <code>yagura findings … -o csv</code></p>"
        )?;
    } else {
        writeln!(out, "<h2>{} findings</h2>", grouped(listed))?;
    }
    writeln!(
        out,
        "<table>\n<thead><tr><th>SEVERITY</th><th>FIRST SEEN</th><th>FINDING</th><th>RESOURCE</th><th>ACCOUNT</th>\
         <th>STATUS</th></tr></thead>\n<tbody>"
    )?;
    for row in rows {
        line(out, &row, at)?;
    }
    out.write_all(b"</tbody>\n</table>\n")
}

fn line(out: &mut impl Write, row: &Row<'_>, at: Timestamp) -> io::Result<()> {
    let slot = slot(row.severity());
    let score = row.score().map(|score| format!("<small>{score}</small>")).unwrap_or_default();
    write!(out, "<tr><td class=\"severity\"><b class=\"k{slot}\">{}</b>{score}</td>", LABELS[slot])?;
    match row.first_seen().or(row.created_at()) {
        Some(born) => {
            let day = born.strftime("%Y-%m-%d");
            write!(
                out,
                "<td class=\"time\"><time datetime=\"{born}\">{day}</time><small>{}</small></td>",
                age(at, born)
            )?;
        }
        None => out.write_all(b"<td class=\"time\">unknown</td>")?,
    }
    let sample = if row.sample() { "<small class=\"sample\">sample</small> " } else { "" };
    let (kind, _) = kind(row);
    write!(
        out,
        "<td class=\"finding\"><b>{}</b> {sample}<small>{} · {}</small><code>{}</code>",
        Text(row.title()),
        Text(kind),
        Text(row.product()),
        Text(&row.id())
    )?;
    if let Some(link) = console::link(row) {
        let href = Text(&link);
        write!(out, "<small class=\"link\"><a href=\"{href}\" rel=\"noopener noreferrer\">AWS console</a></small>")?;
    }
    out.write_all(b"</td><td>")?;
    resources(out, row)?;
    let (account, number) =
        (row.account_name().or(row.account()).unwrap_or("unknown"), row.account().unwrap_or_default());
    let number = if number == account { String::new() } else { format!("<small>{}</small>", Text(number)) };
    let region = Text(row.region().unwrap_or("no Region"));
    write!(out, "</td><td class=\"account\">{}{number}<small>{region}</small></td>", Text(account))?;
    let compliance = row.compliance().map(|status| format!("<small>{}</small>", Text(status))).unwrap_or_default();
    writeln!(out, "<td class=\"status\">{}{compliance}</td></tr>", Text(standing(row)))
}

/// The first two resources by name, type and id; how many more there are.
fn resources(out: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    let mut resources = row.resources();
    for resource in resources.by_ref().take(2) {
        let name = Text(resource.name.unwrap_or(resource.id));
        let kind = Text(resource.kind.unwrap_or_default());
        write!(out, "{name}<small>{kind}</small><code>{}</code>", Text(resource.id))?;
    }
    match resources.count() {
        0 => Ok(()),
        more => write!(out, "<small>and {} more</small>", grouped(more as u64)),
    }
}

/// `4m`, `3h`, `2d`: the largest unit that is at least one.
fn age(now: Timestamp, then: Timestamp) -> String {
    match now.as_second().saturating_sub(then.as_second()).max(0) / 60 {
        minutes @ 0..60 => format!("{minutes}m ago"),
        minutes @ 60..1440 => format!("{}h ago", minutes / 60),
        minutes => format!("{}d ago", minutes / 1440),
    }
}
