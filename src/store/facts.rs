//! What sources tell beside findings: how they do, standards with their controls, names of accounts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Rejected;
use super::cached::{AsOf, Meaning};
use super::shape::Indexes;
use super::tables::{Facts, Tables};
use crate::model::{Scope, SourceState, SourceStatus, Standard, standard::Enablement};

/// Who told an account's name; the greater wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameFrom {
    /// A finding's `AwsAccountName`, with the finding's update: the newest wins.
    Finding(i64),
    /// A source that asked for names.
    Organization,
}

/// The writer's side of [`Facts`].
#[derive(Debug, Default)]
pub(super) struct Told {
    statuses: BTreeMap<Arc<Scope>, SourceStatus>,
    /// Records of a scope that did not decode, with the last reason.
    rejected: HashMap<Arc<Scope>, (u64, String)>,
    pub(super) standards: BTreeMap<Arc<Scope>, Vec<Standard>>,
    pub(super) names: FxHashMap<String, (NameFrom, String)>,
    pub(super) as_of: AsOf,
    statuses_changed: bool,
    standards_changed: bool,
}

impl Told {
    pub(super) fn status(&mut self, status: SourceStatus) -> Meaning {
        let meaning = self.as_of.status(&status);
        self.statuses.insert(Arc::clone(&status.scope), status);
        self.statuses_changed = true;
        meaning
    }

    /// Nothing that this scope told counts any more.
    pub(super) fn forget(&mut self, scope: &Arc<Scope>) {
        self.standards.remove(scope);
        self.changed();
    }

    /// All of it is to be published anew.
    pub(super) const fn changed(&mut self) {
        self.statuses_changed = true;
        self.standards_changed = true;
    }

    pub(super) fn rejected(&mut self, rejected: &Rejected) {
        let (count, reason) = self.rejected.entry(Arc::clone(&rejected.scope)).or_default();
        *count += 1;
        reason.clone_from(&rejected.reason);
        self.statuses_changed = true;
    }

    /// Something of the scope could not be taken: whatever its source says, what is held of it is not whole.
    pub(super) fn has_rejected(&self, scope: &Arc<Scope>) -> bool {
        self.rejected.contains_key(scope)
    }

    pub(super) fn standards(&mut self, scope: Arc<Scope>, standards: Vec<Standard>) {
        self.standards.insert(scope, standards);
        self.standards_changed = true;
    }

    /// Learns a name. Of equal claims the lesser text is taken, so that any order tells the same.
    pub(super) fn account(
        &mut self,
        account: &str,
        text: &str,
        from: NameFrom,
        indexes: &mut Indexes,
        tables: &mut Tables,
    ) {
        if account.is_empty() || text.is_empty() {
            return;
        }
        match self.names.get_mut(account) {
            Some((held_from, held)) => {
                let newer = from > *held_from || (from == *held_from && text < held.as_str());
                if !newer {
                    return;
                }
                *held_from = from;
                if held == text {
                    return;
                }
                text.clone_into(held);
            }
            None => {
                self.names.insert(account.to_owned(), (from, text.to_owned()));
            }
        }
        let name = indexes.string(tables, text);
        Arc::make_mut(&mut tables.facts).accounts.insert(account.to_owned(), name);
    }

    /// Writes what changed to the tables.
    pub(super) fn publish(&mut self, tables: &mut Tables) {
        if self.statuses_changed {
            self.statuses_changed = false;
            let mut statuses = self.statuses.values().map(|status| self.honest(status)).collect();
            self.as_of.mark(&mut statuses);
            Arc::make_mut(&mut tables.facts).statuses = statuses;
        }
        if self.standards_changed {
            self.standards_changed = false;
            let facts: &mut Facts = Arc::make_mut(&mut tables.facts);
            facts.standards = merge(self.standards.values().flatten());
        }
    }

    /// A source counts what it sent; what of it did not decode is known here only. Then "complete" would be a lie.
    fn honest(&self, status: &SourceStatus) -> SourceStatus {
        let mut status = status.clone();
        if let Some((count, reason)) = self.rejected.get(&status.scope) {
            status.rejected += count;
            if matches!(status.state, SourceState::Complete { .. }) {
                let records = if *count == 1 { "record" } else { "records" };
                status.state = SourceState::Partial { reason: format!("{count} {records} did not decode: {reason}") };
            }
        }
        status
    }
}

/// One list of all that the scopes told: a standard is as enabled as any scope says, and so is each requirement.
fn merge<'a>(all: impl Iterator<Item = &'a Standard>) -> Vec<Standard> {
    let mut merged: BTreeMap<String, Standard> = BTreeMap::new();
    for standard in all {
        let Some(held) = merged.get_mut(&*standard.id.0) else {
            merged.insert(standard.id.0.to_string(), standard.clone());
            continue;
        };
        let rank = |enablement: Enablement| match enablement {
            Enablement::Enabled => 2,
            Enablement::Available => 1,
            Enablement::Inferred => 0,
        };
        if rank(standard.enablement) > rank(held.enablement) {
            held.enablement = standard.enablement;
        }
        if held.name.is_empty() {
            held.name.clone_from(&standard.name);
        }
        for requirement in &standard.requirements {
            let same = |other: &&mut crate::model::standard::Requirement| {
                other.number == requirement.number && other.control == requirement.control
            };
            match held.requirements.iter_mut().find(same) {
                Some(known) => {
                    known.enabled |= requirement.enabled;
                    known.severity = known.severity.or(requirement.severity);
                    if known.title.is_empty() {
                        known.title.clone_from(&requirement.title);
                    }
                    if known.remediation.is_none() {
                        known.remediation.clone_from(&requirement.remediation);
                    }
                }
                None => held.requirements.push(requirement.clone()),
            }
        }
    }
    merged.into_values().collect()
}
