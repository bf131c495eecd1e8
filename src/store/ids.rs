//! Finding ids, packed: most end in a UUID or in 32 hexadecimal digits, which are 16 bytes said in 36 or 32 letters.
//!
//! In: an id as AWS sent it. Out: a prefix (shared by many findings, interned) and a packed tail, and back again,
//! letter for letter.

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Tails whose first letter tells how to read the rest.
const UUID: char = 'u';
const PLAIN_HEX: char = 'h';
const TEXT: char = 't';

/// Splits after the last `/` and packs what follows into `tail`. Returns the prefix.
pub(super) fn pack<'a>(id: &'a str, tail: &mut String) -> &'a str {
    tail.clear();
    let (prefix, rest) = id.rfind('/').and_then(|at| id.split_at_checked(at + 1)).unwrap_or(("", id));
    if let Some((kind, number)) = number(rest) {
        tail.push(kind);
        // Seven bits a letter: 19 letters of ASCII.
        for letter in 0..19 {
            tail.push(char::from(u8::try_from((number >> (letter * 7)) & 0x7f).unwrap_or_default()));
        }
    } else {
        tail.push(TEXT);
        tail.push_str(rest);
    }
    prefix
}

/// Appends the id to `out`.
pub(super) fn unpack(prefix: &str, tail: &str, out: &mut String) {
    out.push_str(prefix);
    let mut letters = tail.chars();
    let kind = letters.next();
    if kind == Some(TEXT) {
        out.push_str(letters.as_str());
        return;
    }
    let number = letters.rev().fold(0u128, |number, letter| (number << 7) | u128::from(u32::from(letter)));
    for digit in 0..32u32 {
        if kind == Some(UUID) && matches!(digit, 8 | 12 | 16 | 20) {
            out.push('-');
        }
        let nibble = usize::try_from((number >> (124 - digit * 4)) & 0xf).unwrap_or_default();
        out.push(char::from(HEX[nibble]));
    }
}

/// The number that a lower-case UUID or 32 lower-case hexadecimal digits are.
fn number(text: &str) -> Option<(char, u128)> {
    let bytes = text.as_bytes();
    let kind = match bytes.len() {
        36 if [8, 13, 18, 23].iter().all(|at| bytes[*at] == b'-') => UUID,
        32 => PLAIN_HEX,
        _ => return None,
    };
    let mut number = 0u128;
    for (at, byte) in bytes.iter().enumerate() {
        let nibble = match byte {
            b'0'..=b'9' => byte - b'0',
            b'a'..=b'f' => byte - b'a' + 10,
            b'-' if kind == UUID && matches!(at, 8 | 13 | 18 | 23) => continue,
            _ => return None,
        };
        number = (number << 4) | u128::from(nibble);
    }
    Some((kind, number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_comes_back_letter_for_letter() {
        for id in [
            "arn:aws:securityhub:us-east-1:111122223333:security-control/IAM.9/finding/0f3a41d2-91c2-4e57-8e10-aa01b2c3d4e5",
            "arn:aws:guardduty:us-east-1:111122223333:detector/a0b1/finding/ffffffffffffffffffffffffffffffff",
            "arn:aws:guardduty:us-east-1:111122223333:detector/a0b1/finding/00000000000000000000000000000000",
            "FFFFFFFF-91c2-4e57-8e10-aa01b2c3d4e5",
            "------------------------------------",
            "prowler-iam_root-111122223333-us-east-1-abcdef",
            "名前/テスト/é",
            "/",
            "",
        ] {
            let (mut tail, mut out) = (String::new(), String::new());
            let prefix = pack(id, &mut tail);
            unpack(prefix, &tail, &mut out);
            assert_eq!(out, id);
        }
    }

    #[test]
    fn a_uuid_takes_twenty_letters() {
        let mut tail = String::new();
        assert_eq!(pack("a/0f3a41d2-91c2-4e57-8e10-aa01b2c3d4e5", &mut tail), "a/");
        assert_eq!(tail.len(), 20);
    }
}
