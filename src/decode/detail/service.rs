//! `Service` of GuardDuty: what it saw, how often, with which evidence. Its copy in Security Hub has the same tree,
//! written out as paths in `ProductFields`; both are read here.

use super::tree::{Tree, push};
use super::{action, resource, sequence};
use crate::model::Detail;
use crate::model::detail::{Actor, Fact};

/// Reads all of it into the detail.
pub(super) fn read(tree: &mut Tree<'_>, detail: &mut Detail) {
    detail.count = detail.count.or(tree.count("Count"));
    let done = tree.within("Action", action::read).unwrap_or_default();
    match (&mut detail.action, done.action) {
        // ASFF has an action of its own; what the product wrote beside it is told with it.
        (Some(action), Some(also)) => {
            push(&mut action.facts, "Product's action", Some(also.summary).filter(|line| *line != action.summary));
            action.facts.extend(also.facts.into_iter().filter(|fact| !action.facts.contains(fact)).collect::<Vec<_>>());
        }
        (_, None) => {}
        (action, also) => *action = also,
    }
    detail.actors.extend(done.actors);
    detail.network.extend(done.network);
    tree.fact(&mut detail.provenance, "Resource role", "ResourceRole");
    evidence(tree, detail);
    tree.within("RuntimeDetails", |runtime| {
        runtime.within("Process", |process| process_facts(process, &mut detail.process));
        runtime.within("Context", |context| {
            context.within("ModifyingProcess", |process| {
                let mut facts = Vec::new();
                process_facts(process, &mut facts);
                let line = facts.into_iter().map(|fact| fact.value).collect::<Vec<_>>().join(", ");
                push(&mut detail.process, "Modifying process", Some(line));
            });
            context.flatten(&mut detail.process, "", 1);
        });
    });
    tree.within("EbsVolumeScanDetails", |scan| volume_scan(scan, &mut detail.malware));
    tree.within("MalwareScanDetails", |scan| {
        scan.each("Threats", |threat| threat_line(threat, &mut detail.malware));
        scan.flatten(&mut detail.malware, "", 1);
    });
    tree.within("Detection", |detection| {
        detection.within("Sequence", |tree| {
            resource::sequence(tree, &mut detail.resources);
            let (sequence, actors) = sequence::read(tree);
            detail.sequence = Some(sequence);
            detail.actors.extend(actors);
        });
        detection.within("Anomaly", |anomaly| {
            anomaly.within("Unusual", |unusual| unusual.flatten(&mut detail.evidence, "Unusual", 4));
        });
    });
    for (label, name) in [
        ("Service", "ServiceName"),
        ("Detector", "DetectorId"),
        ("Feature", "FeatureName"),
        ("Feedback", "UserFeedback"),
    ] {
        tree.fact(&mut detail.provenance, label, name);
    }
}

/// Threat intelligence and `AdditionalInfo`, and the threat lists that name the one actor.
fn evidence(tree: &mut Tree<'_>, detail: &mut Detail) {
    let mut lists: Vec<String> = Vec::new();
    tree.within("Evidence", |evidence| {
        evidence.each("ThreatIntelligenceDetails", |list| {
            let name = list.text("ThreatListName");
            let threats = list.texts("ThreatNames").join(", ");
            let line = match (&name, threats.is_empty()) {
                (Some(name), true) => name.clone(),
                (Some(name), false) => format!("{name}: {threats}"),
                (None, _) => threats,
            };
            push(&mut detail.evidence, "Threat list", Some(line));
            list.fact(&mut detail.evidence, "File SHA-256", "ThreatFileSha256");
            lists.extend(name);
        });
    });
    tree.within("AdditionalInfo", |info| {
        info.within("Value", |value| additional(value, &mut detail.evidence, &mut lists));
        // `Type` is `default`, or says how to read `Value`: no evidence by itself.
        let kind = info.take_where(|key| key.eq_ignore_ascii_case("type"));
        additional(info, &mut detail.evidence, &mut lists);
        for (key, value) in kind {
            info.put(&key, value);
        }
    });
    lists.dedup();
    if let [only] = &mut detail.actors[..] {
        only.threat_lists = lists;
    }
}

fn additional(tree: &mut Tree<'_>, facts: &mut Vec<Fact>, lists: &mut Vec<String>) {
    tree.flag("Sample"); // the row says it
    if let Some(list) = tree.text("ThreatListName") {
        push(facts, "Threat list", Some(list.clone()).filter(|list| !lists.contains(list)));
        lists.push(list);
    }
    for (field, label) in [("RecentApiCalls", "Recent API call"), ("ApiCalls", "API call")] {
        tree.each(field, |call| {
            let api = call.text("Api");
            let name = api.or(call.text("Name")).unwrap_or_default();
            let count = call.text("Count").map_or_else(String::new, |count| format!(" ×{count}"));
            let times = [call.time("FirstSeen"), call.time("LastSeen")].into_iter().flatten();
            let times = times.map(|at| at.to_string()).collect::<Vec<_>>().join(" to ");
            let times = if times.is_empty() { times } else { format!(" ({times})") };
            push(facts, label, Some(format!("{name}{count}{times}")));
        });
    }
    tree.flatten(facts, "", 3);
}

/// A process, as GuardDuty's agent saw it.
fn process_facts(tree: &mut Tree<'_>, facts: &mut Vec<Fact>) {
    for (label, name) in [
        ("Process", "Name"),
        ("Executable", "ExecutablePath"),
        ("SHA-256", "ExecutableSha256"),
        ("PID", "Pid"),
        ("User", "User"),
        ("User ID", "UserId"),
        ("Effective user ID", "Euid"),
        ("Working directory", "Pwd"),
        ("Started", "StartTime"),
        ("PID in namespace", "NamespacePid"),
    ] {
        tree.fact(facts, label, name);
    }
    let mut lineage = Vec::new();
    tree.each("Lineage", |parent| {
        let path = parent.text("ExecutablePath");
        let path = path.or(parent.text("Name")).unwrap_or_default();
        let pid = parent.text("Pid").map_or_else(String::new, |pid| format!(" ({pid})"));
        lineage.push(format!("{path}{pid}"));
    });
    push(facts, "Started by", Some(lineage.join(" ← ")));
}

/// A scan of volumes, and what it found.
fn volume_scan(tree: &mut Tree<'_>, facts: &mut Vec<Fact>) {
    tree.within("ScanDetections", |found| {
        found.within("HighestSeverityThreatDetails", |worst| worst.flatten(facts, "Worst threat", 1));
        found.within("ThreatDetectedByName", |named| {
            named.each("ThreatNames", |threat| threat_line(threat, facts));
            named.flatten(facts, "", 1);
        });
        found.flatten(facts, "", 1);
    });
    tree.flatten(facts, "", 1);
}

/// One threat with the files that hold it. Source: GuardDuty API reference `ScanThreatName`, `Threat`; ASFF `Threats`.
pub(super) fn threat_line(tree: &mut Tree<'_>, facts: &mut Vec<Fact>) {
    let name = tree.text("Name").unwrap_or_else(|| "unnamed".to_owned());
    let severity = tree.text("Severity").map_or_else(String::new, |severity| format!(" [{severity}]"));
    let count = tree.text("ItemCount").map_or_else(String::new, |count| format!(" ×{count}"));
    push(facts, "Threat", Some(format!("{name}{severity}{count}")));
    for field in ["FilePaths", "ItemPaths"] {
        tree.each(field, |file| {
            let path = file.text("FilePath");
            let path = path.or(file.text("NestedItemPath")).or(file.text("FileName"));
            let hash = file.text("Hash").map_or_else(String::new, |hash| format!(" ({hash})"));
            push(facts, "File", path.map(|path| format!("{path}{hash}")));
        });
    }
}

/// Joins the principals among the resources with those who acted: the one actor of unknown name is that principal.
pub(super) fn join(actors: &mut Vec<Actor>, principals: Vec<Actor>) {
    for principal in principals {
        if principal == Actor::default() || actors.iter().any(|actor| is_same(actor, &principal)) {
            continue;
        }
        match &mut actors[..] {
            [only] if only.principal.is_none() || only.principal == principal.principal => {
                only.principal = principal.principal;
                only.principal_type = principal.principal_type;
                only.access_key = only.access_key.take().or(principal.access_key);
                only.account = only.account.take().or(principal.account);
                only.user_agent = only.user_agent.take().or(principal.user_agent);
            }
            _ => actors.push(principal),
        }
    }
}

fn is_same(actor: &Actor, principal: &Actor) -> bool {
    actor.access_key.is_some() && actor.access_key == principal.access_key
}
