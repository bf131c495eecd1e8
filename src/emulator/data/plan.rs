//! The plan: one row for each finding, made in one pass from the seed. Nothing is rendered here.
//!
//! Severities are dealt exactly (0.3 % CRITICAL, 4 % HIGH, 20 % MEDIUM, 15 % LOW, the rest INFORMATIONAL, which is
//! what passed checks carry) and spread by a seeded shuffle. Within a severity each maker deals its controls or types
//! in turn, so every one of them appears as soon as there are findings enough.

use crate::model::Severity;

use super::super::clock::Millis;
use super::super::options::ControlFindings;
use super::org::{NO_DETECTOR, Org};
use super::rng::{Rng, mix2, shuffle};
use super::row::{ComplianceStatus, Maker, Row, State, WorkflowStatus, seconds};
use super::table::{Control, STANDARDS, controls, finding_types};

/// What the made findings depend on.
#[derive(Debug)]
pub(crate) struct Plan<'o> {
    pub(crate) org: &'o Org,
    pub(crate) anchor: Millis,
    pub(crate) findings: u32,
    pub(crate) mode: ControlFindings,
}

/// How a control does over the whole organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Health {
    /// No check fails anywhere.
    Good,
    /// Some fail.
    Failing,
    /// Some could not be told.
    Unknown,
    /// Nothing was checked.
    NoData,
}

const DAY: u32 = 86_400;
const DAYS_KEPT: u32 = 90;
/// Makers with their shares, for each severity from CRITICAL down.
const SHARES: [[(Maker, u32); 8]; 5] = [
    shares([34, 12, 44, 6, 4, 0, 0, 0]),
    shares([38, 24, 28, 3, 4, 1, 0, 2]),
    shares([52, 14, 24, 2, 2, 2, 2, 2]),
    shares([62, 18, 12, 0, 3, 1, 1, 3]),
    shares([96, 0, 2, 0, 0, 0, 1, 1]),
];

const fn shares(weights: [u32; 8]) -> [(Maker, u32); 8] {
    [
        (Maker::Control, weights[0]),
        (Maker::GuardDuty, weights[1]),
        (Maker::Inspector, weights[2]),
        (Maker::Macie, weights[3]),
        (Maker::AccessAnalyzer, weights[4]),
        (Maker::FirewallManager, weights[5]),
        (Maker::Config, weights[6]),
        (Maker::ThirdParty, weights[7]),
    ]
}

/// Where the deal of one severity stands.
#[derive(Debug, Default)]
struct Deck {
    failing: Vec<u16>,
    types: Vec<u16>,
    next_control: usize,
    next_type: usize,
}

struct Dealer<'p> {
    plan: &'p Plan<'p>,
    decks: [Deck; 5],
    /// Controls that passed checks may name.
    passing: Vec<u16>,
    next_passing: usize,
    unknown: Vec<u16>,
    /// How many findings each control has so far: its next place.
    places: Vec<u32>,
    health: Vec<Health>,
}

impl Plan<'_> {
    /// All rows.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut dealer = Dealer::new(self);
        let bounds = self.bounds();
        let mut rows = Vec::with_capacity(self.findings as usize);
        let mut index = 0;
        while rows.len() < self.findings as usize {
            let lot = shuffle(index % self.findings, self.findings, self.org.seed);
            let level = bounds.iter().position(|bound| lot < *bound).unwrap_or(4);
            let row = dealer.deal(index, level);
            index += 1;
            self.unfold(row, &mut rows);
        }
        rows
    }

    /// Where CRITICAL, HIGH, MEDIUM and LOW end among the lots.
    fn bounds(&self) -> [u32; 4] {
        let share = |per_mille: u64| u32::try_from(u64::from(self.findings) * per_mille / 1000).unwrap_or(u32::MAX);
        [share(3), share(43), share(243), share(393)]
    }

    /// A row as it is, or one for each enabled standard of its control.
    fn unfold(&self, row: Row, rows: &mut Vec<Row>) {
        let consolidated = self.mode == ControlFindings::SecurityControl || row.maker != Maker::Control;
        if consolidated {
            rows.push(row);
            return;
        }
        for (standard, _) in &controls()[usize::from(row.sub)].standards {
            if rows.len() < self.findings as usize {
                rows.push(Row { standard: u8::try_from(*standard + 1).unwrap_or(0), ..row });
            }
        }
    }

    /// A row of a `GuardDuty` type, for the live feed.
    pub(crate) fn guardduty(&self, index: u32, at: Millis) -> Row {
        let mut rng = Rng::new(self.org.seed ^ 0x11fe, u64::from(index));
        let types = finding_types();
        let sub = rng.below(u32::try_from(types.len()).unwrap_or(1).saturating_sub(3));
        let severity = Severity::from_guardduty(types[sub as usize].severity);
        let mut row = base(Maker::GuardDuty, severity, &mut rng, self, at);
        row.sub = u16::try_from(sub).unwrap_or(0);
        row.created = seconds(at);
        row.updated = seconds(at);
        row
    }
}

fn base(maker: Maker, severity: Severity, rng: &mut Rng, plan: &Plan<'_>, anchor: Millis) -> Row {
    let account = plan.org.draw(rng);
    let region = region(rng, plan.org, maker);
    let (created, updated) = times(rng, severity, seconds(anchor));
    Row {
        maker,
        severity,
        compliance: ComplianceStatus::None,
        workflow: WorkflowStatus::New,
        record: State::Active,
        guardduty: State::Active,
        region,
        standard: 0,
        account,
        sub: 0,
        resource: rng.below(6),
        created,
        updated,
        seen_again: 0,
    }
}

/// The home Region draws the most; Regions without a detector draw nothing of `GuardDuty`.
fn region(rng: &mut Rng, org: &Org, maker: Maker) -> u8 {
    let count = u32::try_from(org.regions.len()).unwrap_or(1);
    let drawn = if rng.per_mille(350) { 0 } else { rng.below(count) };
    let index = u8::try_from(drawn).unwrap_or(0);
    if maker == Maker::GuardDuty && org.region(index) == NO_DETECTOR { 0 } else { index }
}

/// Created within 90 days, the more the nearer; updated since. Serious findings are fresher.
fn times(rng: &mut Rng, severity: Severity, anchor: u32) -> (u32, u32) {
    let spread = rng.unit();
    let power = match severity {
        Severity::Critical => 4,
        Severity::High => 3,
        _ => 2,
    };
    let age = spread.powi(power) * f64::from(DAYS_KEPT * DAY);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 90 days of seconds")]
    let age = age as u32 + 60;
    let since = rng.unit();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the age")]
    let quiet = (f64::from(age) * since * since) as u32;
    (anchor.saturating_sub(age), anchor.saturating_sub(quiet.min(age)))
}

impl<'p> Dealer<'p> {
    fn new(plan: &'p Plan<'p>) -> Self {
        let health: Vec<Health> = controls().iter().map(|control| health(control, plan.org.seed)).collect();
        let mut decks: [Deck; 5] = Default::default();
        let (mut passing, mut unknown) = (Vec::new(), Vec::new());
        for ((control, health), index) in controls().iter().zip(&health).zip(0_u16..) {
            match health {
                Health::NoData => continue,
                Health::Failing => decks[level(control.severity)].failing.push(index),
                Health::Unknown => unknown.push(index),
                Health::Good => {}
            }
            passing.push(index);
        }
        for (kind, index) in finding_types().iter().zip(0_u16..) {
            decks[level(Severity::from_guardduty(kind.severity))].types.push(index);
        }
        Self { plan, decks, passing, next_passing: 0, unknown, places: vec![0; health.len()], health }
    }

    fn deal(&mut self, index: u32, level: usize) -> Row {
        let severity = Severity::WORST_FIRST[level];
        let mut rng = Rng::new(self.plan.org.seed, u64::from(index));
        let mut maker = maker(&mut rng, level);
        if maker == Maker::GuardDuty && self.decks[level].types.is_empty() {
            maker = Maker::Inspector;
        }
        let mut row = base(maker, severity, &mut rng, self.plan, self.plan.anchor);
        match maker {
            Maker::Control => self.control(&mut row, level, &mut rng),
            Maker::GuardDuty => {
                let deck = &mut self.decks[level];
                row.sub = deck.types[deck.next_type % deck.types.len()];
                deck.next_type += 1;
            }
            _ => row.sub = u16::try_from(rng.below(1 << 16)).unwrap_or(0),
        }
        settle(&mut row, &mut rng);
        row
    }

    /// Picks the next control that has a free place, and its place: an account and Region, and the n-th resource there.
    fn control(&mut self, row: &mut Row, level: usize, rng: &mut Rng) {
        let undecided = level == 4 && rng.per_mille(25) && !self.unknown.is_empty();
        row.compliance = match level {
            4 if undecided && rng.per_mille(600) => ComplianceStatus::NotAvailable,
            4 if undecided => ComplianceStatus::Warning,
            4 => ComplianceStatus::Passed,
            _ => ComplianceStatus::Failed,
        };
        for _ in 0..controls().len() {
            let picked = self.candidate(level, undecided, rng);
            let slot = self.places[usize::from(picked)];
            if self.place(row, picked, slot) {
                row.sub = picked;
                self.places[usize::from(picked)] += 1;
                return;
            }
        }
        row.maker = Maker::Inspector; // no control of this severity has a free place
        row.compliance = ComplianceStatus::None;
    }

    fn candidate(&mut self, level: usize, undecided: bool, rng: &mut Rng) -> u16 {
        if undecided {
            return *rng.pick(&self.unknown);
        }
        let deck = &mut self.decks[level];
        if level < 4 && !deck.failing.is_empty() {
            deck.next_control += 1;
            return deck.failing[deck.next_control % deck.failing.len()];
        }
        self.next_passing += 1;
        self.passing[self.next_passing % self.passing.len()]
    }

    fn place(&self, row: &mut Row, control: u16, slot: u32) -> bool {
        let org = self.plan.org;
        let accounts = u32::try_from(org.accounts.len()).unwrap_or(1);
        let regions = u32::try_from(org.regions.len()).unwrap_or(1);
        let cells = accounts * regions;
        if row.compliance == ComplianceStatus::Failed && self.health[usize::from(control)] != Health::Failing {
            return false;
        }
        if controls()[usize::from(control)].kind.is_account() && slot >= cells {
            return false;
        }
        let cell = shuffle(slot % cells, cells, mix2(org.seed, u64::from(control)));
        row.account = u16::try_from(cell % accounts).unwrap_or(0);
        row.region = u8::try_from(cell / accounts).unwrap_or(0);
        row.resource = slot / cells;
        true
    }
}

fn maker(rng: &mut Rng, level: usize) -> Maker {
    let mut lot = rng.below(100);
    for (maker, weight) in SHARES[level] {
        if lot < weight {
            return maker;
        }
        lot -= weight;
    }
    Maker::Control
}

/// Workflow and states, as time and people leave them.
fn settle(row: &mut Row, rng: &mut Rng) {
    let lot = rng.below(1000);
    let passed = row.compliance == ComplianceStatus::Passed;
    row.workflow = match lot {
        _ if passed => WorkflowStatus::Resolved,
        0..40 => WorkflowStatus::Suppressed,
        40..110 => WorkflowStatus::Notified,
        110..170 if row.severity != Severity::Critical => WorkflowStatus::Resolved,
        _ => WorkflowStatus::New,
    };
    let archived = row.severity != Severity::Critical && rng.per_mille(40);
    if archived {
        row.record = State::Archived;
    }
    if row.maker == Maker::GuardDuty && row.severity != Severity::Critical && rng.per_mille(120) {
        row.guardduty = State::Archived;
    }
    row.seen_again = 0;
}

fn level(severity: Severity) -> usize {
    Severity::WORST_FIRST.iter().position(|s| *s == severity).unwrap_or(4)
}

/// A little under half of the controls fail somewhere; a failing CRITICAL control is rarer.
fn health(control: &Control, seed: u64) -> Health {
    let mut rng = Rng::new(seed ^ 0x00c0_4741, super::rng::hash(control.id));
    let failing = if control.severity == Severity::Critical { 300 } else { 420 };
    match rng.below(1000) {
        lot if lot < failing => Health::Failing,
        lot if lot < failing + 50 => Health::Unknown,
        lot if lot < failing + 80 => Health::NoData,
        _ => Health::Good,
    }
}

/// Which standards of a control are enabled: all that the table marks so.
pub(crate) fn enabled(control: &Control) -> impl Iterator<Item = &(usize, Vec<&'static str>)> {
    control.standards.iter().filter(|(standard, _)| STANDARDS[*standard].enabled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(findings: u32) -> Vec<Row> {
        let org = Org::new(7, 24);
        Plan { org: &org, anchor: 1_764_000_000_000, findings, mode: ControlFindings::SecurityControl }.rows()
    }

    #[test]
    fn severities_are_dealt_exactly() {
        for findings in [12_000, 30_000] {
            let rows = rows(findings);
            let count = |s| rows.iter().filter(|r| r.severity == s).count();
            assert_eq!(rows.len(), findings as usize);
            assert_eq!(count(Severity::Critical), findings as usize * 3 / 1000);
            assert_eq!(count(Severity::High), findings as usize * 40 / 1000);
        }
    }

    #[test]
    fn no_control_has_two_findings_on_one_resource() {
        let rows = rows(30_000);
        let mut places: Vec<_> = rows
            .iter()
            .filter(|r| r.maker == Maker::Control)
            .map(|r| (r.sub, r.account, r.region, r.resource))
            .collect();
        let all = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), all);
        assert!(all > 18_000, "{all}");
    }

    #[test]
    fn the_default_size_shows_nearly_every_finding_type_and_control() {
        let rows = rows(12_000);
        let distinct = |maker| {
            let mut subs: Vec<_> = rows.iter().filter(|r| r.maker == maker).map(|r| r.sub).collect();
            subs.sort_unstable();
            subs.dedup();
            subs.len()
        };
        assert!(distinct(Maker::GuardDuty) >= 100, "{}", distinct(Maker::GuardDuty));
        assert!(distinct(Maker::Control) >= 110, "{}", distinct(Maker::Control));
    }
}
