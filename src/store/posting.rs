//! A bitmap of rows for each value of a field, with the counts that the overview needs.
//!
//! Bitmaps come in segments of 65,536 rows: a change copies one segment of one value, whatever the store holds.

use std::sync::Arc;

use roaring::RoaringBitmap;

use super::column::Column;
use super::tables::word;
use crate::model::Severity;

/// Severity slots of a tally: `Severity as usize`, and one for "none".
pub(super) const SLOTS: usize = 6;
/// The slot of rows without a severity.
pub(super) const NO_SEVERITY: u8 = 5;

/// A bitmap of rows in shared segments.
#[derive(Debug, Clone, Default)]
pub(super) struct Segments {
    segments: Vec<Arc<RoaringBitmap>>,
}

impl Segments {
    pub(super) fn of(segments: Vec<RoaringBitmap>) -> Self {
        Self { segments: segments.into_iter().map(Arc::new).collect() }
    }

    pub(super) fn segments(&self) -> impl Iterator<Item = &RoaringBitmap> {
        self.segments.iter().map(|segment| &**segment)
    }

    pub(super) fn insert(&mut self, row: u32) {
        let at = (row >> 16) as usize;
        while self.segments.len() <= at {
            self.segments.push(Arc::default());
        }
        if let Some(segment) = self.segments.get_mut(at) {
            Arc::make_mut(segment).insert(row);
        }
    }

    /// Adds ascending rows that all come after those that are there.
    pub(super) fn append(&mut self, rows: &[u32]) {
        for chunk in rows.chunk_by(|a, b| a >> 16 == b >> 16) {
            let at = chunk.first().map_or(0, |row| (row >> 16) as usize);
            self.segments.resize_with(self.segments.len().max(at + 1), Arc::default);
            if let Some(segment) = self.segments.get_mut(at) {
                let segment = Arc::make_mut(segment);
                if segment.append(chunk.iter().copied()).is_err() {
                    segment.extend(chunk);
                }
            }
        }
    }

    pub(super) fn remove(&mut self, row: u32) {
        if let Some(segment) = self.segments.get_mut((row >> 16) as usize) {
            Arc::make_mut(segment).remove(row);
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.segments.iter().map(|segment| segment.len()).sum()
    }

    /// Adds all rows to `into`: each segment is one container of it, moved as a whole.
    pub(super) fn add_to(&self, into: &mut RoaringBitmap) {
        for segment in self.segments.iter().filter(|segment| !segment.is_empty()) {
            *into |= RoaringBitmap::clone(segment);
        }
    }

    pub(super) fn assemble(&self) -> RoaringBitmap {
        let mut all = RoaringBitmap::new();
        self.add_to(&mut all);
        all
    }
}

/// One value of a field.
#[derive(Debug, Clone, Default)]
pub(super) struct Posting {
    pub value: u32,
    pub rows: Segments,
    /// Open rows by severity.
    pub open: [u32; SLOTS],
}

/// The values of one field, shared with snapshots.
#[derive(Debug, Clone, Default)]
pub(super) struct Postings {
    list: Arc<Vec<Arc<Posting>>>,
}

impl Postings {
    pub(super) fn of(all: Vec<Posting>) -> Self {
        Self { list: Arc::new(all.into_iter().map(Arc::new).collect()) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Posting> {
        self.list.iter().map(|posting| &**posting)
    }

    fn slot(&mut self, index: &mut PostingIndex, value: u32) -> Option<&mut Posting> {
        let place = index.place(value);
        self.at(place as usize, value)
    }

    /// The posting at a place, which is new at most by one.
    fn at(&mut self, place: usize, value: u32) -> Option<&mut Posting> {
        let list = Arc::make_mut(&mut self.list);
        if list.len() == place {
            list.push(Arc::new(Posting { value, ..Posting::default() }));
        }
        list.get_mut(place).map(Arc::make_mut)
    }
}

/// Finds a value's posting, and keeps what waits to be entered there: the writer's own.
///
/// New rows are most of all rows, and come in ascending order. They wait in plain lists, since entering many rows of
/// one value at once costs a small part of entering each.
#[derive(Debug, Default)]
pub(super) struct PostingIndex {
    places: rustc_hash::FxHashMap<u32, u32>,
    /// By place.
    waiting: Vec<Waiting>,
    /// The places where something waits; new places in their order.
    touched: Vec<u32>,
}

/// New rows of one value.
#[derive(Debug, Default)]
struct Waiting {
    value: u32,
    rows: Vec<u32>,
    open: [u32; SLOTS],
}

/// A list that grew beyond this is freed when it is empty.
const SPARE: usize = 256;

impl PostingIndex {
    /// The index of postings that are there already.
    pub(super) fn of(postings: &Postings) -> Self {
        let mut index = Self::default();
        for posting in postings.iter() {
            index.place(posting.value);
        }
        index
    }

    fn place(&mut self, value: u32) -> u32 {
        let waiting = &mut self.waiting;
        *self.places.entry(value).or_insert_with(|| {
            waiting.push(Waiting { value, ..Waiting::default() });
            u32::try_from(waiting.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// Lets a new row wait, in ascending order; a value that it has twice counts once.
    pub(super) fn wait(&mut self, value: u32, row: u32, severity: Option<u8>) {
        let place = self.place(value);
        let Some(waiting) = self.waiting.get_mut(place as usize) else { return };
        match waiting.rows.last() {
            Some(last) if *last == row => return,
            Some(_) => {}
            None => self.touched.push(place),
        }
        waiting.rows.push(row);
        count(&mut waiting.open, severity, u32::wrapping_add);
    }

    fn settle(&mut self, postings: &mut Postings) {
        for place in self.touched.drain(..) {
            let Some(waiting) = self.waiting.get_mut(place as usize) else { continue };
            let Some(posting) = postings.at(place as usize, waiting.value) else { continue };
            posting.rows.append(&waiting.rows);
            posting.open.iter_mut().zip(waiting.open).for_each(|(open, more)| *open = open.wrapping_add(more));
            waiting.open = [0; SLOTS];
            if waiting.rows.capacity() > SPARE {
                waiting.rows = Vec::new();
            } else {
                waiting.rows.clear();
            }
        }
    }
}

/// New rows that the bitmaps do not have yet.
#[derive(Debug, Default)]
pub(super) struct Newcomers {
    live: Vec<u32>,
    open: Vec<u32>,
}

/// This many new rows wait at most.
const CROWD: usize = 8192;

impl Newcomers {
    /// Lets a new row wait. Rows come in ascending order.
    pub(super) fn enter(&mut self, row: u32, standing: Standing) {
        self.live.push(row);
        if standing == Standing::Open {
            self.open.push(row);
        }
    }

    pub(super) const fn are_many(&self) -> bool {
        self.live.len() >= CROWD
    }
}

/// How a row stands: what decides under which counts it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub(super) enum Standing {
    /// Not there.
    #[default]
    Gone,
    Open,
    Archived,
    Suppressed,
    Resolved,
    Passed,
}

impl Standing {
    /// By the words of the leading record's state, and the row's workflow.
    pub(super) const fn of(record_state: u32, workflow: u32, compliance: u32) -> Self {
        match (record_state, workflow, compliance) {
            (word::ARCHIVED, ..) => Self::Archived,
            (_, word::SUPPRESSED, _) => Self::Suppressed,
            // A passed check is resolved by AWS itself: that it passed is the reason.
            (.., word::PASSED) => Self::Passed,
            (_, word::RESOLVED, _) => Self::Resolved,
            _ => Self::Open,
        }
    }
}

/// All that the bitmaps and counts say of one row.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Facets {
    /// Field and value, each once.
    pub values: Vec<(u8, u32)>,
    /// Resource ids, each once.
    pub resources: Vec<u32>,
    pub standing: Standing,
    /// Severity slot.
    pub severity: u8,
}

impl Facets {
    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.resources.clear();
        self.standing = Standing::Gone;
        self.severity = NO_SEVERITY;
    }

    fn tidy(&mut self) {
        self.values.sort_unstable();
        self.values.dedup();
        self.resources.sort_unstable();
        self.resources.dedup();
    }
}

/// Open CRITICAL, HIGH and all rows of one resource.
pub(super) type ResourceCount = [u32; 3];

/// Every bitmap and count, shared with snapshots.
#[derive(Debug, Clone, Default)]
pub(super) struct Bitmaps {
    pub fields: [Postings; super::Field::ALL.len()],
    pub live: Segments,
    pub open: Segments,
    /// By resource id number.
    pub resources: Column<ResourceCount>,
}

impl Bitmaps {
    /// Enters the rows that wait: before anything reads the bitmaps, and before rows change that are there already.
    pub(super) fn settle(&mut self, indexes: &mut [PostingIndex], newcomers: &mut Newcomers) {
        if newcomers.live.is_empty() {
            return;
        }
        for (index, postings) in indexes.iter_mut().zip(&mut self.fields) {
            index.settle(postings);
        }
        self.live.append(&newcomers.live);
        self.open.append(&newcomers.open);
        newcomers.live.clear();
        newcomers.open.clear();
    }

    /// Brings the bitmaps and counts of a row from what it was to what it is. Either may be empty.
    pub(super) fn change(&mut self, indexes: &mut [PostingIndex], row: u32, before: &mut Facets, after: &mut Facets) {
        before.tidy();
        after.tidy();
        if before == after {
            return;
        }
        let weight = |f: &Facets| (f.standing == Standing::Open).then_some(f.severity);
        let same_weight = weight(before) == weight(after);
        for (field, value) in &before.values {
            let stays = after.values.binary_search(&(*field, *value)).is_ok();
            if !(stays && same_weight) {
                self.value(indexes, (*field, *value), |posting| {
                    if !stays {
                        posting.rows.remove(row);
                    }
                    count(&mut posting.open, weight(before), u32::wrapping_sub);
                });
            }
        }
        for (field, value) in &after.values {
            let stayed = before.values.binary_search(&(*field, *value)).is_ok();
            if !(stayed && same_weight) {
                self.value(indexes, (*field, *value), |posting| {
                    if !stayed {
                        posting.rows.insert(row);
                    }
                    count(&mut posting.open, weight(after), u32::wrapping_add);
                });
            }
        }
        if !same_weight || before.resources != after.resources {
            for (facets, step) in [(&*before, u32::wrapping_sub as fn(u32, u32) -> u32), (&*after, u32::wrapping_add)] {
                if facets.standing == Standing::Open {
                    self.count_resources(&facets.resources, facets.severity, step);
                }
            }
        }
        let (was, is) = (before.standing, after.standing);
        set(&mut self.live, row, was != Standing::Gone, is != Standing::Gone);
        set(&mut self.open, row, was == Standing::Open, is == Standing::Open);
    }

    fn value(&mut self, indexes: &mut [PostingIndex], (field, value): (u8, u32), change: impl FnOnce(&mut Posting)) {
        let field = usize::from(field);
        if let (Some(postings), Some(index)) = (self.fields.get_mut(field), indexes.get_mut(field))
            && let Some(posting) = postings.slot(index, value)
        {
            change(posting);
        }
    }

    /// Counts an open row at its resources, each given once.
    pub(super) fn count_resources(&mut self, resources: &[u32], severity: u8, step: fn(u32, u32) -> u32) {
        for resource in resources {
            let [mut critical, mut high, mut total] = self.resources.at(*resource);
            critical = step(critical, u32::from(severity == Severity::Critical as u8));
            high = step(high, u32::from(severity == Severity::High as u8));
            total = step(total, 1);
            self.resources.set(*resource, [critical, high, total]);
        }
    }
}

fn count(open: &mut [u32; SLOTS], severity: Option<u8>, step: fn(u32, u32) -> u32) {
    if let Some(slot) = severity.and_then(|severity| open.get_mut(usize::from(severity))) {
        *slot = step(*slot, 1);
    }
}

fn set(rows: &mut Segments, row: u32, before: bool, after: bool) {
    match (before, after) {
        (false, true) => rows.insert(row),
        (true, false) => rows.remove(row),
        _ => {}
    }
}
