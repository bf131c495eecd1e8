//! What newly matches, look by look.
//!
//! In: the rows that match now, and whether the sources are still loading. Out: those that did not match at the look
//! before. What is there when the sources have first been read is the start, and is not new; while they load it grows.
//! A finding that stops matching and matches again is new again.

use roaring::RoaringBitmap;

/// Remembers the last look.
#[derive(Debug, Clone, Default)]
pub struct Newly {
    /// What matched; `None` until the sources have been read once.
    known: Option<RoaringBitmap>,
}

impl Newly {
    /// What is new since the last look; `None` while the start is still being read.
    pub fn look(&mut self, matching: RoaringBitmap, is_loading: bool) -> Option<RoaringBitmap> {
        if self.known.is_none() && is_loading {
            return None;
        }
        let new = match &self.known {
            Some(known) => &matching - known,
            None => RoaringBitmap::new(),
        };
        self.known = Some(matching);
        Some(new)
    }

    /// The start is over.
    #[must_use]
    pub const fn has_begun(&self) -> bool {
        self.known.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[u32]) -> RoaringBitmap {
        rows.iter().copied().collect()
    }

    #[test]
    fn the_start_is_not_new_and_what_comes_back_is() {
        let mut newly = Newly::default();
        assert_eq!(newly.look(rows(&[1]), true), None);
        assert_eq!(newly.look(rows(&[1, 2, 3]), false), Some(rows(&[])));
        assert_eq!(newly.look(rows(&[1, 3, 4]), false), Some(rows(&[4])));
        // Another sweep is no new start.
        assert_eq!(newly.look(rows(&[1, 2, 3, 4]), true), Some(rows(&[2])));
        assert_eq!(newly.look(rows(&[1, 2, 3, 4]), false), Some(rows(&[])));
    }
}
