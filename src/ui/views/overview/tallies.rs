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
    /// Their last part tells most, and stands first: `Data Exposure  Effects`, `SSHBruteForce  UnauthorizedAccess:EC2`.
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
    match of {
        Of::Types => kind(drawing, tallies, tally, room, pen, style),
        _ => name(drawing, tally, room, pen, style, of),
    }
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
        Of::Types | Of::Names => {
            pen.column(room, Align::Left, Cut::End, text, style);
        }
    }
}

/// A type by its last part, with what is in front of it where there is room. Two that end alike are told apart by the
/// part before, which then has a third of the room, where there is enough of it.
fn kind(drawing: &Drawing<'_>, tallies: &[Tally], tally: &Tally, room: u16, pen: &mut Pen<'_>, style: Style) {
    let edge = pen.x() + room;
    let room = room.saturating_sub(1);
    let (end_part, before) = last_part(&tally.value);
    let is_shared = room >= FOR_BOTH && ends_like_another(tallies, tally);
    let before = if is_shared { last_part(before).0 } else { before };
    let (end_part, before) = (Safe::new(end_part), Safe::new(before));
    let fewest = if is_shared { narrow(before.width()).min(room / 3).max(1) } else { LEAST_REST };
    let most = if is_shared { room.saturating_sub(fewest + 2) } else { room };
    let width = narrow(end_part.width()).min(most);
    pen.column(width, Align::Left, Cut::End, end_part, style);
    let left = room - width;
    if before.width() > 0 && left >= fewest + 2 {
        pen.space(2).column(left - 2, Align::Left, Cut::End, before, drawing.scene.look.dim());
    }
    pen.to(edge);
}

fn ends_like_another(tallies: &[Tally], tally: &Tally) -> bool {
    let (last, before) = last_part(&tally.value);
    !before.is_empty()
        && tallies
            .iter()
            .any(|other| other.value != tally.value && last_part(&other.value).0.eq_ignore_ascii_case(last))
}

/// From so many cells on two parts of a type can both be read.
const FOR_BOTH: u16 = 28;

/// What comes behind the last part of a type is left out where it would be shorter than this.
const LEAST_REST: u16 = 8;

/// Resources are named with their types from so many cells on: all lines alike.
const WITH_TYPE: usize = 28;

/// The part of a type behind its last slash, and what is in front of that.
fn last_part(kind: &str) -> (&str, &str) {
    match kind.rsplit_once('/') {
        Some((before, last)) if !last.is_empty() => (last, before),
        _ => (kind, ""),
    }
}

/// An account by its name; of an ARN what a person calls the resource, with its type where there is room:
/// `instance/i-0aa0`, `i-0aa0`.
fn resource(drawing: &Drawing<'_>, tally: &Tally, room: usize) -> Safe<'static> {
    let id = tally.value.as_str();
    if let Some(account) = account_of(id) {
        let name = drawing.scene.snapshot.account_name(account).unwrap_or(account);
        let long = Safe::of(format_args!("account {name}"));
        return if room >= WITH_TYPE { long } else { Safe::new(name).into_owned() };
    }
    let long = Safe::new(tail(id));
    if room >= WITH_TYPE && long.width() <= room {
        long.into_owned()
    } else {
        Safe::new(name_in(tail(id))).into_owned()
    }
}

/// The number of the account that a resource is: `AWS::::Account:111122223333`.
fn account_of(id: &str) -> Option<&str> {
    let (kind, number) = id.rsplit_once(':')?;
    let is_number = number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && kind.to_ascii_lowercase().ends_with("account")).then_some(number)
}

/// What an ARN says behind its account; anything else as it is.
fn tail(id: &str) -> &str {
    let mut parts = id.splitn(6, ':');
    match (parts.next(), parts.nth(4)) {
        (Some("arn"), Some(tail)) if !tail.is_empty() => tail,
        _ => id,
    }
}

/// Without the type in front: `i-0aa0` of `instance/i-0aa0`, `rotate` of `function:rotate`.
fn name_in(tail: &str) -> &str {
    tail.split_once(['/', ':']).map(|(_, name)| name).filter(|name| !name.is_empty()).unwrap_or(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_led_by_its_last_part() {
        let cve = "Software and Configuration Checks/Vulnerabilities/CVE";
        assert_eq!(last_part(cve), ("CVE", "Software and Configuration Checks/Vulnerabilities"));
        assert_eq!(last_part("Recon:EC2/PortProbe"), ("PortProbe", "Recon:EC2"));
        assert_eq!(last_part("Effects"), ("Effects", ""));
        assert_eq!(last_part("Effects/"), ("Effects/", ""));
    }

    #[test]
    fn types_that_end_alike_are_known() {
        let kinds = ["Software/AWS/Best-Practices", "Effects/Best-Practices", "Recon:EC2/PortProbe", "Best-Practices"];
        let tallies = kinds.map(|kind| Tally { value: kind.to_owned(), critical: 0, high: 0, total: 1 });
        let alike = tallies.each_ref().map(|tally| ends_like_another(&tallies, tally));
        assert_eq!(alike, [true, true, false, false], "one that is a single part has nothing else to show");
    }

    #[test]
    fn a_resource_is_what_its_arn_calls_it() {
        let names = |id: &'static str| (tail(id), name_in(tail(id)));
        assert_eq!(names("arn:aws:ec2:us-east-1:111122223333:instance/i-0aa0"), ("instance/i-0aa0", "i-0aa0"));
        assert_eq!(names("arn:aws:lambda:us-east-1:111122223333:function:rotate"), ("function:rotate", "rotate"));
        assert_eq!(names("arn:aws:s3:::acme-exports"), ("acme-exports", "acme-exports"));
        assert_eq!(names("no ARN at all"), ("no ARN at all", "no ARN at all"));
        assert_eq!(account_of("AWS::::Account:111122223333"), Some("111122223333"));
        assert_eq!(account_of("arn:aws:iam::111122223333:user/x"), None);
        assert_eq!(account_of("AwsAccount:not a number"), None);
    }
}
