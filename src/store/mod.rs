//! A million findings in memory: updates in, immutable snapshots out.
//!
//! [`Store::apply`] takes what the sources say ([`Update`](crate::model::Update)), decodes each record once, folds
//! records into rows and keeps the raw bytes. [`Store::publish`] gives an [`Arc<Snapshot>`](Snapshot): readers
//! never wait for writers, and publishing costs what changed. [`ingest::spawn`] runs both on a thread of its own.
//!
//! **A row is what a person triages; a record is what a service sent.** A row keeps every record it folds.

mod arena;
mod births;
mod bits;
mod block;
mod cached;
mod census;
mod column;
mod facts;
mod fold;
mod identity;
mod ids;
pub mod image;
mod index;
pub mod ingest;
mod intake;
mod lens;
mod newcomer;
mod observables;
pub mod overview;
mod posting;
mod priority;
mod raw;
mod row;
mod scan;
pub mod score;
mod shape;
mod shown;
mod sightings;
pub mod since;
mod snapshot;
mod tables;
mod texts;
mod witness;
mod writer;

use std::sync::Arc;

pub use bits::Bits;
pub use census::{Group, GroupValue, Groups};
pub use lens::Lens;
pub use priority::yield_to_the_screen;
pub use raw::Held;
pub use row::{Edition, Record, ResourceRef, Row};
pub use scan::{Sym, SymSet};
pub use shown::Shown;
pub use snapshot::Snapshot;
pub use texts::{Hits, Pile, PileBits, Texts};
pub use witness::{Before, Sighting, Witness};
pub use writer::Store;

use crate::model::Scope;

/// A row of the store: stable while the process lives, never given to another finding. What a selection holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

/// The fields of few values, each value with a bitmap of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Field {
    /// `CRITICAL` ... `INFORMATIONAL`.
    Severity,
    Product,
    Account,
    Region,
    /// `NEW`, `NOTIFIED`, ...
    Workflow,
    /// `ACTIVE`, `ARCHIVED`.
    RecordState,
    /// `PASSED`, `FAILED`, ...
    Compliance,
    /// `IAM.9`.
    Control,
    /// `standards/cis-aws-foundations-benchmark/v/5.0.0`.
    Standard,
    Type,
    ResourceType,
    /// [`Service::id`](crate::model::Service::id): `securityhub`, `guardduty`, `file`.
    Source,
    /// `true` for sample findings; rows that are none have no value.
    Sample,
    /// `true` for findings with a note (ASFF `Note`); the others have no value.
    Note,
}

impl Field {
    pub const ALL: [Self; 14] = [
        Self::Severity,
        Self::Product,
        Self::Account,
        Self::Region,
        Self::Workflow,
        Self::RecordState,
        Self::Compliance,
        Self::Control,
        Self::Standard,
        Self::Type,
        Self::ResourceType,
        Self::Source,
        Self::Sample,
        Self::Note,
    ];
}

/// The columns of text: each holds symbols of the snapshot's distinct strings, so that a search looks at each
/// distinct string once ([`Snapshot::symbols`]) and then at four bytes a row ([`Snapshot::scan`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TextColumn {
    Title,
    Description,
    Product,
    Account,
    /// The names of accounts; a row has its account's.
    AccountName,
    Region,
    Type,
    ResourceId,
    ResourceName,
    ResourceType,
    Control,
    Standard,
    Generator,
}

/// What one [`Store::apply`] did, counted in rows but for the rejected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    pub new: usize,
    pub changed: usize,
    pub removed: usize,
    /// The records that did not decode, each with its reason.
    pub rejected: Vec<Rejected>,
}

/// A record that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub scope: Arc<Scope>,
    pub reason: String,
}

/// A raw record that cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The block that holds the record does not decompress.
    #[error("block {block} of raw records does not decompress: {source}")]
    Block { block: u32, source: std::io::Error },
    /// The record is not where the snapshot says.
    #[error("no raw record at block {block}, slot {slot}")]
    Missing { block: u32, slot: u8 },
}

impl TextColumn {
    pub const ALL: [Self; 13] = [
        Self::Title,
        Self::Description,
        Self::Product,
        Self::Account,
        Self::AccountName,
        Self::Region,
        Self::Type,
        Self::ResourceId,
        Self::ResourceName,
        Self::ResourceType,
        Self::Control,
        Self::Standard,
        Self::Generator,
    ];
}
