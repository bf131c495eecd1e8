//! What sources say to the store: records, facts about standards and accounts, and how they are doing.

use std::sync::Arc;

use bytes::Bytes;

use super::{Format, Provenance, Scope, SourceStatus, Standard, scope::SweepId};

/// One message from a source to the store.
#[derive(Debug, Clone)]
pub enum Update {
    Records(Batch),
    /// A whole sweep of this scope ended: records of the scope that it did not see are gone.
    SweepEnded {
        scope: Arc<Scope>,
        sweep: SweepId,
    },
    Status(Box<SourceStatus>),
    /// Every scope that this session asks: said once, when all profiles are open. What an earlier session brought from
    /// any other is not this one's to show.
    Asked(Vec<Arc<Scope>>),
    /// All that this scope knows of standards, replacing what it said before.
    Standards {
        scope: Arc<Scope>,
        standards: Vec<Standard>,
    },
    /// Account ids with their names.
    Accounts(Vec<(String, String)>),
}

/// Records of one page, or of one stretch of a file, that came from one place.
#[derive(Debug, Clone)]
pub struct Batch {
    pub provenance: Provenance,
    pub records: Vec<RawRecord>,
}

/// One finding's JSON, byte for byte as sent. `Bytes` so that the records of a page share the page.
#[derive(Debug, Clone)]
pub struct RawRecord {
    pub format: Format,
    pub json: Bytes,
}
