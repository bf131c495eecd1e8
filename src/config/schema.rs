//! Every key of the configuration, with its type and its default. `config.example.toml` explains them; a test holds the
//! two together.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema, schema_for};
use serde::{Deserialize, Serialize};

use super::value::{ColumnList, Interval, Size, SortOrder, VersionCount};
use super::views::View;
use crate::model::Theme;
use crate::model::span::{Span, Unit};

/// The whole file. Every key may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub aws: Aws,
    pub poll: Poll,
    pub look: Look,
    pub findings: Findings,
    pub export: Export,
    pub notify: Notify,
    pub journal: Journal,
    pub cache: Cache,
    pub log: Log,
    /// Saved views by name, beside those that are shipped: `[views."My view"]`.
    pub views: BTreeMap<String, View>,
    /// Action name to its key chords, in place of the default ones: `refresh = "R"`, `down = ["j", "Down"]`; `[]` unbinds.
    pub keys: BTreeMap<String, Chords>,
}

/// Who asks, and where.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Aws {
    /// Profiles of `~/.aws/config`; empty: the SDK's own chain (`AWS_PROFILE`, environment, ...).
    pub profiles: Vec<String>,
    /// Regions to ask; empty: the Region of each profile.
    pub regions: Vec<String>,
    /// Asked in place of AWS's own endpoints; empty: none.
    pub endpoint_url: String,
    /// A query that every run is kept to: AWS is asked for less, and nothing else is shown; empty: everything.
    pub scope: String,
}

/// How often the dashboard asks again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Poll {
    /// For what has changed.
    pub changes: Interval,
    /// For everything: finds edits that move no time, and what is gone.
    pub full_sweep: Interval,
}

impl Default for Poll {
    fn default() -> Self {
        Self {
            changes: Interval::of(Span { count: 60, unit: Unit::Seconds }),
            full_sweep: Interval::of(Span { count: 1, unit: Unit::Hours }),
        }
    }
}

/// How the dashboard looks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Look {
    #[schemars(schema_with = "themes")]
    pub theme: Theme,
    pub symbols: Symbols,
    pub mouse: Mouse,
    pub links: Links,
}

/// A colour theme, by name.
fn themes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": Theme::ALL.map(Theme::name) })
}

/// Which symbols are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Symbols {
    /// As the terminal and its character set say.
    #[default]
    Auto,
    Unicode,
    Ascii,
}

/// Whether clicks and the wheel are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mouse {
    #[default]
    On,
    /// The terminal's own selection works as usual.
    Off,
}

/// Whether links to the AWS console are hyperlinks (OSC 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Links {
    /// Unless the terminal is known to stumble over them.
    #[default]
    Auto,
    On,
    Off,
}

/// Files that the dashboard writes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Export {
    /// Where they go; empty: the working directory.
    pub folder: String,
}

/// Calling the user when something newly matches a view that asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Notify {
    /// At most one call in so long, for all views together.
    pub every: Interval,
}

impl Default for Notify {
    fn default() -> Self {
        Self { every: Interval::of(Span { count: 60, unit: Unit::Seconds }) }
    }
}

/// The list of findings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Findings {
    /// The order at start, and of `yagura findings` without `--sort`.
    pub sort: SortOrder,
    /// The columns at start, until others are chosen in the dashboard: those are remembered.
    pub columns: ColumnList,
}

/// The versions of findings that are kept between sessions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Journal {
    pub enabled: Keep,
    /// Of one record: the first, and the newest.
    pub versions: VersionCount,
    /// None older than this.
    pub age: Interval,
    /// Of all together, on the disk.
    pub size: Size,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            enabled: Keep::Auto,
            versions: VersionCount::DEFAULT,
            age: Interval::of(Span { count: 90, unit: Unit::Days }),
            size: Size::megabytes(256),
        }
    }
}

/// Whether something is kept between sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Keep {
    /// What AWS is asked for; not what is read from files.
    #[default]
    Auto,
    On,
    Off,
}

/// The findings as the last session left them, shown at the next start while the sources are asked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Cache {
    pub enabled: CacheUse,
    /// An older one is not shown.
    pub age: Interval,
    /// Of all together, on the disk.
    pub size: Size,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            enabled: CacheUse::On,
            age: Interval::of(Span { count: 30, unit: Unit::Days }),
            size: Size::megabytes(2048),
        }
    }
}

/// Whether the dashboard starts from a cache, and leaves one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CacheUse {
    #[default]
    On,
    /// Neither read nor written.
    Off,
}

/// The log file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    pub level: LogLevel,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    Off,
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    /// The word that the log filter knows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// One chord, or several.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged, expecting = "a key such as \"R\" or \"Ctrl-d\", or a list of keys")]
pub enum Chords {
    One(String),
    Many(Vec<String>),
}

impl Chords {
    /// As a list.
    #[must_use]
    pub fn list(&self) -> Vec<String> {
        match self {
            Self::One(chord) => vec![chord.clone()],
            Self::Many(chords) => chords.clone(),
        }
    }
}

/// The JSON Schema of the file: what editors complete and check by.
#[must_use]
pub fn schema() -> Schema {
    schema_for!(Config)
}
