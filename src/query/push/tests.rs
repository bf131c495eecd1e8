//! Queries and the filters they become.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

/// The extent in one line, attribute by attribute.
fn pushed(text: &str) -> String {
    let now: Timestamp = "2026-03-10T12:00:00Z".parse().unwrap();
    let extent = push(&crate::query::parse(text).unwrap(), text, now);
    let mut said = Vec::new();
    if extent.severities.len() < 5 {
        let labels: Vec<_> = extent.severities.iter().map(|severity| severity.label()).collect();
        said.push(format!("SeverityLabel={}", labels.join(",")));
    }
    for (attribute, filters) in extent.lasting.iter().chain(&extent.passing) {
        let each = filters.iter().map(|filter| match filter.comparison {
            crate::model::extent::Comparison::Equals => filter.value.clone(),
            crate::model::extent::Comparison::Prefix => format!("{}*", filter.value),
            crate::model::extent::Comparison::NotEquals => format!("!{}", filter.value),
        });
        said.push(format!("{attribute:?}={}", each.collect::<Vec<_>>().join(",")));
    }
    for (attribute, stretch) in &extent.times {
        let end = |end: Option<Timestamp>| end.map(|end| end.to_string()).unwrap_or_default();
        said.push(format!("{attribute:?}={}..{}", end(stretch.from), end(stretch.to)));
    }
    if extent.guardduty == Reach::Nothing {
        said.push("no GuardDuty".to_owned());
    }
    said.join(" ")
}

#[test]
fn what_get_findings_can_filter_is_pushed_and_nothing_that_may_lose_a_finding() {
    for (query, expected) in [
        ("", ""),
        // Severities, as set, as comparison, and turned round.
        ("severity:critical", "SeverityLabel=CRITICAL"),
        ("severity>=high", "SeverityLabel=CRITICAL,HIGH"),
        ("sev:crit* OR sev:high", "SeverityLabel=CRITICAL,HIGH"),
        ("-severity:informational,low", "SeverityLabel=CRITICAL,HIGH,MEDIUM"),
        ("NOT (severity:low OR severity:informational)", "SeverityLabel=CRITICAL,HIGH,MEDIUM"),
        ("severity:critical severity:high", ""),
        // What every finding has may be asked for by its opposite; what may be absent must not.
        ("status:new", "WorkflowStatus=NEW"),
        ("-status:suppressed", "WorkflowStatus=!SUPPRESSED"),
        ("state:active", "RecordState=!ARCHIVED"),
        ("is:archived", "RecordState=ARCHIVED"),
        ("-is:archived", "RecordState=!ARCHIVED"),
        ("is:failed", "ComplianceStatus=FAILED no GuardDuty"),
        ("-is:passed", ""),
        ("is:open", "WorkflowStatus=!RESOLVED,!SUPPRESSED RecordState=!ARCHIVED"),
        ("-is:open", ""),
        (
            "is:open compliance:failed,warning",
            "WorkflowStatus=!RESOLVED,!SUPPRESSED RecordState=!ARCHIVED \
          ComplianceStatus=FAILED,WARNING no GuardDuty",
        ),
        // Spellings that are known.
        ("account:111122223333", "AwsAccountId=111122223333"),
        ("account:prod-web", ""),
        ("account:1111*", ""),
        ("-account:111122223333", ""),
        ("region:EU-West-1,ｕs-east-1", "Region=eu-west-1,us-east-1"),
        ("region:eu-*", "Region=eu-*"),
        ("region:*-1", ""),
        ("control:iam.9", "ComplianceSecurityControlId=IAM.9 no GuardDuty"),
        ("control:Unheard.1", ""),
        // Times: absolute ones at both ends, relative ones at the near end alone.
        ("created:2026-03-01", "CreatedAt=2026-02-28T23:59:59Z..2026-03-02T00:00:00Z"),
        ("updated<24h", "UpdatedAt=2026-03-09T12:00:00Z.."),
        ("updated>30d", ""),
        ("first>=2026-03-01 first<2026-03-02", "FirstObservedAt=2026-02-28T23:59:59Z..2026-03-02T00:00:00Z"),
        ("created<2026-01-01 created>=2026-03-01", "CreatedAt=2026-02-28T23:59:59Z.."),
        ("age<24h", ""),
        // AND narrows, OR widens, and over different fields says nothing.
        ("severity:high region:eu-west-1 bucket", "SeverityLabel=HIGH Region=eu-west-1"),
        ("severity:high OR region:eu-west-1", ""),
        ("(severity:high root) OR (severity:critical is:new)", "SeverityLabel=CRITICAL,HIGH"),
        ("region:eu-west-1 OR region:eu-central-1 OR region:eu-west-1", "Region=eu-central-1,eu-west-1"),
        ("updated>=2026-03-02 OR updated:2026-02-01", "UpdatedAt=2026-01-31T23:59:59Z.."),
        ("NOT (severity:low is:new)", ""),
        // Never: text, types, resources, names, scores.
        ("title:root type:Recon resource:i-0 product:GuardDuty score>=7 standard:cis is:sample", ""),
    ] {
        assert_eq!(pushed(query), expected, "{query}");
    }
}

#[test]
fn no_request_has_more_attributes_or_values_than_get_findings_takes() {
    let accounts: Vec<String> = (0..21).map(|n| format!("{n:012}")).collect();
    assert_eq!(pushed(&format!("account:{}", accounts.join(","))), "");
    assert!(pushed(&format!("account:{}", accounts[..20].join(","))).starts_with("AwsAccountId="));
    let all = "account:111122223333 region:eu-west-1 control:IAM.9 is:new -is:archived is:failed severity:high \
               updated>=2026-03-01 created>=2026-03-01 first>=2026-03-01 last>=2026-03-01";
    let said = pushed(all);
    assert!(!said.contains("LastObservedAt") && said.contains("UpdatedAt"), "{said}");
}
