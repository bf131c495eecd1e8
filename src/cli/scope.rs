//! `--scope QUERY`, or `scope` in the configuration: the query that a whole run is kept to.
//!
//! In: the option, else the configuration. Out: what the sources are to ask for (less than everything, where AWS's
//! filters can say it), and what the snapshots are to show: the query itself, so that findings outside of the scope that
//! come anyway are neither listed nor counted.

use std::sync::Arc;

use jiff::Timestamp;

use super::CliError;
use super::args::Global;
use crate::config::Config;
use crate::model::Extent;
use crate::query::{self, Context, Query};
use crate::source::Settings;
use crate::store::Lens;

/// A scope that is set.
#[derive(Debug, Clone)]
pub(super) struct Scoped {
    /// As the user wrote it.
    pub(super) text: Arc<str>,
    query: Arc<Query>,
}

impl Scoped {
    /// The scope of the command line, else of the configuration; `None` where neither sets one. `--scope ''` sets none.
    ///
    /// # Errors
    /// A query that cannot be read: exit code 2.
    pub(super) fn of(global: &Global, config: &Config) -> Result<Option<Self>, CliError> {
        let text = global.scope.as_deref().unwrap_or(&config.aws.scope).trim();
        let query =
            query::parse(text).map_err(|error| CliError::Usage(format!("--scope:\n{}", error.underlined(text))))?;
        Ok(query.expr.is_some().then(|| Self { text: text.into(), query: Arc::new(query) }))
    }

    /// As every screen says it.
    pub(super) fn said(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }

    /// What of it AWS can be asked for.
    fn extent(&self) -> Extent {
        query::push::push(&self.query, &self.text, Timestamp::now())
    }

    /// The rows of a snapshot that are in it.
    fn lens(&self) -> Lens {
        let query = Arc::clone(&self.query);
        Lens::new(Arc::clone(&self.text), move |snapshot| {
            query::evaluate(&query, snapshot, &Context::at(Timestamp::now()))
        })
    }
}

/// Keeps the sources to the scope, where one is set; gives what the snapshots are looked at through.
pub(super) fn narrow(settings: &mut Settings, scope: Option<&Scoped>) -> Option<Lens> {
    settings.extent = scope.map(|scope| Arc::new(scope.extent()));
    scope.map(Scoped::lens)
}
