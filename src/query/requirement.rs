//! Requirements of standards: `1.5` of a CIS benchmark, and the control that checks it.
//!
//! Which control that is, the standards in the snapshot say, or AWS's table of the CIS benchmarks where no API did. The
//! same number means another requirement in another version: a finding has the numbers of the standards that it counts
//! for, and `cis/5.0.0/1.5` asks for that one.

use crate::model::{Standard, StandardId, cis};
use crate::store::Snapshot;

const CIS: &str = "cis-aws-foundations-benchmark";

/// The controls of a standard's requirements that match: as a number, or behind the standard's short name.
pub(super) fn controls(snapshot: &Snapshot, standard: &str, matches: impl Fn(&str) -> bool) -> Vec<String> {
    let short = StandardId(standard.into()).short();
    let asked = |number: &str| !number.is_empty() && (matches(number) || matches(&format!("{short}/{number}")));
    let numbered = numbered(snapshot, standard);
    numbered.into_iter().filter(|(number, _)| asked(number)).map(|(_, control)| control).collect()
}

/// The requirements of a standard, each with a control that checks it.
pub(super) fn numbered(snapshot: &Snapshot, standard: &str) -> Vec<(String, String)> {
    let id = StandardId(standard.into());
    let told = snapshot.standards().iter().find(|one: &&Standard| one.id.0 == standard);
    if let Some(told) = told.filter(|told| !told.requirements.is_empty()) {
        let both = told.requirements.iter().map(|one| (one.number.clone(), one.control.clone()));
        return both.collect();
    }
    if id.slug() != CIS {
        return Vec::new();
    }
    let rows = cis::rows().iter().filter(|row| Some(row.version) == id.version());
    rows.map(|row| (row.requirement.to_owned(), row.control.to_owned())).collect()
}
