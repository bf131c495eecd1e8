//! What `BatchUpdateFindings` may change, read from a request and written over a finding.

use serde_json::{Map, Value};

use crate::model::Severity;

use super::data::envelope::normalized;
use super::data::row::WorkflowStatus;

/// The members that a request changes; the rest stay as they are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Edit {
    pub(crate) workflow: Option<WorkflowStatus>,
    pub(crate) severity: Option<Severity>,
    /// `Note`, `VerificationState`, `Confidence`, `Criticality`, `Types`, `UserDefinedFields`, `RelatedFindings`,
    /// as the finding will carry them.
    members: Map<String, Value>,
}

const PLAIN: [&str; 6] =
    ["VerificationState", "Confidence", "Criticality", "Types", "UserDefinedFields", "RelatedFindings"];

impl Edit {
    /// Reads a request; the error is what AWS would complain about.
    pub(crate) fn read(request: &Value, now: &str) -> Result<Self, String> {
        let mut edit = Self::default();
        if let Some(status) = request.pointer("/Workflow/Status") {
            let word = status.as_str().unwrap_or_default();
            edit.workflow =
                Some(WorkflowStatus::from_word(word).ok_or_else(|| format!("Workflow.Status {word:?} is not one"))?);
        }
        if let Some(severity) = request.get("Severity") {
            edit.severity = Some(severity_of(severity)?);
        }
        if let Some(note) = request.get("Note") {
            let member = |name: &str| note.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let (Some(text), Some(by)) = (member("Text"), member("UpdatedBy")) else {
                return Err("Note needs Text and UpdatedBy".to_owned());
            };
            if text.len() > 512 {
                return Err("Note.Text is longer than 512 characters".to_owned());
            }
            edit.members
                .insert("Note".to_owned(), serde_json::json!({"Text": text, "UpdatedBy": by, "UpdatedAt": now}));
        }
        for name in PLAIN {
            if let Some(value) = request.get(name) {
                edit.members.insert(name.to_owned(), value.clone());
            }
        }
        Ok(edit)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.workflow.is_none() && self.severity.is_none() && self.members.is_empty()
    }

    pub(crate) fn note_text(&self) -> Option<&str> {
        self.members.get("Note")?.get("Text")?.as_str()
    }

    /// A later edit over this one.
    pub(crate) fn merge(&mut self, later: Self) {
        self.workflow = later.workflow.or(self.workflow);
        self.severity = later.severity.or(self.severity);
        self.members.extend(later.members);
    }

    /// Writes the edit over a finding. `UpdatedAt` stays: Security Hub leaves it, too.
    pub(crate) fn write(&self, finding: &mut Value) {
        let Value::Object(members) = finding else { return };
        for (name, value) in &self.members {
            members.insert(name.clone(), value.clone());
        }
        if let Some(status) = self.workflow {
            members.insert("Workflow".to_owned(), serde_json::json!({"Status": status.word()}));
        }
        if let Some(severity) = self.severity {
            let entry = members.entry("Severity").or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(entry) = entry {
                entry.insert("Label".to_owned(), severity.label().into());
                entry.insert("Normalized".to_owned(), normalized(severity).into());
            }
        }
    }
}

fn severity_of(value: &Value) -> Result<Severity, String> {
    if let Some(label) = value.get("Label").and_then(Value::as_str) {
        return Severity::from_label(label).ok_or_else(|| format!("Severity.Label {label:?} is not one"));
    }
    match value.get("Normalized").and_then(Value::as_f64) {
        Some(score) if (0.0..=100.0).contains(&score) => Ok(Severity::from_normalized(score)),
        _ => Err("Severity needs Label, or Normalized from 0 to 100".to_owned()),
    }
}
