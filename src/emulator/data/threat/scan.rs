//! Malware scans: of EBS volumes and of S3 objects.

use super::super::json::Json;
use super::super::rng::mix;
use super::super::scene::Scene;
use super::sight::Sight;

const THREAT: &str = "EICAR-Test-File";

/// The ARN of the volume that was scanned.
pub(crate) fn volume(scene: &Scene<'_>, sight: &Sight) -> String {
    format!("arn:aws:ec2:{}:{}:volume/vol-0{:016x}", scene.region, scene.account.id, mix(sight.resource.word))
}

/// `ebsVolumeScanDetails`.
pub(crate) fn ebs(j: &mut Json, scene: &Scene<'_>, sight: &Sight) {
    let severity = if sight.kind.severity >= 7.0 { "HIGH" } else { "MEDIUM" };
    j.object_at("ebsVolumeScanDetails", |j| {
        j.plain("scanId", format_args!("{:016x}", sight.resource.word));
        j.epoch("scanStartedAt", scene.created() - 900_000);
        j.epoch("scanCompletedAt", scene.created() - 60_000);
        j.plain("triggerFindingId", format_args!("{:016x}{:016x}", mix(sight.resource.word), sight.resource.word));
        j.strings("sources", ["Bitdefender"]);
        j.text("scanType", "GUARDDUTY_INITIATED");
        j.object_at("scanDetections", |j| {
            j.object_at("scannedItemCount", |j| {
                j.int("totalGb", 41);
                j.int("files", 182_004);
                j.int("volumes", 1);
            });
            j.object_at("threatsDetectedItemCount", |j| j.int("files", 1));
            j.object_at("highestSeverityThreatDetails", |j| {
                j.text("severity", severity);
                j.text("threatName", THREAT);
                j.int("count", 1);
            });
            j.object_at("threatDetectedByName", |j| {
                j.int("itemCount", 1);
                j.int("uniqueThreatNameCount", 1);
                j.bool("shortened", false);
                j.array_at("threatNames", |j| {
                    j.object(|j| {
                        j.text("name", THREAT);
                        j.text("severity", severity);
                        j.int("itemCount", 1);
                        j.array_at("filePaths", |j| {
                            j.object(|j| {
                                j.text("filePath", sight.process.1);
                                j.text("volumeArn", &volume(scene, sight));
                                j.plain(
                                    "hash",
                                    format_args!("{:016x}{:016x}", sight.resource.word, mix(sight.resource.word)),
                                );
                                j.text("fileName", sight.process.0);
                            });
                        });
                    });
                });
            });
        });
    });
}

/// `malwareScanDetails`.
pub(crate) fn object(j: &mut Json, sight: &Sight) {
    j.object_at("malwareScanDetails", |j| {
        j.array_at("threats", |j| {
            j.object(|j| {
                j.text("name", THREAT);
                j.text("source", "Bitdefender");
                j.array_at("itemPaths", |j| {
                    j.object(|j| {
                        j.text("nestedItemPath", sight.object_key);
                        j.plain("hash", format_args!("{:016x}", mix(sight.resource.word)));
                    });
                });
            });
        });
    });
}
