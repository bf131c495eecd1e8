//! One row of the list, cell by cell.

use jiff::Timestamp;
use ratatui::style::{Modifier, Style};

use super::columns::{GAP, Slot};
use crate::model::{Column, ObservableKind, Service};
use crate::store::Row;
use crate::ui::theme::Focus;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::severity::{MARK_WIDTH, mark, symbols};
use crate::ui::widgets::{Align, Cut, Pen, age};
use crate::ui::{Look, Safe};

/// Draws the row into its columns. What asks for nobody's attention any more is dim.
pub(super) fn row(row: &Row<'_>, slots: &[Slot], focus: Focus, now: Timestamp, look: &Look, pen: &mut Pen<'_>) {
    let mut style = if row.is_open() { look.plain() } else { look.dim() };
    if focus == Focus::Here {
        style = style.add_modifier(Modifier::BOLD);
    }
    for (at, slot) in slots.iter().enumerate() {
        if at > 0 {
            pen.space(GAP);
        }
        let start = pen.x();
        cell(row, *slot, style, now, look, pen);
        pen.to(start + slot.width);
    }
}

fn cell(row: &Row<'_>, slot: Slot, style: Style, now: Timestamp, look: &Look, pen: &mut Pen<'_>) {
    let width = slot.width;
    match slot.column {
        Column::Severity if width >= MARK_WIDTH => mark(pen, row.severity(), look),
        Column::Age => {
            // The same time as the order goes by, and as "new in 24 h" means.
            let born = row.first_seen().or(row.created_at());
            let text = born.map_or(Safe::from("—"), |then| age(now, then));
            pen.column(width, Align::Right, Cut::End, text, style);
        }
        Column::Title => title(row, width, style, look, pen),
        Column::Resource => resource(row, width, style, look, pen),
        Column::Account => {
            let name = row.account_name().or(row.account()).unwrap_or("—");
            pen.column(width, Align::Left, Cut::Middle, Safe::new(name), style);
        }
        Column::Region => {
            pen.column(width, Align::Left, Cut::End, Safe::new(row.region().unwrap_or("—")), style);
        }
        Column::Product => product(row, width, style, look, pen),
        Column::Control => {
            pen.column(width, Align::Left, Cut::End, Safe::new(row.control().unwrap_or_default()), style);
        }
        Column::Status => {
            pen.column(width, Align::Left, Cut::End, Safe::new(status(row)), style);
        }
        Column::Severity => {
            let (letter, _) = symbols(row.severity());
            pen.text(letter, row.severity().map_or(look.dim(), |severity| look.severity(severity)));
        }
        Column::Score => {
            let text = row.score().map_or(Safe::from("—"), |score| Safe::of(format_args!("{score:.1}")));
            pen.column(width, Align::Right, Cut::End, text, style);
        }
        Column::Created | Column::Updated | Column::FirstSeen | Column::LastSeen => {
            let time = match slot.column {
                Column::Created => row.created_at(),
                Column::Updated => row.updated_at(),
                Column::FirstSeen => row.first_seen(),
                _ => row.last_seen(),
            };
            let text = time.map_or(Safe::from("—"), |then| age(now, then));
            pen.column(width, Align::Right, Cut::End, text, style);
        }
        Column::Id => {
            pen.column(width, Align::Left, Cut::Middle, Safe::of(format_args!("{}", row.id())), style);
        }
        Column::State | Column::Compliance | Column::ResourceType => {
            let text = match slot.column {
                Column::State => Some(row.record_state()),
                Column::Compliance => row.compliance(),
                _ => row.resources().next().and_then(|resource| resource.kind),
            };
            pen.column(width, Align::Left, Cut::End, Safe::new(text.unwrap_or("—")), style);
        }
        Column::Generator => {
            pen.column(width, Align::Left, Cut::Middle, Safe::new(row.generator().unwrap_or("—")), style);
        }
        Column::Type => several(row.types(), width, style, look, pen),
        Column::Source => several(row.sources().map(Service::id), width, style, look, pen),
        Column::ActorIp => several(observed(row, ObservableKind::Ip), width, style, look, pen),
        Column::Principal => several(observed(row, ObservableKind::Principal), width, style, look, pen),
    }
}

/// The title; a sample says so before anything else, and in the colour of what is not as it seems.
pub(in crate::ui::views) fn title(row: &Row<'_>, width: u16, style: Style, look: &Look, pen: &mut Pen<'_>) {
    let mut room = width;
    let text = row.title();
    if row.sample() && !text.starts_with("[SAMPLE]") {
        pen.text("[SAMPLE] ", look.warn());
        room = room.saturating_sub(9);
    }
    let safe = if text.is_empty() { Safe::of(format_args!("{}", row.id())) } else { Safe::new(text) };
    pen.column(room, Align::Left, Cut::End, safe, style);
}

/// The first resource by the name a person calls it, and how many there are besides.
fn resource(row: &Row<'_>, width: u16, style: Style, look: &Look, pen: &mut Pen<'_>) {
    let mut resources = row.resources();
    let Some(first) = resources.next() else {
        pen.text("—", look.dim());
        return;
    };
    let more = resources.count();
    let name = first.name.filter(|name| !name.is_empty()).unwrap_or_else(|| short(first.id));
    let name = Safe::new(name);
    if more == 0 {
        pen.column(width, Align::Left, Cut::Middle, name, style);
    } else {
        let more = Safe::of(format_args!(" +{more}"));
        let room = width.saturating_sub(narrow(more.width()));
        pen.column(room.min(narrow(name.width())), Align::Left, Cut::Middle, name, style).text(more, look.dim());
    }
}

/// The first of several values, and how many there are besides.
fn several<'a>(mut all: impl Iterator<Item = &'a str>, width: u16, style: Style, look: &Look, pen: &mut Pen<'_>) {
    let Some(first) = all.next() else {
        pen.text("—", look.dim());
        return;
    };
    let first = Safe::new(first);
    match all.count() {
        0 => {
            pen.column(width, Align::Left, Cut::Middle, first, style);
        }
        more => {
            let more = Safe::of(format_args!(" +{more}"));
            let room = width.saturating_sub(narrow(more.width()));
            pen.column(room.min(narrow(first.width())), Align::Left, Cut::Middle, first, style).text(more, look.dim());
        }
    }
}

fn observed<'a>(row: &Row<'a>, kind: ObservableKind) -> impl Iterator<Item = &'a str> {
    row.observables().filter(move |(of, _)| *of == kind).map(|(_, value)| value)
}

/// What an ARN says after its account: `user/ci-deploy`, `acme-exports`. Anything else as it is.
pub(super) fn short(id: &str) -> &str {
    let mut parts = id.splitn(6, ':');
    match (parts.next(), parts.nth(4)) {
        (Some("arn"), Some(tail)) if !tail.is_empty() => tail,
        _ => id,
    }
}

/// The product, and the other service that sent it too.
fn product(row: &Row<'_>, width: u16, style: Style, look: &Look, pen: &mut Pen<'_>) {
    let both = row.sources().any(|s| s == Service::SecurityHub) && row.sources().any(|s| s == Service::GuardDuty);
    let name = Safe::new(row.product());
    if both && narrow(name.width()) + 5 <= width {
        pen.text(name, style).text(" +Hub", look.dim());
    } else {
        pen.column(width, Align::Left, Cut::End, name, style);
    }
}

/// The one word that says most: archived, or done with, or passed, or where the investigation stands.
pub(super) fn status<'a>(row: &Row<'a>) -> &'a str {
    let state = row.record_state();
    if state == "ARCHIVED" {
        return state;
    }
    match (row.workflow(), row.compliance()) {
        (Some(workflow @ ("SUPPRESSED" | "RESOLVED")), _) => workflow,
        (_, Some(passed @ "PASSED")) => passed,
        (Some(workflow), _) => workflow,
        (None, _) => state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_is_short_after_its_account() {
        assert_eq!(short("arn:aws:iam::111122223333:user/ci-deploy"), "user/ci-deploy");
        assert_eq!(short("arn:aws:s3:::acme-exports"), "acme-exports");
        assert_eq!(short("arn:aws:logs:eu-west-1:111122223333:log-group:a:b"), "log-group:a:b");
        assert_eq!(short("AWS::::Account:111122223333"), "AWS::::Account:111122223333");
        assert_eq!(short("i-0abc"), "i-0abc");
        assert_eq!(short("arn:broken"), "arn:broken");
    }
}
