//! The writing side: updates in, rows and records kept.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::fold::{self, FoldKey};
use super::snapshot::RowData;
use super::{Applied, Rejected, RowId, Snapshot};
use crate::model::{Batch, Finding, RawRecord, Scope, SourceStatus, Standard, Update, scope::SweepId};

/// One record with what is known of it.
#[derive(Debug)]
pub(super) struct Held {
    pub finding: Finding<'static>,
    pub raw: RawRecord,
    pub scopes: BTreeMap<Arc<Scope>, u32>,
}

/// The one writer.
#[derive(Debug, Default)]
pub struct Store {
    version: u64,
    tick: u32,
    sweeps: HashMap<SweepId, u32>,
    rows: Vec<Option<Arc<RowData>>>,
    by_key: HashMap<FoldKey, RowId>,
    by_id: HashMap<(crate::model::Format, String, String), (RowId, FoldKey)>,
    statuses: Vec<SourceStatus>,
    standards: BTreeMap<Arc<Scope>, Vec<Standard>>,
    accounts: HashMap<String, String>,
}

impl Store {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one update. Nothing fails: what cannot be taken is named in [`Applied::rejected`].
    pub fn apply(&mut self, update: Update) -> Applied {
        let mut applied = Applied::default();
        match update {
            Update::Records(batch) => self.batch(&batch, &mut applied),
            Update::SweepEnded { scope, sweep } => self.sweep_ended(&scope, sweep, &mut applied),
            Update::Status(status) => match self.statuses.iter_mut().find(|s| s.scope == status.scope) {
                Some(held) => *held = *status,
                None => self.statuses.push(*status),
            },
            Update::Standards { scope, standards } => {
                self.standards.insert(scope, standards);
            }
            Update::Accounts(accounts) => self.accounts.extend(accounts),
        }
        applied
    }

    /// An immutable view of now.
    pub fn publish(&mut self) -> Arc<Snapshot> {
        self.version += 1;
        let standards = self.standards.values().flatten().cloned().fold(Vec::new(), |mut all: Vec<Standard>, s| {
            if !all.iter().any(|held| held.id == s.id) {
                all.push(s);
            }
            all
        });
        Arc::new(Snapshot::of(self.version, self.rows.clone(), self.statuses.clone(), standards, self.accounts.clone()))
    }

    fn batch(&mut self, batch: &Batch, applied: &mut Applied) {
        self.tick += 1;
        let scope = &batch.provenance.scope;
        if let Some(sweep) = batch.provenance.sweep {
            self.sweeps.entry(sweep).or_insert(self.tick);
        }
        for raw in &batch.records {
            match super::shim::finding(raw) {
                Ok(finding) => self.record(finding, raw, scope, applied),
                Err(reason) => applied.rejected.push(Rejected { scope: Arc::clone(scope), reason }),
            }
        }
    }

    fn record(&mut self, finding: Finding<'static>, raw: &RawRecord, scope: &Arc<Scope>, applied: &mut Applied) {
        if let (Some(account), Some(name)) = (&finding.account, &finding.account_name) {
            self.accounts.entry(account.to_string()).or_insert_with(|| name.to_string());
        }
        let id =
            (finding.format, finding.product_arn.as_deref().unwrap_or_default().to_owned(), finding.id.to_string());
        let mut scopes = BTreeMap::from([(Arc::clone(scope), self.tick)]);
        let mut replaced = false;
        if let Some((row, _)) = self.by_id.get(&id) {
            let slot = &mut self.rows[row.0 as usize];
            let mut records = slot.as_ref().map(|r| r.records.clone()).unwrap_or_default();
            if let Some(at) = records.iter().position(|h| {
                h.finding.format == id.0
                    && h.finding.id == id.2
                    && h.finding.product_arn.as_deref().unwrap_or_default() == id.1
            }) {
                let held = records.remove(at);
                for (scope, tick) in &held.scopes {
                    scopes.entry(Arc::clone(scope)).or_insert(*tick);
                }
                if held.finding.updated_at > finding.updated_at || held.raw.json == raw.json {
                    let kept = Held { finding: held.finding.clone(), raw: held.raw.clone(), scopes };
                    records.push(Arc::new(kept));
                    *slot = RowData::of(records).map(Arc::new);
                    return;
                }
                replaced = true;
            }
            *slot = RowData::of(records).map(Arc::new);
        }
        let key = fold::key(&finding);
        let row = *self.by_key.entry(key.clone()).or_insert_with(|| {
            self.rows.push(None);
            RowId(u32::try_from(self.rows.len() - 1).unwrap_or(u32::MAX))
        });
        let slot = &mut self.rows[row.0 as usize];
        let mut records = slot.as_ref().map(|r| r.records.clone()).unwrap_or_default();
        if records.is_empty() && !replaced {
            applied.new += 1;
        } else {
            applied.changed += 1;
        }
        records.push(Arc::new(Held { finding, raw: raw.clone(), scopes }));
        *slot = RowData::of(records).map(Arc::new);
        self.by_id.insert(id, (row, key));
    }

    fn sweep_ended(&mut self, scope: &Arc<Scope>, sweep: SweepId, applied: &mut Applied) {
        let start = self.sweeps.remove(&sweep).unwrap_or(self.tick + 1);
        for slot in &mut self.rows {
            let Some(row) = slot else { continue };
            if !row.records.iter().any(|h| h.scopes.get(scope).is_some_and(|tick| *tick < start)) {
                continue;
            }
            let mut records = Vec::new();
            for held in &row.records {
                let mut scopes = held.scopes.clone();
                scopes.retain(|s, tick| s != scope || *tick >= start);
                if scopes.is_empty() {
                    let f = &held.finding;
                    self.by_id.remove(&(
                        f.format,
                        f.product_arn.as_deref().unwrap_or_default().to_owned(),
                        f.id.to_string(),
                    ));
                } else {
                    let (finding, raw) = (held.finding.clone(), held.raw.clone());
                    records.push(Arc::new(Held { finding, raw, scopes }));
                }
            }
            if records.is_empty() {
                applied.removed += 1;
                self.by_key.retain(|_, id| id.0 as usize != usize::MAX);
            }
            *slot = RowData::of(records).map(Arc::new);
        }
        let rows = &self.rows;
        self.by_key.retain(|_, id| rows[id.0 as usize].is_some());
    }
}
