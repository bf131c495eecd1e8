//! Edits, imports, and what happens by itself.

use std::time::Duration;

use serde_json::{Value, json};
use yagura::emulator::{Clock, Live, Options};

use crate::client::{ANCHOR, Caller, serve, still, text};

fn key(finding: &Value) -> Value {
    json!({"Id": finding["Id"], "ProductArn": finding["ProductArn"]})
}

fn again(home: &Caller, finding: &Value) -> Value {
    home.findings(&json!({"Id": [{"Value": finding["Id"], "Comparison": "EQUALS"}]}), 100).remove(0)
}

#[test]
fn an_update_shows_after_its_delay_and_leaves_updated_at() {
    let clock = Clock::manual(ANCHOR);
    let running = serve(Options { clock: clock.clone(), write_delay: Duration::from_mins(1), ..still(200) });
    let home = Caller::hub(&running, "us-east-1");
    let filters = json!({"WorkflowStatus": [{"Value": "NEW", "Comparison": "EQUALS"}]});
    let finding = home.findings(&filters, 100).remove(0);
    let unknown = json!({"Id": "arn:aws:nobody", "ProductArn": finding["ProductArn"]});
    let update = json!({
        "FindingIdentifiers": [key(&finding), unknown, key(&finding)],
        "Workflow": {"Status": "SUPPRESSED"},
        "Note": {"Text": "ours", "UpdatedBy": "tester"},
        "UserDefinedFields": {"ticket": "SEC-7"},
    });
    let answer = home.call("PATCH", "/findings/batchupdate", &update.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    assert_eq!(answer["ProcessedFindings"], json!([key(&finding)]));
    let codes: Vec<&str> =
        answer["UnprocessedFindings"].as_array().unwrap().iter().map(|u| text(u, "/ErrorCode")).collect();
    assert_eq!(codes, ["FindingNotFound", "DuplicatedFindingIdentifier"]);
    assert_eq!(again(&home, &finding), finding, "not yet");
    clock.advance(Duration::from_secs(61));
    let now = again(&home, &finding);
    assert_eq!(text(&now, "/Workflow/Status"), "SUPPRESSED");
    assert_eq!((text(&now, "/Note/Text"), text(&now, "/UserDefinedFields/ticket")), ("ours", "SEC-7"));
    assert_eq!(now["UpdatedAt"], finding["UpdatedAt"]);
    assert_eq!(now["Title"], finding["Title"]);
    let still_new = home.findings(&filters, 100);
    assert!(still_new.iter().all(|f| f["Id"] != finding["Id"]));
    let history = home.post("/findingHistory/get", &json!({"FindingIdentifier": key(&finding)})).json();
    assert_eq!(history["Records"][0]["Updates"][0]["NewValue"], "SUPPRESSED");
}

#[test]
fn bad_updates_are_refused_whole() {
    let running = serve(still(20));
    let home = Caller::hub(&running, "us-east-1");
    let finding = home.findings(&json!({}), 100).remove(0);
    for update in [
        json!({"FindingIdentifiers": [], "Workflow": {"Status": "NEW"}}),
        json!({"FindingIdentifiers": [key(&finding)]}),
        json!({"FindingIdentifiers": [key(&finding)], "Workflow": {"Status": "DONE"}}),
        json!({"FindingIdentifiers": [key(&finding)], "Note": {"Text": "x"}}),
        json!({"FindingIdentifiers": vec![key(&finding); 101], "Workflow": {"Status": "NEW"}}),
    ] {
        assert_eq!(home.call("PATCH", "/findings/batchupdate", &update.to_string()).status, 400, "{update}");
    }
}

#[test]
fn imported_findings_come_back_and_are_replaced_by_identity() {
    let running = serve(still(20));
    let home = Caller::hub(&running, "us-east-1");
    let product = "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default";
    let finding = |title: &str| {
        json!({
            "SchemaVersion": "2018-10-08", "Id": "mine/1", "ProductArn": product, "GeneratorId": "g",
            "AwsAccountId": "123456789012", "CreatedAt": "2026-01-10T00:00:00Z", "UpdatedAt": "2026-01-11T00:00:00Z",
            "Severity": {"Label": "HIGH"}, "Title": title, "Description": "d", "Resources": [{"Type": "Other", "Id": "r"}],
        })
    };
    let import = |findings: Value| home.post("/findings/import", &json!({"Findings": findings})).json();
    let answer = import(json!([finding("one"), {"Id": "broken"}]));
    assert_eq!((answer["SuccessCount"].as_i64(), answer["FailedCount"].as_i64()), (Some(1), Some(1)));
    import(json!([finding("two")]));
    let filters = json!({"ProductArn": [{"Value": product, "Comparison": "EQUALS"}]});
    let found = home.findings(&filters, 100);
    assert_eq!(found.len(), 1);
    assert_eq!((text(&found[0], "/Title"), text(&found[0], "/Workflow/Status")), ("two", "NEW"));
    assert_eq!(home.findings(&json!({}), 100).len(), 21);
}

#[test]
fn findings_arrive_and_change_alike_for_a_seed() {
    let play = || {
        let clock = Clock::manual(ANCHOR);
        let live = Live::Every(Duration::from_secs(4));
        let running = serve(Options { clock: clock.clone(), live, ..still(400) });
        let home = Caller::hub(&running, "us-east-1");
        let before = home.findings(&json!({}), 100);
        clock.advance(Duration::from_secs(160));
        let after = home.findings(&json!({}), 100);
        (before, after)
    };
    let (before, after) = play();
    assert!(after.len() > before.len() + 5, "new findings came: {} to {}", before.len(), after.len());
    let changed = before.iter().zip(&after).filter(|(a, b)| a != b).count();
    assert!(changed > 10, "{changed} findings changed");
    let moved = before.iter().zip(&after).filter(|(a, b)| a["UpdatedAt"] != b["UpdatedAt"]).count();
    assert!(moved > 5 && moved < changed, "workflow edits leave UpdatedAt: {moved} of {changed}");
    assert_eq!(play().1, after);
}

#[test]
fn what_happens_while_one_watches_has_a_history_and_another_actor() {
    let clock = Clock::manual(ANCHOR);
    let live = Live::Every(Duration::from_secs(4));
    let running = serve(Options { clock: clock.clone(), live, ..still(400) });
    let home = Caller::hub(&running, "us-east-1");
    let before = home.findings(&json!({}), 100);
    clock.advance(Duration::from_secs(400));
    let after = home.findings(&json!({}), 100);
    let history = |finding: &Value| {
        let answer = home.post("/findingHistory/get", &json!({"FindingIdentifier": key(finding)})).json();
        answer["Records"].as_array().unwrap().clone()
    };
    let actor = |finding: &Value| {
        let action = &finding["Action"];
        let paths = ["/NetworkConnectionAction", "/AwsApiCallAction", "/PortProbeAction/PortProbeDetails/0"];
        paths.iter().find_map(|path| action.pointer(&format!("{path}/RemoteIpDetails/IpAddressV4")).cloned())
    };
    let (mut told, mut actors) = (0, 0);
    for old in &before {
        let Some(new) = after.iter().find(|new| new["Id"] == old["Id"] && *new != old) else { continue };
        let records = history(new);
        assert!(records.len() > 1, "{new} changed without a history");
        let kinds: Vec<&str> = records.iter().map(|record| text(record, "/UpdateSource/Type")).collect();
        if old["Workflow"] != new["Workflow"] {
            let changed = records.iter().flat_map(|record| record["Updates"].as_array().unwrap().iter());
            assert!(changed.clone().any(|update| update["UpdatedField"] == "Workflow"), "{records:?}");
        }
        told += usize::from(kinds.contains(&"BATCH_IMPORT_FINDINGS") && old["UpdatedAt"] != new["UpdatedAt"]);
        actors += usize::from(actor(old).is_some() && actor(old) != actor(new));
    }
    assert!(told > 5, "{told} findings with a change of their product's");
    assert!(actors > 0, "no finding has another actor");
}
