//! `--scope QUERY`, or `scope` in the configuration: the query that a whole run is kept to; and the query of `controls`,
//! which keeps what is counted and not what is asked.
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
use crate::query::{self, Context, Expr, Flag, Query, Test};
use crate::source::Settings;
use crate::store::Lens;

/// A scope that is set.
#[derive(Debug, Clone)]
pub(super) struct Scoped {
    /// As the user wrote it.
    pub(super) text: Arc<str>,
    query: Arc<Query>,
}

/// Reads a query that says which findings there are at all.
///
/// # Errors
/// What is wrong with it, underlined. What has changed since the mark is known of the findings that there are, and so
/// cannot say which there are.
pub(super) fn read(text: &str) -> Result<Query, String> {
    let query = query::parse(text).map_err(|error| error.underlined(text))?;
    let marked = [Flag::Unseen, Flag::Worse, Flag::Back, Flag::Closed];
    match marked.into_iter().find(|flag| query.has(|test| matches!(test, Test::Is(is) if is == flag))) {
        None => Ok(query),
        Some(flag) => Err(format!(
            "{text}\nis:{} says what has changed, not what is counted: filter by it instead, or ask `findings`",
            flag.name()
        )),
    }
}

impl Scoped {
    /// The scope of the command line, else of the configuration; `None` where neither sets one. `--scope ''` sets none.
    ///
    /// # Errors
    /// A query that cannot be read: exit code 2.
    pub(super) fn of(global: &Global, config: &Config) -> Result<Option<Self>, CliError> {
        Self::written(global.scope.as_deref().unwrap_or(&config.aws.scope), "--scope")
    }

    /// What is written; `None` where that is every finding. `place` is where it stands.
    ///
    /// # Errors
    /// A query that cannot be read: exit code 2.
    pub(super) fn written(text: &str, place: &str) -> Result<Option<Self>, CliError> {
        let text = text.trim();
        let query = read(text).map_err(|error| CliError::Usage(format!("{place}:\n{error}")))?;
        Ok(query.expr.is_some().then(|| Self { text: text.into(), query: Arc::new(query) }))
    }

    /// What is in both.
    pub(super) fn within(&self, other: Option<&Self>) -> Self {
        let Some(other) = other else { return self.clone() };
        let both = [&self.query, &other.query].into_iter().filter_map(|query| query.expr.clone());
        let query = Arc::new(Query { expr: Expr::and(both.collect()) });
        Self { text: format!("({}) ({})", self.text, other.text).into(), query }
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
    pub(super) fn lens(&self) -> Lens {
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
