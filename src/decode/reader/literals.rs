//! What may stand for a number, and behind a backslash: the smallest parts of JSON, judged letter by letter.

/// A whole number of few digits, as nearly all are.
#[inline]
pub(super) fn small(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    if digits.len() > 18 || (digits.len() > 1 && digits.first() == Some(&b'0')) || digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0')))
}

/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?` (RFC 8259, section 6).
pub(super) fn is_number(text: &[u8]) -> bool {
    fn digits(text: &[u8]) -> (usize, &[u8]) {
        let count = text.iter().take_while(|letter| letter.is_ascii_digit()).count();
        (count, text.get(count..).unwrap_or_default())
    }
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, mut rest) = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned.first() == Some(&b'0')) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let (count, after) = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = after;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let (count, after) = digits(exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent));
        if count == 0 {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

/// Is each backslash followed by what may follow one (RFC 8259, section 7).
pub(super) fn are_escapes(mut text: &[u8]) -> bool {
    while let Some(at) = memchr::memchr(b'\\', text) {
        text = match text.get(at + 1..) {
            Some([b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..]) => rest,
            Some([b'u', a, b, c, d, rest @ ..]) if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => rest,
            _ => return false,
        };
    }
    true
}
