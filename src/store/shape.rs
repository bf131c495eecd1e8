//! From decoded findings to the numbers that the columns keep, a crowd of findings at a time.
//!
//! In: findings, with the prefixes of their ids. Out: a [`Shape`] each. All texts of one kind are looked up together: see
//! [`Index`] for why.

use jiff::Timestamp;

use super::arena::Pile;
use super::index::Index;
use super::observables;
use super::scan::Kind;
use super::tables::{NO_TIME, Records, State, Tables, word};
use crate::model::Finding;

/// Finds strings and lists that are kept already: the writer's own.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    strings: Index,
    titles: Index,
    descriptions: Index,
    resource_ids: Index,
    lists: Index,
    resources: Index,
    observables: Index,
    observable_lists: Index,
}

/// A record's values, as the columns hold them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Shape {
    pub prefix: u32,
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

/// Items one behind the other, and where each ends.
#[derive(Debug, Default)]
struct Pieces<P> {
    all: P,
    ends: Vec<usize>,
}

impl<P: Pile> Pieces<P> {
    fn end(&mut self) {
        self.ends.push(self.all.size());
    }

    fn items(&self) -> Vec<&P::Item> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).filter_map(|(start, end)| self.all.slice(start..*end)).collect()
    }
}

impl Indexes {
    /// Enters the words whose numbers are known beforehand.
    pub(super) fn new(tables: &mut Tables) -> Self {
        let mut indexes = Self::default();
        for text in word::ALL {
            indexes.string(tables, text);
        }
        // List 0 is the empty one.
        indexes.lists.intern(&mut tables.lists, &[]);
        indexes.resources.intern(&mut tables.resources, &[]);
        indexes.observable_lists.intern(&mut tables.observable_lists, &[]);
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
        }
    }

    pub(super) fn string(&mut self, tables: &mut Tables, text: &str) -> u32 {
        self.strings.intern(&mut tables.strings, text)
    }

    /// The shapes of these findings, in their order.
    pub(super) fn shapes(&mut self, tables: &mut Tables, findings: &[Finding<'_>], prefixes: &[&str]) -> Vec<Shape> {
        let shape = |finding: &Finding<'_>| Shape {
            times: [finding.created_at, finding.updated_at, finding.first_seen, finding.last_seen].map(micros),
            ..Shape::default()
        };
        let mut shapes: Vec<Shape> = findings.iter().map(shape).collect();
        let mut numbers = Vec::new();
        let texts: Vec<&str> = findings.iter().map(|finding| &*finding.title).collect();
        self.titles.intern_all(&mut tables.titles, &texts, &mut numbers);
        shapes.iter_mut().zip(&numbers).for_each(|(shape, number)| shape.title = *number);
        let texts: Vec<&str> = findings.iter().map(|finding| &*finding.description).collect();
        self.descriptions.intern_all(&mut tables.descriptions, &texts, &mut numbers);
        shapes.iter_mut().zip(&numbers).for_each(|(shape, number)| shape.description = *number);
        self.words(tables, findings, prefixes, &mut shapes);
        self.observables(tables, findings, &mut shapes);
        shapes
    }

    /// Every short text, and the lists that are made of them.
    fn words(&mut self, tables: &mut Tables, findings: &[Finding<'_>], prefixes: &[&str], shapes: &mut [Shape]) {
        // What a finding has at most, mostly.
        let mut texts: Vec<&str> = Vec::with_capacity(findings.len() * 20);
        let mut ids: Vec<&str> = Vec::with_capacity(findings.len());
        for (finding, prefix) in findings.iter().zip(prefixes) {
            let [product_arn, account, region, generator] =
                [&finding.product_arn, &finding.account, &finding.region, &finding.generator]
                    .map(|text| text.as_deref().unwrap_or_default());
            texts.extend([prefix, generator, product_arn, &*finding.product, account, region]);
            texts.push(finding.control.as_ref().map_or("", |control| &*control.0));
            let first = texts.len();
            texts.extend(finding.standards.iter().map(|standard| &*standard.0));
            if let Some(standards) = texts.get_mut(first..) {
                standards.sort_unstable();
            }
            texts.push(finding.workflow.as_ref().map_or("", |workflow| workflow.as_str()));
            texts.push(finding.compliance.as_ref().map_or("", |compliance| compliance.as_str()));
            texts.push(finding.record_state.as_str());
            texts.extend(finding.types.iter().map(|text| &**text));
            for resource in &finding.resources {
                ids.push(&*resource.id);
                texts.extend([&resource.kind, &resource.name].map(|text| text.as_deref().unwrap_or_default()));
            }
        }
        let (mut words, mut numbers) = (Vec::with_capacity(texts.len()), Vec::new());
        self.strings.intern_all(&mut tables.strings, &texts, &mut words);
        self.resource_ids.intern_all(&mut tables.resource_ids, &ids, &mut numbers);
        let (mut words, mut ids) = (words.into_iter(), numbers.iter().copied());
        let mut next = || words.next().unwrap_or(word::NONE);
        let (mut lists, mut resources): (Pieces<Vec<u32>>, Pieces<Vec<u32>>) = (Pieces::default(), Pieces::default());
        for (finding, shape) in findings.iter().zip(&mut *shapes) {
            shape.prefix = next();
            shape.generator = next();
            tables.mark(shape.generator, Kind::Generator);
            // Where it comes from.
            lists.all.extend([next(), next(), next(), next()]);
            lists.end();
            // Its control and standards.
            let control = next();
            lists.all.push(control);
            let mut last = None;
            for standard in finding.standards.iter().map(|_| next()) {
                if last.replace(standard) != Some(standard) {
                    lists.all.push(standard);
                }
            }
            lists.end();
            lists.all.extend(State::of(finding, [next(), next(), next()]).list());
            lists.end();
            lists.all.extend(finding.types.iter().map(|_| next()));
            lists.end();
            for id in ids.by_ref().take(finding.resources.len()) {
                let [kind, name] = [next(), next()];
                tables.mark(name, Kind::ResourceName);
                resources.all.extend([id, kind, name]);
            }
            resources.end();
        }
        let mut numbers = Vec::new();
        self.lists.intern_all(&mut tables.lists, &lists.items(), &mut numbers);
        for (shape, [origin, check, state, types]) in shapes.iter_mut().zip(numbers.as_chunks().0) {
            (shape.origin, shape.check, shape.state, shape.types) = (*origin, *check, *state, *types);
        }
        self.resources.intern_all(&mut tables.resources, &resources.items(), &mut numbers);
        shapes.iter_mut().zip(&numbers).for_each(|(shape, number)| shape.resources = *number);
    }

    fn observables(&mut self, tables: &mut Tables, findings: &[Finding<'_>], shapes: &mut [Shape]) {
        let mut texts: Pieces<String> = Pieces::default();
        for observable in findings.iter().flat_map(|finding| &finding.observables) {
            observables::write(observable.kind, &observable.value, &mut texts.all);
            texts.end();
        }
        let mut numbers = Vec::new();
        self.observables.intern_all(&mut tables.observables, &texts.items(), &mut numbers);
        let mut lists = Pieces { all: numbers, ends: Vec::with_capacity(findings.len()) };
        let mut end = 0;
        lists.ends.extend(findings.iter().map(|finding| {
            end += finding.observables.len();
            end
        }));
        let mut numbers = Vec::new();
        self.observable_lists.intern_all(&mut tables.observable_lists, &lists.items(), &mut numbers);
        for ((finding, shape), list) in findings.iter().zip(shapes).zip(numbers) {
            shape.observables = list;
            let kinds = finding.observables.iter().fold(0, |kinds, of| kinds | observables::bit(of.kind));
            tables.observable_kinds.set(list, kinds);
        }
    }
}

impl Tables {
    /// A text column has this string.
    fn mark(&mut self, string: u32, kind: Kind) {
        let kinds = self.kinds.at(string);
        self.kinds.set(string, kinds | kind.bit());
    }
}

impl Records {
    /// The values of a record as they are held.
    pub(super) fn shape(&self, record: u32) -> Shape {
        let time = |which: usize| self.times[which].get(record).copied().unwrap_or(NO_TIME);
        Shape {
            prefix: self.prefix.at(record),
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
        self.prefix.set(record, shape.prefix);
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
