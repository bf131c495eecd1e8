//! Every table by name, for writing and for reading alike. A field that is added to the store's tables has to be named
//! here: the patterns leave none out.

use super::ImageError;
use super::file::{ImageFile, Out};
use super::part::Part;
use crate::store::Field;
use crate::store::column::Column;
use crate::store::posting::Bitmaps;
use crate::store::tables::{Records, Rows, Tables};

/// What is done with each table.
pub(super) trait Pass {
    fn part<P: Part>(&mut self, name: &'static str, part: &mut P) -> Result<(), ImageError>;
}

pub(super) struct Writing<'o>(pub &'o mut Out);

impl Pass for Writing<'_> {
    fn part<P: Part>(&mut self, name: &'static str, part: &mut P) -> Result<(), ImageError> {
        self.0.section(name, P::KIND, |out| part.write(out))
    }
}

pub(super) struct Reading<'f>(pub &'f ImageFile);

impl Pass for Reading<'_> {
    fn part<P: Part>(&mut self, name: &'static str, part: &mut P) -> Result<(), ImageError> {
        *part = self.0.section(name, P::KIND, P::read)?;
        Ok(())
    }
}

/// The columns of records, and the hash of each record's bytes.
pub(super) fn records(
    records: &mut Records,
    contents: &mut Column<u64>,
    pass: &mut impl Pass,
) -> Result<(), ImageError> {
    let Records {
        prefix,
        tails,
        row,
        origin,
        types,
        check,
        state,
        resources,
        title,
        description,
        generator,
        observables,
        times,
        place,
        seen,
    } = records;
    pass.part("record tails", tails)?;
    let names = ["created", "updated", "first seen", "last seen"];
    for (name, column) in names.into_iter().zip(times) {
        pass.part(name, column)?;
    }
    pass.part("contents", contents)?;
    pass.part("record prefixes", prefix)?;
    pass.part("record rows", row)?;
    pass.part("origins", origin)?;
    pass.part("types", types)?;
    pass.part("checks", check)?;
    pass.part("states", state)?;
    pass.part("record resources", resources)?;
    pass.part("titles", title)?;
    pass.part("descriptions", description)?;
    pass.part("generators", generator)?;
    pass.part("record observables", observables)?;
    pass.part("places", place)?;
    pass.part("seen", seen)
}

/// All but the records. Not here: record ids (built again), raw blocks and facts (which have sections of their own).
pub(super) fn others(tables: &mut Tables, shared: &mut Column<u32>, pass: &mut impl Pass) -> Result<(), ImageError> {
    let Tables {
        strings,
        titles,
        descriptions,
        kinds,
        resource_ids,
        lists,
        resources,
        observables,
        observable_lists,
        observable_kinds,
        records: _,
        rows,
        bitmaps,
        ids: _,
        raw: _,
        facts: _,
    } = tables;
    let Bitmaps { fields, live, open, resources: counts } = bitmaps;
    for (field, postings) in Field::ALL.into_iter().zip(fields) {
        pass.part(rows_by(field), postings)?;
    }
    pass.part("live rows", live)?;
    pass.part("open rows", open)?;
    pass.part("counts of resources", counts)?;
    let Rows { members, groups, born, standing } = rows;
    pass.part("members", members)?;
    pass.part("groups", groups)?;
    pass.part("born", born)?;
    pass.part("standing", standing)?;
    pass.part("strings", strings)?;
    pass.part("distinct titles", titles)?;
    pass.part("distinct descriptions", descriptions)?;
    pass.part("kinds", kinds)?;
    pass.part("resource ids", resource_ids)?;
    pass.part("lists", lists)?;
    pass.part("resources", resources)?;
    pass.part("observables", observables)?;
    pass.part("lists of observables", observable_lists)?;
    pass.part("kinds of observables", observable_kinds)?;
    pass.part("shared sightings", shared)
}

const fn rows_by(field: Field) -> &'static str {
    match field {
        Field::Severity => "rows by severity",
        Field::Product => "rows by product",
        Field::Account => "rows by account",
        Field::Region => "rows by Region",
        Field::Workflow => "rows by workflow",
        Field::RecordState => "rows by record state",
        Field::Compliance => "rows by compliance",
        Field::Control => "rows by control",
        Field::Standard => "rows by standard",
        Field::Type => "rows by type",
        Field::ResourceType => "rows by resource type",
        Field::Source => "rows by source",
        Field::Sample => "rows by sample",
        Field::Note => "rows by note",
    }
}
