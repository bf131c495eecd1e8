//! A finding in `GuardDuty`'s own JSON, camelCase as the API sends it.

use super::super::json::Json;
use super::super::row::State;
use super::super::scene::Scene;
use super::super::table::Action;
use super::sight::Sight;
use super::{action, process, scan, sequence, target};

/// Renders one finding; nothing when the row is not `GuardDuty`'s.
pub(crate) fn render(j: &mut Json, scene: &Scene<'_>) {
    let Some(sight) = Sight::of(scene) else { return };
    j.object(|j| {
        j.text("accountId", &scene.account.id);
        j.text("arn", &scene.guardduty_arn());
        j.time("createdAt", scene.created());
        j.text("description", &sight.description(scene));
        j.text("id", &scene.hex());
        j.text("partition", "aws");
        j.text("region", scene.region);
        j.object_at("resource", |j| target::native(j, scene, &sight));
        j.text("schemaVersion", "2.0");
        j.object_at("service", |j| service(j, scene, &sight));
        j.float("severity", sight.kind.severity);
        j.text("title", &sight.title());
        j.text("type", sight.kind.name);
        j.time("updatedAt", scene.updated());
    });
}

fn service(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    action::native(j, scene, sight);
    if sight.is_listed() {
        j.object_at("evidence", |j| {
            j.array_at("threatIntelligenceDetails", |j| {
                j.object(|j| {
                    j.text(
                        "threatListName",
                        if sight.kind.name.contains("Custom") { "our-own-list" } else { "ProofPoint" },
                    );
                    j.strings("threatNames", [sight.domain]);
                });
            });
        });
    }
    j.bool("archived", scene.row.guardduty == State::Archived);
    j.int("count", i64::from(sight.count));
    j.text("detectorId", &scene.detector());
    j.time("eventFirstSeen", scene.created() - 240_000);
    j.time("eventLastSeen", scene.updated() - 90_000);
    j.text("resourceRole", sight.role());
    j.text("serviceName", "guardduty");
    j.object_at("additionalInfo", |j| {
        j.text("value", if sight.sample { r#"{"sample":true}"# } else { "{}" });
        j.text("type", "default");
    });
    j.text("featureName", feature(sight));
    match sight.kind.action {
        Action::Runtime => process::native(j, scene, sight),
        Action::EbsScan => scan::ebs(j, scene, sight),
        Action::ObjectScan => scan::object(j, sight),
        Action::Sequence => j.object_at("detection", |j| sequence::native(j, scene, sight)),
        _ if sight.is_anomaly() => j.object_at("detection", |j| anomaly(j, sight)),
        _ => {}
    }
}

/// The data source, in the words of `service.featureName`.
pub(crate) fn feature(sight: &Sight) -> &'static str {
    match sight.kind.feature {
        "CLOUD_TRAIL" => "CloudTrail",
        "FLOW_LOGS" => "FlowLogs",
        "DNS_LOGS" => "DnsLogs",
        "S3_DATA_EVENTS" => "S3DataEvents",
        "EKS_AUDIT_LOGS" => "EksAuditLogs",
        "RUNTIME_MONITORING" => "RuntimeMonitoring",
        "EBS_MALWARE_PROTECTION" => "EbsVolumeScan",
        "RDS_LOGIN_EVENTS" => "RdsProtection",
        "LAMBDA_NETWORK_LOGS" => "LambdaProtection",
        other => other,
    }
}

fn anomaly(j: &mut Json, sight: &Sight) {
    let unusual = [("api", sight.api.0), ("asnOrg", sight.actor.place.network), ("userName", sight.principal.as_str())];
    j.object_at("anomaly", |j| {
        j.object_at("profiles", |j| {
            j.object_at("account", |j| {
                j.array_at("asns", |j| {
                    j.object(|j| {
                        j.text("profileType", "FREQUENCY");
                        j.text("profileSubtype", "RARE");
                        j.object_at("observations", |j| j.strings("text", [sight.actor.place.network]));
                    });
                });
            });
        });
        j.object_at("unusual", |j| {
            j.object_at("behavior", |j| {
                for (key, value) in unusual {
                    j.object_at(key, |j| {
                        j.object_at("value", |j| {
                            j.text("profileType", "FREQUENCY");
                            j.text("profileSubtype", "UNSEEN");
                            j.object_at("observations", |j| j.strings("text", [value]));
                        });
                    });
                }
            });
        });
    });
}
