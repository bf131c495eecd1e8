//! Finding types, each under the name that its service gives it: a row that has a type as GuardDuty names it and as
//! Security Hub rewrites it counts once.
//!
//! The counts of a type of several forms are those of its largest form, and of the rows that only the others have. Those
//! are looked for in such types alone that may be among the top: the sum over the forms says how many rows there can be
//! at most.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::iter::repeat;

use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{ResourceCount, TOP, Tally};
use crate::model::finding_type::service_name;
use crate::store::posting::{Posting, Segments};
use crate::store::tables::Tables;

/// One type, however records write it.
#[derive(Default)]
struct Kind<'a> {
    /// At most: a row of two forms is counted twice.
    most: ResourceCount,
    /// The forms that have open rows, with how many.
    forms: Vec<(&'a Segments, ResourceCount)>,
}

impl Kind<'_> {
    /// Each row once. `open` counts the open ones among some rows.
    fn count(mut self, open: impl Fn(&RoaringBitmap) -> ResourceCount) -> ResourceCount {
        self.forms.sort_by_key(|(_, [.., total])| Reverse(*total));
        let Some(((largest, count), others)) = self.forms.split_first() else { return self.most };
        let mut count = *count;
        for (at, (form, _)) in others.iter().enumerate() {
            let mut rows = beyond(form, largest);
            for segment in others.iter().take(at).flat_map(|(earlier, _)| earlier.segments()) {
                rows -= segment;
            }
            if !rows.is_empty() {
                add(&mut count, open(&rows));
            }
        }
        count
    }
}

/// The types with most CRITICAL, then HIGH, then any. `forms`: every form with the open rows that have it; `open` counts
/// the open ones among some rows.
pub(super) fn top<'a>(
    tables: &'a Tables,
    forms: impl Iterator<Item = (&'a Posting, ResourceCount)>,
    open: impl Fn(&RoaringBitmap) -> ResourceCount,
) -> Vec<Tally> {
    let mut kinds: FxHashMap<Cow<'a, str>, Kind<'a>> = FxHashMap::default();
    for (form, count) in forms.filter(|(_, [.., total])| *total > 0) {
        let kind = kinds.entry(service_name(tables.text(form.value))).or_default();
        add(&mut kind.most, count);
        kind.forms.push((&form.rows, count));
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_unstable_by(|a, b| b.1.most.cmp(&a.1.most).then_with(|| a.0.cmp(&b.0)));
    let mut best: Vec<(Cow<'a, str>, ResourceCount)> = Vec::with_capacity(TOP + 1);
    for (name, kind) in kinds {
        if best.len() == TOP && best.last().is_some_and(|(_, least)| kind.most < *least) {
            break;
        }
        let count = kind.count(&open);
        let at = best.partition_point(|(held_name, held)| (count, held_name) < (*held, &name));
        best.insert(at, (name, count));
        best.truncate(TOP);
    }
    let tally = |(name, [critical, high, total]): (Cow<'a, str>, ResourceCount)| Tally {
        value: name.into_owned(),
        critical: u64::from(critical),
        high: u64::from(high),
        total: u64::from(total),
    };
    best.into_iter().map(tally).collect()
}

/// The rows of one form that another has not.
fn beyond(form: &Segments, other: &Segments) -> RoaringBitmap {
    let mut rows = RoaringBitmap::new();
    for (own, other) in form.segments().zip(other.segments().map(Some).chain(repeat(None))) {
        rows |= other.map_or_else(|| own.clone(), |other| own - other);
    }
    rows
}

fn add(sum: &mut ResourceCount, more: ResourceCount) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum = sum.saturating_add(more));
}
