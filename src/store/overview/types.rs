//! Finding types, each under the name that its service gives it: a row that has a type as GuardDuty names it and as
//! Security Hub rewrites it counts once.
//!
//! The rows of a type of several forms are the union of their bitmaps. Unions are made for those alone that may be among
//! the top: the sum over the forms says how many rows there can be at most.

use std::borrow::Cow;

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
    count: ResourceCount,
    /// The forms that have open rows.
    forms: Vec<&'a Segments>,
}

/// The types with most CRITICAL, then HIGH, then any. `forms`: every form with the open rows that have it; `union` counts
/// the open ones among some rows.
pub(super) fn top<'a>(
    tables: &'a Tables,
    forms: impl Iterator<Item = (&'a Posting, ResourceCount)>,
    union: impl Fn(&RoaringBitmap) -> ResourceCount,
) -> Vec<Tally> {
    let mut kinds: FxHashMap<Cow<'a, str>, Kind<'a>> = FxHashMap::default();
    for (form, count) in forms.filter(|(_, [.., total])| *total > 0) {
        let kind = kinds.entry(service_name(tables.text(form.value))).or_default();
        kind.count.iter_mut().zip(count).for_each(|(sum, more)| *sum = sum.saturating_add(more));
        kind.forms.push(&form.rows);
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_unstable_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.0.cmp(&b.0)));
    let mut best: Vec<(Cow<'a, str>, ResourceCount)> = Vec::with_capacity(TOP + 1);
    for (name, Kind { count, forms }) in kinds {
        if best.len() == TOP && best.last().is_some_and(|(_, least)| count < *least) {
            break;
        }
        let count = if forms.len() == 1 { count } else { union(&all(&forms)) };
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

fn all(forms: &[&Segments]) -> RoaringBitmap {
    let mut rows = RoaringBitmap::new();
    for form in forms {
        form.add_to(&mut rows);
    }
    rows
}
