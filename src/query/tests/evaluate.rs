//! Evaluation and order against a naive reading of the same rows, over generated findings.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

use std::cmp::{Ordering, Reverse};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

use super::super::field::{FIELDS, Field, Kind};
use super::super::*;
use crate::model::{
    Batch, Format, ObservableKind, Provenance, RawRecord, Scope, Service, Severity, StandardId, Update, cis,
};
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

/// The rules of the language over one row, with nothing clever.
fn naive(expr: &Expr, row: &Row<'_>, snapshot: &Snapshot) -> bool {
    match expr {
        Expr::And(parts) => parts.iter().all(|part| naive(part, row, snapshot)),
        Expr::Or(parts) => parts.iter().any(|part| naive(part, row, snapshot)),
        Expr::Not(inner) => !naive(inner, row, snapshot),
        Expr::Test(Test::Word(glob)) => words(row).iter().any(|text| glob.matcher().matches(text)),
        Expr::Test(Test::Text { field, globs }) => texts(row, *field)
            .iter()
            .filter(|text| !text.is_empty())
            .any(|text| globs.iter().any(|glob| glob.matcher().matches(text))),
        Expr::Test(Test::Severity { compare, severity }) => {
            row.severity().is_some_and(|found| compare.holds(found.cmp(severity)))
        }
        Expr::Test(Test::Number { field: Field::Port, bounds }) => {
            observed(row, ObservableKind::Port).iter().any(|port| bounds.hold(port.parse().unwrap()))
        }
        Expr::Test(Test::Number { bounds, .. }) => row.score().is_some_and(|score| bounds.hold(score)),
        Expr::Test(Test::Address(block)) => observed(row, ObservableKind::Ip).iter().any(|address| block.has(address)),
        Expr::Test(Test::Has(field)) => match field {
            Field::Note => row.noted(),
            Field::Score => row.score().is_some(),
            Field::Created | Field::Updated | Field::FirstSeen | Field::LastSeen | Field::Age => {
                time(row, *field).is_some()
            }
            other => texts(row, *other).iter().any(|text| !text.is_empty()),
        },
        Expr::Test(Test::Path { path, held }) => row.records().any(|record| {
            place(&serde_json::from_slice(&snapshot.raw(&record).unwrap()).unwrap_or_default(), &segments(path), held)
        }),
        Expr::Test(Test::Time { field, compare, when }) => {
            time(row, *field).is_some_and(|at| timely(at, *compare, *when))
        }
        Expr::Test(Test::Is(flag)) => match flag {
            Flag::Open => row.is_open(),
            Flag::New => row.workflow() == Some("NEW"),
            Flag::Notified => row.workflow() == Some("NOTIFIED"),
            Flag::Archived => row.record_state() == "ARCHIVED",
            Flag::Suppressed => row.workflow() == Some("SUPPRESSED"),
            Flag::Resolved => row.workflow() == Some("RESOLVED"),
            Flag::Failed => row.compliance() == Some("FAILED"),
            Flag::Passed => row.compliance() == Some("PASSED"),
            Flag::Sample => row.sample(),
            Flag::Sequence => row.types().any(|kind| kind.contains("AttackSequence:")),
            // There is no mark here: `store::since` has tests of its own.
            Flag::Unseen => true,
            Flag::Worse | Flag::Back | Flag::Closed => false,
        },
    }
}

fn time(row: &Row<'_>, field: Field) -> Option<i64> {
    let time = match field {
        Field::Created => row.created_at(),
        Field::Updated => row.updated_at(),
        Field::FirstSeen => row.first_seen(),
        Field::LastSeen => row.last_seen(),
        _ => row.first_seen().or(row.created_at()),
    };
    time.map(Timestamp::as_second)
}

fn timely(at: i64, compare: Compare, when: When) -> bool {
    match when {
        When::At(time) => compare.holds(at.cmp(&time.as_second())),
        When::Ago(span) => {
            compare.holds((i128::from(now().as_second()) - i128::from(at)).cmp(&i128::from(span.seconds())))
        }
        When::Day(day) => {
            let of_row = jiff::tz::TimeZone::UTC.to_datetime(Timestamp::from_second(at).unwrap()).date();
            compare.holds(of_row.cmp(&day))
        }
    }
}

fn words(row: &Row<'_>) -> Vec<String> {
    [Field::Title, Field::Description, Field::Resource, Field::Type, Field::Account]
        .into_iter()
        .flat_map(|field| texts(row, field))
        .collect()
}

fn texts(row: &Row<'_>, field: Field) -> Vec<String> {
    let one = |text: Option<&str>| text.map(str::to_owned).into_iter().collect::<Vec<_>>();
    let ids = || row.resources().map(|r| r.id.to_owned()).collect::<Vec<_>>();
    let kinds = || row.resources().filter_map(|r| r.kind).map(str::to_owned).collect::<Vec<_>>();
    let names = || row.resources().filter_map(|r| r.name).map(str::to_owned).collect::<Vec<_>>();
    match field {
        Field::Id | Field::Record => row.records().map(|record| record.id().into_owned()).collect(),
        Field::Product => vec![row.product().to_owned()],
        Field::Title => vec![row.title().to_owned()],
        Field::Description => vec![row.description().to_owned()],
        Field::Severity => one(row.severity().map(Severity::label)),
        Field::Account => [one(row.account()), one(row.account_name())].concat(),
        Field::AccountName => one(row.account_name()),
        Field::Region => one(row.region()),
        Field::Resource => [ids(), kinds(), names()].concat(),
        Field::ResourceId => ids(),
        Field::ResourceType => kinds(),
        Field::ResourceName => names(),
        Field::Type => row.types().map(str::to_owned).collect(),
        Field::Workflow => one(row.workflow()),
        Field::RecordState => vec![row.record_state().to_owned()],
        Field::Compliance => one(row.compliance()),
        Field::Control => one(row.control()),
        Field::Standard => row
            .standards()
            .flat_map(|id| {
                let standard = StandardId(id.into());
                let short = standard.short();
                let name = short.split('/').next().unwrap().to_owned();
                vec![id.to_owned(), short.clone(), name, standard.slug().to_owned()]
            })
            .collect(),
        Field::Generator => one(row.generator()),
        Field::Source => row.sources().map(|source| source.id().to_owned()).collect(),
        Field::ActorIp => observed(row, ObservableKind::Ip),
        Field::ActorCountry => observed(row, ObservableKind::Country),
        Field::Principal => observed(row, ObservableKind::Principal),
        Field::AccessKey => observed(row, ObservableKind::AccessKey),
        Field::Port => observed(row, ObservableKind::Port),
        Field::Cve => observed(row, ObservableKind::Cve),
        Field::Tag => observed(row, ObservableKind::Tag),
        Field::Requirement => cis::rows()
            .iter()
            .filter(|cis| row.control() == Some(cis.control))
            .filter(|cis| {
                row.standards().any(|id| id.ends_with(&format!("cis-aws-foundations-benchmark/v/{}", cis.version)))
            })
            .flat_map(|cis| [cis.requirement.to_owned(), format!("cis/{}/{}", cis.version, cis.requirement)])
            .collect(),
        _ => Vec::new(),
    }
}

fn observed(row: &Row<'_>, kind: ObservableKind) -> Vec<String> {
    row.observables().filter(|(of, _)| *of == kind).map(|(_, value)| value.to_owned()).collect()
}

fn segments(path: &Path) -> Vec<Glob> {
    path.segments.clone()
}

/// The place, walked over the whole tree.
fn place(value: &serde_json::Value, way: &[Glob], held: &Held) -> bool {
    use serde_json::Value;
    match (value, way) {
        (Value::Array(_) | Value::Object(_), []) if *held == Held::Any => true,
        (Value::Array(list), _) => list.iter().any(|one| place(one, way, held)),
        (Value::Object(map), [first, rest @ ..]) => map.iter().any(|(name, value)| {
            let parts: Vec<&str> = name.split('.').collect();
            let dotted = parts.len() > 1
                && way.len() >= parts.len()
                && way.iter().zip(&parts).all(|(segment, part)| segment.matcher().matches(part));
            (first.matcher().matches(name) && place(value, rest, held))
                || (dotted && place(value, &way[parts.len()..], held))
        }),
        (Value::Null | Value::Object(_), _) | (_, [_, ..]) => false,
        (scalar, []) => {
            let text = scalar.as_str().map_or_else(|| scalar.to_string(), str::to_owned);
            match held {
                Held::Any => true,
                Held::Text(globs) => globs.iter().any(|glob| glob.matcher().matches(&text)),
                Held::Number { compare, number } => Number::parse(text.trim())
                    .is_some_and(|found| compare.holds(found.value().total_cmp(&number.value()))),
                Held::Time { compare, when } => {
                    crate::model::time::parse(&text).is_some_and(|at| timely(at.as_second(), *compare, *when))
                }
            }
        }
    }
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

/// What is missing stands last in either direction.
fn last<T>(a: Option<T>, b: Option<T>, compare: impl Fn(T, T) -> Ordering) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b),
        (a, b) => a.is_none().cmp(&b.is_none()),
    }
}

fn naive_order(a: &Row<'_>, b: &Row<'_>, sort: Sort) -> Ordering {
    let directed = |ordering: Ordering| match sort.direction {
        Direction::Ascending => ordering,
        Direction::Descending => ordering.reverse(),
    };
    let text = |row: &Row<'_>| {
        let text = match sort.field {
            Column::Title => Some(row.title().to_owned()),
            Column::Resource => row.resources().next().map(|r| r.name.unwrap_or(r.id).to_owned()),
            Column::ResourceType => row.resources().next().and_then(|r| r.kind).map(str::to_owned),
            Column::Account => row.account_name().or(row.account()).map(str::to_owned),
            Column::Region => row.region().map(str::to_owned),
            Column::Product => Some(row.product().to_owned()),
            Column::Status => row.workflow().map(str::to_owned),
            Column::State => Some(row.record_state().to_owned()),
            Column::Compliance => row.compliance().map(str::to_owned),
            Column::Control => row.control().map(str::to_owned),
            Column::Type => row.types().next().map(str::to_owned),
            Column::Generator => row.generator().map(str::to_owned),
            Column::Source => row.sources().next().map(|service| service.id().to_owned()),
            Column::ActorIp => {
                row.observables().find(|(kind, _)| *kind == ObservableKind::Ip).map(|(_, ip)| ip.to_owned())
            }
            Column::Principal => {
                row.observables().find(|(kind, _)| *kind == ObservableKind::Principal).map(|(_, who)| who.to_owned())
            }
            _ => Some(row.id().into_owned()),
        };
        text.filter(|text| !text.is_empty()).map(|text| fold::fold(&text).into_owned())
    };
    let age = |row: &Row<'_>| time(row, Field::Age).map(Reverse);
    let first = match sort.field {
        Column::Severity => last(a.severity(), b.severity(), |a, b| directed(a.cmp(&b))),
        Column::Score => last(a.score(), b.score(), |a, b| directed(a.total_cmp(&b))),
        Column::Age => last(age(a), age(b), |a, b| directed(a.cmp(&b))),
        Column::Created => last(time(a, Field::Created), time(b, Field::Created), |a, b| directed(a.cmp(&b))),
        Column::Updated => last(time(a, Field::Updated), time(b, Field::Updated), |a, b| directed(a.cmp(&b))),
        Column::FirstSeen => last(time(a, Field::FirstSeen), time(b, Field::FirstSeen), |a, b| directed(a.cmp(&b))),
        Column::LastSeen => last(time(a, Field::LastSeen), time(b, Field::LastSeen), |a, b| directed(a.cmp(&b))),
        _ => last(text(a), text(b), |a, b| directed(a.cmp(&b))),
    };
    first
        .then_with(|| b.severity().cmp(&a.severity()))
        .then_with(|| last(age(a), age(b), |a, b| a.cmp(&b)))
        .then_with(|| a.row_id().cmp(&b.row_id()))
}
