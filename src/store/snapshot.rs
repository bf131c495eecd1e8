//! The reading side: an immutable view of the store at one moment.

use std::ops::RangeInclusive;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use roaring::RoaringBitmap;

use super::lens::Seen;
use super::overview::Overview;
use super::posting::Segments;
use super::scan::{Sym, SymSet};
use super::score::Posture;
use super::since::Since;
use super::tables::{NO_TIME, Tables};
use super::{Field, Hits, Pile, Record, Row, RowId, StoreError, TextColumn, Texts};
use crate::model::{ObservableKind, SourceStatus, Standard};

/// What the store held when it was published. Cheap to hold, never changes.
#[derive(Debug, Default)]
pub struct Snapshot {
    version: u64,
    pub(super) tables: Tables,
    live: OnceLock<RoaringBitmap>,
    open: OnceLock<RoaringBitmap>,
    posture: OnceLock<Arc<Posture>>,
    overview: OnceLock<Arc<Overview>>,
    since: Option<Arc<Since>>,
    seen: Option<Seen>,
}

impl Snapshot {
    pub(super) fn of(version: u64, tables: Tables) -> Self {
        Self { version, tables, ..Self::default() }
    }

    /// With what was counted over all of it before it is shown to anybody, so that nobody who shows it has to.
    pub(super) fn counted(self, posture: Arc<Posture>, overview: Overview) -> Self {
        Self { posture: posture.into(), overview: Arc::new(overview).into(), ..self }
    }

    /// Shows these rows alone: the rest is neither listed nor counted. A row is found by its number or id all the same.
    pub(super) fn seen(self, seen: Seen) -> Self {
        Self { live: OnceLock::new(), open: OnceLock::new(), seen: Some(seen), ..self }
    }

    /// The query that all of this is kept to, where it is.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.seen.as_ref().map(|seen| &*seen.text)
    }

    /// Is this row shown.
    pub(super) fn shows(&self, row: u32) -> bool {
        self.seen.as_ref().is_none_or(|seen| seen.rows.contains(row))
    }

    /// With its difference to a mark.
    pub(super) fn since_mark(self, since: Option<Since>) -> Self {
        Self { since: since.map(Arc::new), ..self }
    }

    /// The difference to the mark, where one is set.
    #[must_use]
    pub fn since(&self) -> Option<&Arc<Since>> {
        self.since.as_ref()
    }

    /// The standards by these findings. While sources are loading, by those of a moment ago (see
    /// [`ingest`](super::ingest)).
    #[must_use]
    pub fn posture(&self) -> &Arc<Posture> {
        self.posture.get_or_init(|| Arc::new(Posture::of(self)))
    }

    /// The counts as they were at publication, where the publisher counted.
    #[must_use]
    pub fn overview(&self) -> Option<&Arc<Overview>> {
        self.overview.get()
    }

    /// Grows by one with each publication.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// How many rows are there.
    #[must_use]
    pub fn len(&self) -> usize {
        let rows = self.seen.as_ref().map_or_else(|| self.tables.bitmaps.live.len(), |seen| seen.rows.len());
        usize::try_from(rows).unwrap_or(usize::MAX)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every row that is there.
    #[must_use]
    pub fn live(&self) -> &RoaringBitmap {
        if let Some(seen) = &self.seen {
            return &seen.rows;
        }
        self.live.get_or_init(|| self.tables.bitmaps.live.assemble())
    }

    /// The rows that ask for somebody's attention ([`Row::is_open`]).
    #[must_use]
    pub fn open(&self) -> &RoaringBitmap {
        if let Some(seen) = &self.seen {
            return &seen.open;
        }
        self.open.get_or_init(|| self.tables.bitmaps.open.assemble())
    }

    /// `None` when the row is gone, or never was.
    #[must_use]
    pub fn row(&self, id: RowId) -> Option<Row<'_>> {
        Row::of(&self.tables, id)
    }

    /// The row that holds the record of this id (ASFF `Id`, GuardDuty `Arn`).
    #[must_use]
    pub fn find(&self, finding_id: &str) -> Option<RowId> {
        self.tables.find_id(finding_id).map(|record| RowId(self.tables.records.row.at(record)))
    }

    /// The rows that have this value, in any case of letters.
    #[must_use]
    pub fn with(&self, field: Field, value: &str) -> RoaringBitmap {
        self.with_any(field, |held| held.eq_ignore_ascii_case(value))
    }

    /// The rows that have a value which matches.
    pub fn with_any(&self, field: Field, matches: impl Fn(&str) -> bool) -> RoaringBitmap {
        let mut rows = RoaringBitmap::new();
        for posting in self.tables.postings(field).filter(|posting| matches(self.tables.text(posting.value))) {
            posting.rows.add_to(&mut rows);
        }
        match &self.seen {
            None => rows,
            Some(seen) => rows & &seen.rows,
        }
    }

    /// Every value of the field with how many rows have it, in the order of the values.
    #[must_use]
    pub fn values(&self, field: Field) -> Vec<(&str, u64)> {
        let count = |rows: &Segments| match &self.seen {
            None => rows.len(),
            Some(seen) => seen.rows.intersection_len(&rows.assemble()),
        };
        let all = self.tables.postings(field).map(|posting| (self.tables.text(posting.value), count(&posting.rows)));
        let mut all: Vec<_> = all.filter(|(_, count)| *count > 0).collect();
        all.sort_unstable();
        all
    }

    /// What each source last said of itself, with the records that did not decode counted in.
    #[must_use]
    pub fn sources(&self) -> &[SourceStatus] {
        &self.tables.facts.statuses
    }

    /// The standards that any scope told of, merged.
    #[must_use]
    pub fn standards(&self) -> &[Standard] {
        &self.tables.facts.standards
    }

    /// The name of an account, where any source told it.
    #[must_use]
    pub fn account_name(&self, account: &str) -> Option<&str> {
        self.tables.account_name(account)
    }

    /// The record's JSON, byte for byte as it was sent.
    ///
    /// # Errors
    /// When the stored block does not decompress.
    pub fn raw(&self, record: &Record<'_>) -> Result<Bytes, StoreError> {
        self.tables.raw.get(self.tables.records.place.at(record.record))
    }

    /// The distinct strings that a column has (columns of many values: or has had).
    pub fn symbols(&self, column: TextColumn) -> impl Iterator<Item = (Sym, &str)> {
        self.tables.symbols(column)
    }

    /// Adds to `rows` every row that has one of the strings in this column, as [`Row`] shows it.
    pub fn scan(&self, column: TextColumn, strings: &SymSet, rows: &mut RoaringBitmap) {
        self.tables.scan(column, strings, rows);
    }

    /// The distinct observables of a kind that rows have, or have had.
    pub fn observed(&self, kind: ObservableKind) -> impl Iterator<Item = (Sym, &str)> {
        self.tables.observed(kind)
    }

    /// All distinct texts of one sort, as they lie in memory.
    pub fn piles(&self, texts: Texts) -> impl Iterator<Item = Pile<'_>> {
        self.tables.piles(texts)
    }

    /// The rows of `rows` that show one of these texts, of those that are kept in `places`.
    #[must_use]
    pub fn with_hits(&self, hits: &Hits, places: &[Texts], rows: &RoaringBitmap) -> RoaringBitmap {
        self.tables.with_hits(hits, places, rows)
    }

    /// Adds to `rows` every row of which some record has one of these observables.
    pub fn scan_observed(&self, values: &SymSet, rows: &mut RoaringBitmap) {
        self.tables.scan_observed(values, rows);
    }

    /// Every observable of a kind with how many rows have it, in the order of the values.
    #[must_use]
    pub fn observed_counts(&self, kind: ObservableKind) -> Vec<(&str, u64)> {
        self.tables.observed_counts(kind)
    }

    /// The rows of `rows` of which some record's JSON holds. Costly: every record is decompressed. A block that cannot
    /// be is told of in the log.
    #[must_use]
    pub fn with_raw(&self, rows: &RoaringBitmap, holds: impl Fn(&[u8]) -> bool) -> RoaringBitmap {
        self.tables.with_raw(rows, holds)
    }

    /// Adds to `rows` every row that has a record with an id that matches. Ids are not among the distinct strings:
    /// each is unique, and kept packed.
    pub fn scan_ids(&self, matches: impl FnMut(&str) -> bool, rows: &mut RoaringBitmap) {
        self.tables.scan_ids(matches, rows);
    }

    /// 0 unknown, 1 informational ... 5 critical: for sorting.
    #[must_use]
    pub fn severity_rank(&self, id: RowId) -> u8 {
        let slots = u8::try_from(super::posting::SLOTS).unwrap_or(u8::MAX);
        match self.tables.rows.standing.get(id.0) {
            Some(standing) if standing % slots != super::posting::NO_SEVERITY => standing % slots + 1,
            _ => 0,
        }
    }

    /// Newest `updated_at`, seconds since the epoch; `i64::MIN` when unknown.
    #[must_use]
    pub fn updated_seconds(&self, id: RowId) -> i64 {
        self.seconds(id, 1, i64::max)
    }

    /// Newest `last_seen`, as [`Self::updated_seconds`].
    #[must_use]
    pub fn last_seen_seconds(&self, id: RowId) -> i64 {
        self.seconds(id, 3, i64::max)
    }

    /// Oldest `created_at`, as [`Self::updated_seconds`].
    #[must_use]
    pub fn created_seconds(&self, id: RowId) -> i64 {
        self.seconds(id, 0, i64::min)
    }

    /// Oldest `first_seen`, as [`Self::updated_seconds`].
    #[must_use]
    pub fn first_seen_seconds(&self, id: RowId) -> i64 {
        self.seconds(id, 2, i64::min)
    }

    /// One of the times of the row's records: of the column `which` of [`Records::times`](super::tables::Records).
    fn seconds(&self, RowId(row): RowId, which: usize, choose: fn(i64, i64) -> i64) -> i64 {
        let Some(times) = self.tables.records.times.get(which) else { return NO_TIME };
        let all = self.tables.rows.members(row).iter().filter_map(|record| times.get(*record).copied());
        let micros = all.filter(|time| *time != NO_TIME).reduce(choose);
        micros.map_or(NO_TIME, |micros| micros.div_euclid(1_000_000))
    }

    /// `first_seen`, else `created_at`, seconds since the epoch; `i64::MIN` when unknown. "New in the last 24 h" means
    /// this time.
    #[must_use]
    pub fn born_seconds(&self, id: RowId) -> i64 {
        self.tables.rows.born.get(id.0)
    }

    /// The rows whose [`Self::born_seconds`] are known and in the range.
    #[must_use]
    pub fn born_within(&self, seconds: RangeInclusive<i64>) -> RoaringBitmap {
        self.tables.born_within(&seconds) & self.live()
    }
}
