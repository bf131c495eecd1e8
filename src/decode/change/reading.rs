//! A record as terms and values, in reading order: what a person would say of it.

use crate::decode::{self, DecodeError};
use crate::model::detail::{Action, Actor, Fact, ResourceDetail};
use crate::model::{Detail, Finding, RawRecord};

type Terms = Vec<(String, String)>;

/// Every term that the record has a value for; one that has several stands several times.
pub(super) fn terms(raw: &RawRecord) -> Result<Terms, DecodeError> {
    let finding = decode::finding(raw)?;
    let detail = decode::detail(raw.format, &raw.json)?;
    let mut terms = Terms::new();
    standing(&finding, &mut terms);
    actors(&detail.actors, &mut terms);
    done(detail.action.as_ref(), &mut terms);
    add(&mut terms, "Count", detail.count.map(|count| count.to_string()).as_deref());
    sequence(&detail, &mut terms);
    resources(&detail.resources, &mut terms);
    for facts in [&detail.network, &detail.process, &detail.malware, &detail.evidence] {
        labelled(facts, "", &mut terms);
    }
    for vulnerability in &detail.vulnerabilities {
        add(&mut terms, "Vulnerability", Some(&vulnerability.id));
        let of = |what: &str| format!("{} {what}", vulnerability.id);
        add(&mut terms, &of("exploit"), vulnerability.exploit.as_deref());
        add(&mut terms, &of("fix"), vulnerability.fix.as_deref());
    }
    if let Some(compliance) = &detail.compliance {
        compliance.standards.iter().for_each(|standard| add(&mut terms, "Standard", Some(standard)));
        compliance.requirements.iter().for_each(|requirement| add(&mut terms, "Requirement", Some(requirement)));
        labelled(&compliance.reasons, "Reason ", &mut terms);
        labelled(&compliance.parameters, "Parameter ", &mut terms);
    }
    if let Some(note) = &detail.note {
        add(&mut terms, "Note", Some(&note.text));
        add(&mut terms, "Note by", note.by.as_deref());
    }
    labelled(&detail.provenance, "", &mut terms);
    add(&mut terms, "Title", Some(&finding.title));
    add(&mut terms, "Description", Some(&finding.description));
    for (label, at) in &detail.timeline {
        add(&mut terms, label, Some(&at.strftime("%Y-%m-%d %H:%M:%S%.f UTC").to_string()));
    }
    Ok(terms)
}

fn add(terms: &mut Terms, term: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        terms.push((term.to_owned(), value.to_owned()));
    }
}

fn standing(finding: &Finding<'_>, terms: &mut Terms) {
    add(terms, "Severity", finding.severity.map(crate::model::Severity::label));
    add(terms, "Score", finding.score.map(|score| score.to_string()).as_deref());
    add(terms, "Workflow", finding.workflow.as_ref().map(crate::model::Workflow::as_str));
    add(terms, "Record state", Some(finding.record_state.as_str()));
    add(terms, "Compliance", finding.compliance.as_ref().map(crate::model::Compliance::as_str));
    finding.types.iter().for_each(|kind| add(terms, "Type", Some(kind)));
}

/// One actor is told field by field; of several, each is one value, since nothing says which of them became which.
fn actors(actors: &[Actor], terms: &mut Terms) {
    if let [actor] = actors {
        for (term, value) in parts(actor) {
            add(terms, term, value);
        }
        actor.threat_lists.iter().for_each(|list| add(terms, "Known bad", Some(list)));
        return;
    }
    for actor in actors {
        let line: Vec<&str> = parts(actor).into_iter().filter_map(|(_, value)| value).collect();
        add(terms, "Actor", Some(&line.join(", ")));
    }
}

fn parts(actor: &Actor) -> [(&'static str, Option<&str>); 11] {
    [
        ("Actor IP", actor.ip.as_deref()),
        ("Actor domain", actor.domain.as_deref()),
        ("Actor country", actor.country.as_deref()),
        ("Actor city", actor.city.as_deref()),
        ("Actor ASN", actor.asn.as_deref()),
        ("Actor network", actor.organization.as_deref()),
        ("Principal", actor.principal.as_deref()),
        ("Principal type", actor.principal_type.as_deref()),
        ("Access key", actor.access_key.as_deref()),
        ("Actor account", actor.account.as_deref()),
        ("User agent", actor.user_agent.as_deref()),
    ]
}

fn done(action: Option<&Action>, terms: &mut Terms) {
    let Some(action) = action else { return };
    add(terms, "Action", Some(&action.summary));
    add(terms, "Blocked", action.blocked.map(|blocked| if blocked { "yes" } else { "no" }));
    labelled(&action.facts, "", terms);
}

fn sequence(detail: &Detail, terms: &mut Terms) {
    let Some(sequence) = &detail.sequence else { return };
    for signal in &sequence.signals {
        add(terms, "Signal", Some(&signal.name));
        add(terms, &format!("{} count", signal.name), signal.count.map(|count| count.to_string()).as_deref());
    }
    labelled(&sequence.indicators, "Indicator ", terms);
}

/// Resources are told apart by their ids: what changed in one is told with its name.
fn resources(resources: &[ResourceDetail], terms: &mut Terms) {
    for resource in resources {
        add(terms, "Resource", Some(&resource.id));
        let name = resource.name.as_deref().unwrap_or(&resource.id);
        let of = if resources.len() > 1 { format!("{name}: ") } else { String::new() };
        for (key, value) in &resource.tags {
            add(terms, &format!("{of}Tag {key}"), Some(value));
        }
        labelled(&resource.facts, &of, terms);
    }
}

fn labelled(facts: &[Fact], before: &str, terms: &mut Terms) {
    for fact in facts {
        add(terms, &format!("{before}{}", fact.label), Some(&fact.value));
    }
}
