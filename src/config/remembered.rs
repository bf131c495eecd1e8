//! What the user chose in the dashboard, kept for the next session: so far the columns of the list.
//!
//! One small file, a column a line as the configuration writes them. It is replaced as a whole, so that nothing that dies
//! on the way leaves half of it; what cannot be read counts as nothing chosen, and is said to the log by the caller.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::place;
use crate::model::Columns;

/// The file that remembers columns; `None` where the system has no home for it.
#[must_use]
pub fn columns_file() -> Option<PathBuf> {
    Some(place::state_folder()?.join("columns"))
}

/// The columns chosen last; `None` where there is no file.
///
/// # Errors
/// When there is a file and it cannot be read, or is no choice of columns.
pub fn columns(file: &Path) -> io::Result<Option<Columns>> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Columns::read(lines).map(Some).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}

/// Remembers these columns; the standard ones by removing the file, so that the configuration counts again.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn remember_columns(file: &Path, columns: &Columns) -> io::Result<()> {
    if columns.is_standard() {
        return match std::fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // A name of its own: two sessions must not write into one file.
    let new = file.with_extension(format!("{}.new", std::process::id()));
    let mut handle = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    for choice in columns.iter() {
        writeln!(handle, "{choice}")?;
    }
    handle.sync_all()?;
    std::fs::rename(&new, file)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_was_chosen_is_there_again_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/columns");
        assert_eq!(columns(&file).unwrap(), None);
        let chosen = Columns::read(["actor_ip", "title:60", "age"]).unwrap();
        remember_columns(&file, &chosen).unwrap();
        assert_eq!(columns(&file).unwrap(), Some(chosen));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        remember_columns(&file, &Columns::default()).unwrap();
        assert_eq!(columns(&file).unwrap(), None);
        std::fs::write(&file, "nonsense\n").unwrap();
        assert!(columns(&file).unwrap_err().to_string().contains("there is no column 'nonsense'"));
    }
}
