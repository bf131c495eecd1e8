//! JSON as lines: every key in its place and every number as it was written, since a reader of evidence must see what
//! was sent. Our own small tokenizer, because a parser would give back values, not text.

use std::ops::Range;

/// One line of the record as it is printed: `"key": {`, `"key": value,`, `}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonLine {
    pub depth: u16,
    /// The key with its quotes, as bytes of the record.
    pub key: Option<Range<usize>>,
    pub value: JsonValue,
    /// A comma follows.
    pub comma: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonValue {
    /// A string, number, `true`, `false` or `null`, as bytes of the record; or an empty `{}` or `[]`.
    Scalar(Range<usize>),
    /// `{` or `[`: how many values it has, and the line that closes it.
    Open { bracket: char, values: usize, close: usize },
    /// `}` or `]`.
    Close(char),
}

/// Where the text stops being JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not JSON from byte {at} on")]
pub struct NotJson {
    pub at: usize,
}

/// Splits a record into lines.
///
/// # Errors
/// With the byte that does not belong there.
pub fn lines(text: &str) -> Result<Vec<JsonLine>, NotJson> {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0, lines: Vec::new(), open: Vec::new() };
    reader.value(None)?;
    while !reader.open.is_empty() {
        reader.next()?;
    }
    reader.blank();
    if reader.at < text.len() { Err(NotJson { at: reader.at }) } else { Ok(reader.lines) }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    lines: Vec<JsonLine>,
    /// The lines of the objects and arrays that are not closed yet. A heap, not the call stack: a record may nest as
    /// deep as it likes.
    open: Vec<usize>,
}

impl Reader<'_> {
    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.blank();
        self.bytes.get(self.at).copied()
    }

    fn error<T>(&self) -> Result<T, NotJson> {
        Err(NotJson { at: self.at })
    }

    /// The next value of the innermost container, or its end.
    fn next(&mut self) -> Result<(), NotJson> {
        let Some(&container) = self.open.last() else { return self.error() };
        let Some(JsonLine { value: JsonValue::Open { bracket, values, .. }, .. }) = self.lines.get(container) else {
            return self.error();
        };
        let (close, values) = (if *bracket == '{' { '}' } else { ']' }, *values);
        match self.peek() {
            Some(byte) if char::from(byte) == close => {
                self.at += 1;
                self.close(container, close);
                return Ok(());
            }
            Some(b',') if values > 0 => {
                self.at += 1;
                if let Some(line) = self.lines.last_mut() {
                    line.comma = true;
                }
            }
            Some(_) if values == 0 => {}
            _ => return self.error(),
        }
        if let Some(JsonLine { value: JsonValue::Open { values, .. }, .. }) = self.lines.get_mut(container) {
            *values += 1;
        }
        let key = if close == '}' { Some(self.key()?) } else { None };
        self.value(key)
    }

    fn key(&mut self) -> Result<Range<usize>, NotJson> {
        if self.peek() != Some(b'"') {
            return self.error();
        }
        let key = self.string()?;
        if self.peek() != Some(b':') {
            return self.error();
        }
        self.at += 1;
        Ok(key)
    }

    fn value(&mut self, key: Option<Range<usize>>) -> Result<(), NotJson> {
        let depth = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        let value = match self.peek() {
            Some(bracket @ (b'{' | b'[')) => {
                let start = self.at;
                self.at += 1;
                if self.peek() == Some(bracket + 2) {
                    self.at += 1;
                    JsonValue::Scalar(start..self.at)
                } else {
                    self.open.push(self.lines.len());
                    JsonValue::Open { bracket: char::from(bracket), values: 0, close: 0 }
                }
            }
            Some(b'"') => JsonValue::Scalar(self.string()?),
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => JsonValue::Scalar(self.word()),
            _ => return self.error(),
        };
        self.lines.push(JsonLine { depth, key, value, comma: false });
        Ok(())
    }

    fn string(&mut self) -> Result<Range<usize>, NotJson> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(start..self.at);
                }
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => return Err(NotJson { at: start }),
            }
        }
    }

    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.')) {
            self.at += 1;
        }
        start..self.at
    }

    fn close(&mut self, container: usize, bracket: char) {
        self.open.pop();
        let at = self.lines.len();
        if let Some(JsonLine { value: JsonValue::Open { close, .. }, .. }) = self.lines.get_mut(container) {
            *close = at;
        }
        let depth = u16::try_from(self.open.len()).unwrap_or(u16::MAX);
        self.lines.push(JsonLine { depth, key: None, value: JsonValue::Close(bracket), comma: false });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// The lines put together again, without blanks.
    fn compact(text: &str) -> String {
        let mut out = String::new();
        for line in lines(text).unwrap() {
            if let Some(key) = line.key {
                out.push_str(text.get(key).unwrap());
                out.push(':');
            }
            match line.value {
                JsonValue::Scalar(range) => out.push_str(text.get(range).unwrap()),
                JsonValue::Open { bracket, .. } | JsonValue::Close(bracket) => out.push(bracket),
            }
            if line.comma {
                out.push(',');
            }
        }
        out
    }

    #[test]
    fn keeps_order_numbers_and_escapes_as_they_were_sent() {
        for text in [
            r#"{"z":1.0,"a":10000000000000000000001,"b":[1e5,-0,{"k":"\"\\ é\u00e9"}],"e":{},"f":[],"n":null}"#,
            "[]",
            "\"x\"",
            "[[[1]]]",
            r#"{"a":{"b":{"c":[true,false]}},"a":"again"}"#,
        ] {
            assert_eq!(compact(text), text);
        }
        assert_eq!(compact(" { \"a\" :\n[ 1 ,\t2 ] } "), r#"{"a":[1,2]}"#);
    }

    #[test]
    fn brackets_know_what_they_hold_and_where_they_close() {
        let read = lines(r#"{"a":[1,2,3],"b":2}"#).unwrap();
        assert_eq!(read[0].value, JsonValue::Open { bracket: '{', values: 2, close: 7 });
        assert_eq!(read[1].value, JsonValue::Open { bracket: '[', values: 3, close: 5 });
        assert_eq!((read[5].depth, read[5].comma), (1, true));
    }

    #[test]
    fn what_is_not_json_is_said_with_its_place() {
        for (text, at) in
            [("", 0), ("{", 1), ("{\"a\"}", 4), ("[1 2]", 3), ("{\"a\":1}x", 7), ("\"open", 0), ("[,1]", 1)]
        {
            assert_eq!(lines(text).unwrap_err().at, at, "{text}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let text = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(lines(&text).unwrap().len(), 2 * 200_000 - 1);
    }
}
