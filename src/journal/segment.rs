//! One segment: a file that one instance appends to, under its lock.
//!
//! Starts with eight bytes: `yaguraj`, then the version of the format.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::folder;

const NAME: &[u8; 7] = b"yaguraj";
/// The version that this program writes, and the newest that it reads.
pub(super) const VERSION: u8 = 1;
pub(super) const START: usize = 8;

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ours,
    /// Of a program that is newer than this one.
    Newer(u8),
    /// Too short to say, as a crash may leave it.
    Stub,
    Foreign,
}

pub(super) fn kind(bytes: &[u8]) -> Kind {
    match bytes.split_at_checked(NAME.len()) {
        None => Kind::Stub,
        Some((name, _)) if name != NAME => Kind::Foreign,
        Some((_, rest)) => match rest.first() {
            None => Kind::Stub,
            Some(&VERSION) => Kind::Ours,
            Some(version) => Kind::Newer(*version),
        },
    }
}

/// The writing end.
#[derive(Debug)]
pub(super) struct Segment {
    file: File,
    pub(super) name: String,
    /// Bytes that are whole.
    pub(super) length: u64,
}

impl Segment {
    /// Makes a new one. Nobody sees it before it is locked and begun.
    pub(super) fn create(folder: &Path, milliseconds: i64) -> io::Result<Self> {
        for salt in 0..u32::from(u16::MAX) {
            let name = folder::segment_name(milliseconds, salt);
            let path = folder.join(&name);
            let making = folder.join(format!("{name}{}", folder::NEW));
            if path.exists() {
                continue;
            }
            let mut file = match OpenOptions::new().create_new(true).write(true).mode(0o600).open(&making) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                file => file?,
            };
            if let Err(error) = begin(&mut file).and_then(|()| fs::rename(&making, &path)) {
                // Whatever is left of it is swept away later.
                let _ = fs::remove_file(&making);
                return Err(error);
            }
            return Ok(Self { file, name, length: START as u64 });
        }
        Err(io::Error::other("no name is free for a segment"))
    }

    /// Appends a frame and says where it starts. What could not be written whole is taken back.
    pub(super) fn append(&mut self, frame: &[u8]) -> io::Result<u64> {
        let at = self.length;
        if let Err(error) = self.file.write_all(frame) {
            use std::io::Seek;
            // If this fails, too, the torn end is found and cut by the next reader.
            let _ = self.file.set_len(at).and_then(|()| self.file.seek(io::SeekFrom::Start(at)));
            return Err(error);
        }
        self.length += frame.len() as u64;
        Ok(at)
    }

    /// What was written survives the machine, not only the process.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

fn begin(file: &mut File) -> io::Result<()> {
    if !folder::taken(file)? {
        return Err(io::Error::other("a new segment is locked by somebody else"));
    }
    file.write_all(NAME)?;
    file.write_all(&[VERSION])
}

/// Where a segment is.
pub(super) fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(name)
}
