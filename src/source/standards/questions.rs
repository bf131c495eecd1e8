//! The calls: each listing to its end, each batch in pieces that AWS takes.

use std::collections::VecDeque;

use aws_sdk_securityhub::types::{
    SecurityControl, SecurityControlDefinition, Standard, StandardsControlAssociationDetail,
    StandardsControlAssociationId, StandardsControlAssociationSummary, StandardsSubscription, UnprocessedErrorCode,
};

use super::super::securityhub::OTHERS;
use super::super::table::Operation;
use super::super::tap::Take;
use super::assemble::Association;
use super::{CallError, Desk, Standards, Trouble};

const GET_ENABLED_STANDARDS: Operation =
    Operation { name: "GetEnabledStandards", action: "securityhub:GetEnabledStandards", rate: OTHERS };
const DESCRIBE_STANDARDS: Operation =
    Operation { name: "DescribeStandards", action: "securityhub:DescribeStandards", rate: OTHERS };
const LIST_DEFINITIONS: Operation = Operation {
    name: "ListSecurityControlDefinitions",
    action: "securityhub:ListSecurityControlDefinitions",
    rate: OTHERS,
};
const GET_CONTROLS: Operation =
    Operation { name: "BatchGetSecurityControls", action: "securityhub:BatchGetSecurityControls", rate: OTHERS };
const GET_ASSOCIATIONS: Operation = Operation {
    name: "BatchGetStandardsControlAssociations",
    action: "securityhub:BatchGetStandardsControlAssociations",
    rate: OTHERS,
};
const LIST_ASSOCIATIONS: Operation = Operation {
    name: "ListStandardsControlAssociations",
    action: "securityhub:ListStandardsControlAssociations",
    rate: OTHERS,
};

pub(crate) const OPERATIONS: &[Operation] =
    &[GET_ENABLED_STANDARDS, DESCRIBE_STANDARDS, LIST_DEFINITIONS, GET_CONTROLS, GET_ASSOCIATIONS, LIST_ASSOCIATIONS];

/// No maximum is documented for the batches; this is what the other batches of the service take.
const BATCH: usize = 100;
const PAGE: i32 = 100;

/// Reads pages until there is no token; empty pages may carry one.
macro_rules! pages {
    ($desk:expr, $operation:expr, $call:expr, $items:ident) => {{
        let (mut all, mut token) = (Vec::new(), None::<String>);
        loop {
            let asked = $desk.ask($operation, 0, Take::Nothing, || async {
                let call = $call.set_next_token(token.clone());
                call.send().await.map_err(|error| CallError::of($operation, &error))
            });
            let (page, _) = asked.await?;
            $desk.edit(|status| status.pages += 1);
            all.extend_from_slice(page.$items());
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                break Ok(all);
            }
        }
    }};
}

impl Standards {
    pub(super) async fn enabled_standards(&self, desk: &Desk) -> Result<Vec<StandardsSubscription>, CallError> {
        pages!(
            desk,
            &GET_ENABLED_STANDARDS,
            self.client.get_enabled_standards().max_results(PAGE),
            standards_subscriptions
        )
    }

    pub(super) async fn described_standards(&self, desk: &Desk) -> Result<Vec<Standard>, CallError> {
        pages!(desk, &DESCRIBE_STANDARDS, self.client.describe_standards().max_results(PAGE), standards)
    }

    pub(super) async fn definitions(
        &self,
        desk: &Desk,
        standard: &str,
    ) -> Result<Vec<SecurityControlDefinition>, CallError> {
        pages!(
            desk,
            &LIST_DEFINITIONS,
            self.client.list_security_control_definitions().standards_arn(standard).max_results(PAGE),
            security_control_definitions
        )
    }

    /// What each control is in this account and Region. A control that AWS does not find is left out.
    pub(super) async fn controls(&self, desk: &Desk, ids: &[String]) -> Result<Vec<SecurityControl>, CallError> {
        let mut all = Vec::new();
        let mut batches: VecDeque<Vec<String>> = ids.chunks(BATCH).map(<[String]>::to_vec).collect();
        while let Some(batch) = batches.pop_front() {
            let asked = desk.ask(&GET_CONTROLS, 0, Take::Nothing, || async {
                let call = self.client.batch_get_security_controls().set_security_control_ids(Some(batch.clone()));
                call.send().await.map_err(|error| CallError::of(&GET_CONTROLS, &error))
            });
            let (answer, _) = asked.await?;
            desk.edit(|status| status.pages += 1);
            all.extend_from_slice(answer.security_controls());
            let over: Vec<String> = answer
                .unprocessed_ids()
                .iter()
                .filter(|id| id.error_code() == Some(&UnprocessedErrorCode::LimitExceeded))
                .filter_map(|id| id.security_control_id().map(str::to_owned))
                .collect();
            batches.extend(again(&over, batch.len(), desk, &GET_CONTROLS));
        }
        Ok(all)
    }

    /// How each control stands in each standard: batches, or one listing a control where batches are not to be had.
    pub(super) async fn associations(
        &self,
        desk: &Desk,
        pairs: &[(String, String)],
    ) -> Result<Vec<Association>, CallError> {
        match self.association_batches(desk, pairs).await {
            Err(error) if matches!(error.trouble, Trouble::Denied { .. } | Trouble::Unsupported) => {
                desk.note(format!("no {}: asking control by control", error.operation));
                // Where this is not to be had either, the first refusal is the one to tell.
                self.association_listings(desk, pairs).await.map_err(|_| error)
            }
            answer => answer,
        }
    }

    async fn association_batches(
        &self,
        desk: &Desk,
        pairs: &[(String, String)],
    ) -> Result<Vec<Association>, CallError> {
        let mut all = Vec::new();
        let mut batches: VecDeque<Vec<(String, String)>> = pairs.chunks(BATCH).map(<[_]>::to_vec).collect();
        while let Some(batch) = batches.pop_front() {
            let ids: Vec<StandardsControlAssociationId> = batch.iter().map(association_id).collect();
            let asked = desk.ask(&GET_ASSOCIATIONS, 0, Take::Nothing, || async {
                let call = self.client.batch_get_standards_control_associations();
                let call = call.set_standards_control_association_ids(Some(ids.clone()));
                call.send().await.map_err(|error| CallError::of(&GET_ASSOCIATIONS, &error))
            });
            let (answer, _) = asked.await?;
            desk.edit(|status| status.pages += 1);
            all.extend(answer.standards_control_association_details().iter().map(of_detail));
            let over: Vec<(String, String)> = answer
                .unprocessed_associations()
                .iter()
                .filter(|one| one.error_code() == Some(&UnprocessedErrorCode::LimitExceeded))
                .filter_map(|one| one.standards_control_association_id())
                .filter_map(|id| Some((id.security_control_id()?.to_owned(), id.standards_arn()?.to_owned())))
                .collect();
            batches.extend(again(&over, batch.len(), desk, &GET_ASSOCIATIONS));
        }
        Ok(all)
    }

    async fn association_listings(
        &self,
        desk: &Desk,
        pairs: &[(String, String)],
    ) -> Result<Vec<Association>, CallError> {
        let mut controls: Vec<&String> = pairs.iter().map(|(control, _)| control).collect();
        controls.sort();
        controls.dedup();
        let mut all = Vec::new();
        for control in controls {
            let found: Result<Vec<StandardsControlAssociationSummary>, CallError> = pages!(
                desk,
                &LIST_ASSOCIATIONS,
                self.client.list_standards_control_associations().security_control_id(control).max_results(PAGE),
                standards_control_association_summaries
            );
            all.extend(found?.iter().map(of_summary));
        }
        Ok(all)
    }
}

/// What AWS left undone for its size, in halves; nothing where a single one is already too much.
fn again<T: Clone>(over: &[T], asked: usize, desk: &Desk, operation: &Operation) -> Vec<Vec<T>> {
    if over.is_empty() {
        return Vec::new();
    }
    if asked <= 1 {
        desk.note(format!("{}: LIMIT_EXCEEDED for a single one", operation.name));
        return Vec::new();
    }
    over.chunks(asked.div_ceil(2)).map(<[T]>::to_vec).collect()
}

fn association_id((control, standard): &(String, String)) -> StandardsControlAssociationId {
    StandardsControlAssociationId::builder().security_control_id(control).standards_arn(standard).build()
}

fn of_detail(detail: &StandardsControlAssociationDetail) -> Association {
    Association {
        control: detail.security_control_id().unwrap_or_default().to_owned(),
        standard: detail.standards_arn().unwrap_or_default().to_owned(),
        disabled: detail.association_status().is_some_and(|status| status.as_str() == "DISABLED"),
        requirements: detail.related_requirements().to_vec(),
        title: detail.standards_control_title().map(str::to_owned),
    }
}

fn of_summary(summary: &StandardsControlAssociationSummary) -> Association {
    Association {
        control: summary.security_control_id().unwrap_or_default().to_owned(),
        standard: summary.standards_arn().unwrap_or_default().to_owned(),
        disabled: summary.association_status().is_some_and(|status| status.as_str() == "DISABLED"),
        requirements: summary.related_requirements().to_vec(),
        title: summary.standards_control_title().map(str::to_owned),
    }
}
