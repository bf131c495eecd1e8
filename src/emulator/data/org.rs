//! The organisation: accounts with names, Regions, and who is asking.
//!
//! Account ids are of the form that AWS's documentation uses (`111122223333`); none belongs to anybody.

use std::sync::Arc;

use super::rng::{mix2, shuffle};

/// The Region that findings are aggregated into.
pub(crate) const HOME: &str = "us-east-1";
/// The Regions of the made organisation. The last has Security Hub but no detector, so that "off" can be seen.
pub(crate) const REGIONS: [&str; 6] =
    [HOME, "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "ap-southeast-2"];
/// The Region without a detector.
pub(crate) const NO_DETECTOR: &str = "ap-southeast-2";
/// The delegated administrator: its credentials see every account.
pub(crate) const ADMINISTRATOR: &str = "111122223333";
/// The most accounts that documentation-like ids give.
pub(crate) const MAX_ACCOUNTS: u16 = 900;

/// What an account is for: decides how many findings it draws and how its resources are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Core,
    Production,
    Staging,
    Development,
    Sandbox,
}

impl Stage {
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Production => "prod",
            Self::Staging => "staging",
            Self::Development => "dev",
            Self::Sandbox => "sandbox",
        }
    }

    const fn weight(self) -> u32 {
        match self {
            Self::Core => 2,
            Self::Production => 8,
            Self::Staging => 3,
            Self::Development => 4,
            Self::Sandbox => 5,
        }
    }
}

/// One account.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) id: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) stage: Stage,
    /// `payments` of `prod-payments`: how its resources are called.
    pub(crate) team: Arc<str>,
}

/// Accounts and Regions, in the order that rows refer to them.
#[derive(Debug, Clone)]
pub(crate) struct Org {
    pub(crate) seed: u64,
    pub(crate) accounts: Vec<Account>,
    pub(crate) regions: Vec<Arc<str>>,
    /// Account indexes, each as often as it weighs: one draw picks an account.
    ballot: Vec<u16>,
}

const FIRST: [(&str, &str, Stage); 8] = [
    (ADMINISTRATOR, "security-tooling", Stage::Core),
    ("444455556666", "log-archive", Stage::Core),
    ("777788889999", "shared-network", Stage::Core),
    ("123456789012", "prod-payments", Stage::Production),
    ("222233334444", "prod-web", Stage::Production),
    ("555566667777", "prod-data", Stage::Production),
    ("888899990000", "sandbox-ml", Stage::Sandbox),
    ("999988887777", "identity", Stage::Core),
];

const TEAMS: [&str; 24] = [
    "payments",
    "web",
    "data",
    "mobile",
    "search",
    "orders",
    "billing",
    "ml",
    "analytics",
    "iot",
    "games",
    "media",
    "support",
    "partners",
    "fraud",
    "ads",
    "catalog",
    "logistics",
    "loyalty",
    "warehouse",
    "messaging",
    "edge",
    "hr",
    "finance",
];

const STAGES: [(&str, Stage); 4] = [
    ("prod", Stage::Production),
    ("dev", Stage::Development),
    ("staging", Stage::Staging),
    ("sandbox", Stage::Sandbox),
];

impl Org {
    /// `accounts` accounts (1 to [`MAX_ACCOUNTS`]) in the six Regions.
    pub(crate) fn new(seed: u64, accounts: u16) -> Self {
        let mut made: Vec<Account> = FIRST.iter().map(|(id, name, stage)| account(id, name, *stage)).collect();
        let mut number = 0;
        while made.len() < usize::from(accounts) {
            let id = doc_id(shuffle(number, 1000, seed));
            let turn = made.len() - FIRST.len();
            number += 1;
            if made.iter().any(|a| *a.id == *id) {
                continue;
            }
            let (stage_name, stage) = STAGES[turn % STAGES.len()];
            let team = TEAMS[(turn / STAGES.len() * 5 + turn) % TEAMS.len()];
            let lap = turn / (STAGES.len() * TEAMS.len());
            let base = format!("{stage_name}-{team}");
            let taken = made.iter().filter(|a| a.name.starts_with(base.as_str())).count();
            let name = if lap + taken == 0 { base } else { format!("{base}-{}", lap + taken + 1) };
            made.push(account(&id, &name, stage));
        }
        made.truncate(usize::from(accounts.max(1)));
        Self::of(seed, made, REGIONS.iter().map(|r| Arc::from(*r)).collect())
    }

    /// Accounts and Regions as found in files.
    pub(crate) fn of(seed: u64, accounts: Vec<Account>, regions: Vec<Arc<str>>) -> Self {
        let ballot = accounts
            .iter()
            .zip(0_u16..)
            .flat_map(|(account, index)| std::iter::repeat_n(index, account.stage.weight() as usize))
            .collect();
        Self { seed, accounts, regions, ballot }
    }

    /// An account, the busier the likelier.
    pub(crate) fn draw(&self, rng: &mut super::rng::Rng) -> u16 {
        if self.ballot.is_empty() { 0 } else { *rng.pick(&self.ballot) }
    }

    pub(crate) fn account(&self, index: u16) -> &Account {
        &self.accounts[usize::from(index)]
    }

    pub(crate) fn region(&self, index: u8) -> &str {
        &self.regions[usize::from(index)]
    }

    pub(crate) fn region_index(&self, region: &str) -> Option<u8> {
        self.regions.iter().position(|r| **r == *region).and_then(|at| u8::try_from(at).ok())
    }

    pub(crate) fn account_index(&self, id: &str) -> Option<u16> {
        self.accounts.iter().position(|a| *a.id == *id).and_then(|at| u16::try_from(at).ok())
    }

    /// The detector of an account in a Region: 32 hex digits.
    pub(crate) fn detector(&self, account: &str, region: &str) -> String {
        let word = mix2(super::rng::hash(account) ^ self.seed, super::rng::hash(region));
        format!("{:016x}{:016x}", word, mix2(word, 1))
    }
}

pub(crate) fn account(id: &str, name: &str, stage: Stage) -> Account {
    let team = name.split_once('-').map_or(name, |(_, team)| team);
    Account { id: Arc::from(id), name: Arc::from(name), stage, team: Arc::from(team) }
}

/// `aaaabbbbcccc` from 0 to 999.
fn doc_id(number: u32) -> String {
    let digits = [number / 100 % 10, number / 10 % 10, number % 10];
    digits.iter().flat_map(|d| std::iter::repeat_n(d, 4)).map(u32::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_distinct_and_named() {
        let org = Org::new(7, MAX_ACCOUNTS);
        let mut ids: Vec<_> = org.accounts.iter().map(|a| a.id.clone()).collect();
        let mut names: Vec<_> = org.accounts.iter().map(|a| a.name.clone()).collect();
        ids.sort();
        ids.dedup();
        names.sort();
        names.dedup();
        assert_eq!((ids.len(), names.len()), (900, 900));
        assert!(ids.iter().all(|id| id.len() == 12));
        assert_eq!(Org::new(7, 1).accounts.len(), 1);
    }
}
