//! The full reading: who, what, where, with what, of records of our own.

#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use serde_json::{Value, json};
use yagura::decode;
use yagura::model::detail::{Actor, Fact};
use yagura::model::{Detail, Format};

fn read(format: Format, value: &Value) -> Detail {
    decode::detail(format, value.to_string().as_bytes()).unwrap()
}

fn has(facts: &[Fact], label: &str, value: &str) -> bool {
    facts.iter().any(|fact| fact.label == label && fact.value == value)
}

#[test]
fn a_network_connection_says_who_and_what() {
    let record: Value = serde_json::from_str(include_str!("records/guardduty.json")).unwrap();
    let detail = read(Format::GuardDuty, &record);
    let action = detail.action.unwrap();
    assert_eq!(action.summary, "inbound 22/tcp (SSH) from 203.0.113.77:41022");
    assert_eq!(action.blocked, Some(false));
    assert_eq!(detail.count, Some(74));
    let actor = Actor {
        ip: Some("203.0.113.77".to_owned()),
        city: Some("Oslo".to_owned()),
        country: Some("Norway".to_owned()),
        asn: Some("64496".to_owned()),
        organization: Some("Example Net, Example ISP, Example Org".to_owned()),
        threat_lists: vec!["ProofPoint".to_owned()],
        ..Actor::default()
    };
    assert_eq!(detail.actors, [actor]);
    let resource = &detail.resources[0];
    assert_eq!(resource.tags[0], ("Name".to_owned(), "bastion-1".to_owned()));
    assert!(has(&resource.facts, "Instance type", "m5.large"));
    assert!(has(&resource.facts, "Security groups", "sg-0a1b2c3d4e5f (bastion-ssh)"));
    assert!(has(&detail.evidence, "In bytes", "8123"), "JSON inside a string: {:?}", detail.evidence);
    let labels: Vec<_> = detail.timeline.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["First seen", "Created", "Last seen", "Updated"]);
    // What was shown is not in the rest; what was not, is.
    assert!(detail.rest.pointer("/service/action/networkConnectionAction/protocol").is_none());
    let place = "/service/action/networkConnectionAction/remoteIpDetails/geoLocation/lat";
    assert_eq!(detail.rest.pointer(place), Some(&json!(59.9)));
}

#[test]
fn a_guardduty_finding_in_security_hub_reads_as_its_original() {
    let path = |rest: &str| format!("aws/guardduty/service/{rest}");
    let mut fields = serde_json::Map::new();
    for (key, value) in [
        ("action/actionType", "AWS_API_CALL"),
        ("action/awsApiCallAction/api", "PutBucketPolicy"),
        ("action/awsApiCallAction/serviceName", "s3.amazonaws.com"),
        ("action/awsApiCallAction/errorCode", "AccessDenied"),
        ("action/awsApiCallAction/remoteIpDetails/ipAddressV4", "198.51.100.7"),
        ("action/awsApiCallAction/remoteIpDetails/country/countryName", "Norway"),
        ("additionalInfo", ""),
        ("additionalInfo/recentApiCalls.0_/api", "ListBuckets"),
        ("additionalInfo/recentApiCalls.0_/count", "3"),
        ("count", "12"),
        ("archived", "false"),
    ] {
        fields.insert(path(key), json!(value));
    }
    fields.insert("other".to_owned(), json!("kept"));
    let key = json!({"Type": "AwsIamAccessKey", "Id": "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE",
        "Details": {"AwsIamAccessKey": {"PrincipalName": "jane", "PrincipalType": "IAMUser"}}});
    let detail = read(Format::Asff, &json!({"Id": "i", "ProductFields": fields, "Resources": [key]}));
    assert_eq!(detail.action.unwrap().summary, "s3:PutBucketPolicy (AccessDenied)");
    assert_eq!(detail.count, Some(12));
    let [actor] = &detail.actors[..] else { unreachable!("one actor: {:?}", detail.actors) };
    assert_eq!(actor.ip.as_deref(), Some("198.51.100.7"));
    assert_eq!(actor.principal.as_deref(), Some("jane"));
    assert_eq!(actor.access_key.as_deref(), Some("AKIAIOSFODNN7EXAMPLE"));
    assert!(has(&detail.evidence, "Recent API call", "ListBuckets ×3"), "{:?}", detail.evidence);
    assert!(has(&detail.provenance, "other", "kept"));
}

#[test]
fn of_actions_that_are_all_written_the_one_with_something_in_it_is_read() {
    let action = json!({"ActionType": "AWS_API_CALL", "AwsApiCallAction": {"Api": "Scan", "ServiceName": "dynamodb.amazonaws.com",
        "RemoteIpDetails": {"IpAddressV4": "192.0.2.1", "City": {}}}, "DnsRequestAction": {}, "PortProbeAction": {},
        "NetworkConnectionAction": {"LocalPortDetails": {}}});
    let detail = read(Format::Asff, &json!({"Id": "i", "Action": action}));
    assert_eq!(detail.action.unwrap().summary, "dynamodb:Scan");
    assert_eq!(detail.actors.len(), 1);
}

#[test]
fn a_control_finding_says_what_to_do_and_why() {
    let record: Value = serde_json::from_str(include_str!("records/asff.json")).unwrap();
    let detail = read(Format::Asff, &record);
    let compliance = detail.compliance.unwrap();
    assert_eq!((compliance.status.as_deref(), compliance.control.as_deref()), (Some("FAILED"), Some("S3.8")));
    assert_eq!((compliance.standards.len(), compliance.requirements.len()), (4, 5));
    let url = "https://docs.aws.amazon.com/console/securityhub/S3.8/remediation";
    assert_eq!(detail.remediation.unwrap().url.as_deref(), Some(url));
    let facts = &detail.resources[0].facts;
    assert!(has(facts, "Public access block configuration block public policy", "false"), "{facts:?}");
    assert_eq!(detail.resources[0].tags.len(), 4);
    assert!(detail.actors.is_empty() && detail.action.is_none());
}

#[test]
fn vulnerabilities_name_packages_scores_and_fixes() {
    let detail = read(
        Format::Asff,
        &json!({"Id": "i", "Vulnerabilities": [{"Id": "CVE-2026-0001", "Cvss": [{"BaseScore": "7.5"}, {"BaseScore": 9.8}],
            "EpssScore": 0.5, "ExploitAvailable": "YES", "FixAvailable": "YES", "ReferenceUrls": ["https://example.com"],
            "VulnerablePackages": [{"Name": "openssl", "Version": "3.0.2", "Release": "0ubuntu1", "Epoch": "0",
                "FixedInVersion": "3.0.2-0ubuntu1.10"}]}]}),
    );
    let [one] = &detail.vulnerabilities[..] else { unreachable!("one vulnerability") };
    assert_eq!((one.cvss, one.epss), (Some(9.8), Some(0.5)));
    assert_eq!(one.packages, ["openssl 3.0.2-0ubuntu1 -> 3.0.2-0ubuntu1.10"]);
}

#[test]
fn an_attack_sequence_has_its_signals_in_order_with_their_tactics() {
    let record = json!({"Arn": "arn:aws:guardduty:us-east-1:111122223333:detector/d/finding/f", "Type": "AttackSequence:IAM/CompromisedCredentials",
        "Resource": {"ResourceType": "AttackSequence"},
        "Service": {"Detection": {"Sequence": {"Uid": "u", "Description": "what happened",
            "Actors": [{"Id": "a", "User": {"Name": "deploy", "Type": "AssumedRole", "CredentialUid": "ASIAIOSFODNN7EXAMPLE"}}],
            "Endpoints": [{"Id": "e", "Ip": "198.51.100.9", "Location": {"City": "Oslo", "Country": "Norway"},
                "AutonomousSystem": {"Name": "Example Net", "Number": 64496}}],
            "Resources": [{"Uid": "arn:aws:s3:::exports", "Name": "exports", "ResourceType": "S3_BUCKET", "Region": "us-east-1",
                "Data": {"S3Bucket": {"EffectivePermission": "PUBLIC"}}}],
            "Signals": [
                {"Uid": "2", "Type": "CLOUD_TRAIL", "Name": "s3:GetObject", "FirstSeenAt": "2026-03-04T05:06:07Z", "Count": 7},
                {"Uid": "1", "Type": "FINDING", "Name": "a finding", "FirstSeenAt": "2026-03-04T04:00:00Z",
                    "SignalIndicators": [{"Key": "ATTACK_TACTIC", "Values": ["Discovery"], "Title": "MITRE tactic"}]}],
            "SequenceIndicators": [{"Key": "ATTACK_TECHNIQUE", "Title": "MITRE technique", "Values": ["T1078"]}]}}}});
    let detail = read(Format::GuardDuty, &record);
    let sequence = detail.sequence.unwrap();
    let names: Vec<_> = sequence.signals.iter().map(|signal| signal.name.as_str()).collect();
    assert_eq!(names, ["a finding", "s3:GetObject"]);
    assert_eq!(sequence.signals[0].tactics, ["Discovery"]);
    assert_eq!(sequence.signals[1].count, Some(7));
    assert!(has(&sequence.indicators, "MITRE technique", "T1078"));
    assert_eq!(detail.actors.len(), 2);
    assert_eq!(detail.resources[0].kind, "AwsS3Bucket");
    assert!(has(&detail.resources[0].facts, "Effective permission", "PUBLIC"));
}

#[test]
fn malware_processes_and_kubernetes_are_read() {
    let record = json!({"Id": "f", "Resource": {"ResourceType": "EKSCluster",
            "EksClusterDetails": {"Name": "prod", "Arn": "arn:aws:eks:us-east-1:111122223333:cluster/prod"},
            "KubernetesDetails": {"KubernetesUserDetails": {"Username": "system:anonymous", "Groups": ["system:unauthenticated"]}}},
        "Service": {
            "Action": {"ActionType": "KUBERNETES_API_CALL", "KubernetesApiCallAction": {"Verb": "list", "RequestUri": "/api/v1/secrets",
                "StatusCode": 200, "UserAgent": "kubectl", "RemoteIpDetails": {"IpAddressV4": "198.51.100.3"}}},
            "RuntimeDetails": {"Process": {"Name": "xmrig", "ExecutablePath": "/tmp/xmrig", "Pid": 7,
                "Lineage": [{"ExecutablePath": "/bin/sh", "Pid": 6}]}},
            "EbsVolumeScanDetails": {"ScanDetections": {"ThreatDetectedByName": {"ThreatNames": [{"Name": "EICAR", "Severity": "HIGH",
                "ItemCount": 1, "FilePaths": [{"FilePath": "/tmp/e", "Hash": "abc"}]}]}}}}});
    let detail = read(Format::GuardDuty, &record);
    assert_eq!(detail.action.unwrap().summary, "list /api/v1/secrets (200)");
    assert_eq!(detail.actors[0].principal.as_deref(), Some("system:anonymous"));
    assert_eq!(detail.actors[0].user_agent.as_deref(), Some("kubectl"));
    assert!(has(&detail.process, "Started by", "/bin/sh (6)"));
    assert!(has(&detail.malware, "Threat", "EICAR [HIGH] ×1") && has(&detail.malware, "File", "/tmp/e (abc)"));
}
