//! Token buckets, one for each account, Region and operation, as Security Hub documents them.
//!
//! Source: the `securityhub` service model's own documentation. `GuardDuty` and STS document no rates, so nothing is
//! held back there.

use std::collections::HashMap;

use super::clock::Millis;
use super::operation::{Operation, Speaks};
use super::request::Request;

/// Calls a second, and how many may come at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    pub(crate) burst: f64,
}

/// The documented rate of an operation; `None` where nothing is documented.
pub(crate) const fn documented(operation: Operation) -> Option<Rate> {
    match (operation.service(), operation) {
        (Speaks::SecurityHub, Operation::GetFindings) => Some(Rate { per_second: 3.0, burst: 6.0 }),
        (Speaks::SecurityHub, _) => Some(Rate { per_second: 10.0, burst: 30.0 }),
        _ => None,
    }
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Millis,
}

/// All buckets that were ever asked.
#[derive(Debug, Default)]
pub(crate) struct Buckets(HashMap<(String, String, Operation), Bucket>);

impl Buckets {
    /// Takes one call out of its bucket, or says no.
    pub(crate) fn admit(&mut self, request: &Request, now: Millis) -> bool {
        let Some(rate) = documented(request.operation) else { return true };
        let key = (request.account.clone(), request.region.clone(), request.operation);
        let bucket = self.0.entry(key).or_insert(Bucket { tokens: rate.burst, filled: now });
        let elapsed = f64::from(i32::try_from((now - bucket.filled).max(0)).unwrap_or(i32::MAX)) / 1000.0;
        bucket.tokens = elapsed.mul_add(rate.per_second, bucket.tokens).min(rate.burst);
        bucket.filled = bucket.filled.max(now);
        let admitted = bucket.tokens >= 1.0;
        if admitted {
            bucket.tokens -= 1.0;
        }
        admitted
    }
}
