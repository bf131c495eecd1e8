//! Security Hub CSPM: the hub, its aggregation of Regions, and its findings (`GetFindings`, ASFF).
//!
//! In: an account and a Region. Out: raw ASFF records, worst first, and on demand what the hub remembers of one
//! ([history](self::history)). One sweep is a set of [shards](shard) that run side
//! by side inside one bucket; what a sweep cannot see (records that moved while it ran) a last look by `UpdatedAt`
//! catches. An earlier session's findings are caught up with in the same way, by shards of what has
//! changed since. Delta polls go by `UpdatedAt`, which workflow edits do not move: that is what the slow full sweep is for.

mod aggregation;
mod filters;
mod history;
mod homes;
mod shard;
mod sweep;

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_securityhub::Client;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};

use self::aggregation::Standing;
use self::homes::Health;
pub(super) use self::homes::Homes;
use self::shard::{Shard, Window};
use super::call::{CallError, Trouble};
use super::desk::Desk;
use super::page;
use super::session::Session;
use super::table::{Operation, Rate};
use super::tap::Take;
use super::{Source, Swept};
use crate::decode::Page;
use crate::model::scope::SweepId;
use crate::model::{Extent, History, RecordKey, Scope};

/// "All other operations" in the service model's throttling section.
pub(super) const OTHERS: Rate = Rate { per_second: 10, burst: 30 };

pub(super) const GET_FINDINGS: Operation =
    Operation { name: "GetFindings", action: "securityhub:GetFindings", rate: Rate { per_second: 3, burst: 6 } };
const DESCRIBE_HUB: Operation = Operation { name: "DescribeHub", action: "securityhub:DescribeHub", rate: OTHERS };
const LIST_FINDING_AGGREGATORS: Operation =
    Operation { name: "ListFindingAggregators", action: "securityhub:ListFindingAggregators", rate: OTHERS };
const GET_FINDING_AGGREGATOR: Operation =
    Operation { name: "GetFindingAggregator", action: "securityhub:GetFindingAggregator", rate: OTHERS };

pub(super) const OPERATIONS: &[Operation] =
    &[GET_FINDINGS, DESCRIBE_HUB, LIST_FINDING_AGGREGATORS, GET_FINDING_AGGREGATOR, history::GET_FINDING_HISTORY];

/// How far behind a sweep's start the last look reaches.
const LOOK_BACK: SignedDuration = SignedDuration::from_secs(60);

/// Security Hub in one account and Region.
pub(super) struct SecurityHub {
    client: Client,
    region: Arc<str>,
    /// Every Region that this profile asks.
    regions: Vec<Arc<str>>,
    homes: Arc<Homes>,
    extent: Arc<Extent>,
    /// What this Region was when that was last asked.
    stood: Mutex<Standing>,
}

impl SecurityHub {
    pub(super) fn new(session: &Session, scope: &Arc<Scope>) -> Self {
        Self {
            client: Client::new(&session.in_region(&scope.region)),
            region: Arc::clone(&scope.region),
            regions: session.regions.clone(),
            homes: Arc::clone(&session.homes),
            extent: Arc::clone(&session.extent),
            stood: Mutex::default(),
        }
    }

    /// How the hub is set up, and whether this Region's job is done by another one. Neither answer decides whether
    /// findings come: an endpoint may know findings without knowing hubs.
    async fn standing(&self, desk: &Desk) -> Result<Standing, CallError> {
        let (hub, standing) = tokio::join!(self.describe_hub(desk), self.aggregation(desk));
        hub?;
        let standing = standing?;
        *self.stood.lock().unwrap_or_else(PoisonError::into_inner) = standing.clone();
        Ok(standing)
    }

    fn stood(&self) -> Standing {
        self.stood.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn describe_hub(&self, desk: &Desk) -> Result<(), CallError> {
        let asked = desk
            .ask(&DESCRIBE_HUB, 0, Take::Nothing, || async {
                self.client.describe_hub().send().await.map_err(|error| CallError::of(&DESCRIBE_HUB, &error))
            })
            .await;
        match asked {
            Ok((hub, _)) => {
                if let Some(generator) = hub.control_finding_generator() {
                    desk.note(match generator.as_str() {
                        "SECURITY_CONTROL" => "consolidated control findings are on".to_owned(),
                        "STANDARD_CONTROL" => {
                            "consolidated control findings are off: one finding a standard".to_owned()
                        }
                        other => format!("ControlFindingGenerator is {other}"),
                    });
                }
                Ok(())
            }
            Err(error) => tolerate(desk, error),
        }
    }

    /// One page of a shard: records and the next token.
    async fn page(&self, desk: &Desk, shard: &Shard) -> Result<Page, CallError> {
        let mut tries = 0;
        loop {
            let (_, body) = desk
                .ask(&GET_FINDINGS, shard.priority(), Take::Body, || async {
                    let call = self.client.get_findings().max_results(100).set_next_token(shard.token.clone());
                    let call = call.set_filters(shard.filters()).sort_criteria(shard::newest_first());
                    call.send().await.map_err(|error| CallError::of(&GET_FINDINGS, &error))
                })
                .await?;
            match page::read(GET_FINDINGS.name, body) {
                Ok(page) => return Ok(page),
                Err(error) => {
                    tries += 1;
                    desk.complain(&error.to_string());
                    if tries >= desk.pace().attempts {
                        return Err(error);
                    }
                }
            }
        }
    }

    /// Everything that lasts within the extent with an `UpdatedAt` from `since` on, page after page.
    async fn changed_since(&self, desk: &Desk, since: Timestamp, sweep: Option<SweepId>) -> Result<(), CallError> {
        let mut shard = Shard::changed(Window::since(since), &self.extent);
        loop {
            match self.page(desk, &shard).await {
                Ok(page) => {
                    let token = page.next_token.clone();
                    self.deliver(desk, sweep, page).await?;
                    match token {
                        Some(token) => shard.token = Some(token),
                        None => return Ok(()),
                    }
                }
                Err(error) if error.trouble == Trouble::TokenRejected && shard.restart() => {
                    desk.complain(&format!("{error}; starting this poll over"));
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn deliver(&self, desk: &Desk, sweep: Option<SweepId>, page: Page) -> Result<(), CallError> {
        self.homes.say(&self.region, Health::Answers);
        desk.edit(|status| status.pages += 1);
        desk.records(sweep, page.records).await
    }
}

impl Source for SecurityHub {
    fn sweep<'a>(&'a self, desk: &'a Desk, sweep: SweepId) -> BoxFuture<'a, Result<Swept, CallError>> {
        Box::pin(async move {
            let result = sweep::run(self, desk, sweep::Pass::whole(sweep, &self.extent)).await;
            if result.is_err() {
                self.homes.say(&self.region, Health::Fails);
            }
            result
        })
    }

    fn catch_up<'a>(&'a self, desk: &'a Desk, since: Timestamp) -> Option<BoxFuture<'a, Result<Swept, CallError>>> {
        // That it fails is for the sweep to say, which follows then.
        Some(Box::pin(sweep::run(self, desk, sweep::Pass::since(since, &self.extent))))
    }

    fn delta<'a>(&'a self, desk: &'a Desk, since: Timestamp) -> BoxFuture<'a, Result<(), CallError>> {
        Box::pin(async move {
            if self.rests(desk) {
                return Ok(());
            }
            let result = self.changed_since(desk, since, None).await;
            if result.is_err() {
                self.homes.say(&self.region, Health::Fails);
            }
            result
        })
    }

    fn history<'a>(&'a self, desk: &'a Desk, key: &'a RecordKey) -> BoxFuture<'a, Result<History, CallError>> {
        Box::pin(self.finding_history(desk, key))
    }
}

/// A side question that is refused, unknown or unanswered is noted. So is one that says the service is off: if it is,
/// `GetFindings` says so, too, and its word counts. That nobody is logged in is no side matter.
fn tolerate(desk: &Desk, error: CallError) -> Result<(), CallError> {
    match &error.trouble {
        Trouble::Denied { action } => desk.note(format!("denied: {action}")),
        Trouble::Unsupported => desk.note(format!("the endpoint does not know {}", error.operation)),
        Trouble::Off | Trouble::Transient | Trouble::Throttled | Trouble::Refused | Trouble::TokenRejected => {
            desk.note(format!("not answered: {error}"));
        }
        Trouble::Login | Trouble::Stopped => return Err(error),
    }
    Ok(())
}
