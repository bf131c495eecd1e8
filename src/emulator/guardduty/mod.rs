//! `GuardDuty` (2017-11-28): one file a group of operations. Regional: no aggregation, one detector an account and Region.

mod archive;
mod criteria;
mod detectors;
mod find;
mod statistics;

use super::data::org::{ADMINISTRATOR, NO_DETECTOR};
use super::operation::Operation as O;
use super::reply::{Kind, Reply, failure};
use super::request::Request;
use super::shared::Shared;
use super::world::World;

/// Answers one operation; an error is an answer too.
pub(crate) fn answer(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    if request.operation == O::ListDetectors {
        return detectors::list(shared, request);
    }
    if detector(&shared.world(), request).is_none_or(|own| own != request.parameter) {
        return Err(bad("the input detectorId is not owned by the current account"));
    }
    match request.operation {
        O::GetDetector => Ok(detectors::get(shared, request)),
        O::ListFindings => find::list(shared, request),
        O::GetGuardDutyFindings => find::get(shared, request),
        O::ArchiveFindings => archive::archive(shared, request, true),
        O::UnarchiveFindings => archive::archive(shared, request, false),
        O::UpdateFindingsFeedback => archive::feedback(shared, request),
        O::GetFindingsStatistics => statistics::get(shared, request),
        _ => Err(failure(Kind::UnknownOperation, "not an operation of GuardDuty")),
    }
}

/// The caller's detector in the Region; `None` where `GuardDuty` is off.
pub(crate) fn detector(world: &World, request: &Request) -> Option<String> {
    let known =
        world.org.region_index(&request.region).is_some() && world.org.account_index(&request.account).is_some();
    (known && request.region != NO_DETECTOR).then(|| world.org.detector(&request.account, &request.region))
}

/// The rows of the caller's detector: the administrator's holds the members' findings.
pub(crate) fn rows<'w>(world: &'w World, request: &Request) -> impl Iterator<Item = u32> + 'w {
    let region = world.org.region_index(&request.region);
    let account = world.org.account_index(&request.account).filter(|_| request.account != ADMINISTRATOR);
    world.guardduty.iter().copied().filter(move |index| {
        let row = &world.rows[*index as usize];
        Some(row.region) == region && account.is_none_or(|only| row.account == only)
    })
}

/// `GuardDuty`'s way of refusing.
pub(crate) fn bad(why: &str) -> Reply {
    failure(Kind::BadRequest, &format!("The request is rejected because {why}."))
}

/// What a Region says that is not turned on.
pub(crate) fn off(request: &Request) -> Reply {
    if request.operation == O::ListDetectors {
        return Reply::object(|j| j.strings::<&str>("detectorIds", []));
    }
    bad("the input detectorId is not owned by the current account")
}
