//! The reading side: an immutable view of the store at one moment.
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use bytes::Bytes;
use roaring::RoaringBitmap;

use super::writer::Held;
use super::{Field, Record, Row, RowId, StoreError, TextColumn};
use crate::model::{Severity, SourceStatus, Standard};

/// A distinct string of one snapshot's line: stable while the process lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sym(pub u32);

/// A set of distinct strings.
pub type SymSet = RoaringBitmap;

#[derive(Debug)]
pub(super) struct RowData {
    /// The leading record first.
    pub records: Vec<Arc<Held>>,
}

impl RowData {
    pub(super) fn of(mut records: Vec<Arc<Held>>) -> Option<Self> {
        records.sort_by(|a, b| super::fold::order(a, b));
        (!records.is_empty()).then_some(Self { records })
    }
}

/// What the store held when it was published. Cheap to hold, never changes.
#[derive(Debug, Default)]
pub struct Snapshot {
    version: u64,
    pub(super) rows: Vec<Option<Arc<RowData>>>,
    live: RoaringBitmap,
    open: RoaringBitmap,
    statuses: Vec<SourceStatus>,
    standards: Vec<Standard>,
    accounts: HashMap<String, String>,
    strings: Vec<String>,
    symbols: HashMap<String, Sym>,
}

impl Snapshot {
    pub(super) fn of(
        version: u64,
        rows: Vec<Option<Arc<RowData>>>,
        statuses: Vec<SourceStatus>,
        standards: Vec<Standard>,
        accounts: HashMap<String, String>,
    ) -> Self {
        let mut snapshot = Self { version, rows, statuses, standards, accounts, ..Self::default() };
        let ids: Vec<RowId> = (0u32..).take(snapshot.rows.len()).map(RowId).collect();
        let mut strings: HashMap<String, Sym> = HashMap::new();
        for id in ids {
            let Some(row) = snapshot.row(id) else { continue };
            let open = row.is_open();
            for column in TextColumn::ALL {
                for text in texts(&row, column) {
                    let next = Sym(u32::try_from(strings.len()).unwrap_or(u32::MAX));
                    strings.entry(text.to_owned()).or_insert(next);
                }
            }
            snapshot.live.insert(id.0);
            if open {
                snapshot.open.insert(id.0);
            }
        }
        let mut list = vec![String::new(); strings.len()];
        for (text, sym) in &strings {
            list[sym.0 as usize].clone_from(text);
        }
        snapshot.strings = list;
        snapshot.symbols = strings;
        snapshot
    }

    /// Grows by one with each publication.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Rows that are there.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.live.len()).unwrap_or(usize::MAX)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.live.is_empty()
    }

    /// Every row that is there.
    #[must_use]
    pub const fn live(&self) -> &RoaringBitmap {
        &self.live
    }

    /// The rows that ask for somebody's attention ([`Row::is_open`]).
    #[must_use]
    pub const fn open(&self) -> &RoaringBitmap {
        &self.open
    }

    /// `None` when the row is gone, or never was.
    #[must_use]
    pub fn row(&self, id: RowId) -> Option<Row<'_>> {
        self.rows.get(id.0 as usize)?.as_deref().map(|data| Row { snapshot: self, id, data })
    }

    /// The row that holds the record of this id (ASFF `Id`, GuardDuty `Arn`).
    #[must_use]
    pub fn find(&self, finding_id: &str) -> Option<RowId> {
        self.live
            .iter()
            .map(RowId)
            .find(|id| self.row(*id).is_some_and(|row| row.records().any(|record| record.id() == finding_id)))
    }

    /// The rows that have this value, in any case of letters.
    #[must_use]
    pub fn with(&self, field: Field, value: &str) -> RoaringBitmap {
        let has = |id: &u32| {
            self.row(RowId(*id)).is_some_and(|row| facets(&row, field).iter().any(|v| v.eq_ignore_ascii_case(value)))
        };
        self.live.iter().filter(has).collect()
    }

    /// Every value of the field with how many rows have it, in the order of the values.
    #[must_use]
    pub fn values(&self, field: Field) -> Vec<(&str, u64)> {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for row in self.live.iter().filter_map(|id| self.row(RowId(id))) {
            let mut values = facets(&row, field);
            values.sort_unstable();
            values.dedup();
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
        }
        counts.into_iter().collect()
    }

    /// What each source last said of itself.
    #[must_use]
    pub fn sources(&self) -> &[SourceStatus] {
        &self.statuses
    }

    /// The standards that any scope told of, merged.
    #[must_use]
    pub fn standards(&self) -> &[Standard] {
        &self.standards
    }

    /// The name of an account, where any source told it.
    #[must_use]
    pub fn account_name(&self, account: &str) -> Option<&str> {
        self.accounts.get(account).map(String::as_str)
    }

    /// The record's JSON, byte for byte as it was sent.
    ///
    /// # Errors
    /// When the stored block does not decompress.
    pub fn raw(&self, record: &Record<'_>) -> Result<Bytes, StoreError> {
        Ok(record.held.raw.json.clone())
    }

    /// The distinct strings that a column has, or has had.
    pub fn symbols(&self, column: TextColumn) -> impl Iterator<Item = (Sym, &str)> {
        let mut used = SymSet::new();
        for row in self.live.iter().filter_map(|id| self.row(RowId(id))) {
            for sym in texts(&row, column).into_iter().filter_map(|text| self.symbols.get(text)) {
                used.insert(sym.0);
            }
        }
        self.strings.iter().zip(0u32..).filter(move |(_, at)| used.contains(*at)).map(|(s, at)| (Sym(at), s.as_str()))
    }

    /// Adds to `rows` every live row that has one of the strings in this column.
    pub fn scan(&self, column: TextColumn, strings: &SymSet, rows: &mut RoaringBitmap) {
        for id in &self.live {
            let Some(row) = self.row(RowId(id)) else { continue };
            let hit = |text: &&str| self.symbols.get(*text).is_some_and(|sym| strings.contains(sym.0));
            if texts(&row, column).iter().any(hit) {
                rows.insert(id);
            }
        }
    }

    /// Adds to `rows` every live row that has a record with an id that matches. Ids are not among the distinct
    /// strings: each is unique, and kept packed.
    pub fn scan_ids(&self, mut matches: impl FnMut(&str) -> bool, rows: &mut RoaringBitmap) {
        for id in &self.live {
            if self.row(RowId(id)).is_some_and(|row| row.records().any(|record| matches(&record.id()))) {
                rows.insert(id);
            }
        }
    }

    /// 0 unknown, 1 informational ... 5 critical: for sorting.
    #[must_use]
    pub fn severity_rank(&self, id: RowId) -> u8 {
        self.row(id).and_then(|row| row.severity()).map_or(0, |severity: Severity| severity as u8 + 1)
    }

    /// Newest `updated_at`, seconds since the epoch; `i64::MIN` when unknown.
    #[must_use]
    pub fn updated_seconds(&self, id: RowId) -> i64 {
        self.row(id).and_then(|row| row.updated_at()).map_or(i64::MIN, jiff::Timestamp::as_second)
    }

    /// `first_seen`, else `created_at`, seconds since the epoch; `i64::MIN` when unknown. "New in the last 24 h" means this.
    #[must_use]
    pub fn born_seconds(&self, id: RowId) -> i64 {
        let row = self.row(id);
        row.and_then(|row| row.first_seen().or(row.created_at())).map_or(i64::MIN, jiff::Timestamp::as_second)
    }
}

fn texts<'a>(row: &Row<'a>, column: TextColumn) -> Vec<&'a str> {
    match column {
        TextColumn::Title => vec![row.title()],
        TextColumn::Description => vec![row.description()],
        TextColumn::Product => vec![row.product()],
        TextColumn::Account => row.account().into_iter().collect(),
        TextColumn::AccountName => row.account_name().into_iter().collect(),
        TextColumn::Region => row.region().into_iter().collect(),
        TextColumn::Type => row.types().collect(),
        TextColumn::ResourceId => row.resources().map(|r| r.id).collect(),
        TextColumn::ResourceName => row.resources().filter_map(|r| r.name).collect(),
        TextColumn::ResourceType => row.resources().filter_map(|r| r.kind).collect(),
        TextColumn::Control => row.control().into_iter().collect(),
        TextColumn::Standard => row.standards().collect(),
        TextColumn::Generator => row.generator().into_iter().collect(),
    }
}

fn facets<'a>(row: &Row<'a>, field: Field) -> Vec<&'a str> {
    match field {
        Field::Severity => row.severity().map(Severity::label).into_iter().collect(),
        Field::Product => texts(row, TextColumn::Product),
        Field::Account => texts(row, TextColumn::Account),
        Field::Region => texts(row, TextColumn::Region),
        Field::Workflow => row.workflow().into_iter().collect(),
        Field::RecordState => vec![row.record_state()],
        Field::Compliance => row.compliance().into_iter().collect(),
        Field::Control => texts(row, TextColumn::Control),
        Field::Standard => texts(row, TextColumn::Standard),
        Field::Type => texts(row, TextColumn::Type),
        Field::ResourceType => texts(row, TextColumn::ResourceType),
        Field::Source => row.sources().map(crate::model::Service::id).collect(),
        Field::Sample => {
            if row.sample() {
                vec!["true"]
            } else {
                vec![]
            }
        }
    }
}

impl TextColumn {
    pub const ALL: [Self; 13] = [
        Self::Title,
        Self::Description,
        Self::Product,
        Self::Account,
        Self::AccountName,
        Self::Region,
        Self::Type,
        Self::ResourceId,
        Self::ResourceName,
        Self::ResourceType,
        Self::Control,
        Self::Standard,
        Self::Generator,
    ];
}
