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
