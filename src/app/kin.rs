//! What else a finding is part of: the queries whose findings share something with it, and how many each finds.
//!
//! In: a finding. Out: [`Door`]s, their counts once they are counted off the loop ([`Effect::Count`]). The page of a
//! finding and the sheet of its kin show the same; both lead to the list that the query is.

use std::collections::HashSet;
use std::sync::Arc;

use super::effect::Generation;
use super::{Effect, Moment, State, View, detail};
use crate::model::ObservableKind;
use crate::query::{self, Glob, Query};
use crate::store::{Row, RowId};

/// What two findings have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    Resource,
    Principal,
    Ip,
    AccessKey,
    /// The same control, on other resources.
    Control,
    Type,
    Account,
}

impl Relation {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resource => "same resource",
            Self::Principal => "same principal",
            Self::Ip => "same IP address",
            Self::AccessKey => "same access key",
            Self::Control => "same control elsewhere",
            Self::Type => "same type",
            Self::Account => "same account",
        }
    }

    /// Behind a number of findings: `12 in this account`.
    #[must_use]
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Resource => "of this resource",
            Self::Principal => "of this principal",
            Self::Ip => "of this IP address",
            Self::AccessKey => "of this access key",
            Self::Control => "of the same control elsewhere",
            Self::Type => "of the same type",
            Self::Account => "in this account",
        }
    }
}

/// The way to the findings that share one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    pub relation: Relation,
    /// What is shared, as a person calls it.
    pub value: String,
    /// The query that finds them.
    pub text: String,
    query: Arc<Query>,
}

/// The doors of one finding, counted or not yet.
#[derive(Debug, Clone, Default)]
pub struct Kin {
    pub row: Option<RowId>,
    pub doors: Vec<Door>,
    /// By door; empty until they are counted.
    counts: Vec<u64>,
    asked: Generation,
    answered: Generation,
    /// The snapshot that was there when they were asked for.
    version: Option<u64>,
}

/// At most this many resources have a door of their own.
const RESOURCES: usize = 4;
/// And so many of its principals, of its addresses, of its keys.
const OBSERVABLES: usize = 3;

impl Kin {
    /// The doors of a finding, not counted.
    #[must_use]
    pub fn of(row: &Row<'_>) -> Self {
        let mut kin = Self { row: Some(row.row_id()), ..Self::default() };
        let mut named = HashSet::new();
        let resources = row.resources().filter(|resource| !resource.id.is_empty());
        for resource in resources.filter(|resource| named.insert(resource.id)).take(RESOURCES) {
            let name = resource.name.unwrap_or(resource.id);
            kin.door(Relation::Resource, name, is("resource.id", resource.id));
        }
        for (kind, relation, field) in [
            (ObservableKind::Principal, Relation::Principal, "principal"),
            (ObservableKind::Ip, Relation::Ip, "actor.ip"),
            (ObservableKind::AccessKey, Relation::AccessKey, "accesskey"),
        ] {
            for (_, value) in row.observables().filter(|(of, _)| *of == kind).take(OBSERVABLES) {
                kin.door(relation, value, is(field, value));
            }
        }
        if let Some(control) = row.control() {
            let here = row.resources().next().map(|resource| format!(" -{}", is("resource.id", resource.id)));
            kin.door(Relation::Control, control, is("control", control) + &here.unwrap_or_default());
        }
        if let Some(kind) = row.types().next() {
            kin.door(Relation::Type, kind, is("type", kind));
        }
        if let Some(account) = row.account() {
            kin.door(Relation::Account, row.account_name().unwrap_or(account), is("account", account));
        }
        kin
    }

    fn door(&mut self, relation: Relation, value: &str, text: String) {
        // What is quoted reads as one value: a test holds it.
        if let Ok(query) = query::parse(&text) {
            self.doors.push(Door { relation, value: value.to_owned(), text, query: Arc::new(query) });
        }
    }

    /// How many findings are behind a door; `None` while they are not counted.
    #[must_use]
    pub fn count(&self, door: usize) -> Option<u64> {
        self.counts.get(door).copied()
    }
}

/// `control=IAM.9`, quoted where it must be.
fn is(field: &str, value: &str) -> String {
    format!("{field}={}", Glob::whole(value))
}

/// The kin of this finding are on the screen: they are counted, and again when there is a newer snapshot.
pub(super) fn show(state: &mut State, row: RowId, moment: &Moment<'_>) -> Vec<Effect> {
    let version = Some(moment.snapshot.version());
    if state.kin.row == Some(row) && (state.kin.version == version || state.kin.asked != state.kin.answered) {
        return Vec::new();
    }
    // A finding that is gone keeps its doors.
    let Some(found) = moment.snapshot.row(row) else { return Vec::new() };
    let mut kin = Kin::of(&found);
    if state.kin.row == Some(row) && state.kin.doors == kin.doors {
        kin.counts = std::mem::take(&mut state.kin.counts);
    }
    let generation = state.next_generation();
    let queries = kin.doors.iter().map(|door| Arc::clone(&door.query)).collect();
    state.kin = Kin { asked: generation, answered: state.kin.answered, version, ..kin };
    vec![Effect::Count { generation, queries }]
}

/// The answer to [`Effect::Count`]; `None` when it was lost. Only the newest question's counts.
pub(super) fn counted(
    state: &mut State,
    generation: Generation,
    counts: Option<Vec<u64>>,
    moment: &Moment<'_>,
) -> Vec<Effect> {
    if generation != state.kin.asked {
        return Vec::new();
    }
    state.kin.answered = generation;
    let lost = counts.is_none();
    state.kin.counts = counts.unwrap_or_default();
    if state.view == View::Detail {
        detail::resized(state, moment);
    }
    if lost { Vec::new() } else { refreshed(state, moment) }
}

/// Somebody else counts now: a question on its way is not waited for.
pub(super) fn forget(state: &mut State) {
    if state.kin.asked != state.kin.answered {
        state.kin.answered = state.kin.asked;
        state.kin.version = None;
    }
}

/// A newer snapshot is there.
pub(super) fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    match state.kin.row {
        // One set of counts at a time.
        Some(_) if state.saved.is_asking() => Vec::new(),
        Some(row) if state.view == View::Detail || super::choose::kin::is_open(state) => show(state, row, moment),
        _ => Vec::new(),
    }
}
