//! The controls view: one standard at a time, its requirements in order of what needs doing.

use std::cmp::Ordering;

use super::message::Tone;
use super::motion::Cursor;
use super::msg::Target;
use super::navigation::{drill, open_findings};
use super::{Action, Effect, Moment, State, View, compare, copy};
use crate::model::{ControlStatus, standard::Enablement};
use crate::query::Glob;
use crate::store::score::{Posture, RequirementPosture, StandardPosture};

/// Lines between the header and the requirements: the sections, the note on AWS's console, the column heads.
pub const HEAD_ROWS: usize = 3;

/// What the controls view remembers.
#[derive(Debug, Clone, Default)]
pub struct Controls {
    /// The id of the standard that is shown; the first one where there is none of this id.
    pub standard: Option<String>,
    /// The requirement under the cursor, by number and control.
    pub selected: Option<(String, String)>,
    pub cursor: Cursor,
}

impl Controls {
    /// The standard that is shown, and its place among those that can be.
    #[must_use]
    pub fn chosen<'p>(&self, posture: &'p Posture) -> Option<(usize, &'p StandardPosture)> {
        let id = self.standard.as_deref();
        let found = shown(posture).enumerate().find(|(_, standard)| Some(&*standard.id.0) == id);
        found.or_else(|| shown(posture).enumerate().next())
    }

    /// The requirement under the cursor, with its standard.
    #[must_use]
    pub fn requirement<'p>(&self, posture: &'p Posture) -> Option<(&'p StandardPosture, &'p RequirementPosture)> {
        let (_, standard) = self.chosen(posture)?;
        let requirement = listed(standard).get(self.cursor.selected).copied()?;
        Some((standard, requirement))
    }
}

/// The standards that can be shown: those that are enabled or that some finding counts for, CIS first; where there is
/// none, those that the offline table knows.
pub fn shown(posture: &Posture) -> impl Iterator<Item = &StandardPosture> {
    let heard = |s: &StandardPosture| s.enablement == Enablement::Enabled || s.passed + s.failed + s.unknown > 0;
    let any = posture.standards.iter().any(heard);
    let mut all: Vec<&StandardPosture> = posture.standards.iter().filter(|s| heard(s) || !any).collect();
    all.sort_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| newest_first(a, b)));
    all.into_iter()
}

fn rank(standard: &StandardPosture) -> (u8, &str) {
    match standard.id.slug() {
        slug @ "cis-aws-foundations-benchmark" => (0, slug),
        slug @ "aws-foundational-security-best-practices" => (1, slug),
        slug => (2, slug),
    }
}

fn newest_first(a: &StandardPosture, b: &StandardPosture) -> Ordering {
    numbers(b.version.as_deref().unwrap_or_default()).cmp(&numbers(a.version.as_deref().unwrap_or_default()))
}

/// `2.1.10` as numbers, so that it comes after `2.1.9`.
pub(super) fn numbers(dotted: &str) -> Vec<u32> {
    dotted.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect()
}

/// The requirements as they are listed: by status, what failed first, then by number.
#[must_use]
pub fn listed(standard: &StandardPosture) -> Vec<&RequirementPosture> {
    let mut all: Vec<&RequirementPosture> = standard.requirements.iter().collect();
    all.sort_by(|a, b| {
        let by_number = || numbers(&a.number).cmp(&numbers(&b.number));
        loudness(a.status).cmp(&loudness(b.status)).then_with(by_number).then_with(|| a.control.cmp(&b.control))
    });
    all
}

const fn loudness(status: ControlStatus) -> u8 {
    match status {
        ControlStatus::Failed => 0,
        ControlStatus::Unknown => 1,
        ControlStatus::Passed => 2,
        ControlStatus::NoData => 3,
        ControlStatus::Disabled => 4,
    }
}

/// Shows the standard of this id from now on.
pub fn choose(state: &mut State, id: &str) {
    if state.controls.standard.as_deref() != Some(id) {
        state.controls.standard = Some(id.to_owned());
        state.controls.selected = None;
        state.controls.cursor = Cursor::default();
    }
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let posture = moment.snapshot.posture();
    let (at, standard) = state.controls.chosen(posture)?;
    match action {
        Action::NextStandard | Action::NextPanel | Action::Right => turn(state, posture, at + 1),
        Action::PreviousStandard | Action::PreviousPanel | Action::Left => {
            let count = shown(posture).count();
            turn(state, posture, at + count - 1);
        }
        Action::CompareStandards => {
            let id = standard.id.0.to_string();
            return Some(if compare::choose(state, posture, &id) {
                drill(state, View::Compare, moment)
            } else {
                state.say(Tone::Notice, "Only one version of this standard is known: nothing to compare.", moment.now);
                Vec::new()
            });
        }
        Action::Open => return open(state, standard, moment),
        Action::Copy => return copy::open_control(state, moment),
        _ => {
            let lines = listed(standard);
            if !state.controls.cursor.act(action, lines.len(), page(state)) {
                return None;
            }
            hold(state, &lines);
        }
    }
    Some(Vec::new())
}

/// A click selects a requirement; a click on the selected one opens its failing resources.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Target::Line(line) = target else { return None };
    let posture = moment.snapshot.posture();
    let (_, standard) = state.controls.chosen(posture)?;
    if state.controls.cursor.selected == line {
        return open(state, standard, moment);
    }
    let lines = listed(standard);
    let page = page(state);
    state.controls.cursor.go(line, lines.len(), page);
    hold(state, &lines);
    Some(Vec::new())
}

/// The view came up, or a newer snapshot is there: the cursor stays on its requirement.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let posture = moment.snapshot.posture();
    if let Some((_, standard)) = state.controls.chosen(posture) {
        let lines = listed(standard);
        let page = page(state);
        let held = state.controls.selected.as_ref();
        let found = held.and_then(|held| lines.iter().position(|line| is_of(line, held)));
        let line = found.unwrap_or(state.controls.cursor.selected);
        state.controls.cursor.go(line, lines.len(), page);
    }
    Vec::new()
}

fn open(state: &mut State, standard: &StandardPosture, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let lines = listed(standard);
    let requirement = lines.get(state.controls.cursor.selected)?;
    Some(open_findings(state, &door(standard, requirement), moment))
}

/// The query behind a requirement: its failing checks, or all its checks where none fails.
#[must_use]
pub fn door(standard: &StandardPosture, requirement: &RequirementPosture) -> String {
    let control = Glob::whole(&requirement.control);
    let short = standard.id.short();
    let standard = Glob::whole(&short);
    let compliance = if requirement.failed > 0 { " compliance:failed is:open" } else { "" };
    format!("control={control}{compliance} standard={standard}")
}

fn turn(state: &mut State, posture: &Posture, to: usize) {
    let count = shown(posture).count().max(1);
    let id = shown(posture).nth(to % count).map(|standard| standard.id.0.to_string());
    if let Some(id) = id {
        choose(state, &id);
    }
}

fn hold(state: &mut State, lines: &[&RequirementPosture]) {
    let line = lines.get(state.controls.cursor.selected);
    state.controls.selected = line.map(|line| (line.number.clone(), line.control.clone()));
}

fn is_of(line: &RequirementPosture, held: &(String, String)) -> bool {
    line.number == held.0 && line.control == held.1
}

fn page(state: &State) -> usize {
    state.body().1.saturating_sub(HEAD_ROWS)
}
