//! The raw records, byte for byte, in compressed blocks.
//!
//! In: a record's bytes. Out: its place, and later the same bytes. Records of one time and kind look alike, so a
//! block of up to 256 compresses to a small part of what each would alone. A block most of which is dead is packed
//! again. The newest records wait uncompressed, as slices of the page they came in, and so do those of a few blocks
//! that are to be packed.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::StoreError;
use super::block::{Block, Packer};
use super::image::{Filed, Parcel};

/// Bits of a place that say the slot.
const SLOT_BITS: u32 = 8;
/// Records of a block, at most: of 128, a record of the bench's would take 385 bytes, of 256 it takes 358, and a block
/// is read in half a millisecond.
const SLOTS: usize = 1 << SLOT_BITS;
/// A block is closed when it holds this many bytes.
const FULL: usize = 1024 * 1024;
/// Decompressed blocks kept for readers.
const KEPT: usize = 4;

/// Where a record is: block and slot. [`Place::NOWHERE`] when it is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
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

type Cache = Arc<Mutex<VecDeque<(usize, Arc<Block>, Bytes)>>>;

/// A record as it is held, packed or not: cheap to take, and read when it is wanted.
#[derive(Debug, Clone)]
pub struct Held(Hold);

#[derive(Debug, Clone)]
enum Hold {
    Plain(Bytes),
    Packed { block: Arc<Block>, slot: u8, cache: Cache },
    Nowhere(Place),
}

impl Held {
    /// The record's JSON. Unpacks its block.
    ///
    /// # Errors
    /// When the block does not decompress.
    pub fn bytes(&self) -> Result<Bytes, StoreError> {
        match &self.0 {
            Hold::Plain(bytes) => Ok(bytes.clone()),
            Hold::Packed { block, slot, cache } => {
                let bytes = unpacked(cache, block).map_err(|source| StoreError::Block { block: 0, source })?;
                let range = block.range(usize::from(*slot)).filter(|range| range.end <= bytes.len());
                range.map(|range| bytes.slice(range)).ok_or(StoreError::Missing { block: 0, slot: *slot })
            }
            Hold::Nowhere(place) => Err(StoreError::Missing { block: place.block(), slot: place.slot() }),
        }
    }
}

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
        let pending = (!self.pending.is_empty()).then(|| Ok(Block::new(self.pending.to_vec()).parcel()?.owned()));
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
        if let Some(plain) = block.plain() {
            return plain.get(slot).cloned().ok_or(missing);
        }
        let range = block.range(slot).ok_or(missing)?;
        let bytes = self.unpacked(block).map_err(|source| StoreError::Block { block: place.block(), source })?;
        if bytes.len() < range.end {
            return Err(StoreError::Missing { block: place.block(), slot: place.slot() });
        }
        Ok(bytes.slice(range))
    }

    /// The record at this place, for somebody who reads it later.
    pub(super) fn held(&self, place: Place) -> Held {
        let slot = place.slot();
        Held(match self.blocks.get(place.block() as usize) {
            Some(block) => Hold::Packed { block: Arc::clone(block), slot, cache: Arc::clone(&self.cache) },
            None => match self.pending.get(usize::from(slot)) {
                Some((_, bytes)) => Hold::Plain(bytes.clone()),
                None => Hold::Nowhere(place),
            },
        })
    }

    /// Looks at the records at these places, which are in order: each block is unpacked once, and not kept.
    pub(super) fn each<T: Copy>(&self, places: &[(Place, T)], mut look: impl FnMut(T, &[u8])) {
        for of_block in places.chunk_by(|(a, _), (b, _)| a.block() == b.block()) {
            let Some((first, _)) = of_block.first() else { continue };
            let Some(block) = self.blocks.get(first.block() as usize) else {
                for (place, of) in of_block {
                    if let Some((_, bytes)) = self.pending.get(usize::from(place.slot())) {
                        look(*of, bytes);
                    }
                }
                continue;
            };
            let bytes = match block.unpack() {
                Ok(bytes) => bytes,
                Err(error) => {
                    tracing::error!(block = first.block(), "a block of raw records does not decompress: {error}");
                    continue;
                }
            };
            for (place, of) in of_block {
                if let Some(json) = block.range(usize::from(place.slot())).and_then(|range| bytes.get(range)) {
                    look(*of, json);
                }
            }
        }
    }

    fn unpacked(&self, block: &Arc<Block>) -> io::Result<Bytes> {
        unpacked(&self.cache, block)
    }
}

fn unpacked(cache: &Cache, block: &Arc<Block>) -> io::Result<Bytes> {
    let key = Arc::as_ptr(block).addr();
    if let Ok(mut cache) = cache.lock()
        && let Some(at) = cache.iter().position(|(held, ..)| *held == key)
        && let Some(hit) = cache.remove(at)
    {
        let bytes = hit.2.clone();
        cache.push_front(hit);
        return Ok(bytes);
    }
    let bytes = block.unpack()?;
    if let Ok(mut cache) = cache.lock() {
        // The block is held with it, so its address is its own while the entry lives.
        cache.push_front((key, Arc::clone(block), bytes.clone()));
        cache.truncate(KEPT);
    }
    Ok(bytes)
}

/// The writing side.
#[derive(Default)]
pub(super) struct RawStore {
    pub(super) view: RawView,
    /// Live records of each closed block.
    alive: Vec<u16>,
    pending_size: usize,
    pending_dead: usize,
    packer: Packer,
}

impl std::fmt::Debug for RawStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawStore").field("blocks", &self.view.blocks.len()).finish_non_exhaustive()
    }
}

impl RawStore {
    /// Of blocks that are there already, and the place of every record that is.
    pub(super) fn of(view: RawView, places: impl Iterator<Item = Place>) -> Self {
        let mut alive = vec![0_u16; view.blocks.len()];
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
        if block.len() == 0 || usize::from(alive) * 4 > block.len() {
            return Vec::new();
        }
        let Ok(bytes) = block.unpack() else { return Vec::new() };
        let mut moved = Vec::new();
        for slot in 0..block.len() {
            let here = Place((place.block() << SLOT_BITS) | u32::try_from(slot).unwrap_or(0));
            if let (Some(owner), Some(range)) = (block.owner(slot), block.range(slot))
                && place_of(owner) == here
            {
                moved.push((owner, Bytes::copy_from_slice(bytes.get(range).unwrap_or_default())));
            }
        }
        Arc::make_mut(&mut self.view.blocks)[at] = Arc::new(Block::empty());
        self.alive[at] = 0;
        moved
    }

    /// Makes the pending records a block, to be packed.
    fn close(&mut self) {
        let pending = Arc::unwrap_or_clone(std::mem::take(&mut self.view.pending));
        let alive = pending.len().saturating_sub(self.pending_dead);
        self.alive.push(u16::try_from(alive).unwrap_or(u16::MAX));
        let block = Arc::new(Block::new(pending));
        self.packer.pack(&block);
        Arc::make_mut(&mut self.view.blocks).push(block);
        self.pending_size = 0;
        self.pending_dead = 0;
    }
}
