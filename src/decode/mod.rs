//! Bytes to the model: one file a format; tolerant; every record is decoded or reported.
//!
//! In: JSON as a service, a file or a pipe gave it. Out: [`finding`] reads a record's light shape fast (the ingest
//! path), [`detail`] reads all of it on demand (one finding on the screen), [`changes`]
//! tells two versions of a record apart, [`findings_page`] cuts an API answer into
//! records without copying, [`records`] finds the records in any file by content.
//!
//! A missing, null, misspelt-in-case or wrong-shaped field never loses a record; a record without an id, or that is
//! not JSON, is an error with its reason.

mod arn;
mod asff;
mod change;
mod detail;
mod error;
mod guardduty;
mod guardduty_resources;
mod kind;
mod lenient;
mod mend;
mod names;
mod observables;
mod page;
mod product;
mod records;
mod standards;
mod values;

pub use change::changes;
pub use error::{BadRecord, DecodeError};
pub use page::{Page, findings_page};
pub use records::records;

use crate::model::{Detail, Finding, Format, RawRecord};

/// Reads the light shape of one record, borrowing from it.
///
/// # Errors
/// When the record is not a JSON object, or has nothing to know it by.
pub fn finding(raw: &RawRecord) -> Result<Finding<'_>, DecodeError> {
    let json = &raw.json[..];
    kind::require_object(json)?;
    let read = match raw.format {
        Format::Asff => asff::finding,
        Format::GuardDuty => guardduty::finding,
    };
    match read(json) {
        Err(DecodeError::Json(error)) => match mend::mended(json) {
            Some(mended) => read(&mended).map(Finding::into_owned),
            None => Err(DecodeError::Json(error)),
        },
        read => read,
    }
}

/// Reads text as text, checked as a whole: that is much faster than string by string. What is not Unicode is left to
/// the parser to complain of, where it matters.
fn parse<'a, T: serde::Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    match std::str::from_utf8(json) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(json),
    }
}

/// Reads everything that matters in one record, and keeps the rest.
///
/// # Errors
/// When the record is not a JSON object.
pub fn detail(format: Format, json: &[u8]) -> Result<Detail, DecodeError> {
    let raw = RawRecord { format, json: bytes::Bytes::copy_from_slice(json) };
    detail::read(&finding(&raw)?, json)
}
