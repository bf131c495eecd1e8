//! The states that data can be in when a frame is drawn.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use yagura::model::{Service, Severity, SourceState, SourceStatus, Update};
use yagura::store::since::{Mark, Occasion};
use yagura::store::{Snapshot, Store};

use super::data::{self, REGIONS};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Data {
    /// The CRITICALs and some more are there; the sweep goes on.
    Loading,
    /// All that can be had is there; some sources cannot be read.
    Partial,
    /// Nothing answered.
    Error,
    /// Everything is there.
    Full,
    /// Everything is there, and one service is off in one Region, by choice.
    Off,
    /// Everything is there as a session of the evening before left it; the sync has begun.
    Cached,
}

impl Data {
    /// Those that every view is drawn in.
    pub(crate) const ALL: [Self; 4] = [Self::Loading, Self::Partial, Self::Error, Self::Full];

    /// The store's snapshot: made once, drawn many times.
    pub(crate) fn snapshot(self) -> Arc<Snapshot> {
        static MADE: [OnceLock<Arc<Snapshot>>; 6] = [const { OnceLock::new() }; 6];
        Arc::clone(MADE[self as usize].get_or_init(|| self.made()))
    }

    /// The same, held against a mark of the evening before: two findings were not there, one was less severe, one was
    /// resolved, two that pass failed, and two have gone.
    pub(crate) fn since(self) -> Arc<Snapshot> {
        let mut then = data::records();
        then.drain(0..2);
        for record in then.iter_mut().filter(|record| record["Compliance"]["Status"] == "PASSED").take(2) {
            record["Workflow"] = json!({"Status": "NEW"});
            record["Compliance"]["Status"] = json!("FAILED");
        }
        then[0]["Severity"] = json!({"Label": "LOW"});
        then[1]["Workflow"] = json!({"Status": "RESOLVED"});
        for (n, title) in [(4, "Instance i-0old is mining"), (5, "Bucket acme-old is public")] {
            let mut gone = then[n].clone();
            gone["Id"] = json!(format!("gone/{n}"));
            gone["Title"] = json!(title);
            gone["RecordState"] = json!("ACTIVE");
            then.push(gone);
        }
        let mut store = Store::new();
        store.apply(data::batch(&then));
        for status in Self::Full.sources() {
            store.apply(Update::Status(Box::new(status)));
        }
        let at = data::now() - SignedDuration::from_hours(15);
        let mark = Arc::new(Mark::of(&store.publish(), at, Occasion::Looked));
        self.store().publish_since(&mark)
    }

    fn made(self) -> Arc<Snapshot> {
        self.store().publish()
    }

    /// The store of a session that begins with what the one before kept, by way of a file.
    fn cached() -> Store {
        let (now, at) = (data::now(), data::now() - SignedDuration::from_hours(14));
        let mut before = Self::Full.store();
        for status in Self::Full.sources() {
            before.apply(Update::Status(Box::new(SourceStatus { state: SourceState::Complete { at }, ..status })));
        }
        before.publish();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cache");
        before.image("", at).write(&file, 1, u64::MAX).unwrap();
        let mut store = Store::of_image(&file, 1, now, Duration::from_hours(24)).unwrap().unwrap();
        for status in Self::Loading.sources().into_iter().filter(|status| status.scope.service == Service::SecurityHub)
        {
            store.apply(Update::Status(Box::new(status)));
        }
        store
    }

    fn store(self) -> Store {
        if self == Self::Cached {
            return Self::cached();
        }
        let mut store = Store::new();
        let records = data::records();
        let shown = match self {
            Self::Loading => &records[..90],
            Self::Partial | Self::Full | Self::Off => &records[..],
            Self::Error | Self::Cached => &[],
        };
        if self != Self::Error {
            store.apply(data::accounts());
            let applied = store.apply(data::batch(shown));
            assert_eq!(applied.rejected, [], "the records of this test decode");
        }
        if matches!(self, Self::Partial | Self::Full | Self::Off) {
            store.apply(data::standards());
        }
        for status in self.sources() {
            store.apply(Update::Status(Box::new(status)));
        }
        store
    }

    fn sources(self) -> Vec<SourceStatus> {
        let complete = SourceState::Complete { at: data::now() - SignedDuration::from_mins(4) };
        let places = std::iter::once((Service::SecurityHub, REGIONS[0]))
            .chain(REGIONS.iter().map(|region| (Service::GuardDuty, *region)))
            .chain([(Service::Standards, REGIONS[0])]);
        places
            .enumerate()
            .map(|(n, (service, region))| {
                let state = match (self, service, region) {
                    (Self::Loading, Service::SecurityHub, _) => SourceState::Syncing,
                    (Self::Loading, Service::GuardDuty, "us-east-1") => {
                        SourceState::Throttled { until: data::now() + SignedDuration::from_secs(2) }
                    }
                    (Self::Loading, ..) => SourceState::Waiting,
                    (Self::Partial | Self::Off, Service::GuardDuty, "eu-west-1") => {
                        SourceState::Off { reason: "GuardDuty is off in eu-west-1 (no detector)".into() }
                    }
                    (Self::Partial, Service::GuardDuty, "us-west-2") => {
                        SourceState::Denied { action: "guardduty:ListDetectors".into() }
                    }
                    (Self::Partial, Service::Standards, _) => {
                        SourceState::Partial { reason: "1 of 3 standards could not be read".into() }
                    }
                    (Self::Partial | Self::Full | Self::Off | Self::Cached, ..) => complete.clone(),
                    (Self::Error, Service::GuardDuty, "ap-northeast-1") => SourceState::Failed {
                        reason: "dispatch failure: connection refused (\u{1b}[31mred\u{1b}[0m)".into(),
                    },
                    (Self::Error, ..) => SourceState::Login {
                        profile: "acme-audit".into(),
                        remedy: "aws sso login --profile acme-audit".into(),
                    },
                };
                self.numbers(n, service, region, state)
            })
            .collect()
    }

    fn numbers(self, n: usize, service: Service, region: &str, state: SourceState) -> SourceStatus {
        let mut status = SourceStatus::waiting(data::scope(service, region), Some("acme-audit".into()));
        let answered = !matches!(
            state,
            SourceState::Waiting | SourceState::Off { .. } | SourceState::Denied { .. } | SourceState::Login { .. }
        ) && self != Self::Error;
        if answered && service != Service::Standards {
            let n = n as u64;
            status.pages = 12 + n * 7;
            status.pages_known = (service == Service::GuardDuty).then_some(status.pages + 4);
            status.records = 1_164 * (5 - n.min(4));
            status.rejected = u64::from(n == 0);
            status.calls = status.pages + 3 + n;
            status.throttles = n;
            status.oldest = Some(data::now() - SignedDuration::from_hours(24 * 88));
            status.newest = Some(data::now() - SignedDuration::from_mins(2));
            status.done_severities = vec![Severity::Critical];
            status.shards = if state.is_loading() { (5, 8) } else { (8, 8) };
            status.rate = if state.is_loading() { 2.9 } else { 0.2 };
        }
        let words = match &state {
            SourceState::Denied { .. } => Some(
                "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/audit/kim is not authorized to \
                 perform: guardduty:ListDetectors on resource: arn:aws:guardduty:us-west-2:111122223333:detector/*",
            ),
            SourceState::Login { .. } => Some("the SSO session has expired or is invalid"),
            SourceState::Throttled { .. } => Some("TooManyRequestsException: Rate exceeded"),
            _ => None,
        };
        status.last_error = words.map(|words| (data::now() - SignedDuration::from_mins(3), words.to_owned()));
        if service == Service::SecurityHub {
            status.notes.push("home Region of 3 linked Regions: eu-west-1, ap-northeast-1, us-west-2".to_owned());
        }
        status.state = state;
        status
    }
}
