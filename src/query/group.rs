//! The groups that findings fall into, in the order asked for, and the query that each of them is.
//!
//! In: the rows of a query and a [`GroupKey`]. Out: its [`Group`]s with their counts, in order; for one of them its rows
//! ([`Snapshot::in_group`]) and the term that asks for the same ([`term`]). A finding of several types or resources is in
//! the group of each, so that those groups' counts add up to more than the findings; a finding without a value is in the
//! group of none. A million findings by a key of few values take 10 to 14 ms on two cores, by resource (400,000 groups)
//! 0.3 s (`tests/benches/group.rs`).

use std::cmp::Reverse;
use std::sync::Arc;

use roaring::RoaringBitmap;

use super::Glob;
use crate::model::{BySeverity, Direction, GroupKey, GroupOrder, GroupSort, ObservableKind};
use crate::store::{Group, GroupValue, Groups, Snapshot};

/// The groups of `rows`, in order.
#[must_use]
pub fn groups(snapshot: &Snapshot, rows: &RoaringBitmap, key: GroupKey, sort: GroupSort) -> Arc<[Group]> {
    let all = snapshot.groups(rows, key);
    // Every slot has a group: how many there are is known, so that each is written once, where it stands.
    order(&all, sort).into_iter().map(|slot| all.get(slot).unwrap_or(Group::EMPTY)).collect()
}

/// The query whose findings are those of the group: `control=IAM.9`, `-control:*`.
#[must_use]
pub fn term(snapshot: &Snapshot, key: GroupKey, value: GroupValue) -> String {
    let text = snapshot.group_text(key, value);
    let field = match key {
        GroupKey::Control => "control",
        GroupKey::Type => "type",
        GroupKey::Resource => "resource.id",
        GroupKey::Account => "account",
        GroupKey::Region => "region",
        GroupKey::Product => "product",
        GroupKey::Severity => "severity",
        GroupKey::Actor => {
            let who = text.as_deref().map(Glob::whole);
            return match (who, snapshot.actor_kind(value)) {
                (Some(who), Some(ObservableKind::Ip)) => format!("actor.ip={who}"),
                // Of those that name no address.
                (Some(who), _) => format!("principal={who} -actor.ip:*"),
                (None, _) => "-actor.ip:* -principal:*".to_owned(),
            };
        }
        GroupKey::Day => {
            // First seen, else made, as ages are counted.
            return text.map_or_else(
                || format!("-first_seen>={EVER} -created_at>={EVER}"),
                |day| format!("(first_seen:{day} OR (-first_seen>={EVER} created_at:{day}))"),
            );
        }
    };
    text.map_or_else(|| format!("-{field}:*"), |text| format!("{field}={}", Glob::whole(&text)))
}

/// Before anything was ever found.
const EVER: &str = "0001-01-01";

/// What groups are compared by, the greater first; in front what counts most.
type Rank = [u64; 8];

#[inline]
fn rank(severities: &BySeverity, newest: Option<i64>, order: GroupOrder, oldest: i64) -> Rank {
    let newest = newest.map_or(0, |newest| newest.saturating_sub(oldest).cast_unsigned() + 1);
    let mut rank: Rank = [0; 8];
    // Where the severities stand.
    let from = match order {
        GroupOrder::Risk => 0,
        GroupOrder::Size | GroupOrder::Age => 1,
    };
    for (place, count) in rank.iter_mut().skip(from).zip(severities) {
        *place = u64::from(*count);
    }
    match order {
        GroupOrder::Risk => rank[6] = newest,
        GroupOrder::Size => (rank[0], rank[7]) = (rank.iter().sum(), newest),
        GroupOrder::Age => rank[0] = newest,
    }
    rank
}

/// The slots of the groups in order. Groups that are equal in all stand as they were first met.
///
/// A resource each is several hundred thousand groups: each rank is packed into as few bits as hold it, so that sorting
/// compares one number.
fn order(groups: &Groups, sort: GroupSort) -> Vec<u32> {
    let oldest = groups.ranks().filter_map(|(.., newest)| newest).min().unwrap_or_default();
    let ranks =
        || groups.ranks().map(|(slot, severities, newest)| (slot, rank(severities, newest, sort.order, oldest)));
    let (mut most, mut last): (Rank, u32) = ([0; 8], 0);
    for (slot, rank) in ranks() {
        for (most, value) in most.iter_mut().zip(rank) {
            *most = (*most).max(value);
        }
        last = slot;
    }
    let width = |value: u64| u64::BITS - value.leading_zeros();
    let slot_bits = width(last.into());
    let widths = most.map(width);
    let bits = widths.iter().sum::<u32>() + slot_bits;
    let key = |(slot, rank): (u32, Rank)| {
        let packed = rank.iter().zip(&most).zip(&widths).fold(0u128, |packed, ((value, most), width)| {
            let value = if sort.direction == Direction::Descending { most - value } else { *value };
            (packed << width) | u128::from(value)
        });
        (packed << slot_bits) | u128::from(slot)
    };
    let slot = |key: u128| u32::try_from(key & ((1 << slot_bits) - 1)).unwrap_or_default();
    if bits <= u64::BITS {
        let mut keys: Vec<u64> = ranks().map(|rank| u64::try_from(key(rank)).unwrap_or(u64::MAX)).collect();
        keys.sort_unstable();
        keys.into_iter().map(|key| slot(key.into())).collect()
    } else if bits <= u128::BITS {
        let mut keys: Vec<u128> = ranks().map(key).collect();
        keys.sort_unstable();
        keys.into_iter().map(slot).collect()
    } else {
        let mut keys: Vec<(u32, Rank)> = ranks().collect();
        match sort.direction {
            Direction::Descending => keys.sort_by_key(|(_, rank)| Reverse(*rank)),
            Direction::Ascending => keys.sort_by_key(|(_, rank)| *rank),
        }
        keys.into_iter().map(|(slot, _)| slot).collect()
    }
}

/// The findings of all groups, each counted as often as it is in one.
#[must_use]
pub fn sum(groups: &[Group]) -> BySeverity {
    let mut sum = BySeverity::default();
    for group in groups {
        for (sum, count) in sum.iter_mut().zip(group.severities) {
            *sum = sum.saturating_add(count);
        }
    }
    sum
}
