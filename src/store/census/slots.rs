//! From rows to the groups they are in: each value gets a dense number, a slot, when it is first seen.

use rustc_hash::FxHashMap;

use super::super::column::CHUNK;
use super::super::tables::{MANY, NO_ROW, NO_TIME, Rows, Tables, word};
use super::{GroupValue, Sym, day, severity_place, text};
use crate::model::{GroupKey, ObservableKind, Severity};

/// Marks a list of several slots in `Slots::by_list`.
const SEVERAL: u32 = 1 << 31;

/// The slots of a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum In {
    One(u32),
    /// [`Slots::several`] has them, until the next row is asked for.
    Several(u32),
}

/// What a row's groups and counts are read from, a stretch of rows at a time: looked up row by row, these three columns
/// would be most of the time.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'a> {
    rows: &'a Rows,
    chunk: usize,
    members: &'a [u32],
    standing: &'a [u8],
    born: &'a [i64],
}

/// One row of a stretch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    pub(super) row: u32,
    /// As in [`Rows::members`].
    pub(super) members: u32,
    pub(super) standing: u8,
    pub(super) born: i64,
}

impl<'a> Stretch<'a> {
    pub(super) const fn new(rows: &'a Rows) -> Self {
        Self { rows, chunk: usize::MAX, members: &[], standing: &[], born: &[] }
    }

    /// The cells of a row; the next row is mostly of the same stretch.
    #[inline]
    pub(super) fn cells(&mut self, row: u32) -> Cells {
        let (chunk, at) = (row as usize / CHUNK, row as usize % CHUNK);
        if chunk != self.chunk {
            *self = Self {
                chunk,
                members: self.rows.members.chunk(chunk),
                standing: self.rows.standing.chunk(chunk),
                born: self.rows.born.chunk(chunk),
                ..*self
            };
        }
        Cells {
            row,
            members: self.members.get(at).copied().unwrap_or(NO_ROW),
            standing: self.standing.get(at).copied().unwrap_or_default(),
            born: self.born.get(at).copied().unwrap_or(NO_TIME),
        }
    }
}

/// Which slots rows are in. `u32` throughout: dense arrays are looked up for each row.
pub(super) struct Slots<'a> {
    tables: &'a Tables,
    key: GroupKey,
    /// By number of a list of values: 0 where it was not seen yet, else its slot plus 1, or [`SEVERAL`] and a place.
    by_list: Vec<u32>,
    /// The first is of the last row of several records.
    several: Vec<Vec<u32>>,
    /// By symbol: 0, or its slot plus 1.
    by_symbol: Vec<u32>,
    by_day: FxHashMap<i64, u32>,
    /// The day and slot of the row before: neighbours are often of one day.
    last_day: (i64, u32),
    by_severity: [u32; Severity::WORST_FIRST.len()],
    none: u32,
    values: Vec<GroupValue>,
    /// Reused: the symbols of a list.
    symbols: Vec<u32>,
    /// By observable, where groups are by actor: most lists hold tags alone, and need not be read further.
    acts: Vec<Acts>,
}

/// Is an observable an address or a principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acts {
    Yes,
    No,
}

fn acts(tables: &Tables) -> Vec<Acts> {
    let kind = |at| tables.observable(at).map(|(kind, _)| kind);
    let acts = |at| match kind(at) {
        Some(ObservableKind::Ip | ObservableKind::Principal) => Acts::Yes,
        _ => Acts::No,
    };
    (0..tables.observables.len()).map(acts).collect()
}

impl<'a> Slots<'a> {
    pub(super) fn new(tables: &'a Tables, key: GroupKey) -> Self {
        let (lists, symbols) = match key {
            GroupKey::Severity | GroupKey::Day => (0, 0),
            GroupKey::Resource => (tables.resources.len(), tables.resource_ids.len()),
            GroupKey::Actor => (tables.observable_lists.len(), tables.observables.len()),
            _ => (tables.lists.len(), tables.strings.len()),
        };
        Self {
            tables,
            key,
            by_list: vec![0; lists as usize],
            several: vec![Vec::new()],
            by_symbol: vec![0; symbols as usize],
            by_day: FxHashMap::default(),
            last_day: (NO_TIME, 0),
            by_severity: [0; Severity::WORST_FIRST.len()],
            none: 0,
            values: Vec::new(),
            symbols: Vec::new(),
            acts: if key == GroupKey::Actor { acts(tables) } else { Vec::new() },
        }
    }

    /// The values, by slot.
    pub(super) fn values(&self) -> &[GroupValue] {
        &self.values
    }

    /// The slot of a value, which may be new.
    pub(super) fn slot_of(&mut self, value: GroupValue) -> u32 {
        let mut none = 0;
        let held = match value {
            GroupValue::None => &mut self.none,
            GroupValue::Severity(severity) => self.by_severity.get_mut(severity as usize).unwrap_or(&mut none),
            GroupValue::Day(day) => self.by_day.entry(day).or_default(),
            GroupValue::Text(Sym(symbol)) => self.by_symbol.get_mut(symbol as usize).unwrap_or(&mut none),
        };
        if *held == 0 {
            self.values.push(value);
            *held = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        }
        *held - 1
    }

    /// The slots of a row; never none.
    #[inline]
    pub(super) fn of_row(&mut self, cells: Cells) -> In {
        match self.key {
            GroupKey::Severity => {
                let place = severity_place(cells.standing);
                let severity = Severity::WORST_FIRST.get(place).copied();
                In::One(self.slot_of(severity.map_or(GroupValue::None, GroupValue::Severity)))
            }
            GroupKey::Day => In::One(match day(cells.born) {
                Some(day) if self.last_day.0 == day => self.last_day.1,
                Some(day) => {
                    let slot = self.slot_of(GroupValue::Day(day));
                    self.last_day = (day, slot);
                    slot
                }
                None => self.slot_of(GroupValue::None),
            }),
            _ => match cells.members {
                record if record & MANY == 0 => self.of_list(self.list(record)),
                NO_ROW => In::One(self.slot_of(GroupValue::None)),
                _ => self.of_records(cells.row),
            },
        }
    }

    pub(super) fn several(&self, place: u32) -> &[u32] {
        self.several.get(place as usize).map_or(&[], Vec::as_slice)
    }

    /// Is the row in this slot.
    pub(super) fn has(&mut self, cells: Cells, slot: u32) -> bool {
        match self.of_row(cells) {
            In::One(one) => one == slot,
            In::Several(place) => self.several(place).contains(&slot),
        }
    }

    /// The list that holds a record's values of the key.
    fn list(&self, record: u32) -> u32 {
        let records = &self.tables.records;
        let column = match self.key {
            GroupKey::Control => &records.check,
            GroupKey::Type => &records.types,
            GroupKey::Resource => &records.resources,
            GroupKey::Actor => &records.observables,
            _ => &records.origin,
        };
        column.at(record)
    }

    #[inline]
    fn of_list(&mut self, list: u32) -> In {
        let code = match self.by_list.get(list as usize) {
            Some(0) | None => self.enter(list),
            Some(code) => *code,
        };
        if code & SEVERAL == 0 { In::One(code - 1) } else { In::Several(code & !SEVERAL) }
    }

    /// Turns a list into slots, once.
    fn enter(&mut self, list: u32) -> u32 {
        let mut symbols = std::mem::take(&mut self.symbols);
        symbols.clear();
        self.read(list, &mut symbols);
        // Symbols to slots, each once, in place: most lists have one value, and none of them is worth an allocation.
        let mut kept = 0;
        for at in 0..symbols.len() {
            let slot = self.symbol(symbols[at]);
            if !symbols[..kept].contains(&slot) {
                symbols[kept] = slot;
                kept += 1;
            }
        }
        symbols.truncate(kept);
        let code = match symbols.as_slice() {
            [] => self.slot_of(GroupValue::None) + 1,
            [slot] => slot + 1,
            several => {
                self.several.push(several.to_vec());
                SEVERAL | u32::try_from(self.several.len() - 1).unwrap_or_default()
            }
        };
        self.symbols = symbols;
        if let Some(held) = self.by_list.get_mut(list as usize) {
            *held = code;
        }
        code
    }

    fn symbol(&mut self, symbol: u32) -> u32 {
        match self.by_symbol.get(symbol as usize) {
            Some(held @ 1..) => held - 1,
            _ if text(self.tables, self.key, symbol).is_none() => self.slot_of(GroupValue::None),
            _ => self.slot_of(GroupValue::Text(Sym(symbol))),
        }
    }

    /// The symbols that a list holds for the key; empty text is none.
    fn read(&self, list: u32, symbols: &mut Vec<u32>) {
        if self.key == GroupKey::Resource {
            let resources = self.tables.resources.get(list).unwrap_or_default().as_chunks::<3>().0;
            symbols.extend(resources.iter().map(|[id, ..]| *id));
            return;
        }
        if self.key == GroupKey::Actor {
            let observables = self.tables.observable_lists.get(list).unwrap_or_default();
            if observables.iter().any(|at| self.acts.get(*at as usize) == Some(&Acts::Yes)) {
                self.tables.actors(observables, symbols);
            }
            return;
        }
        let list = self.tables.list(list);
        let words = match self.key {
            // An origin is product ARN, product, account, Region.
            GroupKey::Product => list.get(1..2),
            GroupKey::Account => list.get(2..3),
            GroupKey::Region => list.get(3..4),
            // A check is a control, then its standards.
            GroupKey::Control => list.get(..1),
            _ => Some(list),
        };
        symbols.extend(words.unwrap_or_default().iter().filter(|word| **word != word::NONE));
    }

    /// A row of several records: as [`Row`](crate::store::Row) shows it.
    fn of_records(&mut self, row: u32) -> In {
        let members: &'a [u32] = self.tables.rows.members(row);
        let lead = members.first().map_or(0, |lead| self.list(*lead));
        match self.key {
            // Of all its records.
            GroupKey::Type => {
                let mut found: Vec<u32> = Vec::new();
                for record in members {
                    match self.of_list(self.list(*record)) {
                        In::One(slot) => found.push(slot),
                        In::Several(place) => found.extend(self.several(place)),
                    }
                }
                found.sort_unstable();
                found.dedup();
                let none = self.none.wrapping_sub(1);
                if found.len() > 1 {
                    found.retain(|slot| *slot != none);
                }
                if let Some(scratch) = self.several.first_mut() {
                    *scratch = found;
                }
                In::Several(0)
            }
            // Of all its records too; but principals only where none names an address.
            GroupKey::Actor => {
                let lists = members.iter().map(|record| self.list(*record));
                let all: Vec<u32> = lists
                    .flat_map(|list| self.tables.observable_lists.get(list).unwrap_or_default())
                    .copied()
                    .collect();
                let mut symbols = Vec::new();
                self.tables.actors(&all, &mut symbols);
                let mut found: Vec<u32> = symbols.into_iter().map(|symbol| self.symbol(symbol)).collect();
                if found.is_empty() {
                    found.push(self.slot_of(GroupValue::None));
                }
                found.sort_unstable();
                found.dedup();
                if let Some(scratch) = self.several.first_mut() {
                    *scratch = found;
                }
                In::Several(0)
            }
            // The leading record's.
            GroupKey::Resource => self.of_list(lead),
            // Of the first that speaks.
            _ => {
                let mut symbols = Vec::new();
                let speaking = members.iter().map(|record| self.list(*record)).find(|list| {
                    symbols.clear();
                    self.read(*list, &mut symbols);
                    !symbols.is_empty()
                });
                self.of_list(speaking.unwrap_or(lead))
            }
        }
    }
}
