//! Paging: the answer of a query is fixed on its first page, and an opaque token says how far a client is.
//!
//! A token belongs to the request that it came from: the same filters, sort, account and Region, or it is refused,
//! as AWS refuses it. A list is kept until newer queries push it out; then its tokens are refused too.

use std::collections::VecDeque;
use std::sync::Arc;

use super::data::rng::mix2;

/// How many lists, and rows over all lists, are kept for clients that are in the middle of one.
const MAX_LISTS: usize = 256;
const MAX_ROWS: usize = 24_000_000;

#[derive(Debug)]
struct List {
    id: u64,
    query: u64,
    rows: Arc<[u32]>,
}

/// Every list that a client may still page through, oldest first.
#[derive(Debug)]
pub(crate) struct Cursors {
    lists: VecDeque<List>,
    next: u64,
    seed: u64,
}

/// A place in a list.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    id: u64,
    pub(crate) rows: Arc<[u32]>,
    pub(crate) from: usize,
}

impl Cursors {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { lists: VecDeque::new(), next: 0, seed }
    }

    /// A new list for a query, at its start.
    pub(crate) fn open(&mut self, query: u64, rows: Vec<u32>) -> Place {
        let rows: Arc<[u32]> = rows.into();
        self.next += 1;
        let id = self.next;
        self.lists.push_back(List { id, query, rows: Arc::clone(&rows) });
        while self.lists.len() > MAX_LISTS || (self.lists.len() > 1 && self.held() > MAX_ROWS) {
            self.lists.pop_front();
        }
        Place { id, rows, from: 0 }
    }

    /// The place that a token means, if it is one of ours and was made for this query.
    pub(crate) fn resume(&mut self, token: &str, query: u64) -> Option<Place> {
        let mut parts = token.split('.').map(|part| u64::from_str_radix(part, 36).ok());
        let (id, from, seal) = (parts.next()??, parts.next()??, parts.next()??);
        if parts.next().is_some() || seal != self.seal(id, from, query) {
            return None;
        }
        let at = self.lists.iter().position(|list| list.id == id && list.query == query)?;
        let list = self.lists.remove(at)?;
        let place = Place { id, rows: Arc::clone(&list.rows), from: usize::try_from(from).ok()? };
        self.lists.push_back(list);
        Some(place)
    }

    /// The token for what follows `upto`; `None` at the end.
    pub(crate) fn token(&self, place: &Place, upto: usize, query: u64) -> Option<String> {
        (upto < place.rows.len()).then(|| {
            let from = upto as u64;
            format!("{}.{}.{}", base36(place.id), base36(from), base36(self.seal(place.id, from, query)))
        })
    }

    const fn seal(&self, id: u64, from: u64, query: u64) -> u64 {
        mix2(mix2(self.seed, query), mix2(id, from))
    }

    fn held(&self) -> usize {
        self.lists.iter().map(|list| list.rows.len()).sum()
    }
}

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % 36).unwrap_or(0);
        digits.push(char::from_digit(digit, 36).unwrap_or('0'));
        number /= 36;
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests say what they expect")]
mod tests {
    use super::*;

    #[test]
    fn a_token_belongs_to_its_query() {
        let mut cursors = Cursors::new(1);
        let place = cursors.open(11, vec![1, 2, 3]);
        let token = cursors.token(&place, 2, 11).unwrap();
        assert_eq!(cursors.resume(&token, 11).unwrap().from, 2);
        assert_eq!(cursors.resume(&token, 11).unwrap().from, 2, "a repeated page is the same page");
        assert!(cursors.resume(&token, 12).is_none());
        assert!(cursors.resume("nonsense", 11).is_none());
        assert_eq!(cursors.token(&place, 3, 11), None);
    }

    #[test]
    fn old_lists_give_way() {
        let mut cursors = Cursors::new(1);
        let first = cursors.open(0, vec![1, 2]);
        let token = cursors.token(&first, 1, 0).unwrap();
        for query in 1..=256 {
            cursors.open(query, vec![1]);
        }
        assert!(cursors.resume(&token, 0).is_none());
    }
}
