//! When each row was born: first seen, else created, in whole seconds since the epoch.
//!
//! Four bytes a row, for every pass over the rows reads them: what is before 1970 or after 2106, which only an error or
//! somebody's joke is, stands aside.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::column::Column;
use super::tables::NO_TIME;

/// Codes: of a row without a time, of one whose time stands aside; all others are two more than the second, so that they
/// are in the order of the times.
pub(super) const NEVER: u32 = 0;
pub(super) const ASIDE: u32 = 1;
const FIRST: i64 = 2;

const DAY_SECONDS: u32 = 86_400;
const DAY: i64 = DAY_SECONDS as i64;

/// The second that a code stands for.
#[inline]
pub(super) fn second(code: u32) -> Option<i64> {
    (code > ASIDE).then(|| i64::from(code) - FIRST)
}

#[derive(Debug, Clone, Default)]
pub(super) struct Births {
    codes: Column<u32>,
    aside: Arc<FxHashMap<u32, i64>>,
}

impl Births {
    pub(super) const fn len(&self) -> u32 {
        self.codes.len()
    }

    /// [`NO_TIME`] when it is not known.
    pub(super) fn set(&mut self, row: u32, born: i64) {
        let code = match born {
            NO_TIME => NEVER,
            _ => u32::try_from(born).ok().and_then(|second| second.checked_add(2)).unwrap_or(ASIDE),
        };
        if code == ASIDE {
            Arc::make_mut(&mut self.aside).insert(row, born);
        }
        self.codes.set(row, code);
    }

    pub(super) fn get(&self, row: u32) -> i64 {
        self.read(row, self.codes.at(row))
    }

    #[inline]
    fn read(&self, row: u32, code: u32) -> i64 {
        match code {
            NEVER => NO_TIME,
            ASIDE => self.aside.get(&row).copied().unwrap_or(NO_TIME),
            second => i64::from(second) - FIRST,
        }
    }

    /// The codes of these rows.
    pub(super) fn gather(&self, rows: &[u32], codes: &mut Vec<u32>) {
        self.codes.gather(rows, &NEVER, codes);
    }

    /// How many whole days ago they were at `now`, in the order of [`Self::chunk`]: very many where that is not known, none
    /// where it is yet to come.
    #[inline]
    pub(super) fn days(&self, chunk: usize, now: i64) -> impl Iterator<Item = u32> {
        let first = u32::try_from(chunk * super::column::CHUNK).unwrap_or(u32::MAX);
        let now_code = u32::try_from(now.saturating_add(FIRST).max(0)).unwrap_or(u32::MAX);
        let codes = self.codes.chunk(chunk).iter().zip(0..);
        codes.map(move |(code, at)| match *code {
            ASIDE => {
                let days = now.saturating_sub(self.get(first + at)).max(0) / DAY;
                u32::try_from(days).unwrap_or(u32::MAX)
            }
            second => now_code.saturating_sub(second) / DAY_SECONDS,
        })
    }

    /// Those from row `CHUNK * chunk` on, up to the next chunk's.
    #[inline]
    pub(super) fn chunk(&self, chunk: usize) -> impl Iterator<Item = i64> {
        let first = u32::try_from(chunk * super::column::CHUNK).unwrap_or(u32::MAX);
        let codes = self.codes.chunk(chunk).iter().zip(0..);
        codes.map(move |(code, at)| self.read(first + at, *code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_comes_back_whether_it_fits_or_not() {
        let times = [
            0,
            -1,
            1_795_435_200,
            NO_TIME,
            i64::from(u32::MAX) - 2,
            i64::from(u32::MAX) - 1,
            i64::MAX,
            -62_135_596_800,
        ];
        let mut births = Births::default();
        for (time, row) in times.iter().zip(0..) {
            births.set(row, *time);
        }
        births.set(1, -7);
        let mut expected = times;
        expected[1] = -7;
        assert_eq!((0..8).map(|row| births.get(row)).collect::<Vec<_>>(), expected);
        assert_eq!(births.chunk(0).collect::<Vec<_>>(), expected);
        let mut codes = Vec::new();
        births.gather(&[7, 2, 3, 99], &mut codes);
        assert_eq!(codes, [ASIDE, 1_795_435_202, NEVER, NEVER]);
        assert_eq!((second(codes[1]), second(NEVER), second(ASIDE)), (Some(expected[2]), None, None));
        assert_eq!(births.get(99), NO_TIME);
        let now = 1_795_435_200_i64 + 86_400;
        let naive = |born: &i64| u32::try_from(now.saturating_sub(*born).max(0) / DAY).unwrap_or(u32::MAX);
        for (days, born) in births.days(0, now).zip(&expected) {
            // Of what is not known only that it is long ago.
            let is_right = if *born == NO_TIME { days > 20_000 } else { days == naive(born) };
            assert!(is_right, "{born}: {days}");
        }
    }
}
