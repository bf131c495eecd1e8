//! Inspector: vulnerable packages on instances, images and functions, with CVSS, EPSS and the fix.
//!
//! The vulnerability numbers are of the kind that no one assigns (`CVE-2099-...`): made data must not accuse a real one.

use crate::model::Severity;

use super::envelope::{Envelope, finding, resource};
use super::json::Json;
use super::resource::Kind;
use super::scene::Scene;

const PACKAGES: [(&str, &str, &str, &str); 12] = [
    ("openssl", "3.0.2", "3.0.15", "OS"),
    ("curl", "7.81.0", "8.9.1", "OS"),
    ("glibc", "2.35", "2.39", "OS"),
    ("linux-image-aws", "6.8.0", "6.8.12", "OS"),
    ("openssh-server", "8.9p1", "9.8p1", "OS"),
    ("sudo", "1.9.9", "1.9.16", "OS"),
    ("log4j-core", "2.14.1", "2.24.0", "JAR"),
    ("spring-web", "5.3.18", "6.1.14", "JAR"),
    ("requests", "2.25.1", "2.32.3", "PIP"),
    ("lodash", "4.17.15", "4.17.21", "NPM"),
    ("golang.org/x/net", "0.17.0", "0.33.0", "GOBINARY"),
    ("follow-redirects", "1.14.0", "1.15.6", "NPM"),
];

const KINDS: [&str; 3] = ["instance", "image", "function"];
const TYPES: [&str; 1] = ["Software and Configuration Checks/Vulnerabilities/CVE"];

/// Renders one finding.
pub(crate) fn render(j: &mut Json, scene: &Scene<'_>) {
    let mut rng = scene.rng(40);
    let (name, version, fixed, manager) = *rng.pick(&PACKAGES);
    let cve = format!("CVE-2099-{:04}", 1000 + u32::from(scene.row.sub) % 8999);
    let fix = !rng.per_mille(180);
    let exploit = rng.per_mille(match scene.row.severity {
        Severity::Critical => 700,
        Severity::High => 200,
        _ => 20,
    });
    let score = score(scene.row.severity, rng.unit());
    let epss = (rng.unit().powi(4) * 100_000.0).round() / 100_000.0;
    let affected = scene.resource(Kind::from_word(rng.pick::<&str>(&KINDS)));
    let title = format!("{cve} - {name}");
    let description = format!(
        "A flaw in {name} before {fixed} lets a remote party do what it should not. Installed: {version} on {}.",
        affected.name
    );
    let envelope = Envelope {
        product: "Inspector",
        company: "Amazon",
        generator: "AWSInspector".to_owned(),
        types: &TYPES,
        title: &title,
        description: &description,
        original: scene.row.severity.label(),
        sample: false,
    };
    finding(j, scene, &envelope, |j| {
        j.object_at("Remediation", |j| {
            j.object_at("Recommendation", |j| j.plain("Text", format_args!("Update {name} to {fixed} or later.")));
        });
        j.object_at("ProductFields", |j| {
            j.text("aws/inspector/ProductVersion", "2");
            j.text("aws/inspector/FindingStatus", "ACTIVE");
            j.plain("aws/inspector/inspectorScore", format_args!("{score:.1}"));
            j.text("aws/inspector/resources/1/resourceDetails/awsEc2InstanceDetails/platform", "AMAZON_LINUX_2023");
            j.text("aws/securityhub/ProductName", "Inspector");
            j.text("aws/securityhub/CompanyName", "Amazon");
            j.plain("aws/securityhub/FindingId", format_args!("{}/{}", scene.product_arn(), scene.id()));
        });
        j.array_at("Resources", |j| resource(j, scene, &affected, |_| {}));
        j.array_at("Vulnerabilities", |j| {
            j.object(|j| {
                j.text("Id", &cve);
                j.array_at("VulnerablePackages", |j| {
                    j.object(|j| {
                        j.text("Name", name);
                        j.text("Version", version);
                        j.text("Epoch", "0");
                        j.text("Release", "0ubuntu1.10");
                        j.text("Architecture", "X86_64");
                        j.text("PackageManager", manager);
                        if fix {
                            j.plain("FixedInVersion", format_args!("0:{fixed}"));
                            j.plain("Remediation", format_args!("update {name}"));
                        }
                    });
                });
                j.array_at("Cvss", |j| {
                    for (version, source) in [("3.1", "NVD"), ("3.1", "UBUNTU_CVE")] {
                        j.object(|j| {
                            j.text("Version", version);
                            j.float("BaseScore", score);
                            j.text("BaseVector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H");
                            j.text("Source", source);
                        });
                    }
                });
                j.object_at("Vendor", |j| {
                    j.text("Name", "NVD");
                    j.plain("Url", format_args!("https://nvd.nist.gov/vuln/detail/{cve}"));
                    j.text("VendorSeverity", scene.row.severity.label());
                    j.time("VendorCreatedAt", scene.created() - 2_600_000_000);
                    j.time("VendorUpdatedAt", scene.created() - 600_000_000);
                });
                j.strings("ReferenceUrls", ["https://www.example.com/advisories"]);
                j.text("FixAvailable", if fix { "YES" } else { "NO" });
                j.float("EpssScore", epss);
                j.text("ExploitAvailable", if exploit { "YES" } else { "NO" });
                if exploit {
                    j.time("LastKnownExploitAt", scene.created() - 86_400_000);
                }
            });
        });
    });
}

fn score(severity: Severity, share: f64) -> f64 {
    let (low, high) = match severity {
        Severity::Critical => (9.0, 10.0),
        Severity::High => (7.0, 8.9),
        Severity::Medium => (4.0, 6.9),
        Severity::Low => (0.1, 3.9),
        Severity::Informational => (0.0, 0.0),
    };
    let score: f64 = low + (high - low) * share;
    (score * 10.0).round() / 10.0
}
