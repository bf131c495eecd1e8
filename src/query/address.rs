//! Addresses as queries ask for them: one, or a block of them (CIDR).

use std::fmt;
use std::net::IpAddr;

/// A block of addresses; one address is the block of that one. The bits behind the prefix are zero, so that one block
/// has one shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Block {
    base: IpAddr,
    prefix: u8,
}

impl Block {
    /// Reads `198.51.100.7`, `198.51.100.0/24` or `2001:db8::/32`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = longest(address);
        let prefix = match prefix {
            None => longest,
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
        };
        (prefix <= longest).then(|| Self { base: cut(address, prefix), prefix })
    }

    /// Is the text an address of this block. Text that is no address is in none.
    #[must_use]
    pub fn has(self, text: &str) -> bool {
        let same_family = |address: &IpAddr| address.is_ipv4() == self.base.is_ipv4();
        let address = text.parse().ok().filter(same_family);
        address.is_some_and(|address| cut(address, self.prefix) == self.base)
    }
}

const fn longest(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address with the bits behind the prefix zero.
fn cut(address: IpAddr, prefix: u8) -> IpAddr {
    let behind = u32::from(longest(address) - prefix);
    match address {
        IpAddr::V4(v4) => {
            let bits = v4.to_bits();
            IpAddr::V4((bits.checked_shr(behind).unwrap_or(0).checked_shl(behind).unwrap_or(0)).into())
        }
        IpAddr::V6(v6) => {
            let bits = v6.to_bits();
            IpAddr::V6((bits.checked_shr(behind).unwrap_or(0).checked_shl(behind).unwrap_or(0)).into())
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { base, prefix } = self;
        if *prefix == longest(*base) { write!(f, "{base}") } else { write!(f, "{base}/{prefix}") }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_its_addresses_and_no_others() {
        let has = |block: &str, address: &str| Block::parse(block).unwrap().has(address);
        assert!(has("198.51.100.7", "198.51.100.7") && !has("198.51.100.7", "198.51.100.70"));
        assert!(has("198.51.100.9/24", "198.51.100.255") && !has("198.51.100.0/24", "198.51.101.0"));
        assert!(has("0.0.0.0/0", "203.0.113.9") && !has("0.0.0.0/0", "2001:db8::1"));
        assert!(has("2001:db8::/32", "2001:0DB8:0:1::7") && has("2001:db8::1", "2001:db8:0::0:1"));
        assert!(!has("0.0.0.0/0", "not an address"));
        assert_eq!(Block::parse("198.51.100.9/24").unwrap().to_string(), "198.51.100.0/24");
        for wrong in ["", "198.51.100", "198.51.100.0/33", "198.51.100.0/", "198.51.100.0/+1", "2001:db8::/129"] {
            assert_eq!(Block::parse(wrong), None, "{wrong}");
        }
    }
}
