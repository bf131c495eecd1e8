//! Raw blocks in an image: written compressed, as they are held, and left in the file until somebody reads one.

use std::borrow::Cow;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::ImageError;
use super::file::{ImageFile, In, Out};
use crate::store::raw::RawView;

pub(super) const KIND: &str = "blocks";

/// How the bytes of a block are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Packing {
    Zstd,
    /// One after another.
    Plain,
}

/// A block on its way into an image, or out of one: `B` is its bytes, or where they are.
#[derive(Debug)]
pub(in crate::store) struct Parcel<B> {
    /// How long each record is, and whose.
    pub lengths: Vec<u32>,
    pub owners: Vec<u32>,
    pub packing: Packing,
    pub bytes: B,
}

impl Parcel<Cow<'_, [u8]>> {
    /// With bytes of its own.
    pub(in crate::store) fn owned(self) -> Parcel<Cow<'static, [u8]>> {
        let Self { lengths, owners, packing, bytes } = self;
        Parcel { lengths, owners, packing, bytes: Cow::Owned(bytes.into_owned()) }
    }
}

/// The bytes of a block in a file.
#[derive(Debug, Clone)]
pub(in crate::store) struct Filed {
    file: Arc<File>,
    at: u64,
    len: u32,
    sum: u32,
}

impl Filed {
    /// Fetches the bytes.
    pub(in crate::store) fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; self.len as usize];
        self.file.read_exact_at(&mut bytes, self.at)?;
        if crc32fast::hash(&bytes) == self.sum {
            Ok(bytes)
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the cache is damaged here: `yagura cache clear` removes it",
            ))
        }
    }
}

/// Writes the blocks; gives what says where they are.
pub(super) fn write(view: &RawView, out: &mut Out) -> Result<Vec<u8>, ImageError> {
    let mut directory = Vec::new();
    let mut count = 0_u32;
    for parcel in view.parcels() {
        let Parcel { lengths, owners, packing, bytes } = parcel?;
        let len = u32::try_from(bytes.len()).map_err(|_| ImageError::Damaged { what: "raw block" })?;
        let mut number = |number: u32| directory.extend_from_slice(&number.to_le_bytes());
        let (low, high) = (out.at() & u64::from(u32::MAX), out.at() >> 32);
        for half in [high, low] {
            number(u32::try_from(half).unwrap_or(u32::MAX));
        }
        number(len);
        number(crc32fast::hash(&bytes));
        number(u32::from(packing == Packing::Plain));
        number(u32::try_from(lengths.len()).unwrap_or(u32::MAX));
        lengths.iter().chain(&owners).for_each(|each| number(*each));
        out.put(&bytes)?;
        count += 1;
    }
    let mut all = count.to_le_bytes().to_vec();
    all.append(&mut directory);
    Ok(all)
}

/// The blocks of an image, none of them read.
pub(super) fn read(file: &ImageFile) -> Result<RawView, ImageError> {
    file.section("raw", KIND, |input| {
        let mut parcels = Vec::new();
        for _ in 0..input.number()? {
            parcels.push(parcel(input)?);
        }
        Ok(RawView::filed(parcels))
    })
}

fn parcel(input: &mut In<'_>) -> Result<Parcel<Filed>, ImageError> {
    let (high, low) = (input.number()?, input.number()?);
    let at = (u64::from(high) << 32) | u64::from(low);
    let (len, sum, packing, count) = (input.number()?, input.number()?, input.number()?, input.length()?);
    let mut numbers = || -> Result<Vec<u32>, ImageError> {
        let bytes = input.take(count.saturating_mul(4))?;
        Ok(bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect())
    };
    let (lengths, owners) = (numbers()?, numbers()?);
    let packing = if packing == 0 { Packing::Zstd } else { Packing::Plain };
    let bytes = Filed { file: Arc::clone(input.file()), at, len, sum };
    Ok(Parcel { lengths, owners, packing, bytes })
}
