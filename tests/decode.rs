//! The decoder over our own records: what it reads, and what it forgives.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use bytes::Bytes;
use serde_json::{Value, json};
use yagura::decode::{self, DecodeError};
use yagura::model::{Compliance, Finding, Format, RawRecord, RecordState, Severity, Workflow};

const ASFF: &str = include_str!("records/asff.json");
const GUARDDUTY: &str = include_str!("records/guardduty.json");

fn raw(format: Format, value: &Value) -> RawRecord {
    RawRecord { format, json: Bytes::from(value.to_string()) }
}

fn asff(value: &Value) -> Finding<'static> {
    decode::finding(&raw(Format::Asff, value)).unwrap().into_owned()
}

fn guardduty(value: &Value) -> Finding<'static> {
    decode::finding(&raw(Format::GuardDuty, value)).unwrap().into_owned()
}

fn sample(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// The same tree with the first letter of every key in the other case.
fn other_case(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                let mut letters = key.chars();
                let first = letters.next().unwrap();
                let first = if first.is_uppercase() { first.to_ascii_lowercase() } else { first.to_ascii_uppercase() };
                // Tag keys and the like are not AWS's, but these records have none that matters here.
                (format!("{first}{}", letters.as_str()), other_case(value))
            })
            .collect(),
        Value::Array(list) => list.iter().map(other_case).collect(),
        other => other.clone(),
    }
}

#[test]
fn an_asff_record_is_read_whole() {
    let record = sample(ASFF);
    let finding = asff(&record);
    assert_eq!(finding.id, record["Id"].as_str().unwrap());
    assert_eq!(finding.product, "Security Hub CSPM");
    assert_eq!(finding.severity, Some(Severity::High));
    assert_eq!(finding.score, Some(70.0));
    assert_eq!(finding.account.as_deref(), Some("111122223333"));
    assert_eq!(finding.account_name.as_deref(), Some("payments-prod"));
    assert_eq!(finding.region.as_deref(), Some("eu-west-1"));
    assert_eq!(finding.resources[0].kind.as_deref(), Some("AwsS3Bucket"));
    assert_eq!(finding.resources[0].name.as_deref(), Some("payments-exports"));
    assert_eq!(finding.workflow, Some(Workflow::New));
    assert_eq!(finding.record_state, RecordState::Active);
    assert_eq!(finding.compliance, Some(Compliance::Failed));
    assert_eq!(finding.control.as_ref().map(|control| &*control.0), Some("S3.8"));
    let standards: Vec<_> = finding.standards.iter().map(yagura::model::StandardId::short).collect();
    assert_eq!(standards, ["fsbp/1.0.0", "cis/3.0.0", "cis/5.0.0", "nist-800-53/5.0.0"]);
    assert_eq!(finding.updated_at.unwrap().to_string(), "2026-03-04T05:06:01.234Z");
    assert!(!finding.sample && finding.is_open());
}

#[test]
fn nothing_is_copied_that_has_no_escapes() {
    let record = RawRecord { format: Format::Asff, json: Bytes::from_static(ASFF.as_bytes()) };
    let finding = decode::finding(&record).unwrap();
    let inside = record.json.as_ptr_range();
    for text in [&finding.id, &finding.title, &finding.description, &finding.resources[0].id] {
        assert!(inside.contains(&text.as_ptr()), "{text}");
    }
}

#[test]
fn a_guardduty_record_is_read_as_its_copy_in_security_hub_would_be() {
    let finding = guardduty(&sample(GUARDDUTY));
    let arn = "arn:aws:guardduty:us-east-1:111122223333:detector/12abc34d567e8fa901bc2d34e56789f0";
    assert_eq!(finding.id, format!("{arn}/finding/16afba5c5c43e07c9e3e5e2e544e95df"));
    assert_eq!(finding.generator.as_deref(), Some(arn));
    assert_eq!(finding.product, "GuardDuty");
    assert_eq!((finding.severity, finding.score), (Some(Severity::Medium), Some(5.0)));
    assert_eq!(finding.types, ["UnauthorizedAccess:EC2/SSHBruteForce"]);
    let resource = &finding.resources[0];
    assert_eq!(resource.id, "arn:aws:ec2:us-east-1:111122223333:instance/i-0abcd1234ef567890");
    assert_eq!((resource.kind.as_deref(), resource.name.as_deref()), (Some("AwsEc2Instance"), Some("bastion-1")));
    assert_eq!(finding.workflow, None);
    assert_eq!(finding.record_state, RecordState::Active);
    assert_eq!(finding.first_seen.unwrap().to_string(), "2026-03-01T01:02:03Z");
    assert!(!finding.sample);
}

#[test]
fn either_case_of_a_keys_first_letter_reads_the_same() {
    let record = sample(ASFF);
    let mut camel = other_case(&record);
    // Paths in `ProductFields` and tags are data, not names of fields.
    camel["productFields"] = record["ProductFields"].clone();
    camel["resources"][0]["tags"] = record["Resources"][0]["Tags"].clone();
    assert_eq!(asff(&record), asff(&camel));
    let record = sample(GUARDDUTY);
    assert_eq!(guardduty(&record), guardduty(&other_case(&record)));
}

#[test]
fn no_field_of_a_wrong_shape_loses_a_record() {
    let wrong = [json!(null), json!(7), json!(true), json!("x"), json!([]), json!([[1]]), json!({}), json!({"a": {}})];
    for (format, text, id) in [(Format::Asff, ASFF, "Id"), (Format::GuardDuty, GUARDDUTY, "arn")] {
        let record = sample(text);
        for key in record.as_object().unwrap().keys().filter(|key| *key != id) {
            for value in &wrong {
                let mut changed = record.clone();
                changed[key] = value.clone();
                let changed = raw(format, &changed);
                let finding = decode::finding(&changed).unwrap();
                assert!(finding.id.starts_with("arn:aws:"), "{key} {value}");
                decode::detail(format, &changed.json).unwrap();
            }
            let mut without = record.clone();
            without.as_object_mut().unwrap().remove(key);
            assert!(decode::finding(&raw(format, &without)).is_ok(), "{key}");
        }
    }
}

#[test]
fn what_is_no_record_is_refused_with_the_reason() {
    let reason = |format, text: &'static str| {
        let raw = RawRecord { format, json: Bytes::from_static(text.as_bytes()) };
        decode::finding(&raw).unwrap_err().to_string()
    };
    assert_eq!(reason(Format::Asff, "[1]"), "not a JSON object, but a list");
    assert_eq!(reason(Format::Asff, " null"), "not a JSON object, but null");
    assert_eq!(reason(Format::Asff, ""), "not a JSON object, but nothing");
    assert_eq!(reason(Format::Asff, r#"{"Title":"x","Id":""}"#), "an ASFF finding without a usable Id");
    assert_eq!(reason(Format::Asff, r#"{"Id":{"x":1}}"#), "an ASFF finding without a usable Id");
    assert_eq!(reason(Format::GuardDuty, r#"{"title":"x"}"#), "a GuardDuty finding without a usable Arn or Id");
    assert!(reason(Format::Asff, r#"{"Id":"x""#).starts_with("not valid JSON"));
    assert!(matches!(decode::detail(Format::Asff, b"7"), Err(DecodeError::NotAnObject { .. })));
}

#[test]
fn asff_says_things_in_many_places() {
    let base = json!({"Id": "i", "ProductArn": "arn:aws:securityhub:eu-west-1::product/aws/inspector"});
    let with = |more: Value| {
        let mut record = base.clone();
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        asff(&record)
    };
    // Severity.
    for (more, expected) in [
        (json!({"Severity": {"Label": "critical", "Normalized": 1}}), Some(Severity::Critical)),
        (json!({"Severity": {"Normalized": "72"}}), Some(Severity::High)),
        (json!({"Severity": {"Label": "SEVERE", "Product": "HIGH"}}), Some(Severity::High)),
        (json!({"Severity": {"Original": "LOW"}}), Some(Severity::Low)),
        (json!({"Severity": "MEDIUM"}), Some(Severity::Medium)),
        (json!({"SeverityLabel": "INFORMATIONAL"}), Some(Severity::Informational)),
        (json!({"FindingProviderFields": {"Severity": {"Label": "LOW"}}}), Some(Severity::Low)),
        (json!({"Severity": {"Product": 8.9}}), None),
    ] {
        assert_eq!(with(more.clone()).severity, expected, "{more}");
    }
    // Product.
    assert_eq!(with(json!({})).product, "Inspector");
    assert_eq!(with(json!({"ProductFields": {"aws/securityhub/ProductName": "Macie"}})).product, "Macie");
    let default = "arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default";
    assert_eq!(with(json!({"ProductArn": default})).product, "Default");
    assert_eq!(with(json!({"ProductArn": default, "ProductFields": {"Product Name": "Trivy"}})).product, "Trivy");
    // Region and account.
    assert_eq!(with(json!({})).region.as_deref(), Some("eu-west-1"));
    assert_eq!(with(json!({"Resources": [{"Id": "r", "Region": "us-west-2"}]})).region.as_deref(), Some("us-west-2"));
    let id = "arn:aws:access-analyzer:ap-south-1:111122223333:analyzer/a/arn:aws:s3:::b";
    let by_arn = with(json!({"Id": id, "Resources": [{"Id": "r", "Region": "global"}]}));
    assert_eq!((by_arn.region.as_deref(), by_arn.account.as_deref()), (Some("ap-south-1"), Some("111122223333")));
    // Workflow, state, types, resources.
    assert_eq!(with(json!({"WorkflowState": "RESOLVED"})).workflow, Some(Workflow::Resolved));
    assert_eq!(
        with(json!({"WorkflowState": "NEW", "Workflow": {"Status": "SUPPRESSED"}})).workflow,
        Some(Workflow::Suppressed)
    );
    assert_eq!(with(json!({"Workflow": "NOTIFIED"})).workflow, Some(Workflow::Notified));
    assert_eq!(with(json!({"Workflow": {"Status": "IN_REVIEW"}})).workflow.unwrap().as_str(), "IN_REVIEW");
    assert_eq!(with(json!({"Compliance": {"Status": "INFOED"}})).compliance.unwrap().as_str(), "INFOED");
    assert_eq!(with(json!({"Types": "A/B"})).types, ["A/B"]);
    assert_eq!(with(json!({"Types": "['A/B', 'C']"})).types, ["A/B", "C"]);
    assert_eq!(with(json!({"Resources": {"Id": "arn:aws:sqs:eu-west-1:1:q"}})).resources[0].name.as_deref(), Some("q"));
    assert_eq!(with(json!({"Resources": [null, {}, {"Type": "Other"}]})).resources.len(), 1);
    // Times.
    let custodian = json!({"__class__": "datetime", "year": 2018, "month": 12, "day": 3, "hour": 5, "minute": 16, "second": 8,
        "microsecond": 5000});
    assert_eq!(with(json!({"UpdatedAt": custodian})).updated_at.unwrap().to_string(), "2018-12-03T05:16:08.005Z");
    assert_eq!(with(json!({"UpdatedAt": 1_513_612_692})).updated_at.unwrap().to_string(), "2017-12-18T15:58:12Z");
    // Samples.
    assert!(with(json!({"Sample": "true"})).sample);
    assert!(with(json!({"ProductFields": {"aws/guardduty/service/additionalInfo/sample": "true"}})).sample);
}

#[test]
fn legacy_control_findings_name_the_control_and_standard_of_today() {
    let rows = [
        (
            json!({"Id": "arn:aws:securityhub:us-east-1:111122223333:subscription/cis-aws-foundations-benchmark/v/1.2.0/4.1/finding/x",
                "GeneratorId": "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/4.1"}),
            "EC2.13",
            "cis/1.2.0",
        ),
        (
            json!({"Id": "x", "GeneratorId": "aws-foundational-security-best-practices/v/1.0.0/IAM.1"}),
            "IAM.1",
            "fsbp/1.0.0",
        ),
        (
            json!({"Id": "x", "ProductFields": {"StandardsArn": "arn:aws:securityhub:::standards/pci-dss/v/3.2.1",
                "ControlId": "PCI.S3.6"}}),
            "S3.1",
            "pci-dss/3.2.1",
        ),
        (
            json!({"Id": "x", "ProductFields": {"RuleId": "2.7",
                "StandardsGuideArn": "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"}}),
            "CloudTrail.2",
            "cis/1.2.0",
        ),
    ];
    for (record, control, standard) in rows {
        let finding = asff(&record);
        assert_eq!(finding.control.as_ref().map(|control| &*control.0), Some(control), "{record}");
        assert_eq!(
            finding.standards.iter().map(yagura::model::StandardId::short).collect::<Vec<_>>(),
            [standard],
            "{record}"
        );
    }
    let consolidated = asff(&json!({"Id": "x", "GeneratorId": "security-control/IAM.6"}));
    assert_eq!(consolidated.control.map(|control| control.0.into_owned()).as_deref(), Some("IAM.6"));
    assert!(consolidated.standards.is_empty());
}

#[test]
fn guardduty_resources_have_the_ids_that_security_hub_gives_them() {
    let arn = "arn:aws-cn:guardduty:cn-north-1:111122223333:detector/d/finding/f";
    let resources = |resource: Value| {
        let finding = guardduty(&json!({"Arn": arn, "Partition": "aws-cn", "AccountId": 111_122_223_333_u64,
            "Region": "cn-north-1", "Resource": resource}));
        let read = finding.resources.into_iter().map(|r| format!("{} {}", r.kind.unwrap_or_default(), r.id));
        read.collect::<Vec<_>>()
    };
    let key = json!({"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "jane"});
    assert_eq!(
        resources(json!({"resourceType": "S3Bucket", "accessKeyDetails": key, "s3BucketDetails": [{"name": "logs"}]})),
        ["AwsS3Bucket arn:aws-cn:s3:::logs", "AwsIamAccessKey AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE"]
    );
    assert_eq!(
        resources(json!({"resourceType": "Lambda", "lambdaDetails": {"functionName": "f"}})),
        ["AwsLambdaFunction arn:aws-cn:lambda:cn-north-1:111122223333:function:f"]
    );
    assert_eq!(
        resources(json!({"resourceType": "RDSDBInstance", "rdsDbInstanceDetails": {"dbInstanceIdentifier": "db"}})),
        ["AwsRdsDbInstance arn:aws-cn:rds:cn-north-1:111122223333:db:db"]
    );
    assert_eq!(resources(json!({"resourceType": "Other"})), ["AwsAccount AWS::::Account:111122223333"]);
}

/// `ip 198.51.100.7`, one a line.
fn observed(finding: &Finding<'_>) -> Vec<String> {
    finding.observables.iter().map(|one| format!("{:?} {}", one.kind, one.value)).collect()
}

#[test]
fn guardduty_names_who_from_where_and_over_which_port() {
    assert_eq!(
        observed(&guardduty(&sample(GUARDDUTY))),
        ["Ip 203.0.113.77", "Country Norway", "Port 22", "Port 41022", "Tag Name=bastion-1", "Tag team=platform"]
    );
    let record = json!({"arn": "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f",
        "resource": {"resourceType": "AccessKey", "accessKeyDetails":
            {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "principalId": "AIDAEXAMPLE", "userName": "jane"}},
        "service": {"action": {"portProbeAction": {"portProbeDetails": [
            {"localPortDetails": {"port": 22}, "remoteIpDetails": {"ipAddressV4": "198.51.100.7"}},
            {"localPortDetails": {"port": 22}, "remoteIpDetails": {"ipAddressV6": "2001:db8::7"}}]}},
        "detection": {"sequence": {"actors": [{"user": {"name": "deploy", "credentialUid": "ASIAEXAMPLE"}}],
            "endpoints": [{"ip": "203.0.113.9", "location": {"country": "Norway"}}]}}}});
    assert_eq!(
        observed(&guardduty(&record)),
        [
            "Ip 198.51.100.7",
            "Ip 2001:db8::7",
            "Ip 203.0.113.9",
            "Country Norway",
            "Principal AIDAEXAMPLE",
            "Principal deploy",
            "Principal jane",
            "AccessKey AKIAIOSFODNN7EXAMPLE",
            "AccessKey ASIAEXAMPLE",
            "Port 22"
        ]
    );
}

#[test]
fn asff_names_them_in_many_places() {
    let of = |part: Value| {
        let mut record = json!({"Id": "i", "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/guardduty"});
        record.as_object_mut().unwrap().append(part.clone().as_object_mut().unwrap());
        observed(&asff(&record))
    };
    let remote = json!({"IpAddressV4": "198.51.100.7", "Country": {"CountryCode": "NO", "CountryName": "Norway"}});
    assert_eq!(
        of(json!({"Action": {"AwsApiCallAction": {"RemoteIpDetails": remote}}})),
        ["Ip 198.51.100.7", "Country Norway"]
    );
    // The copy that has no `Action` has it as paths among the product's fields.
    let path = "aws/guardduty/service/action/networkConnectionAction";
    assert_eq!(
        of(json!({"ProductFields": {
            format!("{path}/remoteIpDetails/ipAddressV4"): "198.51.100.7",
            format!("{path}/remoteIpDetails/country/countryName"): "Norway",
            format!("{path}/localIpDetails/ipAddressV4"): "10.0.0.1",
            format!("{path}/localPortDetails/port"): "22"}})),
        ["Ip 198.51.100.7", "Country Norway", "Port 22"]
    );
    let network = |direction: &str| {
        of(json!({"Network": {"Direction": direction, "SourceIpV4": "198.51.100.7", "DestinationIpV4": "203.0.113.9",
            "DestinationPort": 443}}))
    };
    assert_eq!(network("IN"), ["Ip 198.51.100.7", "Port 443"]);
    assert_eq!(network("OUT"), ["Ip 203.0.113.9", "Port 443"]);
    assert_eq!(of(json!({"Vulnerabilities": [{"Id": "CVE-2021-44228"}]})), ["Cve CVE-2021-44228"]);
    assert_eq!(
        of(
            json!({"ThreatIntelIndicators": [{"Type": "IPV4_ADDRESS", "Value": "198.51.100.7"}, {"Type": "DOMAIN", "Value": "x"}]})
        ),
        ["Ip 198.51.100.7"]
    );
    let key = json!({"Type": "AwsIamAccessKey", "Id": "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE", "Tags": {"env": "prod"},
        "Details": {"AwsIamAccessKey": {"PrincipalName": "jane", "PrincipalId": "AIDAEXAMPLE"}}});
    assert_eq!(
        of(json!({"Resources": [key]})),
        ["Principal AIDAEXAMPLE", "Principal jane", "AccessKey AKIAIOSFODNN7EXAMPLE", "Tag env=prod"]
    );
    assert!(asff(&json!({"Id": "i", "Note": {"Text": "seen", "UpdatedBy": "jane"}})).noted);
    assert!(!asff(&json!({"Id": "i", "Note": {}})).noted);
}

#[test]
fn guardduty_samples_and_archives_are_told_in_every_form() {
    let with = |service: Value| guardduty(&json!({"Arn": "a", "Title": "t", "Service": service}));
    assert!(with(json!({"AdditionalInfo": {"sample": true}})).sample);
    assert!(
        with(json!({"AdditionalInfo": {"Value": "{\"threat\":\"x\", \"sample\" : true}", "Type": "default"}})).sample
    );
    assert!(with(json!({"AdditionalInfo": "{\"sample\":\"true\"}"})).sample);
    assert!(!with(json!({"AdditionalInfo": {"sample": "false"}})).sample);
    assert!(guardduty(&json!({"Id": "a", "Title": "[SAMPLE] t"})).sample);
    assert_eq!(with(json!({"Archived": "true"})).record_state, RecordState::Archived);
    assert_eq!(with(json!({"Archived": false})).record_state, RecordState::Active);
}

#[test]
fn text_that_is_not_unicode_does_not_lose_a_record() {
    for json in [&b"{\"Id\":\"i\",\"Title\":\"a\xffb\"}"[..], br#"{"Id":"i","Title":"a\ud83db"}"#] {
        let raw = RawRecord { format: Format::Asff, json: Bytes::copy_from_slice(json) };
        assert_eq!(decode::finding(&raw).unwrap().title, "a\u{fffd}b");
        assert_eq!(decode::detail(Format::Asff, json).unwrap().title, "a\u{fffd}b");
    }
}
