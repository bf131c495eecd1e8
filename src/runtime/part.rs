//! The file that an export is written to until it is whole: hidden, in the folder it is meant for, and locked.
//!
//! The lock ends with the process, however it ends. So a part whose lock is free is nobody's: its writer was killed, and
//! the next export to the folder removes it.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const BEGINS: &str = ".yagura-export-";
const ENDS: &str = ".part";
/// Parts of one process number that may lie about, on a file system that has no locks, before we give up.
const MOST_NUMBERS: u32 = 1_000;

/// A part, locked by us.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) file: File,
}

impl Part {
    /// A new part in the folder; what killed processes left there goes.
    pub(super) fn within(folder: &Path) -> io::Result<Self> {
        remove_stale(folder);
        let mut number = 0;
        loop {
            let path = folder.join(format!("{BEGINS}{}-{number}{ENDS}", std::process::id()));
            match create(&path) {
                Ok(file) => {
                    // Where there are no locks, nobody can take ours either.
                    let locked = file.lock();
                    // Another process may have taken it for stale, until it was locked.
                    if file.metadata()?.nlink() > 0 {
                        if let Err(error) = locked {
                            tracing::debug!("{} has no lock: {error}", path.display());
                        }
                        return Ok(Self { path, file });
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < MOST_NUMBERS => number += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

/// A new file, readable by its owner alone.
pub(super) fn create(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)
}

/// Removes the parts of the folder that nobody holds. What cannot be told, or removed, stays.
fn remove_stale(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| is_part(&entry.file_name())) {
        let path = entry.path();
        if !entry.file_type().is_ok_and(|kind| kind.is_file()) {
            continue;
        }
        match remove(&path) {
            Ok(()) => tracing::info!("{} was left by an export that was killed: removed", path.display()),
            Err(error) => tracing::debug!("{} stays: {error}", path.display()),
        }
    }
}

/// Removes a part, where it can be locked.
fn remove(path: &Path) -> io::Result<()> {
    let part = File::open(path)?;
    part.try_lock()?;
    fs::remove_file(path)
}

fn is_part(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(BEGINS) && name.ends_with(ENDS))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Child, Command, Stdio};

    use super::*;

    const FOLDER: &str = "YAGURA_TEST_PART_FOLDER";
    const WRITING: &str = "the part is there";

    /// What [`writer`] runs in a process of its own: a part is begun, and never done.
    #[test]
    #[ignore = "not a test: runs until it is killed"]
    #[allow(clippy::print_stdout, reason = "its parent waits for it")]
    fn writes_until_it_is_killed() {
        let Some(folder) = std::env::var_os(FOLDER) else { return };
        let mut part = Part::within(Path::new(&folder)).unwrap();
        part.file.write_all(b"half a find").unwrap();
        println!("\n{WRITING}");
        // Its parent kills it; if that is gone, the pipe ends and so does this.
        io::stdin().read_line(&mut String::new()).unwrap();
    }

    /// Another process that is in the midst of an export.
    fn writer(folder: &Path) -> Child {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "runtime::part::tests::writes_until_it_is_killed", "--ignored", "--nocapture"])
            .env(FOLDER, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == WRITING), "the writer did not begin");
        child
    }

    fn parts(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().filter(|entry| is_part(&entry.as_ref().unwrap().file_name())).count()
    }

    #[test]
    fn what_a_killed_process_left_goes_and_what_is_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::write(folder.join(".other.part"), "not ours").unwrap();
        std::os::unix::fs::symlink(folder.join(".other.part"), folder.join(".yagura-export-1-0.part")).unwrap();
        let (mut killed, mut writing) = (writer(folder), writer(folder));
        assert_eq!(parts(folder), 3);

        killed.kill().unwrap(); // SIGKILL
        killed.wait().unwrap();
        assert_eq!(parts(folder), 3, "a killed process removes nothing");

        let part = Part::within(folder).unwrap();
        let halves = fs::read_dir(folder).unwrap().filter(|entry| {
            let entry = entry.as_ref().unwrap();
            is_part(&entry.file_name()) && fs::read(entry.path()).is_ok_and(|bytes| bytes == b"half a find")
        });
        assert_eq!(halves.count(), 1, "of the one that still writes");
        assert!(part.path.exists() && folder.join(".other.part").exists());
        assert!(folder.join(".yagura-export-1-0.part").symlink_metadata().is_ok(), "a link is none of ours");

        writing.kill().unwrap();
        writing.wait().unwrap();
        drop(part);
        Part::within(folder).unwrap();
        assert_eq!(parts(folder), 2, "the link, and the last one");
    }
}
