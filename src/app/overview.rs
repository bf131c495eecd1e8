//! The overview's panels: which one has the keys, which line of it, and what each line opens.
//!
//! The lines are what the counts give now. A cursor is the name of a line, never its number: an account that climbs
//! while data arrives takes the cursor along.

use std::sync::Arc;

use super::controls;
use super::msg::Target;
use super::navigation::{drill, open_finding, open_findings};
use super::{Action, Effect, Moment, State, View};
use crate::model::{Service, finding_type};
use crate::query::Glob;
use crate::store::overview::{Overview as Counts, Tally};
use crate::store::score::Posture;
use crate::store::{RowId, Snapshot};

/// A part of the screen with lines of its own. The order is the order of Tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Panel {
    #[default]
    Severities,
    Accounts,
    Regions,
    Resources,
    Types,
    Criticals,
    Products,
    Services,
    Standards,
    Sources,
}

impl Panel {
    pub const ALL: [Self; 10] = [
        Self::Severities,
        Self::Accounts,
        Self::Regions,
        Self::Resources,
        Self::Types,
        Self::Criticals,
        Self::Products,
        Self::Services,
        Self::Standards,
        Self::Sources,
    ];

    /// Its place in [`Self::ALL`]: how the mouse names it.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    const fn step(self, by: usize) -> Self {
        Self::ALL[(self as usize + by) % Self::ALL.len()]
    }
}

/// What the overview remembers.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The panel that has the keys.
    pub panel: Panel,
    /// The panels that had them, the latest last: where several share a place on the screen, the latest shows.
    visited: Vec<Panel>,
    /// The line under the cursor of each panel, by name, and where it was last.
    cursors: [(Option<String>, usize); Panel::ALL.len()],
    counts: Option<Arc<Counts>>,
}

/// What a line leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// The list, filtered by this text.
    Findings(String),
    Finding(RowId),
    /// The controls view, at the standard of this id.
    Standard(String),
    Sources,
}

/// A line of a panel: its lasting name, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub door: Door,
}

impl Overview {
    /// The counts of this snapshot: the ones held, or fresh ones where they are of another.
    #[must_use]
    pub fn counts(&self, moment: &Moment<'_>) -> Arc<Counts> {
        match &self.counts {
            Some(counts) if counts.version == moment.snapshot.version() => Arc::clone(counts),
            _ => match moment.snapshot.overview() {
                Some(counts) => Arc::clone(counts),
                None => Arc::new(Counts::of(moment.snapshot, moment.now)),
            },
        }
    }

    /// Where the cursor is among these lines.
    #[must_use]
    pub fn selected(&self, panel: Panel, lines: &[Line]) -> usize {
        let (name, last) = &self.cursors[panel.index()];
        let found = name.as_ref().and_then(|name| lines.iter().position(|line| line.name == *name));
        found.unwrap_or_else(|| (*last).min(lines.len().saturating_sub(1)))
    }

    /// Of panels that share a place: the one that had the keys last, else the first.
    #[must_use]
    pub fn shown(&self, sharing: &[Panel]) -> Panel {
        let latest = self.visited.iter().rev().find(|panel| sharing.contains(panel));
        latest.or(sharing.first()).copied().unwrap_or_default()
    }

    /// Gives the keys to `panel`.
    pub fn focus(&mut self, panel: Panel) {
        self.panel = panel;
        self.visited.retain(|visited| *visited != panel);
        self.visited.push(panel);
    }

    fn select(&mut self, panel: Panel, line: usize, lines: &[Line]) {
        let line = line.min(lines.len().saturating_sub(1));
        self.cursors[panel.index()] = (lines.get(line).map(|line| line.name.clone()), line);
    }
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let panel = state.overview.panel;
    match action {
        Action::NextPanel | Action::Right => state.overview.focus(panel.step(1)),
        Action::PreviousPanel | Action::Left => state.overview.focus(panel.step(Panel::ALL.len() - 1)),
        Action::Open => return open(state, moment),
        Action::Copy => return copy(state, moment),
        _ => {
            let lines = lines(state, panel, moment);
            let at = state.overview.selected(panel, &lines);
            let mut cursor = super::motion::Cursor { selected: at, top: 0 };
            if !cursor.act(action, lines.len(), lines.len()) {
                return None;
            }
            state.overview.select(panel, cursor.selected, &lines);
        }
    }
    Some(Vec::new())
}

/// A click gives the keys to a panel and selects a line; a click on the selected line opens it.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    match target {
        Target::Panel(index) => state.overview.focus(*Panel::ALL.get(index)?),
        Target::Item { panel, line } => {
            let panel = *Panel::ALL.get(panel)?;
            let lines = lines(state, panel, moment);
            if state.overview.panel == panel && state.overview.selected(panel, &lines) == line {
                return open(state, moment);
            }
            state.overview.focus(panel);
            state.overview.select(panel, line, &lines);
        }
        Target::Line(_) | Target::Action(_) | Target::Column(_) | Target::Groups(_) | Target::Choice(..) => {
            return None;
        }
    }
    Some(Vec::new())
}

/// The view came up, or a newer snapshot is there.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    state.overview.counts = Some(state.overview.counts(moment));
    Vec::new()
}

fn open(state: &mut State, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let panel = state.overview.panel;
    let lines = lines(state, panel, moment);
    let at = state.overview.selected(panel, &lines);
    state.overview.select(panel, at, &lines);
    let line = lines.into_iter().nth(at)?;
    Some(match line.door {
        Door::Findings(text) => open_findings(state, &text, moment),
        Door::Finding(row) => open_finding(state, row, "severity:critical is:open", moment),
        Door::Standard(id) => {
            controls::choose(state, &id);
            drill(state, View::Controls, moment)
        }
        Door::Sources => drill(state, View::Sources, moment),
    })
}

/// The id of the selected finding, the query of any other line.
fn copy(state: &State, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let lines = lines(state, state.overview.panel, moment);
    let line = lines.get(state.overview.selected(state.overview.panel, &lines))?;
    let (text, what) = match &line.door {
        Door::Finding(row) => (moment.snapshot.row(*row)?.id().into_owned(), "finding's id"),
        Door::Findings(text) => (text.clone(), "query"),
        Door::Standard(id) => (id.clone(), "standard's id"),
        Door::Sources => return None,
    };
    Some(vec![Effect::copy(what, &text)])
}

fn lines(state: &State, panel: Panel, moment: &Moment<'_>) -> Vec<Line> {
    let counts = state.overview.counts(moment);
    let posture = moment.snapshot.posture();
    panel_lines(panel, &counts, posture, moment.snapshot)
}

/// The lines of a panel, in the order they are drawn.
#[must_use]
pub fn panel_lines(panel: Panel, counts: &Counts, posture: &Posture, snapshot: &Snapshot) -> Vec<Line> {
    match panel {
        Panel::Severities => severities(counts).map(severity_line).collect(),
        Panel::Accounts => tally_lines(&counts.accounts, "account"),
        Panel::Regions => tally_lines(&counts.regions, "region"),
        Panel::Resources => tally_lines(&counts.resources, "resource.id"),
        Panel::Types => counts.types.iter().map(type_line).collect(),
        Panel::Products => tally_lines(&counts.by_product, "product"),
        Panel::Services => tally_lines(&counts.by_source, "source"),
        Panel::Criticals => {
            let row = |row: &RowId| Line { name: row.0.to_string(), door: Door::Finding(*row) };
            counts.newest_criticals.iter().map(row).collect()
        }
        Panel::Standards => controls::shown(posture)
            .map(|standard| Line { name: standard.id.0.to_string(), door: Door::Standard(standard.id.0.to_string()) })
            .collect(),
        Panel::Sources => {
            services(snapshot).map(|service| Line { name: service.id().to_owned(), door: Door::Sources }).collect()
        }
    }
}

/// The severities that are shown: all five, and "none" only where a finding has none.
pub fn severities(counts: &Counts) -> impl Iterator<Item = &crate::store::overview::SeverityCount> {
    counts.severities.iter().filter(|count| count.severity.is_some() || count.open > 0)
}

/// The services that some source asks, in the order of [`Service::ALL`].
pub fn services(snapshot: &Snapshot) -> impl Iterator<Item = Service> {
    let asked = |service: &Service| snapshot.sources().iter().any(|status| status.scope.service == *service);
    Service::ALL.into_iter().filter(asked)
}

fn severity_line(count: &crate::store::overview::SeverityCount) -> Line {
    let (name, text) = match count.severity {
        Some(severity) => {
            let label = severity.label().to_ascii_lowercase();
            let text = format!("severity:{label} is:open");
            (label, text)
        }
        None => ("none".to_owned(), "-severity:* is:open".to_owned()),
    };
    Line { name, door: Door::Findings(text) }
}

/// A type as its service names it, and as Security Hub rewrites it.
fn type_line(tally: &Tally) -> Line {
    let mut values = vec![Glob::whole(&tally.value).to_string()];
    let ends = finding_type::rewritten_endings(&tally.value).into_iter().flatten();
    values.extend(ends.map(|end| format!("*{}", Glob::whole(&end))));
    let text = format!("type={} is:open", values.join(","));
    Line { name: tally.value.clone(), door: Door::Findings(text) }
}

fn tally_lines(tallies: &[Tally], field: &str) -> Vec<Line> {
    let line = |tally: &Tally| {
        let text = format!("{field}={} is:open", Glob::whole(&tally.value));
        Line { name: tally.value.clone(), door: Door::Findings(text) }
    };
    tallies.iter().map(line).collect()
}
