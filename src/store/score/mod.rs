//! Control status, security scores and the comparison of standards, by the rules that AWS documents.
//!
//! AWS computes them once in 24 hours and gives them by no API; these are computed from the records held now.
//! Source of fact: Security Hub user guide, "Compliance status and control status" and "Security scores".
//!
//! - Which records count: not archived, not suppressed, of Security Hub itself.
//! - Status of a control: any FAILED is Failed, else any WARNING or `NOT_AVAILABLE` is Unknown, else PASSED is Passed,
//!   no record that counts is No data; a control that is off in the standard is Disabled, whatever records remain.
//! - Score of a standard: Passed of Passed, Failed and Unknown controls, in whole percent.
//! - A standard that is on has No data where no record that is shown names it: those of other standards do not speak for
//!   it. One that nobody says is on, and no record names, is computed from all records of its controls: what it would say.
//! - Summary: unique passed of unique enabled controls with data, over the enabled standards.

mod catalog;
mod checks;
mod compare;

use std::collections::BTreeMap;

use jiff::Timestamp;
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

pub use self::compare::{Compared, compare};

use self::catalog::{Entry, Records};
use self::checks::Checks;
use super::Snapshot;
use super::tables::Tables;
use crate::model::standard::{Enablement, Requirement};
use crate::model::{ControlStatus, Severity, StandardId};

/// One standard now.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardPosture {
    pub id: StandardId<'static>,
    /// `CIS AWS Foundations Benchmark`, without the version.
    pub name: String,
    pub version: Option<String>,
    pub enablement: Enablement,
    /// Percent of Passed among Passed, Failed and Unknown controls; `None` when there is none of them.
    pub score: Option<u8>,
    /// Controls by status.
    pub passed: u32,
    pub failed: u32,
    pub unknown: u32,
    pub no_data: u32,
    pub disabled: u32,
    pub sections: Vec<Section>,
    /// In the order of their numbers.
    pub requirements: Vec<RequirementPosture>,
}

/// A chapter of a standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// `1`.
    pub number: String,
    pub title: String,
    /// Requirements passed, and all that count for the score.
    pub passed: u32,
    pub total: u32,
}

/// One requirement (a control in a standard) now.
#[derive(Debug, Clone, PartialEq)]
pub struct RequirementPosture {
    /// Empty where the standard numbers nothing of its own.
    pub number: String,
    pub control: String,
    pub title: String,
    pub severity: Option<Severity>,
    pub status: ControlStatus,
    /// Checks (records) that failed, of all that count.
    pub failed: u64,
    pub total: u64,
    /// Accounts with a failed check, of all accounts with a check; account ids in order.
    pub failed_accounts: Vec<String>,
    pub accounts: u64,
    /// The oldest first sight among the failed checks.
    pub failing_since: Option<Timestamp>,
    pub remediation: Option<String>,
    /// The rows with a failed check that counts.
    pub rows: RoaringBitmap,
}

/// All standards now, with the score over all of them. The default, without a standard, is that of findings over which
/// nothing has been computed yet: a computed one has the offline table's at least.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Posture {
    pub standards: Vec<StandardPosture>,
    /// Unique passed controls over unique enabled controls with data, in percent.
    pub summary: Option<u8>,
}

impl Posture {
    /// Computes every standard that is enabled, that findings name, or that the offline table holds. One pass over
    /// all records: not for each frame, but for each snapshot that the view shows.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        let tables = &snapshot.tables;
        let reader = Reader::of(snapshot);
        let entries = catalog::entries(tables, &reader.checks);
        let summary = reader.summary(&entries);
        Self { standards: entries.into_iter().map(|entry| reader.standard(entry)).collect(), summary }
    }

    /// By id, or by the short form of the command line (`cis/5.0.0`).
    #[must_use]
    pub fn standard(&self, name: &str) -> Option<&StandardPosture> {
        self.standards.iter().find(|s| s.id.0 == name || s.id.short().eq_ignore_ascii_case(name))
    }
}

/// Reads controls from the checks by their names.
struct Reader<'a> {
    tables: &'a Tables,
    checks: Checks,
    /// Lower-case control id to its string: samples of AWS vary in case.
    controls: FxHashMap<String, Vec<u32>>,
}

impl<'a> Reader<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let tables = &snapshot.tables;
        let checks = Checks::of(tables, |row| snapshot.shows(row));
        let mut controls: FxHashMap<String, Vec<u32>> = FxHashMap::default();
        for control in checks.by_control.keys() {
            controls.entry(tables.text(*control).to_ascii_lowercase()).or_default().push(*control);
        }
        Self { tables, checks, controls }
    }

    fn tally(&self, control: &str, records: Records) -> checks::Tally {
        let mut tally = checks::Tally::default();
        let standard = match records {
            Records::Naming(word) => Some(word),
            Records::Any => None,
            Records::None => return tally,
        };
        for word in self.controls.get(&control.to_ascii_lowercase()).into_iter().flatten() {
            tally.add(&self.checks.control(*word, standard));
        }
        tally
    }

    fn standard(&self, entry: Entry) -> StandardPosture {
        let Entry { standard, records } = entry;
        let mut requirements: Vec<RequirementPosture> =
            standard.requirements.into_iter().map(|requirement| self.requirement(requirement, records)).collect();
        requirements.sort_by_key(|requirement| order(&requirement.number, &requirement.control));
        let mut posture = StandardPosture {
            version: standard.id.version().map(str::to_owned),
            sections: sections(&standard.id, &requirements),
            id: standard.id,
            name: standard.name,
            enablement: standard.enablement,
            score: None,
            passed: 0,
            failed: 0,
            unknown: 0,
            no_data: 0,
            disabled: 0,
            requirements: Vec::new(),
        };
        // A control counts once, however many requirements it serves; it is on when it is on for any of them.
        let mut controls: BTreeMap<&str, ControlStatus> = BTreeMap::new();
        for requirement in &requirements {
            let status = controls.entry(&requirement.control).or_insert(requirement.status);
            if *status == ControlStatus::Disabled {
                *status = requirement.status;
            }
        }
        for status in controls.values() {
            *match status {
                ControlStatus::Passed => &mut posture.passed,
                ControlStatus::Failed => &mut posture.failed,
                ControlStatus::Unknown => &mut posture.unknown,
                ControlStatus::NoData => &mut posture.no_data,
                ControlStatus::Disabled => &mut posture.disabled,
            } += 1;
        }
        posture.score = percent(posture.passed, posture.passed + posture.failed + posture.unknown);
        posture.requirements = requirements;
        posture
    }

    fn requirement(&self, requirement: Requirement, records: Records) -> RequirementPosture {
        let tally = self.tally(&requirement.control, records);
        let (accounts, failed_accounts) = self.checks.accounts(self.tables, &tally);
        RequirementPosture {
            number: requirement.number,
            control: requirement.control,
            title: requirement.title,
            severity: requirement.severity,
            status: if requirement.enabled { tally.status() } else { ControlStatus::Disabled },
            failed: tally.failed,
            total: tally.passed + tally.failed + tally.unknown,
            failed_accounts: failed_accounts.into_iter().map(str::to_owned).collect(),
            accounts: u64::try_from(accounts.len()).unwrap_or(u64::MAX),
            failing_since: tally.since.and_then(|micros| Timestamp::from_microsecond(micros).ok()),
            remediation: requirement.remediation,
            rows: tally.rows,
        }
    }

    /// Over the standards that are known to be on; where no API said so, over those that findings name.
    fn summary(&self, entries: &[Entry]) -> Option<u8> {
        let told = entries.iter().any(|entry| entry.standard.enablement == Enablement::Enabled);
        let counts = |entry: &&Entry| {
            if told {
                entry.standard.enablement == Enablement::Enabled
            } else {
                matches!(entry.records, Records::Naming(_))
            }
        };
        let requirements = entries.iter().filter(counts).flat_map(|entry| &entry.standard.requirements);
        let mut controls: Vec<String> =
            requirements.filter(|r| r.enabled).map(|r| r.control.to_ascii_lowercase()).collect();
        controls.sort_unstable();
        controls.dedup();
        let statuses = controls.iter().map(|control| self.tally(control, Records::Any).status());
        let (mut passed, mut all) = (0, 0);
        for status in statuses.filter(|status| *status != ControlStatus::NoData) {
            passed += u32::from(status == ControlStatus::Passed);
            all += 1;
        }
        percent(passed, all)
    }
}

/// Whole percent, halves up; none of nothing.
fn percent(part: u32, whole: u32) -> Option<u8> {
    if whole == 0 {
        return None;
    }
    let (part, whole) = (u64::from(part), u64::from(whole));
    u8::try_from((200 * part + whole) / (2 * whole)).ok()
}

/// Requirements by their numbers as numbers, those without a number last, then by control.
fn order(number: &str, control: &str) -> (bool, Vec<u32>, (String, u32)) {
    let parts = number.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect();
    let (service, rest) = control.split_once('.').unwrap_or((control, ""));
    (number.is_empty(), parts, (service.to_owned(), rest.parse().unwrap_or(u32::MAX)))
}

/// The chapters of a standard that numbers its requirements and whose chapters have names.
fn sections(id: &StandardId<'_>, requirements: &[RequirementPosture]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for requirement in requirements {
        let number = requirement.number.split('.').next().unwrap_or_default();
        let title = catalog::section_title(id, number);
        if title.is_empty() {
            continue;
        }
        if sections.last().is_none_or(|section| section.number != number) {
            let (number, title) = (number.to_owned(), title.to_owned());
            sections.push(Section { number, title, passed: 0, total: 0 });
        }
        if let Some(section) = sections.last_mut() {
            section.passed += u32::from(requirement.status == ControlStatus::Passed);
            let counts = !matches!(requirement.status, ControlStatus::NoData | ControlStatus::Disabled);
            section.total += u32::from(counts);
        }
    }
    sections
}

#[cfg(test)]
mod tests;
