//! One finding as the JSON contract has it: these keys, in this order, absent when unknown, times in RFC 3339 UTC.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use crate::store::{Row, RowId, Snapshot};

/// The contract. Scripts build on the names: they never change meaning.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Finding<'a> {
    id: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    product: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workflow: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    record_state: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    compliance: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    standards: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<Timestamp>,
    sources: Vec<&'static str>,
    records: Vec<Record<'a>>,
    sample: bool,
}

#[derive(Debug, Serialize)]
struct Resource<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    id: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Record<'a> {
    id: Cow<'a, str>,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

impl<'a> Finding<'a> {
    pub(in crate::cli) fn of(row: &Row<'a>) -> Self {
        Self {
            id: row.id(),
            product: row.product(),
            title: row.title(),
            severity: row.severity().map(crate::model::Severity::label),
            score: row.score(),
            account: row.account(),
            account_name: row.account_name(),
            region: row.region(),
            resources: row.resources().map(|r| Resource { id: r.id, kind: r.kind, name: r.name }).collect(),
            types: row.types().collect(),
            workflow: row.workflow(),
            record_state: row.record_state(),
            compliance: row.compliance(),
            control: row.control(),
            standards: row.standards().collect(),
            generator: row.generator(),
            created_at: row.created_at(),
            updated_at: row.updated_at(),
            first_seen: row.first_seen(),
            last_seen: row.last_seen(),
            sources: row.sources().map(crate::model::Service::id).collect(),
            records: row
                .records()
                .map(|record| Record {
                    id: record.id(),
                    source: record.service().id(),
                    updated_at: record.updated_at(),
                })
                .collect(),
            sample: row.sample(),
        }
    }
}

/// One JSON array, one finding a line.
pub(in crate::cli) fn array(out: &mut impl Write, snapshot: &Snapshot, rows: &[RowId]) -> io::Result<()> {
    out.write_all(b"[")?;
    let mut between: &[u8] = b"\n";
    for row in rows.iter().filter_map(|id| snapshot.row(*id)) {
        out.write_all(between)?;
        serde_json::to_writer(&mut *out, &Finding::of(&row))?;
        between = b",\n";
    }
    out.write_all(if between == b"\n" { b"]\n" } else { b"\n]\n" })
}

/// One JSON object a line.
pub(in crate::cli) fn lines(out: &mut impl Write, snapshot: &Snapshot, rows: &[RowId]) -> io::Result<()> {
    for row in rows.iter().filter_map(|id| snapshot.row(*id)) {
        serde_json::to_writer(&mut *out, &Finding::of(&row))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
