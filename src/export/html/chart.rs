//! The charts: inline SVG whose numbers are ours; names stand beside it as text.

use std::io::{self, Write};

use jiff::{SignedDuration, Timestamp};

use super::{Text, percent};
use crate::export::Report;
use crate::export::tally::{Counts, DAYS, Group, LABELS, Ranking, Tally};
use crate::model::digits::grouped;

/// Units of a bar's full width.
const WIDTH: u64 = 1_000;
/// Units of a day in the chart of days, and of its height.
const DAY: u64 = 20;
const HEIGHT: u64 = 100;

pub(super) fn all(out: &mut impl Write, report: &Report<'_>, tally: &Tally) -> io::Result<()> {
    if tally.total == 0 {
        return writeln!(out, "<p class=\"cut\">No finding matches.</p>");
    }
    out.write_all(b"<div class=\"whole\">")?;
    bar(out, &tally.severities, tally.total, 12, &label("All that match, by severity", &tally.severities))?;
    out.write_all(b"</div>\n<section class=\"charts\">\n")?;
    days(out, report.at, tally)?;
    // Long names get half of the width, short ones a third.
    ranking(out, "chart half", "By account", &tally.accounts)?;
    ranking(out, "chart half", "By control or type", &tally.kinds)?;
    ranking(out, "chart", "By Region", &tally.regions)?;
    ranking(out, "chart", "By product", &tally.products)?;
    ranking(out, "chart", "By status", &tally.statuses)?;
    out.write_all(b"</section>\n")
}

/// One bar of parts by severity; `full` is what the whole width stands for.
fn bar(out: &mut impl Write, counts: &Counts, full: u64, height: u64, title: &str) -> io::Result<()> {
    write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" preserveAspectRatio=\"none\" role=\"img\"><title>{}</title>",
        Text(title)
    )?;
    let mut sum = 0;
    for (slot, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let from = scaled(sum, full, WIDTH);
        sum += count;
        // What is there is seen, however little it is.
        let width = (scaled(sum, full, WIDTH) - from).max(2);
        write!(out, "<rect class=\"f{slot}\" x=\"{from}\" y=\"0\" width=\"{width}\" height=\"{height}\"/>")?;
    }
    out.write_all(b"</svg>")
}

/// `value` of `full`, in units of `of`.
fn scaled(value: u64, full: u64, of: u64) -> u64 {
    let scaled = u128::from(value) * u128::from(of) / u128::from(full.max(1));
    u64::try_from(scaled).unwrap_or(of).min(of)
}

/// What the bar says, in words.
fn label(what: &str, counts: &Counts) -> String {
    let parts: Vec<String> = LABELS
        .iter()
        .zip(counts)
        .filter(|(_, count)| **count > 0)
        .map(|(label, count)| format!("{label} {}", grouped(*count)))
        .collect();
    format!("{what}: {}", parts.join(", "))
}

/// When the findings were first seen, day by day.
fn days(out: &mut impl Write, at: Timestamp, tally: &Tally) -> io::Result<()> {
    let totals = tally.days.iter().map(|counts| counts.iter().sum::<u64>());
    let (most, sum) = (totals.clone().max().unwrap_or(0), totals.sum::<u64>());
    let older = tally.total - sum;
    write!(out, "<div class=\"chart wide\">\n<h2>First seen, the last {DAYS} days ")?;
    writeln!(out, "<small>{} findings; {} are older or undated</small></h2>", grouped(sum), grouped(older))?;
    if sum == 0 {
        return out.write_all(b"</div>\n");
    }
    let width = DAY * DAYS as u64;
    write!(
        out,
        "<svg class=\"days\" viewBox=\"0 0 {width} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\">\
         <title>Findings by the day they were first seen; at most {} on one day</title>",
        grouped(most)
    )?;
    for (x, counts) in (0..).step_by(20).zip(&tally.days) {
        let mut sum = 0;
        for (slot, count) in counts.iter().enumerate().rev().filter(|(_, count)| **count > 0) {
            let low = scaled(sum, most, HEIGHT);
            sum += count;
            let height = (scaled(sum, most, HEIGHT) - low).max(1);
            let y = HEIGHT - (low + height).min(HEIGHT);
            write!(
                out,
                "<rect class=\"f{slot}\" x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{height}\"/>",
                x + 2,
                DAY - 4
            )?;
        }
    }
    let day = |ago: i64| at.checked_sub(SignedDuration::from_hours(24 * ago)).unwrap_or(at).strftime("%Y-%m-%d");
    let first = i64::try_from(DAYS).unwrap_or(0) - 1;
    writeln!(
        out,
        "</svg>\n<p class=\"axis\"><span>{}</span><span>at most {} a day</span><span>{}</span></p>\n</div>",
        day(first),
        grouped(most),
        day(0)
    )
}

fn ranking(out: &mut impl Write, class: &str, what: &str, ranking: &Ranking) -> io::Result<()> {
    let rest: u64 = ranking.rest.1.iter().sum();
    let full = ranking.groups.iter().map(Group::total).max().unwrap_or(0).max(rest);
    let all: u64 = ranking.groups.iter().map(Group::total).sum::<u64>() + rest;
    writeln!(out, "<div class=\"{class}\">\n<h2>{what} <small>the worst first</small></h2>")?;
    for group in &ranking.groups {
        let about =
            if group.about.is_empty() { String::new() } else { format!(" <small>{}</small>", Text(&group.about)) };
        let name = Text(&group.name);
        write!(out, "<div class=\"bar\"><span class=\"name\" title=\"{name}\">{name}{about}</span>")?;
        bar(out, &group.counts, full, 9, &label(&group.name, &group.counts))?;
        let share = percent(group.total(), all);
        writeln!(out, "<span class=\"count\">{} <small>{share}</small></span></div>", grouped(group.total()))?;
    }
    if ranking.rest.0 > 0 {
        let name = format!("{} more", grouped(ranking.rest.0));
        write!(out, "<div class=\"bar\"><span class=\"name\"><small>{name}</small></span>")?;
        bar(out, &ranking.rest.1, full, 9, &label(&name, &ranking.rest.1))?;
        writeln!(out, "<span class=\"count\">{} <small>{}</small></span></div>", grouped(rest), percent(rest, all))?;
    }
    out.write_all(b"</div>\n")
}
