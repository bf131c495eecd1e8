//! Faults on demand: what goes wrong, for which service, operation and Region, and how often.
//!
//! ```text
//! SPEC   = RULE { "," RULE }
//! RULE   = TARGET ":" FAULT "=" AMOUNT
//! TARGET = ("*" | "securityhub" | "guardduty" | "sts") [ "." OPERATION ] [ "@" REGION ]
//! FAULT  = throttle | 5xx | latency | timeout | cut | badjson | expired | denied | off | login
//! AMOUNT = a probability 0 to 1; for latency a duration (300ms, 1.5s), optionally "@" probability
//! ```
//!
//! Every rule draws from its own stream of the seed, so the same calls in the same order fail alike.

use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::data::rng::Rng;
use super::operation::{Operation, Speaks};
use super::request::Request;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// 429 `TooManyRequestsException`.
    Throttle,
    /// 500 or 503.
    ServerError,
    /// The answer comes later.
    Latency(Duration),
    /// No answer ever comes.
    Timeout,
    /// The connection is cut in the middle of the body.
    Cut,
    /// The body is not JSON.
    BadJson,
    /// The pagination token of the request is refused.
    Expired,
    /// `AccessDeniedException`.
    Denied,
    /// The service is not turned on in the Region.
    Off,
    /// `ExpiredTokenException`: the credentials are no longer good.
    Login,
}

const WORDS: [(&str, Fault); 9] = [
    ("throttle", Fault::Throttle),
    ("5xx", Fault::ServerError),
    ("timeout", Fault::Timeout),
    ("cut", Fault::Cut),
    ("badjson", Fault::BadJson),
    ("expired", Fault::Expired),
    ("denied", Fault::Denied),
    ("off", Fault::Off),
    ("login", Fault::Login),
];

/// One rule of a specification.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub fault: Fault,
    /// `None` is every service.
    pub service: Option<Speaks>,
    pub operation: Option<String>,
    pub region: Option<String>,
    /// 0 to 1.
    pub probability: f64,
}

/// A whole specification, as `--faults` takes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Faults(pub Vec<Rule>);

/// Why a specification is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fault {rule:?}: {reason}")]
pub struct FaultError {
    pub rule: String,
    pub reason: String,
}

impl FromStr for Faults {
    type Err = FaultError;

    fn from_str(spec: &str) -> Result<Self, FaultError> {
        let rules = spec.split(',').map(str::trim).filter(|rule| !rule.is_empty());
        rules
            .map(|rule| parse(rule).map_err(|reason| FaultError { rule: rule.to_owned(), reason }))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn parse(rule: &str) -> Result<Rule, String> {
    let shape = "expected SERVICE:FAULT=AMOUNT, for example securityhub:throttle=0.1";
    let (target, what) = rule.split_once(':').ok_or(shape)?;
    let (word, amount) = what.split_once('=').ok_or(shape)?;
    let (target, region) = target.split_once('@').map_or((target, None), |(t, r)| (t, Some(r.trim().to_owned())));
    let (service, operation) = target.split_once('.').map_or((target, None), |(s, o)| (s, Some(o.trim())));
    let service = match service.trim() {
        "*" => None,
        name => Some(
            Speaks::from_name(name)
                .ok_or_else(|| format!("no service {name:?}; it is one of *, securityhub, guardduty, sts"))?,
        ),
    };
    let operation = operation.map(|name| known_operation(name, service)).transpose()?;
    let (fault, probability) = amount_of(word.trim(), amount.trim())?;
    Ok(Rule { fault, service, operation, region, probability })
}

fn known_operation(name: &str, service: Option<Speaks>) -> Result<String, String> {
    let known = Operation::ALL.iter().any(|o| o.name() == name && service.is_none_or(|s| s == o.service()));
    if known { Ok(name.to_owned()) } else { Err(format!("no operation {name:?} there; names are as AWS writes them")) }
}

fn amount_of(word: &str, amount: &str) -> Result<(Fault, f64), String> {
    if word == "latency" {
        let (duration, share) = amount.split_once('@').unwrap_or((amount, "1"));
        return Ok((Fault::Latency(duration_of(duration)?), probability_of(share)?));
    }
    let known = WORDS.iter().find(|(name, _)| *name == word);
    let (_, fault) = known.ok_or_else(|| {
        let words: Vec<&str> = WORDS.iter().map(|(name, _)| *name).collect();
        format!("no fault {word:?}; it is one of {}, latency", words.join(", "))
    })?;
    Ok((*fault, probability_of(amount)?))
}

fn probability_of(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err(format!("{text:?} is not a probability from 0 to 1")),
    }
}

fn duration_of(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.find(|c: char| c.is_ascii_alphabetic()).map_or((text, ""), |at| text.split_at(at));
    let scale = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        _ => return Err(format!("{text:?} is not a duration; write 300ms or 1.5s")),
    };
    number
        .parse::<f64>()
        .ok()
        .and_then(|n| Duration::try_from_secs_f64(n * scale).ok())
        .filter(|d| *d <= Duration::from_hours(1))
        .ok_or_else(|| format!("{text:?} is not a duration of at most an hour"))
}

/// Rules with their streams: what strikes which call.
#[derive(Debug)]
pub(crate) struct Dice {
    rules: Vec<(Rule, AtomicU64)>,
    seed: u64,
}

impl Dice {
    pub(crate) fn new(faults: &Faults, seed: u64) -> Self {
        Self { rules: faults.0.iter().map(|rule| (rule.clone(), AtomicU64::new(0))).collect(), seed }
    }

    /// Every fault that strikes this call, in the order of the rules.
    pub(crate) fn strike(&self, request: &Request) -> Vec<Fault> {
        let mut struck = Vec::new();
        for (at, (rule, draws)) in self.rules.iter().enumerate() {
            let hits = rule.service.is_none_or(|s| s == request.operation.service())
                && rule.operation.as_deref().is_none_or(|o| o == request.operation.name())
                && rule.region.as_deref().is_none_or(|r| r == request.region);
            if hits {
                let draw = draws.fetch_add(1, Ordering::SeqCst);
                let mut rng = Rng::new(self.seed ^ (at as u64 + 1), draw);
                if rng.unit() < rule.probability {
                    struck.push(rule.fault);
                }
            }
        }
        struck
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests say what they expect")]
mod tests {
    use super::*;

    #[test]
    fn a_specification_is_read() {
        let faults: Faults =
            "securityhub:throttle=0.1, guardduty:latency=300ms,*:5xx=0.05,securityhub.GetFindings@eu-west-1:cut=1"
                .parse()
                .unwrap();
        assert_eq!(faults.0.len(), 4);
        assert_eq!(faults.0[1].fault, Fault::Latency(Duration::from_millis(300)));
        assert_eq!(faults.0[2].service, None);
        assert_eq!(faults.0[3].operation.as_deref(), Some("GetFindings"));
        assert_eq!(faults.0[3].region.as_deref(), Some("eu-west-1"));
    }

    #[test]
    fn mistakes_are_named() {
        for (spec, part) in [
            ("securityhub", "expected SERVICE:FAULT=AMOUNT"),
            ("macie:5xx=1", "no service \"macie\""),
            ("sts:fire=1", "no fault \"fire\""),
            ("sts:5xx=2", "not a probability"),
            ("sts:latency=3", "not a duration"),
            ("sts.GetFindings:5xx=1", "no operation"),
        ] {
            let error = spec.parse::<Faults>().unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
