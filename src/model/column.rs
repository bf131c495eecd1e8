//! The columns of a list of findings, and the order that rows stand in: named once, for the view, `--sort` and the
//! configuration.

use std::fmt;
use std::str::FromStr;

use super::nearest::nearest;

/// A column of the findings list. Every one can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    Severity,
    Score,
    /// Time since the finding was first seen, else made: as the overview counts what is new.
    Age,
    Title,
    Resource,
    ResourceType,
    Account,
    Region,
    Product,
    /// Workflow status.
    Status,
    State,
    Compliance,
    Control,
    Type,
    Generator,
    /// The services that sent it.
    Source,
    /// The address of who acted.
    ActorIp,
    /// Who acted.
    Principal,
    Created,
    Updated,
    FirstSeen,
    LastSeen,
    Id,
}

impl Column {
    pub const ALL: [Self; 23] = [
        Self::Severity,
        Self::Score,
        Self::Age,
        Self::Title,
        Self::Resource,
        Self::ResourceType,
        Self::Account,
        Self::Region,
        Self::Product,
        Self::Status,
        Self::State,
        Self::Compliance,
        Self::Control,
        Self::Type,
        Self::Generator,
        Self::Source,
        Self::ActorIp,
        Self::Principal,
        Self::Created,
        Self::Updated,
        Self::FirstSeen,
        Self::LastSeen,
        Self::Id,
    ];

    /// The columns of the findings view when nothing else was chosen, left to right.
    pub const SHOWN: [Self; 9] = [
        Self::Severity,
        Self::Age,
        Self::Title,
        Self::Resource,
        Self::Account,
        Self::Region,
        Self::Product,
        Self::Control,
        Self::Status,
    ];

    /// The name in the configuration and for `--sort`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Score => "score",
            Self::Age => "age",
            Self::Title => "title",
            Self::Resource => "resource",
            Self::ResourceType => "resource_type",
            Self::Account => "account",
            Self::Region => "region",
            Self::Product => "product",
            Self::Status => "status",
            Self::State => "record_state",
            Self::Compliance => "compliance",
            Self::Control => "control",
            Self::Type => "type",
            Self::Generator => "generator",
            Self::Source => "source",
            Self::ActorIp => "actor_ip",
            Self::Principal => "principal",
            Self::Created => "created_at",
            Self::Updated => "updated_at",
            Self::FirstSeen => "first_seen",
            Self::LastSeen => "last_seen",
            Self::Id => "id",
        }
    }

    /// A name in any case, or the name that the JSON contract or the query language has for the same thing.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = match name.as_str() {
            "workflow" => "status",
            "state" => "record_state",
            "resources" => "resource",
            "types" => "type",
            "generator_id" => "generator",
            "sources" => "source",
            "actor.ip" | "ip" => "actor_ip",
            "created" => "created_at",
            "updated" => "updated_at",
            "first" => "first_seen",
            "last" => "last_seen",
            "account_name" => "account",
            other => other,
        };
        Self::ALL.into_iter().find(|column| column.name() == name)
    }

    /// Cells that its values need as a rule.
    #[must_use]
    pub const fn cells(self) -> u16 {
        match self {
            Self::Severity => 3,
            Self::Age => 4,
            Self::Score => 5,
            Self::Created | Self::Updated | Self::FirstSeen | Self::LastSeen => 8,
            Self::Status | Self::State | Self::Compliance => 10,
            Self::Control => 13,
            Self::Account | Self::Region | Self::Product => 14,
            Self::ActorIp => 15,
            Self::Source => 18,
            Self::Resource | Self::ResourceType | Self::Principal => 22,
            Self::Type | Self::Generator => 30,
            Self::Title | Self::Id => 40,
        }
    }

    /// The direction that is wanted when none is said: worst, highest and newest first, names from A.
    #[must_use]
    pub const fn natural(self) -> Direction {
        match self {
            Self::Severity | Self::Score | Self::Created | Self::Updated | Self::FirstSeen | Self::LastSeen => {
                Direction::Descending
            }
            _ => Direction::Ascending,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }
}

/// The order that rows stand in. Rows that are equal by it stand worst and then newest first, and then by row.
/// What has no value in the column comes last, whichever the direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sort {
    pub field: Column,
    pub direction: Direction,
}

impl Sort {
    /// By this column, in its natural direction.
    #[must_use]
    pub const fn by(field: Column) -> Self {
        Self { field, direction: field.natural() }
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self::by(Column::Severity)
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.field.name(), self.direction.name())
    }
}

/// What is wrong with a sort order, and what was likely meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SortError {
    #[error("there is no column '{given}' to sort by{}", hint(.nearest.as_deref()))]
    Column { given: String, nearest: Option<String> },
    #[error("'{given}' is no direction: asc or desc")]
    Direction { given: String },
}

fn hint(nearest: Option<&str>) -> String {
    nearest.map_or_else(
        || format!("; columns are {}", Column::ALL.map(Column::name).join(", ")),
        |name| format!("; did you mean '{name}'?"),
    )
}

impl FromStr for Sort {
    type Err = SortError;

    /// `severity`, `updated_at:asc`, `title:desc`.
    fn from_str(text: &str) -> Result<Self, SortError> {
        let (name, direction) = text.split_once(':').map_or((text, None), |(name, direction)| (name, Some(direction)));
        let field = Column::parse(name.trim()).ok_or_else(|| SortError::Column {
            given: name.to_owned(),
            nearest: nearest(name.trim(), Column::ALL.map(Column::name)).map(str::to_owned),
        })?;
        let direction = match direction.map(|word| word.trim().to_ascii_lowercase()).as_deref() {
            None => field.natural(),
            Some("asc") => Direction::Ascending,
            Some("desc") => Direction::Descending,
            Some(other) => return Err(SortError::Direction { given: other.to_owned() }),
        };
        Ok(Self { field, direction })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_column_has_a_name_of_its_own_and_a_sort_prints_as_it_reads() {
        for column in Column::ALL {
            assert_eq!(Column::parse(column.name()), Some(column));
            for direction in [Direction::Ascending, Direction::Descending] {
                let sort = Sort { field: column, direction };
                assert_eq!(sort.to_string().parse::<Sort>().unwrap(), sort);
            }
        }
    }

    #[test]
    fn mistakes_say_what_was_meant() {
        assert_eq!(
            "sevrity".parse::<Sort>().unwrap_err().to_string(),
            "there is no column 'sevrity' to sort by; did you mean 'severity'?"
        );
        assert_eq!("age:down".parse::<Sort>().unwrap_err().to_string(), "'down' is no direction: asc or desc");
    }
}
