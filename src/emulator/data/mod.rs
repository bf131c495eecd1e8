//! The made organisation and its findings: a plan of small rows, and renderers that write JSON on demand.
//!
//! In: a seed, an anchor time, how many. Out: JSON bytes, the same for the same input. Every finding can be rendered
//! alone and in any order, so a million of them need no memory but their rows.

pub(crate) mod actor;
pub(crate) mod control;
pub(crate) mod envelope;
pub(crate) mod exposure;
pub(crate) mod inspector;
pub(crate) mod json;
pub(crate) mod macie;
pub(crate) mod org;
pub(crate) mod plan;
pub(crate) mod resource;
pub(crate) mod rng;
pub(crate) mod row;
pub(crate) mod scene;
pub(crate) mod table;
pub(crate) mod third_party;
pub(crate) mod threat;

use json::Json;
use row::Maker;
use scene::Scene;

/// A made finding as Security Hub sends it.
pub(crate) fn asff(j: &mut Json, scene: &Scene<'_>) {
    match scene.row.maker {
        Maker::Control => control::render(j, scene),
        Maker::GuardDuty => threat::copy::render(j, scene),
        Maker::Inspector => inspector::render(j, scene),
        Maker::Macie => macie::render(j, scene),
        Maker::AccessAnalyzer | Maker::FirewallManager | Maker::Config => exposure::render(j, scene),
        Maker::ThirdParty | Maker::Asff | Maker::GivenGuardDuty => third_party::render(j, scene),
    }
}
