//! Who or what has the most CRITICAL and HIGH: a name, and how many of each of all.

use ratatui::style::Style;

use super::Drawing;
use crate::model::{Service, Severity};
use crate::store::overview::Tally;
use crate::ui::Safe;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::{Align, Count, Cut, Pen, grouped};

/// What the names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Accounts,
    Resources,
    /// Their ends tell more than their beginnings: `Effects/Data Exposure`, `UnauthorizedAccess:EC2/SSHBruteForce`.
    Types,
    Services,
    Names,
}

/// Cells of the three columns of numbers: enough for the largest of each, because a number is never cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Widths {
    critical: u16,
    high: u16,
    total: u16,
}

impl Widths {
    pub(super) fn of(tallies: &[Tally]) -> Self {
        let widest = |number: fn(&Tally) -> u64| {
            tallies.iter().map(|tally| narrow(grouped(number(tally)).width())).max().unwrap_or(0)
        };
        Self {
            critical: (widest(|tally| tally.critical) + 2).max(4),
            high: (widest(|tally| tally.high) + 2).max(5),
            // A cell more for the mark.
            total: (widest(|tally| tally.total) + 3).max(6),
        }
    }

    pub(super) const fn sum(self) -> u16 {
        self.critical + self.high + self.total
    }

    pub(super) fn heads(self, pen: &mut Pen<'_>, style: Style) {
        pen.column(self.critical, Align::Right, Cut::End, "C", style);
        pen.column(self.high, Align::Right, Cut::End, "H", style);
        pen.column(self.total, Align::Right, Cut::End, "of ", style);
    }
}

pub(super) fn line(drawing: &Drawing<'_>, tallies: &[Tally], at: usize, pen: &mut Pen<'_>, style: Style, of: Of) {
    let Some(tally) = tallies.get(at) else { return };
    let look = drawing.scene.look;
    let widths = Widths::of(tallies);
    let room = pen.room().saturating_sub(widths.sum());
    name(drawing, tally, room, pen, style, of);
    let worst = |number: u64, severity: Severity| if number == 0 { look.dim() } else { look.severity(severity) };
    let (critical, high) = (grouped(tally.critical), grouped(tally.high));
    pen.column(widths.critical, Align::Right, Cut::End, critical, worst(tally.critical, Severity::Critical));
    pen.column(widths.high, Align::Right, Cut::End, high, worst(tally.high, Severity::High));
    let total = Count::new(tally.total, drawing.coverage).marked();
    pen.column(widths.total, Align::Right, Cut::End, total, style);
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
            let room = room.saturating_sub(1);
            pen.column(room, Align::Left, Cut::Middle, resource(drawing, tally, usize::from(room)), style).space(1);
        }
        Of::Types => {
            let room = room.saturating_sub(1);
            let last = |text: &str| text.rsplit('/').next().unwrap_or_default().len();
            let (text, cut) = if text.width() <= usize::from(room) || room >= 40 {
                (text, Cut::Middle)
            } else {
                (ending(&tally.value, last(&tally.value)), Cut::End)
            };
            pen.column(room, Align::Left, cut, text, style).space(1);
        }
        Of::Names => {
            pen.column(room, Align::Left, Cut::End, text, style);
        }
    }
}

/// An account by its name; of an ARN that does not fit, what comes after its account (`…instance/i-0aa0`), or its last
/// part alone (`…i-0aa0`).
fn resource(drawing: &Drawing<'_>, tally: &Tally, room: usize) -> Safe<'static> {
    let id = tally.value.as_str();
    if let Some(account) = id.strip_prefix("AWS::::Account:") {
        let name = drawing.scene.snapshot.account_name(account).unwrap_or(account);
        let long = Safe::of(format_args!("account {name}"));
        return if room >= 40 { long } else { Safe::new(name).into_owned() };
    }
    let whole = Safe::new(id).into_owned();
    if whole.width() <= room || !id.starts_with("arn:") {
        return whole;
    }
    let after_account = id.splitn(6, ':').nth(5).map_or(0, str::len);
    let long = ending(id, after_account);
    if long.width() <= room { long } else { ending(id, id.rsplit(['/', ':']).next().map_or(0, str::len)) }
}

/// The last bytes of a text, behind the mark of a cut.
fn ending(text: &str, bytes: usize) -> Safe<'static> {
    let tail = text.get(text.len().saturating_sub(bytes)..).unwrap_or_default();
    Safe::of(format_args!("…{tail}"))
}
