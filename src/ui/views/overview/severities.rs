//! Open findings by severity: how many, how many are new, and the last two weeks.

use ratatui::style::Style;

use super::Drawing;
use crate::app::overview::severities;
use crate::ui::Safe;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::spark::spark;
use crate::ui::widgets::{Align, Count, Cut, Pen, grouped, severity};

const COUNT: u16 = 9;
const CHANGE: u16 = 8;
const SPARK: u16 = 14;

/// From this width on, the last two weeks are drawn.
const WITH_SPARK: u16 = 59;
/// From this width on, the last week is counted.
const WITH_WEEK: u16 = 42;

/// Column heads that end where the numbers end.
pub(super) const fn heads(width: u16) -> &'static str {
    match width {
        WITH_SPARK.. => "open      24h      7d  last 14 days",
        WITH_WEEK.. => "open     24h      7d",
        _ => "open     24h",
    }
}

pub(super) fn line(drawing: &Drawing<'_>, at: usize, pen: &mut Pen<'_>, style: Style) {
    let look = drawing.scene.look;
    let Some(count) = severities(&drawing.counts).nth(at) else { return };
    let coverage = Coverage::of(drawing.scene.snapshot.sources(), count.severity);
    // The gutter is drawn: two cells of the line are gone.
    let width = pen.room() + 2;
    let spark_width = if width >= WITH_SPARK { SPARK + 2 } else { 0 };
    let week = if width >= WITH_WEEK { CHANGE } else { 0 };
    let numbers = COUNT + CHANGE + week + spark_width;
    severity::mark(pen, count.severity, look);
    pen.space(1);
    let label = count.severity.map_or("NO SEVERITY", crate::model::Severity::label);
    pen.column(pen.room().saturating_sub(numbers), Align::Left, Cut::End, label, style);
    if count.open == 0 && coverage == Coverage::Loading {
        pen.column(COUNT, Align::Right, Cut::End, "— ", look.dim());
        pen.space(1).text("not loaded yet", look.dim());
        return;
    }
    pen.column(COUNT, Align::Right, Cut::End, Count::new(count.open, coverage).marked(), style);
    change(pen, count.day, look.plain(), look.dim());
    if week > 0 {
        change(pen, count.week, look.plain(), look.dim());
    }
    if spark_width > 0 {
        let numbers = count.histogram.map(u64::from);
        let colour = count.severity.map_or(look.dim(), |severity| look.severity(severity));
        pen.space(2);
        spark(pen, &numbers, SPARK, colour, look);
    }
}

fn change(pen: &mut Pen<'_>, new: u64, some: Style, none: Style) {
    let style = if new == 0 { none } else { some };
    pen.column(CHANGE, Align::Right, Cut::End, Safe::of(format_args!("+{}", grouped(new))), style);
}
