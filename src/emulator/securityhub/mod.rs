//! Security Hub CSPM (`securityhub` 2018-10-26): one file a group of operations.

mod aggregator;
mod controls;
mod fields;
mod filter;
mod find;
mod history;
mod hub;
mod page;
mod sort;
mod standards;
mod text;
mod write;

use super::data::org::REGIONS;
use super::operation::Operation as O;
use super::reply::{Kind, Reply, failure};
use super::request::Request;
use super::shared::Shared;

/// Answers one operation; an error is an answer too.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let known =
        shared.world().org.region_index(&request.region).is_some() || REGIONS.contains(&request.region.as_str());
    if !known {
        return Err(not_subscribed(request));
    }
    match request.operation {
        O::GetFindings => find::get_findings(shared, request),
        O::BatchUpdateFindings => write::batch_update(shared, request),
        O::BatchImportFindings => write::batch_import(shared, request),
        O::GetFindingHistory => history::get_finding_history(shared, request),
        O::DescribeHub => hub::describe_hub(shared, request),
        O::ListMembers => hub::list_members(shared, request),
        O::ListFindingAggregators => Ok(aggregator::list(request)),
        O::GetFindingAggregator => aggregator::get(shared, request),
        O::GetEnabledStandards => standards::get_enabled(request),
        O::DescribeStandards => standards::describe(request),
        O::ListSecurityControlDefinitions => controls::list_definitions(request),
        O::ListStandardsControlAssociations => controls::list_associations(request),
        O::BatchGetStandardsControlAssociations => controls::batch_get_associations(request),
        O::BatchGetSecurityControls => controls::batch_get(request),
        _ => Err(failure(Kind::UnknownOperation, "not an operation of Security Hub")),
    }
}

/// What a Region says where Security Hub is not turned on.
pub(crate) fn not_subscribed(request: &Request) -> Reply {
    failure(Kind::InvalidAccess, &format!("Account {} is not subscribed to AWS Security Hub", request.account))
}
