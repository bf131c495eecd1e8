//! Questions about one finding, asked on demand: who can answer for a scope, and what came of it.
//!
//! In: a scope and a record. Out: [`History`]. A question takes its turn in the same bucket as the sweep, and counts
//! among the calls of its scope.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::Source;
use super::call::{CallError, Trouble};
use super::desk::Desk;
use crate::model::{Format, History, HistoryError, RecordKey, Scope, Service};

/// A source at work, with its desk.
pub(super) struct Asker {
    pub(super) source: Box<dyn Source>,
    pub(super) desk: Arc<Desk>,
}

/// Who answers for which scope. Holds nobody back from ending.
#[derive(Clone, Default)]
pub(super) struct Askers(Arc<Mutex<HashMap<Scope, Weak<Asker>>>>);

impl std::fmt::Debug for Askers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Askers")
    }
}

impl Askers {
    pub(super) fn enter(&self, asker: &Arc<Asker>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert((**asker.desk.scope()).clone(), Arc::downgrade(asker));
    }

    fn find(&self, scope: &Scope) -> Option<Arc<Asker>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(scope).and_then(Weak::upgrade)
    }

    /// See [`Control::history`](super::Control::history).
    pub(super) async fn history(&self, scope: &Scope, key: &RecordKey) -> Result<History, HistoryError> {
        if scope.service != Service::SecurityHub || key.format != Format::Asff || key.product_arn.is_empty() {
            return Err(HistoryError::NotThere);
        }
        let asker = self.find(scope).ok_or(HistoryError::NotThere)?;
        let answer = asker.source.history(&asker.desk, key).await;
        // Nobody listening to the status is no reason to keep the answer back.
        let _ = asker.desk.flush_always().await;
        answer.map_err(told)
    }
}

fn told(error: CallError) -> HistoryError {
    match error.trouble {
        Trouble::Denied { action } => HistoryError::Denied { action },
        Trouble::Unsupported => HistoryError::Unsupported { operation: error.operation.to_owned() },
        _ => HistoryError::Failed { words: error.to_string() },
    }
}
