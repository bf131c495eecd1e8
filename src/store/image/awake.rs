//! What the writer finds things with, built from the tables of an image: behind the first picture, before the first
//! update is taken.

use rustc_hash::FxHashMap;

use crate::store::Store;
use crate::store::column::Column;
use crate::store::fold::FoldIndex;
use crate::store::shape::Indexes;
use crate::store::sightings::Sightings;
use crate::store::tables::NO_ROW;

/// Whether the writer can find what it holds.
#[derive(Debug, Default)]
pub(in crate::store) enum Finding {
    #[default]
    Now,
    /// The hash tables of an image are still to be built.
    Later { shared: Column<u32> },
}

impl Store {
    /// Builds what is missing to take updates. At once when nothing is.
    pub fn awaken(&mut self) {
        let Finding::Later { shared } = std::mem::take(&mut self.finding) else { return };
        let tables = &mut self.tables;
        std::thread::scope(|scope| {
            let frozen = tables.clone();
            let indexes = scope.spawn(move || Indexes::of(&frozen));
            tables.enter_ids();
            self.folds = FoldIndex::of(tables);
            let records = &tables.records;
            let seen = records.row.iter().zip(records.seen.iter());
            let seen = seen.map(|(row, seen)| (*row != NO_ROW).then_some(seen >> 8));
            self.sightings = Sightings::earlier(&tables.facts.scopes, seen, others(&shared));
            match indexes.join() {
                Ok(indexes) => self.indexes = indexes,
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
    }
}

/// The scopes that see a record beside its first one.
fn others(shared: &Column<u32>) -> FxHashMap<u32, Vec<u32>> {
    let mut others: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut numbers = shared.iter().copied();
    while let (Some(record), Some(count)) = (numbers.next(), numbers.next()) {
        others.insert(record, numbers.by_ref().take(count as usize).collect());
    }
    others
}
