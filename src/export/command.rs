//! The AWS CLI command that shows a finding, safe to paste into a shell whatever an attacker wrote into the finding.
//!
//! In: a row. Out: one line. Ids come in only where they are what AWS makes (`GuardDuty`), or inside a JSON filter in
//! which everything but harmless ASCII is a `\u` escape, so that a single-quoted word holds it in every shell.

use std::fmt::Write as _;

use super::console::is_region;
use crate::model::Format;
use crate::store::{Record, Row, Snapshot};

/// The command for the leading record, with the Region and the profile it was read with. `None` for a `GuardDuty` record
/// whose id is none of AWS's.
#[must_use]
pub fn show(row: &Row<'_>, snapshot: &Snapshot) -> Option<String> {
    let record = row.records().next()?;
    let id = record.id();
    let mut command = match record.format() {
        Format::GuardDuty => {
            let (detector, finding) = detector_and_finding(&id)?;
            format!("aws guardduty get-findings --detector-id {detector} --finding-ids {finding}")
        }
        Format::Asff => {
            let product = record.product_arn().map(|arn| ("ProductArn", arn));
            let filters: Vec<_> = std::iter::once(("Id", &*id)).chain(product).collect();
            get_findings(&filters)
        }
    };
    place(&mut command, &record, row, snapshot);
    Some(command)
}

/// The command for the failed checks of a control.
#[must_use]
pub fn show_control(control: &str) -> String {
    get_findings(&[("ComplianceSecurityControlId", control), ("ComplianceStatus", "FAILED"), ("RecordState", "ACTIVE")])
}

fn get_findings(filters: &[(&'static str, &str)]) -> String {
    let mut json = String::new();
    for (name, value) in filters {
        let comma = if json.is_empty() { "" } else { "," };
        let value = escaped(value);
        // a String takes every write
        let _ = write!(json, r#"{comma}"{name}":[{{"Value":"{value}","Comparison":"EQUALS"}}]"#);
    }
    format!("aws securityhub get-findings --filters '{{{json}}}'")
}

/// The Region that was asked, else the finding's own; the profile that asked.
fn place(command: &mut String, record: &Record<'_>, row: &Row<'_>, snapshot: &Snapshot) {
    let scope = record.scope();
    let region = [&*scope.region, row.region().unwrap_or_default()].into_iter().find(|region| is_region(region));
    if let Some(region) = region {
        let _ = write!(command, " --region {region}");
    }
    let asked = snapshot.sources().iter().find(|status| *status.scope == *scope);
    if let Some(profile) = asked.and_then(|status| status.profile.as_deref()) {
        let _ = write!(command, " --profile {}", quoted(profile));
    }
}

/// `arn:...:detector/DETECTOR/finding/FINDING`, both as AWS makes them.
fn detector_and_finding(id: &str) -> Option<(&str, &str)> {
    let (_, rest) = id.split_once(":detector/")?;
    let (detector, finding) = rest.split_once("/finding/")?;
    let made_by_aws = |id: &str| {
        (1..=300).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !id.starts_with('-')
    };
    (made_by_aws(detector) && made_by_aws(finding)).then_some((detector, finding))
}

/// The inside of a JSON string of harmless ASCII alone: no quote and no backslash but those of `\u` escapes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, ' '..='~') && !matches!(c, '\'' | '"' | '\\' | '!' | '`' | '$') {
            escaped.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

/// One word of a POSIX shell. The text is the user's own configuration, not a finding's.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_./:@%+,-".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace(char::is_control, "").replace('\'', r"'\''"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::*;

    /// What `sh` makes of the words of a command.
    fn words(command: &str) -> Vec<String> {
        let script = format!("for word in {command}; do printf '%s\\n' \"$word\"; done");
        let output = Command::new("sh").args(["-c", &script]).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{command}: {output:?}");
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
    }

    fn value(command: &str) -> String {
        let words = words(command);
        assert_eq!(words.len(), 5, "{command}");
        let filters: serde_json::Value = serde_json::from_str(&words[4]).unwrap();
        filters["Id"][0]["Value"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_shell_runs_nothing_of_an_id() {
        for id in [
            "'; rm -rf ~; '",
            "$(reboot)",
            "`reboot`",
            "a\nreboot\n",
            "\u{3}\u{15}reboot\r",
            "!!",
            "\\",
            "\"}",
            "é東🗼",
        ] {
            let command = get_findings(&[("Id", id)]);
            assert!(command.bytes().all(|b| matches!(b, b' '..=b'~')), "{command}");
            assert_eq!(value(&command), id);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 32, ..ProptestConfig::default() })]
        #[test]
        fn any_id_arrives_as_it_is(id in any::<String>()) {
            prop_assert_eq!(value(&get_findings(&[("Id", &id)])), id);
        }
    }

    #[test]
    fn ids_of_guardduty_are_those_that_aws_makes() {
        let id = "arn:aws:guardduty:us-east-1:111122223333:detector/12abc34d/finding/0f-1";
        assert_eq!(detector_and_finding(id), Some(("12abc34d", "0f-1")));
        for id in ["x", "a:detector/d/finding/f;reboot", "a:detector/-d/finding/f", "a:detector//finding/f"] {
            assert_eq!(detector_and_finding(id), None, "{id}");
        }
    }

    #[test]
    fn a_profile_is_one_word() {
        assert_eq!(quoted("prod-audit"), "prod-audit");
        assert_eq!(words(&quoted("it's \"mine\" $HOME")), ["it's \"mine\" $HOME"]);
    }
}
