//! Who is told of versions: what a record becomes, and what it was, just before the store lets go of it.
//!
//! What was is handed over as the store holds it, packed: to unpack it is the witness's own work, off the ingest.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;

use super::Store;
use super::raw::Held;
use super::tables::Tables;
use crate::model::{RecordKey, Scope};

/// Is told of every version that takes another's place, and of GuardDuty's records when they come. Must not wait long:
/// the ingest waits with it.
pub trait Witness: Send {
    fn saw(&mut self, sighting: Sighting);
}

/// A version that came.
#[derive(Debug, Clone)]
pub struct Sighting {
    pub key: RecordKey,
    pub scope: Arc<Scope>,
    /// The record's own `UpdatedAt`.
    pub updated_at: Option<Timestamp>,
    pub json: Bytes,
    /// What it takes the place of; `None` for a record that is new to the store.
    pub before: Option<Before>,
}

/// The version that is no more.
#[derive(Debug, Clone)]
pub struct Before {
    pub held: Held,
    pub updated_at: Option<Timestamp>,
}

impl Store {
    /// The same store, with somebody who is told of versions.
    #[must_use]
    pub fn watched(mut self, witness: impl Witness + 'static) -> Self {
        self.witness = Seat::new(witness);
        self
    }
}

/// The store's place for one.
#[derive(Default)]
pub(super) struct Seat(Option<Box<dyn Witness>>);

impl Seat {
    pub(super) fn new(witness: impl Witness + 'static) -> Self {
        Self(Some(Box::new(witness)))
    }

    /// Tells who sits here, if anybody does, of the version that a record now has: its scope, its time, its JSON.
    pub(super) fn tell(
        &mut self,
        tables: &Tables,
        record: u32,
        (scope, updated_at, json): (&Arc<Scope>, Option<Timestamp>, &Bytes),
        before: Option<Before>,
    ) {
        let Some(witness) = &mut self.0 else { return };
        let key = RecordKey {
            format: tables.state(record).format,
            product_arn: tables.text(tables.origin(record)[0]).to_owned(),
            id: tables.id(record),
        };
        witness.saw(Sighting { key, scope: Arc::clone(scope), updated_at, json: json.clone(), before });
    }
}

impl fmt::Debug for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "taken" } else { "empty" })
    }
}
