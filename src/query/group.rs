//! The groups that findings fall into, in the order asked for, and the query that each of them is.
//!
//! In: the rows of a query and a [`GroupKey`]. Out: its [`Group`]s with their counts, in order; for one of them its rows
//! ([`Snapshot::in_group`]) and the term that asks for the same ([`term`]). A finding of several types or resources is in
//! the group of each, so that those groups' counts add up to more than the findings; a finding without a value is in the
//! group of none. A million findings by a key of few values take about 25 ms on two cores, by resource (400,000 groups)
//! 0.6 s (`tests/benches/group.rs`).

use std::cmp::Reverse;

use roaring::RoaringBitmap;

use super::Glob;
use crate::model::{BySeverity, Direction, GroupKey, GroupOrder, GroupSort, ObservableKind};
use crate::store::{Group, GroupValue, Snapshot};

/// The groups of `rows`, in order.
#[must_use]
pub fn groups(snapshot: &Snapshot, rows: &RoaringBitmap, key: GroupKey, sort: GroupSort) -> Vec<Group> {
    let all = snapshot.groups(rows, key);
    order(&all, sort).into_iter().filter_map(|at| all.get(at as usize).copied()).collect()
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

fn rank(group: &Group, order: GroupOrder, oldest: i64) -> Rank {
    let newest = group.newest.map_or(0, |newest| newest.saturating_sub(oldest).cast_unsigned() + 1);
    let mut rank: Rank = [0; 8];
    let (before, after) = match order {
        GroupOrder::Risk => (None, Some(newest)),
        GroupOrder::Size => (Some(group.count()), Some(newest)),
        GroupOrder::Age => (Some(newest), None),
    };
    let values = before.into_iter().chain(group.severities.map(u64::from)).chain(after);
    rank.iter_mut().zip(values).for_each(|(place, value)| *place = value);
    rank
}

/// The places of the groups in order. Groups that are equal in all stand as they were first met.
///
/// A resource each is several hundred thousand groups: each rank is packed into as few bits as hold it, so that sorting
/// compares one number.
fn order(groups: &[Group], sort: GroupSort) -> Vec<u32> {
    let oldest = groups.iter().filter_map(|group| group.newest).min().unwrap_or_default();
    let rank = |group: &Group| rank(group, sort.order, oldest);
    let mut most: Rank = [0; 8];
    for group in groups {
        for (most, value) in most.iter_mut().zip(rank(group)) {
            *most = (*most).max(value);
        }
    }
    let width = |value: u64| u64::BITS - value.leading_zeros();
    let place_bits = width(groups.len() as u64);
    let bits = most.iter().map(|value| width(*value)).sum::<u32>() + place_bits;
    let key = |at: u32, group: &Group| {
        let packed = rank(group).into_iter().zip(&most).fold(0u128, |packed, (value, most)| {
            let value = if sort.direction == Direction::Descending { most - value } else { value };
            (packed << width(*most)) | u128::from(value)
        });
        (packed << place_bits) | u128::from(at)
    };
    let place = |key: u128| u32::try_from(key & ((1 << place_bits) - 1)).unwrap_or_default();
    if bits <= u64::BITS {
        let narrow = |key: u128| u64::try_from(key).unwrap_or(u64::MAX);
        let mut keys: Vec<u64> = (0u32..).zip(groups).map(|(at, group)| narrow(key(at, group))).collect();
        keys.sort_unstable();
        keys.into_iter().map(|key| place(key.into())).collect()
    } else if bits <= u128::BITS {
        let mut keys: Vec<u128> = (0u32..).zip(groups).map(|(at, group)| key(at, group)).collect();
        keys.sort_unstable();
        keys.into_iter().map(place).collect()
    } else {
        let mut keys: Vec<(u32, Rank)> = (0u32..).zip(groups.iter().map(rank)).collect();
        match sort.direction {
            Direction::Descending => keys.sort_by_key(|(_, rank)| Reverse(*rank)),
            Direction::Ascending => keys.sort_by_key(|(_, rank)| *rank),
        }
        keys.into_iter().map(|(at, _)| at).collect()
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
