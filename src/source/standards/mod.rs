//! Security Hub's standards and controls: facts about controls, no findings.
//!
//! In: an account and a Region. Out: every standard that Security Hub names there, the enabled ones with their
//! requirements: number, control, title, severity, whether it is enabled, and where AWS says how to mend it. Each
//! question that AWS refuses or does not know is noted, and the rest goes on with what is known: the numbers of the CIS
//! benchmark also come from the table in [`cis`](crate::model::cis).

mod assemble;
mod questions;

use std::sync::Arc;

use aws_sdk_securityhub::Client;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use self::assemble::Facts;
use super::call::{CallError, Trouble};
use super::desk::Desk;
use super::session::Session;
use super::{Source, Swept};
use crate::model::scope::SweepId;
use crate::model::{Scope, Update};

pub(super) use self::questions::OPERATIONS;

/// The standards of one account and Region.
pub(super) struct Standards {
    client: Client,
}

impl Standards {
    pub(super) fn new(session: &Session, scope: &Arc<Scope>) -> Self {
        Self { client: Client::new(&session.in_region(&scope.region)) }
    }

    async fn ask_all(&self, desk: &Desk) -> Result<Swept, CallError> {
        let mut facts = Facts::default();
        let mut missing = Missing::default();
        let (enabled, described) = tokio::join!(self.enabled_standards(desk), self.described_standards(desk));
        desk.edit(|status| status.shards = (0, 4));
        // That standards cannot be listed at all is the source's state, not a gap in it.
        facts.enabled = missing.keep(desk, enabled.map(Some))?;
        facts.described = missing.keep(desk, described)?;
        if missing.errors.len() == 2
            && let Some(first) = missing.errors.pop()
        {
            return Err(first);
        }
        desk.edit(|status| status.shards.0 = 1);
        for arn in facts.arns_with_requirements() {
            let definitions = missing.keep(desk, self.definitions(desk, &arn).await)?;
            facts.definitions.push((arn, definitions));
            // What is known is shown, and gets better.
            self.tell(desk, &facts).await?;
        }
        desk.edit(|status| status.shards.0 = 2);
        let controls = facts.controls();
        facts.controls = missing.keep(desk, self.controls(desk, &controls).await)?;
        desk.edit(|status| status.shards.0 = 3);
        facts.associations = missing.keep(desk, self.associations(desk, &facts.pairs()).await)?;
        desk.edit(|status| status.shards.0 = 4);
        self.tell(desk, &facts).await?;
        Ok(match missing.errors.first() {
            None => Swept::Whole,
            Some(first) => Swept::Partial { reason: first.to_string() },
        })
    }

    async fn tell(&self, desk: &Desk, facts: &Facts) -> Result<(), CallError> {
        let standards = facts.standards();
        desk.edit(|status| status.records = standards.iter().map(|s| s.requirements.len() as u64).sum());
        desk.send(Update::Standards { scope: Arc::clone(desk.scope()), standards }).await
    }
}

/// Questions that had no answer.
#[derive(Default)]
struct Missing {
    errors: Vec<CallError>,
}

impl Missing {
    /// The answer, or nothing in its place; an error only where no question can be answered.
    fn keep<T: Default>(&mut self, desk: &Desk, answer: Result<T, CallError>) -> Result<T, CallError> {
        match answer {
            Ok(answer) => Ok(answer),
            Err(error) => match &error.trouble {
                Trouble::Stopped | Trouble::Login | Trouble::Off => Err(error),
                trouble => {
                    desk.note(match trouble {
                        Trouble::Denied { action } => format!("denied: {action}"),
                        Trouble::Unsupported => format!("the endpoint does not know {}", error.operation),
                        _ => error.to_string(),
                    });
                    desk.complain(&error.to_string());
                    self.errors.push(error);
                    Ok(T::default())
                }
            },
        }
    }
}

impl Source for Standards {
    fn sweep<'a>(&'a self, desk: &'a Desk, _: SweepId) -> BoxFuture<'a, Result<Swept, CallError>> {
        self.ask_all(desk).boxed()
    }

    /// Standards change by a person's hand, seldom: the full sweep is enough.
    fn delta<'a>(&'a self, _: &'a Desk, _: Timestamp) -> BoxFuture<'a, Result<(), CallError>> {
        async { Ok(()) }.boxed()
    }
}
