//! Each record's JSON as it was sent, one a line.
//!
//! A record that was sent on one line goes out byte for byte. One with line breaks in it loses the white space between
//! its values, and nothing else: numbers, escapes, order and repeated keys stay as they are.

use std::borrow::Cow;
use std::io::{self, Write};

use super::json;
use crate::store::{Row, Snapshot};

/// The raw records of the rows; gives back the reasons of those that could not be read back.
///
/// # Errors
/// What writing answered.
pub fn records<'a>(
    out: &mut impl Write,
    snapshot: &Snapshot,
    rows: impl Iterator<Item = Row<'a>>,
) -> io::Result<Vec<String>> {
    let mut lost = Vec::new();
    for row in rows {
        for record in row.records() {
            match snapshot.raw(&record) {
                Ok(json) => {
                    out.write_all(&one_line(json.trim_ascii()))?;
                    out.write_all(b"\n")?;
                }
                Err(error) => lost.push(format!("the record {} cannot be printed: {error}", record.id())),
            }
        }
    }
    Ok(lost)
}

/// One record for the clipboard: the same JSON on one line, with nothing in it that a terminal would obey when it is
/// pasted.
#[must_use]
pub fn for_clipboard(json: &[u8]) -> String {
    let line = String::from_utf8_lossy(&one_line(json.trim_ascii())).into_owned();
    let mut escaped = Vec::with_capacity(line.len());
    // A Vec takes every write.
    let _ = json::escape(&mut escaped, &line);
    String::from_utf8(escaped).unwrap_or(line)
}

/// The JSON on one line.
fn one_line(json: &[u8]) -> Cow<'_, [u8]> {
    if !json.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
        return Cow::Borrowed(json);
    }
    let mut line = Vec::with_capacity(json.len());
    let mut in_string = false;
    let mut escaped = false;
    for &byte in json {
        if in_string {
            line.push(byte);
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else if !byte.is_ascii_whitespace() {
            line.push(byte);
            in_string = byte == b'"';
        }
    }
    Cow::Owned(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_one_line_is_untouched_and_the_rest_loses_white_space_alone() {
        let compact = br#"{"a": 1.50, "b":  "x y"}"#;
        assert_eq!(&*one_line(compact), compact);
        let spread = b"{\n  \"a\": 1.50,\r\n\t\"b\" : \"x  \\\" y\\\\\",\n \"a\": [ 1e5, null ]\n}";
        assert_eq!(one_line(spread), br#"{"a":1.50,"b":"x  \" y\\","a":[1e5,null]}"#.as_slice());
    }
}
