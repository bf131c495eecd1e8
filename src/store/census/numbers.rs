//! The numbers of groups, their slots: dense, so that what is counted of a group is found without searching.
//!
//! In: values. Out: a slot for each, and the values by slot. Mostly values are numbered as they are met. Where nearly
//! all that there are will be met, as a million findings meet their resources, their symbols are their slots: nothing is
//! looked up, and two threads agree without a word.

use rustc_hash::FxHashMap;

use super::super::tables::Tables;
use super::{GroupValue, Sym};
use crate::model::{GroupKey, Severity};

/// How values get their slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbering {
    AsMet,
    /// Of resources alone: as the ids of resources are numbered.
    BySymbol,
}

pub(super) enum Numbers {
    AsMet(Met),
    BySymbol(Values),
}

/// Slots of values as they were met: 0 where a value was not met yet, else its slot plus 1.
pub(super) struct Met {
    by_symbol: Vec<u32>,
    by_day: FxHashMap<i64, u32>,
    by_severity: [u32; Severity::WORST_FIRST.len()],
    none: u32,
    values: Vec<GroupValue>,
}

/// The values by slot.
#[derive(Debug, Clone)]
pub(super) enum Values {
    Met(Vec<GroupValue>),
    /// Each symbol has its own slot. That of the empty text is that of no value; where there is none, it comes last.
    Symbols {
        slots: u32,
        none: u32,
    },
}

impl Default for Values {
    fn default() -> Self {
        Self::Met(Vec::new())
    }
}

impl Values {
    pub(super) fn get(&self, slot: u32) -> Option<GroupValue> {
        match self {
            Self::Met(values) => values.get(slot as usize).copied(),
            Self::Symbols { none, .. } if slot == *none => Some(GroupValue::None),
            Self::Symbols { slots, .. } => (slot < *slots).then_some(GroupValue::Text(Sym(slot))),
        }
    }

    pub(super) fn find(&self, value: GroupValue) -> Option<u32> {
        match (self, value) {
            (Self::Met(values), _) => u32::try_from(values.iter().position(|held| *held == value)?).ok(),
            (Self::Symbols { none, .. }, GroupValue::None) => Some(*none),
            (Self::Symbols { slots, none }, GroupValue::Text(Sym(symbol))) => {
                (symbol < *slots && symbol != *none).then_some(symbol)
            }
            _ => None,
        }
    }
}

impl Numbers {
    pub(super) fn new(tables: &Tables, key: GroupKey, numbering: Numbering) -> Self {
        if numbering == Numbering::BySymbol {
            let symbols = tables.resource_ids.len();
            let none = tables.resource_ids.empty().unwrap_or(symbols);
            return Self::BySymbol(Values::Symbols { slots: symbols.max(none + 1), none });
        }
        let symbols = match key {
            GroupKey::Severity | GroupKey::Day => 0,
            GroupKey::Resource => tables.resource_ids.len(),
            GroupKey::Actor => tables.observables.len(),
            _ => tables.strings.len(),
        };
        Self::AsMet(Met {
            by_symbol: vec![0; symbols as usize],
            by_day: FxHashMap::default(),
            by_severity: [0; Severity::WORST_FIRST.len()],
            none: 0,
            values: Vec::new(),
        })
    }

    /// How many slots there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::AsMet(met) => met.values.len(),
            Self::BySymbol(Values::Symbols { slots, .. }) => *slots as usize,
            Self::BySymbol(Values::Met(values)) => values.len(),
        }
    }

    /// The slot of a value, which may be new.
    pub(super) fn slot(&mut self, value: GroupValue) -> u32 {
        match self {
            Self::AsMet(met) => met.slot(value),
            Self::BySymbol(values) => values.find(value).unwrap_or(u32::MAX),
        }
    }

    /// The slot of a symbol, where it is known without looking at its text.
    #[inline]
    pub(super) fn known(&self, symbol: u32) -> Option<u32> {
        match self {
            Self::AsMet(met) => met.by_symbol.get(symbol as usize).and_then(|held| held.checked_sub(1)),
            Self::BySymbol(_) => Some(symbol),
        }
    }

    /// The values in the order of their slots, where they were numbered as they were met.
    pub(super) fn met(&self) -> Option<&[GroupValue]> {
        match self {
            Self::AsMet(met) => Some(&met.values),
            Self::BySymbol(_) => None,
        }
    }

    pub(super) fn into_values(self) -> Values {
        match self {
            Self::AsMet(met) => Values::Met(met.values),
            Self::BySymbol(values) => values,
        }
    }
}

impl Met {
    fn slot(&mut self, value: GroupValue) -> u32 {
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
}
