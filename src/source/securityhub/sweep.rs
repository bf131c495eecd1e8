//! One pass over a hub, over all there is or over what has changed: shards side by side, each with its checkpoint.
//!
//! In: the shards of a pass. Out: their records, worst severity first. The shards share one bucket, whose queue lets
//! the worst severity go first; enough of them are in flight to use the whole rate at any latency. A page that fails
//! for good costs its shard, not the sweep; a rejected token starts its shard over.

use std::sync::Arc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;

use super::aggregation::Standing;
use super::shard::{Shard, Slice, Window};
use super::{CallError, Desk, LOOK_BACK, Page, SecurityHub, SweepId, Swept, Trouble};
use crate::model::{Extent, Severity, Update};
use crate::source::desk::next_sweep;

/// With fewer shards than this in flight, a long one is split: at 3 calls a second this hides over a second of latency.
const IN_FLIGHT: usize = 4;

/// One pass over a hub.
pub(super) struct Pass {
    /// What its records carry; none where it does not look at all there is.
    sweep: Option<SweepId>,
    shards: Vec<Shard>,
}

impl Pass {
    /// Over all there is.
    pub(super) fn whole(sweep: SweepId, extent: &Arc<Extent>) -> Self {
        Self { sweep: Some(sweep), shards: Shard::whole_sweep(extent) }
    }

    /// Over what has changed since then.
    pub(super) fn since(since: Timestamp, extent: &Arc<Extent>) -> Self {
        Self { sweep: None, shards: Shard::changed_by_severity(Window::since(since), extent) }
    }
}

/// How far a pass is.
struct Progress {
    /// Severities with the shards that are open. A pass over changes makes none of them whole.
    open: Vec<(Severity, u16)>,
    shards: (u16, u16),
    given_up: Vec<String>,
}

pub(super) async fn run(hub: &SecurityHub, desk: &Desk, pass: Pass) -> Result<Swept, CallError> {
    let start = Timestamp::now();
    let Pass { sweep, shards } = pass;
    let mut progress = Progress::of(sweep, &shards);
    progress.show(desk);
    let mut waiting = shards.into_iter();
    let Some(worst) = waiting.next() else { return Ok(Swept::Whole) };
    // The first screen is the worst findings, and they are one call away; whether this Region is to be swept at all
    // is asked beforehand only where a home Region may do it.
    let first = if hub.regions.len() > 1 {
        if let Standing::Covered { home } = hub.standing(desk).await? {
            // What an earlier sweep brought in from here is the home Region's now.
            desk.send(Update::SweepEnded { scope: desk.scope().clone(), sweep: next_sweep() }).await?;
            return Ok(Swept::Covered { home });
        }
        step(hub, desk, worst).await
    } else {
        let (standing, first) = tokio::join!(hub.standing(desk), step(hub, desk, worst));
        standing?;
        first
    };
    let mut running = FuturesUnordered::new();
    let mut arrived = Some(first);
    loop {
        if let Some((shard, result)) = arrived.take() {
            for next in settle(hub, desk, sweep, &mut progress, (shard, result), running.len()).await? {
                running.push(step(hub, desk, next));
            }
        }
        for shard in waiting.by_ref() {
            running.push(step(hub, desk, shard));
        }
        arrived = running.next().await;
        if arrived.is_none() {
            break;
        }
    }
    finish(hub, desk, sweep, start, progress).await
}

async fn finish(
    hub: &SecurityHub,
    desk: &Desk,
    sweep: Option<SweepId>,
    start: Timestamp,
    progress: Progress,
) -> Result<Swept, CallError> {
    // What changed while the sweep ran may have moved out of a window before it was read.
    hub.changed_since(desk, start - LOOK_BACK, sweep).await?;
    Ok(match progress.given_up.first() {
        None => Swept::Whole,
        Some(first) => Swept::Partial {
            reason: format!("{} of {} shards given up: {first}", progress.given_up.len(), progress.shards.1),
        },
    })
}

async fn step(hub: &SecurityHub, desk: &Desk, shard: Shard) -> (Shard, Result<Page, CallError>) {
    let page = hub.page(desk, &shard).await;
    (shard, page)
}

/// Takes what one step brought and says which steps follow it.
async fn settle(
    hub: &SecurityHub,
    desk: &Desk,
    sweep: Option<SweepId>,
    progress: &mut Progress,
    (mut shard, result): (Shard, Result<Page, CallError>),
    in_flight: usize,
) -> Result<Vec<Shard>, CallError> {
    let next = match result {
        Ok(page) => {
            shard.saw(&page.records);
            shard.token.clone_from(&page.next_token);
            hub.deliver(desk, sweep, page).await?;
            if shard.token.is_none() {
                progress.done(&shard);
                Vec::new()
            } else if in_flight + 1 < IN_FLIGHT
                && let Some(parts) = shard.split(Timestamp::now())
            {
                progress.split(&shard);
                parts.into()
            } else {
                vec![shard]
            }
        }
        Err(error) => match error.trouble {
            Trouble::TokenRejected if shard.restart() => {
                desk.complain(&format!("{error}; starting over with {}", name(&shard)));
                vec![shard]
            }
            // One shard's misfortune. Everything else holds for all of them.
            Trouble::TokenRejected | Trouble::Transient | Trouble::Throttled | Trouble::Refused => {
                let reason = format!("{}: {error}", name(&shard));
                desk.complain(&reason);
                progress.give_up(&shard, reason);
                if progress.all_given_up() {
                    return Err(error);
                }
                Vec::new()
            }
            _ => return Err(error),
        },
    };
    progress.show(desk);
    Ok(next)
}

fn name(shard: &Shard) -> &'static str {
    match shard.slice {
        Slice::Of(severity) => severity.label(),
        Slice::NotPassed => "INFORMATIONAL, not passed",
        Slice::Rest => "INFORMATIONAL and PASSED",
        Slice::Copies => "GuardDuty's in Security Hub",
        Slice::Any | Slice::AnyOf(_) => "changes",
    }
}

impl Progress {
    fn of(sweep: Option<SweepId>, shards: &[Shard]) -> Self {
        // A severity without a shard is whole: nothing within the extent has it.
        let open = sweep.map(|_| Severity::WORST_FIRST.map(|severity| (severity, 0)).to_vec()).unwrap_or_default();
        let mut progress = Self { open, shards: (0, 0), given_up: Vec::new() };
        for shard in shards {
            progress.shards.1 += 1;
            progress.add(shard, 1);
        }
        progress
    }

    fn add(&mut self, shard: &Shard, by: u16) {
        for (_, open) in self.open.iter_mut().filter(|(severity, _)| shard.severities().contains(severity)) {
            *open += by;
        }
    }

    fn split(&mut self, shard: &Shard) {
        self.shards.1 += 1;
        self.add(shard, 1);
    }

    fn done(&mut self, shard: &Shard) {
        self.shards.0 += 1;
        for (_, open) in self.open.iter_mut().filter(|(severity, _)| shard.severities().contains(severity)) {
            *open = open.saturating_sub(1);
        }
    }

    /// Its severity stays open: its count is not whole.
    fn give_up(&mut self, _: &Shard, reason: String) {
        self.given_up.push(reason);
    }

    fn all_given_up(&self) -> bool {
        self.given_up.len() == usize::from(self.shards.1)
    }

    fn show(&self, desk: &Desk) {
        desk.edit(|status| {
            status.shards = self.shards;
            status.done_severities =
                self.open.iter().filter(|(_, open)| *open == 0).map(|(severity, _)| *severity).collect();
        });
    }
}
