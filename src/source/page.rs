//! One `GetFindings` page of either service: the raw records and the next token.
//!
//! In: the body that the [tap](super::tap) took. Out: slices of it. A success without a body, or whose body is no page,
//! is an error that is tried again.

use bytes::Bytes;

use super::call::CallError;
use crate::model::RawRecord;

/// The records of one page.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) records: Vec<RawRecord>,
    pub(crate) next_token: Option<String>,
    /// Elements of the page that are no findings at all.
    pub(crate) rejected: u64,
}

pub(crate) fn read(operation: &'static str, body: Option<Bytes>) -> Result<Page, CallError> {
    let Some(body) = body else { return Err(CallError::bad_page(operation, "no body")) };
    let page = parse(&body).map_err(|reason| CallError::bad_page(operation, &reason))?;
    Ok(page)
}

/// Stands in until `decode::findings_page` is there.
fn parse(body: &Bytes) -> Result<Page, String> {
    #[derive(serde::Deserialize)]
    struct Wire<'a> {
        #[serde(borrow, default, rename = "Findings")]
        asff: Vec<&'a serde_json::value::RawValue>,
        #[serde(borrow, default, rename = "findings")]
        guardduty: Vec<&'a serde_json::value::RawValue>,
        #[serde(default, rename = "NextToken")]
        next_token: Option<String>,
    }
    let wire: Wire<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let slice = |format| {
        move |raw: &serde_json::value::RawValue| RawRecord { format, json: body.slice_ref(raw.get().as_bytes()) }
    };
    let asff = wire.asff.into_iter().map(slice(crate::model::Format::Asff));
    let guardduty = wire.guardduty.into_iter().map(slice(crate::model::Format::GuardDuty));
    Ok(Page {
        records: asff.chain(guardduty).collect(),
        next_token: wire.next_token.filter(|t| !t.is_empty()),
        rejected: 0,
    })
}
