//! Findings as a list of groups that unfold in place: the groups, and of those that are opened what is in them.
//!
//! In: the rows of a query, one or two keys, the groups that are opened. Out: an [`Outline`] that knows how many lines it
//! has and what stands on each. Only the opened groups' findings are in it: a million findings in closed groups cost
//! nothing but their groups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::group::{Ordered, groups};
use super::sort::sort;
use crate::model::{BySeverity, GroupBy, GroupKey, GroupSort, Sort};
use crate::store::{Group, GroupValue, RowId, Snapshot};

/// Which group: by its values, so that it is the same one whatever comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    pub first: GroupValue,
    /// `None` for a group of the first level.
    pub then: Option<GroupValue>,
}

/// Which line: a group, or a finding in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spot {
    pub path: Path,
    pub row: Option<RowId>,
}

/// What to make an outline of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouped {
    pub by: GroupBy,
    pub sort: GroupSort,
    pub opened: BTreeSet<Path>,
}

/// Whether a group shows what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    Opened,
    Closed,
}

/// What stands on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Group { path: Path, group: Group, fold: Fold },
    Finding { path: Path, row: RowId },
}

impl Line {
    #[must_use]
    pub const fn spot(self) -> Spot {
        match self {
            Self::Group { path, .. } => Spot { path, row: None },
            Self::Finding { path, row } => Spot { path, row: Some(row) },
        }
    }

    /// How many groups it is in.
    #[must_use]
    pub const fn depth(self) -> u16 {
        let Spot { path, row } = self.spot();
        path.then.is_some() as u16 + row.is_some() as u16
    }
}

/// The groups of one level, and what the opened ones show.
#[derive(Debug, Clone, Default)]
struct Level {
    groups: Arc<Ordered>,
    /// By place in `groups`, ascending.
    opened: Vec<(usize, Body)>,
    /// All of them with what is opened.
    lines: usize,
}

#[derive(Debug, Clone)]
enum Body {
    Groups(Level),
    Findings(Arc<[RowId]>),
}

impl Body {
    fn lines(&self) -> usize {
        match self {
            Self::Groups(level) => level.lines,
            Self::Findings(rows) => rows.len(),
        }
    }
}

/// What is asked of the store while an outline is made.
struct Maker<'a> {
    snapshot: &'a Snapshot,
    grouped: &'a Grouped,
    findings: Sort,
}

/// The lines of a grouped list.
#[derive(Debug, Clone)]
pub struct Outline {
    pub by: GroupBy,
    /// The findings that are grouped, each counted once.
    pub findings: u64,
    /// What the groups of the first level count together: more than `findings` where some are in several.
    pub sum: BySeverity,
    top: Level,
}

impl Outline {
    /// Groups `rows`; within the innermost groups findings stand by `findings`.
    #[must_use]
    pub fn of(snapshot: &Snapshot, rows: &RoaringBitmap, grouped: &Grouped, findings: Sort) -> Self {
        let top = Maker { snapshot, grouped, findings }.level(rows, None);
        Self { by: grouped.by, findings: rows.len(), sum: top.groups.sum(), top }
    }

    /// Nothing in no groups.
    #[must_use]
    pub fn empty(by: GroupBy) -> Self {
        Self { by, findings: 0, sum: BySeverity::default(), top: Level::default() }
    }

    #[must_use]
    pub fn lines(&self) -> usize {
        self.top.lines
    }

    /// How many groups the first level has.
    #[must_use]
    pub fn groups(&self) -> usize {
        self.top.groups.len()
    }

    /// The key that a group of this path is by.
    #[must_use]
    pub fn key(&self, path: Path) -> GroupKey {
        match path.then {
            None => self.by.first,
            Some(_) => self.by.then.unwrap_or(self.by.first),
        }
    }

    /// What stands on a line, counted from 0.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<Line> {
        self.top.line(at, None)
    }

    /// The line that this stands on.
    #[must_use]
    pub fn find(&self, spot: Spot) -> Option<usize> {
        self.top.find(spot, None)
    }
}

impl Maker<'_> {
    fn level(&self, rows: &RoaringBitmap, within: Option<GroupValue>) -> Level {
        let by = self.grouped.by;
        let key = if within.is_none() { by.first } else { by.then.unwrap_or(by.first) };
        let groups = groups(self.snapshot, rows, key, self.grouped.sort);
        // Few are opened: each is looked for.
        let wanted = self.grouped.opened.iter().filter_map(|path| match (within, path.then) {
            (None, None) => Some(path.first),
            (Some(first), Some(then)) if first == path.first => Some(then),
            _ => None,
        });
        let wanted: BTreeSet<GroupValue> = wanted.collect();
        let found: BTreeMap<usize, GroupValue> =
            wanted.into_iter().filter_map(|value| Some((groups.find(value)?, value))).collect();
        let opened = found.into_iter().map(|(at, value)| {
            let inside = self.snapshot.in_group(rows, key, value);
            let body = if within.is_none() && by.then.is_some() {
                Body::Groups(self.level(&inside, Some(value)))
            } else {
                Body::Findings(sort(&inside, self.snapshot, self.findings, None).into())
            };
            (at, body)
        });
        let opened: Vec<(usize, Body)> = opened.collect();
        let lines = groups.len() + opened.iter().map(|(_, body)| body.lines()).sum::<usize>();
        Level { groups: groups.into(), opened, lines }
    }
}

impl Level {
    fn path(value: GroupValue, within: Option<GroupValue>) -> Path {
        match within {
            None => Path { first: value, then: None },
            Some(first) => Path { first, then: Some(value) },
        }
    }

    fn line(&self, at: usize, within: Option<GroupValue>) -> Option<Line> {
        // Lines of opened groups above.
        let mut above = 0;
        for (place, body) in &self.opened {
            let head = place + above;
            if at < head {
                break;
            }
            let group = self.groups.get(*place)?;
            let path = Self::path(group.value, within);
            if at == head {
                return Some(Line::Group { path, group, fold: Fold::Opened });
            }
            let inside = at - head - 1;
            if inside < body.lines() {
                return match body {
                    Body::Groups(level) => level.line(inside, Some(path.first)),
                    Body::Findings(rows) => Some(Line::Finding { path, row: *rows.get(inside)? }),
                };
            }
            above += body.lines();
        }
        let group = self.groups.get(at - above)?;
        Some(Line::Group { path: Self::path(group.value, within), group, fold: Fold::Closed })
    }

    fn find(&self, spot: Spot, within: Option<GroupValue>) -> Option<usize> {
        let value = if within.is_none() { spot.path.first } else { spot.path.then? };
        let place = self.groups.find(value)?;
        let above: usize = self.opened.iter().take_while(|(at, _)| *at < place).map(|(_, body)| body.lines()).sum();
        let head = place + above;
        let is_here = within.is_some() || spot.path.then.is_none();
        if is_here && spot.row.is_none() {
            return Some(head);
        }
        let (_, body) = self.opened.iter().find(|(at, _)| *at == place)?;
        let inside = match (body, spot.row) {
            (Body::Groups(level), _) => level.find(spot, Some(value))?,
            (Body::Findings(rows), Some(row)) if is_here => rows.iter().position(|id| *id == row)?,
            _ => return None,
        };
        Some(head + 1 + inside)
    }
}
