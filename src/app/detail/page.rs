//! The reading order of a finding: what, where, who, what was done; then what it touches, what to do; then everything.

use jiff::Timestamp;

use super::kin::{self, grouped};
use super::line::LABEL_CELLS;
use super::section::{Ink, Section, joined};
use super::tree;
use crate::app::kin::Kin;
use crate::app::msg::Loaded;
use crate::model::detail::{Action, Actor, ComplianceDetail, ResourceDetail, Sequence, Vulnerability};
use crate::model::{Detail, StandardId};
use crate::store::Row;

/// All sections of the finding, from the row alone until the full record is there.
pub(super) fn sections(
    row: &Row<'_>,
    loaded: Option<&Loaded>,
    kin: &Kin,
    width: usize,
    now: Timestamp,
) -> Vec<Section> {
    let Some(loaded) = loaded else {
        return vec![title(row, None), place(row, None, width, now), light_resources(row), kin::section(kin)];
    };
    let detail = &loaded.detail;
    vec![
        title(row, Some(detail)),
        place(row, Some(detail), width, now),
        resources(&detail.resources),
        actors(&detail.actors),
        action(detail.action.as_ref(), detail.count),
        sequence(detail.sequence.as_ref(), now),
        settings(&detail.resources),
        labelled("NETWORK", &detail.network),
        labelled("PROCESS", &detail.process),
        labelled("MALWARE", &detail.malware),
        vulnerabilities(&detail.vulnerabilities),
        compliance(detail.compliance.as_ref()),
        labelled("EVIDENCE", &detail.evidence),
        kin::section(kin),
        fix(detail),
        history(detail, now),
        note(detail, now),
        records(row, now),
        labelled("PROVENANCE", &detail.provenance),
        tree::section(&detail.rest),
    ]
}

fn labelled(label: &'static str, facts: &[crate::model::detail::Fact]) -> Section {
    let group = if label == "PROVENANCE" { 6 } else { 3 };
    let mut section = Section::new(label, group);
    section.facts(facts);
    section
}

fn title(row: &Row<'_>, detail: Option<&Detail>) -> Section {
    let mut section = Section::new("", 1);
    let title = detail.map(|d| d.title.as_str()).filter(|t| !t.is_empty()).unwrap_or(row.title());
    let description = detail.map(|d| d.description.as_str()).filter(|t| !t.is_empty()).unwrap_or(row.description());
    if row.sample() {
        section.text("This is a sample: nothing of it happened.", Ink::Bad);
    }
    section.text(title, Ink::Strong);
    if description != title {
        section.prose(description, Ink::Plain);
    }
    section
}

fn place(row: &Row<'_>, detail: Option<&Detail>, width: usize, now: Timestamp) -> Section {
    let mut section = Section::new("WHERE", 2);
    let account = match (row.account_name(), row.account()) {
        (Some(name), Some(account)) => format!("{name} ({account})"),
        (name, account) => name.or(account).unwrap_or_default().to_owned(),
    };
    let seen = |label: &str, at: Option<Timestamp>| at.map(|at| format!("{label} {}", ago(now, at)));
    let first = seen("first", row.first_seen().or(row.created_at()));
    let last = seen("last", row.last_seen().or(row.updated_at()));
    let count = detail.and_then(|d| d.count).map(|count| format!("seen {} times", grouped(count)));
    let place = joined([Some(account.as_str()), row.region()]);
    let time = joined([first.as_deref(), last.as_deref(), count.as_deref()]);
    // Two lines only where one is too short.
    if place.len() + time.len() + LABEL_CELLS + 6 <= width {
        section.text(format!("{place}     {time}"), Ink::Plain);
    } else {
        section.text(place, Ink::Plain).text(time, Ink::Plain);
    }
    section
}

fn light_resources(row: &Row<'_>) -> Section {
    let mut section = Section::new("RESOURCE", 2);
    for resource in row.resources() {
        section.text(joined([resource.kind, resource.name]), Ink::Strong).text(resource.id, Ink::Plain);
    }
    section
}

fn resources(resources: &[ResourceDetail]) -> Section {
    let mut section = Section::new("RESOURCE", 2);
    for resource in resources {
        let name = resource.name.as_deref().filter(|name| *name != resource.id);
        section.text(joined([Some(resource.kind.as_str()), name, resource.region.as_deref()]), Ink::Strong);
        section.text(resource.id.as_str(), Ink::Plain);
        let tags: Vec<String> = resource.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        section.labelled("tags", tags.join("  "), Ink::Plain);
    }
    section
}

/// What the resources' own details say. Apart from what they are, so that who did what is on the first screen.
fn settings(resources: &[ResourceDetail]) -> Section {
    let mut section = Section::new("DETAILS", 3);
    for resource in resources.iter().filter(|resource| !resource.facts.is_empty()) {
        if resources.len() > 1 {
            section.text(resource.name.as_deref().unwrap_or(&resource.id), Ink::Strong);
        }
        section.facts(&resource.facts);
    }
    section
}

fn actors(actors: &[Actor]) -> Section {
    let mut section = Section::new("ACTOR", 2);
    for actor in actors {
        let place: Vec<&str> = [actor.city.as_deref(), actor.country.as_deref()].into_iter().flatten().collect();
        let network: Vec<&str> = [actor.asn.as_deref(), actor.organization.as_deref()].into_iter().flatten().collect();
        let who = actor.ip.as_deref().or(actor.domain.as_deref());
        section.text(joined([who, Some(&place.join(", ")), Some(&network.join(" "))]), Ink::Strong);
        if actor.ip.is_some() {
            section.optional("domain", actor.domain.as_deref(), Ink::Plain);
        }
        section.labelled(
            "principal",
            joined([actor.principal.as_deref(), actor.principal_type.as_deref(), actor.account.as_deref()]),
            Ink::Plain,
        );
        section.optional("access key", actor.access_key.as_deref(), Ink::Plain);
        section.optional("user agent", actor.user_agent.as_deref(), Ink::Plain);
        section.labelled("known bad", actor.threat_lists.join(", "), Ink::Bad);
    }
    section
}

fn action(action: Option<&Action>, count: Option<u64>) -> Section {
    let mut section = Section::new("ACTION", 2);
    let Some(action) = action else { return section };
    section.text(action.kind.as_str(), Ink::Strong).text(action.summary.as_str(), Ink::Plain);
    let blocked = action.blocked.map(|blocked| if blocked { "yes" } else { "no" });
    section.optional("blocked", blocked, if action.blocked == Some(false) { Ink::Bad } else { Ink::Plain });
    section.labelled("count", count.map(grouped).unwrap_or_default(), Ink::Plain);
    section.facts(&action.facts);
    section
}

fn sequence(sequence: Option<&Sequence>, now: Timestamp) -> Section {
    let mut section = Section::new("SEQUENCE", 3);
    let Some(sequence) = sequence else { return section };
    section.prose(&sequence.description, Ink::Plain);
    let mut signals: Vec<_> = sequence.signals.iter().collect();
    signals.sort_by_key(|signal| signal.first_seen);
    for signal in signals {
        let when = signal.first_seen.map(|at| ago(now, at)).unwrap_or_default();
        let times = signal.count.filter(|count| *count > 1).map(|count| format!("{} times", grouped(count)));
        let text = joined([
            Some(signal.name.as_str()),
            Some(signal.kind.as_str()),
            times.as_deref(),
            Some(&signal.tactics.join(", ")),
        ]);
        section.labelled(if when.is_empty() { "unknown time" } else { &when }, text, Ink::Plain);
    }
    section.facts(&sequence.indicators);
    section
}

fn vulnerabilities(vulnerabilities: &[Vulnerability]) -> Section {
    let mut section = Section::new("VULNERABLE", 3);
    for one in vulnerabilities {
        let cvss = one.cvss.map(|score| format!("CVSS {score:.1}"));
        let epss = one.epss.map(|score| format!("EPSS {:.1} %", score * 100.0));
        section.text(joined([Some(one.id.as_str()), cvss.as_deref(), epss.as_deref()]), Ink::Strong);
        let exploited = one
            .exploit
            .as_deref()
            .is_some_and(|exploit| exploit.get(..3).is_some_and(|word| word.eq_ignore_ascii_case("yes")));
        section.optional("exploit", one.exploit.as_deref(), if exploited { Ink::Bad } else { Ink::Plain });
        section.optional("fix", one.fix.as_deref(), Ink::Plain);
        for package in &one.packages {
            section.labelled("package", package.as_str(), Ink::Plain);
        }
        for url in &one.urls {
            section.labelled("see", url.as_str(), Ink::Link);
        }
    }
    section
}

fn compliance(compliance: Option<&ComplianceDetail>) -> Section {
    let mut section = Section::new("COMPLIANCE", 3);
    let Some(compliance) = compliance else { return section };
    let ink = if compliance.status.as_deref() == Some("FAILED") { Ink::Bad } else { Ink::Strong };
    section.text(joined([compliance.control.as_deref(), compliance.status.as_deref()]), ink);
    for standard in &compliance.standards {
        section.labelled("standard", StandardId(standard.as_str().into()).short(), Ink::Plain);
    }
    for requirement in &compliance.requirements {
        section.labelled("requirement", requirement.as_str(), Ink::Plain);
    }
    section.facts(&compliance.reasons).facts(&compliance.parameters);
    section
}

fn fix(detail: &Detail) -> Section {
    let mut section = Section::new("FIX", 5);
    if let Some(fix) = &detail.remediation {
        section.prose(fix.text.as_deref().unwrap_or_default(), Ink::Plain);
        section.optional("", fix.url.as_deref(), Ink::Link);
    }
    section
}

fn history(detail: &Detail, now: Timestamp) -> Section {
    let mut section = Section::new("HISTORY", 5);
    for (label, at) in &detail.timeline {
        section.labelled(label, format!("{}  {} ago", at.strftime("%Y-%m-%d %H:%M:%S UTC"), ago(now, *at)), Ink::Plain);
    }
    section
}

fn note(detail: &Detail, now: Timestamp) -> Section {
    let mut section = Section::new("NOTE", 5);
    if let Some(note) = &detail.note {
        let when = note.at.map(|at| format!("{} ago", ago(now, at)));
        section.prose(&note.text, Ink::Strong);
        section.text(joined([note.by.as_deref(), when.as_deref()]), Ink::Dim);
    }
    section
}

/// The records that are folded into this one finding: each has its own id and its own workflow.
fn records(row: &Row<'_>, now: Timestamp) -> Section {
    let mut section = Section::new("RECORDS", 6);
    for record in row.records() {
        let updated = record.updated_at().map(|at| format!("updated {} ago", ago(now, at)));
        let scope = record.scope().to_string();
        let state = joined([
            Some(scope.as_str()),
            record.workflow(),
            Some(record.record_state()),
            record.compliance(),
            updated.as_deref(),
        ]);
        section.text(state, Ink::Plain).text(record.id(), Ink::Dim);
    }
    section
}

/// `2d 4h`, `3h 10m`, `4m`: the two largest units.
fn ago(now: Timestamp, then: Timestamp) -> String {
    let minutes = now.as_second().saturating_sub(then.as_second()).max(0) / 60;
    let (days, hours, rest) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours) {
        (0, 0) => format!("{rest}m"),
        (0, _) => format!("{hours}h {rest}m"),
        (..30, _) => format!("{days}d {hours}h"),
        _ => format!("{days}d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_their_two_largest_units() {
        let now = Timestamp::from_second(1_800_000_000).unwrap_or_default();
        let age = |seconds: i64| ago(now, Timestamp::from_second(1_800_000_000 - seconds).unwrap_or_default());
        assert_eq!(age(59), "0m");
        assert_eq!(age(3_600 * 3 + 660), "3h 11m");
        assert_eq!(age(86_400 * 2 + 4 * 3_600), "2d 4h");
        assert_eq!(age(86_400 * 90), "90d");
        assert_eq!(age(-500), "0m");
    }
}
