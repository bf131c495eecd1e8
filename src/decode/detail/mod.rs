//! The full reading of one record, on demand: who, what, where, with what, and what to do.
//!
//! In: a record's JSON. Out: a [`Detail`]. The record becomes a tree; each part of the reading takes out what it shows,
//! and what nobody took is [`Detail::rest`], so that no field is out of reach and none is shown twice.

mod action;
mod asff;
mod guardduty;
mod resource;
mod sequence;
mod service;
mod tree;
mod vulnerability;

use serde_json::Value;

use self::tree::Tree;
use super::{DecodeError, mend};
use crate::model::{Detail, Finding, Format};

/// Reads a record that the light reading has read.
pub(super) fn read(finding: &Finding<'_>, json: &[u8]) -> Result<Detail, DecodeError> {
    let mut value: Value = match serde_json::from_slice(json) {
        Ok(value) => value,
        Err(error) => match mend::mended(json) {
            Some(mended) => serde_json::from_slice(&mended)?,
            None => return Err(error.into()),
        },
    };
    let mut detail =
        Detail { title: finding.title.to_string(), description: finding.description.to_string(), ..Detail::default() };
    if let Some(mut tree) = Tree::of(&mut value) {
        match finding.format {
            Format::Asff => asff::read(&mut tree, finding, &mut detail),
            Format::GuardDuty => guardduty::read(&mut tree, finding, &mut detail),
        }
        tree.prune();
    }
    detail.timeline.sort_by_key(|(_, at)| *at);
    detail.rest = value;
    Ok(detail)
}

/// Takes a time into the timeline.
fn moment(detail: &mut Detail, tree: &mut Tree<'_>, label: &str, name: &str) {
    if let Some(at) = tree.time(name) {
        detail.timeline.push((label.to_owned(), at));
    }
}
