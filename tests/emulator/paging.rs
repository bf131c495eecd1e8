//! The same seed gives the same bytes, and paging gives every finding once.

use std::collections::HashSet;

use serde_json::json;
use yagura::emulator::REGIONS;

use crate::client::{Caller, serve, still, text};

#[test]
fn the_same_seed_and_anchor_give_the_same_bytes() {
    let (one, two) = (serve(still(800)), serve(still(800)));
    let body = json!({"MaxResults": 100, "SortCriteria": [{"Field": "UpdatedAt", "SortOrder": "desc"}]});
    let page = |running| Caller::hub(running, "us-east-1").post("/findings", &body).body;
    assert_eq!(page(&one), page(&two));
    let other = serve(yagura::emulator::Options { seed: 8, ..still(800) });
    assert_ne!(page(&one), page(&other));
}

#[test]
fn paging_gives_every_finding_once() {
    let running = serve(still(1111));
    let home = Caller::hub(&running, "us-east-1");
    for size in [100, 37] {
        let found = home.findings(&json!({}), size);
        let ids: HashSet<&str> = found.iter().map(|f| text(f, "/Id")).collect();
        assert_eq!((found.len(), ids.len()), (1111, 1111));
    }
}

#[test]
fn the_home_region_holds_all_and_linked_regions_their_own() {
    let running = serve(still(900));
    let all = Caller::hub(&running, "us-east-1").findings(&json!({}), 100);
    let mut linked = 0;
    for region in &REGIONS[1..] {
        let own = Caller::hub(&running, region).findings(&json!({}), 100);
        assert!(own.iter().all(|f| text(f, "/Region") == *region));
        linked += own.len();
    }
    let at_home = all.iter().filter(|f| text(f, "/Region") == "us-east-1").count();
    assert!(at_home > 0 && linked > 0);
    assert_eq!(at_home + linked, all.len());
}

#[test]
fn a_token_serves_only_the_request_it_came_from() {
    let running = serve(still(500));
    let home = Caller::hub(&running, "us-east-1");
    let token = home.post("/findings", &json!({"MaxResults": 10})).json()["NextToken"].clone();
    let again = |body| home.post("/findings", &body);
    assert_eq!(again(json!({"MaxResults": 20, "NextToken": token})).status, 200);
    let filters = json!({"RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}]});
    for wrong in [json!({"NextToken": token, "Filters": filters}), json!({"NextToken": "made-up"})] {
        let answer = again(wrong);
        assert_eq!(answer.status, 400);
        assert_eq!(answer.header("x-amzn-errortype").as_deref(), Some("InvalidInputException"));
    }
    let elsewhere = Caller::hub(&running, "eu-west-1").post("/findings", &json!({"NextToken": token}));
    assert_eq!(elsewhere.status, 400);
    for size in [0, 101] {
        assert_eq!(again(json!({"MaxResults": size})).status, 400);
    }
}

/// Times to the second, other text as far as 19 characters: rows sort by whole seconds.
fn head(value: &str) -> String {
    value.chars().take(19).collect()
}

#[test]
fn findings_sort_by_what_was_asked() {
    let running = serve(still(600));
    let home = Caller::hub(&running, "us-east-1");
    for field in ["UpdatedAt", "CreatedAt", "Title"] {
        let body = json!({"MaxResults": 100, "SortCriteria": [{"Field": field, "SortOrder": "desc"}]});
        let page = home.post("/findings", &body).json();
        let values: Vec<String> =
            page["Findings"].as_array().unwrap().iter().map(|f| text(f, &format!("/{field}")).into()).collect();
        assert!(values.windows(2).all(|pair| head(&pair[0]) >= head(&pair[1])), "{field}: {values:?}");
    }
}

#[test]
fn every_critical_finding_fits_one_page() {
    let running = serve(still(30_000));
    let filters = json!({"SeverityLabel": [{"Value": "CRITICAL", "Comparison": "EQUALS"}]});
    let page =
        Caller::hub(&running, "us-east-1").post("/findings", &json!({"Filters": filters, "MaxResults": 100})).json();
    assert_eq!(page["Findings"].as_array().unwrap().len(), 90);
    assert!(page.get("NextToken").is_none());
}

#[test]
fn a_member_account_sees_its_own_alone() {
    let running = serve(still(900));
    let own = Caller::hub(&running, "us-east-1").member("123456789012").findings(&json!({}), 100);
    assert!(!own.is_empty());
    assert!(own.iter().all(|f| text(f, "/AwsAccountId") == "123456789012"));
    assert!(Caller::hub(&running, "us-east-1").member("000000000001").findings(&json!({}), 100).is_empty());
}
