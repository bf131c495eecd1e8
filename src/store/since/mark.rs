//! One moment of the store, as little of it as telling a difference later needs.

use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{Scope, Severity, SourceState};
use crate::store::arena::Arena;
use crate::store::index::Index;
use crate::store::posting::{NO_SEVERITY, SLOTS, Standing};
use crate::store::tables::{Tables, severity};
use crate::store::{Row, RowId, Snapshot};

/// Why a mark was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Somebody said: I have looked.
    Looked,
    /// The program ended.
    Quit,
}

/// A moment. About 30 bytes a finding, and the text of the open ones.
#[derive(Debug, Clone)]
pub struct Mark {
    pub at: Timestamp,
    pub occasion: Occasion,
    /// The scopes of then, each with whether it was whole.
    pub(super) scopes: Vec<(Arc<Scope>, Whole)>,
    /// Identities of records in ascending order, and the finding of each: a place in `rows`.
    pub(super) identities: Vec<u64>,
    pub(super) owners: Vec<u32>,
    pub(super) rows: Vec<Then>,
    pub(super) texts: Arena<String>,
}

/// Did a scope answer in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Yes,
    No,
}

impl Whole {
    pub(super) const fn of(state: &SourceState) -> Self {
        if matches!(state, SourceState::Complete { .. }) { Self::Yes } else { Self::No }
    }
}

/// A finding at the mark. Text only of the open ones: places in `texts`, 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Then {
    /// Standing and severity as one number, as the store's own column has it.
    pub standing: u8,
    pub scope: u16,
    pub title: u32,
    pub resource: u32,
    pub account: u32,
}

impl Then {
    pub(super) const fn is_open(self) -> bool {
        self.standing as usize / SLOTS == Standing::Open as usize
    }

    /// 0 for none, 1 for INFORMATIONAL ... 5 for CRITICAL.
    pub(super) fn rank(self) -> u8 {
        rank(self.standing)
    }
}

/// The severity in a standing, as [`Then::rank`] counts.
pub(super) fn rank(standing: u8) -> u8 {
    let slots = u8::try_from(SLOTS).unwrap_or(u8::MAX);
    if standing % slots == NO_SEVERITY { 0 } else { standing % slots + 1 }
}

/// A finding at the mark, to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Was<'a> {
    pub severity: Option<Severity>,
    pub title: &'a str,
    /// The first resource's id.
    pub resource: &'a str,
    pub account: &'a str,
}

impl Mark {
    /// What the snapshot holds, at this time.
    #[must_use]
    pub fn of(snapshot: &Snapshot, at: Timestamp, occasion: Occasion) -> Self {
        let tables = &snapshot.tables;
        let whole = |scope: &Arc<Scope>| {
            let status = snapshot.sources().iter().find(|status| status.scope == *scope);
            status.map_or(Whole::No, |status| Whole::of(&status.state))
        };
        let mut texts = Texts::default();
        let mut rows = Vec::new();
        let mut entries: Vec<(u64, u32)> = Vec::new();
        let mut buffer = String::new();
        for id in 0..tables.rows.members.len() {
            let Some(row) = Row::of(tables, RowId(id)) else { continue };
            let place = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            rows.push(texts.then(tables, &row));
            for record in row.members {
                entries.push((identity(tables, *record, &mut buffer), place));
            }
        }
        entries.sort_unstable();
        let (identities, owners) = entries.into_iter().unzip();
        let scopes = tables.facts.scopes.iter().map(|scope| (Arc::clone(scope), whole(scope))).collect();
        Self { at, occasion, scopes, identities, owners, rows, texts: texts.arena }
    }

    /// How many findings it remembers.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Was any source of findings whole: else nothing could be told by it.
    #[must_use]
    pub fn covers_something(&self) -> bool {
        self.scopes.iter().any(|(_, whole)| *whole == Whole::Yes)
    }

    /// The finding at a place of [`Since::gone`](super::Since::gone).
    #[must_use]
    pub fn was(&self, place: u32) -> Option<Was<'_>> {
        let then = self.rows.get(place as usize)?;
        let text = |at: u32| self.texts.get(at).unwrap_or_default();
        Some(Was {
            severity: then.rank().checked_sub(1).and_then(|rank| severity(rank.into())),
            title: text(then.title),
            resource: text(then.resource),
            account: text(then.account),
        })
    }

    /// The finding that had this record.
    pub(super) fn owner(&self, identity: u64) -> Option<u32> {
        let at = self.identities.binary_search(&identity).ok()?;
        self.owners.get(at).copied()
    }

    /// Was the scope whole then.
    pub(super) fn whole(&self, scope: &Scope) -> Whole {
        self.scopes.iter().find(|(held, _)| **held == *scope).map_or(Whole::No, |(_, whole)| *whole)
    }
}

impl PartialEq for Mark {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
            && self.occasion == other.occasion
            && self.scopes == other.scopes
            && self.identities == other.identities
            && self.owners == other.owners
            && self.rows == other.rows
            && self.texts.iter().eq(other.texts.iter())
    }
}

/// Distinct strings; 0 is the empty one.
#[derive(Default)]
struct Texts {
    arena: Arena<String>,
    index: Index,
}

impl Texts {
    fn then(&mut self, tables: &Tables, row: &Row<'_>) -> Then {
        let scope = tables.records.seen.at(row.lead()) >> 8;
        let standing = tables.rows.standing.at(row.id.0);
        let then = Then { standing, scope: u16::try_from(scope).unwrap_or(u16::MAX), ..Then::default() };
        if !then.is_open() {
            return then;
        }
        self.text("");
        Then {
            title: self.text(row.title()),
            resource: row.resources().next().map_or(0, |resource| self.text(resource.id)),
            account: self.text(row.account().unwrap_or_default()),
            ..then
        }
    }

    fn text(&mut self, text: &str) -> u32 {
        self.index.intern(&mut self.arena, text)
    }
}

/// What a record is known by in every process: FNV-1a, which is fixed for all time, over format, product ARN and id.
pub(super) fn identity(tables: &Tables, record: u32, buffer: &mut String) -> u64 {
    buffer.clear();
    tables.id_into(record, buffer);
    let format = [tables.state(record).format as u8];
    let product = tables.text(tables.origin(record)[0]);
    let parts = [&format, product.as_bytes(), &[0], buffer.as_bytes()];
    parts
        .into_iter()
        .flatten()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
