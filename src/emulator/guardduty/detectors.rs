//! `ListDetectors` and `GetDetector`.

use crate::emulator::data::json::time_text;
use crate::emulator::reply::Reply;
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;

use super::{bad, detector};

const DAY: i64 = 86_400_000;
/// Which protections are on; two are off, so that a gap can be seen.
const FEATURES: [(&str, bool); 10] = [
    ("CLOUD_TRAIL", true),
    ("DNS_LOGS", true),
    ("FLOW_LOGS", true),
    ("S3_DATA_EVENTS", true),
    ("EKS_AUDIT_LOGS", true),
    ("EBS_MALWARE_PROTECTION", true),
    ("RDS_LOGIN_EVENTS", true),
    ("LAMBDA_NETWORK_LOGS", false),
    ("EKS_RUNTIME_MONITORING", false),
    ("RUNTIME_MONITORING", true),
];

pub(crate) fn list(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let size = request.query("maxResults").map(|n| n.parse::<u8>().unwrap_or(0));
    if size.is_some_and(|n| !(1..=50).contains(&n)) {
        return Err(bad("the parameter maxResults is not between 1 and 50"));
    }
    let own = detector(&shared.world(), request);
    Ok(Reply::object(|j| j.strings("detectorIds", own)))
}

pub(crate) fn get(shared: &Shared, request: &Request) -> Reply {
    let anchor = shared.world().anchor;
    let status = |on: bool| if on { "ENABLED" } else { "DISABLED" };
    // Outside the home Region one more protection is off.
    let on =
        |name: &str, on: bool| on && !(name == "RUNTIME_MONITORING" && request.region != super::super::data::org::HOME);
    Reply::object(|j| {
        j.text("createdAt", &time_text(anchor - 500 * DAY));
        j.text("updatedAt", &time_text(anchor - 12 * DAY));
        j.text("findingPublishingFrequency", "FIFTEEN_MINUTES");
        j.plain(
            "serviceRole",
            format_args!(
                "arn:aws:iam::{}:role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty",
                request.account
            ),
        );
        j.text("status", "ENABLED");
        j.object_at("dataSources", |j| {
            for name in ["cloudTrail", "dnsLogs", "flowLogs", "s3Logs"] {
                j.object_at(name, |j| j.text("status", "ENABLED"));
            }
            j.object_at("kubernetes", |j| j.object_at("auditLogs", |j| j.text("status", "ENABLED")));
        });
        j.object_at("tags", |j| j.text("owner", "security"));
        j.array_at("features", |j| {
            for (name, enabled) in FEATURES {
                j.object(|j| {
                    j.text("name", name);
                    j.text("status", status(on(name, enabled)));
                    j.epoch("updatedAt", anchor - 12 * DAY);
                });
            }
        });
    })
}
