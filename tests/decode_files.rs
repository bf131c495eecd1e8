//! Files of findings, told by content: every wrapper, broken files, and what is no finding at all.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use bytes::Bytes;
use serde_json::{Value, json};
use yagura::decode;
use yagura::model::Format;

const ASFF: &str = include_str!("records/asff.json");
const GUARDDUTY: &str = include_str!("records/guardduty.json");

fn a() -> Value {
    serde_json::from_str(ASFF).unwrap()
}

fn g() -> Value {
    serde_json::from_str(GUARDDUTY).unwrap()
}

/// `A` and `G` for the findings found, `line: reason` for the rest.
fn found(text: impl Into<Bytes>) -> Vec<String> {
    decode::records(&text.into())
        .into_iter()
        .map(|record| match record {
            Ok(raw) => {
                assert!(decode::finding(&raw).is_ok());
                if raw.format == Format::Asff { "A".to_owned() } else { "G".to_owned() }
            }
            Err(bad) => bad.to_string(),
        })
        .collect()
}

#[test]
fn every_wrapper_gives_its_findings() {
    let event =
        |detail: &Value| json!({"version": "0", "id": "e", "detail-type": "t", "source": "s", "detail": detail});
    let queue = json!({"Records": [{"messageId": "m", "body": json!({"Type": "Notification",
        "Message": event(&json!({"findings": [a()]})).to_string()}).to_string()}]});
    let rows = [
        (a().to_string(), "A"),
        (g().to_string(), "G"),
        (json!([a(), g()]).to_string(), "AG"),
        (json!({"Findings": [a(), a()], "NextToken": "t"}).to_string(), "AA"),
        (json!({"findings": [g()]}).to_string(), "G"),
        (event(&json!({"findings": [a()], "actionName": "x"})).to_string(), "A"),
        (event(&g()).to_string(), "G"),
        (json!([event(&g()), event(&json!({"findings": [a()]}))]).to_string(), "GA"),
        (json!({"status_code": 200, "data": {"Findings": [a()], "ResponseMetadata": {}}}).to_string(), "A"),
        (json!({"EventType": "x", "Finding": a(), "Other": {"a": []}}).to_string(), "A"),
        (queue.to_string(), "A"),
        (format!("{ASFF}{GUARDDUTY}{ASFF}"), "AGA"),
        (format!("{},\n{}", a(), g()), "AG"),
        (format!("{:#}\n{:#}\n", a(), event(&g())), "AG"),
        (format!("\u{feff}{ASFF}"), "A"),
        (String::new(), ""),
        (" \n\n".to_owned(), ""),
    ];
    for (text, expected) in rows {
        let start: String = text.chars().take(60).collect();
        assert_eq!(found(text).concat(), expected, "{start}");
    }
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(ASFF.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(found(utf16), ["A"]);
}

#[test]
fn a_record_is_a_slice_of_its_file_byte_for_byte() {
    let file = Bytes::from(format!("[{ASFF},\n{GUARDDUTY}]"));
    let records: Vec<_> = decode::records(&file).into_iter().map(Result::unwrap).collect();
    assert_eq!(&records[0].json[..], ASFF.trim_end().as_bytes());
    assert_eq!(&records[1].json[..], GUARDDUTY.trim_end().as_bytes());
    assert!(records.iter().all(|record| file.as_ptr_range().contains(&record.json.as_ptr())));
}

#[test]
fn bad_lines_are_named_and_the_rest_is_read() {
    let cut = ASFF.split_at(ASFF.len() / 2).0;
    let lines = format!("{ASFF}{cut}\n{GUARDDUTY}not json\n{{\"Title\":\"x\"}}\n{ASFF}");
    let expected = [
        "A",
        "line 2: broken JSON: control character",
        "G",
        "line 4: broken JSON: expected ident",
        "line 5: no finding: it seems to be an object with the keys Title",
        "A",
    ];
    let read = found(lines);
    assert_eq!(read.len(), expected.len(), "{read:?}");
    for (read, expected) in read.iter().zip(expected) {
        assert!(read.starts_with(expected), "{read} is not {expected}");
    }
}

#[test]
fn whole_findings_are_taken_from_a_broken_list() {
    // An answer that was cut off, on one line and over many.
    let whole = json!({"Findings": [a(), g(), a()]});
    for text in [whole.to_string(), format!("{whole:#}")] {
        let cut = text.split_at(text.len() - 200).0;
        let read = found(cut.to_owned());
        assert_eq!(read.iter().filter(|one| one.len() == 1).cloned().collect::<String>(), "AG", "{read:?}");
        assert_eq!(read.iter().filter(|one| one.contains("ends in the middle")).count(), 1, "{read:?}");
    }
    // One bad element in the middle.
    let text = format!("[{ASFF},{{\"Id\": oops}},{GUARDDUTY}]");
    let read = found(text);
    assert_eq!(read.iter().filter(|one| one.len() == 1).cloned().collect::<String>(), "AG", "{read:?}");
    assert_eq!(read.len(), 3, "{read:?}");
}

#[test]
fn what_holds_no_finding_is_named() {
    let event = json!({"version": "0", "detail-type": "Scheduled Event", "detail": {}});
    let rows = [
        ("hello\nworld", "broken JSON"),
        ("{}", "an empty object"),
        ("[]", "an empty list"),
        ("[1, 2]", "a number"),
        ("\"text\"", "a string"),
        (r#"{"Findings": []}"#, "an answer of GetFindings with no findings"),
        (r#"{"DetectorIds": ["d"]}"#, "ListDetectors"),
        (r#"{"eventVersion": "1.08", "eventSource": "s3.amazonaws.com"}"#, "a CloudTrail event"),
        (r#"{"class_uid": 2004, "severity": "High"}"#, "an OCSF event"),
        (r#"{"Id": "i", "ProductArn": "p"}"#, "an object with the keys Id, ProductArn"),
        (r#"{"Resource": {"ResourceType": "Instance"}}"#, "a part of a GuardDuty finding"),
    ];
    for (text, expected) in rows {
        let read = found(text.to_owned());
        assert!(read.len() == 1 && read[0].contains(expected), "{text}: {read:?}");
    }
    assert!(found(event.to_string())[0].contains("`Scheduled Event` with no finding"));
}

#[test]
fn a_finding_without_an_id_is_named_with_its_line() {
    let mut without = a();
    without.as_object_mut().unwrap().remove("Id");
    let text = format!("[\n{},\n{without}\n]", a());
    assert_eq!(found(text), ["A", "line 3: an ASFF finding without a usable Id"]);
}

#[test]
fn other_services_own_formats_are_not_taken_for_findings() {
    let macie = json!({"accountId": "111122223333", "id": "m", "partition": "aws", "region": "us-east-1", "severity": {"score": 3},
        "title": "t", "type": "SensitiveData:S3Object/Personal", "resourcesAffected": {}, "createdAt": "x", "updatedAt": "x"});
    let inspector = json!({"awsAccountId": "111122223333", "findingArn": "arn", "title": "t", "severity": "HIGH", "description": "d",
        "resources": [], "type": "PACKAGE_VULNERABILITY", "updatedAt": "x", "inspectorScoreDetails": {}});
    for (other, name) in [(macie, "Macie"), (inspector, "Inspector")] {
        let read = found(json!({"findings": [other]}).to_string());
        assert!(read.len() == 1 && read[0].contains(name), "{read:?}");
    }
}
