//! The ASFF severity label, and how the numeric scales of Security Hub and GuardDuty map to it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// ASFF `Severity.Label`. The order is by harm: `Informational < Low < Medium < High < Critical`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Severity {
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    /// Worst first: the order in which findings are fetched, listed and counted.
    pub const WORST_FIRST: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Informational];

    /// The label as AWS writes it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Critical => "CRITICAL",
            Self::High => "HIGH",
            Self::Medium => "MEDIUM",
            Self::Low => "LOW",
            Self::Informational => "INFORMATIONAL",
        }
    }

    /// A label in any case; `None` for anything that AWS does not define.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::WORST_FIRST.into_iter().find(|s| s.label().eq_ignore_ascii_case(label.trim()))
    }

    /// ASFF `Severity.Normalized`, 0 to 100. Ranges: API reference, `Severity`
    /// (0 informational, 1-39 low, 40-69 medium, 70-89 high, 90-100 critical).
    #[must_use]
    pub fn from_normalized(score: f64) -> Self {
        match score {
            s if s >= 90.0 => Self::Critical,
            s if s >= 70.0 => Self::High,
            s if s >= 40.0 => Self::Medium,
            s if s >= 1.0 => Self::Low,
            _ => Self::Informational,
        }
    }

    /// GuardDuty `Severity`, 1.0 to 10.0. Ranges: GuardDuty user guide, "Severity levels of findings".
    #[must_use]
    pub fn from_guardduty(score: f64) -> Self {
        match score {
            s if s >= 9.0 => Self::Critical,
            s if s >= 7.0 => Self::High,
            s if s >= 4.0 => Self::Medium,
            s if s >= 1.0 => Self::Low,
            _ => Self::Informational,
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_by_harm() {
        let mut sorted = Severity::WORST_FIRST;
        sorted.sort_by(|a, b| b.cmp(a));
        assert_eq!(sorted, Severity::WORST_FIRST);
    }

    #[test]
    fn scales_meet_at_their_documented_edges() {
        assert_eq!(Severity::from_guardduty(8.9), Severity::High);
        assert_eq!(Severity::from_guardduty(9.0), Severity::Critical);
        assert_eq!(Severity::from_normalized(39.0), Severity::Low);
        assert_eq!(Severity::from_normalized(40.0), Severity::Medium);
        assert_eq!(Severity::from_label("critical"), Some(Severity::Critical));
        assert_eq!(Severity::from_label("SEVERE"), None);
    }
}
