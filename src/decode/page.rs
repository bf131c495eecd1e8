//! The body of `GetFindings`, of Security Hub or GuardDuty: its records as slices of the body, and the next token.

use std::fmt;

use bytes::Bytes;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::lenient::{Key, Text, names};
use super::{DecodeError, kind};
use crate::model::{Format, RawRecord};

/// One page of findings.
#[derive(Debug, Default)]
pub struct Page {
    /// In the order sent; each shares the body's buffer. An element that is no finding at all is here too: decoding it
    /// gives the reason.
    pub records: Vec<RawRecord>,
    /// Absent on the last page.
    pub next_token: Option<String>,
}

struct PageVisitor<'b>(&'b Bytes);

impl<'de> Visitor<'de> for PageVisitor<'_> {
    /// `None` without a list of findings.
    type Value = (Option<Vec<RawRecord>>, Option<String>);

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer of GetFindings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut records, mut next_token) = (None, None);
        while let Some(Key(key)) = map.next_key()? {
            if names(&key, "Findings") {
                let list: Option<Vec<&RawValue>> = map.next_value()?;
                let record = |raw: &&RawValue| {
                    let json = self.0.slice_ref(raw.get().as_bytes());
                    RawRecord { format: kind::quick(&json).unwrap_or(Format::Asff), json }
                };
                records = Some(list.unwrap_or_default().iter().map(record).collect());
            } else if names(&key, "NextToken") {
                next_token = map.next_value::<Text<'de>>()?.0.map(std::borrow::Cow::into_owned);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok((records, next_token))
    }
}

/// Reads one page. Only the list and the token are looked at; no record is copied.
///
/// # Errors
/// When the body is not JSON (a connection cut in the middle), or has no list of findings.
pub fn findings_page(body: &Bytes) -> Result<Page, DecodeError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let (records, next_token) = deserializer.deserialize_map(PageVisitor(body))?;
    deserializer.end()?;
    Ok(Page { records: records.ok_or(DecodeError::NoFindings)?, next_token })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn records_are_slices_of_the_body_in_either_case_and_told_apart() {
        let body = Bytes::from_static(
            br#"{"NextToken":"t","ResponseMetadata":{}, "findings": [ {"SchemaVersion":"2018-10-08","Id":"a"},
                {"accountId":"111122223333","arn":"b","service":{}}, null ]}"#,
        );
        let page = findings_page(&body).unwrap();
        assert_eq!(page.next_token.as_deref(), Some("t"));
        let formats: Vec<_> = page.records.iter().map(|r| r.format).collect();
        assert_eq!(formats, [Format::Asff, Format::GuardDuty, Format::Asff]);
        let inside = body.as_ptr_range();
        assert!(page.records.iter().all(|r| inside.contains(&r.json.as_ptr())));
        assert_eq!(&page.records[2].json[..], b"null");
    }

    #[test]
    fn what_is_no_page_is_an_error() {
        assert!(matches!(findings_page(&Bytes::from_static(b"{}")), Err(DecodeError::NoFindings)));
        assert!(matches!(findings_page(&Bytes::from_static(br#"{"Findings":[{"Id"#)), Err(DecodeError::Json(_))));
        assert!(findings_page(&Bytes::from_static(br#"{"Findings":[]}"#)).unwrap().records.is_empty());
    }
}
