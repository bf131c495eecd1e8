//! The CIS AWS Foundations Benchmark offline: which control Security Hub runs for each requirement of each version.
//!
//! In: `assets/standards/cis.csv`, made from AWS's mapping of controls to requirements (versions 1.2.0, 1.4.0, 3.0.0
//! and 5.0.0). Out: rows, parsed once. It serves where no API says it: legacy control findings that carry a rule
//! number instead of a control id, and the controls view without a connection.

use std::sync::LazyLock;

use super::Severity;

/// One requirement of one version, and one control that checks it (a requirement may have several).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CisRow {
    /// `5.0.0`.
    pub version: &'static str,
    /// `2.1.4`.
    pub requirement: &'static str,
    /// `S3.8`.
    pub control: &'static str,
    pub title: String,
    pub severity: Option<Severity>,
}

static ROWS: LazyLock<Vec<CisRow>> =
    LazyLock::new(|| include_str!("../../assets/standards/cis.csv").lines().skip(1).filter_map(row).collect());

/// Every row, newest version first, requirements in the benchmark's order.
#[must_use]
pub fn rows() -> &'static [CisRow] {
    &ROWS
}

/// The control behind a rule number of a legacy control finding (`v/1.4.0/3.7`), where it is exact.
///
/// Source: Security Hub user guide, "Generator IDs before and after turning on consolidated control findings".
/// Where that page and the benchmark's table differ, it wins: it is about what the old findings checked.
#[must_use]
pub fn legacy_control(version: &str, rule: &str) -> Option<&'static str> {
    match (version, rule) {
        ("1.4.0", "2.1.1") => return Some("S3.4"),
        ("1.4.0", "2.1.5.1") => return Some("S3.1"),
        ("1.4.0", "2.1.5.2") => return Some("S3.8"),
        ("1.4.0", "3.6") => return Some("S3.9"),
        _ => {}
    }
    let mut matching = rows().iter().filter(|row| row.version == version && row.requirement == rule);
    let control = matching.next()?.control;
    matching.next().is_none().then_some(control)
}

/// `version,requirement,control,severity,title`; only the title may be quoted.
fn row(line: &'static str) -> Option<CisRow> {
    let mut fields = line.splitn(5, ',');
    let (version, requirement, control) = (fields.next()?, fields.next()?, fields.next()?);
    let severity = Severity::from_label(fields.next()?);
    let title = fields.next()?;
    let title = match title.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => title.to_owned(),
    };
    Some(CisRow { version, requirement, control, title, severity })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_as_many_controls_as_aws_documents() {
        for (version, controls) in [("5.0.0", 40), ("3.0.0", 37), ("1.4.0", 39), ("1.2.0", 42)] {
            let mut named: Vec<_> = rows().iter().filter(|r| r.version == version).map(|r| r.control).collect();
            named.sort_unstable();
            named.dedup();
            assert_eq!(named.len(), controls, "{version}");
        }
        assert_eq!(rows().len(), 160);
        assert!(rows().iter().all(|row| row.severity.is_some() && !row.title.starts_with('"')));
        assert!(rows().iter().any(|row| row.title.contains("\"*\"")));
    }

    #[test]
    fn legacy_rules_map_only_where_they_are_exact() {
        assert_eq!(legacy_control("1.2.0", "4.1"), Some("EC2.13"));
        assert_eq!(legacy_control("1.4.0", "3.7"), Some("CloudTrail.2"));
        assert_eq!(legacy_control("1.4.0", "3.6"), Some("S3.9"));
        assert_eq!(legacy_control("5.0.0", "2.1.4"), None, "two controls check it");
        assert_eq!(legacy_control("9.9.9", "1.1"), None);
    }
}
