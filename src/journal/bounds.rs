//! How much is kept: versions of a record, age, bytes.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The limits. The defaults are those of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Versions of one record: the first, and the newest of the others. At least 2.
    pub versions: usize,
    /// Nothing that was noticed longer ago.
    pub age: Duration,
    /// Of all segments together.
    pub bytes: u64,
}

impl Default for Bounds {
    /// AWS keeps a finding for 90 days after its last update.
    fn default() -> Self {
        Self { versions: 50, age: Duration::from_hours(24 * 90), bytes: 256 << 20 }
    }
}

impl Bounds {
    /// The earliest time that is still kept, in microseconds.
    pub(super) fn horizon(&self, now: Timestamp) -> i64 {
        let age = SignedDuration::try_from(self.age).unwrap_or(SignedDuration::MAX);
        now.checked_sub(age).map_or(i64::MIN, Timestamp::as_microsecond)
    }

    /// Takes out what the number of versions of one record forbids: the first stays, for it names the first actor, and
    /// the newest.
    pub(super) fn thin<T>(&self, versions: &mut Vec<T>) {
        let most = self.versions.max(2);
        if versions.len() > most {
            let excess = versions.len() - most;
            versions.drain(1..=excess);
        }
    }

    /// A segment is closed when it holds this much, so that old ones can go.
    pub(super) const fn segment_bytes(&self) -> u64 {
        let part = self.bytes / 16;
        if part < 8 << 20 { if part > 4096 { part } else { 4096 } } else { 8 << 20 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_version_stays_and_the_newest() {
        let bounds = Bounds { versions: 3, ..Bounds::default() };
        let mut versions = vec![1, 2, 3, 4, 5];
        bounds.thin(&mut versions);
        assert_eq!(versions, [1, 4, 5]);
        bounds.thin(&mut versions);
        assert_eq!(versions, [1, 4, 5]);
    }
}
