//! Two versions of a benchmark side by side, from the same findings.

use std::collections::BTreeMap;

use super::StandardPosture;
use crate::model::{ControlStatus, Severity};

/// One control in two versions of a benchmark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub control: String,
    pub title: String,
    pub severity: Option<Severity>,
    /// The requirements in the first version, and in the second: none where a version leaves the control out.
    pub a: Vec<String>,
    pub b: Vec<String>,
    /// The status in each version; none where it leaves the control out.
    pub status_a: Option<ControlStatus>,
    pub status_b: Option<ControlStatus>,
}

/// Matches by control, which is what both versions share: numbers move between versions, and may have sub-indexes.
/// In the order of the first version, then what only the second has.
#[must_use]
pub fn compare(a: &StandardPosture, b: &StandardPosture) -> Vec<Compared> {
    let mut all: Vec<Compared> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (standard, first) in [(a, true), (b, false)] {
        for requirement in &standard.requirements {
            let place = *places.entry(requirement.control.to_ascii_lowercase()).or_insert_with(|| {
                all.push(Compared {
                    control: requirement.control.clone(),
                    title: requirement.title.clone(),
                    severity: requirement.severity,
                    a: Vec::new(),
                    b: Vec::new(),
                    status_a: None,
                    status_b: None,
                });
                all.len() - 1
            });
            let Some(compared) = all.get_mut(place) else { continue };
            let (numbers, status) = if first {
                (&mut compared.a, &mut compared.status_a)
            } else {
                (&mut compared.b, &mut compared.status_b)
            };
            numbers.push(requirement.number.clone());
            // On for one requirement is on.
            if status.is_none_or(|held| held == ControlStatus::Disabled) {
                *status = Some(requirement.status);
            }
        }
    }
    all
}
