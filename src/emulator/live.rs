//! Findings that arrive and change while one watches, on the endpoint's clock.
//!
//! The k-th event and its time depend on the seed and the start alone. Four kinds: a new `GuardDuty` finding, a
//! finding that is seen again, a workflow status that somebody set, a control that flips.

use std::time::Duration;

use crate::model::Severity;

use super::clock::{Millis, millis};
use super::data::plan::Plan;
use super::data::rng::Rng;
use super::data::row::{ComplianceStatus, Maker, Row, State, WorkflowStatus, seconds};
use super::data::table::controls;
use super::options::ControlFindings;
use super::world::World;

/// Where the feed stands.
#[derive(Debug)]
pub(crate) struct Feed {
    seed: u64,
    every: Millis,
    event: u64,
    due: Millis,
}

/// How far an event looks for a finding that suits it.
const REACH: u32 = 4000;
/// After a long pause only so many events are caught up with; the rest are let go.
const MOST_AT_ONCE: u32 = 500;

impl Feed {
    pub(crate) fn new(seed: u64, every: Duration, start: Millis) -> Self {
        let mut feed = Self { seed: seed ^ 0x1173, every: millis(every).max(1), event: 0, due: start };
        feed.due += feed.gap();
        feed
    }

    pub(crate) const fn next_due(&self) -> Millis {
        self.due
    }

    /// Between a half and one and a half of the usual gap.
    fn gap(&self) -> Millis {
        let share = Rng::new(self.seed, self.event).between(500, 1500);
        (self.every * Millis::from(share) / 1000).max(1)
    }

    /// Everything that is due by now happens to the world.
    pub(crate) fn advance(&mut self, world: &mut World, now: Millis) {
        let mut happened = 0;
        while self.due <= now {
            if happened < MOST_AT_ONCE {
                self.happen(world, self.due);
            }
            happened += 1;
            self.event += 1;
            self.due += self.gap();
        }
    }

    fn happen(&self, world: &mut World, at: Millis) {
        let mut rng = Rng::new(self.seed ^ 0xe7e7, self.event);
        match self.event % 4 {
            0 => {
                let index = u32::try_from(world.rows.len()).unwrap_or(u32::MAX);
                let plan = Plan { org: &world.org, anchor: at, findings: 0, mode: ControlFindings::SecurityControl };
                let row = plan.guardduty(index, at);
                world.push(row);
            }
            1 => seen_again(world, &mut rng, at),
            2 => workflow(world, &mut rng, at),
            _ => flip(world, &mut rng, at),
        }
    }
}

/// A row that suits, from a seeded place on.
fn some_row(world: &World, rng: &mut Rng, suits: impl Fn(&Row) -> bool) -> Option<usize> {
    let count = u32::try_from(world.rows.len()).ok()?;
    let start = rng.below(count);
    (0..REACH.min(count)).map(|step| ((start + step) % count) as usize).find(|at| suits(&world.rows[*at]))
}

fn seen_again(world: &mut World, rng: &mut Rng, at: Millis) {
    let suits =
        |row: &Row| row.maker == Maker::GuardDuty && row.guardduty == State::Active && row.record == State::Active;
    if let Some(index) = some_row(world, rng, suits) {
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let before = world.description(number).unwrap_or_default();
        let row = &mut world.rows[index];
        row.seen_again += rng.between(1, 9);
        row.updated = seconds(at);
        let after = world.description(number).unwrap_or_default();
        world.note_import(number, at, vec![("Description", before, after)]);
    }
}

/// As `BatchUpdateFindings` does: `UpdatedAt` stays.
fn workflow(world: &mut World, rng: &mut Rng, at: Millis) {
    let suits = |row: &Row| {
        row.workflow == WorkflowStatus::New && row.record == State::Active && row.severity != Severity::Critical
    };
    if let Some(index) = some_row(world, rng, suits) {
        let new = *rng.pick(&[WorkflowStatus::Notified, WorkflowStatus::Suppressed, WorkflowStatus::Resolved]);
        let old = std::mem::replace(&mut world.rows[index].workflow, new);
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        world.note_workflow(index, at, "arn:aws:sts::111122223333:assumed-role/triage/mary.major", old, new);
    }
}

/// A check that failed passes, or the other way round; a failing one is NEW again, as AWS documents.
fn flip(world: &mut World, rng: &mut Rng, at: Millis) {
    let wanted = if rng.per_mille(700) { ComplianceStatus::Failed } else { ComplianceStatus::Passed };
    let suits = |row: &Row| {
        row.maker == Maker::Control
            && row.compliance == wanted
            && row.record == State::Active
            && controls()[usize::from(row.sub)].severity != Severity::Critical
    };
    let Some(index) = some_row(world, rng, suits) else { return };
    let before = world.rows[index];
    let row = &mut world.rows[index];
    row.updated = seconds(at);
    if wanted == ComplianceStatus::Failed {
        row.compliance = ComplianceStatus::Passed;
        row.severity = Severity::Informational;
        row.workflow = WorkflowStatus::Resolved;
    } else {
        row.compliance = ComplianceStatus::Failed;
        row.severity = controls()[usize::from(row.sub)].severity;
        row.workflow = WorkflowStatus::New;
    }
    let after = *row;
    let status = |row: &Row| row.compliance.word().unwrap_or_default().to_owned();
    let mut updates = vec![("Compliance", status(&before), status(&after))];
    if before.severity != after.severity {
        updates.push(("Severity", before.severity.label().to_owned(), after.severity.label().to_owned()));
    }
    if before.workflow != after.workflow {
        updates.push(("Workflow", before.workflow.word().to_owned(), after.workflow.word().to_owned()));
    }
    world.note_import(u32::try_from(index).unwrap_or(u32::MAX), at, updates);
}
