//! The journal's folder: its own alone, the segments in it by name, and the lock under which they are packed anew.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Behind the name of every segment.
const SUFFIX: &str = ".seg";
/// Held by whoever packs segments anew.
const LOCK: &str = "lock";
/// A segment that is being made. What a crash leaves behind is removed under the lock.
pub(super) const NEW: &str = ".new";

/// Makes the folder, and takes it away from everybody else where it was wider.
pub(super) fn prepare(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mode = fs::metadata(folder)?.permissions().mode();
    if mode & 0o077 != 0 {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// The names of all segments, oldest first.
pub(super) fn segments(folder: &Path) -> io::Result<Vec<String>> {
    names(folder, |name| name.ends_with(SUFFIX))
}

fn names(folder: &Path, wanted: impl Fn(&str) -> bool) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        if let Ok(name) = entry?.file_name().into_string()
            && wanted(&name)
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// A name that sorts by time. `salt` tells apart what is made in one millisecond by one process.
pub(super) fn segment_name(milliseconds: i64, salt: u32) -> String {
    format!("{:014}-{:08x}-{salt:04x}{SUFFIX}", milliseconds.max(0), std::process::id())
}

/// The lock, or `None` while another instance holds it. Given up when it is dropped, and with the process.
pub(super) fn lock(folder: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(folder.join(LOCK))?;
    Ok(taken(&file)?.then_some(file))
}

/// Takes the lock of a file that is open. False while somebody else has it.
pub(super) fn taken(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(fs::TryLockError::WouldBlock) => Ok(false),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Opens a segment with its lock, or `None` while its writer lives.
pub(super) fn closed(path: &Path) -> io::Result<Option<File>> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    Ok(taken(&file)?.then_some(file))
}

/// Removes what crashes left behind. Only under the lock of the folder.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    for name in names(folder, |name| name.ends_with(NEW))? {
        let path: PathBuf = folder.join(name);
        // One that is being made right now is locked.
        if closed(&path).is_ok_and(|file| file.is_some()) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}
