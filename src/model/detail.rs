//! Everything that matters in one finding, in reading order, decoded on demand from its raw record.
//!
//! All text is as sent: the views pass it through the gate. What no field here takes stays in [`Detail::rest`],
//! so nothing AWS sent is out of reach.

use jiff::Timestamp;

/// The full reading of one record.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Detail {
    pub title: String,
    pub description: String,
    /// Who did it. Several where the record names several (port probes, attack sequences).
    pub actors: Vec<Actor>,
    pub action: Option<Action>,
    /// How often the service saw it.
    pub count: Option<u64>,
    pub resources: Vec<ResourceDetail>,
    /// `Network`, `NetworkPath`, security groups, open ports: label and value, in reading order.
    pub network: Vec<Fact>,
    pub process: Vec<Fact>,
    pub malware: Vec<Fact>,
    pub vulnerabilities: Vec<Vulnerability>,
    pub compliance: Option<ComplianceDetail>,
    pub remediation: Option<Remediation>,
    pub evidence: Vec<Fact>,
    pub sequence: Option<Sequence>,
    pub note: Option<Note>,
    /// Product, generator, product fields, related findings.
    pub provenance: Vec<Fact>,
    /// First seen, last seen, created, updated, processed: label and time, oldest first.
    pub timeline: Vec<(String, Timestamp)>,
    /// Every remaining field, as a tree.
    pub rest: serde_json::Value,
}

/// A label and a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

/// Who acted, as far as the record says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Actor {
    pub ip: Option<String>,
    pub city: Option<String>,
    /// Country name as sent (GuardDuty), or code.
    pub country: Option<String>,
    pub asn: Option<String>,
    /// The ASN's organisation, or the ISP.
    pub organization: Option<String>,
    pub domain: Option<String>,
    /// IAM user name, role name or `Root`.
    pub principal: Option<String>,
    /// `IAMUser`, `AssumedRole`, `Root`, ...
    pub principal_type: Option<String>,
    pub access_key: Option<String>,
    pub account: Option<String>,
    pub user_agent: Option<String>,
    /// Threat lists that name it.
    pub threat_lists: Vec<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Action {
    /// `NETWORK_CONNECTION`, `AWS_API_CALL`, `DNS_REQUEST`, `PORT_PROBE`, ...
    pub kind: String,
    /// In one line: `inbound 22/tcp from 41,022`, `s3:PutBucketPolicy (AccessDenied)`.
    pub summary: String,
    pub blocked: Option<bool>,
    pub facts: Vec<Fact>,
}

/// One resource with what its details say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResourceDetail {
    pub id: String,
    pub kind: String,
    pub name: Option<String>,
    pub region: Option<String>,
    pub tags: Vec<(String, String)>,
    pub facts: Vec<Fact>,
}

/// One vulnerability (`Vulnerabilities[]`).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Vulnerability {
    pub id: String,
    /// CVSS base score, the highest sent.
    pub cvss: Option<f64>,
    pub epss: Option<f64>,
    pub exploit: Option<String>,
    pub fix: Option<String>,
    /// `openssl 3.0.2-0ubuntu1 -> 3.0.2-0ubuntu1.10`.
    pub packages: Vec<String>,
    pub urls: Vec<String>,
}

/// `Compliance`, with the standards and requirements it names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ComplianceDetail {
    pub status: Option<String>,
    pub control: Option<String>,
    pub standards: Vec<String>,
    pub requirements: Vec<String>,
    /// `StatusReasons`: code and description.
    pub reasons: Vec<Fact>,
    pub parameters: Vec<Fact>,
}

/// What AWS says to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remediation {
    pub text: Option<String>,
    pub url: Option<String>,
}

/// `Note`: who wrote what, when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    pub text: String,
    pub by: Option<String>,
    pub at: Option<Timestamp>,
}

/// An attack sequence: `Service.Detection.Sequence`, or ASFF `Detection.Sequence`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sequence {
    pub uid: String,
    pub description: String,
    pub signals: Vec<Signal>,
    pub indicators: Vec<Fact>,
}

/// One signal of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signal {
    pub kind: String,
    pub name: String,
    pub first_seen: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    pub count: Option<u64>,
    /// MITRE tactics and techniques.
    pub tactics: Vec<String>,
}
