//! Attack sequences: several signals, their actors, resources and indicators, as one finding.

use super::super::json::Json;
use super::super::scene::Scene;
use super::sight::Sight;

/// One step: what it is called, what made it, its severity, and minutes after the first.
struct Step {
    name: &'static str,
    kind: &'static str,
    tactic: &'static str,
    technique: &'static str,
    severity: f64,
    after: i64,
    count: i64,
}

const fn step(
    name: &'static str,
    kind: &'static str,
    (tactic, technique): (&'static str, &'static str),
    severity: f64,
    after: i64,
    count: i64,
) -> Step {
    Step { name, kind, tactic, technique, severity, after, count }
}

static CREDENTIALS: [Step; 5] = [
    step(
        "UnauthorizedAccess:IAMUser/TorIPCaller",
        "FINDING",
        ("Initial Access", "T1078.004 - Cloud Accounts"),
        5.0,
        0,
        3,
    ),
    step("ListUsers", "CLOUD_TRAIL", ("Discovery", "T1087.004 - Cloud Account"), 2.0, 6, 12),
    step("AttachUserPolicy", "CLOUD_TRAIL", ("Privilege Escalation", "T1098.003 - Additional Cloud Roles"), 6.0, 11, 1),
    step("CreateAccessKey", "CLOUD_TRAIL", ("Persistence", "T1098.001 - Additional Cloud Credentials"), 6.5, 14, 2),
    step("StopLogging", "CLOUD_TRAIL", ("Defense Evasion", "T1562.008 - Disable or Modify Cloud Logs"), 7.0, 19, 1),
];

static DATA: [Step; 5] = [
    step(
        "Discovery:S3/MaliciousIPCaller",
        "FINDING",
        ("Discovery", "T1619 - Cloud Storage Object Discovery"),
        8.0,
        0,
        4,
    ),
    step("ListObjectsV2", "S3_DATA_EVENTS", ("Discovery", "T1619 - Cloud Storage Object Discovery"), 2.0, 3, 88),
    step("GetObject", "S3_DATA_EVENTS", ("Collection", "T1530 - Data from Cloud Storage"), 6.0, 9, 4120),
    step("DeleteObject", "S3_DATA_EVENTS", ("Impact", "T1485 - Data Destruction"), 8.0, 31, 967),
    step("PutObject", "S3_DATA_EVENTS", ("Impact", "T1486 - Data Encrypted for Impact"), 8.0, 34, 1),
];

static CLUSTER: [Step; 4] = [
    step(
        "Impact:Kubernetes/SuccessfulAnonymousAccess",
        "FINDING",
        ("Initial Access", "T1190 - Exploit Public-Facing Application"),
        8.0,
        0,
        2,
    ),
    step("create pods", "EKS_AUDIT_LOGS", ("Execution", "T1610 - Deploy Container"), 6.0, 5, 3),
    step(
        "CryptoCurrency:Runtime/BitcoinTool.B",
        "RUNTIME_MONITORING",
        ("Impact", "T1496 - Resource Hijacking"),
        8.0,
        17,
        40,
    ),
    step("list secrets", "EKS_AUDIT_LOGS", ("Credential Access", "T1552.007 - Container API"), 5.0, 22, 9),
];

fn steps(sight: &Sight) -> &'static [Step] {
    match sight.resource.kind.word {
        "bucket" => &DATA,
        "cluster" => &CLUSTER,
        _ => &CREDENTIALS,
    }
}

fn indicators(j: &mut Json, key: &str, upper: bool, steps: &[&Step], sight: &Sight) {
    let (key_name, values) = if upper { ("Key", "Values") } else { ("key", "values") };
    let one = |name: &str, items: Vec<&str>, j: &mut Json| {
        j.object(|j| {
            j.text(key_name, name);
            j.strings(values, items);
        });
    };
    j.array_at(key, |j| {
        let mut tactics: Vec<&str> = steps.iter().map(|s| s.tactic).collect();
        tactics.dedup();
        one("ATTACK_TACTIC", tactics, j);
        one("ATTACK_TECHNIQUE", steps.iter().map(|s| s.technique).collect(), j);
        one("SUSPICIOUS_USER_AGENT", vec![sight.user_agent], j);
        one("MALICIOUS_IP", vec![&sight.actor.ip], j);
    });
}

fn all(sight: &Sight) -> Vec<&'static Step> {
    steps(sight).iter().collect()
}

fn resource_type(sight: &Sight) -> &'static str {
    match sight.resource.kind.word {
        "bucket" => "S3_BUCKET",
        "cluster" => "EKS_CLUSTER",
        _ => "ACCESS_KEY",
    }
}

/// The members of `detection`.
pub(crate) fn native(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let first = scene.created() - 3_600_000;
    let place = sight.actor.place;
    j.object_at("sequence", |j| {
        j.plain("uid", format_args!("{}", scene.hex()));
        j.text("description", &sight.description(scene));
        j.array_at("actors", |j| {
            j.object(|j| {
                j.text("id", "actor-1");
                j.object_at("user", |j| {
                    j.text("name", &sight.principal);
                    j.plain("uid", format_args!("AIDA{:012X}EXAMPLE", sight.resource.word >> 16));
                    j.text("type", sight.principal_type);
                    j.text("credentialUid", &sight.access_key);
                    j.object_at("account", |j| {
                        j.text("uid", &scene.account.id);
                        j.text("account", &scene.account.name);
                    });
                });
                j.object_at("session", |j| {
                    j.text("mfaStatus", "DISABLED");
                    j.epoch("createdTime", first - 60_000);
                });
            });
        });
        j.array_at("resources", |j| {
            j.object(|j| {
                j.text("uid", &sight.resource.arn);
                j.text("name", &sight.resource.name);
                j.text("accountId", &scene.account.id);
                j.text("resourceType", resource_type(sight));
                j.text("region", scene.region);
                j.text("cloudPartition", "aws");
            });
        });
        j.array_at("endpoints", |j| {
            j.object(|j| {
                j.text("id", "endpoint-1");
                j.text("ip", &sight.actor.ip);
                j.object_at("location", |j| {
                    j.text("city", place.city);
                    j.text("country", place.country);
                    j.float("lat", place.latitude);
                    j.float("lon", place.longitude);
                });
                j.object_at("autonomousSystem", |j| {
                    j.text("name", place.network);
                    j.int("number", i64::from(place.asn));
                });
                j.object_at("connection", |j| j.text("direction", "INBOUND"));
            });
        });
        j.array_at("signals", |j| {
            for (step, number) in steps(sight).iter().zip(1..) {
                let at = first + step.after * 60_000;
                j.object(|j| {
                    j.plain("uid", format_args!("{}-{number}", scene.hex()));
                    j.text("type", step.kind);
                    j.text("name", step.name);
                    j.plain("description", format_args!("{} seen {} times", step.name, step.count));
                    j.epoch("createdAt", at);
                    j.epoch("updatedAt", at + 60_000);
                    j.epoch("firstSeenAt", at);
                    j.epoch("lastSeenAt", at + 45_000);
                    j.float("severity", step.severity);
                    j.int("count", step.count);
                    j.strings("resourceUids", [&sight.resource.arn]);
                    j.strings("actorIds", ["actor-1"]);
                    j.strings("endpointIds", ["endpoint-1"]);
                    indicators(j, "signalIndicators", false, &[step], sight);
                });
            }
        });
        indicators(j, "sequenceIndicators", false, &all(sight), sight);
    });
}

/// ASFF's `Detection`.
pub(crate) fn copy(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let first = scene.created() - 3_600_000;
    let place = sight.actor.place;
    j.object_at("Detection", |j| {
        j.object_at("Sequence", |j| {
            j.plain("Uid", format_args!("{}", scene.hex()));
            j.array_at("Actors", |j| {
                j.object(|j| {
                    j.text("Id", "actor-1");
                    j.object_at("User", |j| {
                        j.text("Name", &sight.principal);
                        j.text("Type", sight.principal_type);
                        j.text("CredentialUid", &sight.access_key);
                    });
                });
            });
            j.array_at("Endpoints", |j| {
                j.object(|j| {
                    j.text("Id", "endpoint-1");
                    j.text("Ip", &sight.actor.ip);
                    j.object_at("Location", |j| {
                        j.text("City", place.city);
                        j.text("Country", place.country);
                    });
                    j.object_at("AutonomousSystem", |j| {
                        j.text("Name", place.network);
                        j.int("Number", i64::from(place.asn));
                    });
                });
            });
            j.array_at("Signals", |j| {
                for (step, number) in steps(sight).iter().zip(1..) {
                    let at = first + step.after * 60_000;
                    j.object(|j| {
                        j.text("Type", step.kind);
                        j.plain("Id", format_args!("{}-{number}", scene.hex()));
                        j.text("Title", step.name);
                        j.text("Name", step.name);
                        j.strings("ResourceIds", [&sight.resource.arn]);
                        for (key, value) in [
                            ("CreatedAt", at),
                            ("UpdatedAt", at + 60_000),
                            ("FirstSeenAt", at),
                            ("LastSeenAt", at + 45_000),
                        ] {
                            j.int(key, value);
                        }
                        j.float("Severity", step.severity);
                        j.int("Count", step.count);
                        indicators(j, "SignalIndicators", true, &[step], sight);
                    });
                }
            });
            indicators(j, "SequenceIndicators", true, &all(sight), sight);
        });
    });
}
