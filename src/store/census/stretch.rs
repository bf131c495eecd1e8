//! Rows that are counted together, and what they are counted by, side by side: looked up row by row, these columns would
//! be most of the time.

use super::super::births::{ASIDE, NEVER};
use super::super::tables::{MANY, NO_ROW, Rows};

#[derive(Debug, Default)]
pub(super) struct Stretch {
    pub(super) rows: Vec<u32>,
    /// The leading record of each.
    pub(super) leads: Vec<u32>,
    /// Places of those that have several records, or none.
    pub(super) uncommon: Vec<usize>,
    /// Standing and severity, as the table of rows has them.
    pub(super) standing: Vec<u8>,
    /// Codes of births; [`NEVER`] for those that stand aside.
    pub(super) born: Vec<u32>,
    /// The places and times of those.
    pub(super) aside: Vec<(usize, i64)>,
}

/// Rows of a stretch: what is held of them stays in the nearest cache.
const ROWS: usize = if cfg!(test) { 7 } else { 512 };

impl Stretch {
    /// Takes the next rows. False when there are no more.
    pub(super) fn next(&mut self, tables: &Rows, rows: &mut roaring::bitmap::Iter<'_>) -> bool {
        self.rows.resize(ROWS, 0);
        let taken = rows.next_many(&mut self.rows).len();
        self.rows.truncate(taken);
        tables.members.gather(&self.rows, &NO_ROW, &mut self.leads);
        tables.standing.gather(&self.rows, &0, &mut self.standing);
        tables.born.gather(&self.rows, &mut self.born);
        self.aside.clear();
        if self.born.iter().fold(0, |any, code| any | u32::from(*code == ASIDE)) != 0 {
            for (at, (code, row)) in self.born.iter_mut().zip(&self.rows).enumerate().filter(|(_, (c, _))| **c == ASIDE)
            {
                self.aside.push((at, tables.born.get(*row)));
                *code = NEVER;
            }
        }
        self.uncommon.clear();
        if self.leads.iter().fold(0, |all, lead| all | lead) & MANY != 0 {
            for (at, (lead, row)) in self.leads.iter_mut().zip(&self.rows).enumerate() {
                if *lead & MANY != 0 {
                    self.uncommon.push(at);
                    *lead = tables.members(*row).first().copied().unwrap_or(NO_ROW);
                }
            }
        }
        taken > 0
    }
}
