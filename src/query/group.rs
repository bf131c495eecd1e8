//! The groups that findings fall into, in the order asked for, and the query that each of them is.
//!
//! In: the rows of a query and a [`GroupKey`]. Out: its [`Group`]s with their counts, in order ([`Ordered`]); for one of
//! them its rows ([`Snapshot::in_group`]) and the term that asks for the same ([`term`]). A finding of several types or
//! resources is in the group of each, so that those groups' counts add up to more than the findings; a finding without a
//! value is in the group of none. What a million findings take is in `tests/benches/group.rs`.

use std::sync::OnceLock;

use roaring::RoaringBitmap;

use super::Glob;
use crate::model::{BySeverity, GroupKey, GroupSort, ObservableKind};
use crate::store::{Group, GroupValue, Groups, Snapshot};

/// So many groups are put in order at once: many screens of them.
const FIRST: usize = if cfg!(test) { 3 } else { 4096 };

/// Groups in order. There may be several hundred thousand, of which a screen is looked at: each is made when it is, and
/// where they stand is found for the first of them at once, and for all when somebody goes beyond.
#[derive(Debug, Clone, Default)]
pub struct Ordered {
    groups: Groups,
    sort: GroupSort,
    /// The slots of the first.
    first: Vec<u32>,
    /// Of all, where those are more.
    all: OnceLock<Vec<u32>>,
}

impl Ordered {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.groups.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The one at this place.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<Group> {
        let slot = self.first.get(at).or_else(|| self.all().get(at))?;
        self.groups.get(*slot)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Group> {
        self.all().iter().filter_map(|slot| self.groups.get(*slot))
    }

    /// Where the one of this value stands.
    #[must_use]
    pub fn find(&self, value: GroupValue) -> Option<usize> {
        let wanted = self.groups.find(value)?;
        let place = |slots: &[u32]| slots.iter().position(|slot| *slot == wanted);
        place(&self.first).or_else(|| place(self.all()))
    }

    /// The findings of all, each counted as often as it is in one.
    #[must_use]
    pub const fn sum(&self) -> BySeverity {
        self.groups.sum()
    }

    fn all(&self) -> &[u32] {
        if self.first.len() == self.len() {
            return &self.first;
        }
        self.all.get_or_init(|| self.groups.order(self.sort, usize::MAX))
    }
}

/// The groups of `rows`, in order.
#[must_use]
pub fn groups(snapshot: &Snapshot, rows: &RoaringBitmap, key: GroupKey, sort: GroupSort) -> Ordered {
    let groups = snapshot.groups(rows, key);
    Ordered { first: groups.order(sort, FIRST), groups, sort, all: OnceLock::new() }
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
