//! Where the configuration file is, and where what is kept between sessions goes.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;

/// The environment variable that names a file.
const VARIABLE: &str = "YAGURA_CONFIG";

/// A place for the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: PathBuf,
    /// Somebody named it: then it must be there.
    pub named: bool,
}

/// There is nowhere to look.
#[derive(Debug, thiserror::Error)]
#[error("this system says no home directory: name a file with --config or {VARIABLE}")]
pub struct PlaceError;

/// The file that `named`, or the environment, or the platform says.
///
/// # Errors
/// When nothing is named and there is no home directory.
pub fn path(named: Option<&Path>) -> Result<Place, PlaceError> {
    if let Some(file) = named {
        return Ok(Place { file: file.to_path_buf(), named: true });
    }
    if let Some(file) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
        return Ok(Place { file: PathBuf::from(file), named: true });
    }
    Ok(Place { file: default_path().ok_or(PlaceError)?, named: false })
}

/// What is kept between sessions: `~/.local/state/yagura` on Linux; the local data directory where there is no state
/// directory. Folders in it are 0700, files 0600.
#[must_use]
pub fn state_folder() -> Option<PathBuf> {
    let dirs = ProjectDirs::from("", "", "yagura")?;
    Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_path_buf())
}

/// The platform's own place: `~/.config/yagura/config.toml` on Linux.
#[must_use]
pub fn default_path() -> Option<PathBuf> {
    ProjectDirs::from("", "", "yagura").map(|dirs| dirs.config_dir().join("config.toml"))
}
