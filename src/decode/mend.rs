//! Text that is not Unicode, made readable.
//!
//! Somebody's export may hold bytes that are not UTF-8, and cut text leaves half a surrogate pair (`\ud83d`). Neither
//! may lose a record: what cannot be read becomes U+FFFD, in a copy that only the decoder sees.

use std::borrow::Cow;

/// The same JSON with what is not Unicode replaced; `None` when there is nothing to replace.
pub(super) fn mended(json: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(json);
    match lone_surrogates(&text) {
        Some(text) => Some(text.into_bytes()),
        None => match text {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(text.into_bytes()),
        },
    }
}

/// Replaces `\uD800` to `\uDFFF` that are no pair; `None` when there are none.
fn lone_surrogates(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', bytes.get(at..)?) {
        let escape = at + found;
        let next = match unit(bytes, escape) {
            Some(0xD800..=0xDBFF) if matches!(unit(bytes, escape + 6), Some(0xDC00..=0xDFFF)) => escape + 12,
            Some(0xD800..=0xDFFF) => {
                let copy = out.get_or_insert_with(|| bytes.to_vec());
                if let Some(place) = copy.get_mut(escape..escape + 6) {
                    place.copy_from_slice(b"\\ufffd");
                }
                escape + 6
            }
            Some(_) => escape + 6,
            None => escape + 2,
        };
        at = next.min(bytes.len());
    }
    out.and_then(|bytes| String::from_utf8(bytes).ok())
}

/// The code unit of a `\uXXXX` at this place.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_foreign_bytes_are_replaced_and_pairs_kept() {
        assert_eq!(mended(br#"{"a":"\ud83d\ude00 \\ud83d"}"#), None);
        assert_eq!(mended(br#"{"a":"x\ud83d"}"#).as_deref(), Some(&br#"{"a":"x\ufffd"}"#[..]));
        assert_eq!(mended(b"\"\xff\"").as_deref(), Some("\"\u{fffd}\"".as_bytes()));
        assert_eq!(mended(b"\\"), None);
    }
}
