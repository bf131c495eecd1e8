//! Two versions of one benchmark side by side, from the same findings.

use super::motion::Cursor;
use super::msg::Target;
use super::navigation::open_findings;
use super::{Action, Effect, Moment, State, controls};
use crate::model::standard::Enablement;
use crate::query::Glob;
use crate::store::score::{Compared, Posture, StandardPosture, compare};

/// Lines between the header and the requirements: the sums, the column heads.
pub const HEAD_ROWS: usize = 2;

/// What the compare view remembers: the ids of the older and the newer version.
#[derive(Debug, Clone, Default)]
pub struct Compare {
    pub a: String,
    pub b: String,
    pub cursor: Cursor,
}

/// What happened to a requirement between the two versions. The order is the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    Added,
    Removed,
    Renumbered,
    Same,
}

impl Change {
    #[must_use]
    pub fn of(compared: &Compared) -> Self {
        match (compared.a.is_empty(), compared.b.is_empty()) {
            (true, _) => Self::Added,
            (_, true) => Self::Removed,
            _ if compared.a == compared.b => Self::Same,
            _ => Self::Renumbered,
        }
    }

    /// One cell, where there is no room for the word.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "-",
            Self::Renumbered => "~",
            Self::Same => "",
        }
    }

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Renumbered => "renumbered",
            Self::Same => "same",
        }
    }
}

/// The versions of the same benchmark, the oldest first.
fn versions<'p>(posture: &'p Posture, slug: &str) -> Vec<&'p StandardPosture> {
    let mut all: Vec<_> = posture.standards.iter().filter(|standard| standard.id.slug() == slug).collect();
    let version = |standard: &StandardPosture| controls::numbers(standard.version.as_deref().unwrap_or_default());
    all.sort_by_key(|standard| version(standard));
    all
}

/// Sets out to compare the standard of this id with another version of it: the one before it (or after it, where it is
/// the first), an enabled one if there is any. False where it has only one version.
pub(super) fn choose(state: &mut State, posture: &Posture, id: &str) -> bool {
    let Some(standard) = posture.standards.iter().find(|standard| standard.id.0 == id) else { return false };
    let all = versions(posture, standard.id.slug());
    let Some(at) = all.iter().position(|version| version.id.0 == id) else { return false };
    let nearness = |other: usize| (all[other].enablement != Enablement::Enabled, other > at, other.abs_diff(at));
    let Some(other) = (0..all.len()).filter(|other| *other != at).min_by_key(|other| nearness(*other)) else {
        return false;
    };
    let (a, b) = (all[at.min(other)], all[at.max(other)]);
    state.compare = Compare { a: a.id.0.to_string(), b: b.id.0.to_string(), cursor: Cursor::default() };
    true
}

impl Compare {
    /// The two standards, where both are known.
    #[must_use]
    pub fn pair<'p>(&self, posture: &'p Posture) -> Option<(&'p StandardPosture, &'p StandardPosture)> {
        let find = |id: &str| posture.standards.iter().find(|standard| standard.id.0 == id);
        Some((find(&self.a)?, find(&self.b)?))
    }

    /// The requirements of both, what changed first.
    #[must_use]
    pub fn lines(&self, posture: &Posture) -> Vec<Compared> {
        let Some((a, b)) = self.pair(posture) else { return Vec::new() };
        let mut lines = compare(a, b);
        let number = |c: &Compared| controls::numbers(c.b.first().or(c.a.first()).map_or("", String::as_str));
        lines.sort_by(|x, y| {
            Change::of(x)
                .cmp(&Change::of(y))
                .then_with(|| number(x).cmp(&number(y)))
                .then_with(|| x.control.cmp(&y.control))
        });
        lines
    }
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let posture = moment.snapshot.posture();
    match action {
        Action::NextStandard | Action::NextPanel | Action::Right => turn(state, posture, 1),
        Action::PreviousStandard | Action::PreviousPanel | Action::Left => turn(state, posture, -1),
        Action::Open => return open(state, posture, moment),
        _ => {
            let lines = state.compare.lines(posture).len();
            let page = page(state);
            if !state.compare.cursor.act(action, lines, page) {
                return None;
            }
        }
    }
    Some(Vec::new())
}

/// A click selects a requirement; a click on the selected one opens its failing resources.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Target::Line(line) = target else { return None };
    let posture = moment.snapshot.posture();
    if state.compare.cursor.selected == line {
        return open(state, posture, moment);
    }
    let page = page(state);
    let lines = state.compare.lines(posture).len();
    state.compare.cursor.go(line, lines, page);
    Some(Vec::new())
}

/// The view came up, or a newer snapshot is there.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let posture = moment.snapshot.posture();
    let (lines, page) = (state.compare.lines(posture).len(), page(state));
    state.compare.cursor.fit(lines, page);
    Vec::new()
}

fn open(state: &mut State, posture: &Posture, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let lines = state.compare.lines(posture);
    let line = lines.get(state.compare.cursor.selected)?;
    let text = format!("control={} compliance:failed is:open", Glob::whole(&line.control));
    Some(open_findings(state, &text, moment))
}

/// The next pair of versions of the same benchmark, each with each, the older always first.
fn turn(state: &mut State, posture: &Posture, by: isize) {
    let Some((a, _)) = state.compare.pair(posture) else { return };
    let ids: Vec<String> = versions(posture, a.id.slug()).iter().map(|version| version.id.0.to_string()).collect();
    let pairs: Vec<(&String, &String)> =
        ids.iter().enumerate().flat_map(|(at, a)| ids.iter().skip(at + 1).map(move |b| (a, b))).collect();
    let now = pairs.iter().position(|(a, b)| **a == state.compare.a && **b == state.compare.b).unwrap_or(0);
    let next = (now + pairs.len()).saturating_add_signed(by) % pairs.len().max(1);
    if let Some((a, b)) = pairs.get(next) {
        state.compare = Compare { a: (*a).clone(), b: (*b).clone(), cursor: Cursor::default() };
    }
}

fn page(state: &State) -> usize {
    state.body().1.saturating_sub(HEAD_ROWS)
}
