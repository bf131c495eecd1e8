//! Keeps the difference to the mark up to date, from snapshot to snapshot.
//!
//! A record's number never changes its identity, so each record is looked up in the mark once; a pass after that is
//! over a few bytes a row.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::mark::{Mark, Whole, identity, rank};
use super::{Change, Changed, Hole, HoleKind, Since, TOP};
use crate::model::{Scope, Service};
use crate::store::posting::{SLOTS, Standing};
use crate::store::tables::Tables;
use crate::store::{RowId, Snapshot};

/// The place in the mark of each record, as far as they have been looked up.
#[derive(Debug, Default)]
pub(in crate::store) struct Track {
    mark: Option<Arc<Mark>>,
    /// By record: the finding of then plus one, 0 for none.
    owners: Vec<u32>,
}

/// Looked up, and not in the mark.
const NONE: u32 = 0;

impl Track {
    /// The difference of this snapshot to the mark; none without a mark.
    pub(in crate::store) fn since(&mut self, snapshot: &Snapshot, mark: Option<&Arc<Mark>>) -> Option<Since> {
        let same = match (&self.mark, mark) {
            (Some(held), Some(new)) => Arc::ptr_eq(held, new),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.mark = mark.map(Arc::clone);
            self.owners.clear();
        }
        let mark = self.mark.as_ref()?;
        look_up(&snapshot.tables, mark, &mut self.owners);
        Some(Pass::over(snapshot, mark, &self.owners))
    }
}

fn look_up(tables: &Tables, mark: &Mark, owners: &mut Vec<u32>) {
    let mut buffer = String::new();
    for record in u32::try_from(owners.len()).unwrap_or(u32::MAX)..tables.records.row.len() {
        let owner = mark.owner(identity(tables, record, &mut buffer));
        owners.push(owner.map_or(NONE, |owner| owner + 1));
    }
}

/// Which scopes were and are whole, by the store's numbers.
struct Scopes<'a> {
    all: &'a [Arc<Scope>],
    then: Vec<Whole>,
}

impl<'a> Scopes<'a> {
    fn of(tables: &'a Tables, mark: &Mark) -> Self {
        let all = &*tables.facts.scopes;
        Self { all, then: all.iter().map(|scope| mark.whole(scope)).collect() }
    }
}

struct Pass<'a> {
    tables: &'a Tables,
    mark: &'a Arc<Mark>,
    owners: &'a [u32],
    scopes: Scopes<'a>,
    changed: [Vec<u32>; 4],
    /// By finding of then: one of its records is there now.
    there: Vec<bool>,
    holes: BTreeMap<(Arc<Scope>, HoleKind), u64>,
}

impl<'a> Pass<'a> {
    fn over(snapshot: &'a Snapshot, mark: &'a Arc<Mark>, owners: &'a [u32]) -> Since {
        let tables = &snapshot.tables;
        let mut pass = Self {
            tables,
            mark,
            owners,
            scopes: Scopes::of(tables, mark),
            changed: Default::default(),
            there: vec![false; mark.rows.len()],
            holes: BTreeMap::new(),
        };
        for (row, standing) in (0u32..).zip(tables.rows.standing.iter()) {
            if usize::from(*standing) / SLOTS != Standing::Gone as usize {
                pass.row(row, *standing);
            }
        }
        let gone = pass.gone(snapshot);
        let Self { changed, holes, .. } = pass;
        Since {
            mark: Arc::clone(mark),
            changed: changed.map(|mut rows| {
                rows.retain(|row| snapshot.shows(*row));
                listed(snapshot, &rows)
            }),
            gone,
            holes: holes.into_iter().map(|((scope, kind), findings)| Hole { scope, kind, findings }).collect(),
        }
    }

    fn row(&mut self, row: u32, standing: u8) {
        let open = usize::from(standing) / SLOTS == Standing::Open as usize;
        let (mut known, mut was_open, mut was_rank) = (false, false, 0);
        for record in self.tables.rows.members(row) {
            let Some(place) = self.owners.get(*record as usize).and_then(|owner| owner.checked_sub(1)) else {
                continue;
            };
            let (Some(then), Some(there)) = (self.mark.rows.get(place as usize), self.there.get_mut(place as usize))
            else {
                continue;
            };
            *there = true;
            known = true;
            was_open |= then.is_open();
            was_rank = was_rank.max(then.rank());
        }
        let change = match (known, was_open, open) {
            (false, _, true) => match self.newness(row) {
                None => Change::New,
                Some(scope) => {
                    *self.holes.entry((scope, HoleKind::NotThen)).or_default() += 1;
                    return;
                }
            },
            (true, false, true) => Change::Back,
            (true, true, true) if rank(standing) > was_rank => Change::Worse,
            (true, true, false) => Change::Closed,
            _ => return,
        };
        if let Some(rows) = self.changed.get_mut(change as usize) {
            rows.push(row);
        }
    }

    /// `None` when a source that was whole at the mark brought it, so that it is new; else the scope that brought it.
    fn newness(&self, row: u32) -> Option<Arc<Scope>> {
        let scopes = self.tables.rows.members(row).iter().map(|record| self.tables.records.seen.at(*record) >> 8);
        let mut unsure = None;
        for scope in scopes {
            match self.scopes.then.get(scope as usize) {
                Some(Whole::Yes) => return None,
                _ => unsure = unsure.or_else(|| self.scopes.all.get(scope as usize).map(Arc::clone)),
            }
        }
        unsure
    }

    fn gone(&mut self, snapshot: &Snapshot) -> Vec<u32> {
        let now: Vec<Whole> = self
            .mark
            .scopes
            .iter()
            .map(|(scope, _)| {
                let status = snapshot.sources().iter().find(|status| status.scope == *scope);
                status.map_or(Whole::No, |status| Whole::of(&status.state))
            })
            .collect();
        // What is new in a source that is not whole cannot be told either, whatever it had then.
        for status in snapshot.sources() {
            if status.scope.service != Service::Standards && Whole::of(&status.state) == Whole::No {
                self.holes.entry((Arc::clone(&status.scope), HoleKind::NotNow)).or_default();
            }
        }
        let mut gone = Vec::new();
        for ((place, then), there) in (0u32..).zip(&self.mark.rows).zip(&self.there) {
            if *there || !then.is_open() {
                continue;
            }
            match (now.get(usize::from(then.scope)), self.mark.scopes.get(usize::from(then.scope))) {
                (Some(Whole::Yes), _) => gone.push(place),
                (_, Some((scope, _))) => {
                    *self.holes.entry((Arc::clone(scope), HoleKind::NotNow)).or_default() += 1;
                }
                _ => {}
            }
        }
        gone.sort_by_key(|place| Reverse(self.mark.rows.get(*place as usize).map(|then| then.rank())));
        gone
    }
}

/// The rows as a set, with the worst and newest of them in order.
fn listed(snapshot: &Snapshot, rows: &[u32]) -> Changed {
    let key = |row: &u32| {
        let id = RowId(*row);
        (Reverse(snapshot.severity_rank(id)), Reverse(snapshot.born_seconds(id)), *row)
    };
    let mut top = rows.to_vec();
    if top.len() > TOP {
        top.select_nth_unstable_by_key(TOP, key);
        top.truncate(TOP);
    }
    top.sort_unstable_by_key(key);
    let mut by_rank = [0; SLOTS];
    for row in rows {
        if let Some(count) = by_rank.get_mut(usize::from(snapshot.severity_rank(RowId(*row)))) {
            *count += 1;
        }
    }
    Changed { rows: rows.iter().copied().collect(), by_rank, top: top.into_iter().map(RowId).collect() }
}
