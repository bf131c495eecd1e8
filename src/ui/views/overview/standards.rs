//! Each standard with its score and its controls by status.

use ratatui::style::Style;

use super::Drawing;
use crate::app::controls::shown;
use crate::store::score::StandardPosture;
use crate::ui::Safe;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::{Align, Cut, Pen, grouped};

const NUMBER: u16 = 8;
const BAR: u16 = 10;
/// From this width on, a bar stands beside the score.
const WITH_BAR: u16 = 56;

/// Column heads that end where the numbers end.
pub(super) const fn heads(width: u16) -> &'static str {
    match width {
        0..48 => "score  failed",
        _ => "passed  failed unknown",
    }
}

pub(super) fn line(drawing: &Drawing<'_>, at: usize, pen: &mut Pen<'_>, style: Style) {
    let look = drawing.scene.look;
    let Some(standard) = shown(&drawing.posture).nth(at) else { return };
    let width = pen.room() + 2;
    let short = width < 48;
    let bar_width = if width >= WITH_BAR { BAR + 1 } else { 0 };
    let numbers = if short { 5 + NUMBER } else { 5 + bar_width + 3 * NUMBER };
    pen.column(pen.room().saturating_sub(numbers), Align::Left, Cut::Middle, name(standard), style);
    let score = standard.score.map_or(Safe::from("—"), |score| Safe::of(format_args!("{score}%")));
    pen.column(5, Align::Right, Cut::End, score, style);
    let failed = if standard.failed > 0 { look.bad() } else { look.dim() };
    if short {
        pen.column(NUMBER, Align::Right, Cut::End, grouped(u64::from(standard.failed)), failed);
        return;
    }
    if bar_width > 0 {
        pen.space(1);
        let counted = standard.passed + standard.failed + standard.unknown;
        bar(pen, BAR, u64::from(standard.passed), u64::from(counted), look.plain(), look);
    }
    for (number, style) in [
        (standard.passed, look.plain()),
        (standard.failed, failed),
        (standard.unknown, if standard.unknown > 0 { look.warn() } else { look.dim() }),
    ] {
        pen.column(NUMBER, Align::Right, Cut::End, grouped(u64::from(number)), style);
    }
}

/// `CIS AWS Foundations Benchmark 5.0.0`
pub(super) fn name(standard: &StandardPosture) -> Safe<'static> {
    match &standard.version {
        Some(version) => Safe::of(format_args!("{} {version}", standard.name)),
        None => Safe::of(format_args!("{}", standard.name)),
    }
}
