//! All findings of the endpoint and what was done to them: made rows, given records, edits, and edits yet to show.

use std::collections::HashMap;

use serde_json::Value;

use super::clock::Millis;
use super::data::json::Json;
use super::data::org::{HOME, Org};
use super::data::plan::Plan;
use super::data::row::{Maker, Row, State, WorkflowStatus};
use super::data::scene::Scene;
use super::data::{self, threat};
use super::edit::Edit;
use super::given::Given;
use super::live::Feed;
use super::options::ControlFindings;

/// A change that shows at a later time.
#[derive(Debug)]
pub(crate) enum Change {
    Edit { row: u32, edit: Box<Edit>, by: String },
    GuardDuty { row: u32, state: State },
}

/// One entry of a finding's history.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) at: Millis,
    pub(crate) by: String,
    pub(crate) via: Via,
    /// Field, old value, new value.
    pub(crate) updates: Vec<(&'static str, String, String)>,
}

/// `UpdateSource.Type`: which call brought a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Via {
    /// The product's own.
    BatchImport,
    /// A customer's.
    BatchUpdate,
}

/// Everything that is served.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) org: Org,
    pub(crate) rows: Vec<Row>,
    pub(crate) given: Given,
    /// Rows that `GuardDuty` serves.
    pub(crate) guardduty: Vec<u32>,
    edits: HashMap<u32, Edit>,
    history: HashMap<u32, Vec<Version>>,
    pending: Vec<(Millis, Change)>,
    pub(crate) feed: Option<Feed>,
    pub(crate) mode: ControlFindings,
    pub(crate) anchor: Millis,
}

impl World {
    /// A made world.
    pub(crate) fn made(org: Org, findings: u32, anchor: Millis, mode: ControlFindings, feed: Option<Feed>) -> Self {
        let rows = Plan { org: &org, anchor, findings, mode }.rows();
        Self::new(org, rows, Given::default(), anchor, mode, feed)
    }

    /// A world of given records.
    pub(crate) fn given(org: Org, rows: Vec<Row>, given: Given, anchor: Millis) -> Self {
        Self::new(org, rows, given, anchor, ControlFindings::SecurityControl, None)
    }

    fn new(org: Org, rows: Vec<Row>, given: Given, anchor: Millis, mode: ControlFindings, feed: Option<Feed>) -> Self {
        let guardduty = rows.iter().zip(0..).filter(|(row, _)| row.is_guardduty()).map(|(_, index)| index).collect();
        Self {
            org,
            rows,
            given,
            guardduty,
            edits: HashMap::new(),
            history: HashMap::new(),
            pending: Vec::new(),
            feed,
            mode,
            anchor,
        }
    }

    /// When something is due next, if anything is.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        let pending = self.pending.iter().map(|(due, _)| *due).min();
        let feed = self.feed.as_ref().map(Feed::next_due);
        pending.into_iter().chain(feed).min()
    }

    /// Lets everything happen that is due by now.
    pub(crate) fn advance(&mut self, now: Millis) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.pending).into_iter().partition(|(at, _)| *at <= now);
        self.pending = later;
        for (at, change) in due {
            self.apply(at, change);
        }
        if let Some(mut feed) = self.feed.take() {
            feed.advance(self, now);
            self.feed = Some(feed);
        }
    }

    pub(crate) fn schedule(&mut self, due: Millis, change: Change) {
        self.pending.push((due, change));
    }

    fn apply(&mut self, at: Millis, change: Change) {
        match change {
            Change::Edit { row, edit, by } => {
                let Some(target) = self.rows.get_mut(row as usize) else { return };
                let mut updates = Vec::new();
                if let Some(status) = edit.workflow {
                    updates.push(("Workflow", target.workflow.word().to_owned(), status.word().to_owned()));
                    target.workflow = status;
                }
                if let Some(severity) = edit.severity {
                    updates.push(("Severity", target.severity.label().to_owned(), severity.label().to_owned()));
                    target.severity = severity;
                }
                if let Some(note) = edit.note_text() {
                    updates.push(("Note", String::new(), note.to_owned()));
                }
                self.history.entry(row).or_default().push(Version { at, by, via: Via::BatchUpdate, updates });
                self.edits.entry(row).or_default().merge(*edit);
            }
            Change::GuardDuty { row, state } => {
                if let Some(target) = self.rows.get_mut(row as usize) {
                    target.guardduty = state;
                }
            }
        }
    }

    /// A new row, served from now on.
    pub(crate) fn push(&mut self, row: Row) {
        let index = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        if row.is_guardduty() {
            self.guardduty.push(index);
        }
        self.rows.push(row);
    }

    /// Notes that somebody changed a workflow status, for the history.
    pub(crate) fn note_workflow(&mut self, row: u32, at: Millis, by: &str, old: WorkflowStatus, new: WorkflowStatus) {
        let updates = vec![("Workflow", old.word().to_owned(), new.word().to_owned())];
        self.history.entry(row).or_default().push(Version { at, by: by.to_owned(), via: Via::BatchUpdate, updates });
    }

    /// Notes what its product changed in a finding, for the history.
    pub(crate) fn note_import(&mut self, row: u32, at: Millis, updates: Vec<(&'static str, String, String)>) {
        let Some(found) = self.rows.get(row as usize) else { return };
        let by = Scene::new(&self.org, row, *found).product_arn();
        self.history.entry(row).or_default().push(Version { at, by, via: Via::BatchImport, updates });
    }

    /// What a GuardDuty finding says in words, which changes with its count and its actor.
    pub(crate) fn description(&self, row: u32) -> Option<String> {
        let scene = Scene::new(&self.org, row, *self.rows.get(row as usize)?);
        Some(threat::sight::Sight::of(&scene)?.description(&scene))
    }

    pub(crate) fn history(&self, row: u32) -> &[Version] {
        self.history.get(&row).map_or(&[], Vec::as_slice)
    }

    /// Whether a caller in a Region sees a row: the administrator sees all accounts, the home Region all Regions.
    pub(crate) fn sees(&self, row: &Row, account: Option<u16>, region: u8, home: bool) -> bool {
        (home || row.region == region)
            && account.is_none_or(|only| row.account == only)
            && !self.org.accounts.is_empty()
    }

    /// Whether a Region aggregates the others.
    pub(crate) fn is_home(region: &str) -> bool {
        region == HOME
    }

    /// One finding as Security Hub sends it.
    pub(crate) fn asff(&self, index: u32, j: &mut Json) {
        let Some(row) = self.rows.get(index as usize) else { return };
        match self.edits.get(&index) {
            None => self.unedited(index, *row, j),
            Some(edit) => {
                let mut plain = Json::default();
                self.unedited(index, *row, &mut plain);
                match serde_json::from_str::<Value>(plain.as_str()) {
                    Ok(mut value) => {
                        edit.write(&mut value);
                        j.raw(&value.to_string());
                    }
                    Err(_) => j.raw(plain.as_str()),
                }
            }
        }
    }

    fn unedited(&self, index: u32, row: Row, j: &mut Json) {
        match row.maker {
            Maker::Asff | Maker::GivenGuardDuty => j.raw(self.given.json(row.resource)),
            _ => data::asff(j, &Scene::new(&self.org, index, row)),
        }
    }

    /// One finding as `GuardDuty` sends it.
    pub(crate) fn native(&self, index: u32, j: &mut Json) {
        let Some(row) = self.rows.get(index as usize) else { return };
        if row.maker == Maker::GivenGuardDuty {
            j.raw(self.given.json(row.resource));
        } else {
            threat::native::render(j, &Scene::new(&self.org, index, *row));
        }
    }

    /// The row with this ASFF `Id` and `ProductArn`.
    pub(crate) fn find(&self, id: &str, product_arn: Option<&str>) -> Option<u32> {
        if let Some(row) = self.given.row(id, product_arn) {
            return Some(row);
        }
        let index = Scene::index_of(id)?;
        let row = self.rows.get(index as usize).filter(|row| row.is_made())?;
        let scene = Scene::new(&self.org, index, *row);
        (scene.id() == id && product_arn.is_none_or(|arn| arn == scene.product_arn())).then_some(index)
    }

    /// Every row with this ASFF `Id`, whatever its product.
    pub(crate) fn find_all(&self, id: &str) -> Vec<u32> {
        let mut found = self.given.rows(id);
        found.extend(self.find(id, None));
        found
    }

    /// The row with this `GuardDuty` finding id.
    pub(crate) fn find_guardduty(&self, id: &str) -> Option<u32> {
        if let Some(row) = self.given.guardduty_row(id) {
            return Some(row);
        }
        let index = Scene::index_of(id)?;
        let row = self.rows.get(index as usize).filter(|row| row.maker == Maker::GuardDuty)?;
        (Scene::new(&self.org, index, *row).hex() == id).then_some(index)
    }

    /// The id by which `GuardDuty` knows a row.
    pub(crate) fn guardduty_id(&self, index: u32) -> String {
        let row = self.rows[index as usize];
        if row.maker == Maker::GivenGuardDuty {
            self.given.guardduty_id(row.resource).to_owned()
        } else {
            Scene::new(&self.org, index, row).hex()
        }
    }
}
