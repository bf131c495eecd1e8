//! Findings about who may reach what: IAM Access Analyzer, Firewall Manager, Config.

use super::envelope::{Envelope, finding, resource};
use super::json::Json;
use super::resource::Kind;
use super::row::Maker;
use super::scene::Scene;

/// Title, type, and the kind of resource of a finding.
type Spec = (&'static str, &'static str, &'static str);

const ANALYZER: [Spec; 5] = [
    ("AwsS3Bucket allows public access", "Effects/Data Exposure/External Access Granted", "bucket"),
    (
        "AwsIamRole allows cross-account access",
        "Software and Configuration Checks/AWS Security Best Practices/External Access Granted",
        "role",
    ),
    (
        "AwsKmsKey allows cross-account access",
        "Software and Configuration Checks/AWS Security Best Practices/External Access Granted",
        "key",
    ),
    ("AwsSqsQueue allows public access", "Effects/Data Exposure/External Access Granted", "queue"),
    ("Unused IAM role", "Software and Configuration Checks/AWS Security Best Practices/Unused IAM Role", "role"),
];
const FIREWALL: [Spec; 2] = [
    (
        "Resource is missing a firewall",
        "Software and Configuration Checks/AWS Security Best Practices",
        "load-balancer",
    ),
    (
        "Security group is not in line with the audit policy",
        "Software and Configuration Checks/AWS Security Best Practices",
        "security-group",
    ),
];
const CONFIG: [Spec; 4] = [
    ("required-tags", "Software and Configuration Checks", "instance"),
    ("approved-amis-by-tag", "Software and Configuration Checks", "instance"),
    ("s3-bucket-naming", "Software and Configuration Checks", "bucket"),
    ("cost-center-tag-present", "Software and Configuration Checks", "function"),
];

/// Renders one finding of the three makers.
pub(crate) fn render(j: &mut Json, scene: &Scene<'_>) {
    let (specs, company): (&[Spec], _) = match scene.row.maker {
        Maker::AccessAnalyzer => (&ANALYZER, "AWS"),
        Maker::FirewallManager => (&FIREWALL, "AWS"),
        _ => (&CONFIG, "AWS"),
    };
    let (title, kind, word) = specs[usize::from(scene.row.sub) % specs.len()];
    let subject = scene.resource(Kind::from_word(word));
    let description = format!("{title}: {} in account {} ({}).", subject.arn, scene.account.id, scene.account.name);
    let envelope = Envelope {
        product: super::scene::product(scene.row.maker).1,
        company,
        generator: generator(scene, title),
        types: &[kind],
        title,
        description: &description,
        original: scene.row.severity.label(),
        sample: false,
    };
    finding(j, scene, &envelope, |j| {
        j.object_at("ProductFields", |j| product_fields(j, scene, &subject.arn, title));
        j.array_at("Resources", |j| resource(j, scene, &subject, |_| {}));
        if scene.row.maker == Maker::Config {
            j.object_at("Compliance", |j| j.text("Status", "FAILED"));
        }
    });
}

fn generator(scene: &Scene<'_>, title: &str) -> String {
    let (region, account) = (scene.region, &scene.account.id);
    match scene.row.maker {
        Maker::AccessAnalyzer => format!("arn:aws:access-analyzer:{region}:{account}:analyzer/organization"),
        Maker::FirewallManager => format!("arn:aws:fms:{region}:{account}:policy/web"),
        _ => format!("arn:aws:config:{region}:{account}:config-rule/{title}"),
    }
}

fn product_fields(j: &mut Json, scene: &Scene<'_>, subject: &str, title: &str) {
    let mut rng = scene.rng(42);
    match scene.row.maker {
        Maker::AccessAnalyzer => {
            j.text("ResourceOwnerAccount", &scene.account.id);
            j.text("findingType", if title.starts_with("Unused") { "UnusedIAMRole" } else { "ExternalAccess" });
            j.text("External Principal Type", if title.contains("public") { "Public" } else { "AWS" });
            j.text("External Principal", if title.contains("public") { "*" } else { "arn:aws:iam::999900001111:root" });
            j.text(
                "Action Type",
                rng.pick::<&str>(&["s3:GetObject", "sts:AssumeRole", "kms:Decrypt", "sqs:SendMessage"]),
            );
            j.text("Condition", "none");
        }
        Maker::FirewallManager => {
            j.text("aws/fms/PolicyName", "web");
            j.text("aws/fms/ResourceId", subject);
        }
        _ => {
            j.text("aws/config/ConfigRuleName", title);
            j.text("aws/config/ConfigComplianceType", "NON_COMPLIANT");
        }
    }
    j.text("aws/securityhub/ProductName", super::scene::product(scene.row.maker).1);
    j.text("aws/securityhub/CompanyName", "AWS");
    j.plain("aws/securityhub/FindingId", format_args!("{}/{}", scene.product_arn(), scene.id()));
}
