//! From a decoded finding to the numbers that the columns keep.

use jiff::Timestamp;

use super::arena::{Arena, Index};
use super::memo::Memo;
use super::observables;
use super::scan::Kind;
use super::tables::{NO_TIME, Records, State, Tables, word};
use crate::model::{Compliance, Finding, RecordState, Workflow};

/// Finds strings and lists that are kept already: the writer's own.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    strings: Index,
    titles: Index,
    descriptions: Index,
    resource_ids: Index,
    lists: Index,
    resources: Index,
    origins: Memo,
    checks: Memo,
    observables: Index,
    observable_lists: Index,
    /// Reused while a list is put together.
    list: Vec<u32>,
    text: String,
}

/// A record's values, as the columns hold them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    pub origin: u32,
    pub types: u32,
    pub check: u32,
    pub state: u32,
    pub resources: u32,
    pub title: u32,
    pub description: u32,
    pub generator: u32,
    pub observables: u32,
    pub times: [i64; 4],
}

impl Indexes {
    /// Enters the words whose numbers are known beforehand.
    pub(super) fn new(tables: &mut Tables) -> Self {
        let mut indexes = Self::default();
        for text in word::ALL {
            indexes.string(tables, text);
        }
        // List 0 is the empty one.
        indexes.lists.intern(&mut tables.lists, &[][..]);
        indexes.resources.intern(&mut tables.resources, &[][..]);
        indexes.observable_lists.intern(&mut tables.observable_lists, &[][..]);
        indexes
    }

    /// The indexes of what is there already.
    pub(super) fn of(tables: &Tables) -> Self {
        Self {
            strings: Index::of(&tables.strings),
            titles: Index::of(&tables.titles),
            descriptions: Index::of(&tables.descriptions),
            resource_ids: Index::of(&tables.resource_ids),
            lists: Index::of(&tables.lists),
            resources: Index::of(&tables.resources),
            observables: Index::of(&tables.observables),
            observable_lists: Index::of(&tables.observable_lists),
            ..Self::default()
        }
    }

    pub(super) fn string(&mut self, tables: &mut Tables, text: &str) -> u32 {
        self.strings.intern(&mut tables.strings, text)
    }

    /// A string that a text column will have.
    pub(super) fn text(&mut self, tables: &mut Tables, text: &str, kind: Kind) -> u32 {
        let string = self.string(tables, text);
        let kinds = tables.kinds.at(string);
        tables.kinds.set(string, kinds | kind.bit());
        string
    }

    fn list(&mut self, lists: &mut Arena<Vec<u32>>) -> u32 {
        self.lists.intern(lists, &*self.list)
    }

    pub(super) fn shape(&mut self, tables: &mut Tables, finding: &Finding<'_>) -> Shape {
        Shape {
            origin: self.origin(tables, finding),
            types: self.types(tables, finding),
            check: self.check(tables, finding),
            state: self.state(tables, finding),
            resources: self.resources(tables, finding),
            title: self.titles.intern(&mut tables.titles, &*finding.title),
            description: self.descriptions.intern(&mut tables.descriptions, &*finding.description),
            generator: self.text(tables, finding.generator.as_deref().unwrap_or_default(), Kind::Generator),
            observables: self.observables(tables, finding),
            times: [finding.created_at, finding.updated_at, finding.first_seen, finding.last_seen].map(micros),
        }
    }

    fn origin(&mut self, tables: &mut Tables, finding: &Finding<'_>) -> u32 {
        let parts = [&finding.product_arn, &finding.account, &finding.region];
        let [product_arn, account, region] = parts.map(|part| part.as_deref().unwrap_or_default());
        let parts = [product_arn, &*finding.product, account, region];
        if let Some(list) = self.origins.get(parts) {
            return list;
        }
        let list = parts.map(|part| self.string(tables, part));
        let list = self.lists.intern(&mut tables.lists, &list[..]);
        self.origins.note(list);
        list
    }

    fn types(&mut self, tables: &mut Tables, finding: &Finding<'_>) -> u32 {
        self.list.clear();
        for text in &finding.types {
            let string = self.string(tables, text);
            self.list.push(string);
        }
        self.list(&mut tables.lists)
    }

    fn check(&mut self, tables: &mut Tables, finding: &Finding<'_>) -> u32 {
        let control = finding.control.as_ref().map_or("", |control| &*control.0);
        let standards = finding.standards.iter().map(|standard| &*standard.0);
        if let Some(list) = self.checks.get(std::iter::once(control).chain(standards)) {
            return list;
        }
        let control = self.string(tables, control);
        self.list.clear();
        for standard in &finding.standards {
            let string = self.string(tables, &standard.0);
            self.list.push(string);
        }
        self.list.sort_unstable_by(|a, b| tables.text(*a).cmp(tables.text(*b)));
        self.list.dedup();
        self.list.insert(0, control);
        let list = self.list(&mut tables.lists);
        self.checks.note(list);
        list
    }

    fn state(&mut self, tables: &mut Tables, finding: &Finding<'_>) -> u32 {
        // Nearly always a value whose number is known beforehand.
        let workflow = match &finding.workflow {
            None => word::NONE,
            Some(Workflow::Resolved) => word::RESOLVED,
            Some(Workflow::Suppressed) => word::SUPPRESSED,
            Some(other) => self.string(tables, other.as_str()),
        };
        let compliance = match &finding.compliance {
            None => word::NONE,
            Some(Compliance::Passed) => word::PASSED,
            Some(Compliance::Failed) => word::FAILED,
            Some(other) => self.string(tables, other.as_str()),
        };
        let record_state = match &finding.record_state {
            RecordState::Archived => word::ARCHIVED,
            other => self.string(tables, other.as_str()),
        };
        let state = State {
            workflow,
            record_state,
            compliance,
            format: finding.format,
            sample: finding.sample,
            noted: finding.noted,
            severity: finding.severity,
            score: finding.score,
        };
        self.lists.intern(&mut tables.lists, &state.list()[..])
    }

    fn resources(&mut self, tables: &mut Tables, finding: &Finding<'_>) -> u32 {
        self.list.clear();
        for resource in &finding.resources {
            let id = self.resource_ids.intern(&mut tables.resource_ids, &*resource.id);
            let kind = self.string(tables, resource.kind.as_deref().unwrap_or_default());
            let name = self.text(tables, resource.name.as_deref().unwrap_or_default(), Kind::ResourceName);
            self.list.extend([id, kind, name]);
        }
        self.resources.intern(&mut tables.resources, &*self.list)
    }

    fn observables(&mut self, tables: &mut Tables, finding: &Finding<'_>) -> u32 {
        if finding.observables.is_empty() {
            return 0;
        }
        self.list.clear();
        let mut kinds = 0;
        for observable in &finding.observables {
            kinds |= observables::bit(observable.kind);
            observables::write(observable.kind, &observable.value, &mut self.text);
            self.list.push(self.observables.intern(&mut tables.observables, self.text.as_str()));
        }
        let list = self.observable_lists.intern(&mut tables.observable_lists, &*self.list);
        tables.observable_kinds.set(list, kinds);
        list
    }
}

impl Records {
    /// The values of a record as they are held.
    pub(super) fn shape(&self, record: u32) -> Shape {
        let time = |which: usize| self.times[which].get(record).copied().unwrap_or(NO_TIME);
        Shape {
            origin: self.origin.at(record),
            types: self.types.at(record),
            check: self.check.at(record),
            state: self.state.at(record),
            resources: self.resources.at(record),
            title: self.title.at(record),
            description: self.description.at(record),
            generator: self.generator.at(record),
            observables: self.observables.at(record),
            times: [time(0), time(1), time(2), time(3)],
        }
    }

    /// Writes a record's values; what is the same copies nothing.
    pub(super) fn write(&mut self, record: u32, shape: &Shape) {
        self.origin.set(record, shape.origin);
        self.types.set(record, shape.types);
        self.check.set(record, shape.check);
        self.state.set(record, shape.state);
        self.resources.set(record, shape.resources);
        self.title.set(record, shape.title);
        self.description.set(record, shape.description);
        self.generator.set(record, shape.generator);
        self.observables.set(record, shape.observables);
        for (column, time) in self.times.iter_mut().zip(shape.times) {
            column.set(record, time);
        }
    }
}

fn micros(time: Option<Timestamp>) -> i64 {
    time.map_or(NO_TIME, Timestamp::as_microsecond)
}
