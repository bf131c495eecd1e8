//! Findings of about three kilobytes for the benches: the same seed gives the same bytes.

#![allow(clippy::string_slice, reason = "hexadecimal digits are ASCII")]

use std::sync::Arc;

use bytes::Bytes;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Value, json};
use yagura::model::{Batch, Format, Provenance, RawRecord, Scope, Service, Update};
use yagura::store::Store;

/// The time that the findings lead up to.
pub(crate) const NOW: &str = "2026-11-23T12:00:00Z";
const NOW_SECONDS: i64 = 1_795_435_200;

const REGIONS: [&str; 4] = ["us-east-1", "eu-west-1", "ap-northeast-1", "us-west-2"];
const SERVICES: [&str; 12] =
    ["IAM", "S3", "EC2", "CloudTrail", "CloudWatch", "KMS", "RDS", "Config", "Lambda", "ECS", "EKS", "SSM"];
const WORDS: [&str; 24] = [
    "access",
    "bucket",
    "policy",
    "public",
    "encryption",
    "rotation",
    "logging",
    "instance",
    "security",
    "group",
    "port",
    "traffic",
    "root",
    "user",
    "key",
    "trail",
    "metric",
    "filter",
    "alarm",
    "volume",
    "snapshot",
    "cluster",
    "function",
    "endpoint",
];

/// A resource: id, type, details. Its findings agree on them.
type Resource = (String, &'static str, Value);

/// Makes findings one after another.
pub(crate) struct Maker {
    rng: ChaCha8Rng,
    resources: Vec<Resource>,
}

impl Maker {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rng: ChaCha8Rng::seed_from_u64(seed), resources: Vec::new() }
    }

    pub(crate) fn page(&mut self, count: usize) -> Vec<RawRecord> {
        (0..count).map(|_| self.finding()).collect()
    }

    /// GuardDuty's alone.
    pub(crate) fn guardduty_page(&mut self, count: usize) -> Vec<RawRecord> {
        let mut one = || {
            let account = format!("{:012}", 111_122_220_000 + self.below(200));
            let region = REGIONS[self.below(4)];
            self.guardduty(&account, region)
        };
        (0..count).map(|_| one()).collect()
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.rng.next_u32()).unwrap_or(0) % bound
    }

    fn hex(&mut self, letters: usize) -> String {
        let text = format!("{:016x}{:016x}", self.rng.next_u64(), self.rng.next_u64());
        text.chars().take(letters).collect()
    }

    fn uuid(&mut self) -> String {
        let hex = self.hex(32);
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
    }

    fn words(&mut self, count: usize) -> String {
        (0..count).map(|_| WORDS[self.below(WORDS.len())]).collect::<Vec<_>>().join(" ")
    }

    fn time(&mut self, days: usize) -> String {
        let back = i64::try_from(self.below(days * 86_400)).unwrap_or(0);
        let millis = i64::try_from(self.below(1000)).unwrap_or(0);
        jiff::Timestamp::from_millisecond((NOW_SECONDS - back) * 1000 + millis).unwrap_or_default().to_string()
    }

    fn finding(&mut self) -> RawRecord {
        let account = format!("{:012}", 111_122_220_000 + self.below(200));
        let region = REGIONS[self.below(4)];
        match self.below(10) {
            0 => self.guardduty(&account, region),
            1 | 2 => self.inspector(&account, region),
            _ => self.control(&account, region),
        }
    }

    /// A resource that has a few findings, as resources do.
    fn resource(&mut self, account: &str, region: &str) -> Resource {
        if self.resources.len() > 64 && self.below(3) != 0 {
            let at = self.resources.len() - 1 - self.below(64);
            return self.resources[at].clone();
        }
        let (id, kind) = match self.below(4) {
            0 => (
                format!("arn:aws:s3:::{}-{}-{}", WORDS[self.below(24)], WORDS[self.below(24)], self.hex(12)),
                "AwsS3Bucket",
            ),
            1 => (format!("arn:aws:ec2:{region}:{account}:instance/i-{}", self.hex(17)), "AwsEc2Instance"),
            2 => (format!("arn:aws:iam::{account}:role/{}-{}", WORDS[self.below(24)], self.hex(10)), "AwsIamRole"),
            _ => (format!("arn:aws:ec2:{region}:{account}:security-group/sg-{}", self.hex(17)), "AwsEc2SecurityGroup"),
        };
        let details = json!({
            "CreatedAt": self.time(400), "OwnerId": self.hex(32), "Name": self.words(3),
            "VpcId": format!("vpc-{}", self.hex(17)), "SubnetId": format!("subnet-{}", self.hex(17)),
            "ImageId": format!("ami-{}", self.hex(17)),
        });
        let resource = (id, kind, details);
        // Only the last ones are drawn from: the maker must not be what the memory figure measures.
        if self.resources.len() >= 256 {
            self.resources.drain(..128);
        }
        self.resources.push(resource.clone());
        resource
    }

    fn control(&mut self, account: &str, region: &str) -> RawRecord {
        let control = format!("{}.{}", SERVICES[self.below(12)], 1 + self.below(25));
        let (id, kind, details) = self.resource(account, region);
        let uuid = self.uuid();
        let status = ["PASSED", "PASSED", "PASSED", "FAILED", "FAILED", "WARNING"][self.below(6)];
        let label = if status == "PASSED" {
            "INFORMATIONAL"
        } else {
            ["CRITICAL", "HIGH", "MEDIUM", "MEDIUM", "LOW"][self.below(5)]
        };
        let workflow =
            if status == "PASSED" { "RESOLVED" } else { ["NEW", "NEW", "NOTIFIED", "SUPPRESSED"][self.below(4)] };
        let (created, updated) = (self.time(90), self.time(2));
        let tags: serde_json::Map<String, Value> =
            (0..4).map(|n| (format!("{}-{n}", WORDS[self.below(24)]), json!(self.words(2)))).collect();
        let standards = [
            "standards/aws-foundational-security-best-practices/v/1.0.0",
            "standards/cis-aws-foundations-benchmark/v/5.0.0",
            "standards/cis-aws-foundations-benchmark/v/3.0.0",
            "standards/nist-800-53/v/5.0.0",
        ];
        let arn = format!("arn:aws:securityhub:{region}:{account}:security-control/{control}/finding/{uuid}");
        let value = json!({
            "SchemaVersion": "2018-10-08", "Id": arn,
            "ProductArn": format!("arn:aws:securityhub:{region}::product/aws/securityhub"),
            "ProductName": "Security Hub", "CompanyName": "AWS", "Region": region,
            "GeneratorId": format!("security-control/{control}"), "AwsAccountId": account, "AwsAccountName": format!("acme-{account}"),
            "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
            "FirstObservedAt": created, "LastObservedAt": updated, "CreatedAt": created, "UpdatedAt": updated, "ProcessedAt": self.time(2),
            "Severity": {"Label": label, "Normalized": 40, "Original": label},
            "Title": format!("{control} should have what the benchmark asks for in its chapter on {control}"),
            "Description": format!("This control checks whether what {control} is about is set up as the benchmark asks. The control fails if it is not, and the remediation says what to do for {control}. It runs each time that the configuration of the resource changes, and otherwise once in twelve hours."),
            "Remediation": {"Recommendation": {"Text": "For information on how to correct this issue, consult the controls documentation.", "Url": format!("https://docs.example.com/controls/{control}/remediation")}},
            "ProductFields": {
                "RelatedAWSResources:0/name": format!("securityhub-{}-{}", WORDS[self.below(24)], self.hex(8)),
                "RelatedAWSResources:0/type": "AWS::Config::ConfigRule", "aws/securityhub/ProductName": "Security Hub", "aws/securityhub/CompanyName": "AWS",
                "Resources:0/Id": id, "aws/securityhub/FindingId": format!("arn:aws:securityhub:{region}::product/aws/securityhub/{arn}"),
                "aws/securityhub/annotation": self.words(12),
            },
            "Resources": [{"Type": kind, "Id": id, "Partition": "aws", "Region": region, "Tags": tags,
                "Details": {kind: details}}],
            "Compliance": {"Status": status, "SecurityControlId": control, "RelatedRequirements": ["CIS AWS Foundations Benchmark v5.0.0/2.1.4", "NIST.800-53.r5 AC-3", "NIST.800-53.r5 AC-6", "NIST.800-53.r5 SC-7"],
                "AssociatedStandards": standards[..=self.below(4)].iter().map(|s| json!({"StandardsId": s})).collect::<Vec<_>>(),
                "StatusReasons": [{"ReasonCode": "CONFIG_EVALUATIONS_EMPTY", "Description": self.words(14)}]},
            "WorkflowState": "NEW", "Workflow": {"Status": workflow}, "RecordState": if self.below(20) == 0 { "ARCHIVED" } else { "ACTIVE" },
            "FindingProviderFields": {"Types": ["Software and Configuration Checks/Industry and Regulatory Standards"], "Severity": {"Label": label, "Original": label}},
        });
        RawRecord { format: Format::Asff, json: Bytes::from(value.to_string()) }
    }

    fn inspector(&mut self, account: &str, region: &str) -> RawRecord {
        let cve = format!("CVE-20{}-{}", 18 + self.below(9), 1000 + self.below(4000));
        let package = ["openssl", "glibc", "curl", "python3", "kernel", "sudo"][self.below(6)];
        let (id, ..) = self.resource(account, region);
        let (created, updated) = (self.time(60), self.time(3));
        let label = ["CRITICAL", "HIGH", "HIGH", "MEDIUM", "MEDIUM", "LOW"][self.below(6)];
        let address = format!("192.0.2.{}", self.below(256));
        let value = json!({
            "SchemaVersion": "2018-10-08", "Id": format!("arn:aws:inspector2:{region}:{account}:finding/{}", self.hex(32)),
            "ProductArn": format!("arn:aws:securityhub:{region}::product/aws/inspector"), "ProductName": "Inspector", "CompanyName": "Amazon", "Region": region,
            "GeneratorId": "AWSInspector", "AwsAccountId": account, "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
            "FirstObservedAt": created, "LastObservedAt": updated, "CreatedAt": created, "UpdatedAt": updated, "ProcessedAt": self.time(2),
            "Severity": {"Label": label, "Normalized": 70}, "Title": format!("{cve} - {package}"),
            "Description": format!("A flaw of {cve} in {package}: {} {}", cve.to_lowercase(), "a crafted message makes it read past the end of a buffer, and so tell what is not the caller's to know. ".repeat(2)),
            "Remediation": {"Recommendation": {"Text": "Remediation is available. Please refer to the fixed version in the vulnerability details section above."}},
            "ProductFields": {"aws/inspector/ProductVersion": "2", "aws/inspector/FindingStatus": "ACTIVE", "aws/inspector/inspectorScore": "7.5", "aws/inspector/instanceId": self.hex(17), "aws/inspector/resources/1/resourceDetails/awsEc2InstanceDetails/platform": "AMAZON_LINUX_2"},
            "Resources": [{"Type": "AwsEc2Instance", "Id": id, "Partition": "aws", "Region": region, "Tags": {"Name": format!("{}-{}", WORDS[self.below(24)], self.below(90))},
                "Details": {"AwsEc2Instance": {"Type": "t3.large", "ImageId": format!("ami-{}", self.hex(17)), "IpV4Addresses": [address, format!("198.51.100.{}", self.below(256))], "VpcId": format!("vpc-{}", self.hex(17)), "SubnetId": format!("subnet-{}", self.hex(17)), "LaunchedAt": created}}}],
            "Vulnerabilities": [{"Id": cve, "VulnerablePackages": (0..2).map(|n| json!({"Name": format!("{package}-{n}"), "Version": format!("3.0.{}", self.below(20)), "Epoch": "0", "Release": format!("{}ubuntu1", self.below(9)), "Architecture": "X86_64", "PackageManager": "OS", "FixedInVersion": "0:3.0.2-0ubuntu1.10", "Remediation": "apt-get update && apt-get upgrade", "SourceLayerHash": format!("sha256:{}{}", self.hex(32), self.hex(32))})).collect::<Vec<_>>(),
                "Cvss": [{"Version": "3.1", "BaseScore": 7.5, "BaseVector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "Source": "NVD"}, {"Version": "3.1", "BaseScore": 7.5, "BaseVector": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "Source": "UBUNTU_CVE"}],
                "Vendor": {"Name": "UBUNTU_CVE", "Url": format!("https://vendor.example.com/security/{cve}"), "VendorSeverity": "high", "VendorCreatedAt": created, "VendorUpdatedAt": updated},
                "ReferenceUrls": [format!("https://lists.example.com/{}", self.hex(24)), format!("https://vendor.example.com/{cve}")], "FixAvailable": "YES", "EpssScore": 0.00123, "ExploitAvailable": "NO"}],
            "Workflow": {"Status": "NEW"}, "RecordState": "ACTIVE", "FindingProviderFields": {"Types": ["Software and Configuration Checks/Vulnerabilities/CVE"], "Severity": {"Label": label}},
        });
        RawRecord { format: Format::Asff, json: Bytes::from(value.to_string()) }
    }

    fn guardduty(&mut self, account: &str, region: &str) -> RawRecord {
        let (detector, id, instance) =
            (format!("{account}0a1b2c3d4e5f6071829{}", region.len()), self.hex(32), format!("i-{}", self.hex(17)));
        let kind = [
            "UnauthorizedAccess:EC2/SSHBruteForce",
            "Recon:EC2/PortProbeUnprotectedPort",
            "Backdoor:EC2/C&CActivity.B!DNS",
            "CryptoCurrency:EC2/BitcoinTool.B!DNS",
        ][self.below(4)];
        let (created, updated) = (self.time(60), self.time(3));
        let address = format!("203.0.113.{}", self.below(256));
        let ports: Vec<Value> = (0..3).map(|_| json!({"privateDnsName": format!("ip-10-0-0-{}.ec2.internal", self.below(256)), "privateIpAddress": format!("10.0.0.{}", self.below(256)), "networkInterfaceId": format!("eni-{}", self.hex(17)), "subnetId": format!("subnet-{}", self.hex(17)), "vpcId": format!("vpc-{}", self.hex(17)), "securityGroups": [{"groupName": self.words(2), "groupId": format!("sg-{}", self.hex(17))}], "ipv6Addresses": [], "publicDnsName": "", "publicIp": format!("198.51.100.{}", self.below(256))})).collect();
        let value = json!({
            "schemaVersion": "2.0", "accountId": account, "region": region, "partition": "aws", "id": id,
            "arn": format!("arn:aws:guardduty:{region}:{account}:detector/{detector}/finding/{id}"), "type": kind,
            "resource": {"resourceType": "Instance", "instanceDetails": {"instanceId": instance, "instanceType": "t3.large", "launchTime": created, "platform": null, "productCodes": [], "iamInstanceProfile": {"arn": format!("arn:aws:iam::{account}:instance-profile/{}", self.words(1)), "id": self.hex(20)}, "networkInterfaces": ports, "outpostArn": null, "tags": [{"key": "Name", "value": format!("{}-{}", WORDS[self.below(24)], self.below(90))}, {"key": "env", "value": "prod"}], "instanceState": "running", "availabilityZone": format!("{region}a"), "imageId": format!("ami-{}", self.hex(17)), "imageDescription": self.words(6)}},
            "service": {"serviceName": "guardduty", "detectorId": detector, "action": {"actionType": "NETWORK_CONNECTION", "networkConnectionAction": {"connectionDirection": "INBOUND", "localPortDetails": {"port": 22, "portName": "SSH"}, "protocol": "TCP", "blocked": false, "remoteIpDetails": {"ipAddressV4": address, "organization": {"asn": format!("645{:02}", self.below(12)), "asnOrg": self.words(2), "isp": self.words(2), "org": self.words(2)}, "country": {"countryName": "Netherlands"}, "city": {"cityName": "Amsterdam"}, "geoLocation": {"lat": 52.37, "lon": 4.88}}, "remotePortDetails": {"port": 1024 + self.below(60_000), "portName": "Unknown"}, "localIpDetails": {"ipAddressV4": format!("10.0.0.{}", self.below(256))}}}, "resourceRole": "TARGET", "additionalInfo": {"value": "{}", "type": "default"}, "evidence": null, "eventFirstSeen": created, "eventLastSeen": updated, "archived": self.below(10) == 0, "count": 1 + self.below(4000)},
            "severity": ([2.0, 5.0, 8.0, 8.9, 9.3][self.below(5)]), "createdAt": created, "updatedAt": updated,
            "title": format!("{address} is performing SSH brute force attacks against {instance}."),
            "description": format!("{address} is performing SSH brute force attacks against {instance}. Brute force attacks are used to gain unauthorized access to your instance by guessing the SSH password."),
        });
        RawRecord { format: Format::GuardDuty, json: Bytes::from(value.to_string()) }
    }
}

/// The same record with a workflow and an update of its own: what a delta brings.
pub(crate) fn touched(record: &RawRecord, round: u32) -> RawRecord {
    let mut value: Value = serde_json::from_slice(&record.json).unwrap_or_default();
    let time = jiff::Timestamp::from_second(NOW_SECONDS + i64::from(round)).unwrap_or_default().to_string();
    let key = if record.format == Format::Asff { "UpdatedAt" } else { "updatedAt" };
    value[key] = json!(time);
    if record.format == Format::Asff {
        value["Workflow"]["Status"] = json!(["NEW", "NOTIFIED"][round as usize % 2]);
    }
    RawRecord { format: record.format, json: Bytes::from(value.to_string()) }
}

/// A store that has taken so many findings, page by page.
pub(crate) fn filled(count: usize) -> Store {
    const PAGE: usize = 1_000;
    let (mut store, mut maker) = (Store::new(), Maker::new(7));
    let scope =
        Arc::new(Scope { service: Service::SecurityHub, account: "111122223333".into(), region: "us-east-1".into() });
    let mut left = count;
    while left > 0 {
        let records = maker.page(left.min(PAGE));
        left -= records.len();
        let provenance = Provenance { scope: Arc::clone(&scope), sweep: None };
        let applied = store.apply(Update::Records(Batch { provenance, records }));
        assert!(applied.rejected.is_empty(), "{:?}", applied.rejected.first());
    }
    store
}
