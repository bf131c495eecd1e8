//! What of the rows is shown, where not all are.
//!
//! A sync that is scoped to a query also brings rows outside of it: GuardDuty's, those of files, what has left the scope
//! since. In: what says which rows are in it. Out: snapshots that neither list nor count the others. Here, and not where
//! each number is made, so that none can forget it.

use std::fmt;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::{Snapshot, Store};

/// Says which rows are shown; asked for each snapshot.
pub struct Lens {
    text: Arc<str>,
    rows: Box<Rows>,
}

type Rows = dyn Fn(&Snapshot) -> RoaringBitmap + Send;

impl Lens {
    /// `text` is what it is called: the query of the scope.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>, rows: impl Fn(&Snapshot) -> RoaringBitmap + Send + 'static) -> Self {
        Self { text: text.into(), rows: Box::new(rows) }
    }
}

/// The snapshot as it is seen through the lens; as it is, where there is none.
pub(super) fn look(lens: Option<&Lens>, snapshot: Snapshot) -> Snapshot {
    let Some(lens) = lens else { return snapshot };
    let rows = (lens.rows)(&snapshot) & snapshot.live();
    let open = &rows & snapshot.open();
    snapshot.seen(Seen { text: Arc::clone(&lens.text), rows, open })
}

impl fmt::Debug for Lens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lens").field(&self.text).finish()
    }
}

/// The rows that one snapshot shows.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) text: Arc<str>,
    pub(super) rows: RoaringBitmap,
    pub(super) open: RoaringBitmap,
}

impl Store {
    /// The same store, whose snapshots show what the lens shows.
    #[must_use]
    pub fn through(mut self, lens: Option<Lens>) -> Self {
        self.lens = lens;
        self
    }

    /// An immutable view of now. Costs what changed since the last one.
    pub fn publish(&mut self) -> Arc<Snapshot> {
        Arc::new(self.snapshot())
    }
}
