//! The past of a record, read and asked for off the loop: the journal's versions, and AWS's own history.

use std::time::Duration;

use jiff::Timestamp;

use super::session;
use crate::app::versions::{Current, Past};
use crate::model::{History, HistoryError, RecordKey, Scope};
use crate::store::{RowId, Snapshot};

/// How long the journal may take to write what it was just told, before what is in its files is shown without.
const PATIENCE: Duration = Duration::from_millis(500);

/// What one record of a row was. `None` when the row is no more.
pub(super) fn load(row: RowId, record: usize, snapshot: &Snapshot, past: &session::Past) -> Option<Past> {
    let row = snapshot.row(row)?;
    let record = row.records().nth(record).or_else(|| row.records().next())?;
    let kept = past.journal.as_ref().map_or_else(
        || Ok(Vec::new()),
        |journal| {
            if !journal.settle(PATIENCE) {
                tracing::warn!("the journal is behind: its newest versions are not shown");
            }
            journal.versions(&record.key()).map_err(|error| error.to_string())
        },
    );
    let (json, kept) = match snapshot.raw(&record) {
        Ok(json) => (json, kept),
        Err(error) => (bytes::Bytes::new(), Err(error.to_string())),
    };
    let current = Current {
        key: record.key(),
        scope: record.scope().clone(),
        updated_at: record.updated_at(),
        json,
        records: row.records().count(),
    };
    Some(Past::of(current, kept, Timestamp::now()))
}

/// What AWS remembers of a record.
pub(super) async fn ask(past: session::Past, scope: Scope, key: RecordKey) -> Result<History, HistoryError> {
    match past.history {
        Some(ask) => ask(scope, key).await,
        None => Err(HistoryError::NotThere),
    }
}
