//! Open findings by severity: how many, how many are new, and the last two weeks.

use ratatui::style::Style;

use super::Drawing;
use crate::app::overview::severities;
use crate::model::Severity;
use crate::store::overview::Overview as Counts;
use crate::ui::Safe;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::spark::spark;
use crate::ui::widgets::{Align, Count, Cut, Pen, grouped, severity};

const SPARK: u16 = 14;
/// Cells of the severity's name: the long one, and the one that leaves room.
const LABEL: u16 = 14;
const SHORT_LABEL: u16 = 9;
/// The gutter, the letter and the bar, and a blank.
const MARK: u16 = 2 + severity::MARK_WIDTH + 1;

/// Cells of each column, for one width of the panel: the numbers first, because a number is never cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widths {
    label: u16,
    open: u16,
    day: u16,
    week: u16,
    spark: u16,
}

impl Widths {
    pub(super) fn of(counts: &Counts, width: u16) -> Self {
        let widest = |number: fn(&crate::store::overview::SeverityCount) -> u64| {
            severities(counts).map(|count| narrow(grouped(number(count)).width())).max().unwrap_or(0)
        };
        // A mark behind the open ones, a plus before the new ones, and a gap.
        let open = (widest(|count| count.open) + 2).max(8);
        let day = (widest(|count| count.day) + 3).max(7);
        let week = (widest(|count| count.week) + 3).max(7);
        let label = if width >= MARK + LABEL + open + day + week { LABEL } else { SHORT_LABEL };
        let room = width.saturating_sub(MARK + label + open + day);
        let week = if room >= week { week } else { 0 };
        let spark = if room >= week + SPARK + 2 { SPARK + 2 } else { 0 };
        Self { label: label + room - week - spark, open, day, week, spark }
    }

    pub(super) const fn sum(self) -> u16 {
        self.open + self.day + self.week + self.spark
    }

    pub(super) fn heads(self, pen: &mut Pen<'_>, style: Style) {
        pen.column(self.open, Align::Right, Cut::End, "open ", style);
        pen.column(self.day, Align::Right, Cut::End, "24h", style);
        pen.column(self.week, Align::Right, Cut::End, if self.week > 0 { "7d" } else { "" }, style);
        if self.spark > 0 {
            pen.space(2).text("last 14 days", style);
        }
    }
}

pub(super) fn line(drawing: &Drawing<'_>, at: usize, pen: &mut Pen<'_>, style: Style) {
    let look = drawing.scene.look;
    let Some(count) = severities(&drawing.counts).nth(at) else { return };
    let coverage = Coverage::of(drawing.scene.snapshot.sources(), count.severity);
    // The gutter is drawn already.
    let widths = Widths::of(&drawing.counts, pen.room() + 2);
    severity::mark(pen, count.severity, look);
    pen.space(1).column(widths.label, Align::Left, Cut::End, label(count.severity, widths.label), style);
    if count.open == 0 && coverage == Coverage::Loading {
        pen.column(widths.open, Align::Right, Cut::End, "— ", look.dim());
        pen.space(2).text("not loaded yet", look.dim());
        return;
    }
    pen.column(widths.open, Align::Right, Cut::End, Count::new(count.open, coverage).marked(), style);
    for (width, new) in [(widths.day, count.day), (widths.week, count.week)] {
        let style = if new == 0 { look.dim() } else { look.plain() };
        if width > 0 {
            pen.column(width, Align::Right, Cut::End, Safe::of(format_args!("+{}", grouped(new))), style);
        }
    }
    if widths.spark > 0 {
        let numbers = count.histogram.map(u64::from);
        let colour = count.severity.map_or(look.dim(), |severity| look.severity(severity));
        pen.space(2);
        spark(pen, &numbers, SPARK, colour, look);
    }
}

/// What is not among the numbers above, and why, as far as there is room: `not open: 140 passed · 12 suppressed`. Then how
/// many samples are among them.
pub(super) fn rest(counts: &Counts, room: usize) -> Safe<'static> {
    let closed = counts.closed;
    let parts: Vec<String> = [
        (closed.passed, "passed"),
        (closed.resolved, "resolved"),
        (closed.suppressed, "suppressed"),
        (closed.archived, "archived"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{} {word}", grouped(number)))
    .collect();
    let samples =
        if counts.samples > 0 { format!("   with {} samples", grouped(counts.samples)) } else { String::new() };
    if parts.is_empty() {
        return Safe::of(format_args!("{}", samples.trim_start()));
    }
    let whole = parts.join(" · ");
    let all = [format!("not open: {whole}{samples}"), format!("not open: {whole}")];
    let fewer = (1..parts.len()).rev().map(|number| format!("not open: {} · …", parts[..number].join(" · ")));
    let fitting = all.into_iter().chain(fewer).map(|text| Safe::of(format_args!("{text}")));
    fitting.into_iter().find(|text| text.width() <= room).unwrap_or_default()
}

const fn label(severity: Option<Severity>, room: u16) -> &'static str {
    match severity {
        Some(Severity::Informational) if room < LABEL => "INFO",
        Some(severity) => severity.label(),
        None if room < LABEL => "NONE",
        None => "NO SEVERITY",
    }
}
