//! The address of a finding in the AWS console.
//!
//! Source of fact: `GuardDuty` user guide, "Processing findings with `EventBridge`" (the link it builds); Security Hub's
//! own search links, whose filter is percent-encoded twice.

use std::fmt::Write as _;

use super::message::Tone;
use super::{Effect, Moment, State};
use crate::model::Format;
use crate::store::{Row, RowId};

/// Shows the link of a finding in a message, and copies it.
pub(super) fn show(state: &mut State, row: Option<RowId>, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let row = moment.snapshot.row(row?)?;
    let Some(link) = link(&row) else {
        state.say(Tone::Notice, "This finding names no Region: there is no console to open it in.", moment.now);
        return Some(Vec::new());
    };
    state.say(Tone::Notice, link.clone(), moment.now);
    Some(vec![Effect::Copy { text: link, what: "console link" }])
}

/// The page of the service that made the lead record, in the finding's own Region. `None` where no Region is named.
#[must_use]
pub fn link(row: &Row<'_>) -> Option<String> {
    let region = row.region().filter(|region| is_region(region))?;
    let host = host(region);
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
fn host(region: &str) -> String {
    if region.starts_with("cn-") {
        format!("{region}.console.amazonaws.cn")
    } else if region.starts_with("us-gov-") {
        format!("{region}.console.amazonaws-us-gov.com")
    } else {
        format!("{region}.console.aws.amazon.com")
    }
}

/// A host name must never be made of anything else that a record says.
fn is_region(region: &str) -> bool {
    !region.is_empty() && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_of_the_partition() {
        assert_eq!(host("eu-west-1"), "eu-west-1.console.aws.amazon.com");
        assert_eq!(host("cn-north-1"), "cn-north-1.console.amazonaws.cn");
        assert_eq!(host("us-gov-west-1"), "us-gov-west-1.console.amazonaws-us-gov.com");
        assert!(is_region("ap-northeast-1"));
        assert!(!is_region("evil.example/"));
        assert!(!is_region(""));
    }

    #[test]
    fn everything_but_plain_letters_is_encoded() {
        assert_eq!(encoded("a:b/c é"), "a%3Ab%2Fc%20%C3%A9");
    }
}
