//! The unit of writing: some versions, compressed together, with their length and checksums.
//!
//! Bytes of a frame: magic (4), packed length of the heads (4), of the bodies (4), unpacked length of the bodies (4),
//! CRC-32 of heads and bodies (4), CRC-32 of these 20 (4); then the heads (JSON, zstd) and the bodies (the records' JSON
//! end to end, zstd). All numbers little-endian. Heads stand apart so that reading a folder need not unpack the bodies.

use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::{Format, Noticed, RecordKey, Scope, Service};

const MAGIC: [u8; 4] = *b"yjf\x01";
pub(super) const HEADER: usize = 24;
/// More is no frame of ours.
const MOST: u32 = 256 << 20;
/// Heads and bodies repeat themselves: more effort gains little.
const LEVEL: i32 = 3;

/// Tells contents apart, over sessions.
pub(super) type Content = u128;

pub(super) fn content(json: &[u8]) -> Content {
    let digest = Sha256::digest(json);
    digest.iter().take(16).fold(0, |number, byte| (number << 8) | Content::from(*byte))
}

/// What is said of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) key: RecordKey,
    pub(super) noticed: Noticed,
    /// Microseconds since the epoch.
    pub(super) at: i64,
    pub(super) updated_at: Option<i64>,
    pub(super) scope: Arc<Scope>,
    pub(super) content: Content,
    /// Bytes of its JSON.
    pub(super) length: u32,
}

/// A head as it is written. Names may be added; what is not known is passed over.
#[derive(Serialize, Deserialize)]
struct Written<'a> {
    format: &'a str,
    product_arn: std::borrow::Cow<'a, str>,
    id: std::borrow::Cow<'a, str>,
    noticed: &'a str,
    at: i64,
    updated_at: Option<i64>,
    service: &'a str,
    account: std::borrow::Cow<'a, str>,
    region: std::borrow::Cow<'a, str>,
    content: std::borrow::Cow<'a, str>,
    length: u32,
}

impl Head {
    fn written(&self) -> Written<'_> {
        Written {
            format: match self.key.format {
                Format::Asff => "asff",
                Format::GuardDuty => "guardduty",
            },
            product_arn: self.key.product_arn.as_str().into(),
            id: self.key.id.as_str().into(),
            noticed: match self.noticed {
                Noticed::Arrived => "arrived",
                Noticed::Overwritten => "overwritten",
            },
            at: self.at,
            updated_at: self.updated_at,
            service: self.scope.service.id(),
            account: (*self.scope.account).into(),
            region: (*self.scope.region).into(),
            content: format!("{:032x}", self.content).into(),
            length: self.length,
        }
    }

    fn read(written: Written<'_>) -> Option<Self> {
        Some(Self {
            key: RecordKey {
                format: match written.format {
                    "asff" => Format::Asff,
                    "guardduty" => Format::GuardDuty,
                    _ => return None,
                },
                product_arn: written.product_arn.into_owned(),
                id: written.id.into_owned(),
            },
            noticed: if written.noticed == "overwritten" { Noticed::Overwritten } else { Noticed::Arrived },
            at: written.at,
            updated_at: written.updated_at,
            scope: Arc::new(Scope {
                service: Service::ALL.into_iter().find(|service| service.id() == written.service)?,
                account: written.account.as_ref().into(),
                region: written.region.as_ref().into(),
            }),
            content: Content::from_str_radix(&written.content, 16).ok()?,
            length: written.length,
        })
    }

    pub(super) fn time(&self) -> Timestamp {
        Timestamp::from_microsecond(self.at).unwrap_or_default()
    }
}

/// The bytes of a frame.
pub(super) fn encode(heads: &[Head], bodies: &[u8]) -> io::Result<Vec<u8>> {
    let written: Vec<Written<'_>> = heads.iter().map(Head::written).collect();
    let packed_heads = zstd::bulk::compress(&serde_json::to_vec(&written)?, LEVEL)?;
    let packed_bodies = zstd::bulk::compress(bodies, LEVEL)?;
    let mut sum = crc32fast::Hasher::new();
    sum.update(&packed_heads);
    sum.update(&packed_bodies);
    let mut frame = Vec::with_capacity(HEADER + packed_heads.len() + packed_bodies.len());
    frame.extend_from_slice(&MAGIC);
    for number in [packed_heads.len(), packed_bodies.len(), bodies.len()] {
        let number = u32::try_from(number).ok().filter(|number| *number <= MOST);
        let number = number.ok_or_else(|| io::Error::other("a frame would be too large"))?;
        frame.extend_from_slice(&number.to_le_bytes());
    }
    frame.extend_from_slice(&sum.finalize().to_le_bytes());
    let own = crc32fast::hash(&frame);
    frame.extend_from_slice(&own.to_le_bytes());
    frame.extend_from_slice(&packed_heads);
    frame.extend_from_slice(&packed_bodies);
    Ok(frame)
}

/// A frame that is whole.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    heads: &'a [u8],
    bodies: &'a [u8],
    unpacked: usize,
}

impl<'a> Frame<'a> {
    /// The frame at the start of `bytes`, if a whole one is there.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (header, rest) = bytes.split_at_checked(HEADER)?;
        let number = |at: usize| Some(u32::from_le_bytes(header.get(at..at + 4)?.try_into().ok()?));
        if header.get(..4)? != MAGIC || crc32fast::hash(header.get(..HEADER - 4)?) != number(HEADER - 4)? {
            return None;
        }
        let (heads, bodies, unpacked) = (number(4)?, number(8)?, number(12)?);
        if heads.max(bodies).max(unpacked) > MOST {
            return None;
        }
        let (heads, rest) = rest.split_at_checked(heads as usize)?;
        let bodies = rest.get(..bodies as usize)?;
        let mut sum = crc32fast::Hasher::new();
        sum.update(heads);
        sum.update(bodies);
        (sum.finalize() == number(16)?).then_some(Self { heads, bodies, unpacked: unpacked as usize })
    }

    /// All its bytes.
    pub(super) fn length(&self) -> usize {
        HEADER + self.heads.len() + self.bodies.len()
    }

    /// Its heads. One that a newer program wrote and this one cannot read is `None`, in its place.
    pub(super) fn heads(&self) -> io::Result<Vec<Option<Head>>> {
        let json = zstd::stream::decode_all(self.heads)?;
        let written: Vec<Written<'_>> = serde_json::from_slice(&json)?;
        Ok(written.into_iter().map(Head::read).collect())
    }

    pub(super) fn bodies(&self) -> io::Result<Vec<u8>> {
        zstd::bulk::decompress(self.bodies, self.unpacked)
    }
}

/// A stretch of a segment.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'a> {
    Frame {
        at: usize,
        frame: Frame<'a>,
    },
    /// No frame can be read here.
    Damage {
        at: usize,
        length: usize,
    },
}

/// The frames of `bytes` in their order, and what lies between them.
pub(super) fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let here = at;
        if let Some(frame) = Frame::read(rest) {
            at += frame.length();
            return Some(Piece::Frame { at: here, frame });
        }
        let next = memchr::memmem::find_iter(rest.get(1..).unwrap_or_default(), &MAGIC)
            .map(|found| found + 1)
            .find(|found| rest.get(*found..).and_then(Frame::read).is_some());
        let length = next.unwrap_or(rest.len());
        at += length;
        Some(Piece::Damage { at: here, length })
    })
}
