//! The raw records, byte for byte, in compressed blocks.
//!
//! In: a record's bytes. Out: its place, and later the same bytes. Records of one time and kind look alike, so a
//! block of up to 128 compresses to a small part of what each would alone. A block most of which is dead is packed
//! again. The newest records wait uncompressed, as slices of the page they came in.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::StoreError;
use super::image::{Filed, Packing, Parcel};

/// Bits of a place that say the slot.
const SLOT_BITS: u32 = 7;
/// Records of a block, at most: of 64, a record would take a tenth more.
const SLOTS: usize = 1 << SLOT_BITS;
/// A block is closed when it holds this many bytes.
const FULL: usize = 512 * 1024;
/// On blocks of findings level 3 takes half as long again for not a byte less (419 and 420 a record of the bench's, in blocks of 64).
const LEVEL: i32 = 1;
/// Decompressed blocks kept for readers.
const KEPT: usize = 8;

/// Where a record is: block and slot. [`Place::NOWHERE`] when it is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place(u32);

impl Place {
    pub(super) const NOWHERE: Self = Self(u32::MAX);

    pub(super) const fn number(self) -> u32 {
        self.0
    }

    pub(super) const fn of(number: u32) -> Self {
        Self(number)
    }

    const fn block(self) -> u32 {
        self.0 >> SLOT_BITS
    }

    const fn slot(self) -> u8 {
        (self.0 & ((1 << SLOT_BITS) - 1)) as u8
    }
}

/// How a block's bytes are held.
#[derive(Debug)]
enum Packed {
    Zstd(Box<[u8]>),
    /// The compressor refused: nothing is lost for it.
    Plain(Bytes),
    /// In an image of the store, from where it is fetched.
    Filed(Packing, Filed),
}

#[derive(Debug)]
struct Block {
    packed: Packed,
    /// Where each record ends in the unpacked bytes.
    ends: Box<[u32]>,
    /// Whose each record is.
    owners: Box<[u32]>,
}

impl Block {
    fn empty() -> Self {
        Self { packed: Packed::Plain(Bytes::new()), ends: Box::default(), owners: Box::default() }
    }

    fn unpack(&self) -> io::Result<Bytes> {
        let size = self.ends.last().map_or(0, |end| *end as usize);
        match &self.packed {
            Packed::Zstd(packed) => zstd::bulk::decompress(packed, size).map(Bytes::from),
            Packed::Plain(bytes) => Ok(bytes.clone()),
            Packed::Filed(Packing::Zstd, filed) => zstd::bulk::decompress(&filed.read()?, size).map(Bytes::from),
            Packed::Filed(Packing::Plain, filed) => filed.read().map(Bytes::from),
        }
    }

    fn parcel(&self) -> io::Result<Parcel<Cow<'_, [u8]>>> {
        let (packing, bytes) = match &self.packed {
            Packed::Zstd(packed) => (Packing::Zstd, Cow::Borrowed(&**packed)),
            Packed::Plain(plain) => (Packing::Plain, Cow::Borrowed(&**plain)),
            Packed::Filed(packing, filed) => (*packing, Cow::Owned(filed.read()?)),
        };
        let mut before = 0;
        let lengths = self.ends.iter().map(|end| end - std::mem::replace(&mut before, *end)).collect();
        Ok(Parcel { lengths, owners: self.owners.to_vec(), packing, bytes })
    }

    fn filed(parcel: Parcel<Filed>) -> Self {
        let mut end = 0_u32;
        let ends = parcel.lengths.iter().map(|length| {
            end = end.saturating_add(*length);
            end
        });
        Self { ends: ends.collect(), owners: parcel.owners.into(), packed: Packed::Filed(parcel.packing, parcel.bytes) }
    }

    fn range(&self, slot: usize) -> Option<std::ops::Range<usize>> {
        let end = *self.ends.get(slot)? as usize;
        Some(slot.checked_sub(1).map_or(0, |before| self.ends[before] as usize)..end)
    }
}

type Cache = Arc<Mutex<VecDeque<(usize, Arc<Block>, Bytes)>>>;

/// The reading side: shared with snapshots.
#[derive(Debug, Clone, Default)]
pub(super) struct RawView {
    blocks: Arc<Vec<Arc<Block>>>,
    /// The block that is being filled, uncompressed: it follows the last of `blocks`.
    pending: Arc<Vec<(u32, Bytes)>>,
    cache: Cache,
}

impl RawView {
    /// Every block as it is held; the one that is being filled comes last, as it will be.
    pub(super) fn parcels(&self) -> impl Iterator<Item = io::Result<Parcel<Cow<'_, [u8]>>>> {
        let pending = (!self.pending.is_empty()).then(|| {
            let lengths = self.pending.iter().map(|(_, bytes)| u32::try_from(bytes.len()).unwrap_or(u32::MAX));
            let flat: Vec<u8> = self.pending.iter().flat_map(|(_, bytes)| bytes).copied().collect();
            Ok(Parcel {
                lengths: lengths.collect(),
                owners: self.pending.iter().map(|(owner, _)| *owner).collect(),
                packing: Packing::Zstd,
                bytes: Cow::Owned(zstd::bulk::compress(&flat, LEVEL)?),
            })
        });
        self.blocks.iter().map(|block| block.parcel()).chain(pending)
    }

    /// Of blocks that are in a file.
    pub(super) fn filed(parcels: Vec<Parcel<Filed>>) -> Self {
        let blocks = parcels.into_iter().map(|parcel| Arc::new(Block::filed(parcel)));
        Self { blocks: Arc::new(blocks.collect()), ..Self::default() }
    }

    pub(super) fn get(&self, place: Place) -> Result<Bytes, StoreError> {
        let missing = StoreError::Missing { block: place.block(), slot: place.slot() };
        let slot = usize::from(place.slot());
        let Some(block) = self.blocks.get(place.block() as usize) else {
            return self.pending.get(slot).map(|(_, bytes)| bytes.clone()).ok_or(missing);
        };
        let range = block.range(slot).ok_or(missing)?;
        let bytes = self.unpacked(block).map_err(|source| StoreError::Block { block: place.block(), source })?;
        if bytes.len() < range.end {
            return Err(StoreError::Missing { block: place.block(), slot: place.slot() });
        }
        Ok(bytes.slice(range))
    }

    fn unpacked(&self, block: &Arc<Block>) -> io::Result<Bytes> {
        let key = Arc::as_ptr(block).addr();
        if let Ok(mut cache) = self.cache.lock()
            && let Some(at) = cache.iter().position(|(held, ..)| *held == key)
            && let Some(hit) = cache.remove(at)
        {
            let bytes = hit.2.clone();
            cache.push_front(hit);
            return Ok(bytes);
        }
        let bytes = block.unpack()?;
        if let Ok(mut cache) = self.cache.lock() {
            // The block is held with it, so its address is its own while the entry lives.
            cache.push_front((key, Arc::clone(block), bytes.clone()));
            cache.truncate(KEPT);
        }
        Ok(bytes)
    }
}

/// The writing side.
#[derive(Default)]
pub(super) struct RawStore {
    pub(super) view: RawView,
    /// Live records of each closed block.
    alive: Vec<u8>,
    pending_size: usize,
    pending_dead: usize,
    compressor: Option<zstd::bulk::Compressor<'static>>,
    /// Reused for what a block is packed from, and into.
    flat: Vec<u8>,
    packed: Vec<u8>,
}

impl std::fmt::Debug for RawStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawStore").field("blocks", &self.view.blocks.len()).finish_non_exhaustive()
    }
}

impl RawStore {
    /// Of blocks that are there already, and the place of every record that is.
    pub(super) fn of(view: RawView, places: impl Iterator<Item = Place>) -> Self {
        let mut alive = vec![0_u8; view.blocks.len()];
        for place in places {
            if let Some(alive) = alive.get_mut(place.block() as usize) {
                *alive = alive.saturating_add(1);
            }
        }
        Self { view, alive, ..Self::default() }
    }

    /// Keeps a record of `owner` and says where.
    pub(super) fn push(&mut self, owner: u32, bytes: &Bytes) -> Place {
        if self.view.pending.len() >= SLOTS || self.pending_size >= FULL {
            self.close();
        }
        let pending = Arc::make_mut(&mut self.view.pending);
        let block = u32::try_from(self.view.blocks.len()).unwrap_or(u32::MAX >> SLOT_BITS);
        let place = Place((block << SLOT_BITS) | u32::try_from(pending.len()).unwrap_or(0));
        self.pending_size += bytes.len();
        pending.push((owner, bytes.clone()));
        place
    }

    /// The record at this place is no more.
    pub(super) fn kill(&mut self, place: Place) {
        match self.alive.get_mut(place.block() as usize) {
            Some(alive) => *alive = alive.saturating_sub(1),
            None => self.pending_dead += 1,
        }
    }

    /// The live records of a block of which three quarters are dead, with their owners: to be pushed again.
    /// The block is emptied; `place_of` says where an owner's record is now.
    pub(super) fn compact(&mut self, place: Place, place_of: impl Fn(u32) -> Place) -> Vec<(u32, Bytes)> {
        let at = place.block() as usize;
        let (Some(alive), Some(block)) = (self.alive.get(at).copied(), self.view.blocks.get(at)) else {
            return Vec::new();
        };
        if block.owners.is_empty() || usize::from(alive) * 4 > block.owners.len() {
            return Vec::new();
        }
        let Ok(bytes) = block.unpack() else { return Vec::new() };
        let mut moved = Vec::new();
        for (slot, owner) in block.owners.iter().enumerate() {
            let here = Place((place.block() << SLOT_BITS) | u32::try_from(slot).unwrap_or(0));
            if place_of(*owner) == here
                && let Some(range) = block.range(slot)
            {
                moved.push((*owner, Bytes::copy_from_slice(bytes.get(range).unwrap_or_default())));
            }
        }
        Arc::make_mut(&mut self.view.blocks)[at] = Arc::new(Block::empty());
        self.alive[at] = 0;
        moved
    }

    /// Compresses the pending records into a block.
    fn close(&mut self) {
        self.flat.clear();
        let mut ends = Vec::with_capacity(self.view.pending.len());
        let mut owners = Vec::with_capacity(self.view.pending.len());
        for (owner, bytes) in self.view.pending.iter() {
            self.flat.extend_from_slice(bytes);
            ends.push(u32::try_from(self.flat.len()).unwrap_or(u32::MAX));
            owners.push(*owner);
        }
        let alive = owners.len().saturating_sub(self.pending_dead);
        self.alive.push(u8::try_from(alive).unwrap_or(u8::MAX));
        let block = Block { packed: self.pack(), ends: ends.into(), owners: owners.into() };
        Arc::make_mut(&mut self.view.blocks).push(Arc::new(block));
        self.view.pending = Arc::default();
        self.pending_size = 0;
        self.pending_dead = 0;
    }

    fn pack(&mut self) -> Packed {
        if self.compressor.is_none() {
            self.compressor = zstd::bulk::Compressor::new(LEVEL).ok();
        }
        self.packed.resize(zstd::zstd_safe::compress_bound(self.flat.len()), 0);
        let written = self
            .compressor
            .as_mut()
            .and_then(|compressor| compressor.compress_to_buffer(&self.flat, &mut self.packed[..]).ok())
            .and_then(|written| self.packed.get(..written));
        written.map_or_else(|| Packed::Plain(Bytes::copy_from_slice(&self.flat)), |packed| Packed::Zstd(packed.into()))
    }
}
