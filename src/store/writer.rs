//! The writing side: takes updates, keeps the tables, publishes snapshots.
//!
//! **Which version of a record is held.** The newest `UpdatedAt`. At the same `UpdatedAt` with another content (a
//! workflow edit does not move `UpdatedAt`) the later arrival, for only the order of arrival tells; but among files,
//! and within one sweep, where that order means nothing, the greater content hash, so that any order gives the same
//! store. An older version never replaces a newer one.

use std::sync::Arc;

use bytes::Bytes;

use super::cached::Meaning;
use super::column::Column;
use super::fold::{Entry, FoldIndex};
use super::intake::Delivery;
use super::posting::{Facets, Newcomers, PostingIndex};
use super::raw::{Place, RawStore};
use super::row::time;
use super::shape::Indexes;
use super::sightings::Sightings;
use super::tables::{MANY, NO_ROW, NO_TIME, Tables};
use super::witness::{Before, Seat};
use super::{Applied, Field, Lens, Row, RowId, Snapshot, facts};
use crate::model::{Scope, Service, Update, scope::SweepId};

/// The one writer. Everything that readers need is in `tables`; the rest finds things.
#[derive(Debug)]
pub struct Store {
    pub(super) version: u64,
    pub(super) tables: Tables,
    pub(super) indexes: Indexes,
    pub(super) folds: FoldIndex,
    pub(super) postings: Vec<PostingIndex>,
    pub(super) newcomers: Newcomers,
    pub(super) sightings: Sightings,
    pub(super) raw: RawStore,
    /// By record: the hash of the raw bytes held.
    pub(super) contents: Column<u64>,
    pub(super) told: facts::Told,
    pub(super) before: Facets,
    pub(super) after: Facets,
    pub(super) finding: super::image::Finding,
    pub(super) witness: Seat,
    pub(super) lens: Option<Lens>,
}

impl Default for Store {
    fn default() -> Self {
        Self::new()
    }
}

impl Store {
    #[must_use]
    pub fn new() -> Self {
        let mut tables = Tables::default();
        let indexes = Indexes::new(&mut tables);
        Self {
            version: 0,
            tables,
            indexes,
            folds: FoldIndex::default(),
            postings: Field::ALL.iter().map(|_| PostingIndex::default()).collect(),
            newcomers: Newcomers::default(),
            sightings: Sightings::default(),
            raw: RawStore::default(),
            contents: Column::default(),
            told: facts::Told::default(),
            before: Facets::default(),
            after: Facets::default(),
            finding: super::image::Finding::Now,
            witness: Seat::default(),
            lens: None,
        }
    }

    /// Takes one update. Nothing fails: what cannot be taken is named in [`Applied::rejected`].
    pub fn apply(&mut self, update: Update) -> Applied {
        let mut applied = Applied::default();
        self.awaken();
        match update {
            Update::Records(batch) => self.batch(&batch, &mut applied),
            Update::SweepEnded { scope, sweep } => self.sweep_ended(&scope, sweep, &mut applied),
            Update::Status(status) => {
                let scope = Arc::clone(&status.scope);
                if self.told.status(*status) == Meaning::Confirmed {
                    self.confirmed(&scope, &mut applied);
                }
            }
            Update::Asked(scopes) => self.asked(&scopes, &mut applied),
            Update::Standards { scope, standards } => self.told.standards(scope, standards),
            Update::Accounts(accounts) => {
                for (account, name) in accounts {
                    let from = facts::NameFrom::Organization;
                    self.told.account(&account, &name, from, &mut self.indexes, &mut self.tables);
                }
            }
        }
        applied
    }

    /// No finding has come yet.
    pub(super) const fn is_empty(&self) -> bool {
        self.tables.rows.members.len() == 0
    }

    pub(super) fn snapshot(&mut self) -> Snapshot {
        self.version += 1;
        self.told.publish(&mut self.tables);
        self.settle_newcomers();
        self.tables.raw = self.raw.view.clone();
        super::lens::look(self.lens.as_ref(), Snapshot::of(self.version, self.tables.clone()))
    }

    pub(super) fn scope(&mut self, scope: &Arc<Scope>) -> u32 {
        let (number, new) = self.sightings.number(scope);
        if new {
            Arc::make_mut(&mut self.tables.facts).scopes.push(Arc::clone(scope));
        }
        number
    }

    pub(super) fn again(&mut self, record: u32, delivery: &Delivery<'_>, applied: &mut Applied) {
        let replaces = self.replaces(record, delivery);
        let seen = self.sightings.see(record, delivery.sight, &self.tables.facts.scopes);
        let same_seen = self.tables.records.seen.at(record) == seen;
        if !replaces {
            if !same_seen {
                self.change_in_place(record, |store| store.tables.records.seen.set(record, seen));
                applied.changed += 1;
            }
            return;
        }
        let held = self.tables.records.times[1].get(record).copied();
        let before = Before { held: self.raw.view.held(self.tables.records.place.at(record)), updated_at: time(held) };
        self.tell(record, delivery, Some(before));
        self.replace_raw(record, delivery.bytes);
        self.contents.set(record, delivery.content);
        let old = self.tables.records.shape(record);
        let new = &delivery.shape;
        let folds_same = old.resources == new.resources
            && old.origin == new.origin
            && self.tables.list(old.check).first() == self.tables.list(new.check).first();
        if folds_same {
            self.change_in_place(record, |store| {
                store.tables.records.seen.set(record, seen);
                store.tables.records.write(record, new);
            });
        } else {
            self.detach(record);
            self.tables.records.seen.set(record, seen);
            self.tables.records.write(record, new);
            let entry = self.folds.entry(&self.tables.key(record));
            self.attach(record, entry);
        }
        applied.changed += 1;
    }

    /// See the top of this file.
    fn replaces(&self, record: u32, delivery: &Delivery<'_>) -> bool {
        let held = self.tables.records.times[1].get(record).copied().unwrap_or(NO_TIME);
        let new = delivery.shape.times[1];
        let content = self.contents.at(record);
        if new != held || content == delivery.content {
            return new > held;
        }
        let unordered = delivery.scope.service == Service::File
            || delivery.sight.sweep.is_some_and(|start| self.sightings.last(record) >= start);
        !unordered || delivery.content > content
    }

    pub(super) fn tell(&mut self, record: u32, delivery: &Delivery<'_>, before: Option<Before>) {
        let now = (delivery.scope, time(Some(delivery.shape.times[1])), delivery.bytes);
        self.witness.tell(&self.tables, record, now, before);
    }

    fn replace_raw(&mut self, record: u32, bytes: &Bytes) {
        let old = self.tables.records.place.at(record);
        let place = self.raw.push(record, bytes);
        self.tables.records.place.set(record, place);
        self.bury(old);
    }

    /// The record at this place is dead; its block is packed again when most of it is.
    fn bury(&mut self, place: Place) {
        self.raw.kill(place);
        let places = &self.tables.records.place;
        for (record, bytes) in self.raw.compact(place, |owner| places.at(owner)) {
            let place = self.raw.push(record, &bytes);
            self.tables.records.place.set(record, place);
        }
    }

    fn sweep_ended(&mut self, scope: &Arc<Scope>, sweep: SweepId, applied: &mut Applied) {
        let number = self.scope(scope);
        let start = self.sightings.ended(sweep);
        self.forget(number, start, applied);
    }

    /// Takes a record out. True when its row went with it.
    pub(super) fn remove(&mut self, record: u32) -> bool {
        let last = self.detach(record);
        let hash = self.tables.id_hash(record);
        self.tables.ids.remove(hash, record);
        let place = self.tables.records.place.at(record);
        self.tables.records.place.set(record, Place::NOWHERE);
        self.bury(place);
        last
    }

    /// Changes a record that stays in its row.
    pub(super) fn change_in_place(&mut self, record: u32, change: impl FnOnce(&mut Self)) {
        let row = self.tables.records.row.at(record);
        self.read(row, Side::Before);
        change(self);
        let mut members = self.tables.rows.members(row).to_vec();
        members.sort_by(|a, b| self.tables.lead_order(*a, *b));
        self.set_members(row, &members);
        self.settle(row);
    }

    /// Puts a record that is in no row into its row. True when the row is new.
    pub(super) fn attach(&mut self, record: u32, entry: Entry) -> bool {
        let Some(row) = self.folds.find(&self.tables, record, entry) else {
            self.newcomer(record, entry);
            return true;
        };
        self.read(row, Side::Before);
        self.tables.records.row.set(record, row);
        let mut members = self.tables.rows.members(row).to_vec();
        members.push(record);
        members.sort_by(|a, b| self.tables.lead_order(*a, *b));
        self.set_members(row, &members);
        self.settle(row);
        false
    }

    /// Takes a record out of its row. True when the row is left without records, and so gone.
    fn detach(&mut self, record: u32) -> bool {
        let row = self.tables.records.row.at(record);
        self.read(row, Side::Before);
        let mut members = self.tables.rows.members(row).to_vec();
        members.retain(|member| *member != record);
        if members.is_empty() {
            self.folds.remove(&self.tables, row, record);
        }
        self.set_members(row, &members);
        self.tables.records.row.set(record, NO_ROW);
        self.settle(row);
        members.is_empty()
    }

    fn set_members(&mut self, row: u32, members: &[u32]) {
        let rows = &mut self.tables.rows;
        let held = rows.members.at(row);
        match members {
            [] => rows.members.set(row, NO_ROW),
            [record] => rows.members.set(row, *record),
            _ if held != NO_ROW && held & MANY != 0 => {
                if rows.members(row) != members {
                    rows.groups.set(held & !MANY, members.into());
                }
            }
            _ => {
                rows.members.set(row, MANY | rows.groups.len());
                rows.groups.push(members.into());
            }
        }
    }

    fn read(&mut self, row: u32, side: Side) {
        let facets = match side {
            Side::Before => &mut self.before,
            Side::After => &mut self.after,
        };
        match Row::of(&self.tables, RowId(row)) {
            Some(row) => row.facets(facets),
            None => facets.clear(),
        }
    }

    /// Brings the bitmaps, counts and numbers of a row up to date with its records.
    fn settle(&mut self, row: u32) {
        self.settle_newcomers();
        self.read(row, Side::After);
        self.tables.bitmaps.change(&mut self.postings, row, &mut self.before, &mut self.after);
        let born = Row::of(&self.tables, RowId(row)).map_or(NO_TIME, |row| row.born());
        self.tables.rows.write(row, self.after.standing, self.after.severity, born);
    }
}

/// A row before a change, and after it.
#[derive(Debug, Clone, Copy)]
enum Side {
    Before,
    After,
}
