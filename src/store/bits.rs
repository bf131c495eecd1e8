//! Dense sets of numbers, to be asked about every row or text there is. In and out: bitmaps, container by container,
//! never number by number.

use roaring::RoaringBitmap;

/// A dense set of numbers: one bit each.
#[derive(Debug)]
pub struct Bits(Vec<u64>);

/// The words of a bitmap's container.
const CONTAINER: usize = 1 << 10;

/// What a written bitmap begins with that has no runs in it: a fixed number, and how many containers there are.
const HEAD: usize = 8;

/// A container of more numbers than this is written as bits, one of fewer as numbers.
const LIST: usize = 1 << 12;

impl Bits {
    pub(super) fn new(len: u32) -> Self {
        Self(vec![0; (len as usize).div_ceil(64)])
    }

    /// Those of a set that are less than `len`.
    #[must_use]
    pub fn of(set: &RoaringBitmap, len: u32) -> Self {
        let mut bits = Self::new(len);
        if set.len() < LIST as u64 || bits.read(set).is_none() {
            set.iter().for_each(|at| bits.insert(at));
        }
        bits
    }

    /// Reads the set as it is written down: that has its containers as they lie in memory, which nothing else gives
    /// (<https://github.com/RoaringBitmap/RoaringFormatSpec>). `None` where it is not as is said there.
    fn read(&mut self, set: &RoaringBitmap) -> Option<()> {
        let mut written = Vec::with_capacity(set.serialized_size());
        let mut plain = set.clone();
        plain.remove_run_compression();
        plain.serialize_into(&mut written).ok()?;
        let (head, rest) = written.split_at_checked(HEAD)?;
        let count = u32::from_le_bytes(*head.last_chunk()?) as usize;
        let (keys, rest) = rest.split_at_checked(count * 4)?;
        // Where each begins is left out: they follow one another.
        let mut rest = rest.get(count * 4..)?;
        for [low, high, more @ ..] in keys.as_chunks::<4>().0 {
            let first = usize::from(u16::from_le_bytes([*low, *high])) * CONTAINER;
            let many = usize::from(u16::from_le_bytes(*more)) + 1;
            let (numbers, others) = rest.split_at_checked(if many > LIST { CONTAINER * 8 } else { many * 2 })?;
            rest = others;
            let Some(words) = self.0.get_mut(first..) else { continue };
            if many > LIST {
                let bits = numbers.as_chunks().0.iter().map(|bits| u64::from_le_bytes(*bits));
                words.iter_mut().zip(bits).for_each(|(word, bits)| *word = bits);
            } else {
                for number in numbers.as_chunks().0.iter().map(|number| u16::from_le_bytes(*number)) {
                    if let Some(word) = words.get_mut(usize::from(number) / 64) {
                        *word |= 1 << (number % 64);
                    }
                }
            }
        }
        Some(())
    }

    pub(super) fn insert(&mut self, at: u32) {
        if let Some(word) = self.0.get_mut((at / 64) as usize) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    #[must_use]
    #[inline]
    pub fn has(&self, at: u32) -> bool {
        self.0.get((at / 64) as usize).is_some_and(|word| word & (1 << (at % 64)) != 0)
    }

    /// 1 where it is in the set, else 0: without a branch, which would be guessed wrong half of the time.
    #[must_use]
    #[inline]
    pub fn bit(&self, at: u32) -> u64 {
        self.0.get((at / 64) as usize).copied().unwrap_or(0) >> (at % 64) & 1
    }

    /// The same numbers as a bitmap.
    pub(super) fn to_rows(&self) -> RoaringBitmap {
        let mut bytes = vec![0; self.0.len() * 8];
        for (to, word) in bytes.as_chunks_mut().0.iter_mut().zip(&self.0) {
            *to = word.to_le_bytes();
        }
        RoaringBitmap::from_lsb0_bytes(0, &bytes)
    }

    pub(super) fn add_to(&self, rows: &mut RoaringBitmap) {
        *rows |= self.to_rows();
    }

    /// 64 numbers a word, the lowest bit first.
    pub(super) fn words(&self) -> &[u64] {
        &self.0
    }

    pub(super) const fn words_mut(&mut self) -> &mut Vec<u64> {
        &mut self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_the_same_as_bits_however_it_lies() {
        let len = 200_000;
        let third: RoaringBitmap = (0..len).filter(|at| at % 3 == 0).collect();
        let sparse: RoaringBitmap = (0..len).filter(|at| at % 37 == 5).collect();
        let mut runs: RoaringBitmap = (70_000..190_000).collect();
        runs.optimize();
        let few: RoaringBitmap = [0, 63, 64, 65_535, 65_536, len - 1].into_iter().collect();
        for set in [&third, &sparse, &runs, &few, &(&third - &runs), &RoaringBitmap::new()] {
            let bits = Bits::of(set, len);
            assert!((0..len + 100).all(|at| bits.has(at) == set.contains(at)));
            assert_eq!(bits.to_rows(), *set);
        }
        let cut = Bits::of(&third, 66_000);
        assert!((0..len).all(|at| cut.has(at) == (at % 3 == 0 && at < 66_048)), "whole words, and nothing beyond");
    }
}
