//! The configuration file: what may stand in it, where it is, and what is wrong with it.
//!
//! In: a TOML file in the platform's own place, or where `YAGURA_CONFIG` or `--config` says. Out: a [`Config`], or every
//! mistake with file, line, column, key and what was likely meant. No file is the defaults; a file that was named and is
//! not there is a mistake. The keys of `[keys]` are read here as text: the action table knows what they mean.

mod check;
mod place;
pub mod remembered;
mod schema;
mod value;
pub mod views;

use std::path::{Path, PathBuf};

pub use check::Problem;
pub use place::{Place, PlaceError, default_path, path, state_folder};
pub use schema::{
    Aws, Cache, CacheUse, Chords, Config, Export, Findings, Journal, Keep, Links, Log, LogLevel, Look, Mouse, Notify,
    Poll, Symbols, schema,
};
pub use value::{ColumnList, Interval, Size, SortOrder, VersionCount};
pub use views::{Call, View};

/// The example file, with every key explained: what `config init` writes.
pub const EXAMPLE: &str = include_str!("../../config.example.toml");

/// A configuration and where it came from.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    pub config: Config,
    /// The file and its text; `None` when there is no file and the defaults hold.
    pub file: Option<(PathBuf, String)>,
}

impl Loaded {
    /// A mistake that another room finds in a key of this configuration, at its place in the file. The key is told by
    /// its path: `["views", "mine", "query"]`.
    #[must_use]
    pub fn problem(&self, path: &[&str], message: String) -> Problem {
        let text = self.file.as_ref().map_or("", |(_, text)| text);
        check::problem_at(text, path, message)
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("cannot read {}: {source}", .file.display())]
    Read { file: PathBuf, source: std::io::Error },
    /// Every mistake, one a line: `file:line:column: key: message`.
    #[error("{}", listed(.file, .problems))]
    Invalid { file: PathBuf, problems: Vec<Problem> },
}

fn listed(file: &Path, problems: &[Problem]) -> String {
    let line = |problem: &Problem| format!("{}:{problem}", file.display());
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Reads the configuration: `named` (from `--config`), else `YAGURA_CONFIG`, else the usual place.
///
/// # Errors
/// When a named file is not there, a file cannot be read, or anything in it is not valid.
pub fn load(named: Option<&Path>) -> Result<Loaded, ConfigError> {
    let place = path(named)?;
    let text = match std::fs::read_to_string(&place.file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !place.named => return Ok(Loaded::default()),
        Err(source) => return Err(ConfigError::Read { file: place.file, source }),
    };
    let config = parse(&text).map_err(|problems| ConfigError::Invalid { file: place.file.clone(), problems })?;
    Ok(Loaded { config, file: Some((place.file, text)) })
}

/// Reads the text of a configuration file.
///
/// # Errors
/// Every mistake in it, in the order of the lines.
pub fn parse(text: &str) -> Result<Config, Vec<Problem>> {
    check::config(text)
}
