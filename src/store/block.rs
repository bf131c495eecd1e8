//! A block of raw records: as they came, and a moment later compressed.
//!
//! In: records with their owners. Out: any record byte for byte, before its block is packed, meanwhile and after.
//! Compressing a record takes about as long as decoding it, so a thread of its own does it where there is a second
//! core ([`Packer`]). A block is shared: snapshots that were published before it was packed gain by it as well.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use zstd::zstd_safe::CParameter;

use super::image::{Filed, Packing, Parcel};

/// On blocks of findings level 3 takes half as long again for not a byte less (419 and 420 a record of the bench's, in
/// blocks of 64).
const LEVEL: i32 = 1;
/// Two to this power: a whole block is looked back on.
const WINDOW_LOG: u32 = 20;
/// What remembers where to look fits the second cache; twice as much saves a hundredth.
const HASH_LOG: u32 = 15;
/// Blocks that may wait for the packer: about 3 MB. Beyond that the writer packs by itself.
const QUEUE: usize = 4;

/// Records that are packed together.
#[derive(Debug)]
pub(super) struct Block {
    /// The records until they are packed; for good where the compressor refuses.
    plain: Mutex<Option<Arc<[Bytes]>>>,
    packed: OnceLock<Packed>,
    lengths: Lengths,
    owners: Owners,
}

/// Where the compressed records are.
#[derive(Debug)]
enum Packed {
    Here(Box<[u8]>),
    /// In an image of the store, from where they are fetched.
    Filed(Packing, Filed),
}

/// How long each record is.
#[derive(Debug)]
enum Lengths {
    Short(Box<[u16]>),
    Long(Box<[u32]>),
}

impl Lengths {
    fn of(lengths: impl Iterator<Item = usize> + Clone) -> Self {
        match lengths.clone().map(|length| u16::try_from(length).ok()).collect::<Option<_>>() {
            Some(short) => Self::Short(short),
            None => Self::Long(lengths.map(|length| u32::try_from(length).unwrap_or(u32::MAX)).collect()),
        }
    }

    /// Where a record is in the unpacked bytes; for the slot after the last, the end.
    fn range(&self, slot: usize) -> Range<usize> {
        match self {
            Self::Short(all) => range(all.iter().map(|length| usize::from(*length)), slot),
            Self::Long(all) => range(all.iter().map(|length| *length as usize), slot),
        }
    }
}

fn range(mut lengths: impl Iterator<Item = usize>, slot: usize) -> Range<usize> {
    let start = lengths.by_ref().take(slot).sum::<usize>();
    start..start + lengths.next().unwrap_or(0)
}

/// Whose each record is: mostly records that came one after another for the first time.
#[derive(Debug)]
enum Owners {
    Run { first: u32, len: u32 },
    List(Box<[u32]>),
}

impl Owners {
    fn of(owners: impl Iterator<Item = u32> + Clone) -> Self {
        let first = owners.clone().next().unwrap_or(0);
        if owners.clone().zip(first..).all(|(owner, expected)| owner == expected) {
            Self::Run { first, len: u32::try_from(owners.count()).unwrap_or(0) }
        } else {
            Self::List(owners.collect())
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Run { len, .. } => *len as usize,
            Self::List(list) => list.len(),
        }
    }

    fn get(&self, slot: usize) -> Option<u32> {
        match self {
            Self::Run { first, len } => u32::try_from(slot).ok().filter(|slot| slot < len).map(|slot| first + slot),
            Self::List(list) => list.get(slot).copied(),
        }
    }
}

impl Block {
    pub(super) fn new(records: Vec<(u32, Bytes)>) -> Self {
        Self {
            lengths: Lengths::of(records.iter().map(|(_, bytes)| bytes.len())),
            owners: Owners::of(records.iter().map(|(owner, _)| *owner)),
            plain: Mutex::new(Some(records.into_iter().map(|(_, bytes)| bytes).collect())),
            packed: OnceLock::new(),
        }
    }

    /// Of an image: its records stay in the file.
    pub(super) fn filed(parcel: Parcel<Filed>) -> Self {
        Self {
            lengths: Lengths::of(parcel.lengths.iter().map(|length| *length as usize)),
            owners: Owners::of(parcel.owners.iter().copied()),
            plain: Mutex::default(),
            packed: Packed::Filed(parcel.packing, parcel.bytes).into(),
        }
    }

    /// As an image has it.
    pub(super) fn parcel(&self) -> io::Result<Parcel<Cow<'_, [u8]>>> {
        let (packing, bytes) = match (self.plain(), self.packed.get()) {
            (Some(plain), _) => {
                let flat = plain.concat();
                match zstd::bulk::compress(&flat, LEVEL) {
                    Ok(packed) => (Packing::Zstd, packed.into()),
                    Err(_) => (Packing::Plain, flat.into()),
                }
            }
            (None, Some(Packed::Here(packed))) => (Packing::Zstd, Cow::Borrowed(&**packed)),
            (None, Some(Packed::Filed(packing, filed))) => (*packing, filed.read()?.into()),
            (None, None) => (Packing::Plain, Cow::default()),
        };
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let lengths = (0..self.len()).map(|slot| number(self.lengths.range(slot).len())).collect();
        let owners = (0..self.len()).filter_map(|slot| self.owner(slot)).collect();
        Ok(Parcel { lengths, owners, packing, bytes })
    }

    /// What is left of a block whose records are elsewhere.
    pub(super) fn empty() -> Self {
        Self::new(Vec::new())
    }

    pub(super) fn len(&self) -> usize {
        self.owners.len()
    }

    pub(super) fn owner(&self, slot: usize) -> Option<u32> {
        self.owners.get(slot)
    }

    /// Where a record is in what [`Self::unpack`] gives.
    pub(super) fn range(&self, slot: usize) -> Option<Range<usize>> {
        (slot < self.len()).then(|| self.lengths.range(slot))
    }

    /// The records as they came, while they are not packed.
    pub(super) fn plain(&self) -> Option<Arc<[Bytes]>> {
        self.plain.lock().ok().and_then(|plain| plain.clone())
    }

    /// All records, one after another.
    pub(super) fn unpack(&self) -> io::Result<Bytes> {
        // They are packed before they are let go: what is not here is there.
        if let Some(plain) = self.plain() {
            return Ok(plain.concat().into());
        }
        let unpacked = |packed: &[u8]| zstd::bulk::decompress(packed, self.lengths.range(self.len()).end);
        let bytes = match self.packed.get() {
            Some(Packed::Here(packed)) => unpacked(packed)?,
            Some(Packed::Filed(Packing::Zstd, filed)) => unpacked(&filed.read()?)?,
            Some(Packed::Filed(Packing::Plain, filed)) => filed.read()?,
            None => unpacked(&[])?,
        };
        Ok(bytes.into())
    }

    fn pack(&self, compressor: &mut Compressor) {
        let Some(plain) = self.plain() else { return };
        // Where the compressor refuses, the records stay as they are: nothing is lost for it.
        if let Some(packed) = compressor.compress(&plain)
            && self.packed.set(Packed::Here(packed)).is_ok()
            && let Ok(mut plain) = self.plain.lock()
        {
            *plain = None;
        }
    }
}

/// The compressor with its buffers, reused.
#[derive(Default)]
struct Compressor {
    zstd: Option<zstd::bulk::Compressor<'static>>,
    flat: Vec<u8>,
    packed: Vec<u8>,
}

impl Compressor {
    fn compress(&mut self, records: &[Bytes]) -> Option<Box<[u8]>> {
        if self.zstd.is_none() {
            self.zstd = compressor().ok();
        }
        self.flat.clear();
        for record in records {
            self.flat.extend_from_slice(record);
        }
        self.packed.resize(zstd::zstd_safe::compress_bound(self.flat.len()), 0);
        let written = self.zstd.as_mut()?.compress_to_buffer(&self.flat, &mut self.packed[..]).ok()?;
        self.packed.get(..written).map(Box::from)
    }
}

fn compressor() -> io::Result<zstd::bulk::Compressor<'static>> {
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::WindowLog(WINDOW_LOG))?;
    compressor.set_parameter(CParameter::HashLog(HASH_LOG))?;
    Ok(compressor)
}

/// Packs blocks: on a thread of its own where that helps, in any case before too many wait.
#[derive(Default)]
pub(super) struct Packer {
    compressor: Compressor,
    thread: Thread,
}

#[derive(Default)]
enum Thread {
    #[default]
    NotStarted,
    /// It ends with the queue, after the blocks in it.
    Runs(SyncSender<Arc<Block>>),
    None,
}

impl Packer {
    pub(super) fn pack(&mut self, block: &Arc<Block>) {
        if matches!(self.thread, Thread::NotStarted) {
            self.thread = start();
        }
        if let Thread::Runs(queue) = &self.thread {
            match queue.try_send(Arc::clone(block)) {
                Ok(()) => return,
                Err(TrySendError::Full(_)) => {}
                Err(TrySendError::Disconnected(_)) => self.thread = Thread::None,
            }
        }
        block.pack(&mut self.compressor);
    }
}

fn start() -> Thread {
    // On one core a second thread only waits for the first.
    if std::thread::available_parallelism().is_ok_and(|cores| cores.get() < 2) {
        return Thread::None;
    }
    let (queue, blocks) = sync_channel::<Arc<Block>>(QUEUE);
    let work = move || {
        let mut compressor = Compressor::default();
        for block in blocks {
            block.pack(&mut compressor);
        }
    };
    match std::thread::Builder::new().name("packer".to_owned()).spawn(work) {
        Ok(_) => Thread::Runs(queue),
        Err(error) => {
            tracing::warn!(%error, "raw records are packed by the ingest thread");
            Thread::None
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn records(lengths: &[usize]) -> Vec<(u32, Bytes)> {
        (7u32..).zip(lengths).map(|(owner, length)| (owner, Bytes::from(vec![b'a'; *length]))).collect()
    }

    #[test]
    fn a_block_reads_the_same_before_and_after_it_is_packed() {
        for lengths in [&[3, 0, 40][..], &[70_000, 5], &[]] {
            let block = Block::new(records(lengths));
            let before = block.unpack().unwrap();
            block.pack(&mut Compressor::default());
            assert!(block.plain().is_none());
            assert_eq!(block.unpack().unwrap(), before);
            let read: Vec<usize> = (0..block.len()).map(|slot| block.range(slot).unwrap().len()).collect();
            assert_eq!((read.as_slice(), block.range(lengths.len())), (lengths, None));
        }
    }

    #[test]
    fn owners_are_known_be_they_in_a_row_or_not() {
        let block = Block::new(records(&[1, 1, 1]));
        assert_eq!((0..4).map(|slot| block.owner(slot)).collect::<Vec<_>>(), [Some(7), Some(8), Some(9), None]);
        let scattered = vec![(9, Bytes::new()), (3, Bytes::new())];
        let block = Block::new(scattered);
        assert_eq!((0..3).map(|slot| block.owner(slot)).collect::<Vec<_>>(), [Some(9), Some(3), None]);
    }
}
