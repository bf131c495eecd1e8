//! Which columns fit, and how wide each is: they drop as the width shrinks, the standard ones by importance, the user's
//! own from the right.

use crate::model::{Column, Columns};
#[cfg(test)]
use crate::ui::widgets::pen::narrow;

/// A column with the cells it has on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slot {
    pub column: Column,
    pub width: u16,
}

/// Blank cells between two columns.
pub(super) const GAP: u16 = 2;
/// The gutter in front of the first.
const GUTTER: u16 = 2;
/// More than this no title needs; what is left goes to the resource.
const TITLE_ENOUGH: u16 = 72;
const RESOURCE_ENOUGH: u16 = 48;

/// A column that is wider than what is left is cut to that, where it is at least this.
const LEAST_CUT: u16 = 10;

/// The standard columns as they come when there is room, the most important first.
const WANTED: [Column; 8] = [
    Column::Severity,
    Column::Age,
    Column::Resource,
    Column::Account,
    Column::Status,
    Column::Region,
    Column::Product,
    Column::Control,
];

/// The head of a column.
pub(super) const fn head(column: Column) -> &'static str {
    match column {
        Column::Severity => "S",
        Column::Score => "SCORE",
        Column::Age => "AGE",
        Column::Title => "TITLE",
        Column::Resource => "RESOURCE",
        Column::ResourceType => "RESOURCE TYPE",
        Column::Account => "ACCOUNT",
        Column::Region => "REGION",
        Column::Product => "PRODUCT",
        Column::Status => "STATUS",
        Column::State => "STATE",
        Column::Compliance => "COMPLIANCE",
        Column::Control => "CONTROL",
        Column::Type => "TYPE",
        Column::Generator => "GENERATOR",
        Column::Source => "SOURCES",
        Column::ActorIp => "ACTOR IP",
        Column::Principal => "PRINCIPAL",
        Column::Created => "MADE",
        Column::Updated => "UPDATED",
        Column::FirstSeen => "FIRST",
        Column::LastSeen => "LAST",
        Column::Id => "ID",
    }
}

/// Numbers and ages end together.
pub(super) const fn is_right(column: Column) -> bool {
    matches!(
        column,
        Column::Score | Column::Age | Column::Created | Column::Updated | Column::FirstSeen | Column::LastSeen
    )
}

/// The columns of a screen of this width. The title, where it has no width of its own, takes what the others leave.
pub(super) fn fit(screen: u16, columns: &Columns) -> Vec<Slot> {
    let cells = |column: Column| columns.get(column).and_then(|choice| choice.width).unwrap_or(column.cells());
    let elastic = columns.get(Column::Title).is_some_and(|choice| choice.width.is_none());
    let wanted: Vec<Column> = if columns.is_standard() {
        WANTED.to_vec()
    } else {
        columns.iter().map(|choice| choice.column).filter(|column| !elastic || *column != Column::Title).collect()
    };
    let least = if elastic { (screen * 3 / 10).clamp(22, 44) } else { 0 };
    // The first column has no gap before it.
    let mut room = (screen + if elastic { 0 } else { GAP }).saturating_sub(GUTTER);
    let mut shown = Vec::new();
    // The column that was made wider than there is room for: it gets what there is, and is the last.
    let mut cut = None;
    for column in wanted {
        let needs = cells(column) + GAP;
        if room < least + needs {
            let is_sized = columns.get(column).is_some_and(|choice| choice.width.is_some());
            // A title that takes what is left has a use for it.
            if is_sized && !elastic && room >= LEAST_CUT + GAP {
                cut = Some((column, room - GAP));
                shown.push(column);
            }
            break;
        }
        room -= needs;
        shown.push(column);
    }
    let may_grow = elastic && columns.get(Column::Resource).is_some_and(|choice| choice.width.is_none());
    let spare = if may_grow && shown.contains(&Column::Resource) {
        room.saturating_sub(TITLE_ENOUGH).min(RESOURCE_ENOUGH - Column::Resource.cells())
    } else {
        0
    };
    let slot = |column: Column| Slot {
        column,
        width: match column {
            Column::Title if elastic => room - spare,
            Column::Resource => cells(column) + spare,
            _ => cells(column),
        },
    };
    let fitting = |column: &Column| shown.contains(column) || (elastic && *column == Column::Title);
    let mut slots: Vec<Slot> = columns.iter().map(|choice| choice.column).filter(fitting).map(slot).collect();
    if let Some((column, width)) = cut {
        slots.iter_mut().filter(|slot| slot.column == column).for_each(|slot| slot.width = width);
    }
    if slots.is_empty() {
        // Wider than the screen: as much of it as there is.
        slots.extend(
            columns.iter().next().map(|first| Slot { width: screen.saturating_sub(GUTTER), ..slot(first.column) }),
        );
    }
    slots
}

/// What the columns and their gaps fill.
#[cfg(test)]
fn filled(slots: &[Slot]) -> u16 {
    let gaps = narrow(slots.len().saturating_sub(1)) * GAP;
    GUTTER + gaps + slots.iter().map(|slot| slot.width).sum::<u16>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn heads(screen: u16, columns: &Columns) -> Vec<&'static str> {
        fit(screen, columns).into_iter().map(|slot| head(slot.column)).collect()
    }

    #[test]
    fn columns_drop_by_importance() {
        let standard = Columns::default();
        assert_eq!(heads(60, &standard), ["S", "AGE", "TITLE", "RESOURCE"]);
        assert_eq!(heads(80, &standard), ["S", "AGE", "TITLE", "RESOURCE", "ACCOUNT"]);
        assert_eq!(heads(120, &standard), ["S", "AGE", "TITLE", "RESOURCE", "ACCOUNT", "REGION", "STATUS"]);
        assert_eq!(heads(200, &standard).len(), Column::SHOWN.len());
    }

    #[test]
    fn the_users_own_stand_in_their_order_and_drop_from_the_right() {
        let own = Columns::read(["actor_ip", "age", "title", "principal:30", "region"]).unwrap();
        assert_eq!(heads(160, &own), ["ACTOR IP", "AGE", "TITLE", "PRINCIPAL", "REGION"]);
        assert_eq!(heads(80, &own), ["ACTOR IP", "AGE", "TITLE"]);
        let fixed = Columns::read(["age:9", "title:20", "region"]).unwrap();
        assert_eq!(filled(&fit(80, &fixed)), 2 + 9 + 2 + 20 + 2 + 14);
        // Made wider than there is room for: it is cut, not gone.
        let wide = Columns::read(["age", "title:58", "region"]).unwrap();
        assert_eq!((heads(60, &wide), filled(&fit(60, &wide))), (vec!["AGE", "TITLE"], 60));
        let wide = Columns::read(["id:200"]).unwrap();
        assert_eq!(filled(&fit(80, &wide)), 80);
    }

    #[test]
    fn they_fill_the_screen_and_no_more() {
        let own = Columns::read(["severity", "first_seen", "last_seen", "resource", "title", "actor_ip"]).unwrap();
        for screen in 40..400 {
            for columns in [&Columns::default(), &own] {
                assert_eq!(filled(&fit(screen, columns)), screen, "{screen}");
            }
        }
    }
}
