//! The decoder never panics, and never calls nonsense a whole record, whatever is done to a record's bytes or tree.
//!
//! Our own records always; real ones too when `YAGURA_TEST_DATA` names the corpus.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]
#![allow(clippy::print_stderr, reason = "a test that leaves something out says so")]

use std::sync::LazyLock;

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value;
use yagura::decode;
use yagura::model::{Format, RawRecord};

static RECORDS: LazyLock<Vec<RawRecord>> = LazyLock::new(|| {
    let own = [include_str!("records/asff.json"), include_str!("records/guardduty.json")];
    let mut records: Vec<_> =
        own.iter().flat_map(|text| decode::records(&Bytes::from_static(text.as_bytes()))).flatten().collect();
    assert_eq!(records.len(), 2);
    match std::env::var_os("YAGURA_TEST_DATA") {
        None => eprintln!("real records left out: YAGURA_TEST_DATA is not set"),
        Some(data) => {
            let data = std::path::PathBuf::from(data);
            for kind in ["asff", "guardduty"] {
                for project in std::fs::read_dir(data.join(kind)).unwrap().flatten() {
                    for file in std::fs::read_dir(project.path()).unwrap().flatten() {
                        let bytes = Bytes::from(std::fs::read(file.path()).unwrap());
                        records.extend(decode::records(&bytes).into_iter().flatten().take(3));
                    }
                }
            }
        }
    }
    records
});

/// Every reading of some bytes, as either format: only that it comes back.
fn read_all(json: &[u8]) {
    for format in [Format::Asff, Format::GuardDuty] {
        let raw = RawRecord { format, json: Bytes::copy_from_slice(json) };
        let light = decode::finding(&raw);
        let full = decode::detail(format, json);
        if light.is_err() {
            assert!(full.is_err(), "the full reading reads what the light one refuses");
        }
    }
    let bytes = Bytes::copy_from_slice(json);
    drop(decode::findings_page(&bytes));
    drop(decode::records(&bytes));
}

/// The `n`th node of a tree, in depth-first order.
fn nth<'v>(value: &'v mut Value, n: &mut usize) -> Option<&'v mut Value> {
    if *n == 0 {
        return Some(value);
    }
    *n -= 1;
    match value {
        Value::Array(list) => list.iter_mut().find_map(|inner| nth(inner, n)),
        Value::Object(map) => map.values_mut().find_map(|inner| nth(inner, n)),
        _ => None,
    }
}

fn other_type() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(serde_json::json!([[], {}, null, 1, "x"])),
        Just(serde_json::json!({"": {"Id": [1]}, "Name": null})),
        Just(Value::from("{\"a\": [1, {\"b\": \"\\ud83d\"")),
        Just(Value::from("arn:aws:::::::/:")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flipped_bytes(which: prop::sample::Index, flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut json = which.get(&RECORDS).json.to_vec();
        for (at, byte) in flips {
            let at = at.index(json.len());
            json[at] = byte;
        }
        read_all(&json);
    }

    #[test]
    fn cut_and_joined(which: prop::sample::Index, other: prop::sample::Index, from: prop::sample::Index, to: prop::sample::Index) {
        let (one, two) = (&which.get(&RECORDS).json, &other.get(&RECORDS).json);
        let mut json = one[..from.index(one.len())].to_vec();
        read_all(&json);
        json.extend_from_slice(&two[to.index(two.len())..]);
        read_all(&json);
    }

    #[test]
    fn swapped_types(which: prop::sample::Index, swaps in prop::collection::vec((0_usize..400, other_type()), 1..5)) {
        let record = which.get(&RECORDS);
        let mut value: Value = serde_json::from_slice(&record.json).unwrap();
        for (at, other) in swaps {
            let mut n = at + 1; // never the record itself
            if let Some(node) = nth(&mut value, &mut n) {
                *node = other;
            }
        }
        let json = value.to_string();
        read_all(json.as_bytes());
        // Valid JSON that is still an object is refused only for its id.
        let raw = RawRecord { format: record.format, json: Bytes::from(json) };
        if let Err(error) = decode::finding(&raw) {
            prop_assert!(matches!(error, decode::DecodeError::NoId { .. }), "{error}");
        }
    }
}

#[test]
fn the_full_reading_loses_no_text() {
    let mut missing = std::collections::BTreeSet::new();
    for record in RECORDS.iter() {
        let detail = decode::detail(record.format, &record.json).unwrap();
        let finding = decode::finding(record).unwrap();
        let words = [
            finding.workflow.as_ref().map(yagura::model::Workflow::as_str),
            finding.severity.map(yagura::model::Severity::label),
        ];
        let shown = format!("{detail:?} {finding:?} {words:?} {}", finding.record_state.as_str()).to_ascii_lowercase();
        let value: Value = serde_json::from_slice(&record.json).unwrap();
        texts(&value, "", &mut |path, text| {
            // Times are shown as times, and text with escapes is shown otherwise in this debug form.
            let plain = text.bytes().all(|b| b.is_ascii_graphic() || b == b' ') && !text.contains(['"', '\\', '\'']);
            if plain
                && yagura::model::time::parse(text).is_none()
                && text != "{}"
                && !shown.contains(&text.to_ascii_lowercase())
            {
                missing.insert(format!("{path} = {text}"));
            }
        });
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn texts(value: &Value, path: &str, see: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => see(path, text),
        Value::Array(list) => list.iter().for_each(|inner| texts(inner, path, see)),
        Value::Object(map) => map.iter().for_each(|(key, inner)| texts(inner, &format!("{path}/{key}"), see)),
        _ => {}
    }
}
