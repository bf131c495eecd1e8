//! Packs segments anew, without what the bounds forbid.
//!
//! Only under the folder's lock, and only segments whose writers have ended: their locks are held meanwhile. New
//! segments are whole and on the disk before the old ones go; a crash in between leaves versions twice, which readers
//! tell once.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io;

use super::bounds::Bounds;
use super::frame::{self, Head, Piece};
use super::index::{self, Entry, Index, Place, Standing};
use super::segment::{self, Segment};
use super::{Shared, folder};

/// It is worth it when so many of 100 versions go.
const WORTH: usize = 25;
/// Or when there are more segments than this.
const MANY: usize = 24;
/// Versions of one frame.
const TOGETHER: usize = 64;
const HEAVY: usize = 1 << 20;

/// A segment that nobody writes, with its lock.
struct Closed {
    number: u32,
    name: String,
    file: File,
    bytes: u64,
    entries: u32,
}

/// Does it, if it is worth it and no other instance is at it.
pub(super) fn run(shared: &Shared) -> io::Result<()> {
    let (folder, bounds, now) = (&shared.settings.folder, &shared.settings.bounds, shared.settings.clock.now());
    let Some(_lock) = folder::lock(folder)? else { return Ok(()) };
    folder::sweep(folder)?;
    let mut index = shared.index();
    index.refresh()?;
    let mut closed = closed(&index)?;
    let live = index.bytes().saturating_sub(closed.iter().map(|one| one.bytes).sum());
    let mut keep: Vec<Entry> = index.kept(bounds, now).flatten().collect();
    let numbers: Vec<u32> = closed.iter().map(|one| one.number).collect();
    keep.retain(|entry| numbers.contains(&entry.place.segment));
    let over = fit(&mut keep, &closed, live, bounds);
    let all: usize = closed.iter().map(|one| one.entries as usize).sum();
    let dropped = all.saturating_sub(keep.len());
    if closed.is_empty() || !(over || closed.len() > MANY || dropped * 100 >= all.max(1) * WORTH) {
        return Ok(());
    }
    rewrite(&mut closed, &keep, shared, now.as_millisecond())?;
    for one in &closed {
        fs::remove_file(segment::path(folder, &one.name))?;
    }
    index.refresh()
}

fn closed(index: &Index) -> io::Result<Vec<Closed>> {
    let mut found = Vec::new();
    for (number, known) in (0..).zip(&index.segments) {
        if known.standing != Standing::Ours {
            continue;
        }
        let path = segment::path(&index.folder, &known.name);
        if let Some(file) = folder::closed(&path)? {
            let bytes = file.metadata()?.len();
            found.push(Closed { number, name: known.name.clone(), file, bytes, entries: known.entries });
        }
    }
    Ok(found)
}

/// Lets the oldest go until all segments together have room to spare. Says whether they had too many bytes.
fn fit(keep: &mut Vec<Entry>, closed: &[Closed], live: u64, bounds: &Bounds) -> bool {
    let share: HashMap<u32, u64> =
        closed.iter().map(|one| (one.number, one.bytes / u64::from(one.entries.max(1)))).collect();
    let size = |entry: &Entry| share.get(&entry.place.segment).copied().unwrap_or(0);
    let over = live + closed.iter().map(|one| one.bytes).sum::<u64>() > bounds.bytes;
    let mut bytes = live + keep.iter().map(size).sum::<u64>();
    if bytes > bounds.bytes {
        let room = bounds.bytes / 4 * 3;
        // What was noticed together goes in the order of its versions.
        keep.sort_unstable_by_key(|entry| std::cmp::Reverse((entry.at, *entry)));
        while bytes > room
            && let Some(oldest) = keep.pop()
        {
            bytes -= size(&oldest);
        }
    }
    over
}

/// Writes what is kept into new segments.
fn rewrite(closed: &mut [Closed], keep: &[Entry], shared: &Shared, milliseconds: i64) -> io::Result<()> {
    let mut places: Vec<Place> = keep.iter().map(|entry| entry.place).collect();
    places.sort_unstable();
    let mut packer =
        Packer { shared, milliseconds, segment: None, made: Vec::new(), heads: Vec::new(), bodies: Vec::new() };
    let mut done = Ok(());
    for one in closed {
        done = index::whole(&mut one.file).and_then(|bytes| packer.segment(&bytes, one.number, &places));
        if done.is_err() {
            break;
        }
    }
    done = done.and_then(|()| packer.flush()).and_then(|()| packer.close());
    if done.is_err() {
        // The old ones are all there: the new ones would only take their room.
        for name in &packer.made {
            let _ = fs::remove_file(segment::path(&shared.settings.folder, name));
        }
    }
    done
}

struct Packer<'s> {
    shared: &'s Shared,
    milliseconds: i64,
    segment: Option<Segment>,
    made: Vec<String>,
    heads: Vec<Head>,
    bodies: Vec<u8>,
}

impl Packer<'_> {
    /// Takes the versions of a segment that are in `places`, which are sorted.
    fn segment(&mut self, bytes: &[u8], number: u32, places: &[Place]) -> io::Result<()> {
        let rest = bytes.get(segment::START..).unwrap_or_default();
        for piece in frame::pieces(rest) {
            let Piece::Frame { at, frame } = piece else { continue };
            let offset = (segment::START + at) as u64;
            let wanted = |slot: usize| {
                let slot = u16::try_from(slot).unwrap_or(u16::MAX);
                places.binary_search(&Place { segment: number, offset, slot }).is_ok()
            };
            let heads = frame.heads()?;
            if !(0..heads.len()).any(wanted) {
                continue;
            }
            let bodies = frame.bodies()?;
            let mut start = 0;
            for (slot, head) in heads.into_iter().enumerate() {
                let Some(head) = head else { continue };
                let end = start + head.length as usize;
                if wanted(slot) {
                    self.bodies.extend_from_slice(bodies.get(start..end).unwrap_or_default());
                    self.heads.push(head);
                }
                start = end;
                if self.heads.len() >= TOGETHER || self.bodies.len() >= HEAVY {
                    self.flush()?;
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.heads.is_empty() {
            return Ok(());
        }
        let frame = frame::encode(&self.heads, &self.bodies)?;
        self.heads.clear();
        self.bodies.clear();
        let segment = match &mut self.segment {
            Some(segment) => segment,
            none => {
                let made = Segment::create(&self.shared.settings.folder, self.milliseconds)?;
                self.made.push(made.name.clone());
                none.insert(made)
            }
        };
        segment.append(&frame)?;
        if segment.length >= self.shared.settings.bounds.segment_bytes() {
            self.close()?;
        }
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        self.segment.take().map_or(Ok(()), |segment| segment.sync())
    }
}
