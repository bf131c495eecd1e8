//! The order of groups, the query that a group is, and the lines of an outline.

use std::collections::BTreeSet;

use super::super::group::{groups, term};
use super::super::outline::{Fold, Grouped, Line, Outline, Path, Spot};
use super::super::*;
use super::evaluate::{now, picks, snapshot};
use crate::model::{Direction, GroupBy, GroupKey, GroupOrder, GroupSort};
use crate::store::{Group, RowId};
use proptest::prelude::*;

fn any_sort() -> impl Strategy<Value = GroupSort> {
    let direction = prop::sample::select(vec![Direction::Ascending, Direction::Descending]);
    (prop::sample::select(GroupOrder::ALL.to_vec()), direction)
        .prop_map(|(order, direction)| GroupSort { order, direction })
}

fn any_key() -> impl Strategy<Value = GroupKey> {
    prop::sample::select(GroupKey::ALL.to_vec())
}

/// What must not fall from group to group, the wanted direction first.
fn rank(group: &Group, order: GroupOrder) -> (Option<i64>, u64, [u32; 6], Option<i64>) {
    match order {
        GroupOrder::Risk => (None, 0, group.severities, group.newest),
        GroupOrder::Size => (None, group.count(), group.severities, group.newest),
        GroupOrder::Age => (group.newest, 0, group.severities, None),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn groups_stand_in_order(picks in picks(40), key in any_key(), sort in any_sort()) {
        let snapshot = snapshot(&picks);
        let groups = groups(&snapshot, snapshot.live(), key, sort);
        let ranks: Vec<_> = groups.iter().map(|group| rank(&group, sort.order)).collect();
        match sort.direction {
            Direction::Descending => prop_assert!(ranks.is_sorted_by(|a, b| a >= b), "{ranks:?}"),
            Direction::Ascending => prop_assert!(ranks.is_sorted(), "{ranks:?}"),
        }
    }

    #[test]
    fn a_groups_term_asks_for_its_findings(picks in picks(30), key in any_key()) {
        let snapshot = snapshot(&picks);
        for group in groups(&snapshot, snapshot.live(), key, GroupSort::default()).iter() {
            let term = term(&snapshot, key, group.value);
            let query = parse(&term).unwrap_or_else(|error| panic!("{term}: {error}"));
            let asked = evaluate(&query, &snapshot, &Context::at(now()));
            prop_assert_eq!(asked, snapshot.in_group(snapshot.live(), key, group.value), "{}", term);
        }
    }

    #[test]
    fn an_outline_has_every_line_once_where_it_says(
        picks in picks(30),
        first in any_key(),
        then in prop::option::of(any_key()),
        open in prop::collection::vec(0_usize..60, 0..6),
    ) {
        let snapshot = snapshot(&picks);
        let mut grouped = Grouped { by: GroupBy { first, then }, sort: GroupSort::default(), opened: BTreeSet::new() };
        let made = |grouped: &Grouped| Outline::of(&snapshot, snapshot.live(), grouped, Sort::default());
        // Groups are opened one after another, as a person does it.
        for at in open {
            let outline = made(&grouped);
            if let Some(Line::Group { path, .. }) = outline.line(at % outline.lines()) {
                let before = outline.lines();
                let was_closed = grouped.opened.insert(path);
                prop_assert_eq!(made(&grouped).lines() > before, was_closed);
            }
        }
        let outline = made(&grouped);
        let lines: Vec<Line> = (0..outline.lines()).map(|at| outline.line(at).unwrap()).collect();
        prop_assert_eq!(outline.line(lines.len()), None);
        for (at, line) in lines.iter().enumerate() {
            prop_assert_eq!(outline.find(line.spot()), Some(at), "{:?}", line);
        }
        // What stands under an opened group is as much as it counts.
        for line in &lines {
            let Line::Group { path, group, fold: Fold::Opened } = line else { continue };
            let inside = |other: &&Line| match **other {
                Line::Finding { path: of, .. } => of == *path,
                Line::Group { path: of, .. } => path.then.is_none() && of.first == path.first && of.then.is_some(),
            };
            let inside: Vec<&Line> = lines.iter().filter(inside).collect();
            let sum: u64 = inside.iter().map(|line| match line {
                Line::Group { group, .. } => group.count(),
                Line::Finding { .. } => 1,
            }).sum();
            let several = then.is_some_and(GroupKey::overlaps);
            prop_assert!(sum == group.count() || (several && sum > group.count()), "{path:?}");
        }
        prop_assert_eq!(outline.findings, snapshot.len() as u64);
        let gone = Spot { path: Path { first: crate::store::GroupValue::Day(-1), then: None }, row: Some(RowId(0)) };
        prop_assert_eq!(outline.find(gone), None);
    }
}
