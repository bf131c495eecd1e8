//! The file of an image: sections, each with a name, a length and a checksum, and a table of them that has its own.
//!
//! Written front to back into a file of its own name, which takes the place of the one before when it is whole and on
//! the disk. Read with positioned reads of an open file, so that whoever replaces or removes it meanwhile takes nothing
//! away.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ImageError;

const MAGIC: [u8; 8] = *b"yagura\0i";
/// Of this container. What is in the sections is told by their names, and by the build that wrote them.
const VERSION: u32 = 1;
/// Magic, version, build, place and length of the table, its checksum, and the header's own.
const HEADER: usize = 40;
/// Name, place, length, checksum.
const ENTRY: usize = 24;
/// Read at once: small enough to stay in the processor's cache until it is decoded.
const STRETCH: usize = 256 * 1024;

/// One section in the table.
#[derive(Debug, Clone, Copy)]
struct Entry {
    name: u32,
    at: u64,
    len: u64,
    sum: u32,
}

/// The name of a section as the table has it.
fn named(name: &str, kind: &str) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(name.as_bytes());
    sum.update(b":");
    sum.update(kind.as_bytes());
    sum.finalize()
}

/// A file that is being written. Dropped before [`Out::finish`], nothing is left of it.
pub(super) struct Out {
    file: BufWriter<File>,
    path: PathBuf,
    target: PathBuf,
    build: u64,
    limit: u64,
    at: u64,
    sum: crc32fast::Hasher,
    entries: Vec<Entry>,
}

impl Out {
    /// Starts a file that will be `target`, and never larger than `limit` bytes.
    pub(super) fn create(target: &Path, build: u64, limit: u64) -> Result<Self, ImageError> {
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".{}.{PART}", std::process::id()));
        let path = PathBuf::from(name);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        let mut out = Self {
            file: BufWriter::with_capacity(STRETCH, file),
            path,
            target: target.to_path_buf(),
            build,
            limit,
            at: 0,
            sum: crc32fast::Hasher::new(),
            entries: Vec::new(),
        };
        // Its place; what stands in it is known last.
        out.put(&[0; HEADER])?;
        Ok(out)
    }

    /// Where the next byte goes.
    pub(super) const fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), ImageError> {
        self.at += bytes.len() as u64;
        if self.at > self.limit {
            return Err(ImageError::TooLarge { limit: self.limit });
        }
        self.sum.update(bytes);
        self.file.write_all(bytes)?;
        Ok(())
    }

    pub(super) fn number(&mut self, number: u32) -> Result<(), ImageError> {
        self.put(&number.to_le_bytes())
    }

    pub(super) fn length(&mut self, length: usize) -> Result<(), ImageError> {
        self.number(u32::try_from(length).map_err(|_| ImageError::TooLarge { limit: u64::from(u32::MAX) })?)
    }

    /// Writes a section: what `write` puts.
    pub(super) fn section(
        &mut self,
        name: &str,
        kind: &str,
        write: impl FnOnce(&mut Self) -> Result<(), ImageError>,
    ) -> Result<(), ImageError> {
        let at = self.at;
        self.sum = crc32fast::Hasher::new();
        write(self)?;
        let sum = std::mem::take(&mut self.sum).finalize();
        self.entries.push(Entry { name: named(name, kind), at, len: self.at - at, sum });
        Ok(())
    }

    /// Writes the table and the header, and puts the file in its place. Gives its size.
    pub(super) fn finish(mut self) -> Result<u64, ImageError> {
        let mut table = Vec::with_capacity(self.entries.len() * ENTRY);
        for entry in &self.entries {
            table.extend_from_slice(&entry.name.to_le_bytes());
            table.extend_from_slice(&entry.at.to_le_bytes());
            table.extend_from_slice(&entry.len.to_le_bytes());
            table.extend_from_slice(&entry.sum.to_le_bytes());
        }
        let table_at = self.at;
        self.put(&table)?;
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(&MAGIC);
        header.extend_from_slice(&VERSION.to_le_bytes());
        header.extend_from_slice(&self.build.to_le_bytes());
        header.extend_from_slice(&table_at.to_le_bytes());
        header.extend_from_slice(&u32::try_from(table.len()).unwrap_or(u32::MAX).to_le_bytes());
        header.extend_from_slice(&crc32fast::hash(&table).to_le_bytes());
        header.extend_from_slice(&crc32fast::hash(&header).to_le_bytes());
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header)?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        fs::rename(&self.path, &self.target)?;
        Ok(self.at)
    }
}

/// The end of the name of a file that is not whole yet.
pub(super) const PART: &str = "part";

impl Drop for Out {
    fn drop(&mut self) {
        // Under this name only if it was not finished.
        let _ = fs::remove_file(&self.path);
    }
}

/// A file that is read.
#[derive(Debug, Clone)]
pub(super) struct ImageFile {
    file: Arc<File>,
    entries: Arc<[Entry]>,
}

impl ImageFile {
    /// Opens a file that this build wrote. `None` when there is none.
    pub(super) fn open(path: &Path, build: u64) -> Result<Option<Self>, ImageError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let damaged = |what| ImageError::Damaged { what };
        let len = file.metadata()?.len();
        let mut header = [0; HEADER];
        file.read_exact_at(&mut header, 0).map_err(|_| damaged("header"))?;
        let mut fields = Fields(&header);
        let (magic, version) = (fields.take::<8>(), u32::from_le_bytes(fields.take()));
        if magic != MAGIC {
            return Err(damaged("header"));
        }
        if version != VERSION {
            return Err(ImageError::Version { found: version });
        }
        let (by, table_at) = (u64::from_le_bytes(fields.take()), u64::from_le_bytes(fields.take()));
        let (table_len, table_sum) = (u32::from_le_bytes(fields.take()), u32::from_le_bytes(fields.take()));
        let (told, _) = header.split_at(HEADER - 4);
        if u32::from_le_bytes(fields.take()) != crc32fast::hash(told) {
            return Err(damaged("header"));
        }
        if by != build {
            return Err(ImageError::Build);
        }
        if table_at.checked_add(u64::from(table_len)) != Some(len) || !(table_len as usize).is_multiple_of(ENTRY) {
            return Err(damaged("length"));
        }
        let mut table = vec![0; table_len as usize];
        file.read_exact_at(&mut table, table_at).map_err(|_| damaged("table of sections"))?;
        if crc32fast::hash(&table) != table_sum {
            return Err(damaged("table of sections"));
        }
        let entries = table.as_chunks::<ENTRY>().0.iter().map(|entry| {
            let mut fields = Fields(entry);
            Entry {
                name: u32::from_le_bytes(fields.take()),
                at: u64::from_le_bytes(fields.take()),
                len: u64::from_le_bytes(fields.take()),
                sum: u32::from_le_bytes(fields.take()),
            }
        });
        let entries: Arc<[Entry]> = entries.collect();
        if entries.iter().any(|entry| entry.at.checked_add(entry.len).is_none_or(|end| end > table_at)) {
            return Err(damaged("table of sections"));
        }
        Ok(Some(Self { file: Arc::new(file), entries }))
    }

    /// Reads a section whole: all of it is read, and what was read is what was written.
    pub(super) fn section<T>(
        &self,
        name: &'static str,
        kind: &str,
        read: impl FnOnce(&mut In<'_>) -> Result<T, ImageError>,
    ) -> Result<T, ImageError> {
        let wanted = named(name, kind);
        let entry = self.entries.iter().find(|entry| entry.name == wanted).ok_or(ImageError::Damaged { what: name })?;
        let mut input = In {
            file: &self.file,
            name,
            at: entry.at,
            left: entry.len,
            stretch: Vec::new(),
            filled: 0,
            taken: 0,
            sum: crc32fast::Hasher::new(),
        };
        let value = read(&mut input)?;
        if input.left != 0 || input.taken != input.filled || input.sum.finalize() != entry.sum {
            return Err(ImageError::Damaged { what: name });
        }
        Ok(value)
    }
}

/// The fields of a header, one after another.
struct Fields<'a>(&'a [u8]);

impl Fields<'_> {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        match self.0.split_first_chunk::<N>() {
            Some((field, rest)) => {
                self.0 = rest;
                *field
            }
            None => [0; N],
        }
    }
}

/// A section that is being read, a stretch at a time. What it gives is not to be believed before the section is over.
pub(super) struct In<'f> {
    file: &'f Arc<File>,
    name: &'static str,
    at: u64,
    /// Not read from the file yet.
    left: u64,
    stretch: Vec<u8>,
    /// Of the stretch: what was read into it, and what of that was taken.
    filled: usize,
    taken: usize,
    sum: crc32fast::Hasher,
}

impl In<'_> {
    pub(super) const fn file(&self) -> &Arc<File> {
        self.file
    }

    pub(super) const fn damaged(&self) -> ImageError {
        ImageError::Damaged { what: self.name }
    }

    /// Bytes that are left of the section.
    pub(super) fn rest(&self) -> u64 {
        self.left + (self.filled - self.taken) as u64
    }

    /// The next bytes.
    pub(super) fn take(&mut self, count: usize) -> Result<&[u8], ImageError> {
        if self.filled - self.taken < count {
            self.refill(count)?;
        }
        let start = self.taken;
        self.taken += count;
        self.stretch.get(start..start + count).ok_or(ImageError::Damaged { what: self.name })
    }

    fn refill(&mut self, count: usize) -> Result<(), ImageError> {
        // A length that was damaged asks for more than there is: it must not cost the memory it names.
        if self.rest() < count as u64 {
            return Err(self.damaged());
        }
        let kept = self.filled - self.taken;
        self.stretch.copy_within(self.taken..self.filled, 0);
        self.taken = 0;
        let more = usize::try_from(self.left).unwrap_or(usize::MAX).min(STRETCH.max(count) - kept);
        self.filled = kept + more;
        // Zeroed once, and not for each stretch.
        if self.stretch.len() < self.filled {
            self.stretch.resize(self.filled, 0);
        }
        let damaged = self.damaged();
        let fresh = self.stretch.get_mut(kept..self.filled).ok_or(damaged)?;
        self.file.read_exact_at(fresh, self.at)?;
        self.sum.update(fresh);
        self.at += more as u64;
        self.left -= more as u64;
        Ok(())
    }

    pub(super) fn number(&mut self) -> Result<u32, ImageError> {
        let damaged = ImageError::Damaged { what: self.name };
        Ok(u32::from_le_bytes(*self.take(4)?.first_chunk().ok_or(damaged)?))
    }

    pub(super) fn length(&mut self) -> Result<usize, ImageError> {
        Ok(self.number()? as usize)
    }
}
