//! One finding with what its row points at: account, Region, times, identifiers. What the renderers start from.
//!
//! Identifiers carry the row's number, folded into their random-looking digits, so that an id leads back to its row
//! without an index over a million of them.

use super::super::clock::Millis;
use super::org::{Account, Org};
use super::resource::{Kind, Resource, uuid};
use super::rng::{Rng, mix, mix2};
use super::row::{Maker, Row, millis};
use super::table::{Control, FindingType, STANDARDS, controls, finding_types};

/// A row in its place.
#[derive(Debug)]
pub(crate) struct Scene<'o> {
    pub(crate) org: &'o Org,
    pub(crate) account: &'o Account,
    pub(crate) region: &'o str,
    pub(crate) row: Row,
    pub(crate) index: u32,
    word: u64,
}

const LOW: u64 = 0xffff_ffff;

impl<'o> Scene<'o> {
    pub(crate) fn new(org: &'o Org, index: u32, row: Row) -> Self {
        let word = mix2(org.seed, u64::from(index) ^ 0x5ce7_e000_0000);
        Self { org, account: org.account(row.account), region: org.region(row.region), row, index, word }
    }

    /// A stream of this finding's own.
    pub(crate) const fn rng(&self, stream: u64) -> Rng {
        Rng::new(self.word, stream)
    }

    /// The second word of the identifiers: holds the row's number.
    const fn tail(&self) -> u64 {
        let mask = mix(self.word >> 32);
        (mask & !LOW) | ((self.index as u64) ^ (mask & LOW))
    }

    pub(crate) fn uuid(&self) -> String {
        uuid(self.word, self.tail())
    }

    /// 32 hex digits.
    pub(crate) fn hex(&self) -> String {
        format!("{:016x}{:016x}", self.word, self.tail())
    }

    /// The row that an identifier may belong to; the caller compares the whole identifier.
    pub(crate) fn index_of(id: &str) -> Option<u32> {
        let digits: String = {
            let mut tail: Vec<char> = id.chars().rev().filter(|c| *c != '-').take(32).collect();
            tail.reverse();
            tail.into_iter().collect()
        };
        let (head, low) = (digits.get(..8)?, digits.get(24..)?);
        let head = u64::from_str_radix(head, 16).ok()?;
        let low = u64::from_str_radix(low, 16).ok()?;
        u32::try_from((low ^ mix(head)) & LOW).ok()
    }

    pub(crate) fn created(&self) -> Millis {
        millis(self.row.created) + Millis::from(self.row.created.wrapping_mul(7919) % 1000)
    }

    pub(crate) fn updated(&self) -> Millis {
        let at = millis(self.row.updated) + Millis::from(self.row.updated.wrapping_mul(7919) % 1000);
        at.max(self.created())
    }

    pub(crate) fn control(&self) -> Option<&'static Control> {
        (self.row.maker == Maker::Control).then(|| &controls()[usize::from(self.row.sub) % controls().len()])
    }

    pub(crate) fn finding_type(&self) -> Option<&'static FindingType> {
        (self.row.maker == Maker::GuardDuty)
            .then(|| &finding_types()[usize::from(self.row.sub) % finding_types().len()])
    }

    /// The resource of a kind that this finding is about.
    pub(crate) fn resource(&self, kind: &'static Kind) -> Resource {
        let region = if kind.arn_is_global() { "us-east-1" } else { self.region };
        Resource::new(kind, self.account, region, self.row.resource)
    }

    pub(crate) fn detector(&self) -> String {
        self.org.detector(&self.account.id, self.region)
    }

    /// `arn:aws:guardduty:...:detector/.../finding/...`: the ASFF `Id` of the copy, too.
    pub(crate) fn guardduty_arn(&self) -> String {
        format!("{}/finding/{}", self.detector_arn(), self.hex())
    }

    pub(crate) fn detector_arn(&self) -> String {
        format!("arn:aws:guardduty:{}:{}:detector/{}", self.region, self.account.id, self.detector())
    }

    /// ASFF `Id`.
    pub(crate) fn id(&self) -> String {
        let (region, account) = (self.region, &self.account.id);
        match self.row.maker {
            Maker::Control => self.control_id(),
            Maker::GuardDuty => self.guardduty_arn(),
            Maker::Inspector => format!("arn:aws:inspector2:{region}:{account}:finding/{}", self.hex()),
            Maker::Macie => format!("arn:aws:macie2:{region}:{account}:finding/{}", self.hex()),
            Maker::AccessAnalyzer => {
                format!("arn:aws:access-analyzer:{region}:{account}:analyzer/organization/finding/{}", self.uuid())
            }
            Maker::FirewallManager => format!("arn:aws:fms:{region}:{account}:policy/web/finding/{}", self.hex()),
            Maker::Config => format!("arn:aws:config:{region}:{account}:config-rule/finding/{}", self.hex()),
            Maker::ThirdParty | Maker::Asff | Maker::GivenGuardDuty => {
                format!("scan-{account}-{region}-{}", self.hex())
            }
        }
    }

    fn control_id(&self) -> String {
        let (region, account) = (self.region, &self.account.id);
        let Some(control) = self.control() else { return self.uuid() };
        match self.legacy() {
            None => {
                format!(
                    "arn:aws:securityhub:{region}:{account}:security-control/{}/finding/{}",
                    control.id,
                    self.uuid()
                )
            }
            Some((standard, rule)) => format!(
                "arn:aws:securityhub:{region}:{account}:subscription/{}/{rule}/finding/{}",
                STANDARDS[standard].tail(),
                self.uuid()
            ),
        }
    }

    /// The standard and its own rule number, for a finding that is made for one standard alone.
    pub(crate) fn legacy(&self) -> Option<(usize, &'static str)> {
        let control = self.control()?;
        let standard = usize::from(self.row.standard.checked_sub(1)?);
        let numbers = control.standards.iter().find(|(s, _)| *s == standard).map(|(_, numbers)| numbers.as_slice());
        Some((standard, numbers.and_then(<[_]>::first).copied().unwrap_or(control.id)))
    }

    /// `ProductArn`.
    pub(crate) fn product_arn(&self) -> String {
        let region = self.region;
        match self.row.maker {
            Maker::ThirdParty | Maker::Asff | Maker::GivenGuardDuty => super::third_party::product_arn(self),
            maker => format!("arn:aws:securityhub:{region}::product/aws/{}", product(maker).0),
        }
    }
}

/// The product's slug, its name and the ASFF `CompanyName`.
pub(crate) const fn product(maker: Maker) -> (&'static str, &'static str) {
    match maker {
        Maker::Control => ("securityhub", "Security Hub"),
        Maker::GuardDuty | Maker::GivenGuardDuty => ("guardduty", "GuardDuty"),
        Maker::Inspector => ("inspector", "Inspector"),
        Maker::Macie => ("macie", "Macie"),
        Maker::AccessAnalyzer => ("access-analyzer", "IAM Access Analyzer"),
        Maker::FirewallManager => ("firewall-manager", "Firewall Manager"),
        Maker::Config => ("config", "Config"),
        Maker::ThirdParty | Maker::Asff => ("default", "Default"),
    }
}
