//! A record that becomes a row of its own, as nearly all do while findings stream in.
//!
//! In: a record whose columns are written. Out: its row, with what the bitmaps are to say of it waiting to be entered
//! ([`Newcomers`](super::posting::Newcomers)). Nothing is compared, since there is no row before.

use super::fold::Entry;
use super::posting::Standing;
use super::tables::{NO_TIME, State, Tables, word};
use super::{Field, Store};
use crate::model::Service;

impl Store {
    /// Makes a record a row of its own: what most records become, so nothing is read that the record's own lists do not
    /// say.
    pub(super) fn newcomer(&mut self, record: u32, entry: Entry) {
        let Self { tables, postings, newcomers, .. } = self;
        let row = tables.rows.members.len();
        tables.records.row.set(record, row);
        tables.rows.members.push(record);
        self.folds.insert(tables, row, entry);
        let state = tables.state(record);
        let (standing, severity) = (state.standing(), state.severity_slot());
        let open = (standing == Standing::Open).then_some(severity);
        tables.values_of_one(record, &state, |field, value| {
            if let Some(index) = postings.get_mut(field as usize) {
                index.wait(value, row, open);
            }
        });
        newcomers.enter(row, standing);
        if standing == Standing::Open {
            let mut resources = std::mem::take(&mut self.after.resources);
            resources.clear();
            resources.extend(tables.resources(record).iter().map(|[id, ..]| *id));
            resources.sort_unstable();
            resources.dedup();
            tables.bitmaps.count_resources(&resources, severity, u32::wrapping_add);
            self.after.resources = resources;
        }
        let born = tables.born_of_one(record);
        tables.rows.write(row, standing, severity, born);
        if newcomers.are_many() {
            self.settle_newcomers();
        }
    }

    pub(super) fn settle_newcomers(&mut self) {
        self.tables.bitmaps.settle(&mut self.postings, &mut self.newcomers);
    }
}

impl Tables {
    /// The values of a record that is a row by itself, some perhaps twice: each list is looked up once.
    pub(super) fn values_of_one(&self, record: u32, state: &State, mut add: impl FnMut(Field, u32)) {
        let mut add = |field: Field, word: u32| {
            if word != word::NONE {
                add(field, word);
            }
        };
        let [_, product, account, region] = self.origin(record);
        let (control, standards) = self.check(record);
        add(Field::Severity, state.severity.map_or(word::NONE, |severity| word::INFORMATIONAL + severity as u32));
        add(Field::Product, product);
        add(Field::Account, account);
        add(Field::Region, region);
        add(Field::Workflow, state.workflow);
        add(Field::RecordState, state.record_state);
        add(Field::Compliance, state.compliance);
        add(Field::Control, control);
        for word in standards {
            add(Field::Standard, *word);
        }
        for word in self.list(self.records.types.at(record)) {
            add(Field::Type, *word);
        }
        for [_, kind, _] in self.resources(record) {
            add(Field::ResourceType, *kind);
        }
        let seen = self.records.seen.at(record);
        let services = Service::ALL.into_iter().filter(|service| seen & (1 << *service as u32) != 0);
        services.for_each(|service| add(Field::Source, word::SERVICE + service as u32));
        add(Field::Sample, if state.sample { word::TRUE } else { word::NONE });
        add(Field::Note, if state.noted { word::TRUE } else { word::NONE });
    }

    /// First seen, else created, in seconds.
    pub(super) fn born_of_one(&self, record: u32) -> i64 {
        let time = |which: usize| self.records.times[which].get(record).copied().filter(|time| *time != NO_TIME);
        time(2).or_else(|| time(0)).map_or(NO_TIME, |micros| micros.div_euclid(1_000_000))
    }
}
