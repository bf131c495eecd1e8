//! Findings that other programs import: a posture scanner, an image scanner, an endpoint agent.
//!
//! Some carry text that an attacker chose, as importers pass on what they find.

use super::actor::hostile;
use super::envelope::{Envelope, finding, resource};
use super::json::Json;
use super::resource::Kind;
use super::scene::Scene;

struct Product {
    name: &'static str,
    company: &'static str,
    /// What follows `product/` in its ARN; `default` for products of one's own.
    slug: &'static str,
    titles: [(&'static str, &'static str); 3],
}

static PRODUCTS: [Product; 3] = [
    Product {
        name: "Prowler",
        company: "Prowler",
        slug: "prowler/prowler",
        titles: [
            ("Ensure no security group opens every port to the internet", "security-group"),
            ("Check if secrets are kept in environment variables of functions", "function"),
            ("Ensure that access keys older than 90 days are rotated", "user"),
        ],
    },
    Product {
        name: "Trivy",
        company: "Aqua Security",
        slug: "aquasecurity/aquasecurity",
        titles: [
            ("Image runs as root", "image"),
            ("A secret was found in an image layer", "image"),
            ("Cluster role binds cluster-admin", "cluster"),
        ],
    },
    Product {
        name: "Endpoint Agent",
        company: "Example Corp",
        slug: "default",
        titles: [
            ("Suspicious process tree", "instance"),
            ("Quarantined file", "instance"),
            ("Agent was stopped", "instance"),
        ],
    },
];

fn product(scene: &Scene<'_>) -> &'static Product {
    &PRODUCTS[usize::from(scene.row.sub) % PRODUCTS.len()]
}

/// `ProductArn`: a product of one's own carries the account twice.
pub(crate) fn product_arn(scene: &Scene<'_>) -> String {
    let (region, account, slug) = (scene.region, &scene.account.id, product(scene).slug);
    match slug {
        "default" => format!("arn:aws:securityhub:{region}:{account}:product/{account}/default"),
        _ => format!("arn:aws:securityhub:{region}::product/{slug}"),
    }
}

/// Renders one finding.
pub(crate) fn render(j: &mut Json, scene: &Scene<'_>) {
    let mut rng = scene.rng(43);
    let product = product(scene);
    let (title, word) = *rng.pick(&product.titles);
    let subject = scene.resource(Kind::from_word(word));
    let long = rng.per_mille(20).then(|| format!("{title}: {}", "very long path/".repeat(120)));
    let nasty = hostile(&mut rng).map(|text| format!("{title} ({text})"));
    let title = long.or(nasty).unwrap_or_else(|| title.to_owned());
    let description = format!("{title}, on {} in {}.", subject.arn, scene.account.name);
    let envelope = Envelope {
        product: product.name,
        company: product.company,
        generator: format!("{}-check-{}", product.name.to_lowercase().replace(' ', "-"), scene.row.sub % 40),
        types: &["Software and Configuration Checks/Industry and Regulatory Standards"],
        title: &title,
        description: &description,
        original: scene.row.severity.label(),
        sample: false,
    };
    finding(j, scene, &envelope, |j| {
        j.object_at("ProductFields", |j| {
            j.text("ProviderName", product.name);
            j.text("ProviderVersion", "5.7.0");
        });
        j.object_at("UserDefinedFields", |j| {
            j.text("ticket", if scene.row.sub.is_multiple_of(3) { "SEC-1042" } else { "none" });
        });
        j.array_at("Resources", |j| resource(j, scene, &subject, |_| {}));
    });
}
