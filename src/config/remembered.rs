//! What the user chose in the dashboard, kept for the next session: so far the columns of the list, and of saved views
//! that have their own.
//!
//! One small TOML file, columns as the configuration writes them. It is replaced as a whole, so that nothing that dies on
//! the way leaves half of it; what cannot be read counts as nothing chosen, and is said to the log by the caller.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::place;
use super::value::ColumnList;
use crate::model::Columns;

/// The columns that were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Remembered {
    /// Of the plain list.
    list: Option<ColumnList>,
    /// Of views, by their names.
    views: BTreeMap<String, ColumnList>,
}

impl Remembered {
    /// The columns of this view, or of the plain list; `None` where none were chosen.
    #[must_use]
    pub fn columns(&self, view: Option<&str>) -> Option<&Columns> {
        let list = match view {
            Some(name) => self.views.get(name),
            None => self.list.as_ref(),
        };
        list.map(|list| &list.0)
    }

    fn remember(&mut self, view: Option<&str>, columns: Option<ColumnList>) {
        match (view, columns) {
            (None, columns) => self.list = columns,
            (Some(name), Some(columns)) => {
                self.views.insert(name.to_owned(), columns);
            }
            (Some(name), None) => {
                self.views.remove(name);
            }
        }
    }
}

/// The file that remembers columns; `None` where the system has no home for it.
#[must_use]
pub fn columns_file() -> Option<PathBuf> {
    Some(place::state_folder()?.join("columns.toml"))
}

/// The columns chosen before.
///
/// # Errors
/// When there is a file and it cannot be read, or holds no choices of columns.
pub fn columns(file: &Path) -> io::Result<Remembered> {
    match std::fs::read_to_string(file) {
        Ok(text) => toml::from_str(&text).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.message())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Remembered::default()),
        Err(error) => Err(error),
    }
}

/// Remembers the columns of a view, or of the plain list; `None` forgets them, so that the configuration counts again.
/// What other sessions remembered of other lists meanwhile stays.
///
/// # Errors
/// When the folder or the file cannot be written.
pub fn remember_columns(file: &Path, view: Option<&str>, columns: Option<Columns>) -> io::Result<()> {
    // What cannot be read was said at the start, and is lost to everybody.
    let mut remembered = self::columns(file).unwrap_or_default();
    remembered.remember(view, columns.map(ColumnList));
    if remembered == Remembered::default() {
        return match std::fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    let text = toml::to_string(&remembered).map_err(io::Error::other)?;
    if let Some(folder) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // A name of its own: two sessions must not write into one file.
    let new = file.with_extension(format!("{}.new", std::process::id()));
    let mut handle = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    handle.write_all(text.as_bytes())?;
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
        let file = folder.path().join("state/columns.toml");
        assert_eq!(columns(&file).unwrap(), Remembered::default());
        let of_list = Columns::read(["actor_ip", "title:60", "age"]).unwrap();
        let of_view = Columns::read(["id"]).unwrap();
        // A view may be called anything.
        let name = "a \"view\"\n] = [";
        remember_columns(&file, None, Some(of_list.clone())).unwrap();
        remember_columns(&file, Some(name), Some(of_view.clone())).unwrap();
        let remembered = columns(&file).unwrap();
        assert_eq!(remembered.columns(None), Some(&of_list));
        assert_eq!(remembered.columns(Some(name)), Some(&of_view));
        assert_eq!(remembered.columns(Some("another")), None);
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        remember_columns(&file, None, None).unwrap();
        assert_eq!(columns(&file).unwrap().columns(None), None);
        assert_eq!(columns(&file).unwrap().columns(Some(name)), Some(&of_view));
        remember_columns(&file, Some(name), None).unwrap();
        assert!(!file.exists(), "nothing is remembered by no file");
        std::fs::write(&file, "list = [\"nonsense\"]\n").unwrap();
        assert!(columns(&file).unwrap_err().to_string().contains("there is no column 'nonsense'"));
    }
}
