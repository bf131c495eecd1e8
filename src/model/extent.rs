//! How far a sync reaches: the part of all findings that it asks AWS for, in the terms of `GetFindings`' filters.
//!
//! In: made from a query by `query::push`. Out: what `source` writes into its requests. It always holds **at least** what
//! the query matches: what is asked too much is sorted out afterwards, what is not asked for is lost.
//!
//! Filters come in two kinds. **Lasting** ones go by what a finding is as long as it lives (account, Region, control);
//! all records that are one row pass them or none does, so every request may carry them. **Passing** ones go by what may
//! change (severity, workflow, state, compliance, times): a sweep may carry them, a poll for changes must not, or it would
//! never hear that a finding has left the extent.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Severity;

/// An attribute of `AwsSecurityFindingFilters` that takes string filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextAttribute {
    AwsAccountId,
    Region,
    ComplianceSecurityControlId,
    WorkflowStatus,
    RecordState,
    ComplianceStatus,
}

/// An attribute that takes date filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeAttribute {
    /// The windows of a sweep are made of it, so it is written with them.
    UpdatedAt,
    CreatedAt,
    FirstObservedAt,
    LastObservedAt,
}

/// `StringFilterComparison`, as far as it is used. Case counts. Positive filters of one attribute are joined by OR,
/// negative ones by AND; EQUALS and `NOT_EQUALS` must not stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    Equals,
    Prefix,
    NotEquals,
}

/// A `StringFilter`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextFilter {
    pub comparison: Comparison,
    pub value: String,
}

impl TextFilter {
    #[must_use]
    pub fn equals(value: impl Into<String>) -> Self {
        Self { comparison: Comparison::Equals, value: value.into() }
    }

    #[must_use]
    pub fn prefix(value: impl Into<String>) -> Self {
        Self { comparison: Comparison::Prefix, value: value.into() }
    }

    #[must_use]
    pub fn not(value: impl Into<String>) -> Self {
        Self { comparison: Comparison::NotEquals, value: value.into() }
    }

    fn holds(&self, value: &str) -> bool {
        match self.comparison {
            Comparison::Equals => value == self.value,
            Comparison::Prefix => value.starts_with(&self.value),
            Comparison::NotEquals => value != self.value,
        }
    }
}

/// A stretch of time, both ends inside it; an end that is `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stretch {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// What a sync asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// The query, as the user wrote it: said wherever numbers are that it narrows.
    pub text: String,
    /// By what a finding is for life.
    pub lasting: BTreeMap<TextAttribute, Vec<TextFilter>>,
    /// By what may change.
    pub passing: BTreeMap<TextAttribute, Vec<TextFilter>>,
    pub times: BTreeMap<TimeAttribute, Stretch>,
    /// `SeverityLabel`: one of these. Worst first; all of them when nothing is said.
    pub severities: Vec<Severity>,
    pub guardduty: Reach,
}

/// Whether findings of GuardDuty can be within the extent at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reach {
    #[default]
    Some,
    /// None: what is asked for, GuardDuty's findings do not have.
    Nothing,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            text: String::new(),
            lasting: BTreeMap::new(),
            passing: BTreeMap::new(),
            times: BTreeMap::new(),
            severities: Severity::WORST_FIRST.to_vec(),
            guardduty: Reach::Some,
        }
    }
}

impl Extent {
    /// Is anything narrowed by what may change. Then records that are one row may be asked for in part.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        !self.passing.is_empty() || !self.times.is_empty() || self.severities.len() < Severity::WORST_FIRST.len()
    }

    /// The `UpdatedAt` that findings within have.
    #[must_use]
    pub fn updated(&self) -> Option<Stretch> {
        self.times.get(&TimeAttribute::UpdatedAt).copied()
    }

    /// Is anything narrowed at all.
    #[must_use]
    pub fn is_narrow(&self) -> bool {
        !self.lasting.is_empty() || self.is_passing() || self.guardduty == Reach::Nothing
    }

    /// May findings with this value of a lasting attribute be within.
    #[must_use]
    pub fn admits(&self, attribute: TextAttribute, value: &str) -> bool {
        self.lasting.get(&attribute).is_none_or(|filters| filters.iter().any(|filter| filter.holds(value)))
    }
}
