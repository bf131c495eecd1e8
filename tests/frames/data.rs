//! A small organisation, the same at every run: accounts, Regions, standards, and a few hundred records, some hostile.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use yagura::model::scope::SweepId;
use yagura::model::standard::{Enablement, Requirement};
use yagura::model::{Batch, Format, Provenance, RawRecord, Scope, Service, Severity, Standard, StandardId, Update};

pub(crate) const ACCOUNTS: [(&str, &str); 6] = [
    ("111122223333", "acme-security"),
    ("222233334444", "prod-payments"),
    ("333344445555", "prod-web"),
    ("444455556666", "sandbox-ml"),
    ("555566667777", "shared-network"),
    ("666677778888", "log-archive"),
];
pub(crate) const REGIONS: [&str; 4] = ["us-east-1", "eu-west-1", "ap-northeast-1", "us-west-2"];

/// The moment of every frame.
pub(crate) fn now() -> Timestamp {
    "2026-03-14T14:02:30Z".parse().unwrap()
}

pub(crate) fn scope(service: Service, region: &str) -> Arc<Scope> {
    Arc::new(Scope { service, account: ACCOUNTS[0].0.into(), region: region.into() })
}

fn ago(minutes: i64) -> String {
    (now() - SignedDuration::from_mins(minutes)).to_string()
}

fn account(n: usize) -> &'static str {
    ACCOUNTS[[1, 1, 1, 2, 2, 3, 1, 4, 2, 5][n % 10]].0
}

fn region(n: usize) -> &'static str {
    REGIONS[[0, 2, 0, 1, 0, 3, 1][n % 7]]
}

/// Every record, worst first, as the sources send them.
pub(crate) fn records() -> Vec<Value> {
    let mut all = Vec::new();
    all.extend((0..60).map(guardduty));
    all.extend(hostile());
    all.extend((0..40).map(inspector));
    all.extend((0..220).map(control));
    all
}

const THREATS: [(&str, &str, &str, f64); 8] = [
    ("AttackSequence:IAM/CompromisedCredentials", "Potential credential compromise of user ci-deploy", "CRITICAL", 9.0),
    ("Backdoor:EC2/C&CActivity.B!DNS", "EC2 instance is querying a C&C domain", "HIGH", 8.0),
    ("UnauthorizedAccess:EC2/SSHBruteForce", "203.0.113.9 is performing SSH brute force attacks", "LOW", 2.0),
    ("Recon:EC2/PortProbeUnprotectedPort", "Unprotected port on EC2 instance is being probed", "LOW", 2.0),
    ("CryptoCurrency:EC2/BitcoinTool.B!DNS", "EC2 instance is querying a Bitcoin domain", "HIGH", 8.0),
    ("Policy:IAMUser/RootCredentialUsage", "API was invoked using root credentials", "LOW", 2.0),
    ("Exfiltration:S3/AnomalousBehavior", "Unusual S3 object reads by user analyst", "HIGH", 8.0),
    ("Discovery:Kubernetes/MaliciousIPCaller", "Kubernetes API was invoked from a known bad address", "MEDIUM", 5.0),
];

fn guardduty(n: usize) -> Value {
    let (kind, title, severity, score) = THREATS[n % THREATS.len()];
    let (account, region) = (account(n), region(n));
    let arn =
        format!("arn:aws:guardduty:{region}:{account}:detector/12abc34d567e8fa901bc2d34e56789f0/finding/{n:032x}");
    let born = i64::try_from(n * n * 7 + 4).unwrap();
    json!({
        "SchemaVersion": "2018-10-08", "Id": arn, "ProductName": "GuardDuty", "CompanyName": "Amazon",
        "ProductArn": format!("arn:aws:securityhub:{region}::product/aws/guardduty"),
        "GeneratorId": "arn:aws:guardduty:detector", "AwsAccountId": account, "Region": region,
        "Types": [format!("TTPs/{kind}")], "Title": title, "Description": format!("{title}."),
        "FirstObservedAt": ago(born), "LastObservedAt": ago(born / 2), "CreatedAt": ago(born), "UpdatedAt": ago(born / 2),
        "Severity": {"Label": severity, "Product": score},
        "Resources": [{"Type": "AwsEc2Instance", "Id": format!("arn:aws:ec2:{region}:{account}:instance/i-{:017x}", n % 9),
            "Region": region, "Tags": {"Name": format!("web-{}", n % 9)}}],
        "Workflow": {"Status": if n % 5 == 4 { "NOTIFIED" } else { "NEW" }}, "RecordState": "ACTIVE",
        "ProductFields": {"aws/guardduty/service/count": "12"},
    })
}

fn inspector(n: usize) -> Value {
    let (account, region) = (account(n + 3), region(n + 1));
    let severity = ["CRITICAL", "HIGH", "HIGH", "MEDIUM", "MEDIUM", "LOW", "INFORMATIONAL"][n % 7];
    let born = i64::try_from(n * 340 + 60).unwrap();
    json!({
        "SchemaVersion": "2018-10-08", "Id": format!("arn:aws:inspector2:{region}:{account}:finding/{n:032x}"),
        "ProductName": "Inspector", "CompanyName": "Amazon",
        "ProductArn": format!("arn:aws:securityhub:{region}::product/aws/inspector"),
        "GeneratorId": "AWSInspector", "AwsAccountId": account, "Region": region,
        "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
        "Title": format!("CVE-2026-{:05} - openssl", 11_800 + n), "Description": "A flaw in openssl.",
        "FirstObservedAt": ago(born), "CreatedAt": ago(born), "UpdatedAt": ago(born / 3),
        "Severity": {"Label": severity},
        "Resources": [{"Type": "AwsEcrContainerImage", "Region": region,
            "Id": format!("arn:aws:ecr:{region}:{account}:repository/shop/checkout/sha256:{n:064x}")}],
        "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE",
    })
}

/// Requirements of the benchmark that the data has checks for: 5.0.0, 1.4.0, control, title, severity.
pub(crate) const CONTROLS: [(&str, &str, &str, &str, Severity); 14] = [
    ("1.3", "1.4", "IAM.4", "IAM root user access key should not exist", Severity::Critical),
    ("1.4", "1.5", "IAM.9", "MFA should be enabled for the root user", Severity::Critical),
    ("1.5", "1.6", "IAM.6", "Hardware MFA should be enabled for the root user", Severity::Critical),
    ("1.7", "1.8", "IAM.15", "IAM password policy requires a length of 14 or greater", Severity::Medium),
    ("1.8", "1.9", "IAM.16", "IAM password policy prevents password reuse", Severity::Low),
    ("1.13", "1.14", "IAM.3", "IAM users' access keys should be rotated every 90 days or less", Severity::Medium),
    ("2.1.1", "2.1.2", "S3.5", "S3 buckets should require requests to use SSL", Severity::Medium),
    ("2.1.4", "2.1.5.1", "S3.1", "S3 buckets should have block public access settings enabled", Severity::Medium),
    ("2.2.1", "2.3.1", "RDS.3", "RDS DB instances should have encryption at rest enabled", Severity::Medium),
    ("3.1", "3.1", "CloudTrail.1", "CloudTrail should be enabled with a multi-Region trail", Severity::High),
    ("3.2", "3.2", "CloudTrail.4", "CloudTrail log file validation should be enabled", Severity::Low),
    ("3.3", "", "Config.1", "AWS Config should be enabled", Severity::Critical),
    ("", "4.1", "CloudWatch.1", "A log metric filter and alarm should exist for root usage", Severity::Low),
    ("5.4", "5.3", "EC2.2", "VPC default security groups should not allow traffic", Severity::High),
];

fn control(n: usize) -> Value {
    let (new, old, control, title, severity) = CONTROLS[n % CONTROLS.len()];
    let (account, region) = (account(n + 1), region(n));
    let standards: Vec<Value> = [
        ("standards/cis-aws-foundations-benchmark/v/5.0.0", !new.is_empty()),
        ("standards/cis-aws-foundations-benchmark/v/1.4.0", !old.is_empty()),
        ("standards/aws-foundational-security-best-practices/v/1.0.0", true),
    ]
    .into_iter()
    .filter(|(_, has)| *has)
    .map(|(id, _)| json!({"StandardsId": id}))
    .collect();
    let failed = (n / CONTROLS.len() + n % CONTROLS.len()).is_multiple_of(4) && n % CONTROLS.len() % 3 != 1;
    let unknown = control == "RDS.3" && !failed;
    let status = if failed {
        "FAILED"
    } else if unknown {
        "WARNING"
    } else {
        "PASSED"
    };
    let label = if failed { severity.label() } else { "INFORMATIONAL" };
    let born = i64::try_from(n * 311 + 900).unwrap();
    json!({
        "SchemaVersion": "2018-10-08", "ProductName": "Security Hub", "CompanyName": "AWS",
        "Id": format!("arn:aws:securityhub:{region}:{account}:security-control/{control}/finding/{n:032x}"),
        "ProductArn": format!("arn:aws:securityhub:{region}::product/aws/securityhub"),
        "GeneratorId": format!("security-control/{control}"), "AwsAccountId": account, "Region": region,
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "Title": title, "Description": title,
        "FirstObservedAt": ago(born), "CreatedAt": ago(born), "UpdatedAt": ago(born / 9),
        "Severity": {"Label": label},
        "Compliance": {"Status": status, "SecurityControlId": control, "AssociatedStandards": standards},
        "Resources": [{"Type": "AwsAccount", "Id": format!("AWS::::Account:{account}"), "Region": region}],
        "Workflow": {"Status": if failed { "NEW" } else { "RESOLVED" }}, "RecordState": "ACTIVE",
    })
}

/// What an attacker would write.
fn hostile() -> Vec<Value> {
    [
        "\u{1b}]0;owned\u{7}\u{1b}[2J EC2 instance i-0 is fine",
        "invoice\u{202e}fdp.exe was run by\nroot\t(uid 0)",
        "ad\u{200b}min\u{200b}istrator \u{e0041}\u{e0042} logged in from 東京リージョン",
        "Z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}algo 👩\u{200d}💻 \u{9b}31m in a process name that goes on and on until nobody reads it",
    ]
    .iter()
    .enumerate()
    .map(|(n, title)| {
        let mut record = guardduty(n * 8);
        record["Id"] = json!(format!("hostile/{n}/\u{1b}[31m"));
        record["Title"] = json!(title);
        record["Resources"][0]["Id"] = json!(format!("arn:aws:s3:::bucket-\u{202e}{n}\u{7f}"));
        record["Resources"][0]["Tags"]["Name"] = json!("bucket\r\n\u{1b}[1A");
        record["CreatedAt"] = json!(ago(2 + i64::try_from(n).unwrap()));
        record["FirstObservedAt"] = record["CreatedAt"].clone();
        record
    })
    .collect()
}

/// The records as one batch of one place.
pub(crate) fn batch(records: &[Value]) -> Update {
    let raw = |record: &Value| RawRecord { format: Format::Asff, json: record.to_string().into_bytes().into() };
    let provenance = Provenance { scope: scope(Service::SecurityHub, REGIONS[0]), sweep: Some(SweepId(1)) };
    Update::Records(Batch { provenance, records: records.iter().map(raw).collect() })
}

pub(crate) fn accounts() -> Update {
    Update::Accounts(ACCOUNTS.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect())
}

pub(crate) fn standards() -> Update {
    let standard = |id: &'static str, name: &str, number: fn(usize) -> Option<&'static str>| Standard {
        id: StandardId(Cow::Borrowed(id)),
        name: name.to_owned(),
        enablement: Enablement::Enabled,
        requirements: (0..CONTROLS.len())
            .filter_map(|n| {
                let (_, _, control, title, severity) = CONTROLS[n];
                Some(Requirement {
                    number: number(n)?.to_owned(),
                    control: control.to_owned(),
                    title: title.to_owned(),
                    severity: Some(severity),
                    enabled: control != "IAM.16",
                    remediation: None,
                })
            })
            .collect(),
    };
    Update::Standards {
        scope: scope(Service::Standards, REGIONS[0]),
        standards: vec![
            standard("standards/cis-aws-foundations-benchmark/v/5.0.0", "CIS AWS Foundations Benchmark", |n| {
                Some(CONTROLS[n].0).filter(|number| !number.is_empty())
            }),
            standard("standards/cis-aws-foundations-benchmark/v/1.4.0", "CIS AWS Foundations Benchmark", |n| {
                Some(CONTROLS[n].1).filter(|number| !number.is_empty())
            }),
            standard(
                "standards/aws-foundational-security-best-practices/v/1.0.0",
                "AWS Foundational Security Best Practices",
                |_| Some(""),
            ),
        ],
    }
}
