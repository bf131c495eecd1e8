//! Who or what has the most CRITICAL and HIGH: a name, and how many of each of all.

use ratatui::style::Style;

use super::Drawing;
use crate::model::{Service, Severity};
use crate::store::overview::Tally;
use crate::ui::Safe;
use crate::ui::widgets::{Align, Count, Cut, Pen, grouped};

/// Column heads that end where the numbers end: the last column keeps a cell for the mark.
pub(super) const HEADS: &str = "C      H     of ";

const CRITICAL: u16 = 6;
const HIGH: u16 = 7;
const TOTAL: u16 = 8;

/// What the names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Accounts,
    Resources,
    Services,
    Names,
}

pub(super) fn line(drawing: &Drawing<'_>, tallies: &[Tally], at: usize, pen: &mut Pen<'_>, style: Style, of: Of) {
    let Some(tally) = tallies.get(at) else { return };
    let look = drawing.scene.look;
    let room = pen.room().saturating_sub(CRITICAL + HIGH + TOTAL);
    name(drawing, tally, room, pen, style, of);
    let worst = |number: u64, severity: Severity| if number == 0 { look.dim() } else { look.severity(severity) };
    pen.column(CRITICAL, Align::Right, Cut::End, grouped(tally.critical), worst(tally.critical, Severity::Critical));
    pen.column(HIGH, Align::Right, Cut::End, grouped(tally.high), worst(tally.high, Severity::High));
    pen.column(TOTAL, Align::Right, Cut::End, Count::new(tally.total, drawing.coverage).marked(), style);
}

fn name(drawing: &Drawing<'_>, tally: &Tally, room: u16, pen: &mut Pen<'_>, style: Style, of: Of) {
    let text = Safe::new(&tally.value);
    match of {
        Of::Accounts => {
            let Some(known) = drawing.scene.snapshot.account_name(&tally.value).map(Safe::new) else {
                pen.column(room, Align::Left, Cut::End, text, style);
                return;
            };
            let end = pen.x() + room;
            if known.width() + text.width() + 2 <= usize::from(room) {
                pen.text(known, style).space(2).text(text, drawing.scene.look.dim()).to(end);
            } else {
                pen.column(room, Align::Left, Cut::End, known, style);
            }
        }
        Of::Services => {
            let service = Service::ALL.into_iter().find(|service| service.id() == tally.value);
            let name = service.map_or(text, |service| Safe::from(service.name()));
            pen.column(room, Align::Left, Cut::End, name, style);
        }
        Of::Resources => {
            pen.column(room, Align::Left, Cut::Middle, text, style);
        }
        Of::Names => {
            pen.column(room, Align::Left, Cut::End, text, style);
        }
    }
}
