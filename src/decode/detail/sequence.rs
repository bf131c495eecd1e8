//! Attack sequences: `Service.Detection.Sequence` of GuardDuty and `Detection.Sequence` of ASFF, which have one shape.

use super::tree::{Tree, push};
use crate::model::detail::{Actor, Fact, Sequence, Signal};

/// Reads `Sequence`, and the actors and endpoints that it names.
pub(super) fn read(tree: &mut Tree<'_>) -> (Sequence, Vec<Actor>) {
    let mut sequence = Sequence {
        uid: tree.text("Uid").unwrap_or_default(),
        description: tree.text("Description").unwrap_or_default(),
        ..Sequence::default()
    };
    let mut actors = Vec::new();
    tree.each("Actors", |actor| actors.push(person(actor)));
    tree.each("Endpoints", |endpoint| actors.push(place(endpoint)));
    actors.retain(|actor| *actor != Actor::default());
    tree.each("Signals", |signal| sequence.signals.push(one_signal(signal)));
    sequence.signals.sort_by_key(|signal| signal.first_seen);
    tree.each("SequenceIndicators", |indicator| sequence.indicators.extend(one_indicator(indicator)));
    tree.fact_list(&mut sequence.indicators, "More sequence types", "AdditionalSequenceTypes");
    (sequence, actors)
}

fn person(tree: &mut Tree<'_>) -> Actor {
    let mut actor = Actor::default();
    tree.within("User", |user| {
        actor.principal = user.text("Name");
        actor.principal_type = user.text("Type");
        actor.access_key = user.text("CredentialUid");
        actor.principal = actor.principal.take().or(user.text("Uid"));
        actor.account = user.within("Account", |account| account.text("Uid")).flatten();
    });
    actor
}

fn place(tree: &mut Tree<'_>) -> Actor {
    let mut actor = Actor { ip: tree.text("Ip"), domain: tree.text("Domain"), ..Actor::default() };
    tree.within("Location", |location| {
        actor.city = location.text("City");
        actor.country = location.text("Country");
    });
    tree.within("AutonomousSystem", |system| {
        actor.asn = system.text("Number");
        actor.organization = system.text("Name");
    });
    actor
}

fn one_signal(tree: &mut Tree<'_>) -> Signal {
    let title = tree.text("Title");
    let mut signal = Signal {
        kind: tree.text("Type").unwrap_or_default(),
        name: tree.text("Name").or(title).unwrap_or_default(),
        first_seen: tree.time("FirstSeenAt").or_else(|| tree.time("CreatedAt")),
        last_seen: tree.time("LastSeenAt").or_else(|| tree.time("UpdatedAt")),
        count: tree.count("Count"),
        tactics: Vec::new(),
    };
    tree.each("SignalIndicators", |indicator| {
        let key = indicator.peek("Key").unwrap_or_default();
        if key.contains("TACTIC") || key.contains("TECHNIQUE") {
            indicator.text("Key");
            indicator.text("Title");
            indicator.text("Type");
            signal.tactics.extend(indicator.texts("Values"));
        }
    });
    signal
}

fn one_indicator(tree: &mut Tree<'_>) -> Option<Fact> {
    let key = tree.text("Key")?;
    let label = tree.text("Title").unwrap_or(key);
    tree.text("Type");
    let mut facts = Vec::new();
    push(&mut facts, &label, Some(tree.texts("Values").join(", ")));
    facts.pop()
}
