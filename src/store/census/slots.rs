//! From rows to the groups they are in: a list of values is turned into slots once, and a row costs a few loads.

use super::super::births::second;
use super::super::column::Column;
use super::super::observables::{ACTORS, actors};
use super::super::tables::{Tables, word};
use super::numbers::{Numbering, Numbers};
use super::stretch::Stretch;
use super::{GroupValue, Kinds, Sym, day, severity_place, text};
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

/// Days that are looked up without a table.
const DAYS: usize = 256;

/// Which slots rows are in. `u32` throughout: dense arrays are looked up for each row.
pub(super) struct Slots<'a> {
    tables: &'a Tables,
    key: GroupKey,
    numbers: Numbers,
    /// By number of a list of values: 0 where it was not seen yet, else its code plus 1.
    by_list: Vec<u32>,
    /// The slots of lists that have several.
    of_lists: Vec<Vec<u32>>,
    /// The same of rows of several records, in the stretch that was read last.
    of_rows: Vec<Vec<u32>>,
    /// Days and their slots as last seen, each at its place among so many: most findings are of a few months.
    recent: [(i64, u32); DAYS],
    kinds: &'a Kinds,
    /// Reused: the symbols of a list; what is known of the lists of a stretch; which of them name who acted, and where.
    symbols: Vec<u32>,
    known: Vec<u32>,
    acting: Vec<(usize, u32)>,
}

impl<'a> Slots<'a> {
    pub(super) fn new(tables: &'a Tables, key: GroupKey, numbering: Numbering, kinds: &'a Kinds) -> Self {
        let lists = match key {
            // Hardly any record shares who acted with another: that is read as it comes.
            GroupKey::Severity | GroupKey::Day | GroupKey::Actor => 0,
            GroupKey::Resource => tables.resources.len(),
            _ => tables.lists.len(),
        };
        Self {
            tables,
            key,
            numbers: Numbers::new(tables, key, numbering),
            by_list: match numbering {
                Numbering::AsMet => vec![0; lists as usize],
                // Resources are three numbers each, the symbol first: most lists have one.
                Numbering::BySymbol => {
                    let mut symbols = tables.resources.firsts::<3>(u32::MAX);
                    for symbol in &mut symbols {
                        *symbol = symbol.wrapping_add(1);
                    }
                    symbols
                }
            },
            of_lists: Vec::new(),
            of_rows: Vec::new(),
            recent: [(i64::MIN, 0); DAYS],
            kinds,
            symbols: Vec::new(),
            known: Vec::new(),
            acting: Vec::new(),
        }
    }

    pub(super) const fn numbers(&self) -> &Numbers {
        &self.numbers
    }

    pub(super) fn into_numbers(self) -> Numbers {
        self.numbers
    }

    /// The slot of a value, which may be new.
    pub(super) fn slot_of(&mut self, value: GroupValue) -> u32 {
        self.numbers.slot(value)
    }

    /// Where the rows of a stretch are, a code each: read by [`Self::of`] until the next stretch.
    pub(super) fn codes(&mut self, stretch: &Stretch, codes: &mut Vec<u32>) {
        self.of_rows.clear();
        match self.key {
            GroupKey::Severity => {
                codes.clear();
                let mut slots = [None; Severity::WORST_FIRST.len() + 1];
                codes.extend(stretch.standing.iter().map(|standing| {
                    let place = severity_place(*standing);
                    *slots[place].get_or_insert_with(|| {
                        let severity = Severity::WORST_FIRST.get(place).copied();
                        self.slot_of(severity.map_or(GroupValue::None, GroupValue::Severity))
                    })
                }));
            }
            GroupKey::Day => {
                codes.clear();
                codes.extend(stretch.born.iter().map(|born| self.of_day(second(*born).map(day))));
                for (at, time) in &stretch.aside {
                    if let Some(code) = codes.get_mut(*at) {
                        *code = self.of_day(Some(day(*time)));
                    }
                }
            }
            _ => {
                self.column().gather(&stretch.leads, &0, codes);
                if self.key == GroupKey::Actor {
                    self.of_actors(codes);
                } else {
                    self.of_all(codes);
                }
                for at in &stretch.uncommon {
                    if let (Some(code), Some(row)) = (codes.get_mut(*at), stretch.rows.get(*at)) {
                        *code = self.of_records(*row);
                    }
                }
            }
        }
    }

    #[inline]
    pub(super) fn of(&self, code: u32) -> In<'_> {
        if code & SEVERAL == 0 {
            return In::One(code);
        }
        let all = if code & OF_ROW == 0 { &self.of_lists } else { &self.of_rows };
        In::Several(all.get((code & !(SEVERAL | OF_ROW)) as usize).map_or(&[], |slots| slots))
    }

    #[inline]
    fn of_day(&mut self, day: Option<i64>) -> u32 {
        let Some(day) = day else { return self.slot_of(GroupValue::None) };
        let place = usize::from(day.to_le_bytes()[0]);
        if self.recent[place].0 != day {
            self.recent[place] = (day, self.slot_of(GroupValue::Day(day)));
        }
        self.recent[place].1
    }

    /// From lists to codes: those that were seen before, which mostly is all, then the others.
    fn of_all(&mut self, codes: &mut [u32]) {
        let mut known = std::mem::take(&mut self.known);
        known.clear();
        known.extend(codes.iter().map(|list| self.by_list.get(*list as usize).copied().unwrap_or_default()));
        if known.iter().fold(0, |any, held| any | u32::from(*held == 0)) != 0 {
            for code in &mut *codes {
                *code = self.of_list(*code);
            }
        } else {
            codes.iter_mut().zip(&known).for_each(|(code, held)| *code = held - 1);
        }
        self.known = known;
    }

    /// From lists of observables to codes. Most lists hold tags alone, and are not looked at.
    fn of_actors(&mut self, codes: &mut [u32]) {
        let none = self.slot_of(GroupValue::None);
        let mut acting = std::mem::take(&mut self.acting);
        acting.clear();
        acting.resize(codes.len() + 1, (0, 0));
        let mut count = 0;
        // Without a branch: which lists name somebody is anybody's guess.
        for (at, code) in codes.iter_mut().enumerate() {
            acting[count] = (at, *code);
            count += usize::from(self.kinds_of(*code) & ACTORS != 0);
            *code = none;
        }
        for (at, list) in acting.iter().take(count) {
            codes[*at] = self.of_actor(*list);
        }
        self.acting = acting;
    }

    #[inline]
    fn kinds_of(&self, list: u32) -> u8 {
        self.kinds.of_list.get(list as usize).copied().unwrap_or_default()
    }

    /// Of a list that names who acted, which mostly is one.
    fn of_actor(&mut self, list: u32) -> u32 {
        let mut symbols = std::mem::take(&mut self.symbols);
        symbols.clear();
        self.read(list, &mut symbols);
        let code = if let [symbol] = symbols.as_slice() {
            self.symbol(*symbol)
        } else {
            let found = symbols.iter().map(|symbol| self.symbol(*symbol)).collect();
            self.of_row(found)
        };
        self.symbols = symbols;
        code
    }

    /// A code for these slots, until the next stretch.
    fn of_row(&mut self, mut found: Vec<u32>) -> u32 {
        if found.is_empty() {
            found.push(self.slot_of(GroupValue::None));
        }
        found.sort_unstable();
        found.dedup();
        self.of_rows.push(found);
        SEVERAL | OF_ROW | place(&self.of_rows)
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
        match self.numbers.known(symbol) {
            Some(slot) => slot,
            None if text(self.tables, self.key, symbol).is_none() => self.slot_of(GroupValue::None),
            None => self.slot_of(GroupValue::Text(Sym(symbol))),
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
            actors(observables, self.kinds_of(list), &self.kinds.of_one, symbols);
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
                if found.len() > 1 {
                    let none = self.slot_of(GroupValue::None);
                    found.retain(|slot| *slot != none);
                }
                self.of_rows.push(found);
                SEVERAL | OF_ROW | place(&self.of_rows)
            }
            // Of all its records too; but principals only where none names an address.
            GroupKey::Actor => {
                let (mut all, mut held, mut symbols) = (Vec::new(), 0, Vec::new());
                for list in members.iter().map(|record| self.list(*record)) {
                    all.extend_from_slice(self.tables.observable_lists.get(list).unwrap_or_default());
                    held |= self.kinds_of(list);
                }
                actors(&all, held, &self.kinds.of_one, &mut symbols);
                let found = symbols.into_iter().map(|symbol| self.symbol(symbol)).collect();
                self.of_row(found)
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
