//! Findings of Security Hub's own controls, consolidated or one for each standard.
//!
//! The two forms: Security Hub user guide, "Consolidation impact on ASFF fields and values".

use super::envelope::{Envelope, finding, resource};
use super::json::Json;
use super::resource::Resource;
use super::row::ComplianceStatus;
use super::scene::Scene;
use super::table::{Control, STANDARDS};

const TYPES: [&str; 1] = ["Software and Configuration Checks/Industry and Regulatory Standards"];

/// Renders one finding; nothing when the row is not a control's.
pub(crate) fn render(j: &mut Json, scene: &Scene<'_>) {
    let Some(control) = scene.control() else { return };
    let legacy = scene.legacy();
    let description = format!(
        "Checks the following: {}. The check {} on this resource.",
        control.title.trim_end_matches('.'),
        match scene.row.compliance {
            ComplianceStatus::Passed => "passes",
            ComplianceStatus::Failed => "fails",
            _ => "could not be decided",
        }
    );
    let title = legacy.map_or_else(|| control.title.to_owned(), |(_, rule)| format!("{rule} {}", control.title));
    let envelope = Envelope {
        product: "Security Hub",
        company: "AWS",
        generator: generator(control, legacy),
        types: &TYPES,
        title: &title,
        description: &description,
        original: scene.row.severity.label(),
        sample: false,
    };
    let checked = scene.resource(control.kind);
    finding(j, scene, &envelope, |j| {
        remediation(j, control);
        product_fields(j, scene, control, &checked, legacy);
        j.array_at("Resources", |j| resource(j, scene, &checked, |j| details(j, scene, &checked)));
        compliance(j, scene, control, legacy);
    });
}

/// `GeneratorId`.
pub(crate) fn generator(control: &Control, legacy: Option<(usize, &str)>) -> String {
    match legacy {
        None => format!("security-control/{}", control.id),
        Some((1, rule)) => format!("arn:aws:securityhub:::{}/rule/{rule}", STANDARDS[1].id),
        Some((standard, rule)) => format!("{}/{rule}", STANDARDS[standard].tail()),
    }
}

fn remediation(j: &mut Json, control: &Control) {
    j.object_at("Remediation", |j| {
        j.object_at("Recommendation", |j| {
            j.text("Text", "The control's page in the Security Hub documentation says how to correct this.");
            j.text("Url", &remediation_url(control));
        });
    });
}

/// Where AWS documents the remedy.
pub(crate) fn remediation_url(control: &Control) -> String {
    format!("https://docs.aws.amazon.com/console/securityhub/{}/remediation", control.id)
}

fn product_fields(
    j: &mut Json,
    scene: &Scene<'_>,
    control: &Control,
    checked: &Resource,
    legacy: Option<(usize, &str)>,
) {
    j.object_at("ProductFields", |j| {
        if let Some((standard, rule)) = legacy {
            let definition = &STANDARDS[standard];
            let (arn, id) = if standard == 1 { ("StandardsGuideArn", "RuleId") } else { ("StandardsArn", "ControlId") };
            j.text(arn, &definition.arn(scene.region));
            j.text(id, rule);
            j.plain(
                "StandardsSubscriptionArn",
                format_args!(
                    "arn:aws:securityhub:{}:{}:subscription/{}",
                    scene.region,
                    scene.account.id,
                    definition.tail()
                ),
            );
        }
        j.plain(
            "RelatedAWSResources:0/name",
            format_args!(
                "securityhub-{}-{:08x}",
                rule_name(control),
                scene.account.id.len() ^ usize::from(scene.row.sub)
            ),
        );
        j.text("RelatedAWSResources:0/type", "AWS::Config::ConfigRule");
        j.text("aws/securityhub/ProductName", "Security Hub");
        j.text("aws/securityhub/CompanyName", "AWS");
        j.text("Resources:0/Id", &checked.arn);
        j.plain("aws/securityhub/FindingId", format_args!("{}/{}", scene.product_arn(), scene.id()));
    });
}

/// `iam-root-access-key` or so, from the first words of the title.
fn rule_name(control: &Control) -> String {
    control
        .title
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() > 2)
        .take(4)
        .map(str::to_ascii_lowercase)
        .collect::<Vec<_>>()
        .join("-")
}

fn compliance(j: &mut Json, scene: &Scene<'_>, control: &Control, legacy: Option<(usize, &str)>) {
    j.object_at("Compliance", |j| {
        if let Some(word) = scene.row.compliance.word() {
            j.text("Status", word);
        }
        let mine = |standard: usize| legacy.is_none_or(|(only, _)| only == standard);
        j.array_at("RelatedRequirements", |j| {
            for (standard, numbers) in control.standards.iter().filter(|(s, _)| mine(*s)) {
                for number in numbers {
                    let prefix =
                        if legacy.is_some() { "CIS AWS Foundations " } else { STANDARDS[*standard].requirement };
                    j.item(&format!("{prefix}{number}"));
                }
            }
        });
        j.text("SecurityControlId", control.id);
        j.array_at("AssociatedStandards", |j| {
            for (standard, _) in control.standards.iter().filter(|(s, _)| mine(*s)) {
                j.object(|j| j.text("StandardsId", STANDARDS[*standard].id));
            }
        });
        if matches!(scene.row.compliance, ComplianceStatus::Warning | ComplianceStatus::NotAvailable) {
            j.array_at("StatusReasons", |j| {
                j.object(|j| {
                    j.text("ReasonCode", "CONFIG_EVALUATIONS_EMPTY");
                    j.text("Description", "AWS Config had no evaluation for this resource in the last 18 hours.");
                });
            });
        }
    });
}

/// A few details for the kinds that people look at most.
fn details(j: &mut Json, scene: &Scene<'_>, checked: &Resource) {
    let mut rng = checked.rng();
    match checked.kind.word {
        "security-group" => j.object_at("Details", |j| {
            j.object_at("AwsEc2SecurityGroup", |j| {
                j.text("GroupName", &checked.name);
                j.text("GroupId", &checked.id);
                j.text("OwnerId", &scene.account.id);
                j.plain("VpcId", format_args!("vpc-0{:016x}", rng.next()));
                j.array_at("IpPermissions", |j| {
                    let port = i64::from(*rng.pick(&[22_u16, 3389, 443, 5432, 6379]));
                    j.object(|j| {
                        j.text("IpProtocol", "tcp");
                        j.int("FromPort", port);
                        j.int("ToPort", port);
                        j.array_at("IpRanges", |j| j.object(|j| j.text("CidrIp", "0.0.0.0/0")));
                    });
                });
            });
        }),
        "bucket" => j.object_at("Details", |j| {
            j.object_at("AwsS3Bucket", |j| {
                j.text("Name", &checked.name);
                j.plain("OwnerId", format_args!("{:016x}{:016x}", rng.next(), rng.next()));
                j.time("CreatedAt", scene.created() - i64::from(rng.below(900)) * 86_400_000);
                j.object_at("PublicAccessBlockConfiguration", |j| {
                    let on = scene.row.compliance == ComplianceStatus::Passed;
                    for key in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
                        j.bool(key, on);
                    }
                });
            });
        }),
        "user" => j.object_at("Details", |j| {
            j.object_at("AwsIamUser", |j| {
                j.text("UserName", &checked.name);
                j.plain("UserId", format_args!("AIDA{:012X}EXAMPLE", rng.next() >> 16));
                j.text("Path", "/");
                j.time("CreateDate", scene.created() - i64::from(rng.below(900)) * 86_400_000);
            });
        }),
        _ => {}
    }
}
