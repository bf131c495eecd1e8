//! From rows to the groups they are in: each value gets a dense number, a slot, when it is first seen.

use rustc_hash::FxHashMap;

use super::super::column::Column;
use super::super::observables::{ACTORS, actors};
use super::super::tables::{MANY, NO_ROW, NO_TIME, Rows, Tables, word};
use super::{GroupValue, Sym, day, severity_place, text};
use crate::model::{GroupKey, Severity};

/// Marks codes that are a place in `Slots::of_lists`, and, with [`OF_ROW`], in `Slots::of_rows`.
const SEVERAL: u32 = 1 << 31;
const OF_ROW: u32 = 1 << 30;

/// The slots of a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum In<'a> {
    One(u32),
    Several(&'a [u32]),
}

/// Rows that are counted together, and what they are counted by, side by side: looked up row by row, these columns would
/// be most of the time.
#[derive(Debug, Default)]
pub(super) struct Stretch {
    pub(super) rows: Vec<u32>,
    /// The leading record of each.
    pub(super) leads: Vec<u32>,
    /// Places of those that have several records, or none.
    pub(super) uncommon: Vec<usize>,
    /// Of severities, in [`BySeverity`](crate::model::BySeverity).
    pub(super) severities: Vec<u8>,
    pub(super) born: Vec<i64>,
    /// As births are held: reused.
    codes: Vec<u32>,
}

/// Days that are looked up without a table.
const DAYS: u8 = 255;

/// Rows of a stretch: what is held of them stays in the nearest cache.
const ROWS: usize = if cfg!(test) { 7 } else { 512 };

impl Stretch {
    /// Takes the next rows. False when there are no more.
    pub(super) fn next(&mut self, tables: &Rows, rows: &mut roaring::bitmap::Iter<'_>) -> bool {
        self.rows.resize(ROWS, 0);
        let taken = rows.next_many(&mut self.rows).len();
        self.rows.truncate(taken);
        tables.members.gather(&self.rows, &NO_ROW, &mut self.leads);
        tables.standing.gather(&self.rows, &0, &mut self.severities);
        for severity in &mut self.severities {
            *severity = severity_place(*severity);
        }
        tables.born.gather(&self.rows, &mut self.codes, &mut self.born);
        self.uncommon.clear();
        if self.leads.iter().fold(0, |all, lead| all | lead) & MANY == 0 {
            return taken > 0;
        }
        for (at, (lead, row)) in self.leads.iter_mut().zip(&self.rows).enumerate() {
            if *lead & MANY != 0 {
                self.uncommon.push(at);
                *lead = tables.members(*row).first().copied().unwrap_or(NO_ROW);
            }
        }
        taken > 0
    }
}

/// Which slots rows are in. `u32` throughout: dense arrays are looked up for each row.
pub(super) struct Slots<'a> {
    tables: &'a Tables,
    key: GroupKey,
    /// By number of a list of values: 0 where it was not seen yet, else its code plus 1.
    by_list: Vec<u32>,
    /// The slots of lists that have several.
    of_lists: Vec<Vec<u32>>,
    /// The same of rows of several records, in the stretch that was read last.
    of_rows: Vec<Vec<u32>>,
    /// By symbol: 0, or its slot plus 1.
    by_symbol: Vec<u32>,
    by_day: FxHashMap<i64, u32>,
    /// Days and their slots as last seen, each at its place among so many: most findings are of a few months.
    recent: [(i64, u32); DAYS as usize],
    by_severity: [u32; Severity::WORST_FIRST.len()],
    none: u32,
    values: Vec<GroupValue>,
    /// By observable, where groups are by actor: what it is of.
    kinds: Vec<u8>,
    /// Reused: the symbols of a list.
    symbols: Vec<u32>,
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
            of_lists: Vec::new(),
            of_rows: Vec::new(),
            by_symbol: vec![0; symbols as usize],
            by_day: FxHashMap::default(),
            recent: [(NO_TIME, 0); DAYS as usize],
            kinds: if key == GroupKey::Actor { tables.kinds_of_observables() } else { Vec::new() },
            by_severity: [0; Severity::WORST_FIRST.len()],
            none: 0,
            values: Vec::new(),
            symbols: Vec::new(),
        }
    }

    /// The values, by slot.
    pub(super) fn values(&self) -> &[GroupValue] {
        &self.values
    }

    pub(super) fn into_values(self) -> Vec<GroupValue> {
        self.values
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

    /// Where the rows of a stretch are, a code each: read by [`Self::of`] until the next stretch.
    pub(super) fn codes(&mut self, stretch: &Stretch, codes: &mut Vec<u32>) {
        self.of_rows.clear();
        match self.key {
            GroupKey::Severity => {
                codes.clear();
                let mut slots = [None; 256];
                codes.extend(stretch.severities.iter().map(|place| {
                    *slots[usize::from(*place)].get_or_insert_with(|| {
                        let severity = Severity::WORST_FIRST.get(usize::from(*place)).copied();
                        self.slot_of(severity.map_or(GroupValue::None, GroupValue::Severity))
                    })
                }));
            }
            GroupKey::Day => {
                codes.clear();
                codes.extend(stretch.born.iter().map(|born| self.of_time(*born)));
            }
            _ => {
                self.column().gather(&stretch.leads, &0, codes);
                if self.key == GroupKey::Actor {
                    let none = self.slot_of(GroupValue::None);
                    for code in &mut *codes {
                        // Most lists hold tags alone, and are not looked at.
                        let acts = self.tables.observable_kinds.at(*code) & ACTORS != 0;
                        *code = if acts { self.of_list(*code) } else { none };
                    }
                } else {
                    for code in &mut *codes {
                        *code = self.of_list(*code);
                    }
                }
                for at in &stretch.uncommon {
                    if let (Some(code), Some(row)) = (codes.get_mut(*at), stretch.rows.get(*at)) {
                        *code = self.of_records(*row);
                    }
                }
            }
        }
    }

    /// What a code says.
    #[inline]
    pub(super) fn of(&self, code: u32) -> In<'_> {
        if code & SEVERAL == 0 {
            return In::One(code);
        }
        let place = (code & !(SEVERAL | OF_ROW)) as usize;
        let several = if code & OF_ROW == 0 { &self.of_lists } else { &self.of_rows };
        In::Several(several.get(place).map_or(&[], Vec::as_slice))
    }

    /// Has a row that is in several slots stand there once for each: every code is a slot then.
    pub(super) fn spread(&self, codes: &mut Vec<u32>, stretch: &mut Stretch, accounts: &mut Vec<u32>) {
        if codes.iter().fold(0, |all, code| all | code) & SEVERAL == 0 {
            return;
        }
        let (mut slots, mut from) = (Vec::with_capacity(codes.len()), Vec::with_capacity(codes.len()));
        for (code, at) in codes.iter().zip(0usize..) {
            match self.of(*code) {
                In::One(slot) => {
                    slots.push(slot);
                    from.push(at);
                }
                In::Several(several) => {
                    slots.extend(several);
                    from.extend(several.iter().map(|_| at));
                }
            }
        }
        *codes = slots;
        pick(accounts, &from);
        pick(&mut stretch.rows, &from);
        pick(&mut stretch.severities, &from);
        pick(&mut stretch.born, &from);
    }

    #[inline]
    fn of_time(&mut self, born: i64) -> u32 {
        let Some(day) = day(born) else { return self.slot_of(GroupValue::None) };
        let place = usize::try_from(day.rem_euclid(DAYS.into())).unwrap_or_default();
        if self.recent[place].0 != day {
            self.recent[place] = (day, self.slot_of(GroupValue::Day(day)));
        }
        self.recent[place].1
    }

    /// The lists that hold the records' values of the key.
    fn column(&self) -> &'a Column<u32> {
        let records = &self.tables.records;
        match self.key {
            GroupKey::Control => &records.check,
            GroupKey::Type => &records.types,
            GroupKey::Resource => &records.resources,
            GroupKey::Actor => &records.observables,
            _ => &records.origin,
        }
    }

    fn list(&self, record: u32) -> u32 {
        self.column().at(record)
    }

    #[inline]
    fn of_list(&mut self, list: u32) -> u32 {
        match self.by_list.get(list as usize) {
            Some(code @ 1..) => code - 1,
            _ => self.enter(list),
        }
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
            [] => self.slot_of(GroupValue::None),
            [slot] => *slot,
            several => {
                self.of_lists.push(several.to_vec());
                SEVERAL | place(&self.of_lists)
            }
        };
        self.symbols = symbols;
        if let Some(held) = self.by_list.get_mut(list as usize) {
            *held = code + 1;
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
            actors(self.tables.observable_lists.get(list).unwrap_or_default(), &self.kinds, symbols);
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
    fn of_records(&mut self, row: u32) -> u32 {
        let members: &'a [u32] = self.tables.rows.members(row);
        let lead = members.first().map_or(0, |lead| self.list(*lead));
        match self.key {
            // Of all its records.
            GroupKey::Type => {
                let mut found: Vec<u32> = Vec::new();
                for record in members {
                    let code = self.of_list(self.list(*record));
                    match self.of(code) {
                        In::One(slot) => found.push(slot),
                        In::Several(slots) => found.extend(slots),
                    }
                }
                found.sort_unstable();
                found.dedup();
                let none = self.none.wrapping_sub(1);
                if found.len() > 1 {
                    found.retain(|slot| *slot != none);
                }
                self.of_rows.push(found);
                SEVERAL | OF_ROW | place(&self.of_rows)
            }
            // Of all its records too; but principals only where none names an address.
            GroupKey::Actor => {
                let lists = members.iter().map(|record| self.list(*record));
                let all: Vec<u32> = lists
                    .flat_map(|list| self.tables.observable_lists.get(list).unwrap_or_default())
                    .copied()
                    .collect();
                let mut symbols = Vec::new();
                actors(&all, &self.kinds, &mut symbols);
                let mut found: Vec<u32> = symbols.into_iter().map(|symbol| self.symbol(symbol)).collect();
                if found.is_empty() {
                    found.push(self.slot_of(GroupValue::None));
                }
                found.sort_unstable();
                found.dedup();
                self.of_rows.push(found);
                SEVERAL | OF_ROW | place(&self.of_rows)
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

/// Where the last one is.
fn place(all: &[Vec<u32>]) -> u32 {
    u32::try_from(all.len().saturating_sub(1)).unwrap_or_default()
}

/// Those at these places.
fn pick<T: Copy>(values: &mut Vec<T>, from: &[usize]) {
    *values = from.iter().filter_map(|at| values.get(*at).copied()).collect();
}
