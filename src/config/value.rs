//! Values with a grammar of their own: each is read here, and says what is wrong with it.

use std::borrow::Cow;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use crate::model::span::Span;
use crate::model::{Columns, Sort};

/// A length of time of at least ten seconds: `60s`, `15m`, `1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Interval(Span);

impl Interval {
    /// More often than this only spends the calls that AWS permits.
    const LEAST: Duration = Duration::from_secs(10);

    #[must_use]
    pub const fn duration(self) -> Duration {
        self.0.duration()
    }

    pub(super) const fn of(span: Span) -> Self {
        Self(span)
    }
}

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let span =
            Span::parse(&text).ok_or_else(|| format!("'{text}' is not a length of time; write 30s, 15m, 1h or 2d"))?;
        if span.duration() < Self::LEAST {
            return Err(format!("'{text}' is too short: at least 10s"));
        }
        Ok(Self(span))
    }
}

impl From<Interval> for String {
    fn from(interval: Interval) -> Self {
        interval.0.to_string()
    }
}

impl JsonSchema for Interval {
    fn schema_name() -> Cow<'static, str> {
        "Interval".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+[smhdw]$" })
    }
}

/// A number of bytes: `64MB`, `1GB`. At least 1 MB; 1 MB is 1,048,576 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Size {
    megabytes: u32,
}

impl Size {
    pub(super) const fn megabytes(megabytes: u32) -> Self {
        Self { megabytes }
    }

    #[must_use]
    pub const fn bytes(self) -> u64 {
        (self.megabytes as u64) << 20
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("'{text}' is not a size; write 64MB or 1GB, at least 1MB");
        let (digits, unit) = match (text.strip_suffix("MB"), text.strip_suffix("GB")) {
            (Some(digits), _) => (digits, 1),
            (None, Some(digits)) => (digits, 1024),
            (None, None) => return Err(wrong()),
        };
        let number = digits.parse::<u32>().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit()));
        let megabytes = number.and_then(|number| number.checked_mul(unit)).filter(|megabytes| *megabytes > 0);
        megabytes.map(Self::megabytes).ok_or_else(wrong)
    }
}

impl From<Size> for String {
    fn from(size: Size) -> Self {
        match size.megabytes {
            whole if whole.is_multiple_of(1024) => format!("{}GB", whole / 1024),
            megabytes => format!("{megabytes}MB"),
        }
    }
}

impl JsonSchema for Size {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+(MB|GB)$" })
    }
}

/// How many versions of one record are kept: at least two, for one alone shows no change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct VersionCount(u32);

impl VersionCount {
    pub(super) const DEFAULT: Self = Self(50);
    const MOST: u32 = 10_000;

    #[must_use]
    pub fn number(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl TryFrom<u32> for VersionCount {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        if (2..=Self::MOST).contains(&number) {
            Ok(Self(number))
        } else {
            Err(format!("{number} versions cannot be kept: from 2 to {}", Self::MOST))
        }
    }
}

impl From<VersionCount> for u32 {
    fn from(count: VersionCount) -> Self {
        count.0
    }
}

impl JsonSchema for VersionCount {
    fn schema_name() -> Cow<'static, str> {
        "VersionCount".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 2, "maximum": Self::MOST })
    }
}

/// A column with a direction: `severity`, `updated_at:asc`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct SortOrder(pub Sort);

impl TryFrom<String> for SortOrder {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error: crate::model::column::SortError| error.to_string())
    }
}

impl From<SortOrder> for String {
    fn from(order: SortOrder) -> Self {
        order.0.to_string()
    }
}

/// Columns with their widths: `["severity", "title:60"]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct ColumnList(pub Columns);

impl TryFrom<Vec<String>> for ColumnList {
    type Error = String;

    fn try_from(texts: Vec<String>) -> Result<Self, String> {
        Columns::read(texts.iter().map(String::as_str)).map(Self).map_err(|error| error.to_string())
    }
}

impl From<ColumnList> for Vec<String> {
    fn from(list: ColumnList) -> Self {
        list.0.iter().map(|choice| choice.to_string()).collect()
    }
}

impl JsonSchema for ColumnList {
    fn schema_name() -> Cow<'static, str> {
        "ColumnList".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array", "minItems": 1,
            "items": { "type": "string", "pattern": "^[a-z_.]+(:[0-9]+)?$" },
        })
    }
}

impl JsonSchema for SortOrder {
    fn schema_name() -> Cow<'static, str> {
        "SortOrder".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[a-z_]+(:(asc|desc))?$" })
    }
}
