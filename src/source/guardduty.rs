//! GuardDuty: detectors, and their findings (`ListFindings` for ids, `GetFindings` by 50).
//!
//! In: an account and a Region. Out: raw findings, newest change first, those that are not archived before those that
//! are. No page of AWS's names GuardDuty's request rates; 5 a second with a burst of 10 an API is our choice, well below
//! what is seen to be throttled, and a throttle closes the bucket anyway.

use std::collections::VecDeque;
use std::sync::Arc;

use aws_sdk_guardduty::Client;
use aws_sdk_guardduty::types::{Condition, DetectorStatus, FeatureStatus, FindingCriteria, OrderBy, SortCriteria};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use jiff::Timestamp;

use super::bucket::Priority;
use super::call::{CallError, Trouble};
use super::desk::Desk;
use super::page;
use super::session::Session;
use super::table::{Operation, Rate};
use super::tap::Take;
use super::{Source, Swept};
use crate::decode::Page;
use crate::model::extent::{Reach, TextAttribute};
use crate::model::scope::SweepId;
use crate::model::{Extent, Scope, Severity};

const RATE: Rate = Rate { per_second: 5, burst: 10 };
const LIST_DETECTORS: Operation = Operation { name: "ListDetectors", action: "guardduty:ListDetectors", rate: RATE };
const GET_DETECTOR: Operation = Operation { name: "GetDetector", action: "guardduty:GetDetector", rate: RATE };
const LIST_FINDINGS: Operation = Operation { name: "ListFindings", action: "guardduty:ListFindings", rate: RATE };
const GET_FINDINGS: Operation = Operation { name: "GetFindings", action: "guardduty:GetFindings", rate: RATE };

pub(super) const OPERATIONS: &[Operation] = &[LIST_DETECTORS, GET_DETECTOR, LIST_FINDINGS, GET_FINDINGS];

/// Ids in a page of `ListFindings`, and findings in one `GetFindings`.
const PAGE: i32 = 50;
/// `GetFindings` calls side by side.
const IN_FLIGHT: usize = 4;
/// A token is refused at most so often before a listing is given up.
const MOST_RESTARTS: u8 = 3;

/// GuardDuty in one account and Region.
pub(super) struct GuardDuty {
    client: Client,
    region: Arc<str>,
    extent: Arc<Extent>,
}

/// One listing of ids, with its checkpoint.
#[derive(Debug, Clone)]
struct Listing {
    detector: Arc<str>,
    which: Which,
    token: Option<String>,
    restarts: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Current,
    Archived,
    ChangedSince(Timestamp),
}

/// What one call brought.
enum Brought {
    Ids(Listing, Result<(Vec<String>, Option<String>), CallError>),
    Findings(Result<Page, CallError>),
}

/// `GetFindings` calls that wait for their turn.
type Waiting = VecDeque<(Priority, Arc<str>, Vec<String>)>;

impl Which {
    fn priority(self) -> Priority {
        u8::from(self == Self::Archived)
    }

    /// Of the extent only the accounts go in: what may change must not, as a finding that is left out would leave its
    /// copy in Security Hub to speak for it.
    fn criteria(self, extent: &Extent) -> FindingCriteria {
        let archived = |value: &str| Condition::builder().equals(value).build();
        let mut builder = FindingCriteria::builder();
        if let Some(accounts) = extent.lasting.get(&TextAttribute::AwsAccountId) {
            let numbers = accounts.iter().map(|account| account.value.clone()).collect();
            builder = builder.criterion("accountId", Condition::builder().set_equals(Some(numbers)).build());
        }
        match self {
            Self::Current => builder.criterion("service.archived", archived("false")),
            Self::Archived => builder.criterion("service.archived", archived("true")),
            Self::ChangedSince(at) => {
                builder.criterion("updatedAt", Condition::builder().greater_than_or_equal(at.as_millisecond()).build())
            }
        }
        .build()
    }
}

impl GuardDuty {
    pub(super) fn new(session: &Session, scope: &Arc<Scope>) -> Self {
        Self {
            client: Client::new(&session.in_region(&scope.region)),
            region: Arc::clone(&scope.region),
            extent: Arc::clone(&session.extent),
        }
    }

    async fn detectors(&self, desk: &Desk) -> Result<Vec<Arc<str>>, CallError> {
        let (mut detectors, mut token) = (Vec::new(), None::<String>);
        loop {
            let (page, _) = desk
                .ask(&LIST_DETECTORS, 0, Take::Nothing, || async {
                    let call = self.client.list_detectors().set_next_token(token.clone());
                    call.send().await.map_err(|error| CallError::of(&LIST_DETECTORS, &error))
                })
                .await?;
            detectors.extend(page.detector_ids().iter().map(|id| Arc::from(id.as_str())));
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        if detectors.is_empty() {
            let words = format!("no detector in {}", self.region);
            return Err(CallError { operation: LIST_DETECTORS.name, trouble: Trouble::Off, words });
        }
        Ok(detectors)
    }

    /// Notes what the detector does not watch.
    async fn look_at(&self, desk: &Desk, detector: &str) -> Result<(), CallError> {
        let asked = desk
            .ask(&GET_DETECTOR, 0, Take::Nothing, || async {
                let call = self.client.get_detector().detector_id(detector);
                call.send().await.map_err(|error| CallError::of(&GET_DETECTOR, &error))
            })
            .await;
        let detector = match asked {
            Ok((detector, _)) => detector,
            Err(error) => {
                return match &error.trouble {
                    Trouble::Stopped | Trouble::Login => Err(error),
                    Trouble::Denied { action } => {
                        desk.note(format!("denied: {action}"));
                        Ok(())
                    }
                    _ => {
                        desk.note(error.to_string());
                        Ok(())
                    }
                };
            }
        };
        if detector.status() == Some(&DetectorStatus::Disabled) {
            desk.note("the detector is suspended: nothing new comes".to_owned());
        }
        let off: Vec<&str> = detector
            .features()
            .iter()
            .filter(|feature| feature.status() == Some(&FeatureStatus::Disabled))
            .filter_map(|feature| feature.name().map(aws_sdk_guardduty::types::DetectorFeatureResult::as_str))
            .collect();
        if !off.is_empty() {
            desk.note(format!("protections off: {}", off.join(", ")));
        }
        Ok(())
    }

    /// Reads all listings to their end and every finding they name.
    async fn fetch(
        &self,
        desk: &Desk,
        sweep: Option<SweepId>,
        listings: Vec<Listing>,
    ) -> Result<Vec<String>, CallError> {
        let mut running: FuturesUnordered<BoxFuture<'_, Brought>> = FuturesUnordered::new();
        let mut waiting = Waiting::new();
        let mut getting = 0;
        let mut given_up = Vec::new();
        for listing in listings {
            running.push(self.list(desk, listing).boxed());
        }
        while let Some(brought) = running.next().await {
            match brought {
                Brought::Ids(listing, result) => {
                    if let Some(next) = self.queue(desk, listing, result, &mut waiting, &mut given_up)? {
                        running.push(self.list(desk, next).boxed());
                    }
                }
                Brought::Findings(result) => {
                    getting -= 1;
                    match result {
                        Ok(page) => {
                            desk.edit(|status| status.pages += 1);
                            desk.records(sweep, page.records).await?;
                        }
                        Err(error) => give_up_or_fail(desk, error, &mut given_up)?,
                    }
                }
            }
            while getting < IN_FLIGHT
                && let Some((priority, detector, ids)) = waiting.pop_front()
            {
                getting += 1;
                running.push(self.get(desk, priority, detector, ids).boxed());
            }
        }
        Ok(given_up)
    }

    /// Queues the ids of one page; the listing to go on with, if it is not at its end.
    #[allow(clippy::unused_self, reason = "it is a step of this source")]
    fn queue(
        &self,
        desk: &Desk,
        mut listing: Listing,
        result: Result<(Vec<String>, Option<String>), CallError>,
        waiting: &mut Waiting,
        given_up: &mut Vec<String>,
    ) -> Result<Option<Listing>, CallError> {
        match result {
            Ok((ids, token)) => {
                if !ids.is_empty() {
                    desk.edit(|status| status.pages_known = Some(status.pages_known.unwrap_or(0) + 1));
                    waiting.push_back((listing.which.priority(), Arc::clone(&listing.detector), ids));
                }
                if token.is_none() {
                    desk.edit(|status| status.shards.0 += 1);
                    return Ok(None);
                }
                listing.token = token;
                Ok(Some(listing))
            }
            Err(error) if error.trouble == Trouble::TokenRejected && listing.restarts < MOST_RESTARTS => {
                desk.complain(&format!("{error}; starting the listing over"));
                listing.token = None;
                listing.restarts += 1;
                Ok(Some(listing))
            }
            Err(error) => give_up_or_fail(desk, error, given_up).map(|()| None),
        }
    }

    async fn list(&self, desk: &Desk, listing: Listing) -> Brought {
        let result = desk
            .ask(&LIST_FINDINGS, listing.which.priority(), Take::Nothing, || async {
                let newest = SortCriteria::builder().attribute_name("updatedAt").order_by(OrderBy::Desc).build();
                self.client
                    .list_findings()
                    .detector_id(&*listing.detector)
                    .finding_criteria(listing.which.criteria(&self.extent))
                    .sort_criteria(newest)
                    .max_results(PAGE)
                    .set_next_token(listing.token.clone())
                    .send()
                    .await
                    .map_err(|error| CallError::of(&LIST_FINDINGS, &error))
            })
            .await
            .map(|(page, _)| {
                let token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
                (page.finding_ids().to_vec(), token)
            });
        Brought::Ids(listing, result)
    }

    async fn get(&self, desk: &Desk, priority: Priority, detector: Arc<str>, ids: Vec<String>) -> Brought {
        let mut tries = 0;
        loop {
            let asked = desk
                .ask(&GET_FINDINGS, priority, Take::Body, || async {
                    let call = self.client.get_findings().detector_id(&*detector).set_finding_ids(Some(ids.clone()));
                    call.send().await.map_err(|error| CallError::of(&GET_FINDINGS, &error))
                })
                .await;
            let error = match asked.and_then(|(_, body)| page::read(GET_FINDINGS.name, body)) {
                Ok(page) => return Brought::Findings(Ok(page)),
                Err(error) => error,
            };
            tries += 1;
            let readable = error.trouble != Trouble::Transient;
            if readable || tries >= desk.pace().attempts {
                return Brought::Findings(Err(error));
            }
            desk.complain(&error.to_string());
        }
    }

    /// Can anything here be within the extent.
    fn is_within(&self) -> bool {
        self.extent.guardduty == Reach::Some && self.extent.admits(TextAttribute::Region, &self.region)
    }

    /// The listings to read; none where nothing can be within the extent.
    fn listings(&self, detectors: &[Arc<str>], which: &[Which]) -> Vec<Listing> {
        let each = |detector| which.iter().map(move |which| Listing::new(detector, *which));
        detectors.iter().filter(|_| self.is_within()).flat_map(each).collect()
    }

    async fn whole(&self, desk: &Desk, sweep: SweepId) -> Result<Swept, CallError> {
        let detectors = self.detectors(desk).await?;
        for detector in &detectors {
            self.look_at(desk, detector).await?;
        }
        if !self.is_within() {
            desk.note("nothing of this can be in the scope: not asked for findings".to_owned());
        }
        let listings = self.listings(&detectors, &[Which::Current, Which::Archived]);
        desk.edit(|status| {
            status.shards = (0, u16::try_from(listings.len()).unwrap_or(u16::MAX));
            status.pages = 0;
            status.pages_known = Some(0);
        });
        let given_up = self.fetch(desk, Some(sweep), listings).await?;
        Ok(match given_up.first() {
            None => {
                desk.edit(|status| status.done_severities = Severity::WORST_FIRST.to_vec());
                Swept::Whole
            }
            Some(first) => Swept::Partial { reason: format!("{} pages given up: {first}", given_up.len()) },
        })
    }

    async fn caught_up(&self, desk: &Desk, since: Timestamp) -> Result<Swept, CallError> {
        for detector in self.detectors(desk).await? {
            self.look_at(desk, &detector).await?;
        }
        self.changed(desk, since).await.map(|()| Swept::Whole)
    }

    async fn changed(&self, desk: &Desk, since: Timestamp) -> Result<(), CallError> {
        let detectors = self.detectors(desk).await?;
        let listings = self.listings(&detectors, &[Which::ChangedSince(since)]);
        match self.fetch(desk, None, listings).await?.pop() {
            None => Ok(()),
            Some(words) => Err(CallError { operation: GET_FINDINGS.name, trouble: Trouble::Transient, words }),
        }
    }
}

impl Listing {
    fn new(detector: &Arc<str>, which: Which) -> Self {
        Self { detector: Arc::clone(detector), which, token: None, restarts: 0 }
    }
}

/// A page's misfortune is that page's; anything else holds for all.
fn give_up_or_fail(desk: &Desk, error: CallError, given_up: &mut Vec<String>) -> Result<(), CallError> {
    match error.trouble {
        Trouble::Transient | Trouble::Throttled | Trouble::Refused | Trouble::TokenRejected => {
            desk.complain(&format!("given up: {error}"));
            given_up.push(error.to_string());
            Ok(())
        }
        _ => Err(error),
    }
}

impl Source for GuardDuty {
    fn sweep<'a>(&'a self, desk: &'a Desk, sweep: SweepId) -> BoxFuture<'a, Result<Swept, CallError>> {
        self.whole(desk, sweep).boxed()
    }

    fn catch_up<'a>(&'a self, desk: &'a Desk, since: Timestamp) -> Option<BoxFuture<'a, Result<Swept, CallError>>> {
        Some(self.caught_up(desk, since).boxed())
    }

    fn delta<'a>(&'a self, desk: &'a Desk, since: Timestamp) -> BoxFuture<'a, Result<(), CallError>> {
        self.changed(desk, since).boxed()
    }
}
