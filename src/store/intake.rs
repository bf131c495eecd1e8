//! Records that come: decoded, taken together in crowds, entered one by one.
//!
//! In: a batch of one source's. Out: each record new in the tables, or held against the version that is there (see the
//! [writer](super::writer)). Whatever is looked up by hash is looked up for a whole crowd at a time: see
//! [`Index`](super::index) for why.

use std::hash::Hasher;
use std::sync::Arc;

use bytes::Bytes;

use super::fold::{Entry, Folded};
use super::shape::Shape;
use super::sightings::Sight;
use super::tables::NO_ROW;
use super::{Applied, Rejected, Store, facts, ids};
use crate::model::{Batch, Finding, Format, Scope};

/// So many records are taken together: what they are read from still is in the processor's second cache.
const CROWD: usize = 64;

/// A delivered record, decoded.
pub(super) struct Delivery<'a> {
    pub shape: Shape,
    pub content: u64,
    pub bytes: &'a Bytes,
    pub sight: Sight,
    pub scope: &'a Arc<Scope>,
}

/// How a record is found, and its row.
struct Name<'a> {
    format: Format,
    is_guardduty: bool,
    /// The packed tail of its id.
    tail: &'a [u8],
    hash: u64,
    /// The record that it most likely is, if it is held.
    near: Option<u32>,
    entry: Entry,
}

impl Store {
    pub(super) fn batch(&mut self, batch: &Batch, applied: &mut Applied) {
        let scope = &batch.provenance.scope;
        let number = self.scope(scope);
        let sight = self.sightings.batch(number, batch.provenance.sweep);
        let (mut findings, mut raws) = (Vec::with_capacity(CROWD), Vec::with_capacity(CROWD));
        for crowd in batch.records.chunks(CROWD) {
            for raw in crowd {
                match crate::decode::finding(raw) {
                    Ok(finding) => {
                        findings.push(finding);
                        raws.push((&raw.json, content(&raw.json)));
                    }
                    Err(error) => {
                        let rejected = Rejected { scope: Arc::clone(scope), reason: error.to_string() };
                        self.told.rejected(&rejected);
                        applied.rejected.push(rejected);
                    }
                }
            }
            self.crowd(&findings, &raws, sight, scope, applied);
            findings.clear();
            raws.clear();
        }
    }

    fn crowd(
        &mut self,
        findings: &[Finding<'_>],
        raws: &[(&Bytes, u64)],
        sight: Sight,
        scope: &Arc<Scope>,
        applied: &mut Applied,
    ) {
        let (mut tails, mut prefixes, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for finding in findings {
            prefixes.push(ids::pack(&finding.id, &mut tails));
            ends.push(tails.len());
        }
        let shapes = self.indexes.shapes(&mut self.tables, findings, &prefixes);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let tails = starts.zip(&ends).map(|(start, end)| tails.get(start..*end).unwrap_or_default());
        let tables = &self.tables;
        let names =
            findings.iter().zip(&shapes).zip(prefixes.iter().zip(tails)).map(|((finding, shape), (prefix, tail))| {
                let is_guardduty = tables.is_guarddutys(finding.format, shape.origin);
                let Shape { prefix: number, origin, check, resources, .. } = *shape;
                let key = tables.key_of(&Folded { is_guardduty, prefix: number, tail, origin, check, resources });
                let hash = tables.ids.hash(prefix, tail);
                let near = tables.ids.find(hash, |_| true);
                Name { format: finding.format, is_guardduty, tail, hash, near, entry: self.folds.entry(&key) }
            });
        let names: Vec<Name<'_>> = names.collect();
        for (((finding, shape), name), (bytes, content)) in findings.iter().zip(shapes).zip(&names).zip(raws) {
            if let (Some(account), Some(name)) = (&finding.account, &finding.account_name) {
                let from = facts::NameFrom::Finding(shape.times[1]);
                self.told.account(account, name, from, &mut self.indexes, &mut self.tables);
            }
            let delivery = Delivery { shape, content: *content, bytes, sight, scope };
            match self.held(name, &delivery.shape) {
                Some(record) => self.again(record, &delivery, applied),
                None => self.first(name, &delivery, applied),
            }
        }
    }

    /// The record of the same format, product ARN and id.
    fn held(&self, name: &Name<'_>, shape: &Shape) -> Option<u32> {
        let tables = &self.tables;
        let same = |record: u32| {
            tables.records.prefix.at(record) == shape.prefix
                && tables.records.tails.get(record) == Some(name.tail)
                && tables.list(tables.records.origin.at(record)).first() == tables.list(shape.origin).first()
                && tables.state(record).format == name.format
        };
        name.near.filter(|record| same(*record)).or_else(|| tables.ids.find(name.hash, same))
    }

    fn first(&mut self, name: &Name<'_>, delivery: &Delivery<'_>, applied: &mut Applied) {
        let record = self.tables.records.tails.push(name.tail);
        self.tables.records.row.set(record, NO_ROW);
        self.tables.records.write(record, &delivery.shape);
        self.tables.ids.insert(name.hash, record);
        self.contents.set(record, delivery.content);
        let place = self.raw.push(record, delivery.bytes);
        self.tables.records.place.set(record, place);
        if name.is_guardduty {
            self.tell(record, delivery, None);
        }
        let seen = self.sightings.see(record, delivery.sight, &self.tables.facts.scopes);
        self.tables.records.seen.set(record, seen);
        if self.attach(record, name.entry) {
            applied.new += 1;
        } else {
            applied.changed += 1;
        }
    }
}

fn content(bytes: &Bytes) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(bytes);
    hasher.finish()
}
