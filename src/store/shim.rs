//! Stands in for `decode::finding` until it lands.
use std::borrow::Cow;

use crate::model::{Finding, RawRecord, RecordState, Severity};

pub(super) fn finding(raw: &RawRecord) -> Result<Finding<'static>, String> {
    let value: serde_json::Value = serde_json::from_slice(&raw.json).map_err(|e| e.to_string())?;
    let text = |pointer: &str| {
        value.pointer(pointer).and_then(serde_json::Value::as_str).map(|s| Cow::<'static, str>::Owned(s.to_owned()))
    };
    let time = |pointer: &str| text(pointer).and_then(|t| crate::model::time::parse(&t));
    Ok(Finding {
        format: raw.format,
        id: text("/Id").or_else(|| text("/Arn")).ok_or("no Id")?,
        product_arn: text("/ProductArn"),
        product: text("/ProductName").unwrap_or_default(),
        title: text("/Title").unwrap_or_default(),
        description: text("/Description").unwrap_or_default(),
        severity: text("/Severity/Label").and_then(|l| Severity::from_label(&l)),
        score: None,
        account: text("/AwsAccountId"),
        account_name: text("/AwsAccountName"),
        region: text("/Region"),
        resources: Vec::new(),
        types: Vec::new(),
        workflow: None,
        record_state: RecordState::Active,
        compliance: None,
        control: None,
        standards: Vec::new(),
        generator: text("/GeneratorId"),
        created_at: time("/CreatedAt"),
        updated_at: time("/UpdatedAt"),
        first_seen: None,
        last_seen: None,
        sample: false,
    })
}
