//! The full reading of an ASFF finding.

use serde_json::{Map, Value};

use super::tree::{Tree, push};
use super::{action, resource, sequence, service, vulnerability};
use crate::model::detail::{Actor, ComplianceDetail, Fact, Note, Remediation};
use crate::model::{Detail, Finding};

/// Takes all that is shown out of the record into the detail.
pub(super) fn read(tree: &mut Tree<'_>, finding: &Finding<'_>, detail: &mut Detail) {
    let found = resource::asff(tree, finding);
    detail.resources = found.resources;
    let done = tree.within("Action", action::read).unwrap_or_default();
    detail.action = done.action;
    detail.actors = done.actors;
    detail.network = done.network;
    let mut fields = tree.within("ProductFields", |fields| product_fields(fields, detail)).unwrap_or_default();
    if !detail.actors.is_empty() {
        service::join(&mut detail.actors, found.principals);
    }
    threat_indicators(tree, detail);
    network(tree, &mut detail.network);
    tree.within("Process", |process| process.flatten(&mut detail.process, "", 1));
    tree.each("Threats", |threat| service::threat_line(threat, &mut detail.malware));
    tree.each("Malware", |one| {
        let name = one.text("Name").unwrap_or_default();
        let about = [one.text("Type"), one.text("State"), one.text("Path")].into_iter().flatten().collect::<Vec<_>>();
        push(&mut detail.malware, "Malware", Some(format!("{name} {}", about.join(", ")).trim().to_owned()));
    });
    detail.vulnerabilities = vulnerability::read(tree);
    tree.within("PatchSummary", |patches| patches.flatten(&mut detail.evidence, "Patches", 1));
    tree.within("Detection", |detection| {
        detection.within("Sequence", |tree| {
            let (sequence, actors) = sequence::read(tree);
            detail.sequence = Some(sequence);
            detail.actors.extend(actors);
        });
    });
    detail.compliance = compliance(tree, finding);
    detail.remediation = remediation(tree, &mut fields);
    detail.note = tree.within("Note", note).flatten();
    timeline(tree, detail);
    provenance(tree, finding, &mut detail.provenance);
    detail.provenance.extend(fields);
    shown_by_the_row(tree, finding);
}

/// `ProductFields`: GuardDuty's copy writes its `Service` there as paths, which are read as the tree they were; all else
/// is provenance, as sent.
fn product_fields(fields: &mut Tree<'_>, detail: &mut Detail) -> Vec<Fact> {
    const PREFIX: &str = "aws/guardduty/service/";
    const BARE: [&str; 8] = [
        "actionType",
        "archived",
        "count",
        "detectorId",
        "resourceRole",
        "additionalInfo",
        "eventFirstSeen",
        "eventLastSeen",
    ];
    let is_old = fields.peek("action/actionType").is_some();
    let written = fields
        .take_where(|key| key.starts_with(PREFIX) || (is_old && (key.starts_with("action/") || BARE.contains(&key))));
    let mut service_tree = Map::new();
    for (path, value) in written {
        let path = path.strip_prefix(PREFIX).unwrap_or(&path);
        insert(&mut service_tree, path, value);
    }
    let mut value = Value::Object(service_tree);
    if let Some(mut tree) = Tree::of(&mut value) {
        service::read(&mut tree, detail);
    }
    if value.as_object().is_some_and(|left| !left.is_empty()) {
        fields.put("aws/guardduty/service", value);
    }
    let mut facts = Vec::new();
    fields.verbatim(&mut facts);
    facts
}

/// Puts a value where its path says. A place that is taken by a value of its own keeps it, as the field named "".
fn insert(map: &mut Map<String, Value>, path: &str, value: Value) {
    let Some((first, rest)) = path.split_once('/') else {
        let is_blank = value.as_str().is_some_and(str::is_empty);
        if !(is_blank || map.get(path).is_some_and(Value::is_object)) {
            map.insert(path.to_owned(), value);
        }
        return;
    };
    // `recentApiCalls.0_/api` is the field `api` of the first element.
    let (name, in_list) = match first.rsplit_once('.') {
        Some((name, index)) if index.ends_with('_') => (name, index.trim_end_matches('_').parse::<usize>().ok()),
        _ => (first, None),
    };
    let slot = map.entry(name).or_insert(Value::Null);
    let inner = match in_list {
        Some(index) if index < 64 => {
            if !slot.is_array() {
                *slot = Value::Array(Vec::new());
            }
            let Some(list) = slot.as_array_mut() else { return };
            while list.len() <= index {
                list.push(Value::Object(Map::new()));
            }
            list.get_mut(index)
        }
        _ => Some(slot),
    };
    let Some(inner) = inner else { return };
    if !inner.is_object() {
        *inner = Value::Object(Map::new());
    }
    if let Some(inner) = inner.as_object_mut() {
        insert(inner, rest, value);
    }
}

/// `ThreatIntelIndicators`: evidence, and an address or domain among them is an actor where none is known yet.
fn threat_indicators(tree: &mut Tree<'_>, detail: &mut Detail) {
    let mut named: Vec<Actor> = Vec::new();
    tree.each("ThreatIntelIndicators", |indicator| {
        let kind = indicator.text("Type").unwrap_or_default();
        let value = indicator.text("Value").unwrap_or_default();
        let category = indicator.text("Category").map_or_else(String::new, |category| format!(" ({category})"));
        let source = indicator.text("Source");
        let from = source.as_ref().map_or_else(String::new, |source| format!(", says {source}"));
        push(&mut detail.evidence, "Indicator", Some(format!("{value}{category} {kind}{from}").trim().to_owned()));
        indicator.fact(&mut detail.evidence, "Indicator last seen", "LastObservedAt");
        indicator.fact(&mut detail.evidence, "Indicator source", "SourceUrl");
        let threat_lists: Vec<String> = source.into_iter().collect();
        match detail.actors.iter_mut().find(|actor| actor.ip.as_deref() == Some(&value)) {
            Some(actor) => actor.threat_lists.extend(threat_lists),
            None if kind.starts_with("IPV") => named.push(Actor { ip: Some(value), threat_lists, ..Actor::default() }),
            None if kind == "DOMAIN" => named.push(Actor { domain: Some(value), threat_lists, ..Actor::default() }),
            None => {}
        }
    });
    if detail.actors.is_empty() {
        detail.actors = named;
    }
}

/// `Network` and `NetworkPath`.
fn network(tree: &mut Tree<'_>, facts: &mut Vec<Fact>) {
    tree.within("Network", |network| {
        network.within("OpenPortRange", |range| {
            let (begin, end) = (range.text("Begin"), range.text("End"));
            let ports = match (begin, end) {
                (Some(begin), Some(end)) if begin != end => Some(format!("{begin}-{end}")),
                (begin, end) => begin.or(end),
            };
            push(facts, "Open ports", ports);
        });
        network.flatten(facts, "", 2);
    });
    tree.each("NetworkPath", |step| {
        let component = [step.text("ComponentType"), step.text("ComponentId")];
        let component = component.into_iter().flatten().collect::<Vec<_>>().join(" ");
        push(facts, "Path", Some(component));
        step.flatten(facts, "Path", 3);
    });
}

fn compliance(tree: &mut Tree<'_>, finding: &Finding<'_>) -> Option<ComplianceDetail> {
    let mut read = ComplianceDetail {
        status: finding.compliance.as_ref().map(|status| status.as_str().to_owned()),
        control: finding.control.as_ref().map(|control| control.0.to_string()),
        standards: finding.standards.iter().map(|standard| standard.0.to_string()).collect(),
        ..ComplianceDetail::default()
    };
    tree.within("Compliance", |compliance| {
        compliance.text("Status");
        compliance.text("SecurityControlId");
        compliance.each("AssociatedStandards", |standard| drop(standard.text("StandardsId")));
        read.requirements = compliance.texts("RelatedRequirements");
        compliance.each("StatusReasons", |reason| {
            let label = reason.text("ReasonCode").unwrap_or_default();
            let value = reason.text("Description").unwrap_or_default();
            read.reasons.push(Fact { label, value });
        });
        compliance.each("SecurityControlParameters", |parameter| {
            let label = parameter.text("Name").unwrap_or_default();
            let value = parameter.texts("Value").join(", ");
            read.parameters.push(Fact { label, value });
        });
    });
    tree.text("ComplianceStatus");
    if read.requirements.is_empty() {
        read.requirements = tree.texts("ComplianceRelatedRequirements");
    }
    (read != ComplianceDetail::default()).then_some(read)
}

/// `Remediation.Recommendation`, else the link that Security Hub keeps among the product's fields.
fn remediation(tree: &mut Tree<'_>, fields: &mut Vec<Fact>) -> Option<Remediation> {
    let mut read = Remediation::default();
    tree.within("Remediation", |remediation| {
        remediation.within("Recommendation", |recommendation| {
            read.text = recommendation.text("Text");
            read.url = recommendation.text("Url");
        });
    });
    read.text = read.text.take().or_else(|| tree.text("RecommendationText"));
    read.url = read.url.take().or_else(|| tree.text("RecommendationUrl"));
    if let Some(at) = fields.iter().position(|fact| fact.label == "RecommendationUrl") {
        let known = read.url.get_or_insert_with(|| fields[at].value.clone());
        if *known == fields[at].value {
            fields.remove(at);
        }
    }
    (read != Remediation::default()).then_some(read)
}

fn note(tree: &mut Tree<'_>) -> Option<Note> {
    Some(Note { text: tree.text("Text")?, by: tree.text("UpdatedBy"), at: tree.time("UpdatedAt") })
}

fn timeline(tree: &mut Tree<'_>, detail: &mut Detail) {
    for (label, name) in [
        ("First seen", "FirstObservedAt"),
        ("Created", "CreatedAt"),
        ("Last seen", "LastObservedAt"),
        ("Updated", "UpdatedAt"),
        ("Processed", "ProcessedAt"),
    ] {
        super::moment(detail, tree, label, name);
    }
}

fn provenance(tree: &mut Tree<'_>, finding: &Finding<'_>, facts: &mut Vec<Fact>) {
    tree.text("ProductName");
    push(facts, "Product", Some(finding.product.to_string()));
    for (label, name) in [
        ("Company", "CompanyName"),
        ("Product ARN", "ProductArn"),
        ("Generator", "GeneratorId"),
        ("Source", "SourceUrl"),
        ("Confidence", "Confidence"),
        ("Criticality", "Criticality"),
        ("Verification", "VerificationState"),
        ("Schema version", "SchemaVersion"),
    ] {
        tree.fact(facts, label, name);
    }
    tree.within("GeneratorDetails", |generator| generator.flatten(facts, "Generator", 1));
    tree.within("Severity", |severity| {
        severity.text("Label");
        severity.flatten(facts, "Severity", 1);
    });
    tree.within("FindingProviderFields", |provider| provider.flatten(facts, "Provider", 2));
    tree.each("RelatedFindings", |related| {
        let related_to = [related.text("ProductArn"), related.text("Id")].into_iter().flatten().collect::<Vec<_>>();
        push(facts, "Related finding", Some(related_to.join(" ")));
    });
    tree.within("UserDefinedFields", |fields| fields.verbatim(facts));
}

/// What the row of the finding says already: identity, severity, state, types.
fn shown_by_the_row(tree: &mut Tree<'_>, finding: &Finding<'_>) {
    for name in [
        "Id",
        "Title",
        "Description",
        "AwsAccountId",
        "AwsAccountName",
        "Region",
        "RecordState",
        "SeverityLabel",
        "WorkflowStatus",
        "Sample",
    ] {
        tree.text(name);
    }
    tree.texts("Types");
    let workflow = finding.workflow.as_ref().map(crate::model::Workflow::as_str);
    if tree.peek("WorkflowState").as_deref() == workflow {
        tree.text("WorkflowState"); // the old field; where it differs it stays
    }
    tree.within("Workflow", |workflow| workflow.text("Status"));
}
