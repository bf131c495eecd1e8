//! What sources told beside findings, as the image has it: JSON, for it is little and of many shapes.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::file::{ImageFile, In};
use super::{About, ImageError, StoreTold};
use crate::model::{Cached, Scope, Service, Standard};
use crate::store::facts::NameFrom;
use crate::store::tables::Facts;

/// What is known before anything else is read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Head {
    saved: Timestamp,
    asked: String,
    findings: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
struct Place {
    service: String,
    account: String,
    region: String,
}

impl Place {
    fn of(scope: &Scope) -> Self {
        Self {
            service: scope.service.id().to_owned(),
            account: scope.account.to_string(),
            region: scope.region.to_string(),
        }
    }

    fn scope(&self) -> Option<Arc<Scope>> {
        let service = Service::ALL.into_iter().find(|service| service.id() == self.service)?;
        Some(Arc::new(Scope { service, account: self.account.as_str().into(), region: self.region.as_str().into() }))
    }
}

/// A name of an account: who told it (the time of a finding's update; else the organization), and its string.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Name {
    account: String,
    text: String,
    finding: Option<i64>,
    string: u32,
}

/// When a scope was whole, or was left in part.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct AsOf {
    place: Place,
    at: Timestamp,
    whole: bool,
}

/// All of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Told {
    head: Option<Head>,
    /// In the order of their numbers.
    scopes: Vec<Place>,
    as_of: Vec<AsOf>,
    names: Vec<Name>,
    standards: Vec<(Place, Vec<Standard>)>,
}

impl Told {
    pub(super) fn of(told: &StoreTold, facts: &Facts, asked: &str, now: Timestamp, findings: u64) -> Self {
        // Statuses and the merged standards are made anew from what is here and what this session hears.
        let Facts { statuses: _, standards: _, accounts, scopes } = facts;
        let name = |(account, (from, name)): (&String, &(NameFrom, String))| Name {
            account: account.clone(),
            text: name.clone(),
            finding: match from {
                NameFrom::Finding(at) => Some(*at),
                NameFrom::Organization => None,
            },
            string: accounts.get(account).copied().unwrap_or_default(),
        };
        let as_of = |(scope, cached): (Arc<Scope>, Cached)| AsOf {
            place: Place::of(&scope),
            at: cached.at(),
            // The next session must ask again for what did not decode.
            whole: matches!(cached, Cached::Whole { .. }) && !told.has_rejected(&scope),
        };
        Self {
            head: Some(Head { saved: now, asked: asked.to_owned(), findings }),
            scopes: scopes.iter().map(|scope| Place::of(scope)).collect(),
            as_of: told.as_of.left(scopes, now).into_iter().map(as_of).collect(),
            names: told.names.iter().map(name).collect(),
            standards: told.standards.iter().map(|(scope, all)| (Place::of(scope), all.clone())).collect(),
        }
    }

    pub(super) fn about(&self) -> Option<&Head> {
        self.head.as_ref()
    }

    /// Brings back what was told.
    pub(super) fn restore(self, told: &mut StoreTold, facts: &mut Facts) {
        facts.scopes = self.scopes.iter().filter_map(Place::scope).collect();
        facts.accounts = self.names.iter().map(|name| (name.account.clone(), name.string)).collect();
        let earlier = self.as_of.iter().filter_map(|held| {
            let cached = if held.whole { Cached::Whole { at: held.at } } else { Cached::Part { at: held.at } };
            Some((held.place.scope()?, cached))
        });
        told.as_of = crate::store::cached::AsOf::of_earlier(earlier);
        for Name { account, text, finding, .. } in self.names {
            let from = finding.map_or(NameFrom::Organization, NameFrom::Finding);
            told.names.insert(account, (from, text));
        }
        for (place, standards) in self.standards {
            if let Some(scope) = place.scope() {
                told.standards(scope, standards);
            }
        }
        told.changed();
    }
}

fn json<T: serde::de::DeserializeOwned>(input: &mut In<'_>) -> Result<T, ImageError> {
    let damaged = input.damaged();
    let size = usize::try_from(input.rest()).unwrap_or(usize::MAX);
    serde_json::from_slice(input.take(size)?).map_err(|_| damaged)
}

pub(super) fn about(file: &ImageFile) -> Result<About, ImageError> {
    let head: Head = file.section("about", "json", json)?;
    Ok(About { saved: head.saved, asked: head.asked, findings: head.findings })
}

pub(super) fn told(file: &ImageFile) -> Result<Told, ImageError> {
    file.section("told", "json", json)
}
