//! The operations around the findings, and requests that are no operation.

use std::collections::HashSet;

use serde_json::json;
use yagura::emulator::{ControlFindings, Options, REGIONS};

use crate::client::{Caller, raw, serve, still, text};

#[test]
fn hub_aggregator_and_standards_are_described() {
    let running = serve(still(50));
    let home = Caller::hub(&running, "us-east-1");
    assert_eq!(home.get("/accounts")["ControlFindingGenerator"], "SECURITY_CONTROL");
    let aggregators = Caller::hub(&running, "eu-west-1").get("/findingAggregator/list");
    let arn = text(&aggregators, "/FindingAggregators/0/FindingAggregatorArn").to_owned();
    let aggregator = home.get(&format!("/findingAggregator/get/{}", arn.replace('/', "%2F")));
    assert_eq!(aggregator["FindingAggregationRegion"], "us-east-1");
    assert_eq!(aggregator["Regions"].as_array().unwrap().len(), REGIONS.len() - 1);
    assert_eq!(home.call("GET", "/findingAggregator/get/none", "").status, 404);
    let enabled = home.post("/standards/get", &json!({})).json();
    assert_eq!(enabled["StandardsSubscriptions"].as_array().unwrap().len(), 5);
    assert_eq!(home.get("/standards")["Standards"].as_array().unwrap().len(), 7);
    assert!(home.get("/members")["Members"].as_array().unwrap().len() > 10);
}

#[test]
fn definitions_page_whole_and_associations_name_requirements() {
    let running = serve(still(50));
    let home = Caller::hub(&running, "us-east-1");
    let mut controls = HashSet::new();
    let mut token = String::new();
    loop {
        let page = home.get(&format!("/securityControls/definitions?MaxResults=40&NextToken={token}"));
        for definition in page["SecurityControlDefinitions"].as_array().unwrap() {
            assert!(controls.insert(text(definition, "/SecurityControlId").to_owned()));
        }
        match page.get("NextToken") {
            Some(next) => next.as_str().unwrap().clone_into(&mut token),
            None => break,
        }
    }
    assert!(controls.len() > 120);
    let arn = "arn%3Aaws%3Asecurityhub%3A%3A%3Aruleset%2Fcis-aws-foundations-benchmark%2Fv%2F1.2.0";
    let cis = home.get(&format!("/securityControls/definitions?MaxResults=100&StandardsArn={arn}"));
    assert_eq!(cis["SecurityControlDefinitions"].as_array().unwrap().len(), 42);
    let summaries = home.get("/associations?SecurityControlId=IAM.9");
    let requirements: Vec<_> = summaries["StandardsControlAssociationSummaries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| text(s, "/RelatedRequirements/0").to_owned())
        .collect();
    assert!(requirements.contains(&"CIS AWS Foundations Benchmark v5.0.0/1.4".to_owned()), "{requirements:?}");
    let batch = home.post("/securityControls/batchGet", &json!({"SecurityControlIds": ["IAM.9", "Nope.1"]})).json();
    assert_eq!(batch["SecurityControls"][0]["SecurityControlId"], "IAM.9");
    assert_eq!(batch["UnprocessedIds"][0]["ErrorCode"], "NOT_FOUND");
    let ids = json!([{"SecurityControlId": "IAM.9", "StandardsArn": "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"}]);
    let details = home.post("/associations/batchGet", &json!({"StandardsControlAssociationIds": ids})).json();
    assert_eq!(
        details["StandardsControlAssociationDetails"][0]["RelatedRequirements"][0],
        "CIS AWS Foundations Benchmark v1.2.0/1.13"
    );
}

#[test]
fn identity_follows_the_key() {
    let running = serve(still(10));
    let sts = Caller::new(&running, "sts", "us-east-1");
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    assert!(sts.call("POST", "/", body).text().contains("<Account>111122223333</Account>"));
    assert!(
        sts.clone().member("123456789012").call("POST", "/", body).text().contains("<Account>123456789012</Account>")
    );
    let unknown = sts.call("POST", "/", "Action=GetSessionToken");
    assert_eq!(unknown.status, 400);
    assert!(unknown.text().contains("InvalidAction"));
}

#[test]
fn what_is_no_operation_is_answered_as_aws_does() {
    let running = serve(still(10));
    let home = Caller::hub(&running, "us-east-1");
    let unknown = home.call("GET", "/insights", "");
    assert_eq!(
        (unknown.status, unknown.header("x-amzn-errortype").as_deref()),
        (404, Some("UnknownOperationException"))
    );
    let elsewhere = Caller::new(&running, "macie2", "us-east-1").call("GET", "/findings", "");
    assert_eq!(elsewhere.status, 404);
    let unsigned = raw(running.addr(), "POST", "/findings", &[], "{}");
    assert_eq!(unsigned.header("x-amzn-errortype").as_deref(), Some("MissingAuthenticationTokenException"));
    assert_eq!(home.call("POST", "/findings", "[1").status, 400);
    let off = Caller::hub(&running, "af-south-1").call("GET", "/accounts", "");
    assert_eq!((off.status, off.header("x-amzn-errortype").as_deref()), (401, Some("InvalidAccessException")));
}

#[test]
fn without_consolidation_each_standard_has_its_own_finding() {
    let running = serve(Options { control_findings: ControlFindings::StandardControl, ..still(1500) });
    let home = Caller::hub(&running, "us-east-1");
    assert_eq!(home.get("/accounts")["ControlFindingGenerator"], "STANDARD_CONTROL");
    let filters = json!({"ComplianceSecurityControlId": [{"Value": "IAM.9", "Comparison": "EQUALS"}]});
    let found = home.findings(&filters, 100);
    assert!(found.iter().all(|f| f["Compliance"]["AssociatedStandards"].as_array().unwrap().len() == 1));
    let generators: HashSet<&str> = found.iter().map(|f| text(f, "/GeneratorId")).collect();
    assert!(generators.contains("cis-aws-foundations-benchmark/v/5.0.0/1.4"), "{generators:?}");
    assert!(generators.contains("arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.13"));
    let ids: HashSet<&str> = found.iter().map(|f| text(f, "/Id")).collect();
    assert_eq!(ids.len(), found.len());
}
