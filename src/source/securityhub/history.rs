//! `GetFindingHistory`: what Security Hub remembers of one finding's last 90 days, top-level times left out.

use aws_sdk_securityhub::types::{AwsSecurityFindingIdentifier, FindingHistoryRecord};
use jiff::Timestamp;

use super::{CallError, Desk, OTHERS, Operation, SecurityHub, Take};
use crate::model::history::FieldUpdate;
use crate::model::{History, HistoryRecord, RecordKey};

pub(super) const GET_FINDING_HISTORY: Operation =
    Operation { name: "GetFindingHistory", action: "securityhub:GetFindingHistory", rate: OTHERS };

/// More pages than this say more than anybody reads.
const MOST_PAGES: usize = 10;

impl SecurityHub {
    /// Every event that AWS gives, newest first. Pages may be short; only a missing token ends them.
    pub(super) async fn finding_history(&self, desk: &Desk, key: &RecordKey) -> Result<History, CallError> {
        let identifier = AwsSecurityFindingIdentifier::builder().id(&key.id).product_arn(&key.product_arn).build();
        let (mut history, mut token) = (History::default(), None::<String>);
        for _ in 0..MOST_PAGES {
            let (page, _) = desk
                .ask(&GET_FINDING_HISTORY, 0, Take::Nothing, || async {
                    let call = self.client.get_finding_history().finding_identifier(identifier.clone());
                    let call = call.max_results(100).set_next_token(token.clone());
                    call.send().await.map_err(|error| CallError::of(&GET_FINDING_HISTORY, &error))
                })
                .await?;
            history.records.extend(page.records().iter().map(record));
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                return Ok(history);
            }
        }
        history.cut = Some(format!("the newest {} events; AWS has more", history.records.len()));
        Ok(history)
    }
}

fn record(sent: &FindingHistoryRecord) -> HistoryRecord {
    let source = sent.update_source();
    HistoryRecord {
        at: sent.update_time().and_then(|at| Timestamp::new(at.secs(), i32::try_from(at.subsec_nanos()).ok()?).ok()),
        created: sent.finding_created().unwrap_or_default(),
        source: source.and_then(|source| source.r#type()).map(|kind| kind.as_str().to_owned()),
        identity: source.and_then(|source| source.identity()).map(str::to_owned),
        updates: sent
            .updates()
            .iter()
            .map(|update| FieldUpdate {
                field: update.updated_field().unwrap_or("a field").to_owned(),
                old: update.old_value().map(str::to_owned),
                new: update.new_value().map(str::to_owned),
            })
            .collect(),
    }
}
