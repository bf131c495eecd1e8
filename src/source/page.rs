//! One `GetFindings` page of either service: the raw records and the next token.
//!
//! In: the body that the [tap](super::tap) took. Out: slices of it. A success without a body, or whose body is no page,
//! is an error that is tried again.

use bytes::Bytes;

use super::call::CallError;
use crate::decode::{self, Page};

/// # Errors
/// When there is no page in the body; it is worth asking again.
pub(crate) fn read(operation: &'static str, body: Option<Bytes>) -> Result<Page, CallError> {
    let Some(body) = body else { return Err(CallError::bad_page(operation, "no body")) };
    let mut page = decode::findings_page(&body).map_err(|error| CallError::bad_page(operation, &error.to_string()))?;
    page.next_token = page.next_token.filter(|token| !token.is_empty());
    Ok(page)
}
