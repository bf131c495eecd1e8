//! How each kind of thing that the tables are made of is written and read: columns, arenas, bitmaps.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::ImageError;
use super::file::{In, Out};
use crate::store::arena::{Arena, Pile};
use crate::store::births::Births;
use crate::store::column::{CHUNK, Column};
use crate::store::posting::{Posting, Postings, SLOTS, Segments};
use crate::store::raw::Place;

/// Something that has a section of its own.
pub(super) trait Part: Sized {
    /// Tells sections of different make apart.
    const KIND: &'static str;
    fn write(&self, out: &mut Out) -> Result<(), ImageError>;
    fn read(input: &mut In<'_>) -> Result<Self, ImageError>;
}

/// A value of fixed length, little end first.
pub(super) trait Word: Clone + Default + PartialEq {
    const NAME: &'static str;
    const SIZE: usize;
    fn put(values: &[Self], bytes: &mut Vec<u8>);
    fn get(bytes: &[u8]) -> Arc<[Self]>;
}

macro_rules! word {
    ($($word:ty, $name:literal;)*) => {$(
        impl Word for $word {
            const NAME: &'static str = $name;
            const SIZE: usize = size_of::<$word>();

            fn put(values: &[Self], bytes: &mut Vec<u8>) {
                for value in values {
                    bytes.extend_from_slice(&value.to_le_bytes());
                }
            }

            fn get(bytes: &[u8]) -> Arc<[Self]> {
                bytes.as_chunks().0.iter().map(|bytes| Self::from_le_bytes(*bytes)).collect()
            }
        }
    )*};
}

word! {
    u8, "u8";
    u32, "u32";
    u64, "u64";
    i64, "i64";
}

impl Word for Place {
    const NAME: &'static str = "place";
    const SIZE: usize = size_of::<u32>();

    fn put(values: &[Self], bytes: &mut Vec<u8>) {
        for value in values {
            bytes.extend_from_slice(&value.number().to_le_bytes());
        }
    }

    fn get(bytes: &[u8]) -> Arc<[Self]> {
        bytes.as_chunks().0.iter().map(|bytes| Self::of(u32::from_le_bytes(*bytes))).collect()
    }
}

/// Counts of a resource.
impl Word for [u32; 3] {
    const NAME: &'static str = "u32x3";
    const SIZE: usize = 3 * size_of::<u32>();

    fn put(values: &[Self], bytes: &mut Vec<u8>) {
        u32::put(values.as_flattened(), bytes);
    }

    fn get(bytes: &[u8]) -> Arc<[Self]> {
        let three = |bytes: &[u8; 12]| {
            let mut numbers = bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes));
            std::array::from_fn(|_| numbers.next().unwrap_or_default())
        };
        bytes.as_chunks().0.iter().map(three).collect()
    }
}

impl<T: Word> Part for Column<T> {
    const KIND: &'static str = T::NAME;

    fn write(&self, out: &mut Out) -> Result<(), ImageError> {
        out.number(self.len())?;
        let mut bytes = Vec::with_capacity(CHUNK * T::SIZE);
        for chunk in self.chunks() {
            bytes.clear();
            T::put(chunk, &mut bytes);
            out.put(&bytes)?;
        }
        Ok(())
    }

    fn read(input: &mut In<'_>) -> Result<Self, ImageError> {
        let len = input.length()?;
        let mut left = len;
        let mut chunks = Vec::with_capacity(whole(input, len / CHUNK, CHUNK * T::SIZE)?);
        while left > 0 {
            let count = left.min(CHUNK);
            chunks.push(T::get(input.take(count * T::SIZE)?));
            left -= count;
        }
        Ok(Self::of_chunks(chunks))
    }
}

/// As whole seconds, whichever way they are held.
impl Part for Births {
    const KIND: &'static str = "births";

    fn write(&self, out: &mut Out) -> Result<(), ImageError> {
        out.number(self.len())?;
        let mut bytes = Vec::with_capacity(CHUNK * size_of::<i64>());
        for chunk in 0..(self.len() as usize).div_ceil(CHUNK) {
            bytes.clear();
            i64::put(&self.chunk(chunk).collect::<Vec<_>>(), &mut bytes);
            out.put(&bytes)?;
        }
        Ok(())
    }

    fn read(input: &mut In<'_>) -> Result<Self, ImageError> {
        let mut births = Self::default();
        let mut left = input.length()?;
        let mut row = 0;
        while left > 0 {
            let count = left.min(CHUNK);
            for born in &*i64::get(input.take(count * size_of::<i64>())?) {
                births.set(row, *born);
                row += 1;
            }
            left -= count;
        }
        Ok(births)
    }
}

/// Checks that so many things of this size can be left of the section: before room is made for them.
fn whole(input: &In<'_>, count: usize, size: usize) -> Result<usize, ImageError> {
    let bytes = (count as u64).saturating_mul(size as u64);
    if bytes > input.rest() { Err(input.damaged()) } else { Ok(count) }
}

/// The members of groups.
impl Part for Column<Arc<[u32]>> {
    const KIND: &'static str = "lists";

    fn write(&self, out: &mut Out) -> Result<(), ImageError> {
        out.number(self.len())?;
        let mut bytes = Vec::new();
        for list in self.iter() {
            out.length(list.len())?;
            bytes.clear();
            u32::put(list, &mut bytes);
            out.put(&bytes)?;
        }
        Ok(())
    }

    fn read(input: &mut In<'_>) -> Result<Self, ImageError> {
        let mut column = Self::default();
        for _ in 0..input.number()? {
            let count = input.length()?;
            column.push(u32::get(input.take(count.saturating_mul(4))?));
        }
        Ok(column)
    }
}

/// A pile of an arena as bytes.
pub(super) trait Bytes: Pile {
    const NAME: &'static str;
    fn put(&self, bytes: &mut Vec<u8>);
    fn get(bytes: &[u8]) -> Option<Self>;
}

impl Bytes for String {
    const NAME: &'static str = "texts";

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self.as_bytes());
    }

    fn get(bytes: &[u8]) -> Option<Self> {
        Self::from_utf8(bytes.to_vec()).ok()
    }
}

impl Bytes for Vec<u8> {
    const NAME: &'static str = "bytes";

    fn put(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(self);
    }

    fn get(bytes: &[u8]) -> Option<Self> {
        Some(bytes.to_vec())
    }
}

impl Bytes for Vec<u32> {
    const NAME: &'static str = "numbers";

    fn put(&self, bytes: &mut Vec<u8>) {
        u32::put(self, bytes);
    }

    fn get(bytes: &[u8]) -> Option<Self> {
        Some(bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    }
}

impl<P: Bytes> Part for Arena<P> {
    const KIND: &'static str = P::NAME;

    fn write(&self, out: &mut Out) -> Result<(), ImageError> {
        let shelves: Vec<(&P, Vec<u32>)> = self.shelves().collect();
        out.length(shelves.len())?;
        let mut bytes = Vec::new();
        for (pile, ends) in shelves {
            bytes.clear();
            pile.put(&mut bytes);
            out.length(bytes.len())?;
            out.length(ends.len())?;
            u32::put(&ends, &mut bytes);
            out.put(&bytes)?;
        }
        Ok(())
    }

    fn read(input: &mut In<'_>) -> Result<Self, ImageError> {
        let count = input.length()?;
        let mut shelves = Vec::with_capacity(whole(input, count, 8)?);
        for _ in 0..count {
            let (size, items) = (input.length()?, input.length()?);
            let damaged = input.damaged();
            let bytes = input.take(size.saturating_add(items.saturating_mul(4)))?;
            let (pile, ends) = bytes.split_at_checked(size).ok_or(damaged)?;
            let damaged = ImageError::Damaged { what: Self::KIND };
            let ends = ends.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
            shelves.push((P::get(pile).ok_or(damaged)?, ends));
        }
        Self::of_shelves(shelves).ok_or_else(|| input.damaged())
    }
}

impl Part for Segments {
    const KIND: &'static str = "rows";

    fn write(&self, out: &mut Out) -> Result<(), ImageError> {
        let segments: Vec<&RoaringBitmap> = self.segments().collect();
        out.length(segments.len())?;
        let mut bytes = Vec::new();
        for segment in segments {
            bytes.clear();
            if !segment.is_empty() {
                segment.serialize_into(&mut bytes)?;
            }
            out.length(bytes.len())?;
            out.put(&bytes)?;
        }
        Ok(())
    }

    fn read(input: &mut In<'_>) -> Result<Self, ImageError> {
        let count = input.length()?;
        let mut segments = Vec::with_capacity(whole(input, count, 4)?);
        for _ in 0..count {
            let size = input.length()?;
            let damaged = input.damaged();
            let bytes = input.take(size)?;
            segments.push(match bytes {
                [] => RoaringBitmap::new(),
                bytes => RoaringBitmap::deserialize_from(bytes).map_err(|_| damaged)?,
            });
        }
        Ok(Self::of(segments))
    }
}

impl Part for Postings {
    const KIND: &'static str = "postings";

    fn write(&self, out: &mut Out) -> Result<(), ImageError> {
        out.length(self.iter().count())?;
        for posting in self.iter() {
            out.number(posting.value)?;
            posting.open.iter().try_for_each(|count| out.number(*count))?;
            posting.rows.write(out)?;
        }
        Ok(())
    }

    fn read(input: &mut In<'_>) -> Result<Self, ImageError> {
        let count = input.length()?;
        let mut all = Vec::with_capacity(whole(input, count, 4 * (SLOTS + 2))?);
        for _ in 0..count {
            let value = input.number()?;
            let mut open = [0; SLOTS];
            for count in &mut open {
                *count = input.number()?;
            }
            all.push(Posting { value, open, rows: Segments::read(input)? });
        }
        Ok(Self::of(all))
    }
}
