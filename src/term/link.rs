//! Hyperlinks (OSC 8) as an attribute of cells.
//!
//! In: stretches of rows and the address under each. Out: the sequence that opens an address before its cells and closes
//! it behind them. A stretch carries a whole address, and those of one address share an id, so that the terminal takes
//! a link over several rows for one however little of it is written anew.

use std::hash::{Hash as _, Hasher as _};
use std::io::Write as _;
use std::sync::Arc;

use rustc_hash::FxHasher;

/// An address that a terminal may be given: `https`, printable ASCII, no longer than browsers take.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(Arc<str>);

impl Address {
    /// The longest that terminals agree on.
    const LONGEST: usize = 2_083;

    /// `None` for anything else: no sequence can be hidden in what is left.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let printable = text.bytes().all(|byte| matches!(byte, b'!'..=b'~'));
        let fits = text.len() <= Self::LONGEST && text.starts_with("https://") && printable;
        fits.then(|| Self(text.into()))
    }

    pub(super) fn open(&self, out: &mut Vec<u8>) {
        let mut hasher = FxHasher::default();
        self.0.hash(&mut hasher);
        // a Vec takes every write
        let _ = write!(out, "\x1b]8;id={:x};{}\x1b\\", hasher.finish() & 0xffff_ffff, self.0);
    }
}

/// Ends the link that is open.
pub(super) const CLOSE: &[u8] = b"\x1b]8;;\x1b\\";

/// The cells `from..to` of a row lead to an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub row: u16,
    pub from: u16,
    pub to: u16,
    pub address: Address,
}

/// The links of one frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Links(Vec<Link>);

impl Links {
    pub(super) const fn new(links: Vec<Link>) -> Self {
        Self(links)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where a cell leads; later links lie over earlier ones.
    pub(super) fn at(&self, x: usize, y: u16) -> Option<&Address> {
        let over = |link: &&Link| link.row == y && (usize::from(link.from)..usize::from(link.to)).contains(&x);
        self.0.iter().rev().find(over).map(|link| &link.address)
    }

    pub(super) fn same_in_row(&self, other: &Self, y: u16) -> bool {
        let of_row = |link: &&Link| link.row == y;
        self.0.iter().filter(of_row).eq(other.0.iter().filter(of_row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_no_sequence() {
        assert!(Address::new("https://eu-west-1.console.aws.amazon.com/x?y=%20#/z").is_some());
        for text in ["http://a", "https://a\u{1b}\\", "https://a b", "https://é", "javascript:x", "https://a\u{7}", ""]
        {
            assert_eq!(Address::new(text), None, "{text:?}");
        }
        assert_eq!(Address::new(&format!("https://{}", "a".repeat(3_000))), None);
    }
}
