//! By what findings are put into groups, and the order that groups stand in: named once, for the view, the saved views
//! and the configuration.

use std::fmt;
use std::str::FromStr;

use super::nearest::nearest;
use super::{Direction, Severity};

/// What the findings of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GroupKey {
    Control,
    /// A finding of several types is in the group of each.
    Type,
    /// A finding of several resources is in the group of each.
    Resource,
    Account,
    Region,
    Product,
    Severity,
    /// Who acted: the addresses a finding names, or where it names none its principals. A finding of several is in the
    /// group of each.
    Actor,
    /// The UTC day on which the finding was first seen, else made.
    Day,
}

impl GroupKey {
    pub const ALL: [Self; 9] = [
        Self::Control,
        Self::Type,
        Self::Resource,
        Self::Account,
        Self::Region,
        Self::Product,
        Self::Severity,
        Self::Actor,
        Self::Day,
    ];

    /// The name in the configuration and on the screen.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Control => "control",
            Self::Type => "type",
            Self::Resource => "resource",
            Self::Account => "account",
            Self::Region => "region",
            Self::Product => "product",
            Self::Severity => "severity",
            Self::Actor => "actor",
            Self::Day => "day",
        }
    }

    /// Of several groups: `controls`, `types`, ...
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Control => "controls",
            Self::Type => "types",
            Self::Resource => "resources",
            Self::Account => "accounts",
            Self::Region => "Regions",
            Self::Product => "products",
            Self::Severity => "severities",
            Self::Actor => "actors",
            Self::Day => "days",
        }
    }

    /// Can a finding be in several groups at once, so that the groups' counts add up to more than the findings.
    #[must_use]
    pub const fn overlaps(self) -> bool {
        matches!(self, Self::Type | Self::Resource | Self::Actor)
    }
}

impl fmt::Display for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// There is no such key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("findings are not grouped by '{given}'{}", .nearest.map_or_else(
    || format!("; groups are by {}", GroupKey::ALL.map(GroupKey::name).join(", ")),
    |near| format!("; did you mean '{near}'?"),
))]
pub struct GroupKeyError {
    pub given: String,
    pub nearest: Option<&'static str>,
}

impl FromStr for GroupKey {
    type Err = GroupKeyError;

    fn from_str(text: &str) -> Result<Self, GroupKeyError> {
        let found = Self::ALL.into_iter().find(|key| key.name().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| GroupKeyError {
            given: text.to_owned(),
            nearest: nearest(text.trim(), Self::ALL.map(Self::name)),
        })
    }
}

/// Groups by one key, or by two: the groups of the first hold groups of the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupBy {
    pub first: GroupKey,
    pub then: Option<GroupKey>,
}

/// What groups are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GroupOrder {
    /// Most CRITICAL findings first; of as many, most HIGH; and so on down; then the newest.
    #[default]
    Risk,
    /// Most findings first.
    Size,
    /// The newest finding first.
    Age,
}

impl GroupOrder {
    pub const ALL: [Self; 3] = [Self::Risk, Self::Size, Self::Age];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Size => "size",
            Self::Age => "age",
        }
    }

    /// The one after it, and the first after the last.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::Risk => Self::Size,
            Self::Size => Self::Age,
            Self::Age => Self::Risk,
        }
    }
}

/// The order that groups stand in. [`Direction::Descending`] is what a responder wants first: worst, largest, newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupSort {
    pub order: GroupOrder,
    pub direction: Direction,
}

impl Default for GroupSort {
    fn default() -> Self {
        Self { order: GroupOrder::Risk, direction: Direction::Descending }
    }
}

/// Findings by severity, worst first; the last are those without one.
pub type BySeverity = [u32; Severity::WORST_FIRST.len() + 1];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read_by_its_name() {
        for key in GroupKey::ALL {
            assert_eq!(key.name().parse(), Ok(key));
        }
        let error = "acount".parse::<GroupKey>().map_err(|error| error.to_string());
        assert_eq!(error, Err("findings are not grouped by 'acount'; did you mean 'account'?".to_owned()));
    }
}
