//! Real records: everything under `$YAGURA_TEST_DATA/{asff,guardduty}` decodes, or is named here with the right reason.
//!
//! Skipped, and says so, when the variable is unset.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use yagura::decode;
use yagura::model::ObservableKind;

/// What is rejected in the corpus, and why that is right: file (its end), number of rejections, a part of the reason.
const REJECTED: &[(&str, usize, &str)] = &[
    // A documentation page's snippets: one answer, then five objects that are parts of requests and of findings.
    ("asff/aws+aws-cli/get-findings.ndjson", 5, "no finding: it seems to be an object with the keys"),
    // Eight fragments of findings, `Resource` or `Service` alone; none has an Arn or an Id.
    ("test_aws_guardduty_json_to_stix.py_fragments.ndjson", 8, ""),
];

fn data() -> Option<PathBuf> {
    let dir = std::env::var_os("YAGURA_TEST_DATA");
    if dir.is_none() {
        eprintln!("skipped: YAGURA_TEST_DATA is not set");
    }
    dir.map(PathBuf::from)
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// `path -> record_count` of the manifest.
fn manifest(data: &Path) -> BTreeMap<String, usize> {
    let mut reader = csv::Reader::from_path(data.join("MANIFEST.csv")).unwrap();
    reader.records().map(Result::unwrap).map(|row| (row[0].to_owned(), row[6].parse().unwrap())).collect()
}

#[test]
fn every_real_record_decodes_or_is_named_with_its_reason() {
    let Some(data) = data() else { return };
    let counts = manifest(&data);
    let (mut decoded, mut problems) = (0, Vec::new());
    for kind in ["asff", "guardduty"] {
        let mut paths = Vec::new();
        files(&data.join(kind), &mut paths);
        paths.sort();
        for path in paths {
            let name = path.strip_prefix(&data).unwrap().to_str().unwrap().to_owned();
            let (mut good, mut bad) = (0, Vec::new());
            for record in decode::records(&Bytes::from(std::fs::read(&path).unwrap())) {
                match record {
                    Ok(raw) => match decode::finding(&raw) {
                        Ok(_) => good += 1,
                        Err(error) => bad.push(error.to_string()),
                    },
                    Err(error) => bad.push(error.to_string()),
                }
            }
            decoded += good;
            let named = REJECTED.iter().find(|(end, ..)| name.ends_with(end));
            let as_named = named.map_or(bad.is_empty(), |(_, count, why)| {
                bad.len() == *count && bad.iter().all(|reason| reason.contains(why))
            });
            let expected = counts.get(&name).copied().unwrap_or(0);
            let whole = name.ends_with("fragments.ndjson") || good == expected;
            if !as_named || !whole {
                problems.push(format!("{name}: {good} of {expected}, {bad:#?}"));
            }
        }
    }
    assert!(problems.is_empty(), "{decoded} decoded\n{}", problems.join("\n"));
    assert!(decoded >= 270, "{decoded}");
}

/// Who the full reading of a record shows, the light reading knows: what is on the screen can be asked for.
#[test]
fn every_actor_shown_is_among_the_observables() {
    let Some(data) = data() else { return };
    let (mut actors, mut missing) = (0, Vec::new());
    for kind in ["asff", "guardduty"] {
        let mut paths = Vec::new();
        files(&data.join(kind), &mut paths);
        for path in paths {
            for raw in decode::records(&Bytes::from(std::fs::read(&path).unwrap())).into_iter().flatten() {
                let Ok(finding) = decode::finding(&raw) else { continue };
                let has = |of: ObservableKind, value: &Option<String>| {
                    value.as_ref().is_none_or(|value| {
                        finding.observables.iter().any(|one| one.kind == of && one.value == value.as_str())
                    })
                };
                let detail = decode::detail(raw.format, &raw.json).unwrap();
                for actor in &detail.actors {
                    actors += 1;
                    let known = has(ObservableKind::Ip, &actor.ip)
                        && has(ObservableKind::Country, &actor.country)
                        && has(ObservableKind::AccessKey, &actor.access_key)
                        && has(ObservableKind::Principal, &actor.principal);
                    if !known {
                        missing.push(format!("{}: {actor:?}\n of {:?}", path.display(), finding.observables));
                    }
                }
                let vulnerable = |id: &str| has(ObservableKind::Cve, &(!id.is_empty()).then(|| id.to_owned()));
                if !detail.vulnerabilities.iter().all(|one| vulnerable(&one.id)) {
                    missing.push(format!("{}: a vulnerability of {:?}", path.display(), finding.observables));
                }
                for resource in &detail.resources {
                    for (key, value) in &resource.tags {
                        if !has(ObservableKind::Tag, &Some(format!("{key}={value}"))) {
                            missing.push(format!("{}: {key}={value}", path.display()));
                        }
                    }
                }
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
    assert!(actors >= 50, "{actors}");
}
