//! Severity as a letter, a bar and a colour, so that it reads without any one of them.

use super::pen::Pen;
use crate::model::Severity;
use crate::ui::Look;

/// The cells [`mark`] fills.
pub const MARK_WIDTH: u16 = 3;

/// The letter and the bar: `C █`, `H ▆`, `M ▄`, `L ▂`, `I ·`; `?` where the record says none.
#[must_use]
pub const fn symbols(severity: Option<Severity>) -> (&'static str, &'static str) {
    match severity {
        Some(Severity::Critical) => ("C", "█"),
        Some(Severity::High) => ("H", "▆"),
        Some(Severity::Medium) => ("M", "▄"),
        Some(Severity::Low) => ("L", "▂"),
        Some(Severity::Informational) => ("I", "·"),
        None => ("?", " "),
    }
}

/// Draws letter and bar in the severity's colour.
pub fn mark(pen: &mut Pen<'_>, severity: Option<Severity>, look: &Look) {
    let (letter, bar) = symbols(severity);
    let style = severity.map_or(look.dim(), |severity| look.severity(severity));
    pen.text(letter, style).space(1).text(bar, style);
}
