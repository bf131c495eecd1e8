//! What all segments hold, by record: where each version is, and what tells it from others. Read from the heads alone.
//!
//! A record is known here by a hash of its key; whoever reads a version compares the key itself.

use std::collections::HashMap;
use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::frame::{self, Content, Frame, Head, Piece};
use super::segment::{self, Kind};
use super::{Bounds, JournalError, folder};
use crate::model::{Noticed, RecordKey, Version};

/// No `UpdatedAt`: before all that have one.
const NO_TIME: i64 = i64::MIN;

/// Where a version is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) segment: u32,
    pub(super) offset: u64,
    pub(super) slot: u16,
}

/// One version. The order of the fields is the order of versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    updated_at: i64,
    pub(super) at: i64,
    noticed: Noticed,
    content: Content,
    pub(super) place: Place,
}

/// A segment that was met.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: String,
    /// Bytes that have been taken in, or passed over for good.
    read_to: u64,
    pub(super) entries: u32,
    pub(super) standing: Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Ours,
    /// Of another version of the format, or holding what only a newer program reads: never changed.
    LeftAlone,
    Gone,
}

#[derive(Debug)]
pub(super) struct Index {
    pub(super) folder: PathBuf,
    pub(super) segments: Vec<Known>,
    records: HashMap<u64, Vec<Entry>>,
    hasher: RandomState,
    /// What was found damaged or left alone, to be told once.
    pub(super) notes: Vec<String>,
}

impl Index {
    pub(super) fn new(folder: PathBuf) -> Self {
        let hasher = RandomState::new();
        Self { folder, segments: Vec::new(), records: HashMap::new(), hasher, notes: Vec::new() }
    }

    /// Takes in what any instance has written since, and forgets what is gone.
    pub(super) fn refresh(&mut self) -> io::Result<()> {
        let names = folder::segments(&self.folder)?;
        let mut gone = false;
        for known in &mut self.segments {
            if known.standing != Standing::Gone && names.binary_search(&known.name).is_err() {
                known.standing = Standing::Gone;
                gone = true;
            }
        }
        if gone {
            let segments = &self.segments;
            self.records.retain(|_, entries| {
                entries.retain(|entry| !is_gone(segments, entry.place.segment));
                !entries.is_empty()
            });
        }
        for name in names {
            let number = self.number(&name);
            match self.read(number) {
                // Packed anew by another instance in this moment: its successor is seen the next time.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                read => read?,
            }
        }
        Ok(())
    }

    fn number(&mut self, name: &str) -> usize {
        let met = self.segments.iter().position(|known| known.name == name && known.standing != Standing::Gone);
        met.unwrap_or_else(|| {
            let known = Known { name: name.to_owned(), read_to: 0, entries: 0, standing: Standing::Ours };
            self.segments.push(known);
            self.segments.len() - 1
        })
    }

    /// Reads what a segment has more than before.
    fn read(&mut self, number: usize) -> io::Result<()> {
        let Some(known) = self.segments.get(number) else { return Ok(()) };
        let (from, path) = (known.read_to, segment::path(&self.folder, &known.name));
        if known.standing != Standing::Ours || fs::metadata(&path)?.len() <= from {
            return Ok(());
        }
        let mut bytes = tail(&mut File::open(&path)?, from)?;
        let mut lock = None;
        loop {
            let start = if from == 0 {
                match self.begins(number, &bytes) {
                    Some(start) => start,
                    None => return Ok(()),
                }
            } else {
                0
            };
            let rest = bytes.get(start..).unwrap_or_default();
            let torn = frame::pieces(rest).find_map(|piece| match piece {
                Piece::Damage { at, length } if at + length == rest.len() => Some(at),
                _ => None,
            });
            // Its writer may be in the middle of this frame, or may have ended it since: told only under its lock.
            if torn.is_some() && lock.is_none() {
                lock = folder::closed(&path)?;
                if let Some(file) = &mut lock {
                    bytes = tail(file, from)?;
                    continue;
                }
            }
            let whole = torn.unwrap_or(rest.len());
            if let (Some(at), Some(file)) = (torn, &lock) {
                let end = from + (start + at) as u64;
                file.set_len(end)?;
                let lost = rest.len() - at;
                self.note(&path, &format!("its last {lost} bytes were torn and are cut off; all before them is whole"));
            }
            let base = from + start as u64;
            self.take_in(number, rest.get(..whole).unwrap_or_default(), base);
            if let Some(known) = self.segments.get_mut(number) {
                known.read_to = base + whole as u64;
            }
            return Ok(());
        }
    }

    /// Where the frames begin, or `None` where there are none for us.
    fn begins(&mut self, number: usize, bytes: &[u8]) -> Option<usize> {
        let known = self.segments.get_mut(number)?;
        let path = self.folder.join(&known.name);
        match segment::kind(bytes) {
            Kind::Ours => return Some(segment::START),
            Kind::Stub => return None,
            Kind::Newer(version) => {
                known.standing = Standing::LeftAlone;
                self.note(&path, &format!("written by a newer yagura (format {version}); it is left alone"));
            }
            Kind::Foreign => {
                known.standing = Standing::LeftAlone;
                self.note(&path, "no segment of the journal; it is left alone");
            }
        }
        None
    }

    fn take_in(&mut self, number: usize, bytes: &[u8], base: u64) {
        let path = self.segments.get(number).map(|known| self.folder.join(&known.name)).unwrap_or_default();
        for piece in frame::pieces(bytes) {
            match piece {
                Piece::Frame { at, frame } => match frame.heads() {
                    Ok(heads) => {
                        if heads.iter().any(Option::is_none) {
                            self.note(&path, "holds versions that only a newer yagura reads; it is left alone");
                            if let Some(known) = self.segments.get_mut(number) {
                                known.standing = Standing::LeftAlone;
                            }
                        }
                        let heads = heads.iter().enumerate();
                        self.enter(number, base + at as u64, heads.filter_map(|(at, head)| Some((at, head.as_ref()?))));
                    }
                    Err(error) => self.note(&path, &format!("a frame at byte {at} cannot be read: {error}")),
                },
                Piece::Damage { at, length } => {
                    self.note(
                        &path,
                        &format!("{length} bytes at byte {} are damaged and passed over", base + at as u64),
                    );
                }
            }
        }
    }

    fn note(&mut self, path: &Path, what: &str) {
        let note = format!("{}: {what}", path.display());
        tracing::warn!("journal: {note}");
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn enter<'h>(&mut self, number: usize, offset: u64, heads: impl Iterator<Item = (usize, &'h Head)>) {
        let segment = u32::try_from(number).unwrap_or(u32::MAX);
        for (slot, head) in heads {
            let place = Place { segment, offset, slot: u16::try_from(slot).unwrap_or(u16::MAX) };
            let entry = Entry {
                updated_at: head.updated_at.unwrap_or(NO_TIME),
                at: head.at,
                noticed: head.noticed,
                content: head.content,
                place,
            };
            let hash = self.hasher.hash_one(&head.key);
            self.records.entry(hash).or_default().push(entry);
            if let Some(known) = self.segments.get_mut(number) {
                known.entries += 1;
            }
        }
    }

    /// This instance has appended a frame.
    pub(super) fn wrote(&mut self, name: &str, offset: u64, length: u64, heads: &[Head]) {
        let number = self.number(name);
        self.enter(number, offset, heads.iter().enumerate());
        if let Some(known) = self.segments.get_mut(number) {
            known.read_to = offset + length;
        }
    }

    fn entries(&self, key: &RecordKey) -> &[Entry] {
        self.records.get(&self.hasher.hash_one(key)).map_or(&[], Vec::as_slice)
    }

    /// Is this content among the versions of the record?
    pub(super) fn has(&self, key: &RecordKey, content: Content) -> bool {
        self.entries(key).iter().any(|entry| entry.content == content)
    }

    /// The content that the record had last, as far as is known.
    pub(super) fn last(&self, key: &RecordKey) -> Option<Content> {
        self.entries(key).iter().max().map(|entry| entry.content)
    }

    /// Bytes of all segments that are there.
    pub(super) fn bytes(&self) -> u64 {
        let there = self.segments.iter().filter(|known| known.standing != Standing::Gone);
        there.filter_map(|known| fs::metadata(self.folder.join(&known.name)).ok()).map(|file| file.len()).sum()
    }

    /// Of every record the versions to keep, oldest first, each once.
    pub(super) fn kept(&self, bounds: &Bounds, now: Timestamp) -> impl Iterator<Item = Vec<Entry>> {
        let horizon = bounds.horizon(now);
        self.records.values().map(move |entries| distinct(entries, bounds, horizon))
    }

    /// See [`Journal::versions`](super::Journal::versions).
    pub(super) fn versions(
        &mut self,
        key: &RecordKey,
        bounds: &Bounds,
        now: Timestamp,
    ) -> Result<Vec<Version>, JournalError> {
        let horizon = bounds.horizon(now);
        let mut again = true;
        loop {
            self.refresh().map_err(|source| JournalError::File { path: self.folder.clone(), source })?;
            let entries = distinct(self.entries(key), bounds, horizon);
            match self.load(key, &entries) {
                // Packed anew by another instance in between.
                Err(JournalError::File { source, .. }) if again && source.kind() == io::ErrorKind::NotFound => {
                    again = false;
                }
                loaded => return loaded,
            }
        }
    }

    fn load(&self, key: &RecordKey, entries: &[Entry]) -> Result<Vec<Version>, JournalError> {
        let mut versions = Vec::with_capacity(entries.len());
        let mut frame: Option<(u32, u64, Vec<Option<Head>>, bytes::Bytes)> = None;
        for entry in entries {
            let Place { segment, offset, slot } = entry.place;
            if frame.as_ref().is_none_or(|(at, from, ..)| (*at, *from) != (segment, offset)) {
                let (heads, bodies) = self.frame(segment, offset)?;
                frame = Some((segment, offset, heads, bodies));
            }
            let Some((.., heads, bodies)) = &frame else { continue };
            let before = heads.iter().take(usize::from(slot)).flatten().map(|head| head.length as usize).sum::<usize>();
            let Some(Some(head)) = heads.get(usize::from(slot)) else { continue };
            let range = before..before + head.length as usize;
            if head.key != *key || range.end > bodies.len() {
                continue;
            }
            versions.push(Version {
                noticed: head.noticed,
                at: head.time(),
                updated_at: head.updated_at.and_then(|at| Timestamp::from_microsecond(at).ok()),
                scope: (*head.scope).clone(),
                json: bodies.slice(range),
            });
        }
        Ok(versions)
    }

    /// The heads and the bodies of one frame.
    fn frame(&self, number: u32, offset: u64) -> Result<(Vec<Option<Head>>, bytes::Bytes), JournalError> {
        let name = self.segments.get(number as usize).map(|known| known.name.as_str()).unwrap_or_default();
        let path = self.folder.join(name);
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(&path)?;
            tail(&mut file, offset)
        };
        let bytes = read().map_err(|source| JournalError::File { path: path.clone(), source })?;
        let damaged = || JournalError::Damaged { path: path.clone(), at: offset };
        let frame = Frame::read(&bytes).ok_or_else(damaged)?;
        let unreadable = |source| JournalError::File { path: path.clone(), source };
        Ok((frame.heads().map_err(unreadable)?, frame.bodies().map_err(unreadable)?.into()))
    }
}

fn is_gone(segments: &[Known], number: u32) -> bool {
    segments.get(number as usize).is_none_or(|known| known.standing == Standing::Gone)
}

/// In their order, each once, within the bounds.
fn distinct(entries: &[Entry], bounds: &Bounds, horizon: i64) -> Vec<Entry> {
    let mut entries: Vec<Entry> = entries.iter().copied().filter(|entry| entry.at >= horizon).collect();
    entries.sort_unstable();
    entries.dedup_by_key(|entry| entry.content);
    bounds.thin(&mut entries);
    entries
}

/// All bytes of a file from an offset on.
fn tail(file: &mut File, from: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a whole segment that is locked: for packing anew.
pub(super) fn whole(file: &mut File) -> io::Result<Vec<u8>> {
    tail(file, 0)
}
