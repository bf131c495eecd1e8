//! Evaluation and order against a naive reading of the same rows, over generated findings.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::super::field::{FIELDS, Field, Kind};
use super::super::*;
use super::naive::{naive, naive_order, texts, words};
use crate::model::{Batch, Format, Provenance, RawRecord, Scope, Service, Update};
use crate::store::{Row, RowId, Snapshot, Store};

const NOW: &str = "2026-11-20T12:00:00Z";

pub(super) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// A finding from small numbers: few values a field, so that queries hit and miss.
fn finding(index: usize, pick: [usize; 8]) -> serde_json::Value {
    let of = |list: &[&str], at: usize| list[at % list.len()].to_owned();
    let account = of(&["111122223333", "222233334444", "333344445555"], pick[0]);
    let day = pick[1] % 30;
    let mut finding = json!({
        "SchemaVersion": "2018-10-08",
        "Id": format!("arn:aws:securityhub:us-east-1:{account}:finding/{index}"),
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
        "ProductName": of(&["Security Hub", "Inspector", "Macie"], pick[2]),
        "GeneratorId": of(&["security-control/IAM.9", "security-control/S3.1", "cis/1.2"], pick[3]),
        "AwsAccountId": account,
        "AwsAccountName": of(&["prod-web", "Prod-Payments", "sandbox"], pick[0]),
        "Region": of(&["us-east-1", "eu-west-1"], pick[4]),
        "Types": [of(&["Software and Configuration Checks/Vulnerabilities", "TTPs/Initial Access"], pick[5])],
        // Some on the same day, seconds apart.
        "CreatedAt": format!("2026-10-{:02}T08:00:{:02}.000Z", day % 10 + 1, pick[7] % 60),
        "UpdatedAt": format!("2026-11-{:02}T{:02}:00:00.000Z", 1 + day % 20, pick[6] % 24),
        "Severity": { "Label": of(&["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"], pick[6]), "Normalized": pick[6] * 7 % 100 },
        "Title": of(&["Root user has MFA", "Bucket allows public read", "ＲＯＯＴ login", "Öffentlicher Port"], pick[7]),
        "Description": of(&["MFA protects the root user", "Anyone can read prod-web", "a port is open"], pick[5]),
        "Resources": [
            { "Type": of(&["AwsS3Bucket", "AwsIamUser"], pick[3]), "Id": format!("arn:aws:s3:::bucket-{}", pick[3] % 4) }
        ],
        "Workflow": { "Status": of(&["NEW", "NOTIFIED", "SUPPRESSED", "RESOLVED"], pick[2]) },
        "RecordState": of(&["ACTIVE", "ACTIVE", "ARCHIVED"], pick[4]),
    });
    if pick[5].is_multiple_of(2) {
        finding["Compliance"] = json!({
            "Status": of(&["PASSED", "FAILED", "WARNING"], pick[1]),
            "SecurityControlId": of(&["IAM.9", "S3.1", "IAM.90"], pick[3]),
            "AssociatedStandards": [{ "StandardsId": of(&[
                "standards/cis-aws-foundations-benchmark/v/5.0.0",
                "ruleset/cis-aws-foundations-benchmark/v/1.2.0",
                "standards/aws-foundational-security-best-practices/v/1.0.0",
            ], pick[7]) }],
        });
    }
    if pick[4].is_multiple_of(2) {
        finding["Action"] = json!({ "NetworkConnectionAction": {
            "RemoteIpDetails": {
                "IpAddressV4": of(&["198.51.100.7", "198.51.100.70", "203.0.113.9"], pick[1]),
                "Country": { "CountryName": of(&["Norway", "Japan"], pick[2]) },
            },
            "LocalPortDetails": { "Port": ([22, 443, 3389][pick[3] % 3]) },
            "RemotePortDetails": { "Port": 40_000 + pick[7] },
        }});
        finding["Resources"][0]["Tags"] = json!({ "env": of(&["prod", "dev"], pick[6]), "team": "ｗｅｂ" });
    }
    if pick[6].is_multiple_of(3) {
        finding["Vulnerabilities"] = json!([{ "Id": format!("CVE-2021-{}", 44228 + pick[5] % 3) }]);
        finding["Note"] = json!({ "Text": "seen", "UpdatedBy": "me" });
        finding["Resources"][0]["Details"] =
            json!({ "AwsIamAccessKey": { "AccessKeyId": "AKIAEXAMPLE", "UserName": "jane" } });
    }
    if pick[7] % 7 == 3 {
        finding["Types"] = json!(["TTPs/AttackSequence:IAM/CompromisedCredentials"]);
    }
    if pick[0].is_multiple_of(3) {
        finding["FirstObservedAt"] = json!(format!("2026-09-{:02}T00:00:00Z", day + 1));
        finding["LastObservedAt"] = json!(format!("2026-11-{:02}T00:00:00Z", 1 + day % 19));
    }
    finding
}

pub(super) fn snapshot(picks: &[[usize; 8]]) -> Arc<Snapshot> {
    let scope = Arc::new(Scope {
        service: Service::SecurityHub,
        account: Arc::from("111122223333"),
        region: Arc::from("us-east-1"),
    });
    let records = picks
        .iter()
        .enumerate()
        .map(|(index, pick)| RawRecord { format: Format::Asff, json: Bytes::from(finding(index, *pick).to_string()) })
        .collect();
    let mut store = Store::new();
    let applied = store.apply(Update::Records(Batch { provenance: Provenance { scope, sweep: None }, records }));
    assert_eq!(applied.rejected, [], "the generated findings decode");
    store.publish()
}

/// Terms that people ask, made of the values that the generated findings have.
const TERMS: &[&str] = &[
    "root",
    "ROOT",
    "port",
    "öffentlich",
    "prod-web",
    "bucket-1",
    "1111",
    "vuln*",
    "\"public read\"",
    "s3",
    "severity:critical,high",
    "severity>=medium",
    "severity<high",
    "score>50",
    "score:7",
    "title:root",
    "title=\"Root user has MFA\"",
    "description:port",
    "account:111122223333",
    "account:prod-*",
    "account_name:sandbox",
    "region:us-east-1",
    "region~west",
    "resource:bucket-2",
    "resource.type:AwsIamUser",
    "type:ttps",
    "status:new",
    "workflow:notified,resolved",
    "state:archived",
    "compliance:failed",
    "compliance:*",
    "control:IAM.9",
    "control:iam.*",
    "standard:cis",
    "standard:cis/5.0.0",
    "standard:fsbp/1.0.0",
    "generator:cis",
    "product:macie",
    "created<30d",
    "updated>=2026-11-10",
    "updated:2026-11-05",
    "updated<2026-11-05",
    "updated<=2026-11-05",
    "last>3d",
    "age<40d",
    "age>=45d",
    "source:securityhub",
    "record:finding/1",
    "id:finding/2",
    "is:open",
    "is:new",
    "is:archived",
    "is:failed",
    "is:passed",
    "is:sample",
    "sample:false",
    "is:sequence",
    "is:unseen",
    "actor.ip:198.51.100.7",
    "ip:198.51.100.*",
    "ip:198.51.100.0/24,203.0.113.0/28",
    "ip~113",
    "country:norway",
    "principal:JANE",
    "accesskey:akia*",
    "port:22",
    "port<1024",
    "port:400..40010",
    "cve:CVE-2021-44228",
    "cve:*",
    "has:cve",
    "has:note",
    "has:tag",
    "has:control",
    "has:requirement",
    "note:false",
    "tag:env=prod",
    "tag:team=web",
    "tag:env",
    "tag~ｄｅｖ",
    "requirement:1.*",
    "requirement:cis/5.0.0/1.*",
    "updated:2026-11-03..2026-11-09",
    "path:Resources.Id~bucket-1",
    "path:Action.*.RemoteIpDetails.Country.CountryName=japan",
    "path:Action.NetworkConnectionAction.LocalPortDetails.Port<443",
    "path:CreatedAt<30d",
    "path:Note",
    "path:severity.label=high,low",
];

fn likely_query() -> impl Strategy<Value = String> {
    let term = prop::sample::select(TERMS);
    let signed = (term, prop::bool::ANY).prop_map(|(term, not)| if not { format!("-{term}") } else { term.to_owned() });
    prop::collection::vec((signed, prop::sample::select(vec![" ", " OR ", " AND "])), 1..5).prop_map(|parts| {
        let mut text = String::new();
        for (at, (term, between)) in parts.iter().enumerate() {
            if at > 0 {
                text.push_str(between);
            }
            text.push_str(term);
        }
        text
    })
}

fn matching(snapshot: &Snapshot, expr: Option<&Expr>) -> Vec<u32> {
    let hit = |id: &u32| expr.is_none_or(|expr| naive(expr, &snapshot.row(RowId(*id)).unwrap(), snapshot));
    snapshot.live().iter().filter(hit).collect()
}

pub(super) fn picks(most: usize) -> impl Strategy<Value = Vec<[usize; 8]>> {
    prop::collection::vec(prop::array::uniform8(0_usize..60), 1..most)
}

/// Every record of `$YAGURA_TEST_DATA/{asff,guardduty}`, read once; `None`, and says so, when the variable is unset.
fn real() -> Option<&'static Snapshot> {
    static REAL: std::sync::OnceLock<Option<Arc<Snapshot>>> = std::sync::OnceLock::new();
    let read = || {
        let Some(data) = std::env::var_os("YAGURA_TEST_DATA").map(PathBuf::from) else {
            eprintln!("skipped: YAGURA_TEST_DATA is not set");
            return None;
        };
        let mut folders = vec![data.join("asff"), data.join("guardduty")];
        let mut records = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = Bytes::from(std::fs::read(path).unwrap());
                    records.extend(crate::decode::records(&bytes).into_iter().flatten());
                }
            }
        }
        let mut store = Store::new();
        let scope = Scope { service: Service::File, account: "".into(), region: "".into() };
        let provenance = Provenance { scope: Arc::new(scope), sweep: None };
        store.apply(Update::Records(Batch { provenance, records }));
        Some(store.publish())
    };
    REAL.get_or_init(read).as_deref()
}

/// Words and values that the real findings have.
fn real_term() -> impl Strategy<Value = String> {
    let Some(snapshot) = real() else { return Just("root".to_owned()).boxed() };
    let rows: Vec<Row<'_>> = snapshot.live().iter().filter_map(|row| snapshot.row(RowId(row))).collect();
    let fields: Vec<Field> =
        FIELDS.iter().filter(|spec| matches!(spec.kind, Kind::Name | Kind::Text)).map(|spec| spec.field).collect();
    let mut terms = Vec::new();
    for row in &rows {
        for word in words(row).iter().flat_map(|text| text.split_whitespace()) {
            terms.push(Glob::part(word).inner().to_string());
        }
        for field in &fields {
            terms.extend(
                texts(row, *field)
                    .iter()
                    .filter(|text| !text.is_empty())
                    .map(|text| format!("{}:{}", field.spec().name, Glob::whole(text))),
            );
        }
    }
    terms.sort();
    terms.dedup();
    prop::sample::select(terms).boxed()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn evaluation_is_the_naive_reading_of_real_findings(
        likely in likely_query(),
        terms in prop::collection::vec((real_term(), prop::sample::select(vec![" ", " OR ", " -"])), 0..3),
    ) {
        let Some(snapshot) = real() else { return Ok(()) };
        let text = terms.iter().fold(likely, |text, (term, between)| format!("{text}{between}{term}"));
        let query = parse(&text).unwrap();
        let mut evaluator = Evaluator::default();
        for few in [0, u64::MAX] {
            let found: Vec<u32> = evaluator.evaluate_with(&query, snapshot, &Context::at(now()), few).iter().collect();
            prop_assert_eq!(found, matching(snapshot, query.expr.as_ref()), "{}", text);
        }
    }

    #[test]
    fn evaluation_is_the_naive_reading(picks in picks(40), text in likely_query()) {
        let snapshot = snapshot(&picks);
        let query = parse(&text).unwrap();
        // Through the columns, and through the rows.
        let mut evaluator = Evaluator::default();
        for few in [0, u64::MAX] {
            let found: Vec<u32> = evaluator.evaluate_with(&query, &snapshot, &Context::at(now()), few).iter().collect();
            prop_assert_eq!(found, matching(&snapshot, query.expr.as_ref()), "{}", text);
        }
    }

    #[test]
    fn evaluation_is_the_naive_reading_of_any_query(picks in picks(12), expr in super::any_expr()) {
        let snapshot = snapshot(&picks);
        let query = Query { expr: Some(expr) };
        let mut evaluator = Evaluator::default();
        for few in [0, u64::MAX] {
            let found: Vec<u32> = evaluator.evaluate_with(&query, &snapshot, &Context::at(now()), few).iter().collect();
            prop_assert_eq!(found, matching(&snapshot, query.expr.as_ref()), "{}", query);
        }
    }

    #[test]
    fn every_order_is_total_and_a_top_is_its_beginning(
        picks in picks(40),
        column in prop::sample::select(Column::ALL.to_vec()),
        up in prop::bool::ANY,
        top in 0_usize..50,
    ) {
        let snapshot = snapshot(&picks);
        let order = Sort { field: column, direction: if up { Direction::Ascending } else { Direction::Descending } };
        let all = sort(snapshot.live(), &snapshot, order, None);
        let mut expected: Vec<RowId> = snapshot.live().iter().map(RowId).collect();
        expected.sort_by(|a, b| naive_order(&snapshot.row(*a).unwrap(), &snapshot.row(*b).unwrap(), order));
        prop_assert_eq!(&all, &expected, "{}", order);
        let first = sort(snapshot.live(), &snapshot, order, Some(top));
        prop_assert_eq!(&first[..], &all[..top.min(all.len())]);
    }
}

#[test]
fn fields_complete_and_then_the_values_that_exist() {
    let snapshot = snapshot(&[[0; 8], [1; 8]]);
    let offered = |text: &str| {
        let completions = complete(text, text.len(), &snapshot);
        let items: Vec<String> = completions
            .items
            .iter()
            .map(|item| format!("{}{}", item.text, item.count.map_or_else(String::new, |count| format!(" {count}"))))
            .collect();
        (text.get(completions.span).unwrap().to_owned(), items)
    };
    assert_eq!(offered("root sev"), ("sev".to_owned(), vec!["severity:".to_owned()]));
    assert_eq!(offered("-(regi").1, ["region:"]);
    assert_eq!(offered("severity:").1, ["CRITICAL 1", "HIGH 1"]);
    assert_eq!(offered("severity:low,hi"), ("hi".to_owned(), vec!["HIGH 1".to_owned()]));
    assert_eq!(offered("product:sec").1, ["\"Security Hub\" 1"]);
    assert_eq!(offered("standard:").1, ["cis/5.0.0 1"]);
    assert_eq!(offered("is:sa").1, ["sample"]);
    assert_eq!(offered("has:cv").1, ["cve"]);
    assert_eq!(offered("ip:").1, ["198.51.100.7 1"]);
    assert_eq!(offered("tag:en").1, ["\"env=prod\" 1"]);
    assert_eq!(offered("requirement:").1, ["cis/5.0.0/1.4 1"]);
    assert_eq!(offered("nonsense:x").1, Vec::<String>::new());
}
