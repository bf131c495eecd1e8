//! A row and its records, as readers see them. All text is as it was sent: the views pass it through the gate.

use std::borrow::Cow;

use jiff::Timestamp;

use super::posting::{Facets, NO_SEVERITY, Standing};
use super::raw::Place;
use super::tables::{NO_TIME, State, Tables, word};
use super::{Field, RowId};
use crate::model::{Format, RecordKey, Scope, Service, Severity};

/// One resource of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceRef<'a> {
    pub id: &'a str,
    /// ASFF's type: `AwsEc2Instance`.
    pub kind: Option<&'a str>,
    pub name: Option<&'a str>,
}

/// What a person triages: one or more records that are the same finding.
///
/// Its values come from the leading record ([`Row::records`] gives that one first); where that one is silent, from
/// the next that speaks. `types`, `standards` and `sources` are of all records; `updated_at` and `last_seen` are the
/// newest of them, `created_at` and `first_seen` the oldest.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub(super) tables: &'a Tables,
    pub(super) id: RowId,
    /// The leading record first; never empty.
    pub(super) members: &'a [u32],
}

/// One record of a row, as one service sent it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    pub(super) tables: &'a Tables,
    pub(super) record: u32,
}

impl<'a> Row<'a> {
    pub(super) fn of(tables: &'a Tables, id: RowId) -> Option<Self> {
        let members = tables.rows.members(id.0);
        (!members.is_empty()).then_some(Self { tables, id, members })
    }

    pub(super) fn lead(&self) -> u32 {
        self.members.first().copied().unwrap_or(u32::MAX)
    }

    /// The first value that is not "absent", the leading record asked first.
    fn first(&self, value: impl Fn(u32) -> u32) -> u32 {
        self.members.iter().map(|record| value(*record)).find(|value| *value != word::NONE).unwrap_or(word::NONE)
    }

    fn times(&self, which: usize) -> impl Iterator<Item = i64> + use<'a> {
        let column = self.tables.records.times.get(which);
        self.members.iter().filter_map(move |record| column?.get(*record).copied()).filter(|time| *time != NO_TIME)
    }

    fn origin(&self, part: usize) -> u32 {
        self.first(|record| self.tables.origin(record)[part])
    }

    #[must_use]
    pub const fn row_id(&self) -> RowId {
        self.id
    }

    /// The leading record's id.
    #[must_use]
    pub fn id(&self) -> Cow<'a, str> {
        Cow::Owned(self.tables.id(self.lead()))
    }

    #[must_use]
    pub fn product(&self) -> &'a str {
        self.tables.text(self.origin(1))
    }

    #[must_use]
    pub fn title(&self) -> &'a str {
        self.tables.title(self.lead())
    }

    #[must_use]
    pub fn description(&self) -> &'a str {
        self.tables.description(self.lead())
    }

    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.members.iter().find_map(|record| self.tables.state(*record).severity)
    }

    /// As the leading record's service scales it: GuardDuty 1.0-10.0, ASFF 0-100.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        self.tables.state(self.lead()).score
    }

    #[must_use]
    pub fn account(&self) -> Option<&'a str> {
        self.tables.some_text(self.origin(2))
    }

    #[must_use]
    pub fn account_name(&self) -> Option<&'a str> {
        self.tables.account_name(self.account()?)
    }

    #[must_use]
    pub fn region(&self) -> Option<&'a str> {
        self.tables.some_text(self.origin(3))
    }

    /// The leading record's resources, in its order.
    pub fn resources(&self) -> impl Iterator<Item = ResourceRef<'a>> + use<'a> {
        let tables = self.tables;
        tables.resources(self.lead()).iter().map(move |[id, kind, name]| ResourceRef {
            id: tables.resource_ids.get(*id).unwrap_or_default(),
            kind: tables.some_text(*kind),
            name: tables.some_text(*name),
        })
    }

    /// Of all its records, each once, in the order of the records.
    pub fn types(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let tables = self.tables;
        self.type_words().into_iter().map(move |word| tables.text(word))
    }

    fn type_words(&self) -> Vec<u32> {
        let mut all: Vec<u32> = Vec::new();
        for record in self.members {
            for word in self.tables.list(self.tables.records.types.at(*record)) {
                if !all.contains(word) {
                    all.push(*word);
                }
            }
        }
        all
    }

    /// The leading record's. For a GuardDuty pair Security Hub's, the only one that has it.
    #[must_use]
    pub fn workflow(&self) -> Option<&'a str> {
        self.tables.some_text(self.workflow_word())
    }

    fn workflow_word(&self) -> u32 {
        let lead = self.tables.state(self.lead());
        if lead.format == Format::GuardDuty {
            self.first(|record| self.tables.state(record).workflow)
        } else {
            lead.workflow
        }
    }

    /// The leading record's. For a GuardDuty pair GuardDuty's own: the copy in Security Hub is not told of archiving.
    #[must_use]
    pub fn record_state(&self) -> &'a str {
        self.tables.text(self.tables.state(self.lead()).record_state)
    }

    #[must_use]
    pub fn compliance(&self) -> Option<&'a str> {
        self.tables.some_text(self.tables.state(self.lead()).compliance)
    }

    #[must_use]
    pub fn control(&self) -> Option<&'a str> {
        self.tables.some_text(self.first(|record| self.tables.check(record).0))
    }

    /// Of all its records, each once, in order of text.
    pub fn standards(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let mut all: Vec<&'a str> = self.standard_words().map(|word| self.tables.text(word)).collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter()
    }

    fn standard_words(&self) -> impl Iterator<Item = u32> + use<'a> {
        let tables = self.tables;
        self.members.iter().flat_map(move |record| tables.check(*record).1.iter().copied())
    }

    #[must_use]
    pub fn generator(&self) -> Option<&'a str> {
        self.tables.some_text(self.first(|record| self.tables.records.generator.at(record)))
    }

    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        time(self.times(0).min())
    }

    #[must_use]
    pub fn updated_at(&self) -> Option<Timestamp> {
        time(self.times(1).max())
    }

    #[must_use]
    pub fn first_seen(&self) -> Option<Timestamp> {
        time(self.times(2).min())
    }

    #[must_use]
    pub fn last_seen(&self) -> Option<Timestamp> {
        time(self.times(3).max())
    }

    /// First seen, else created, in seconds.
    pub(super) fn born(&self) -> i64 {
        let micros = self.times(2).min().or_else(|| self.times(0).min());
        micros.map_or(NO_TIME, |micros| micros.div_euclid(1_000_000))
    }

    /// The services that sent its records, each once.
    pub fn sources(&self) -> impl Iterator<Item = Service> + use<'a> {
        let seen = self.seen();
        Service::ALL.into_iter().filter(move |service| seen & (1 << *service as u32) != 0)
    }

    fn seen(&self) -> u32 {
        self.members.iter().fold(0, |seen, record| seen | self.tables.records.seen.at(*record)) & 0xff
    }

    /// The leading record first.
    pub fn records(&self) -> impl Iterator<Item = Record<'a>> + use<'a> {
        let tables = self.tables;
        self.members.iter().map(move |record| Record { tables, record: *record })
    }

    /// Any of its records is a sample.
    #[must_use]
    pub fn sample(&self) -> bool {
        self.members.iter().any(|record| self.tables.state(*record).sample)
    }

    /// Does it ask for somebody's attention: see [`Finding::is_open`](crate::model::Finding::is_open), over the
    /// leading record, with the workflow of the first record that has one.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.standing() == Standing::Open
    }

    pub(super) fn standing(&self) -> Standing {
        State { workflow: self.workflow_word(), ..self.tables.state(self.lead()) }.standing()
    }

    /// What the bitmaps and counts say of it.
    pub(super) fn facets(&self, facets: &mut Facets) {
        facets.clear();
        if let [record] = self.members {
            return self.facets_of_one(*record, facets);
        }
        let mut add = |field: Field, word: u32| {
            if word != word::NONE {
                facets.values.push((field as u8, word));
            }
        };
        let severity = self.severity();
        add(Field::Severity, severity.map_or(word::NONE, |severity| word::INFORMATIONAL + severity as u32));
        add(Field::Product, self.origin(1));
        add(Field::Account, self.origin(2));
        add(Field::Region, self.origin(3));
        add(Field::Workflow, self.workflow_word());
        add(Field::RecordState, self.tables.state(self.lead()).record_state);
        add(Field::Compliance, self.tables.state(self.lead()).compliance);
        add(Field::Control, self.first(|record| self.tables.check(record).0));
        self.standard_words().for_each(|word| add(Field::Standard, word));
        self.type_words().into_iter().for_each(|word| add(Field::Type, word));
        self.tables.resources(self.lead()).iter().for_each(|[_, kind, _]| add(Field::ResourceType, *kind));
        self.sources().for_each(|service| add(Field::Source, word::SERVICE + service as u32));
        add(Field::Sample, if self.sample() { word::TRUE } else { word::NONE });
        add(Field::Note, if self.noted() { word::TRUE } else { word::NONE });
        facets.resources.extend(self.tables.resources(self.lead()).iter().map(|[id, ..]| *id));
        facets.standing = self.standing();
        facets.severity = severity.map_or(NO_SEVERITY, |severity| severity as u8);
    }

    /// The same for a row of one record, as most are.
    fn facets_of_one(&self, record: u32, facets: &mut Facets) {
        let state = self.tables.state(record);
        self.tables.values_of_one(record, &state, |field, word| facets.values.push((field as u8, word)));
        facets.resources.extend(self.tables.resources(record).iter().map(|[id, ..]| *id));
        facets.standing = state.standing();
        facets.severity = state.severity_slot();
    }
}

impl<'a> Record<'a> {
    #[must_use]
    pub fn id(&self) -> Cow<'a, str> {
        Cow::Owned(self.tables.id(self.record))
    }

    #[must_use]
    pub fn format(&self) -> Format {
        self.tables.state(self.record).format
    }

    /// ASFF `ProductArn`: with the id, the key of `BatchUpdateFindings`.
    #[must_use]
    pub fn product_arn(&self) -> Option<&'a str> {
        self.tables.some_text(self.tables.origin(self.record)[0])
    }

    /// What the record is known by, over versions and sessions.
    #[must_use]
    pub fn key(&self) -> RecordKey {
        let product_arn = self.product_arn().unwrap_or_default().to_owned();
        RecordKey { format: self.format(), product_arn, id: self.id().into_owned() }
    }

    /// The service of [`Record::scope`].
    #[must_use]
    pub fn service(&self) -> Service {
        self.scope().service
    }

    /// Which of its versions the store holds.
    #[must_use]
    pub fn edition(&self) -> Edition {
        Edition(self.tables.records.place.at(self.record))
    }

    /// Where it was seen; the first in order where it is seen in several places.
    #[must_use]
    pub fn scope(&self) -> &'a Scope {
        let at = self.tables.records.seen.at(self.record) >> 8;
        let tables: &'a Tables = self.tables;
        if let Some(scope) = tables.facts.scopes.get(at as usize) { scope } else { nowhere() }
    }

    #[must_use]
    pub fn updated_at(&self) -> Option<Timestamp> {
        time(self.tables.records.times[1].get(self.record).copied())
    }

    #[must_use]
    pub fn workflow(&self) -> Option<&'a str> {
        self.tables.some_text(self.tables.state(self.record).workflow)
    }

    #[must_use]
    pub fn record_state(&self) -> &'a str {
        self.tables.text(self.tables.state(self.record).record_state)
    }

    #[must_use]
    pub fn compliance(&self) -> Option<&'a str> {
        self.tables.some_text(self.tables.state(self.record).compliance)
    }

    /// In order of text.
    pub fn standards(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let tables = self.tables;
        tables.check(self.record).1.iter().map(move |word| tables.text(*word))
    }
}

/// Tells one version of a record from the next, whatever differs in them: an edit in Security Hub moves no time. Two that
/// are equal are the same; now and then one that is the same has another, when the store packs its records again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition(Place);

/// What a record without scope would say; every record has one.
fn nowhere() -> &'static Scope {
    static NOWHERE: std::sync::LazyLock<Scope> =
        std::sync::LazyLock::new(|| Scope { service: Service::File, account: "".into(), region: "".into() });
    &NOWHERE
}

pub(super) fn time(micros: Option<i64>) -> Option<Timestamp> {
    micros.filter(|micros| *micros != NO_TIME).and_then(|micros| Timestamp::from_microsecond(micros).ok())
}
