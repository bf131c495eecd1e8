//! `GetFindingsStatistics`: counts by severity, or by one grouping.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::emulator::data::json::Json;
use crate::emulator::reply::Reply;
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;

use super::criteria::{Criteria, texts};
use super::{bad, rows};

/// The attribute, the member of the answer, and the key of a group.
const GROUPS: [(&str, &str, &str, &str); 3] = [
    ("ACCOUNT", "accountId", "groupedByAccount", "accountId"),
    ("FINDING_TYPE", "type", "groupedByFindingType", "findingType"),
    ("SEVERITY", "severity", "groupedBySeverity", "severity"),
];

pub(crate) fn get(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let criteria = Criteria::read(body.get("findingCriteria")).map_err(|why| bad(&why))?;
    let most = body.get("maxResults").and_then(Value::as_u64).unwrap_or(25);
    if !(1..=100).contains(&most) {
        return Err(bad("the parameter maxResults is not between 1 and 100"));
    }
    let group = body.get("groupBy").and_then(Value::as_str);
    let (_, attribute, member, key) = match group {
        None => ("", "severity", "countBySeverity", ""),
        Some(word) => {
            *GROUPS.iter().find(|(known, ..)| *known == word).ok_or_else(|| bad("this groupBy is not known here"))?
        }
    };
    let world = shared.world();
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    let (mut filter, mut scratch) = (Json::default(), Json::default());
    for index in rows(&world, request).filter(|index| criteria.pass(&world, *index, &mut filter)) {
        scratch.clear();
        world.native(index, &mut scratch);
        let finding: Value = serde_json::from_str(scratch.as_str()).unwrap_or_default();
        for text in texts(&finding, attribute) {
            *counts.entry(text).or_default() += 1;
        }
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    if group.is_some() {
        sorted.truncate(usize::try_from(most).unwrap_or(25));
    }
    Ok(Reply::object(|j| {
        j.object_at("findingStatistics", |j| {
            if group.is_none() {
                j.object_at(member, |j| {
                    for (text, count) in &sorted {
                        j.int(text, *count);
                    }
                });
                return;
            }
            j.array_at(member, |j| {
                for (text, count) in &sorted {
                    j.object(|j| {
                        if key == "severity" {
                            j.float(key, text.parse().unwrap_or(0.0));
                        } else {
                            j.text(key, text);
                        }
                        j.int("totalFindings", *count);
                    });
                }
            });
        });
    }))
}
