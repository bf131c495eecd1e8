//! Finding ids, packed: most end in a UUID or in 32 hexadecimal digits, which are 16 bytes said in 36 or 32 letters.
//!
//! In: an id as AWS sent it. Out: a prefix (shared by many findings, interned) and a packed tail, and back again,
//! letter for letter.

const HEX: &[u8; 16] = b"0123456789abcdef";

/// The first byte of a tail tells how to read the rest.
const UUID: u8 = b'u';
const PLAIN_HEX: u8 = b'h';
const TEXT: u8 = b't';

/// Splits after the last `/`, and appends what follows to `tail`, packed. Returns the prefix.
pub(super) fn pack<'a>(id: &'a str, tail: &mut Vec<u8>) -> &'a str {
    let (prefix, rest) = id.rfind('/').and_then(|at| id.split_at_checked(at + 1)).unwrap_or(("", id));
    if let Some((kind, number)) = number(rest) {
        tail.push(kind);
        tail.extend(number.to_be_bytes());
    } else {
        tail.push(TEXT);
        tail.extend(rest.as_bytes());
    }
    prefix
}

/// Appends the id to `out`.
pub(super) fn unpack(prefix: &str, tail: &[u8], out: &mut String) {
    out.push_str(prefix);
    let Some((kind, rest)) = tail.split_first() else { return };
    if *kind == TEXT {
        out.push_str(std::str::from_utf8(rest).unwrap_or_default());
        return;
    }
    for (byte, at) in rest.iter().zip(0..) {
        if *kind == UUID && matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        for nibble in [byte >> 4, byte & 0xf] {
            out.push(char::from(HEX[usize::from(nibble)]));
        }
    }
}

/// By letter: the value of a lower-case hexadecimal digit, else [`NO_DIGIT`].
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[HEX[value as usize] as usize] = value;
        value += 1;
    }
    digits
};
const NO_DIGIT: u8 = 0xf0;

/// The number that a lower-case UUID or 32 lower-case hexadecimal digits are.
fn number(text: &str) -> Option<(u8, u128)> {
    let bytes = text.as_bytes();
    let (kind, parts): (u8, [&[u8]; 5]) = match bytes.len() {
        36 if [8, 13, 18, 23].iter().all(|at| bytes[*at] == b'-') => {
            (UUID, [&bytes[..8], &bytes[9..13], &bytes[14..18], &bytes[19..23], &bytes[24..]])
        }
        32 => (PLAIN_HEX, [bytes, &[], &[], &[], &[]]),
        _ => return None,
    };
    let (mut number, mut all) = (0u128, 0);
    for part in parts {
        // What is no digit shows in the upper half of `all`, and is looked for once.
        let value = |letter: &u8| DIGITS[usize::from(*letter)];
        all |= part.iter().fold(0, |all, letter| all | value(letter));
        for few in part.chunks(8) {
            let few_number = few.iter().fold(0_u32, |number, letter| (number << 4) | u32::from(value(letter)));
            number = (number << (4 * few.len())) | u128::from(few_number);
        }
    }
    (all & NO_DIGIT == 0).then_some((kind, number))
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
            let (mut tail, mut out) = (Vec::new(), String::new());
            let prefix = pack(id, &mut tail);
            unpack(prefix, &tail, &mut out);
            assert_eq!(out, id);
        }
    }

    #[test]
    fn a_uuid_takes_seventeen_bytes() {
        let mut tail = Vec::new();
        assert_eq!(pack("a/0f3a41d2-91c2-4e57-8e10-aa01b2c3d4e5", &mut tail), "a/");
        assert_eq!(tail.len(), 17);
    }
}
