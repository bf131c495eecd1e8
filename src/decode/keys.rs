//! Which field of an object a key names, found by one look into a table that the compiler makes.
//!
//! In: the names of an object's fields as AWS writes them. Out: the place of the one that a key names, if any. Most keys
//! of a record name nothing that is read, and some objects have thirty fields: comparing with each is what reading a
//! record would mostly be.

use super::lenient::names;

/// The fields of one kind of object.
#[derive(Debug)]
pub(super) struct Keys<const N: usize> {
    names: [&'static str; N],
    /// Under this number no two names have one slot.
    seed: u32,
    /// By slot the place of its name, from 1; 0: there is none.
    slots: [u8; SLOTS],
}

const SLOTS: usize = 256;

impl<const N: usize> Keys<N> {
    /// Does not compile for names that are alike in all that [`look`] looks at.
    pub(super) const fn new(names: [&'static str; N]) -> Self {
        assert!(N < SLOTS, "a place is kept in a byte");
        let (mut seed, mut tries): (u32, u32) = (0x9e37_79b1, 0);
        loop {
            if let Some(slots) = slots(&names, seed) {
                return Self { names, seed, slots };
            }
            // The next odd number of a sequence that visits many before it repeats.
            seed = seed.wrapping_mul(0x0019_660d).wrapping_add(0x3c6e_f35e) | 1;
            tries += 1;
            assert!(tries < 1000, "two names are alike in all that is looked at");
        }
    }

    /// The place of the name that this key is.
    #[inline]
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        let place = usize::from(self.slots[slot(key.as_bytes(), self.seed)]).checked_sub(1)?;
        self.names.get(place).is_some_and(|name| names(key, name)).then_some(place)
    }
}

const fn slots<const N: usize>(names: &[&'static str; N], seed: u32) -> Option<[u8; SLOTS]> {
    let (mut slots, mut place) = ([0; SLOTS], 0);
    while place < N {
        let slot = slot(names[place].as_bytes(), seed);
        if slots[slot] != 0 {
            return None;
        }
        place += 1;
        #[allow(clippy::cast_possible_truncation, reason = "below the number of slots, see `Keys::new`")]
        {
            slots[slot] = place as u8;
        }
    }
    Some(slots)
}

#[inline]
const fn slot(key: &[u8], seed: u32) -> usize {
    (look(key).wrapping_mul(seed) >> 24) as usize
}

/// What tells keys apart: length, the first letter in either case, the second, the last two.
#[inline]
const fn look(key: &[u8]) -> u32 {
    let [second, before, last] = match *key {
        [_, second, .., before, last] => [second, before, last],
        [_, b, c] => [b, b, c],
        [_, b] => [b, 0, b],
        _ => [0, 0, 0],
    };
    let [first, ..] = *key else { return 0 };
    #[allow(clippy::cast_possible_truncation, reason = "whoever is so long has to be compared anyway")]
    let length = key.len() as u8;
    u32::from_le_bytes([length, first | 0x20, before, last]) ^ (second as u32) << 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_either_case_of_its_first_letter_and_nothing_else_is() {
        const KEYS: Keys<7> = Keys::new(["Id", "Arn", "SourceIps", "SourceIPs", "aws/x/Name", "A", "Severity"]);
        for (place, name) in ["Id", "Arn", "SourceIps", "SourceIPs", "aws/x/Name", "A", "Severity"].iter().enumerate() {
            assert_eq!(KEYS.find(name), Some(place));
            let mut other = name.to_ascii_lowercase();
            other.replace_range(1.., name.get(1..).unwrap_or_default());
            assert_eq!(KEYS.find(&other), Some(place));
        }
        for key in ["", "a_", "ID", "Ar", "SourceIpS", "Sevarity", "severitY", "\u{e9}"] {
            assert_eq!(KEYS.find(key), None, "{key}");
        }
    }
}
