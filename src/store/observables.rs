//! Observables: who, from where, over what. Each distinct one is kept once, each list of them once; most records have
//! the empty list, and so cost four bytes.

use roaring::RoaringBitmap;

use super::Row;
use super::bits::Bits;
use super::scan::{Sym, SymSet};
use super::tables::{NO_ROW, Tables};
use crate::model::ObservableKind;

/// Appends an observable as one text: its kind as a letter, then its value. Distinct texts are distinct observables.
pub(super) fn write(kind: ObservableKind, value: &str, text: &mut String) {
    text.push(letter(kind));
    text.push_str(value);
}

const fn letter(kind: ObservableKind) -> char {
    match kind {
        ObservableKind::Ip => 'i',
        ObservableKind::Country => 'n',
        ObservableKind::Principal => 'p',
        ObservableKind::AccessKey => 'k',
        ObservableKind::Port => 'o',
        ObservableKind::Cve => 'v',
        ObservableKind::Tag => 't',
    }
}

/// What lists are marked with that have one of this kind.
pub(super) const fn bit(kind: ObservableKind) -> u8 {
    1 << kind as u8
}

/// Of these, who acted: the addresses, or where there are none the principals. `held` says what kinds are among them,
/// `kinds` is [`Tables::kinds_of_observables`].
#[inline]
pub(super) fn actors(observables: &[u32], held: u8, kinds: &[u8], actors: &mut Vec<u32>) {
    const IP: u8 = bit(ObservableKind::Ip);
    let wanted = if held & IP == 0 { bit(ObservableKind::Principal) } else { IP };
    actors.extend(observables.iter().filter(|at| kinds.get(**at as usize) == Some(&wanted)));
}

/// Of who acted.
pub(super) const ACTORS: u8 = bit(ObservableKind::Ip) | bit(ObservableKind::Principal);

fn kind(first: char) -> Option<ObservableKind> {
    ObservableKind::ALL.into_iter().find(|kind| letter(*kind) == first)
}

fn read(text: &str) -> Option<(ObservableKind, &str)> {
    let mut letters = text.chars();
    let kind = kind(letters.next()?)?;
    Some((kind, letters.as_str()))
}

impl Tables {
    fn observables_of(&self, record: u32) -> &[u32] {
        self.observable_lists.get(self.records.observables.at(record)).unwrap_or_default()
    }

    pub(super) fn observable(&self, at: u32) -> Option<(ObservableKind, &str)> {
        self.observables.get(at).and_then(read)
    }

    /// What each observable is of, as [`bit`]: for loops that would read many texts for their first letter.
    pub(super) fn kinds_of_observables(&self) -> Vec<u8> {
        let bits: [u8; 256] = std::array::from_fn(|letter| {
            let letter = u8::try_from(letter).map_or(char::MAX, char::from);
            kind(letter).map_or(0, bit)
        });
        self.observables.letters().map(|letter| bits[usize::from(letter)]).collect()
    }

    /// The distinct values of a kind that records have, or have had.
    pub(super) fn observed(&self, kind: ObservableKind) -> impl Iterator<Item = (Sym, &str)> {
        let mark = letter(kind);
        self.observables.iter().filter_map(move |(at, text)| Some((Sym(at), text.strip_prefix(mark)?)))
    }

    /// Adds the rows of which some record has one of these.
    pub(super) fn scan_observed(&self, values: &SymSet, rows: &mut RoaringBitmap) {
        let wanted = Bits::of(values, self.observables.len());
        let kinds = values.iter().filter_map(|at| self.observable(at)).fold(0, |kinds, (kind, _)| kinds | bit(kind));
        let mut lists = Bits::new(self.observable_lists.len());
        // Most lists hold tags alone, and need not be read for anything else.
        for (at, _) in (0u32..).zip(self.observable_kinds.iter()).filter(|(_, held)| **held & kinds != 0) {
            if self.observable_lists.get(at).is_some_and(|list| list.iter().any(|value| wanted.has(*value))) {
                lists.insert(at);
            }
        }
        let mut found = Bits::new(self.rows.members.len());
        for (list, row) in self.records.observables.iter().zip(self.records.row.iter()) {
            if *list != 0 && *row != NO_ROW && lists.has(*list) {
                found.insert(*row);
            }
        }
        found.add_to(rows);
    }

    /// Each value of a kind with how many rows have it, in the order of the values.
    pub(super) fn observed_counts(&self, kind: ObservableKind) -> Vec<(&str, u64)> {
        let mut counts = vec![0_u64; self.observables.len() as usize];
        for row in 0..self.rows.members.len() {
            let count = |at: u32| {
                if let Some(count) = counts.get_mut(at as usize) {
                    *count += 1;
                }
            };
            match self.rows.members(row) {
                [record] => self.observables_of(*record).iter().copied().for_each(count),
                members => self.observables_of_all(members).into_iter().for_each(count),
            }
        }
        let counted = self.observed(kind).map(|(sym, value)| (value, counts.get(sym.0 as usize).copied().unwrap_or(0)));
        let mut counted: Vec<(&str, u64)> = counted.filter(|(_, count)| *count > 0).collect();
        counted.sort_unstable();
        counted
    }

    /// Of several records, each once.
    fn observables_of_all(&self, members: &[u32]) -> Vec<u32> {
        let mut all: Vec<u32> = members.iter().flat_map(|record| self.observables_of(*record)).copied().collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl<'a> Row<'a> {
    /// Of all its records, each once, by kind and then by value.
    pub fn observables(&self) -> impl Iterator<Item = (ObservableKind, &'a str)> + use<'a> {
        let tables = self.tables;
        let all = tables.observables_of_all(self.members);
        let mut all: Vec<(ObservableKind, &'a str)> = all.into_iter().filter_map(|at| tables.observable(at)).collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// Somebody wrote a note on one of its records.
    #[must_use]
    pub fn noted(&self) -> bool {
        self.members.iter().any(|record| self.tables.state(*record).noted)
    }
}
