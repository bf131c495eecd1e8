//! The tallies of a snapshot that does not show all its rows: counted from the bitmaps of those that it shows.
//!
//! The counts that the store keeps up to date are of all rows, and of one value each. A scoped sync holds few rows, so counting them anew is
//! cheap.

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{ResourceCount, TOP, Tally, top, types};
use crate::model::Severity;
use crate::store::{Field, Row, RowId, Snapshot};

/// The open rows that are shown, and which of them are worst.
pub(super) struct Shown<'a> {
    snapshot: &'a Snapshot,
    critical: RoaringBitmap,
    high: RoaringBitmap,
}

impl<'a> Shown<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let open = |severity: Severity| snapshot.with(Field::Severity, severity.label()) & snapshot.open();
        Self { critical: open(Severity::Critical), high: open(Severity::High), snapshot }
    }

    pub(super) fn tallies(&self, field: Field, most: usize) -> Vec<Tally> {
        let tables = &self.snapshot.tables;
        let counts = tables.postings(field).map(|posting| (posting.value, self.count(&posting.rows.assemble())));
        top(counts.collect::<Vec<_>>().into_iter(), |value| tables.text(value), most)
    }

    pub(super) fn resources(&self) -> Vec<Tally> {
        let tables = &self.snapshot.tables;
        let mut counts: FxHashMap<u32, ResourceCount> = FxHashMap::default();
        for row in self.snapshot.open() {
            let Some(lead) = Row::of(tables, RowId(row)).map(|row| row.lead()) else { continue };
            let mut resources: Vec<u32> = tables.resources(lead).iter().map(|[id, ..]| *id).collect();
            resources.sort_unstable();
            resources.dedup();
            for resource in resources {
                let [critical, high, total] = counts.entry(resource).or_default();
                *critical += u32::from(self.critical.contains(row));
                *high += u32::from(self.high.contains(row));
                *total += 1;
            }
        }
        top(counts.into_iter(), |resource| tables.resource_ids.get(resource).unwrap_or_default(), TOP)
    }

    pub(super) fn types(&self) -> Vec<Tally> {
        let tables = &self.snapshot.tables;
        let forms = tables.postings(Field::Type).map(|posting| (posting, self.count(&posting.rows.assemble())));
        types::top(tables, forms, |rows| self.count(rows))
    }

    pub(super) fn samples(&self) -> u64 {
        (self.snapshot.with(Field::Sample, "true") & self.snapshot.open()).len()
    }

    /// The open ones among some rows.
    pub(super) fn count(&self, rows: &RoaringBitmap) -> ResourceCount {
        [&self.critical, &self.high, self.snapshot.open()]
            .map(|of| u32::try_from(rows.intersection_len(of)).unwrap_or(u32::MAX))
    }
}
