//! Macie: buckets that are open, objects that hold what they should not.

use super::envelope::{Envelope, finding, resource};
use super::json::Json;
use super::resource::Kind;
use super::scene::Scene;

const FINDINGS: [(&str, &str, &str, i64); 6] = [
    ("SensitiveData:S3Object/Personal", "The S3 object contains personal information", "PERSONAL_INFORMATION", 412),
    ("SensitiveData:S3Object/Financial", "The S3 object contains financial information", "FINANCIAL_INFORMATION", 96),
    ("SensitiveData:S3Object/Credentials", "The S3 object contains credentials data", "CREDENTIALS", 3),
    (
        "SensitiveData:S3Object/Multiple",
        "The S3 object contains several categories of sensitive data",
        "PERSONAL_INFORMATION",
        1834,
    ),
    ("Policy:IAMUser/S3BucketPublic", "The S3 bucket is public", "", 0),
    ("Policy:IAMUser/S3BucketSharedExternally", "The S3 bucket is shared outside the organisation", "", 0),
];

/// Renders one finding.
pub(crate) fn render(j: &mut Json, scene: &Scene<'_>) {
    let mut rng = scene.rng(41);
    let (name, title, category, total) = FINDINGS[usize::from(scene.row.sub) % FINDINGS.len()];
    let bucket = scene.resource(Kind::from_word("bucket"));
    let tail = name.replace('/', "-");
    let kind = if category.is_empty() {
        format!("Software and Configuration Checks/AWS Security Best Practices/{tail}")
    } else {
        format!("Sensitive Data Identifications/{}/{tail}", if category == "CREDENTIALS" { "Passwords" } else { "PII" })
    };
    let description = format!("{title}: {}, in account {} ({}).", bucket.name, scene.account.id, scene.account.name);
    let envelope = Envelope {
        product: "Macie",
        company: "Amazon",
        generator: "aws/macie".to_owned(),
        types: &[&kind],
        title,
        description: &description,
        original: scene.row.severity.label(),
        sample: false,
    };
    finding(j, scene, &envelope, |j| {
        j.object_at("ProductFields", |j| {
            j.plain(
                "JobArn",
                format_args!("arn:aws:macie2:{}:{}:classification-job/{}", scene.region, scene.account.id, scene.hex()),
            );
            j.text("S3Object.Extension", "csv");
            j.text("aws/securityhub/ProductName", "Macie");
            j.text("aws/securityhub/CompanyName", "Amazon");
            j.plain("aws/securityhub/FindingId", format_args!("{}/{}", scene.product_arn(), scene.id()));
        });
        j.array_at("Resources", |j| {
            resource(j, scene, &bucket, |j| {
                if !category.is_empty() {
                    classification(j, category, total + i64::from(rng.below(50)));
                }
                j.object_at("Details", |j| {
                    j.object_at("AwsS3Bucket", |j| {
                        j.text("OwnerName", &scene.account.team);
                        j.time("CreatedAt", scene.created() - 40_000_000_000);
                        j.object_at("PublicAccessBlockConfiguration", |j| {
                            j.bool("BlockPublicAcls", category.is_empty());
                        });
                    });
                });
            });
        });
    });
}

fn classification(j: &mut Json, category: &str, total: i64) {
    j.object_at("DataClassification", |j| {
        j.object_at("Result", |j| {
            j.text("MimeType", "text/csv");
            j.int("SizeClassified", 2_750_681);
            j.bool("AdditionalOccurrences", false);
            j.object_at("Status", |j| j.text("Code", "COMPLETE"));
            j.array_at("SensitiveData", |j| {
                j.object(|j| {
                    j.text("Category", category);
                    j.int("TotalCount", total);
                    j.array_at("Detections", |j| {
                        j.object(|j| {
                            j.int("Count", total);
                            j.text("Type", if category == "CREDENTIALS" { "AWS_CREDENTIALS" } else { "NAME" });
                        });
                    });
                });
            });
        });
    });
}
