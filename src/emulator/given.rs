//! Records that were given, by file or by `BatchImportFindings`: their JSON as it came, and the row that each fills.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::model::{Severity, time};

use super::data::org::{Account, HOME, Org, Stage, account};
use super::data::row::{ComplianceStatus, Maker, Row, State, WorkflowStatus, seconds};

/// One record.
#[derive(Debug)]
struct Record {
    json: Box<str>,
    product_arn: String,
    /// `GuardDuty`'s bare id.
    guardduty_id: String,
    row: u32,
}

/// All given records.
#[derive(Debug, Default)]
pub(crate) struct Given {
    records: Vec<Record>,
    /// ASFF `Id` to the records that bear it (products may share an id).
    ids: HashMap<String, Vec<u32>>,
    guardduty_ids: HashMap<String, u32>,
}

/// What a record is, by its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Asff,
    GuardDuty,
}

/// ASFF has `AwsAccountId` or a `ProductArn`; `GuardDuty` has an account id, a service and a resource, in either case.
pub(crate) fn shape(record: &Value) -> Option<Shape> {
    let has = |name: &str| record.get(name).is_some();
    if has("ProductArn") || has("AwsAccountId") {
        return Some(Shape::Asff);
    }
    let either = |camel: &str, pascal: &str| has(camel) || has(pascal);
    (either("accountId", "AccountId") && either("service", "Service") && either("resource", "Resource"))
        .then_some(Shape::GuardDuty)
}

fn text<'v>(record: &'v Value, names: &[&str]) -> &'v str {
    names.iter().find_map(|name| record.get(name)?.as_str()).unwrap_or_default()
}

impl Given {
    pub(crate) fn json(&self, place: u32) -> &str {
        self.records.get(place as usize).map_or("null", |record| &record.json)
    }

    pub(crate) fn guardduty_id(&self, place: u32) -> &str {
        self.records.get(place as usize).map_or("", |record| &record.guardduty_id)
    }

    pub(crate) fn row(&self, id: &str, product_arn: Option<&str>) -> Option<u32> {
        let places = self.ids.get(id)?.iter();
        let mut records = places.filter_map(|place| self.records.get(*place as usize));
        records.find(|record| product_arn.is_none_or(|arn| arn == record.product_arn)).map(|record| record.row)
    }

    pub(crate) fn rows(&self, id: &str) -> Vec<u32> {
        let places = self.ids.get(id).map_or(&[] as &[u32], Vec::as_slice);
        places.iter().filter_map(|place| self.records.get(*place as usize)).map(|record| record.row).collect()
    }

    pub(crate) fn guardduty_row(&self, id: &str) -> Option<u32> {
        let place = *self.guardduty_ids.get(id)?;
        self.records.get(place as usize).map(|record| record.row)
    }

    /// Adds a record, or replaces the one of the same identity; a new row is pushed to `rows`.
    pub(crate) fn add(&mut self, org: &mut Org, rows: &mut Vec<Row>, shape: Shape, record: &Value, json: &str) -> bool {
        let id = text(record, &["Id", "id"]).to_owned();
        let product_arn = text(record, &["ProductArn"]).to_owned();
        let known = match shape {
            Shape::Asff => self.row(&id, Some(&product_arn)),
            Shape::GuardDuty => self.guardduty_row(&id),
        };
        let place = known.map(|row| rows[row as usize].resource);
        let next = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let mut row = row_of(org, shape, record);
        row.resource = place.unwrap_or(next);
        if let (Some(at), Some(place)) = (known, place) {
            rows[at as usize] = row;
            self.records[place as usize].json = json.into();
            return false;
        }
        let at = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        rows.push(row);
        match shape {
            Shape::Asff => self.ids.entry(id.clone()).or_default().push(next),
            Shape::GuardDuty => {
                self.guardduty_ids.insert(id.clone(), next);
            }
        }
        self.records.push(Record { json: json.into(), product_arn, guardduty_id: id, row: at });
        true
    }
}

fn row_of(org: &mut Org, shape: Shape, record: &Value) -> Row {
    let pointer = |path: &str| record.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let at = |names: &[&str]| time::parse(text(record, names)).map_or(0, |t| seconds(t.as_millisecond()));
    let score = ["severity", "Severity"].iter().find_map(|name| record.get(name)?.as_f64());
    let severity = match (shape, score) {
        (Shape::GuardDuty, Some(score)) => Severity::from_guardduty(score),
        _ => asff_severity(record),
    };
    let archived = ["/service/archived", "/Service/Archived"].iter().any(|path| match record.pointer(path) {
        Some(Value::Bool(archived)) => *archived,
        Some(Value::String(word)) => word.eq_ignore_ascii_case("true"),
        _ => false,
    });
    let region = text(record, &["Region", "region"]);
    let region = if region.is_empty() { HOME } else { region };
    Row {
        maker: if shape == Shape::Asff { Maker::Asff } else { Maker::GivenGuardDuty },
        severity,
        compliance: match pointer("/Compliance/Status") {
            "PASSED" => ComplianceStatus::Passed,
            "FAILED" => ComplianceStatus::Failed,
            "WARNING" => ComplianceStatus::Warning,
            "NOT_AVAILABLE" => ComplianceStatus::NotAvailable,
            _ => ComplianceStatus::None,
        },
        workflow: WorkflowStatus::from_word(pointer("/Workflow/Status")).unwrap_or(WorkflowStatus::New),
        record: if pointer("/RecordState") == "ARCHIVED" { State::Archived } else { State::Active },
        guardduty: if archived { State::Archived } else { State::Active },
        region: region_index(org, region),
        standard: 0,
        account: account_index(
            org,
            text(record, &["AwsAccountId", "accountId", "AccountId"]),
            text(record, &["AwsAccountName"]),
        ),
        sub: 0,
        resource: 0,
        created: at(&["CreatedAt", "createdAt"]),
        updated: at(&["UpdatedAt", "updatedAt"]),
        seen_again: 0,
    }
}

fn asff_severity(record: &Value) -> Severity {
    let label = record.pointer("/Severity/Label").and_then(Value::as_str).and_then(Severity::from_label);
    let number = |path: &str| record.pointer(path).and_then(Value::as_f64);
    label
        .or_else(|| number("/Severity/Normalized").map(Severity::from_normalized))
        .or_else(|| number("/Severity/Product").map(|product| Severity::from_normalized(product * 10.0)))
        .unwrap_or(Severity::Informational)
}

fn region_index(org: &mut Org, region: &str) -> u8 {
    org.region_index(region).unwrap_or_else(|| {
        org.regions.push(Arc::from(region));
        u8::try_from(org.regions.len() - 1).unwrap_or(0)
    })
}

fn account_index(org: &mut Org, id: &str, name: &str) -> u16 {
    org.account_index(id).unwrap_or_else(|| {
        let made: Account = account(id, name, Stage::Core);
        org.accounts.push(made);
        u16::try_from(org.accounts.len() - 1).unwrap_or(0)
    })
}
