//! The made findings are what the decoder and a person expect; given files are served unchanged.

use serde_json::{Value, json};
use yagura::emulator::Options;

use crate::client::{Caller, serve, still, text};

#[test]
fn made_findings_are_whole() {
    let running = serve(still(3000));
    let found = Caller::hub(&running, "us-east-1").findings(&json!({}), 100);
    for finding in &found {
        for path in ["/Id", "/ProductArn", "/Title", "/Description", "/AwsAccountName", "/Resources/0/Id", "/UpdatedAt"]
        {
            assert!(!text(finding, path).is_empty(), "{path} of {finding}");
        }
        assert!(text(finding, "/CreatedAt") <= text(finding, "/UpdatedAt"));
    }
    let average = found.iter().map(|f| f.to_string().len()).sum::<usize>() / found.len();
    assert!((1500..5000).contains(&average), "{average} bytes each");
    let hostile =
        found.iter().filter(|f| f.to_string().contains("\\u001b") || f.to_string().contains('\u{202e}')).count();
    assert!(hostile > 0, "somebody tries to fool the terminal");
    for label in ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL"] {
        assert!(found.iter().any(|f| text(f, "/Severity/Label") == label), "{label}");
    }
    for product in [
        "Security Hub",
        "GuardDuty",
        "Inspector",
        "Macie",
        "IAM Access Analyzer",
        "Firewall Manager",
        "Config",
        "Prowler",
    ] {
        assert!(found.iter().any(|f| text(f, "/ProductName") == product), "{product}");
    }
}

#[test]
fn files_are_served_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let asff = r#"{"Id": "f-1",  "ProductArn":"arn:aws:securityhub:eu-west-1::product/x/y","AwsAccountId":"123456789012","Region":"eu-west-1","Odd": 1.50, "Severity":{"Label":"LOW"}}"#;
    let native = r#"{"AccountId":"123456789012","Arn":"arn:gd","Id":"gd1","Region":"eu-west-1","Service":{"Archived":true},"Resource":{},"Severity":8,"Type":"T","UpdatedAt":"2026-01-01T00:00:00Z"}"#;
    std::fs::write(folder.path().join("a.json"), format!("{{\"Findings\": [{asff}]}}")).unwrap();
    std::fs::write(folder.path().join("b.ndjson"), format!("{{\"detail\": {native}}}\nnot json\n")).unwrap();
    let running = serve(Options { data: vec![folder.path().to_owned()], ..still(0) });
    let rejected = running.rejected();
    assert_eq!((rejected.len(), rejected[0].line), (1, 2));
    let page = Caller::hub(&running, "us-east-1").post("/findings", &json!({}));
    assert!(page.text().contains(asff), "{}", page.text());
    assert_eq!(
        Caller::hub(&running, "eu-west-1")
            .findings(&json!({"SeverityLabel": [{"Value": "LOW", "Comparison": "EQUALS"}]}), 100)
            .len(),
        1
    );
    let guardduty = Caller::new(&running, "guardduty", "eu-west-1");
    let detector = guardduty.get("/detector")["detectorIds"][0].as_str().unwrap().to_owned();
    let listed = guardduty
        .post(
            &format!("/detector/{detector}/findings"),
            &json!({"findingCriteria": {"criterion": {"severity": {"gte": 7}}}}),
        )
        .json();
    assert_eq!(listed["findingIds"], json!(["gd1"]));
    let got = guardduty.post(&format!("/detector/{detector}/findings/get"), &json!({"findingIds": ["gd1"]}));
    assert!(got.text().contains(native));
    let _: Value = got.json();
}
