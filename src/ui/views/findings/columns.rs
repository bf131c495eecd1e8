//! Which columns fit, and how wide each is: they drop by importance as the width shrinks.

use crate::model::Column;
#[cfg(test)]
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::severity::MARK_WIDTH;

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

/// As they stand from left to right.
const ORDER: [Column; 9] = [
    Column::Severity,
    Column::Age,
    Column::Title,
    Column::Resource,
    Column::Account,
    Column::Region,
    Column::Product,
    Column::Control,
    Column::Status,
];

/// As they come when there is room, the most important first.
const WANTED: [Column; 6] =
    [Column::Resource, Column::Account, Column::Status, Column::Region, Column::Product, Column::Control];

/// Cells of a column whose width does not grow.
const fn width(column: Column) -> u16 {
    match column {
        Column::Severity => MARK_WIDTH,
        Column::Age => 4,
        Column::Resource => 22,
        Column::Account | Column::Region | Column::Product => 14,
        Column::Control => 13,
        _ => 10,
    }
}

/// The head of a column.
pub(super) const fn head(column: Column) -> &'static str {
    match column {
        Column::Severity => "S",
        Column::Age => "AGE",
        Column::Title => "TITLE",
        Column::Resource => "RESOURCE",
        Column::Account => "ACCOUNT",
        Column::Region => "REGION",
        Column::Product => "PRODUCT",
        Column::Control => "CONTROL",
        Column::Status => "STATUS",
        _ => "",
    }
}

/// The columns of a screen of this width.
pub(super) fn fit(screen: u16) -> Vec<Slot> {
    let fixed = GUTTER + width(Column::Severity) + GAP + width(Column::Age) + GAP;
    let room = screen.saturating_sub(fixed);
    let least = (screen * 3 / 10).clamp(22, 44);
    let mut shown = vec![Column::Severity, Column::Age, Column::Title];
    let mut title = room;
    for column in WANTED {
        let needs = width(column) + GAP;
        if title < least + needs {
            break;
        }
        title -= needs;
        shown.push(column);
    }
    let spare = if shown.contains(&Column::Resource) {
        title.saturating_sub(TITLE_ENOUGH).min(RESOURCE_ENOUGH - width(Column::Resource))
    } else {
        0
    };
    ORDER
        .into_iter()
        .filter(|column| shown.contains(column))
        .map(|column| Slot {
            column,
            width: match column {
                Column::Title => title - spare,
                Column::Resource => width(column) + spare,
                _ => width(column),
            },
        })
        .collect()
}

/// What the columns and their gaps fill.
#[cfg(test)]
fn filled(slots: &[Slot]) -> u16 {
    let gaps = narrow(slots.len().saturating_sub(1)) * GAP;
    GUTTER + gaps + slots.iter().map(|slot| slot.width).sum::<u16>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(screen: u16) -> Vec<&'static str> {
        fit(screen).into_iter().map(|slot| head(slot.column)).collect()
    }

    #[test]
    fn columns_drop_by_importance() {
        assert_eq!(heads(60), ["S", "AGE", "TITLE", "RESOURCE"]);
        assert_eq!(heads(80), ["S", "AGE", "TITLE", "RESOURCE", "ACCOUNT"]);
        assert_eq!(heads(120), ["S", "AGE", "TITLE", "RESOURCE", "ACCOUNT", "REGION", "STATUS"]);
        assert_eq!(heads(200).len(), ORDER.len());
    }

    #[test]
    fn they_fill_the_screen_and_no_more() {
        for screen in 40..400 {
            assert_eq!(filled(&fit(screen)), screen, "{screen}");
        }
    }
}
