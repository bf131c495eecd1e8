//! Filters give what a naive look at every finding gives.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::{ANCHOR, Caller, serve, still, text};

type Naive = fn(&Value) -> bool;

fn at(finding: &Value, path: &str) -> i64 {
    text(finding, path).parse::<Timestamp>().unwrap().as_millisecond()
}

fn any(finding: &Value, list: &str, test: impl Fn(&Value) -> bool) -> bool {
    finding.pointer(list).and_then(Value::as_array).is_some_and(|items| items.iter().any(test))
}

#[test]
fn filters_agree_with_a_naive_look() {
    let running = serve(still(700));
    let home = Caller::hub(&running, "us-east-1");
    let all = home.findings(&json!({}), 100);
    let cases: Vec<(Value, Naive)> = vec![
        (
            json!({"SeverityLabel": [{"Value": "HIGH", "Comparison": "EQUALS"}, {"Value": "CRITICAL", "Comparison": "EQUALS"}]}),
            |f| ["HIGH", "CRITICAL"].contains(&text(f, "/Severity/Label")),
        ),
        (
            json!({"SeverityLabel": [{"Value": "INFORMATIONAL", "Comparison": "NOT_EQUALS"}], "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}]}),
            |f| text(f, "/Severity/Label") != "INFORMATIONAL" && text(f, "/RecordState") == "ACTIVE",
        ),
        (
            json!({"WorkflowStatus": [{"Value": "NEW", "Comparison": "EQUALS"}, {"Value": "NOTIFIED", "Comparison": "EQUALS"}]}),
            |f| ["NEW", "NOTIFIED"].contains(&text(f, "/Workflow/Status")),
        ),
        (json!({"ComplianceStatus": [{"Value": "PASSED", "Comparison": "NOT_EQUALS"}]}), |f| {
            text(f, "/Compliance/Status") != "PASSED"
        }),
        (json!({"ComplianceStatus": [{"Value": "FAILED", "Comparison": "EQUALS"}]}), |f| {
            text(f, "/Compliance/Status") == "FAILED"
        }),
        (json!({"AwsAccountName": [{"Value": "prod-", "Comparison": "PREFIX"}]}), |f| {
            text(f, "/AwsAccountName").starts_with("prod-")
        }),
        (json!({"Region": [{"Value": "eu-", "Comparison": "PREFIX"}]}), |f| text(f, "/Region").starts_with("eu-")),
        (json!({"ProductName": [{"Value": "GuardDuty", "Comparison": "EQUALS"}]}), |f| {
            text(f, "/ProductName") == "GuardDuty"
        }),
        (json!({"ProductArn": [{"Value": "arn:aws:securityhub:us-west-2", "Comparison": "PREFIX"}]}), |f| {
            text(f, "/ProductArn").starts_with("arn:aws:securityhub:us-west-2")
        }),
        (json!({"ComplianceSecurityControlId": [{"Value": "IAM.", "Comparison": "PREFIX"}]}), |f| {
            text(f, "/Compliance/SecurityControlId").starts_with("IAM.")
        }),
        (json!({"UpdatedAt": [{"DateRange": {"Value": 3, "Unit": "DAYS"}}]}), |f| {
            at(f, "/UpdatedAt") >= ANCHOR - 3 * 86_400_000
        }),
        (json!({"CreatedAt": [{"Start": "2026-01-01T00:00:00Z", "End": "2026-01-10T00:00:00Z"}]}), |f| {
            (1_767_225_600_000..=1_768_003_200_000).contains(&at(f, "/CreatedAt"))
        }),
        (json!({"SeverityNormalized": [{"Gte": 40, "Lte": 70}]}), |f| {
            f.pointer("/Severity/Normalized").and_then(Value::as_i64).is_some_and(|n| (40..=70).contains(&n))
        }),
        (json!({"ResourceType": [{"Value": "AwsS3Bucket", "Comparison": "EQUALS"}]}), |f| {
            any(f, "/Resources", |r| text(r, "/Type") == "AwsS3Bucket")
        }),
        (json!({"ResourceTags": [{"Key": "env", "Value": "prod", "Comparison": "EQUALS"}]}), |f| {
            any(f, "/Resources", |r| text(r, "/Tags/env") == "prod")
        }),
        (
            json!({"ComplianceAssociatedStandardsId": [{"Value": "standards/cis-aws-foundations-benchmark/v/5.0.0", "Comparison": "EQUALS"}]}),
            |f| any(f, "/Compliance/AssociatedStandards", |s| text(s, "/StandardsId").ends_with("/5.0.0")),
        ),
        (json!({"Sample": [{"Value": true}]}), |f| f.get("Sample") == Some(&Value::Bool(true))),
        (json!({"VulnerabilitiesExploitAvailable": [{"Value": "YES", "Comparison": "EQUALS"}]}), |f| {
            any(f, "/Vulnerabilities", |v| text(v, "/ExploitAvailable") == "YES")
        }),
    ];
    for (filters, naive) in cases {
        let expected: Vec<&str> = all.iter().filter(|f| naive(f)).map(|f| text(f, "/Id")).collect();
        let found = home.findings(&filters, 100);
        let found: Vec<&str> = found.iter().map(|f| text(f, "/Id")).collect();
        assert_eq!(found, expected, "{filters}");
    }
}

#[test]
fn ids_are_found_at_once() {
    let running = serve(still(1000));
    let home = Caller::hub(&running, "us-east-1");
    let all = home.findings(&json!({}), 100);
    for finding in all.iter().step_by(97) {
        let filters = json!({"Id": [{"Value": finding["Id"], "Comparison": "EQUALS"}], "ProductArn": [{"Value": finding["ProductArn"], "Comparison": "EQUALS"}]});
        assert_eq!(home.findings(&filters, 100), std::slice::from_ref(finding));
    }
    let nobody = json!({"Id": [{"Value": "arn:aws:none", "Comparison": "EQUALS"}]});
    assert!(home.findings(&nobody, 100).is_empty());
}

#[test]
fn what_aws_documents_as_wrong_is_refused() {
    let running = serve(still(50));
    let home = Caller::hub(&running, "us-east-1");
    let many: Vec<Value> = (0..21).map(|n| json!({"Value": n.to_string(), "Comparison": "EQUALS"})).collect();
    for filters in [
        json!({"Title": [{"Value": "a", "Comparison": "EQUALS"}, {"Value": "b", "Comparison": "NOT_EQUALS"}]}),
        json!({"Title": [{"Value": "a", "Comparison": "LIKE"}]}),
        json!({"Title": [{"Value": "", "Comparison": "EQUALS"}]}),
        json!({"Colour": [{"Value": "red", "Comparison": "EQUALS"}]}),
        json!({"UpdatedAt": [{"Start": "yesterday"}]}),
        json!({"UpdatedAt": [{"Start": "2026-01-01T00:00:00Z", "DateRange": {"Value": 1, "Unit": "DAYS"}}]}),
        json!({ "Title": many }),
    ] {
        let answer = home.post("/findings", &json!({"Filters": filters}));
        assert_eq!(answer.status, 400, "{filters}");
        assert_eq!(answer.header("x-amzn-errortype").as_deref(), Some("InvalidInputException"));
    }
}
