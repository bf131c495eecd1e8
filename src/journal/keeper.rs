//! The journal's thread: reads what is there, writes what the store saw, and keeps the bounds.
//!
//! Nothing here ends the thread: what cannot be written is counted and said, and the next is tried.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;

use super::event::Event;
use super::frame::{self, Content, Head};
use super::segment::Segment;
use super::{Shared, compact, folder};
use crate::model::{Keeping, Noticed, RecordKey};
use crate::store::Sighting;

/// Versions of one frame, at most: what is seen together is written together, and packs the better.
const TOGETHER: usize = 64;
/// And their bytes.
const HEAVY: usize = 1 << 20;
/// Between two looks at the bounds while nothing happens.
const UPKEEP: Duration = Duration::from_mins(10);
/// Between two looks at what other instances write.
const OTHERS: Duration = Duration::from_secs(1);

/// What is to be written next.
#[derive(Default)]
struct Batch {
    heads: Vec<Head>,
    bodies: Vec<u8>,
    /// The content that each record has once this is written.
    last: Vec<(RecordKey, Content)>,
}

struct Keeper<'s> {
    shared: &'s Shared,
    segment: Option<Segment>,
    batch: Batch,
    looked: Instant,
}

/// Runs until nobody can send any more.
pub(super) fn run(shared: &Shared, events: &Receiver<Event>) {
    let mut keeper = Keeper { shared, segment: None, batch: Batch::default(), looked: Instant::now() };
    keeper.start();
    loop {
        match events.recv_timeout(UPKEEP) {
            Ok(event) => keeper.take(event, events),
            Err(RecvTimeoutError::Timeout) => keeper.upkeep(),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    keeper.sync();
}

impl Keeper<'_> {
    fn start(&mut self) {
        let settings = &self.shared.settings;
        let ready = folder::prepare(&settings.folder).and_then(|()| self.shared.index().refresh());
        match ready {
            Ok(()) => self.upkeep(),
            Err(error) => {
                let why = format!("{}: {error}", settings.folder.display());
                tracing::error!("journal: {why}");
                self.shared.status.send_modify(|status| status.keeping = Keeping::Failed(why));
            }
        }
        self.tell();
    }

    /// Takes one event, and what waits behind it.
    fn take(&mut self, event: Event, events: &Receiver<Event>) {
        let mut next = Some(event);
        let mut settled = Vec::new();
        while let Some(event) = next {
            match event {
                Event::Saw(sighting) => self.saw(&sighting),
                Event::Settle(done) => {
                    settled.push(done);
                    break;
                }
            }
            next = events.try_recv().ok();
        }
        self.flush();
        if !settled.is_empty() {
            self.sync();
        }
        for done in settled {
            // Whoever asked may have lost patience.
            let _ = done.send(());
        }
    }

    fn saw(&mut self, sighting: &Sighting) {
        if self.looked.elapsed() > OTHERS {
            self.looked = Instant::now();
            if let Err(error) = self.shared.index().refresh() {
                tracing::warn!("journal: cannot look at the folder: {error}");
            }
        }
        if let Some(before) = &sighting.before {
            match before.held.bytes() {
                Ok(json) => self.add(sighting, Noticed::Overwritten, before.updated_at, &json),
                Err(error) => self.lost(1, &format!("the record that was overwritten cannot be read: {error}")),
            }
        }
        self.add(sighting, Noticed::Arrived, sighting.updated_at, &sighting.json);
        if self.batch.heads.len() >= TOGETHER || self.batch.bodies.len() >= HEAVY {
            self.flush();
        }
    }

    /// Adds a version to what is to be written, if it is news.
    fn add(&mut self, sighting: &Sighting, noticed: Noticed, updated_at: Option<Timestamp>, json: &Bytes) {
        let key = &sighting.key;
        let content = frame::content(json);
        let waiting = self.batch.last.iter().rev().find(|(held, _)| held == key).map(|(_, content)| *content);
        let known = {
            let index = self.shared.index();
            match noticed {
                // A version that is no more is told once, whenever it was noticed.
                Noticed::Overwritten => waiting.is_some() || index.has(key, content),
                Noticed::Arrived => waiting.or_else(|| index.last(key)) == Some(content),
            }
        };
        if known {
            return;
        }
        let Ok(length) = u32::try_from(json.len()) else {
            return self.lost(1, "a record is too large");
        };
        self.batch.heads.push(Head {
            key: key.clone(),
            noticed,
            at: self.shared.settings.clock.now().as_microsecond(),
            updated_at: updated_at.map(Timestamp::as_microsecond),
            scope: sighting.scope.clone(),
            content,
            length,
        });
        self.batch.bodies.extend_from_slice(json);
        self.batch.last.push((key.clone(), content));
    }

    /// Writes what waits, as one frame.
    fn flush(&mut self) {
        if self.batch.heads.is_empty() {
            return;
        }
        let batch = std::mem::take(&mut self.batch);
        let versions = batch.heads.len() as u64;
        match self.append(&batch) {
            Ok(()) => {
                self.shared.status.send_modify(|status| {
                    status.written += versions;
                    status.trouble = None;
                    status.keeping = Keeping::On;
                });
                self.tell();
            }
            Err(error) => self.lost(versions, &error.to_string()),
        }
        let bounds = &self.shared.settings.bounds;
        if self.segment.as_ref().is_some_and(|segment| segment.length >= bounds.segment_bytes()) {
            self.sync();
            self.segment = None;
            if self.shared.status.borrow().bytes > bounds.bytes {
                self.upkeep();
            }
        }
    }

    fn append(&mut self, batch: &Batch) -> io::Result<()> {
        let frame = frame::encode(&batch.heads, &batch.bodies)?;
        let settings = &self.shared.settings;
        let segment = match &mut self.segment {
            Some(segment) => segment,
            none => none.insert(Segment::create(&settings.folder, settings.clock.now().as_millisecond())?),
        };
        let offset = segment.append(&frame)?;
        self.shared.index().wrote(&segment.name, offset, frame.len() as u64, &batch.heads);
        Ok(())
    }

    fn lost(&self, versions: u64, why: &str) {
        tracing::error!("journal: {versions} versions are lost: {why}");
        self.shared.status.send_modify(|status| {
            status.lost += versions;
            status.trouble = Some(why.to_owned());
        });
    }

    /// Packs segments anew where that gains enough.
    fn upkeep(&self) {
        if let Err(error) = compact::run(self.shared) {
            tracing::warn!("journal: segments could not be packed anew: {error}");
        }
        self.tell();
    }

    fn sync(&self) {
        if let Some(error) = self.segment.as_ref().and_then(|segment| segment.sync().err()) {
            self.lost(0, &error.to_string());
        }
    }

    /// Brings the status up to date with the files.
    fn tell(&self) {
        let (bytes, notes) = {
            let index = self.shared.index();
            (index.bytes(), index.notes.clone())
        };
        self.shared.status.send_if_modified(|status| {
            let new = status.bytes != bytes || status.notes != notes;
            (status.bytes, status.notes) = (bytes, notes);
            new
        });
    }
}
