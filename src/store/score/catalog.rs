//! Which standards there are, with which requirements: from the APIs, else the offline table, else the findings.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::Checks;
use crate::model::cis;
use crate::model::standard::{Enablement, Requirement};
use crate::model::{Severity, Standard, StandardId};
use crate::store::Field;
use crate::store::tables::Tables;

const CIS: &str = "cis-aws-foundations-benchmark";

/// A standard as the posture needs it.
#[derive(Debug)]
pub(super) struct Entry {
    pub standard: Standard,
    pub records: Records,
}

/// From which of a control's records its status in a standard comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Records {
    /// Those that name the standard by this string. Some record does; whether one that is shown does is another matter.
    Naming(u32),
    /// None: the standard is on, and no record names it yet.
    None,
    /// All of them: the standard is not known to be on.
    Any,
}

impl Records {
    fn of(standard: &Standard, word: Option<u32>) -> Self {
        match word {
            Some(word) => Self::Naming(word),
            None if standard.enablement == Enablement::Enabled => Self::None,
            None => Self::Any,
        }
    }
}

/// Every standard: told by the APIs, named by findings, or in the offline table.
pub(super) fn entries(tables: &Tables, checks: &Checks) -> Vec<Entry> {
    let words: BTreeSet<u32> = checks.all.iter().flat_map(|check| &check.standards).copied().collect();
    let shown = words.into_iter().map(|word| tables.text(word).to_owned());
    // Of all rows, not of those that are shown alone: a standard is not off because its records are out of sight.
    let postings = tables.postings(Field::Standard).filter(|posting| posting.rows.len() > 0);
    let named: BTreeMap<&str, u32> = postings.map(|posting| (tables.text(posting.value), posting.value)).collect();
    let mut all: BTreeMap<String, Standard> = BTreeMap::new();
    for told in &tables.facts.standards {
        all.insert(told.id.0.to_string(), told.clone());
    }
    for id in shown.chain(offline_versions().into_iter().map(cis_id)) {
        all.entry(id.clone()).or_insert_with(|| inferred(id));
    }
    let fill = |(id, mut standard): (String, Standard)| {
        let word = named.get(&*id).copied();
        if standard.requirements.is_empty() && standard.id.slug() == CIS {
            standard.requirements = offline(standard.id.version().unwrap_or_default());
        }
        add_found(&mut standard, word, tables, checks);
        Entry { records: Records::of(&standard, word), standard }
    };
    all.into_iter().map(fill).collect()
}

/// A standard that no API told of.
fn inferred(id: String) -> Standard {
    let id = StandardId(id.into());
    let name = match id.slug() {
        CIS => "CIS AWS Foundations Benchmark".to_owned(),
        "aws-foundational-security-best-practices" => "AWS Foundational Security Best Practices".to_owned(),
        "aws-resource-tagging-standard" => "AWS Resource Tagging Standard".to_owned(),
        "nist-800-53" => "NIST SP 800-53".to_owned(),
        "nist-800-171" => "NIST SP 800-171".to_owned(),
        "pci-dss" => "PCI DSS".to_owned(),
        other => other.to_owned(),
    };
    Standard { id, name, enablement: Enablement::Inferred, requirements: Vec::new() }
}

fn offline_versions() -> Vec<&'static str> {
    let mut versions: Vec<&str> = cis::rows().iter().map(|row| row.version).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
}

fn cis_id(version: &str) -> String {
    // The first version that Security Hub had is a ruleset.
    let kind = if version == "1.2.0" { "ruleset" } else { "standards" };
    format!("{kind}/{CIS}/v/{version}")
}

fn offline(version: &str) -> Vec<Requirement> {
    let rows = cis::rows().iter().filter(|row| row.version == version);
    let requirement = |row: &cis::CisRow| Requirement {
        number: row.requirement.to_owned(),
        control: row.control.to_owned(),
        title: row.title.clone(),
        severity: row.severity,
        enabled: true,
        remediation: None,
    };
    rows.map(requirement).collect()
}

/// Controls that findings check under the standard, and no table names: shown rather than lost.
fn add_found(standard: &mut Standard, word: Option<u32>, tables: &Tables, checks: &Checks) {
    let Some(word) = word else { return };
    let mut known: BTreeSet<String> = standard.requirements.iter().map(|r| r.control.to_ascii_lowercase()).collect();
    for check in checks.all.iter().filter(|check| check.standards.contains(&word)) {
        let control = tables.text(check.control);
        if !known.insert(control.to_ascii_lowercase()) {
            continue;
        }
        let (title, severity) = found(tables, check.tally.example);
        standard.requirements.push(Requirement {
            number: String::new(),
            control: control.to_owned(),
            title,
            severity,
            enabled: true,
            remediation: None,
        });
    }
}

/// Title and severity as a finding says them.
fn found(tables: &Tables, example: Option<u32>) -> (String, Option<Severity>) {
    let Some(record) = example else { return (String::new(), None) };
    (tables.title(record).to_owned(), tables.state(record).severity)
}

/// The titles of the benchmark's sections, by their number.
pub(super) fn section_title(id: &StandardId<'_>, number: &str) -> &'static str {
    if id.slug() != CIS {
        return "";
    }
    let early = id.version() == Some("1.2.0");
    match (number, early) {
        ("1", _) => "Identity and Access Management",
        ("2", false) => "Storage",
        ("2", true) | ("3", false) => "Logging",
        ("3", true) | ("4", false) => "Monitoring",
        ("4", true) | ("5", false) => "Networking",
        _ => "",
    }
}
