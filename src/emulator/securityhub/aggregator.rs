//! `ListFindingAggregators` and `GetFindingAggregator`: one home Region, all the others linked.
//!
//! Callable from any Region (service model); only the delegated administrator has one here.

use crate::emulator::data::org::{ADMINISTRATOR, HOME};
use crate::emulator::data::resource::uuid;
use crate::emulator::reply::{Kind, Reply, failure};
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;

fn arn() -> String {
    format!("arn:aws:securityhub:{HOME}:{ADMINISTRATOR}:finding-aggregator/{}", uuid(0x5ec_0a66, 0x4e6_a704))
}

pub(crate) fn list(request: &Request) -> Reply {
    Reply::object(|j| {
        j.array_at("FindingAggregators", |j| {
            if request.account == ADMINISTRATOR {
                j.object(|j| j.text("FindingAggregatorArn", &arn()));
            }
        });
    })
}

pub(crate) fn get(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    if request.parameter != arn() || request.account != ADMINISTRATOR {
        return Err(failure(
            Kind::ResourceNotFound,
            &format!("Finding aggregator {} does not exist", request.parameter),
        ));
    }
    let world = shared.world();
    Ok(Reply::object(|j| {
        j.text("FindingAggregatorArn", &arn());
        j.text("FindingAggregationRegion", HOME);
        j.text("RegionLinkingMode", "SPECIFIED_REGIONS");
        j.strings("Regions", world.org.regions.iter().filter(|region| ***region != *HOME));
    }))
}
