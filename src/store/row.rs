//! A row and its records, as readers see them. All text is as it was sent: the views pass it through the gate.
use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;

use super::snapshot::RowData;
use super::writer::Held;
use super::{RowId, Snapshot};
use crate::model::{Format, RecordState, Scope, Service, Severity};

/// One resource of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceRef<'a> {
    pub id: &'a str,
    /// ASFF's type: `AwsEc2Instance`.
    pub kind: Option<&'a str>,
    pub name: Option<&'a str>,
}

/// What a person triages: one or more records that are the same finding.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) id: RowId,
    pub(super) data: &'a RowData,
}

/// One record of a row, as one service sent it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    pub(super) held: &'a Held,
}

impl<'a> Row<'a> {
    fn lead(&self) -> &'a Held {
        &self.data.records[0]
    }

    fn all(&self) -> impl Iterator<Item = &'a Held> + use<'a> {
        self.data.records.iter().map(|held| &**held)
    }

    #[must_use]
    pub const fn row_id(&self) -> RowId {
        self.id
    }

    /// The leading record's id.
    #[must_use]
    pub fn id(&self) -> Cow<'a, str> {
        Cow::Borrowed(&self.lead().finding.id)
    }

    #[must_use]
    pub fn product(&self) -> &'a str {
        &self.lead().finding.product
    }

    #[must_use]
    pub fn title(&self) -> &'a str {
        &self.lead().finding.title
    }

    #[must_use]
    pub fn description(&self) -> &'a str {
        &self.lead().finding.description
    }

    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.all().find_map(|h| h.finding.severity)
    }

    /// As the leading record's service scales it: GuardDuty 1.0-10.0, ASFF 0-100.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        self.lead().finding.score
    }

    #[must_use]
    pub fn account(&self) -> Option<&'a str> {
        self.all().find_map(|h| h.finding.account.as_deref())
    }

    #[must_use]
    pub fn account_name(&self) -> Option<&'a str> {
        self.snapshot.account_name(self.account()?)
    }

    #[must_use]
    pub fn region(&self) -> Option<&'a str> {
        self.all().find_map(|h| h.finding.region.as_deref())
    }

    /// The leading record's resources, in its order.
    pub fn resources(&self) -> impl Iterator<Item = ResourceRef<'a>> + use<'a> {
        let lead = self.lead();
        lead.finding.resources.iter().map(|r| ResourceRef {
            id: &r.id,
            kind: r.kind.as_deref(),
            name: r.name.as_deref(),
        })
    }

    /// Of all its records, each once.
    pub fn types(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let all: BTreeSet<&str> = self.all().flat_map(|h| h.finding.types.iter().map(|t| &**t)).collect();
        all.into_iter()
    }

    /// The first in the order of records that has one: for a GuardDuty pair that is Security Hub's.
    #[must_use]
    pub fn workflow(&self) -> Option<&'a str> {
        self.all().find_map(|h| h.finding.workflow.as_ref()).map(|w| w.as_str())
    }

    /// The leading record's. For a GuardDuty pair GuardDuty's own: the copy in Security Hub is not told of archiving.
    #[must_use]
    pub fn record_state(&self) -> &'a str {
        self.lead().finding.record_state.as_str()
    }

    #[must_use]
    pub fn compliance(&self) -> Option<&'a str> {
        self.all().find_map(|h| h.finding.compliance.as_ref()).map(|c| c.as_str())
    }

    #[must_use]
    pub fn control(&self) -> Option<&'a str> {
        self.all().find_map(|h| h.finding.control.as_ref()).map(|c| &*c.0)
    }

    /// Of all its records, each once.
    pub fn standards(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let all: BTreeSet<&str> = self.all().flat_map(|h| h.finding.standards.iter().map(|s| &*s.0)).collect();
        all.into_iter()
    }

    #[must_use]
    pub fn generator(&self) -> Option<&'a str> {
        self.lead().finding.generator.as_deref()
    }

    /// The oldest of its records.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.all().filter_map(|h| h.finding.created_at).min()
    }

    /// The newest of its records.
    #[must_use]
    pub fn updated_at(&self) -> Option<Timestamp> {
        self.all().filter_map(|h| h.finding.updated_at).max()
    }

    /// The oldest of its records.
    #[must_use]
    pub fn first_seen(&self) -> Option<Timestamp> {
        self.all().filter_map(|h| h.finding.first_seen).min()
    }

    /// The newest of its records.
    #[must_use]
    pub fn last_seen(&self) -> Option<Timestamp> {
        self.all().filter_map(|h| h.finding.last_seen).max()
    }

    /// The services that sent its records, each once.
    pub fn sources(&self) -> impl Iterator<Item = Service> + use<'a> {
        let all: BTreeSet<Service> = self.all().flat_map(|h| h.scopes.keys().map(|s| s.service)).collect();
        all.into_iter()
    }

    /// The leading record first.
    pub fn records(&self) -> impl Iterator<Item = Record<'a>> + use<'a> {
        self.all().map(|held| Record { held })
    }

    /// Any of its records is a sample.
    #[must_use]
    pub fn sample(&self) -> bool {
        self.all().any(|h| h.finding.sample)
    }

    /// Does it ask for somebody's attention.
    #[must_use]
    pub fn is_open(&self) -> bool {
        let lead = &self.lead().finding;
        if lead.format == Format::GuardDuty {
            let closed = matches!(self.workflow(), Some("RESOLVED" | "SUPPRESSED"));
            return lead.record_state != RecordState::Archived && !closed;
        }
        self.all().any(|h| h.finding.is_open())
    }
}

impl<'a> Record<'a> {
    #[must_use]
    pub fn id(&self) -> Cow<'a, str> {
        Cow::Borrowed(&self.held.finding.id)
    }

    #[must_use]
    pub const fn format(&self) -> Format {
        self.held.finding.format
    }

    /// ASFF `ProductArn`: with the id, the key of `BatchUpdateFindings`.
    #[must_use]
    pub fn product_arn(&self) -> Option<&'a str> {
        self.held.finding.product_arn.as_deref()
    }

    #[must_use]
    pub fn service(&self) -> Service {
        self.scope().service
    }

    /// Where it was seen; the first in order when it was seen in several places.
    #[must_use]
    #[expect(clippy::missing_panics_doc, clippy::expect_used, reason = "stands in until the columns land")]
    pub fn scope(&self) -> &'a Scope {
        self.held.scopes.keys().next().expect("a record has a scope")
    }

    #[must_use]
    pub const fn updated_at(&self) -> Option<Timestamp> {
        self.held.finding.updated_at
    }

    #[must_use]
    pub fn workflow(&self) -> Option<&'a str> {
        self.held.finding.workflow.as_ref().map(|w| w.as_str())
    }

    #[must_use]
    pub fn record_state(&self) -> &'a str {
        self.held.finding.record_state.as_str()
    }

    #[must_use]
    pub fn compliance(&self) -> Option<&'a str> {
        self.held.finding.compliance.as_ref().map(|c| c.as_str())
    }

    pub fn standards(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let held = self.held;
        held.finding.standards.iter().map(|s| &*s.0)
    }
}
