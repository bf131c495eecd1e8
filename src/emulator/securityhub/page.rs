//! Paging of small lists: the token is the place, sealed with what was asked.

use crate::emulator::data::rng::{hash, mix2};
use crate::emulator::reply::{Reply, invalid};

/// The part of a list that a page holds, and the token of the next.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) from: usize,
    pub(crate) upto: usize,
    pub(crate) next: Option<String>,
}

/// `MaxResults` within its documented range.
pub(crate) fn max_results(given: Option<i64>, most: usize, default: usize) -> Result<usize, Reply> {
    match given {
        None => Ok(default),
        Some(n) => usize::try_from(n)
            .ok()
            .filter(|n| (1..=most).contains(n))
            .ok_or_else(|| invalid(&format!("Invalid parameter 'MaxResults': {n} is not between 1 and {most}"))),
    }
}

/// A page of a list of `total`; `what` is what was asked, so that a token serves no other question.
pub(crate) fn page(total: usize, size: usize, token: Option<&str>, what: &str) -> Result<Page, Reply> {
    let seal = |from: usize| format!("{from:x}-{:x}", mix2(hash(what), from as u64));
    let from = match token.filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => token
            .split_once('-')
            .and_then(|(from, _)| usize::from_str_radix(from, 16).ok())
            .filter(|from| seal(*from) == token && *from <= total)
            .ok_or_else(|| invalid("The pagination token is invalid or has expired."))?,
    };
    let upto = (from + size).min(total);
    Ok(Page { from, upto, next: (upto < total).then(|| seal(upto)) })
}
