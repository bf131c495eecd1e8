//! Sorting several hundred thousand numbers by a few dozen of their bits: digit by digit, which looks at each number a
//! few times where comparing would look at it twenty times.

use std::ops::{BitOr, BitXor, Shl, Shr};

/// A number that is sorted by.
pub(super) trait Key:
    Copy
    + Ord
    + Default
    + Send
    + Sync
    + From<u32>
    + Shl<u32, Output = Self>
    + Shr<u32, Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
{
    /// The last bits.
    fn low(self) -> u32;
}

impl Key for u64 {
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "what is asked for")]
    fn low(self) -> u32 {
        self as u32
    }
}

impl Key for u128 {
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "what is asked for")]
    fn low(self) -> u32 {
        self as u32
    }
}

/// The most bits of a digit: so many places to write to fit the nearest cache.
const DIGIT: u32 = 8;

/// Fewer are compared.
const FEW: usize = if cfg!(test) { 3 } else { 2048 };

/// Sorts numbers of `bits` bits, which are in the order of the lowest `sorted` bits.
pub(super) fn sort<K: Key>(keys: &mut Vec<K>, sorted: u32, bits: u32) {
    if keys.len() < FEW {
        return keys.sort_unstable();
    }
    let passes = (bits - sorted).div_ceil(DIGIT).max(1);
    let width = (bits - sorted).div_ceil(passes);
    let mask = (1u32 << width) - 1;
    let digit = |key: K, pass: u32| ((key >> (sorted + pass * width)).low() & mask) as usize;
    let digits = 1 << width;
    // How many there are of each digit, for all passes at once.
    let mut counts = vec![0u32; digits * passes as usize];
    for key in &*keys {
        for (pass, counts) in (0..).zip(counts.chunks_exact_mut(digits)) {
            counts[digit(*key, pass)] += 1;
        }
    }
    let mut moved = vec![K::default(); keys.len()];
    for (pass, starts) in (0..).zip(counts.chunks_exact_mut(digits)) {
        let mut start = 0;
        for count in &mut *starts {
            start += std::mem::replace(count, start);
        }
        for key in &*keys {
            let start = &mut starts[digit(*key, pass)];
            moved[*start as usize] = *key;
            *start += 1;
        }
        std::mem::swap(keys, &mut moved);
    }
}

/// How many of `one` and of `other`, which are both sorted, are the first `count` of both.
pub(super) fn cut<K: Key>(one: &[K], other: &[K], count: usize) -> (usize, usize) {
    let (mut least, mut most) = (count.saturating_sub(other.len()), count.min(one.len()));
    while least < most {
        let middle = usize::midpoint(least, most);
        if one[middle] < other[count - middle - 1] {
            least = middle + 1;
        } else {
            most = middle;
        }
    }
    (least, count - least)
}

/// Gives the numbers of both in order.
pub(super) fn merge<K: Key>(one: &[K], other: &[K], mut give: impl FnMut(K)) {
    let (mut at, mut at_other) = (0, 0);
    while let (Some(key), Some(key_other)) = (one.get(at), other.get(at_other)) {
        let is_first = key < key_other;
        give(if is_first { *key } else { *key_other });
        at += usize::from(is_first);
        at_other += usize::from(!is_first);
    }
    one.get(at..).into_iter().chain(other.get(at_other..)).flatten().copied().for_each(give);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_out_in_order(values in prop::collection::vec(any::<u64>(), 0..400), bits in 1_u32..45, at in any::<prop::sample::Index>()) {
            let keys: Vec<u64> = (0u64..).zip(&values).map(|(place, value)| (value >> (64 - bits)) << 9 | place).collect();
            let mut expected = keys.clone();
            expected.sort_unstable();
            let mut sorted = keys.clone();
            sort(&mut sorted, 9, 9 + bits);
            prop_assert_eq!(&sorted, &expected);
            let mut wide: Vec<u128> = keys.iter().map(|key| u128::from(*key) << 50).collect();
            sort(&mut wide, 59, 59 + bits);
            prop_assert_eq!(wide, expected.iter().map(|key| u128::from(*key) << 50).collect::<Vec<_>>());

            let (one, other) = keys.split_at(at.index(keys.len() + 1));
            let (mut one, mut other) = (one.to_vec(), other.to_vec());
            one.sort_unstable();
            other.sort_unstable();
            let mut merged = Vec::new();
            merge(&one, &other, |key| merged.push(key));
            prop_assert_eq!(&merged, &expected);
            let count = at.index(keys.len() + 1);
            let (of_one, of_other) = cut(&one, &other, count);
            merged.clear();
            merge(&one[..of_one], &other[..of_other], |key| merged.push(key));
            prop_assert_eq!(&merged, &expected[..count]);
        }
    }
}
