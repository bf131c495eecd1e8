//! `BatchUpdateFindings` and `BatchImportFindings`.
//!
//! Updates are taken at once and show after the configured delay (AWS: "several minutes"); `UpdatedAt` stays.

use serde_json::{Map, Value};

use crate::emulator::data::json::time_text;
use crate::emulator::edit::Edit;
use crate::emulator::given::Shape;
use crate::emulator::reply::{Reply, invalid};
use crate::emulator::request::Request;
use crate::emulator::shared::Shared;
use crate::emulator::world::Change;

const BATCH: usize = 100;
const MAX_FINDING: usize = 240 * 1024;

pub(crate) fn batch_update(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let now = time_text(shared.now());
    let identifiers = body
        .get("FindingIdentifiers")
        .and_then(Value::as_array)
        .ok_or_else(|| invalid("FindingIdentifiers is missing"))?;
    if identifiers.is_empty() || identifiers.len() > BATCH {
        return Err(invalid(&format!(
            "FindingIdentifiers holds {} findings; 1 to {BATCH} are allowed",
            identifiers.len()
        )));
    }
    let edit = Edit::read(&body, &now).map_err(|why| invalid(&why))?;
    if edit.is_empty() {
        return Err(invalid("Nothing to update was given"));
    }
    let mut changes = Vec::new();
    let mut processed = Vec::new();
    let mut unprocessed: Vec<(String, String, &str, &str)> = Vec::new();
    {
        let world = shared.world();
        for identifier in identifiers {
            let text = |name: &str| identifier.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let (id, product) = (text("Id"), text("ProductArn"));
            if id.is_empty() || product.is_empty() {
                return Err(invalid("FindingIdentifiers: Id and ProductArn are required"));
            }
            let repeated = processed.iter().any(|(i, p)| *i == id && *p == product);
            match world.find(&id, Some(&product)) {
                _ if repeated => {
                    unprocessed.push((id, product, "DuplicatedFindingIdentifier", "The finding is named twice"));
                }
                None => unprocessed.push((id, product, "FindingNotFound", "Finding Not Found")),
                Some(row) => {
                    changes.push(Change::Edit { row, edit: Box::new(edit.clone()), by: request.principal() });
                    processed.push((id, product));
                }
            }
        }
    }
    shared.schedule(shared.write_delay(), changes);
    Ok(Reply::object(|j| {
        j.array_at("ProcessedFindings", |j| {
            for (id, product) in &processed {
                j.object(|j| {
                    j.text("Id", id);
                    j.text("ProductArn", product);
                });
            }
        });
        j.array_at("UnprocessedFindings", |j| {
            for (id, product, code, message) in &unprocessed {
                j.object(|j| {
                    j.object_at("FindingIdentifier", |j| {
                        j.text("Id", id);
                        j.text("ProductArn", product);
                    });
                    j.text("ErrorCode", code);
                    j.text("ErrorMessage", message);
                });
            }
        });
    }))
}

const REQUIRED: [&str; 9] = [
    "SchemaVersion",
    "Id",
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "CreatedAt",
    "UpdatedAt",
    "Title",
    "Description",
];

pub(crate) fn batch_import(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let body = request.json()?;
    let findings = body.get("Findings").and_then(Value::as_array).ok_or_else(|| invalid("Findings is missing"))?;
    if findings.is_empty() || findings.len() > BATCH {
        return Err(invalid(&format!("Findings holds {} findings; 1 to {BATCH} are allowed", findings.len())));
    }
    let now = time_text(shared.now());
    let mut world = shared.world_mut();
    let mut failed: Vec<(String, &str, String)> = Vec::new();
    for finding in findings {
        match checked(finding) {
            Ok(members) => {
                let value = completed(members, request, &now);
                let json = value.to_string();
                let world = &mut *world;
                world.given.add(&mut world.org, &mut world.rows, Shape::Asff, &value, &json);
            }
            Err((code, why)) => {
                let id = finding.get("Id").and_then(Value::as_str).unwrap_or_default().to_owned();
                failed.push((id, code, why));
            }
        }
    }
    drop(world);
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(Reply::object(|j| {
        j.int("FailedCount", count(failed.len()));
        j.int("SuccessCount", count(findings.len() - failed.len()));
        j.array_at("FailedFindings", |j| {
            for (id, code, why) in &failed {
                j.object(|j| {
                    j.text("Id", id);
                    j.text("ErrorCode", code);
                    j.text("ErrorMessage", why);
                });
            }
        });
    }))
}

fn checked(finding: &Value) -> Result<&Map<String, Value>, (&'static str, String)> {
    let members = finding.as_object().ok_or(("InvalidInput", "not an object".to_owned()))?;
    for name in REQUIRED {
        if members.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(("InvalidInput", format!("{name} is missing")));
        }
    }
    if members.get("Resources").and_then(Value::as_array).is_none_or(Vec::is_empty) {
        return Err(("InvalidInput", "Resources is missing".to_owned()));
    }
    if !members.contains_key("Severity") && !members.contains_key("FindingProviderFields") {
        return Err(("InvalidInput", "Severity is missing".to_owned()));
    }
    if finding.to_string().len() > MAX_FINDING {
        return Err(("FindingSizeExceeded", "The finding is larger than 240 KB".to_owned()));
    }
    Ok(members)
}

/// What Security Hub adds to an imported finding.
fn completed(members: &Map<String, Value>, request: &Request, now: &str) -> Value {
    let mut whole = members.clone();
    let mut default = |name: &str, value: Value| {
        whole.entry(name).or_insert(value);
    };
    default("Region", request.region.as_str().into());
    default("WorkflowState", "NEW".into());
    default("Workflow", serde_json::json!({"Status": "NEW"}));
    default("RecordState", "ACTIVE".into());
    default("ProcessedAt", now.into());
    Value::Object(whole)
}
