//! `GuardDuty` on its own, and beside its copies in Security Hub.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};
use yagura::emulator::{REGIONS, Running};

use crate::client::{ANCHOR, Caller, serve, still, text};

fn detector(running: &Running, region: &str) -> (Caller, Option<String>) {
    let caller = Caller::new(running, "guardduty", region);
    let detectors = caller.get("/detector");
    let first = detectors["detectorIds"].get(0).and_then(Value::as_str).map(str::to_owned);
    (caller, first)
}

fn ids(caller: &Caller, detector: &str, criteria: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut token = String::new();
    loop {
        let body = json!({"maxResults": 50, "nextToken": token, "findingCriteria": {"criterion": criteria}});
        let answer = caller.post(&format!("/detector/{detector}/findings"), &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        let page = answer.json();
        found.extend(page["findingIds"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
        page["nextToken"].as_str().unwrap().clone_into(&mut token);
        if token.is_empty() {
            return found;
        }
    }
}

fn get(caller: &Caller, detector: &str, ids: &[String]) -> Vec<Value> {
    ids.chunks(50)
        .flat_map(|chunk| {
            let answer =
                caller.post(&format!("/detector/{detector}/findings/get"), &json!({"findingIds": chunk})).json();
            answer["findings"].as_array().unwrap().clone()
        })
        .collect()
}

#[test]
fn every_finding_has_one_copy_in_security_hub_with_the_same_arn() {
    let running = serve(still(4000));
    let filters = json!({"ProductName": [{"Value": "GuardDuty", "Comparison": "EQUALS"}]});
    let copies = Caller::hub(&running, "us-east-1").findings(&filters, 100);
    let copies: HashMap<&str, &Value> = copies.iter().map(|f| (text(f, "/Id"), f)).collect();
    let mut types = HashSet::new();
    let mut seen = 0;
    for region in REGIONS {
        let (caller, detector) = detector(&running, region);
        let Some(detector) = detector else {
            assert_eq!(region, "ap-southeast-2");
            continue;
        };
        for finding in get(&caller, &detector, &ids(&caller, &detector, &json!({}))) {
            seen += 1;
            let copy = copies[text(&finding, "/arn")];
            assert_eq!(text(&finding, "/region"), region);
            for (native, asff) in [("/accountId", "/AwsAccountId"), ("/title", "/Title"), ("/updatedAt", "/UpdatedAt")]
            {
                assert_eq!(text(&finding, native), text(copy, asff));
            }
            types.insert(text(&finding, "/type").to_owned());
        }
    }
    assert_eq!(seen, copies.len());
    assert!(types.len() >= 60, "{} types", types.len());
    assert!(types.iter().any(|t| t.starts_with("AttackSequence:")));
}

type Naive = Box<dyn Fn(&Value) -> bool>;

#[test]
fn criteria_agree_with_a_naive_look() {
    let running = serve(still(6000));
    let (caller, detector) = detector(&running, "us-east-1");
    let detector = detector.unwrap();
    let all = get(&caller, &detector, &ids(&caller, &detector, &json!({})));
    let cut = ANCHOR - 5 * 86_400_000;
    let updated = |f: &Value| text(f, "/updatedAt").parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let severity = |f: &Value| f["severity"].as_f64().unwrap();
    let cases: Vec<(Value, Naive)> = vec![
        (json!({"severity": {"greaterThanOrEqual": 7}}), Box::new(move |f| severity(f) >= 7.0)),
        (json!({"severity": {"gte": 4, "lt": 8}}), Box::new(move |f| (4.0..8.0).contains(&severity(f)))),
        (json!({"updatedAt": {"greaterThan": cut}}), Box::new(move |f| updated(f) > cut)),
        (json!({"service.archived": {"equals": ["false"]}}), Box::new(|f| f["service"]["archived"] == false)),
        (json!({"service.archived": {"eq": ["true"]}}), Box::new(|f| f["service"]["archived"] == true)),
        (
            json!({"type": {"notEquals": ["UnauthorizedAccess:EC2/SSHBruteForce"]}}),
            Box::new(|f| text(f, "/type") != "UnauthorizedAccess:EC2/SSHBruteForce"),
        ),
        (json!({"accountId": {"equals": ["123456789012"]}}), Box::new(|f| text(f, "/accountId") == "123456789012")),
        (
            json!({"resource.resourceType": {"equals": ["Instance"]}}),
            Box::new(|f| text(f, "/resource/resourceType") == "Instance"),
        ),
    ];
    for (criteria, naive) in cases {
        let expected: Vec<&str> = all.iter().filter(|f| naive(f)).map(|f| text(f, "/id")).collect();
        assert_eq!(ids(&caller, &detector, &criteria), expected, "{criteria}");
        assert!(!expected.is_empty() && expected.len() < all.len(), "{criteria} tells something");
    }
}

#[test]
fn archiving_shows_at_once_and_is_not_sent_to_security_hub() {
    let running = serve(still(3000));
    let (caller, detector) = detector(&running, "us-east-1");
    let detector = detector.unwrap();
    let id = ids(&caller, &detector, &json!({"service.archived": {"equals": ["false"]}})).remove(0);
    let finding = get(&caller, &detector, std::slice::from_ref(&id)).remove(0);
    let copy = |id: &Value| {
        let filters = json!({"Id": [{"Value": id, "Comparison": "EQUALS"}]});
        Caller::hub(&running, "us-east-1").findings(&filters, 10).remove(0)
    };
    let before = copy(&finding["arn"]);
    let act =
        |verb: &str| caller.post(&format!("/detector/{detector}/findings/{verb}"), &json!({"findingIds": [id]})).status;
    assert_eq!(act("archive"), 200);
    assert_eq!(get(&caller, &detector, std::slice::from_ref(&id))[0]["service"]["archived"], true);
    assert_eq!(copy(&finding["arn"])["RecordState"], before["RecordState"]);
    assert_eq!(act("unarchive"), 200);
    assert_eq!(get(&caller, &detector, std::slice::from_ref(&id))[0]["service"]["archived"], false);
    let feedback = json!({"findingIds": [id], "feedback": "USEFUL"});
    assert_eq!(caller.post(&format!("/detector/{detector}/findings/feedback"), &feedback).status, 200);
    let unknown = caller.post(&format!("/detector/{detector}/findings/archive"), &json!({"findingIds": ["none"]}));
    assert_eq!(unknown.header("x-amzn-errortype").as_deref(), Some("BadRequestException"));
}

#[test]
fn a_detector_says_what_is_on_and_a_strange_one_is_refused() {
    let running = serve(still(100));
    let (caller, detector) = detector(&running, "eu-west-1");
    let got = caller.get(&format!("/detector/{}", detector.unwrap()));
    assert_eq!(got["status"], "ENABLED");
    let off = got["features"].as_array().unwrap().iter().filter(|f| f["status"] == "DISABLED").count();
    assert!(off >= 2);
    assert_eq!(caller.call("GET", "/detector/0123", "").status, 400);
    let body = json!({"maxResults": 51});
    assert_eq!(caller.post("/detector/0123/findings", &body).status, 400);
}
