//! What `GuardDuty` saw, as facts that both renderings share.

use super::super::actor::{Actor, domain, hostile, user_agent};
use super::super::resource::{Kind, Resource, key_id, person};
use super::super::scene::Scene;
use super::super::table::{Action, FindingType};

/// The facts of one finding.
#[derive(Debug)]
pub(crate) struct Sight {
    pub(crate) kind: &'static FindingType,
    pub(crate) resource: Resource,
    pub(crate) actor: Actor,
    /// User, role session or `root`.
    pub(crate) principal: String,
    pub(crate) principal_type: &'static str,
    pub(crate) access_key: String,
    pub(crate) domain: &'static str,
    /// API name and the service that has it.
    pub(crate) api: (&'static str, &'static str),
    pub(crate) user_agent: &'static str,
    pub(crate) error: Option<&'static str>,
    pub(crate) process: (&'static str, &'static str),
    pub(crate) object_key: &'static str,
    pub(crate) count: u32,
    /// Made by `CreateSampleFindings`.
    pub(crate) sample: bool,
    pub(crate) blocked: bool,
}

const APIS: [(&str, &[(&str, &str)]); 11] = [
    (
        "CredentialAccess",
        &[("GetSecretValue", "secretsmanager.amazonaws.com"), ("GetPasswordData", "ec2.amazonaws.com")],
    ),
    ("DefenseEvasion", &[("DeleteFlowLogs", "ec2.amazonaws.com"), ("DeleteDetector", "guardduty.amazonaws.com")]),
    (
        "Discovery",
        &[
            ("ListBuckets", "s3.amazonaws.com"),
            ("DescribeInstances", "ec2.amazonaws.com"),
            ("ListUsers", "iam.amazonaws.com"),
        ],
    ),
    ("Exfiltration", &[("GetObject", "s3.amazonaws.com"), ("CreateSnapshot", "ec2.amazonaws.com")]),
    ("Impact", &[("DeleteObject", "s3.amazonaws.com"), ("RunInstances", "ec2.amazonaws.com")]),
    ("InitialAccess", &[("GetFederationToken", "sts.amazonaws.com"), ("ConsoleLogin", "signin.amazonaws.com")]),
    (
        "Persistence",
        &[
            ("CreateAccessKey", "iam.amazonaws.com"),
            ("CreateUser", "iam.amazonaws.com"),
            ("ImportKeyPair", "ec2.amazonaws.com"),
        ],
    ),
    ("PrivilegeEscalation", &[("AttachUserPolicy", "iam.amazonaws.com"), ("PutRolePolicy", "iam.amazonaws.com")]),
    ("Policy", &[("PutBucketPublicAccessBlock", "s3.amazonaws.com"), ("PutBucketPolicy", "s3.amazonaws.com")]),
    ("Stealth", &[("StopLogging", "cloudtrail.amazonaws.com"), ("UpdateAccountPasswordPolicy", "iam.amazonaws.com")]),
    (
        "",
        &[
            ("GetCallerIdentity", "sts.amazonaws.com"),
            ("ListBuckets", "s3.amazonaws.com"),
            ("DescribeInstances", "ec2.amazonaws.com"),
        ],
    ),
];

const PROCESSES: [(&str, &str); 10] = [
    ("xmrig", "/tmp/.X11-unix/xmrig"),
    ("nc", "/usr/bin/nc.openbsd"),
    ("python3", "/usr/bin/python3.11"),
    ("kworkerds", "/var/tmp/kworkerds"),
    ("bash", "/usr/bin/bash"),
    ("curl", "/usr/bin/curl"),
    ("memfd:", "/proc/self/fd/7"),
    ("nmap", "/usr/bin/nmap"),
    ("runc", "/usr/sbin/runc"),
    ("linpeas.sh", "/dev/shm/linpeas.sh"),
];

const KEYS: [&str; 5] = [
    "incoming/invoice-0425.pdf.exe",
    "exports/2026/customers.csv",
    "backup/db/full.sql.gz",
    "uploads/resume.docm",
    "static/js/app.min.js",
];

impl Sight {
    /// The facts of a finding of `GuardDuty`'s; `None` for another maker's row.
    pub(crate) fn of(scene: &Scene<'_>) -> Option<Self> {
        let kind = scene.finding_type()?;
        let mut rng = scene.rng(20);
        let mut actor = Actor::new(&mut rng);
        if scene.row.seen_again > 0 {
            // GuardDuty folds later activity into the same finding: the last actor is the one it names.
            actor = Actor::new(&mut scene.rng(1 << 20 | u64::from(scene.row.seen_again)));
        }
        let root = kind.name.contains("RootCredentialUsage");
        let role = !root && rng.per_mille(400);
        let principal = match (root, role) {
            (true, _) => "root".to_owned(),
            (false, true) => format!("{}-{}-role", scene.account.team, rng.pick(&["app", "deploy", "node", "ci"])),
            _ => person(&mut rng).to_owned(),
        };
        let hostile_text = hostile(&mut rng);
        let usual = *rng.pick(&PROCESSES);
        let purpose = kind.name.split(':').next().unwrap_or("");
        let apis = APIS.iter().find(|(p, _)| *p == purpose).map_or(APIS[10].1, |(_, apis)| apis);
        let count = 1 + rng.below(40) * rng.below(12) + scene.row.seen_again;
        Some(Self {
            resource: scene.resource(if kind.kind.word == "volume" { Kind::from_word("instance") } else { kind.kind }),
            domain: domain(&mut rng),
            api: *rng.pick(apis),
            user_agent: hostile_text.unwrap_or_else(|| user_agent(&mut rng)),
            error: rng.per_mille(250).then_some("AccessDenied"),
            process: (hostile_text.unwrap_or(usual.0), usual.1),
            object_key: hostile_text.unwrap_or_else(|| rng.pick::<&str>(&KEYS)),
            access_key: key_id(rng.next()),
            principal_type: if root {
                "Root"
            } else if role {
                "AssumedRole"
            } else {
                "IAMUser"
            },
            sample: scene.row.severity != crate::model::Severity::Critical && rng.per_mille(12),
            blocked: rng.per_mille(120),
            kind,
            actor,
            principal,
            count,
        })
    }

    /// The title with its names filled in. Sample findings say so first, as AWS's do.
    pub(crate) fn title(&self) -> String {
        let title = self
            .kind
            .title
            .replace(
                "{resource}",
                if self.resource.kind.word == "instance" { &self.resource.id } else { &self.resource.name },
            )
            .replace("{principal}", &self.principal)
            .replace("{ip}", &self.actor.ip)
            .replace("{domain}", self.domain)
            .replace("{api}", self.api.0);
        if self.sample { format!("[SAMPLE] {title}") } else { title }
    }

    pub(crate) fn description(&self, scene: &Scene<'_>) -> String {
        format!(
            "{}. Seen {} times in {} of account {} ({}).",
            self.title(),
            self.count,
            scene.region,
            scene.account.id,
            scene.account.name
        )
    }

    /// `ACTOR` where the resource acts itself, `TARGET` where something is done to it.
    pub(crate) const fn role(&self) -> &'static str {
        match self.kind.action {
            Action::NetworkOut | Action::Dns => "ACTOR",
            _ => "TARGET",
        }
    }

    /// The port on our side.
    pub(crate) fn local_port(&self) -> (u16, &'static str) {
        match self.kind.name {
            name if name.contains("SSH") => (22, "SSH"),
            name if name.contains("RDP") => (3389, "RDP"),
            name if name.contains("EMR") => (8088, "Unknown"),
            name if name.contains("WinRM") => (5985, "Unknown"),
            name if name.contains("PortProbe") => (9200, "Elasticsearch"),
            _ => (443, "HTTPS"),
        }
    }

    /// Whether a threat list names the other end.
    pub(crate) fn is_listed(&self) -> bool {
        ["MaliciousIP", "C&C", "Bitcoin", "Tor", "DropPoint", "Reputation"]
            .iter()
            .any(|word| self.kind.name.contains(word))
    }

    /// Whether a model of usual behaviour made it.
    pub(crate) fn is_anomaly(&self) -> bool {
        self.kind.name.contains("Anomalous")
    }
}
