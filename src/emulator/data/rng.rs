//! Numbers from a seed: a small counter-based generator, so that any finding can be made alone and in any order.
//!
//! `SplitMix64` (Steele, Lea, Flood 2014): one add and three mixes a number, no state but the counter.

/// A stream of numbers that depends on its seeds alone.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

/// One strong mix of a word.
pub(crate) const fn mix(word: u64) -> u64 {
    let mut z = word.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A word from two.
pub(crate) const fn mix2(a: u64, b: u64) -> u64 {
    mix(mix(a) ^ b.wrapping_mul(0xD6E8_FEB8_6659_FD93))
}

/// A word from text.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01B3))
}

#[allow(clippy::cast_possible_truncation, reason = "the high half of a product below 2^32 * 2^32 fits in 32 bits")]
const fn scale(word: u64, n: u32) -> u32 {
    (((word >> 32) * n as u64) >> 32) as u32
}

impl Rng {
    pub(crate) const fn new(seed: u64, stream: u64) -> Self {
        Self(mix2(seed, stream))
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// 0 to `n - 1`; 0 when `n` is 0.
    pub(crate) const fn below(&mut self, n: u32) -> u32 {
        scale(self.next(), n)
    }

    /// `low` to `high`, both included.
    pub(crate) const fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high.saturating_sub(low).saturating_add(1))
    }

    /// True `n` times in a thousand.
    pub(crate) const fn per_mille(&mut self, n: u32) -> bool {
        self.below(1000) < n
    }

    /// One of these. The slice is a table of ours and never empty.
    pub(crate) fn pick<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        let n = u32::try_from(of.len()).unwrap_or(u32::MAX);
        &of[self.below(n) as usize]
    }

    /// 0.0 to 1.0, with 1.0 left out.
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.below(1 << 24)) / f64::from(1 << 24)
    }
}

/// A number in `0..len` for each number in `0..len`, each once, in an order that the seed decides:
/// a Feistel network over the next power of four, walked until it falls inside.
pub(crate) fn shuffle(index: u32, len: u32, seed: u64) -> u32 {
    let bits = (32 - len.max(2).saturating_sub(1).leading_zeros()).div_ceil(2);
    let mask = (1_u64 << bits) - 1;
    let mut x = u64::from(index);
    loop {
        let (mut left, mut right) = (x >> bits, x & mask);
        for round in 0..3 {
            (left, right) = (right, left ^ (mix2(seed ^ round, right) & mask));
        }
        x = (left << bits) | right;
        if x < u64::from(len) {
            return u32::try_from(x).unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shuffle_gives_each_number_once() {
        for len in [1, 2, 3, 7, 100, 1000] {
            let mut seen = vec![false; len as usize];
            for i in 0..len {
                seen[shuffle(i, len, 9) as usize] = true;
            }
            assert!(seen.iter().all(|s| *s), "{len}");
        }
    }

    #[test]
    fn streams_depend_on_both_seeds() {
        assert_eq!(Rng::new(1, 2).next(), Rng::new(1, 2).next());
        assert_ne!(Rng::new(1, 2).next(), Rng::new(1, 3).next());
        assert_ne!(Rng::new(1, 2).next(), Rng::new(2, 2).next());
    }
}
