//! Saved views: a query with its order, its columns and its groups under a name. A starter set is shipped (`assets/views.toml`), and
//! `[views]` of the configuration adds to it, changes it, or takes from it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

use super::value::{ColumnList, SortOrder};
use crate::model::{GroupBy, GroupKey};

/// The shipped views: the same shape as `[views]`.
const STARTER: &str = include_str!("../../assets/views.toml");

/// A named query, as the file has it: what is left out of a shipped view stays as it is shipped. The query and the key
/// are read here as text: the query language and the keymap know what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct View {
    /// What it lists, in the query language; empty: every finding.
    pub query: Option<String>,
    /// Its order; without one, that of the list.
    pub sort: Option<SortOrder>,
    /// Its own columns; without any, those of the list.
    pub columns: Option<ColumnList>,
    /// What its findings are grouped by: one key, or two.
    pub group: Option<Groups>,
    /// A key that opens it from anywhere, such as "F2".
    pub key: Option<String>,
    /// Whether the dashboard calls for what newly matches, and how.
    #[schemars(with = "Call")]
    pub notify: Option<Call>,
    /// "off" takes a shipped view away.
    #[schemars(with = "Show")]
    pub show: Option<Show>,
}

impl View {
    /// This, and what it leaves out as in the other.
    fn over(self, other: Self) -> Self {
        Self {
            query: self.query.or(other.query),
            sort: self.sort.or(other.sort),
            columns: self.columns.or(other.columns),
            group: self.group.or(other.group),
            key: self.key.or(other.key),
            notify: self.notify.or(other.notify),
            show: self.show.or(other.show),
        }
    }
}

/// How a view calls the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Call {
    Off,
    Bell,
    /// A desktop notification, where the terminal makes one of it.
    Osc9,
}

/// Whether a view is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Show {
    On,
    Off,
}

/// No key, one, or two different ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Groups(pub Option<GroupBy>);

impl TryFrom<Vec<String>> for Groups {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<Self, String> {
        let read = |name: &String| name.parse::<GroupKey>().map_err(|error| error.to_string());
        match &*names {
            [] => Ok(Self(None)),
            [first] => Ok(Self(Some(GroupBy { first: read(first)?, then: None }))),
            [first, then] => {
                let by = GroupBy { first: read(first)?, then: Some(read(then)?) };
                if by.then == Some(by.first) {
                    return Err(format!("grouped by {} twice", by.first));
                }
                Ok(Self(Some(by)))
            }
            _ => Err("at most two keys".to_owned()),
        }
    }
}

impl From<Groups> for Vec<String> {
    fn from(groups: Groups) -> Self {
        let keys = groups.0.map(|by| [Some(by.first), by.then]).into_iter().flatten().flatten();
        keys.map(|key| key.name().to_owned()).collect()
    }
}

impl JsonSchema for Groups {
    fn schema_name() -> Cow<'static, str> {
        "Groups".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = GroupKey::ALL.map(GroupKey::name);
        json_schema!({ "type": "array", "maxItems": 2, "items": { "type": "string", "enum": names } })
    }
}

#[derive(Deserialize)]
struct Starter {
    view: Vec<Shipped>,
}

#[derive(Deserialize)]
struct Shipped {
    name: String,
    #[serde(flatten)]
    view: View,
}

/// The views to offer: the shipped ones in their order, as the configuration changed them, then its own by name.
///
/// # Errors
/// What is wrong with the shipped file: a test holds that nothing is.
pub fn offered(configured: &BTreeMap<String, View>) -> Result<Vec<(String, View)>, toml::de::Error> {
    let starter: Starter = toml::from_str(STARTER)?;
    let shipped: Vec<(String, View)> = starter.view.into_iter().map(|shipped| (shipped.name, shipped.view)).collect();
    let own = configured.iter().filter(|(name, _)| shipped.iter().all(|(shipped, _)| shipped != *name));
    let own: Vec<(String, View)> = own.map(|(name, view)| (name.clone(), view.clone())).collect();
    let changed = shipped.into_iter().map(|(name, view)| {
        let view = configured.get(&name).cloned().unwrap_or_default().over(view);
        (name, view)
    });
    Ok(changed.chain(own).filter(|(_, view)| view.show != Some(Show::Off)).collect())
}
