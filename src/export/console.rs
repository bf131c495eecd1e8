//! The address of a finding in the AWS console.
//!
//! In: a row. Out: an `https` address of one of AWS's own console hosts, every part from outside percent-encoded; or
//! nothing. Source of fact: `GuardDuty` user guide, "Processing findings with `EventBridge`" (the link it builds);
//! Security Hub's own search links, whose filter is percent-encoded twice; the consoles' hosts by partition (`aws`,
//! `aws-cn`, `aws-us-gov`). Other partitions have hosts that are not public: no link there.

use std::fmt::Write as _;

use crate::model::Format;
use crate::store::Row;

/// The page of the service that made the lead record, in the finding's own Region. `None` where no Region is named, or
/// none that has a public console.
#[must_use]
pub fn link(row: &Row<'_>) -> Option<String> {
    let region = row.region()?;
    let host = host(region)?;
    let id = row.id();
    let from_guardduty = row.records().next().is_some_and(|record| record.format() == Format::GuardDuty);
    Some(if from_guardduty || row.product() == "GuardDuty" {
        let bare = id.rsplit('/').next().unwrap_or(&id);
        format!("https://{host}/guardduty/home?region={region}#/findings?search=id%3D{}", encoded(bare))
    } else {
        let filter = encoded(&encoded(&format!("\\operator\\:EQUALS\\:{id}")));
        format!("https://{host}/securityhub/home?region={region}#/findings?search=Id%3D{filter}")
    })
}

/// A Region's console, in its partition.
fn host(region: &str) -> Option<String> {
    if !is_region(region) {
        return None;
    }
    match region.split('-').next()? {
        "cn" => Some(format!("{region}.console.amazonaws.cn")),
        "us" if region.starts_with("us-gov-") => Some(format!("{region}.console.amazonaws-us-gov.com")),
        _ if region.contains("-iso") || region.starts_with("eusc-") => None,
        _ => Some(format!("{region}.console.aws.amazon.com")),
    }
}

/// `eu-west-1`, `us-gov-west-1`: a host name must never be made of anything else that a record says.
#[must_use]
pub fn is_region(region: &str) -> bool {
    let mut parts = region.rsplit('-');
    let number =
        parts.next().is_some_and(|part| (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()));
    let words: Vec<&str> = parts.collect();
    let word = |part: &&str| !part.is_empty() && part.len() <= 12 && part.bytes().all(|b| b.is_ascii_lowercase());
    number && (2..=4).contains(&words.len()) && words.iter().all(word)
}

/// Percent-encoded but for what RFC 3986 calls unreserved.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}"); // a String takes every write
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_of_the_partition() {
        for (region, expected) in [
            ("eu-west-1", Some("eu-west-1.console.aws.amazon.com")),
            ("ap-southeast-5", Some("ap-southeast-5.console.aws.amazon.com")),
            ("cn-north-1", Some("cn-north-1.console.amazonaws.cn")),
            ("us-gov-west-1", Some("us-gov-west-1.console.amazonaws-us-gov.com")),
            ("us-iso-east-1", None),
            ("us-isob-east-1", None),
            ("eusc-de-east-1", None),
            ("evil.example/", None),
            ("evil-example-1.com#-1", None),
            ("-1", None),
            ("us--1", None),
            ("", None),
        ] {
            assert_eq!(host(region).as_deref(), expected, "{region:?}");
        }
    }

    #[test]
    fn everything_but_plain_letters_is_encoded() {
        assert_eq!(encoded("a:b/c é\u{1b}]8;;"), "a%3Ab%2Fc%20%C3%A9%1B%5D8%3B%3B");
    }
}
