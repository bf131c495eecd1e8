//! What AWS would have deleted by now is not shown again.
//!
//! Source of fact: AWS General Reference, "Security Hub endpoints and quotas": a finding is deleted 90 days after its
//! last update; Security Hub user guide, "Creating and updating control findings": an archived control finding after
//! 30. `GuardDuty` keeps findings for 90 days as well.

use jiff::{SignedDuration, Timestamp};

use crate::store::Store;
use crate::store::tables::{NO_ROW, NO_TIME, word};

const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
const ARCHIVED_CONTROL_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Store {
    /// Takes out the records that AWS no longer has. Gives how many.
    pub(super) fn expire(&mut self, now: Timestamp) -> usize {
        let before = |kept: SignedDuration| now.checked_sub(kept).map_or(NO_TIME, Timestamp::as_microsecond);
        let (all, archived) = (before(KEPT), before(ARCHIVED_CONTROL_KEPT));
        let mut old: Vec<u32> = Vec::new();
        let mut record = 0;
        let records = &self.tables.records;
        // By stretches, in one comparison for most: it is one pass over all records before the first picture.
        for (updated, rows) in records.times[1].chunks().zip(records.row.chunks()) {
            for (updated, row) in updated.iter().zip(rows) {
                if *updated < archived
                    && *updated != NO_TIME
                    && *row != NO_ROW
                    && (*updated < all || self.is_archived_control(record))
                {
                    old.push(record);
                }
                record += 1;
            }
        }
        for record in &old {
            self.remove(*record);
        }
        old.len()
    }

    fn is_archived_control(&self, record: u32) -> bool {
        let tables = &self.tables;
        tables.state(record).record_state == word::ARCHIVED
            && tables.check(record).0 != word::NONE
            && tables.text(tables.origin(record)[0]).ends_with("product/aws/securityhub")
    }
}
