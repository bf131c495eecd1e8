//! Each standard with its score and its controls by status.

use ratatui::style::Style;

use super::Drawing;
use crate::app::controls::shown;
use crate::store::score::StandardPosture;
use crate::ui::Safe;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::{Align, Cut, Pen, grouped};

const SCORE: u16 = 6;
const NUMBER: u16 = 8;
const BAR: u16 = 8;

/// Cells of each column, for one width of the panel. 0: not there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widths {
    bar: u16,
    passed: u16,
    unknown: u16,
}

impl Widths {
    pub(super) const fn of(width: u16) -> Self {
        match width {
            0..48 => Self { bar: 0, passed: 0, unknown: 0 },
            48..64 => Self { bar: 0, passed: NUMBER, unknown: NUMBER },
            _ => Self { bar: BAR + 1, passed: NUMBER, unknown: NUMBER },
        }
    }

    pub(super) const fn sum(self) -> u16 {
        SCORE + self.bar + self.passed + NUMBER + self.unknown
    }

    pub(super) fn heads(self, pen: &mut Pen<'_>, style: Style) {
        pen.column(SCORE, Align::Right, Cut::End, "score", style).space(self.bar);
        if self.passed > 0 {
            pen.column(NUMBER, Align::Right, Cut::End, "passed", style);
        }
        pen.column(NUMBER, Align::Right, Cut::End, "failed", style);
        if self.unknown > 0 {
            pen.column(NUMBER, Align::Right, Cut::End, "unknown", style);
        }
    }
}

pub(super) fn line(drawing: &Drawing<'_>, at: usize, pen: &mut Pen<'_>, style: Style) {
    let look = drawing.scene.look;
    let Some(standard) = shown(drawing.posture).nth(at) else { return };
    // The gutter is drawn already.
    let widths = Widths::of(pen.room() + 2);
    name(standard, pen.room().saturating_sub(widths.sum()), pen, style);
    let score = standard.score.map_or(Safe::from("—"), |score| Safe::of(format_args!("{score}%")));
    pen.column(SCORE, Align::Right, Cut::End, score, style);
    if widths.bar > 0 {
        pen.space(1);
        let counted = standard.passed + standard.failed + standard.unknown;
        bar(pen, BAR, u64::from(standard.passed), u64::from(counted), look.plain(), look);
    }
    let failed = if standard.failed > 0 { look.bad() } else { look.dim() };
    let unknown = if standard.unknown > 0 { look.warn() } else { look.dim() };
    for (width, number, style) in [
        (widths.passed, standard.passed, look.plain()),
        (NUMBER, standard.failed, failed),
        (widths.unknown, standard.unknown, unknown),
    ] {
        if width > 0 {
            // No check has reported: a zero would look like an answer.
            let (text, style) = match standard.score {
                None => (Safe::from("—"), look.dim()),
                Some(_) => (grouped(u64::from(number)), style),
            };
            pen.column(width, Align::Right, Cut::End, text, style);
        }
    }
}

/// The name and the version, which is never cut: as AWS has it, or without the words that tell nothing apart.
fn name(standard: &StandardPosture, room: u16, pen: &mut Pen<'_>, style: Style) {
    let end = pen.x() + room;
    let version = Safe::new(standard.version.as_deref().unwrap_or_default());
    let left = room.saturating_sub(narrow(version.width()) + 1);
    let (long, short) = (Safe::new(&standard.name), shortened(&standard.name));
    let short = Safe::new(&short);
    let name = if narrow(long.width()) <= left { long } else { short };
    let width = narrow(name.width()).min(left);
    pen.column(width, Align::Left, Cut::End, name, style).space(1).text(version, style).to(end);
}

/// `CIS Foundations`, `AWS Foundational`, `NIST 800-53 Revision 5`.
fn shortened(name: &str) -> String {
    let words = ["Benchmark", "Security Best Practices", "Special Publication", "Standard"];
    let mut short = name.replace("CIS AWS ", "CIS ");
    for word in words {
        short = short.replace(&format!(" {word}"), "");
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_keep_what_tells_standards_apart() {
        for (name, short) in [
            ("CIS AWS Foundations Benchmark", "CIS Foundations"),
            ("AWS Foundational Security Best Practices", "AWS Foundational"),
            ("NIST Special Publication 800-53 Revision 5", "NIST 800-53 Revision 5"),
            ("AWS Resource Tagging Standard", "AWS Resource Tagging"),
            ("PCI DSS", "PCI DSS"),
        ] {
            assert_eq!(shortened(name), short);
        }
    }
}
