//! `GetFindingHistory`: when a finding was made, and what was done to it here.

use serde_json::Value;

use crate::emulator::data::json::{Json, time_text};
use crate::emulator::data::row::millis;
use crate::emulator::reply::{Reply, invalid};
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;
use crate::emulator::world::{Version, Via};

use super::page::{max_results, page};

pub(crate) fn get_finding_history(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let size = max_results(body.get("MaxResults").and_then(Value::as_i64), 100, 100)?;
    let text = |path: &str| body.pointer(path).and_then(Value::as_str);
    let (Some(id), Some(product)) = (text("/FindingIdentifier/Id"), text("/FindingIdentifier/ProductArn")) else {
        return Err(invalid("FindingIdentifier needs Id and ProductArn"));
    };
    let world = shared.world();
    let row = world.find(id, Some(product)).ok_or_else(|| invalid("The finding was not found"))?;
    let mut versions: Vec<(Version, bool)> = world.history(row).iter().rev().map(|v| (v.clone(), false)).collect();
    let created = millis(world.rows[row as usize].created);
    versions.push((Version { at: created, by: product.to_owned(), via: Via::BatchImport, updates: Vec::new() }, true));
    let page = page(versions.len(), size, text("/NextToken"), id)?;
    Ok(Reply::object(|j| {
        j.array_at("Records", |j| {
            for (version, first) in &versions[page.from..page.upto] {
                record(j, id, product, version, *first);
            }
        });
        if let Some(next) = &page.next {
            j.text("NextToken", next);
        }
    }))
}

fn record(j: &mut Json, id: &str, product: &str, version: &Version, first: bool) {
    j.object(|j| {
        j.object_at("FindingIdentifier", |j| {
            j.text("Id", id);
            j.text("ProductArn", product);
        });
        j.text("UpdateTime", &time_text(version.at));
        j.bool("FindingCreated", first);
        j.object_at("UpdateSource", |j| {
            j.text(
                "Type",
                match version.via {
                    Via::BatchImport => "BATCH_IMPORT_FINDINGS",
                    Via::BatchUpdate => "BATCH_UPDATE_FINDINGS",
                },
            );
            j.text("Identity", &version.by);
        });
        j.array_at("Updates", |j| {
            for (field, old, new) in &version.updates {
                j.object(|j| {
                    j.text("UpdatedField", field);
                    j.text("OldValue", old);
                    j.text("NewValue", new);
                });
            }
        });
    });
}
