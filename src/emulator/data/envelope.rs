//! What every ASFF finding has, whoever made it: identity, times, severity, workflow, and the resource list.
//!
//! Member names: botocore's `AwsSecurityFinding`; numbers for `Severity.Normalized` as AWS sends them
//! (0, 1, 40, 70, 90).

use crate::model::Severity;

use super::json::Json;
use super::resource::Resource;
use super::row::WorkflowStatus;
use super::scene::Scene;

/// The parts that differ from maker to maker.
#[derive(Debug)]
pub(crate) struct Envelope<'e> {
    pub(crate) product: &'e str,
    pub(crate) company: &'e str,
    pub(crate) generator: String,
    pub(crate) types: &'e [&'e str],
    pub(crate) title: &'e str,
    pub(crate) description: &'e str,
    /// `Severity.Original`: the maker's own word or number.
    pub(crate) original: &'e str,
    pub(crate) sample: bool,
}

/// `Severity.Normalized` of a label.
pub(crate) const fn normalized(severity: Severity) -> i64 {
    match severity {
        Severity::Informational => 0,
        Severity::Low => 1,
        Severity::Medium => 40,
        Severity::High => 70,
        Severity::Critical => 90,
    }
}

/// One finding: the envelope, then what the maker adds.
pub(crate) fn finding(j: &mut Json, scene: &Scene<'_>, envelope: &Envelope<'_>, fill: impl FnOnce(&mut Json)) {
    let row = &scene.row;
    j.object(|j| {
        j.text("SchemaVersion", "2018-10-08");
        j.text("Id", &scene.id());
        j.text("ProductArn", &scene.product_arn());
        j.text("ProductName", envelope.product);
        j.text("CompanyName", envelope.company);
        j.text("Region", scene.region);
        j.text("GeneratorId", &envelope.generator);
        j.text("AwsAccountId", &scene.account.id);
        j.text("AwsAccountName", &scene.account.name);
        j.strings("Types", envelope.types);
        j.time("FirstObservedAt", scene.created());
        j.time("LastObservedAt", scene.updated());
        j.time("CreatedAt", scene.created());
        j.time("UpdatedAt", scene.updated());
        severity(j, "Severity", row.severity, envelope.original);
        j.text("Title", envelope.title);
        j.text("Description", envelope.description);
        fill(j);
        j.text("WorkflowState", if row.workflow == WorkflowStatus::Resolved { "RESOLVED" } else { "NEW" });
        j.object_at("Workflow", |j| j.text("Status", row.workflow.word()));
        j.text("RecordState", row.record.word());
        if matches!(row.workflow, WorkflowStatus::Suppressed | WorkflowStatus::Notified) {
            note(j, scene);
        }
        j.object_at("FindingProviderFields", |j| {
            j.object_at("Severity", |j| {
                j.text("Label", row.severity.label());
                j.text("Original", envelope.original);
            });
            j.strings("Types", envelope.types);
        });
        if envelope.sample {
            j.bool("Sample", true);
        }
        j.time("ProcessedAt", scene.updated() + 1_730);
    });
}

fn severity(j: &mut Json, key: &str, severity: Severity, original: &str) {
    j.object_at(key, |j| {
        j.text("Label", severity.label());
        j.int("Normalized", normalized(severity));
        j.text("Original", original);
        if let Ok(product) = original.parse::<f64>() {
            j.float("Product", product);
        }
    });
}

const REASONS: [&str; 6] = [
    "Accepted until the migration ends, see the risk register.",
    "Known scanner of ours; reviewed with the team.",
    "Ticket opened with the owners.",
    "Paged the on-call of the service.",
    "False positive: the test range of the red team.",
    "Waiting for the maintenance window on Sunday.",
];

fn note(j: &mut Json, scene: &Scene<'_>) {
    let mut rng = scene.rng(60);
    j.object_at("Note", |j| {
        j.text("Text", rng.pick::<&str>(&REASONS));
        j.plain(
            "UpdatedBy",
            format_args!("arn:aws:sts::111122223333:assumed-role/triage/{}", super::resource::person(&mut rng)),
        );
        j.time("UpdatedAt", scene.updated());
    });
}

/// One element of `Resources`, with its tags; `details` fills `Details` where there are any.
pub(crate) fn resource(j: &mut Json, scene: &Scene<'_>, resource: &Resource, details: impl FnOnce(&mut Json)) {
    j.object(|j| {
        j.text("Type", resource.kind.asff);
        j.text("Id", &resource.arn);
        j.text("Partition", "aws");
        j.text("Region", scene.region);
        if !resource.kind.is_account() {
            j.object_at("Tags", |j| tags(j, scene, resource));
        }
        details(j);
    });
}

/// `Name`, `env`, `team`, `owner`, and what tooling leaves.
pub(crate) fn tags(j: &mut Json, scene: &Scene<'_>, resource: &Resource) {
    for (key, value) in tag_pairs(scene, resource) {
        j.entry(key, value);
    }
}

pub(crate) fn tag_pairs<'r>(scene: &'r Scene<'_>, resource: &'r Resource) -> [(&'static str, &'r str); 5] {
    [
        ("Name", &resource.name),
        ("env", scene.account.stage.tag()),
        ("team", &scene.account.team),
        ("owner", resource.owner),
        ("aws:cloudformation:stack-name", &scene.account.name),
    ]
}
