//! The line of a group: its fold, its value, how many findings of each severity, how many in all, since when, and in how
//! many accounts. Columns drop by importance as the width shrinks, and are as wide as the largest sum needs.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::cell::short;
use super::columns::GAP;
use crate::app::Target;
use crate::model::{Direction, GroupKey, GroupOrder, GroupSort, Severity};
use crate::query::Outline;
use crate::query::outline::{Fold, Line, Path};
use crate::store::{Group, GroupValue, Snapshot};
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::severity::{mark, symbols};
use crate::ui::widgets::{Align, Cut, Pen, age, grouped};
use crate::ui::{Hits, Look, Safe};

/// Cells that each level of groups moves to the right.
pub(super) const STEP: u16 = 2;
/// The gutter, and the fold with its blank.
const GUTTER: u16 = 2;
const FOLD: u16 = 2;
/// Head and cells of a time.
const TIME: u16 = 6;

/// One column behind the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// The place in [`BySeverity`](crate::model::BySeverity).
    Severity(usize),
    Count,
    Newest,
    Oldest,
    Accounts,
}

/// The columns that fit, left to right, and the cells of the value before them.
pub(super) struct Slots {
    value: u16,
    columns: Vec<(Column, u16)>,
}

impl Slots {
    pub(super) fn fit(screen: u16, outline: &Outline) -> Self {
        let digits = |number: u64| narrow(grouped(number).width());
        let severity = |place: usize| {
            let most = outline.sum.get(place).copied().unwrap_or_default();
            (most > 0).then(|| (Column::Severity(place), 2 + digits(most.into())))
        };
        let total = outline.sum.iter().map(|count| u64::from(*count)).sum();
        // As they stand; and the order they are given room in.
        let all = [
            (severity(0), 0),
            (severity(1), 1),
            (severity(2), 3),
            (severity(3), 4),
            (severity(4), 7),
            (severity(5), 8),
            (Some((Column::Count, digits(total).max(6))), 2),
            (Some((Column::Newest, TIME)), 5),
            (Some((Column::Oldest, TIME)), 9),
            (Some((Column::Accounts, 8)), 6),
        ];
        let mut wanted: Vec<_> = all.iter().filter_map(|(column, rank)| Some(((*column)?, *rank))).collect();
        wanted.sort_by_key(|(_, rank)| *rank);
        let least = (screen * 3 / 10).clamp(18, 44);
        let mut value = screen.saturating_sub(GUTTER + FOLD);
        let mut shown = Vec::new();
        for ((column, width), _) in wanted {
            if value < least + width + GAP {
                break;
            }
            value -= width + GAP;
            shown.push(column);
        }
        let columns =
            all.iter().filter_map(|(column, _)| *column).filter(|(column, _)| shown.contains(column)).collect();
        Self { value, columns }
    }
}

/// The heads: what is grouped by, and the columns; the one that groups are ordered by has the arrow. A click on one
/// orders by it: on those of the severities, which stand first, by risk.
pub(super) fn head(
    slots: &Slots,
    outline: &Outline,
    sort: GroupSort,
    look: &Look,
    line: Rect,
    buf: &mut Buffer,
    hits: &mut Hits,
) {
    let mut pen = Pen::on(buf, line);
    let arrow = if sort.direction == Direction::Ascending { "▴" } else { "▾" };
    let name = |key: GroupKey| key.name().to_uppercase();
    let title = match outline.by.then {
        Some(then) => Safe::of(format_args!("{} › {}", name(outline.by.first), name(then))),
        None => Safe::of(format_args!("{}", name(outline.by.first))),
    };
    pen.space(GUTTER + FOLD).column(slots.value, Align::Left, Cut::End, title, look.dim());
    for (at, (column, width)) in slots.columns.iter().enumerate() {
        let (head, order) = match column {
            Column::Severity(_) => ("", Some(GroupOrder::Risk)),
            Column::Count => ("COUNT", Some(GroupOrder::Size)),
            Column::Newest => ("NEWEST", Some(GroupOrder::Age)),
            Column::Oldest => ("OLDEST", None),
            Column::Accounts => ("ACCOUNTS", None),
        };
        pen.space(GAP);
        // One arrow for all the severities.
        let has_arrow = order == Some(sort.order) && (at == 0 || !matches!(column, Column::Severity(_)));
        let text = if has_arrow { Safe::of(format_args!("{head}{arrow}")) } else { Safe::from(head) };
        // The arrow takes the place of the blank before a head as wide as its column.
        let room = narrow(text.width()).max(*width);
        pen.to(pen.x().saturating_sub(room - width));
        if let Some(order) = order {
            // With the gap before it: the heads of the severities are blank, and narrow.
            let x = pen.x().saturating_sub(GAP);
            hits.add(Rect { x, width: room + GAP, ..line }, Target::Groups(order));
        }
        let style = if has_arrow { look.strong() } else { look.dim() };
        pen.column(room, Align::Right, Cut::End, text, style);
    }
}

/// Draws the line of a group.
pub(super) fn line(scene: &Scene<'_>, slots: &Slots, outline: &Outline, line: &Line, focus: Focus, pen: &mut Pen<'_>) {
    let Line::Group { path, group, fold } = line else { return };
    let Scene { look, snapshot, now, .. } = *scene;
    let mut style = look.plain();
    if focus == Focus::Here {
        style = style.add_modifier(Modifier::BOLD);
    }
    let start = pen.x();
    pen.space(STEP * line.depth()).text(if *fold == Fold::Opened { "▾" } else { "▸" }, look.accent()).space(1);
    let end = start + FOLD + slots.value;
    value(snapshot, outline.key(*path), (*path, group), style, look, end, pen);
    pen.to(end);
    for (column, width) in &slots.columns {
        pen.space(GAP);
        let at = pen.x();
        cell(group, *column, *width, style, now, look, pen);
        pen.to(at + width);
    }
}

fn cell(group: &Group, column: Column, width: u16, style: Style, now: Timestamp, look: &Look, pen: &mut Pen<'_>) {
    let time = |second: Option<i64>| {
        let then = second.and_then(|second| Timestamp::from_second(second).ok());
        then.map_or(Safe::from("—"), |then| age(now, then))
    };
    let (text, style) = match column {
        Column::Severity(place) => {
            let severity = Severity::WORST_FIRST.get(place).copied();
            match group.severities.get(place).copied().unwrap_or_default() {
                0 => (Safe::from("·"), look.dim()),
                count => {
                    let (letter, _) = symbols(severity);
                    let style = severity.map_or(look.dim(), |severity| look.severity(severity));
                    pen.text(letter, style);
                    pen.column(width - 1, Align::Right, Cut::End, grouped(count.into()), style);
                    return;
                }
            }
        }
        Column::Count => (grouped(group.count()), style),
        Column::Newest => (time(group.newest), style),
        Column::Oldest => (time(group.oldest), style),
        Column::Accounts => (grouped(group.accounts.into()), style),
    };
    pen.column(width, Align::Right, Cut::End, text, style);
}

/// What the group's findings have in common, by the name a person has for it, up to the cell `end`.
fn value(
    snapshot: &Snapshot,
    key: GroupKey,
    (path, group): (Path, &Group),
    style: Style,
    look: &Look,
    end: u16,
    pen: &mut Pen<'_>,
) {
    let room = |pen: &Pen<'_>| end.saturating_sub(pen.x());
    let value = path.then.unwrap_or(path.first);
    let Some(text) = snapshot.group_text(key, value) else {
        let width = room(pen);
        pen.column(width, Align::Left, Cut::End, Safe::of(format_args!("no {key}")), look.dim());
        return;
    };
    // What comes behind the value where there is room for it: the control's title, the account's number, ...
    let row = snapshot.row(group.row);
    let behind = match (key, value) {
        (_, GroupValue::Severity(severity)) => {
            mark(pen, Some(severity), look);
            pen.space(1);
            None
        }
        (GroupKey::Control, _) => row.map(|row| row.title().to_owned()),
        _ => None,
    };
    let (text, behind) = match key {
        GroupKey::Account => match snapshot.account_name(&text) {
            Some(name) => (name.to_owned(), Some(text)),
            None => (text, None),
        },
        GroupKey::Resource => {
            let resource = row.and_then(|row| row.resources().find(|resource| resource.id == text));
            let name = resource.and_then(|resource| resource.name).unwrap_or_else(|| short(&text)).to_owned();
            (name, resource.and_then(|resource| resource.kind).map(str::to_owned))
        }
        _ => (text, behind),
    };
    let cut = if matches!(key, GroupKey::Type | GroupKey::Resource) { Cut::Middle } else { Cut::End };
    let text = Safe::new(&text);
    let width = narrow(text.width()).min(room(pen));
    pen.column(width, Align::Left, cut, text, style);
    let left = room(pen).saturating_sub(GAP);
    if let Some(behind) = behind.filter(|_| left >= 8) {
        let behind = Safe::new(&behind);
        // The title of a control's findings begins with the control, often.
        pen.space(GAP).column(left, Align::Left, Cut::End, behind, look.dim());
    }
}
