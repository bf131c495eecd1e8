//! A mark as bytes, to be kept in a file: a magic word and a version, then one zstd frame with its checksum.
//!
//! Little-endian. Within the frame: the time, the occasion, then scopes, identities with owners, findings and texts,
//! each after its count. A version that is not this one is refused by name, never guessed at.

use std::io::{self, Read, Write};
use std::sync::Arc;

use jiff::Timestamp;

use super::mark::{Mark, Occasion, Then, Whole};
use crate::model::{Scope, Service};
use crate::store::arena::Arena;

const MAGIC: &[u8; 4] = b"YGMK";
const VERSION: u16 = 1;
const LEVEL: i32 = 1;

/// A mark that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum MarkError {
    #[error("it is no mark of yagura's")]
    Foreign,
    #[error("it was written by another version of yagura (format {0}, this one reads {VERSION})")]
    Version(u16),
    #[error("it is damaged: {0}")]
    Damaged(&'static str),
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Mark {
    /// Writes the mark.
    ///
    /// # Errors
    /// What `out` says.
    pub fn write(&self, mut out: impl Write) -> Result<(), MarkError> {
        out.write_all(MAGIC)?;
        out.write_all(&VERSION.to_le_bytes())?;
        let mut zstd = zstd::stream::Encoder::new(out, LEVEL)?;
        zstd.include_checksum(true)?;
        let mut to = io::BufWriter::new(zstd);
        self.body(&mut to)?;
        let zstd = to.into_inner().map_err(io::IntoInnerError::into_error)?;
        zstd.finish()?.flush()?;
        Ok(())
    }

    fn body(&self, to: &mut impl Write) -> io::Result<()> {
        to.write_all(&self.at.as_microsecond().to_le_bytes())?;
        to.write_all(&[self.occasion as u8])?;
        count(to, self.scopes.len())?;
        for (scope, whole) in &self.scopes {
            to.write_all(&[scope.service as u8, u8::from(*whole == Whole::Yes)])?;
            text(to, &scope.account)?;
            text(to, &scope.region)?;
        }
        count(to, self.identities.len())?;
        for identity in &self.identities {
            to.write_all(&identity.to_le_bytes())?;
        }
        for owner in &self.owners {
            to.write_all(&owner.to_le_bytes())?;
        }
        count(to, self.rows.len())?;
        for then in &self.rows {
            to.write_all(&[then.standing])?;
            to.write_all(&then.scope.to_le_bytes())?;
            for number in [then.title, then.resource, then.account] {
                to.write_all(&number.to_le_bytes())?;
            }
        }
        count(to, self.texts.len() as usize)?;
        for (_, string) in self.texts.iter() {
            text(to, string)?;
        }
        Ok(())
    }

    /// Reads a mark.
    ///
    /// # Errors
    /// When the bytes are not a whole mark of this version.
    pub fn read(mut from: impl Read) -> Result<Self, MarkError> {
        let mut head = [0; 6];
        from.read_exact(&mut head)?;
        let [a, b, c, d, low, high] = head;
        if [a, b, c, d] != *MAGIC {
            return Err(MarkError::Foreign);
        }
        let version = u16::from_le_bytes([low, high]);
        if version != VERSION {
            return Err(MarkError::Version(version));
        }
        let mut from = io::BufReader::new(zstd::stream::Decoder::new(from)?);
        let mark = Self::from_body(&mut from)?;
        // The checksum is read with the end of the frame.
        if from.read(&mut [0])? != 0 {
            return Err(MarkError::Damaged("something follows it"));
        }
        mark.sound()
    }

    fn from_body(from: &mut impl Read) -> Result<Self, MarkError> {
        let at = Timestamp::from_microsecond(i64::from_le_bytes(array(from)?))
            .map_err(|_| MarkError::Damaged("its time is none"))?;
        let occasion = match array(from)? {
            [0] => Occasion::Looked,
            [1] => Occasion::Quit,
            _ => return Err(MarkError::Damaged("its occasion is none")),
        };
        let scopes = list(from, |from| {
            let [service, whole] = array(from)?;
            let service = *Service::ALL.get(usize::from(service)).ok_or(MarkError::Damaged("a service is none"))?;
            let scope = Scope { service, account: string(from)?.into(), region: string(from)?.into() };
            Ok((Arc::new(scope), if whole == 1 { Whole::Yes } else { Whole::No }))
        })?;
        let identities = list(from, |from| Ok(u64::from_le_bytes(array(from)?)))?;
        let owners =
            identities.iter().map(|_| Ok(u32::from_le_bytes(array(from)?))).collect::<Result<_, MarkError>>()?;
        let rows = list(from, |from| {
            let [standing] = array(from)?;
            Ok(Then {
                standing,
                scope: u16::from_le_bytes(array(from)?),
                title: u32::from_le_bytes(array(from)?),
                resource: u32::from_le_bytes(array(from)?),
                account: u32::from_le_bytes(array(from)?),
            })
        })?;
        let mut texts = Arena::<String>::default();
        for _ in 0..u32::from_le_bytes(array(from)?) {
            texts.push(&*string(from)?);
        }
        Ok(Self { at, occasion, scopes, identities, owners, rows, texts })
    }

    /// What looking things up relies on.
    fn sound(self) -> Result<Self, MarkError> {
        if !self.identities.is_sorted() {
            return Err(MarkError::Damaged("its records are not in order"));
        }
        if self.owners.iter().any(|owner| *owner as usize >= self.rows.len()) {
            return Err(MarkError::Damaged("a record has no finding"));
        }
        Ok(self)
    }
}

fn count(to: &mut impl Write, number: usize) -> io::Result<()> {
    let number = u32::try_from(number).map_err(|_| io::Error::other("more than a mark can hold"))?;
    to.write_all(&number.to_le_bytes())
}

fn text(to: &mut impl Write, text: &str) -> io::Result<()> {
    count(to, text.len())?;
    to.write_all(text.as_bytes())
}

fn array<const N: usize>(from: &mut impl Read) -> Result<[u8; N], MarkError> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Nothing is reserved by a count that was read: a damaged one would ask for all memory.
fn list<R: Read, T>(from: &mut R, mut item: impl FnMut(&mut R) -> Result<T, MarkError>) -> Result<Vec<T>, MarkError> {
    (0..u32::from_le_bytes(array(from)?)).map(|_| item(from)).collect()
}

fn string(from: &mut impl Read) -> Result<String, MarkError> {
    let length = u64::from(u32::from_le_bytes(array(from)?));
    let mut text = String::new();
    let read = from.take(length).read_to_string(&mut text)?;
    if read as u64 == length { Ok(text) } else { Err(MarkError::Damaged("a text is cut off")) }
}
