//! Which pairs of letters a pile of texts has, so that a word with another pair is not looked for in it.

use super::glob::Matcher;

/// Kinds of bytes: each letter and digit of folded text one, and each sign that is in many names; the others share.
const KINDS: usize = 64;

/// A bit for each kind that follows a kind somewhere in a text.
#[derive(Debug)]
pub(super) struct Pairs(Box<[u64; KINDS]>);

/// The pairs that are in whatever matches: the first kind, and the bit of the second.
#[derive(Debug)]
pub(super) struct Wanted(Vec<(u8, u64)>);

/// By byte.
const KIND: [u8; 256] = kinds();

#[allow(clippy::cast_possible_truncation, reason = "a byte, and less than 64")]
const fn kinds() -> [u8; 256] {
    const SIGNS: &[u8] = b"-:./ _";
    const SHARED: usize = 26 + 10 + SIGNS.len();
    let (mut kinds, mut byte) = ([0; 256], 0);
    while byte < 256 {
        let one = byte as u8;
        let mut kind = SHARED + byte % (KINDS - SHARED);
        if one.is_ascii_lowercase() {
            kind = byte - b'a' as usize;
        } else if one.is_ascii_digit() {
            kind = 26 + byte - b'0' as usize;
        } else {
            let mut sign = 0;
            while sign < SIGNS.len() {
                if SIGNS[sign] == one {
                    kind = 36 + sign;
                }
                sign += 1;
            }
        }
        kinds[byte] = kind as u8;
        byte += 1;
    }
    kinds
}

/// The kinds of the bytes side by side.
fn pairs(text: &str) -> impl Iterator<Item = (u8, u64)> {
    let kinds = || text.bytes().map(|byte| KIND[usize::from(byte)]);
    kinds().zip(kinds().skip(1)).map(|(first, second)| (first, 1 << second))
}

impl Pairs {
    /// Of folded text.
    pub(super) fn of(text: &str) -> Self {
        let mut all = Box::new([0; KINDS]);
        for (first, second) in pairs(text) {
            if let Some(seconds) = all.get_mut(usize::from(first)) {
                *seconds |= second;
            }
        }
        Self(all)
    }

    /// Can something that matches be in it.
    pub(super) fn have(&self, wanted: &Wanted) -> bool {
        wanted.0.iter().all(|(first, second)| self.0.get(usize::from(*first)).is_some_and(|all| all & second != 0))
    }
}

impl Wanted {
    pub(super) fn of(matcher: &Matcher) -> Self {
        Self(matcher.literals().flat_map(pairs).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Glob;

    #[test]
    fn what_is_in_a_text_is_never_passed_over() {
        let text = "arn:aws:iam::111122223333:role/deploy-été_1 東京 {x}";
        let pairs = Pairs::of(text);
        let has = |word: &str| pairs.have(&Wanted::of(&Glob::part(word).matcher()));
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        for from in &ends {
            for to in ends.iter().filter(|to| *to >= from) {
                assert!(text.get(*from..*to).is_some_and(has), "{from}..{to}");
            }
        }
        assert!(!has("zz") && !has("roll") && !has("aws-") && !has("1 2"));
    }
}
