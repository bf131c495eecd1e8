//! Words that grow letter by letter over more findings than are asked one by one, each answer against every row's texts.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use serde_json::json;

use super::super::*;
use super::evaluate::now;
use crate::model::{Batch, Format, Provenance, RawRecord, Scope, Service, Sort, Update};
use crate::store::{RowId, Snapshot, Store};

/// Two chunks of rows and a part of a third; titles, descriptions and resources of their own, in several piles each.
const COUNT: usize = 2_500;

fn snapshot() -> Arc<Snapshot> {
    let scope = Scope { service: Service::SecurityHub, account: "111122223333".into(), region: "us-east-1".into() };
    let finding = |n: usize| {
        let value = json!({
            "Id": format!("finding/{n}"), "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/inspector",
            "AwsAccountId": "111122223333", "Region": "us-east-1", "GeneratorId": "g", "Types": ["TTPs/Discovery"],
            "CreatedAt": format!("2026-10-01T08:{:02}:{:02}Z", n / 60 % 60, n % 60), "UpdatedAt": "2026-11-01T08:00:00Z",
            "Severity": { "Label": (["CRITICAL", "HIGH", "LOW"][n % 3]) },
            "Title": format!("CVE-2021-{} in {}", 1000 + n, ["openssl", "ÖPENSSH", "sudo"][n % 3]),
            "Description": format!("A crafted message number {} makes it read too far", n % 700),
            "Resources": [{ "Type": "Other", "Id": format!("arn:aws:ec2:::instance/i-{:04x}", n * 7 % 5000) }],
        });
        RawRecord { format: Format::Asff, json: value.to_string().into() }
    };
    let records = (0..COUNT).map(finding).collect();
    let mut store = Store::new();
    let provenance = Provenance { scope: Arc::new(scope), sweep: None };
    let applied = store.apply(Update::Records(Batch { provenance, records }));
    assert_eq!(applied.rejected, []);
    store.publish()
}

#[test]
fn each_letter_finds_what_has_it_whatever_was_asked_before() {
    let snapshot = snapshot();
    let mut evaluator = Evaluator::default();
    let folded: Vec<(u32, Vec<String>)> = snapshot
        .live()
        .iter()
        .map(|id| {
            let row = snapshot.row(RowId(id)).unwrap();
            let resources = row.resources().map(|resource| resource.id.to_lowercase());
            (id, [row.title().to_lowercase(), row.description().to_lowercase()].into_iter().chain(resources).collect())
        })
        .collect();
    for text in ["cve-2021-10", "öpenssh crafted", "i-0aa 7", "message*69", "sudo -message"] {
        for end in (1..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let begun = text.get(..end).unwrap();
            let Ok(query) = parse(begun) else { continue };
            let has = |texts: &[String], word: &str| {
                texts.iter().any(|text| {
                    let mut rest = Some(text.as_str());
                    for piece in word.split('*') {
                        rest = rest.and_then(|rest| rest.split_once(piece)).map(|(_, rest)| rest);
                    }
                    rest.is_some()
                })
            };
            let matches = |texts: &[String]| {
                begun.split(' ').filter(|word| !matches!(*word, "" | "-")).all(|word| match word.strip_prefix('-') {
                    Some(word) => !has(texts, word),
                    None => has(texts, word) || "ttps/discovery111122223333".contains(word),
                })
            };
            let expected: Vec<u32> = folded.iter().filter(|(_, texts)| matches(texts)).map(|(id, _)| *id).collect();
            // None is asked by itself: the texts are searched, and what is known of them narrows the next search.
            let found = evaluator.evaluate_with(&query, &snapshot, &Context::at(now()), 0);
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{begun:?}");
            let sorted = evaluator.sorted(&found, &snapshot, Sort::default());
            let expected = sort(&found, &snapshot, Sort::default(), None);
            assert_eq!(sorted.iter().collect::<Vec<_>>(), expected, "the order of {begun:?}");
        }
    }
}
