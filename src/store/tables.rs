//! All that readers read: columns of records and rows, distinct strings and lists, bitmaps, raw records, facts.
//!
//! The writer changes its own copy; a snapshot is a clone, which shares every chunk. A record's values that repeat
//! over many records (where it comes from, its types, its control with the standards, its state) are lists, each
//! kept once and known by a number.

use std::collections::HashMap;
use std::sync::Arc;

use super::arena::Arena;
use super::column::Column;
use super::posting::{Bitmaps, NO_SEVERITY, SLOTS, Standing};
use super::raw::{Place, RawView};
use crate::model::{Finding, Format, Scope, Severity, SourceStatus, Standard};

/// Strings whose numbers are known beforehand: the values AWS defines, so that comparing is comparing numbers.
pub(super) mod word {
    pub(in crate::store) const NONE: u32 = 0;
    pub(in crate::store) const RESOLVED: u32 = 1;
    pub(in crate::store) const SUPPRESSED: u32 = 2;
    pub(in crate::store) const ARCHIVED: u32 = 3;
    pub(in crate::store) const PASSED: u32 = 4;
    pub(in crate::store) const FAILED: u32 = 5;
    pub(in crate::store) const TRUE: u32 = 8;
    /// The least severe; the others follow in order of harm.
    pub(in crate::store) const INFORMATIONAL: u32 = 9;
    /// The first service; the others follow in the order of `Service::ALL`.
    pub(in crate::store) const SERVICE: u32 = 14;

    /// The strings in the order of the numbers above.
    pub(in crate::store) const ALL: [&str; 18] = [
        "",
        "RESOLVED",
        "SUPPRESSED",
        "ARCHIVED",
        "PASSED",
        "FAILED",
        "WARNING",
        "NOT_AVAILABLE",
        "true",
        "INFORMATIONAL",
        "LOW",
        "MEDIUM",
        "HIGH",
        "CRITICAL",
        "securityhub",
        "guardduty",
        "standards",
        "file",
    ];
}

/// A column's value for "no row", "no time".
pub(super) const NO_ROW: u32 = u32::MAX;
pub(super) const NO_TIME: i64 = i64::MIN;

/// Where a record comes from: product ARN, product, account, Region.
pub(super) type Origin = [u32; 4];

/// What its service says of it now, and what never fits elsewhere.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(clippy::struct_field_names, reason = "record state is AWS's name")]
pub(super) struct State {
    pub workflow: u32,
    pub record_state: u32,
    pub compliance: u32,
    pub format: Format,
    pub sample: bool,
    pub noted: bool,
    pub severity: Option<Severity>,
    pub score: Option<f64>,
}

impl State {
    /// Of a finding whose workflow, compliance and record state are these words.
    pub(super) const fn of(finding: &Finding<'_>, [workflow, compliance, record_state]: [u32; 3]) -> Self {
        Self {
            workflow,
            record_state,
            compliance,
            format: finding.format,
            sample: finding.sample,
            noted: finding.noted,
            severity: finding.severity,
            score: finding.score,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.record_state != word::ARCHIVED
            && !matches!(self.workflow, word::RESOLVED | word::SUPPRESSED)
            && self.compliance != word::PASSED
    }

    /// How a row stands of which this is the leading record's.
    pub(super) const fn standing(&self) -> Standing {
        Standing::of(self.record_state, self.workflow, self.compliance)
    }

    pub(super) fn severity_slot(&self) -> u8 {
        self.severity.map_or(NO_SEVERITY, |severity| severity as u8)
    }

    /// As a list of numbers, to be kept once.
    pub(super) fn list(&self) -> [u32; 6] {
        let score = self.score.unwrap_or(f64::NAN).to_bits();
        let (high, low) = ((score >> 32) as u32, (score & 0xffff_ffff) as u32);
        let severity = self.severity.map_or(7, |severity| severity as u32);
        let marks = u32::from(self.format == Format::GuardDuty)
            | (u32::from(self.sample) << 1)
            | (severity << 2)
            | (u32::from(self.noted) << 5);
        [self.workflow, self.record_state, self.compliance, marks, high, low]
    }

    fn read(list: &[u32]) -> Self {
        let at = |n: usize| list.get(n).copied().unwrap_or_default();
        let marks = at(3);
        let score = f64::from_bits((u64::from(at(4)) << 32) | u64::from(at(5)));
        Self {
            workflow: at(0),
            record_state: at(1),
            compliance: at(2),
            format: if marks & 1 == 1 { Format::GuardDuty } else { Format::Asff },
            sample: marks & 2 == 2,
            noted: marks & 32 == 32,
            severity: severity((marks >> 2 & 7) as usize),
            score: (!score.is_nan()).then_some(score),
        }
    }
}

/// By `Severity as usize`.
pub(super) fn severity(rank: usize) -> Option<Severity> {
    Severity::WORST_FIRST.iter().rev().nth(rank).copied()
}

/// The columns of records, by record number.
#[derive(Debug, Clone, Default)]
pub(super) struct Records {
    /// An id is a prefix (a string) and a packed tail.
    pub prefix: Column<u32>,
    pub tails: Arena<Vec<u8>>,
    /// Its row; [`NO_ROW`] once it is gone.
    pub row: Column<u32>,
    /// Lists.
    pub origin: Column<u32>,
    pub types: Column<u32>,
    /// Control, then its standards in order of text.
    pub check: Column<u32>,
    pub state: Column<u32>,
    /// A list of resources: id, kind, name; in `Tables::resources`.
    pub resources: Column<u32>,
    /// Of `Tables::titles` and `Tables::descriptions`.
    pub title: Column<u32>,
    pub description: Column<u32>,
    /// A string.
    pub generator: Column<u32>,
    /// A list of observables, in `Tables::observable_lists`; 0 is the empty one.
    pub observables: Column<u32>,
    /// Microseconds since the epoch: created, updated, first and last seen.
    pub times: [Column<i64>; 4],
    pub place: Column<Place>,
    /// The first scope in order that sees it (number `<< 8`), and a bit for each service that does.
    pub seen: Column<u32>,
}

/// The columns of rows, by row number.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    /// Its record, or [`MANY`] and the number of its group.
    pub members: Column<u32>,
    /// The records of a row that has several, the leading one first.
    pub groups: Column<Arc<[u32]>>,
    /// First seen, else created, in seconds; [`NO_TIME`] when unknown.
    pub born: super::births::Births,
    /// Standing and severity: see `posting`.
    pub standing: Column<u8>,
}

/// Marks the number of a group among `Rows::members`.
pub(super) const MANY: u32 = 1 << 31;

impl Rows {
    pub(super) fn write(&mut self, row: u32, standing: Standing, severity: u8, born: i64) {
        let slots = u8::try_from(SLOTS).unwrap_or(u8::MAX);
        self.standing.set(row, standing as u8 * slots + severity);
        self.born.set(row, born);
    }

    /// The records of a row, the leading one first; none when the row is gone.
    pub(super) fn members(&self, row: u32) -> &[u32] {
        match self.members.get(row) {
            None | Some(&NO_ROW) => &[],
            Some(group) if group & MANY != 0 => self.groups.get(group & !MANY).map_or(&[], |group| &**group),
            Some(record) => std::slice::from_ref(record),
        }
    }
}

/// What the sources told beside findings.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub statuses: Vec<SourceStatus>,
    pub standards: Vec<Standard>,
    /// Names of accounts: a string.
    pub accounts: HashMap<String, u32>,
    pub scopes: Vec<Arc<Scope>>,
}

/// Everything that is shared with snapshots.
#[derive(Debug, Clone, Default)]
pub(super) struct Tables {
    pub strings: Arena<String>,
    /// Titles and descriptions are most of the text there is: each have an arena, so that a search reads no other text.
    pub titles: Arena<String>,
    pub descriptions: Arena<String>,
    /// For which columns a string is used: bits of `scan`.
    pub kinds: Column<u8>,
    pub resource_ids: Arena<String>,
    pub lists: Arena<Vec<u32>>,
    pub resources: Arena<Vec<u32>>,
    /// Distinct ones, as `observables` writes them.
    pub observables: Arena<String>,
    pub observable_lists: Arena<Vec<u32>>,
    /// By list: which kinds of observables are in it, as `observables::bit` says.
    pub observable_kinds: Column<u8>,
    pub records: Records,
    pub rows: Rows,
    pub bitmaps: Bitmaps,
    pub ids: super::identity::RecordIds,
    pub raw: RawView,
    pub facts: Arc<Facts>,
}

impl Tables {
    pub(super) fn text(&self, string: u32) -> &str {
        self.strings.get(string).unwrap_or_default()
    }

    pub(super) fn title(&self, record: u32) -> &str {
        self.titles.get(self.records.title.at(record)).unwrap_or_default()
    }

    pub(super) fn description(&self, record: u32) -> &str {
        self.descriptions.get(self.records.description.at(record)).unwrap_or_default()
    }

    /// `None` for the empty string, which stands for "absent".
    pub(super) fn some_text(&self, string: u32) -> Option<&str> {
        (string != word::NONE).then(|| self.text(string))
    }

    pub(super) fn list(&self, list: u32) -> &[u32] {
        self.lists.get(list).unwrap_or_default()
    }

    pub(super) fn origin(&self, record: u32) -> Origin {
        self.list(self.records.origin.at(record)).try_into().unwrap_or_default()
    }

    pub(super) fn state(&self, record: u32) -> State {
        State::read(self.list(self.records.state.at(record)))
    }

    /// Control and standards; control 0 is none.
    pub(super) fn check(&self, record: u32) -> (u32, &[u32]) {
        self.list(self.records.check.at(record)).split_first().map_or((0, &[]), |(control, rest)| (*control, rest))
    }

    /// The resources of a record: id, kind, name.
    pub(super) fn resources(&self, record: u32) -> &[[u32; 3]] {
        self.resources.get(self.records.resources.at(record)).unwrap_or_default().as_chunks().0
    }

    pub(super) fn id(&self, record: u32) -> String {
        let mut id = String::new();
        self.id_into(record, &mut id);
        id
    }

    pub(super) fn id_into(&self, record: u32, id: &mut String) {
        let tail = self.records.tails.get(record).unwrap_or_default();
        super::ids::unpack(self.text(self.records.prefix.at(record)), tail, id);
    }

    pub(super) fn account_name(&self, account: &str) -> Option<&str> {
        self.facts.accounts.get(account).map(|name| self.text(*name))
    }
}
