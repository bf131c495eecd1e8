//! JSON written straight into a buffer: no tree, no allocation for each value.
//!
//! Commas come by themselves: a value follows another exactly when the last byte is not an opener or a colon.

use std::fmt::Write as _;

use super::super::clock::Millis;

/// A JSON document under construction.
#[derive(Debug, Default)]
pub(crate) struct Json {
    out: String,
}

impl Json {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { out: String::with_capacity(bytes) }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.out
    }

    pub(crate) fn clear(&mut self) {
        self.out.clear();
    }

    fn comma(&mut self) {
        if !matches!(self.out.as_bytes().last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(',');
        }
    }

    fn key(&mut self, key: &str) {
        self.comma();
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    /// An object as a value or an element.
    pub(crate) fn object(&mut self, fill: impl FnOnce(&mut Self)) {
        self.comma();
        self.out.push('{');
        fill(self);
        self.out.push('}');
    }

    /// `"key":{...}`
    pub(crate) fn object_at(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.key(key);
        self.out.push('{');
        fill(self);
        self.out.push('}');
    }

    /// `"key":[...]`
    pub(crate) fn array_at(&mut self, key: &str, fill: impl FnOnce(&mut Self)) {
        self.key(key);
        self.out.push('[');
        fill(self);
        self.out.push(']');
    }

    /// `"key":["a","b"]`
    pub(crate) fn strings<S: AsRef<str>>(&mut self, key: &str, items: impl IntoIterator<Item = S>) {
        self.array_at(key, |j| {
            for item in items {
                j.item(item.as_ref());
            }
        });
    }

    /// A string element of an array.
    pub(crate) fn item(&mut self, value: &str) {
        self.comma();
        self.quoted(value);
    }

    /// `"key":"value"`, escaped.
    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        self.quoted(value);
    }

    /// `"key":"..."` from `format_args!`: for ARNs and other text of our own, which holds nothing to escape.
    pub(crate) fn plain(&mut self, key: &str, value: std::fmt::Arguments<'_>) {
        self.key(key);
        self.out.push('"');
        let _ = self.out.write_fmt(value); // writing to a String cannot fail
        self.out.push('"');
    }

    /// A key that is itself text from outside (tags, product fields).
    pub(crate) fn entry(&mut self, key: &str, value: &str) {
        self.comma();
        self.quoted(key);
        self.out.push(':');
        self.quoted(value);
    }

    pub(crate) fn int(&mut self, key: &str, value: i64) {
        self.key(key);
        let _ = write!(self.out, "{value}");
    }

    pub(crate) fn float(&mut self, key: &str, value: f64) {
        self.key(key);
        if value.is_finite() {
            let _ = write!(self.out, "{value}");
        } else {
            self.out.push_str("null");
        }
    }

    pub(crate) fn bool(&mut self, key: &str, value: bool) {
        self.key(key);
        self.out.push_str(if value { "true" } else { "false" });
    }

    /// RFC 3339 in UTC with milliseconds.
    pub(crate) fn time(&mut self, key: &str, at: Millis) {
        self.key(key);
        self.out.push('"');
        write_time(&mut self.out, at);
        self.out.push('"');
    }

    /// Epoch seconds with a fraction, as restJson1 writes timestamps that have no format of their own.
    pub(crate) fn epoch(&mut self, key: &str, at: Millis) {
        self.key(key);
        let _ = write!(self.out, "{}.{:03}", at.div_euclid(1000), at.rem_euclid(1000));
    }

    /// JSON that is already JSON.
    pub(crate) fn raw(&mut self, json: &str) {
        self.comma();
        self.out.push_str(json);
    }

    fn quoted(&mut self, value: &str) {
        self.out.push('"');
        let mut clean = 0;
        for (at, byte) in value.bytes().enumerate() {
            let escape: &str = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                0..0x20 => "",
                _ => continue,
            };
            self.out.push_str(value.get(clean..at).unwrap_or_default());
            if escape.is_empty() {
                let _ = write!(self.out, "\\u{byte:04x}");
            } else {
                self.out.push_str(escape);
            }
            clean = at + 1;
        }
        self.out.push_str(value.get(clean..).unwrap_or_default());
        self.out.push('"');
    }
}

/// `2026-11-23T12:00:00.000Z`. Days to a civil date after Hinnant's algorithm.
pub(crate) fn write_time(out: &mut String, at: Millis) {
    let (seconds, fraction) = (at.div_euclid(1000), at.rem_euclid(1000));
    let (days, clock) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let part = (5 * of_year + 2) / 153;
    let day = of_year - (153 * part + 2) / 5 + 1;
    let month = if part < 10 { part + 3 } else { part - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    let _ = write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction:03}Z");
}

/// The same, as a string of its own.
pub(crate) fn time_text(at: Millis) -> String {
    let mut out = String::with_capacity(24);
    write_time(&mut out, at);
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests say what they expect")]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_jiff_writes_them() {
        for at in [0, 951_782_400_000, 1_764_000_123_456, 4_102_444_799_999] {
            let expected: jiff::Timestamp = time_text(at).parse().unwrap();
            assert_eq!(expected.as_millisecond(), at);
        }
    }

    #[test]
    fn text_is_escaped_so_that_a_parser_gives_it_back() {
        let nasty = "a\"b\\c\nd\u{1b}[31m\u{202e}e\u{0}";
        let mut json = Json::default();
        json.object(|j| j.text("k", nasty));
        let value: serde_json::Value = serde_json::from_str(json.as_str()).unwrap();
        assert_eq!(value["k"], nasty);
    }
}
