//! JSON for `serde`, read from mark to mark: for records, of which most is passed over.
//!
//! In: text, and a type that says what it wants of it. Out: the value, borrowing from the text. It takes what
//! `serde_json` takes, gives what it gives, and refuses what it refuses, but does not say why: who wants to know asks
//! `serde_json` (`decode::parse`). What is rare is left to that crate as well: strings with escapes, numbers that are
//! not small whole ones.

use std::cell::RefCell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::marks::Marks;

/// Not JSON, or not what was wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the JSON that was expected")
    }
}

impl std::error::Error for Broken {}

impl de::Error for Broken {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

thread_local! {
    /// Reused from record to record.
    static MARKS: RefCell<Marks> = RefCell::default();
}

/// Reads one value that is the whole text.
pub(super) fn read<'a, T: de::Deserialize<'a>>(text: &'a str) -> Result<T, Broken> {
    let mut marks = MARKS.take();
    let value = marks.mark(text).and_then(|()| {
        let mut reader = Reader { text, marks: &marks, at: 0, depth: 0 };
        let value = T::deserialize(&mut reader)?;
        if reader.at == marks.places.len() { Ok(value) } else { Err(Broken) }
    });
    MARKS.set(marks);
    value
}

/// As deep as `serde_json` goes.
const DEEPEST: u32 = 127;

struct Reader<'de, 'm> {
    text: &'de str,
    marks: &'m Marks,
    /// The next mark.
    at: usize,
    depth: u32,
}

/// What may come next while a value is passed over.
#[derive(Clone, Copy)]
enum Next {
    Value,
    /// The first of a list, or its end.
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
}

impl<'de> Reader<'de, '_> {
    #[inline]
    fn place(&self, at: usize) -> Result<usize, Broken> {
        self.marks.places.get(at).map(|place| *place as usize).ok_or(Broken)
    }

    /// The letter at the next mark.
    #[inline]
    fn peek(&self) -> Result<u8, Broken> {
        self.text.as_bytes().get(self.place(self.at)?).copied().ok_or(Broken)
    }

    #[inline]
    fn expect(&mut self, letter: u8) -> Result<(), Broken> {
        if self.peek()? == letter {
            self.at += 1;
            Ok(())
        } else {
            Err(Broken)
        }
    }

    /// The inside of the string that begins at the next mark.
    #[inline]
    fn inside(&mut self) -> Result<&'de str, Broken> {
        let (open, close) = (self.place(self.at)?, self.place(self.at + 1)?);
        self.at += 2;
        self.text.get(open + 1..close).ok_or(Broken)
    }

    #[inline]
    fn has_escapes(&self, inside: &str) -> bool {
        self.marks.has_escapes && memchr::memchr(b'\\', inside.as_bytes()).is_some()
    }

    /// A string, to be borrowed where it says what it means.
    #[inline]
    fn string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Broken> {
        let open = self.place(self.at)?;
        let inside = self.inside()?;
        if self.has_escapes(inside) {
            let quoted = self.text.get(open..open + inside.len() + 2).ok_or(Broken)?;
            let meant: String = serde_json::from_str(quoted).map_err(|_| Broken)?;
            visitor.visit_str(&meant)
        } else {
            visitor.visit_borrowed_str(inside)
        }
    }

    /// The text of what is no string, list or object.
    #[inline]
    fn bare(&mut self) -> Result<&'de str, Broken> {
        let start = self.place(self.at)?;
        self.at += 1;
        let end = self.marks.places.get(self.at).map_or(self.text.len(), |place| *place as usize);
        Ok(self.text.get(start..end).ok_or(Broken)?.trim_ascii_end())
    }

    fn scalar<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Broken> {
        match self.bare()? {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            "null" => visitor.visit_unit(),
            number => match small(number) {
                Some(number) => visitor.visit_u64(number),
                None if is_number(number.as_bytes()) => {
                    serde_json::Deserializer::from_str(number).deserialize_any(visitor).map_err(|_| Broken)
                }
                None => Err(Broken),
            },
        }
    }

    fn list<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Broken> {
        self.enter()?;
        let value = visitor.visit_seq(Parts { reader: self, is_first: true })?;
        self.leave(b']')?;
        Ok(value)
    }

    fn object<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Broken> {
        self.enter()?;
        let value = visitor.visit_map(Parts { reader: self, is_first: true })?;
        self.leave(b'}')?;
        Ok(value)
    }

    fn enter(&mut self) -> Result<(), Broken> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST { Err(Broken) } else { Ok(()) }
    }

    fn leave(&mut self, end: u8) -> Result<(), Broken> {
        self.depth -= 1;
        self.expect(end)
    }

    /// Passes over a value, which has to be JSON all the same.
    fn pass(&mut self) -> Result<(), Broken> {
        // The open objects and lists, the innermost in the lowest bit; 1: an object.
        let (mut open, mut depth, mut next) = (0_u128, self.depth, Next::Value);
        loop {
            let is_object = open & 1 == 1;
            next = match (next, self.peek()?) {
                (Next::Value | Next::ValueOrEnd, bracket @ (b'{' | b'[')) => {
                    self.at += 1;
                    depth += 1;
                    if depth > DEEPEST {
                        return Err(Broken);
                    }
                    open = open << 1 | u128::from(bracket == b'{');
                    if bracket == b'{' { Next::KeyOrEnd } else { Next::ValueOrEnd }
                }
                (Next::ValueOrEnd, b']') | (Next::KeyOrEnd, b'}') => self.close(&mut open, &mut depth),
                (Next::CommaOrEnd, b'}') if is_object => self.close(&mut open, &mut depth),
                (Next::CommaOrEnd, b']') if !is_object => self.close(&mut open, &mut depth),
                (Next::CommaOrEnd, b',') => {
                    self.at += 1;
                    if is_object { Next::Key } else { Next::Value }
                }
                (Next::Key | Next::KeyOrEnd, b'"') => {
                    self.pass_string()?;
                    self.expect(b':')?;
                    Next::Value
                }
                (Next::Value | Next::ValueOrEnd, b'"') => {
                    self.pass_string()?;
                    Next::CommaOrEnd
                }
                (Next::Value | Next::ValueOrEnd, _) => {
                    let bare = self.bare()?;
                    if !matches!(bare, "true" | "false" | "null") && !is_number(bare.as_bytes()) {
                        return Err(Broken);
                    }
                    Next::CommaOrEnd
                }
                _ => return Err(Broken),
            };
            if depth == self.depth {
                return Ok(());
            }
        }
    }

    #[inline]
    const fn close(&mut self, open: &mut u128, depth: &mut u32) -> Next {
        self.at += 1;
        *open >>= 1;
        *depth -= 1;
        Next::CommaOrEnd
    }

    #[inline]
    fn pass_string(&mut self) -> Result<(), Broken> {
        let inside = self.inside()?;
        if self.has_escapes(inside) && !are_escapes(inside.as_bytes()) { Err(Broken) } else { Ok(()) }
    }
}

/// A whole number of few digits, as nearly all are.
#[inline]
fn small(text: &str) -> Option<u64> {
    let digits = text.as_bytes();
    if digits.len() > 18 || (digits.len() > 1 && digits.first() == Some(&b'0')) || digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0')))
}

/// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?` (RFC 8259, section 6).
fn is_number(text: &[u8]) -> bool {
    fn digits(text: &[u8]) -> (usize, &[u8]) {
        let count = text.iter().take_while(|letter| letter.is_ascii_digit()).count();
        (count, text.get(count..).unwrap_or_default())
    }
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, mut rest) = digits(unsigned);
    if whole == 0 || (whole > 1 && unsigned.first() == Some(&b'0')) {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix(b".") {
        let (count, after) = digits(fraction);
        if count == 0 {
            return false;
        }
        rest = after;
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let (count, after) = digits(exponent.strip_prefix(b"+").or(exponent.strip_prefix(b"-")).unwrap_or(exponent));
        if count == 0 {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

/// Is each backslash followed by what may follow one (RFC 8259, section 7).
fn are_escapes(mut text: &[u8]) -> bool {
    while let Some(at) = memchr::memchr(b'\\', text) {
        text = match text.get(at + 1..) {
            Some([b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', rest @ ..]) => rest,
            Some([b'u', a, b, c, d, rest @ ..]) if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => rest,
            _ => return false,
        };
    }
    true
}

impl<'de> Deserializer<'de> for &mut Reader<'de, '_> {
    type Error = Broken;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        match self.peek()? {
            b'"' => self.string(visitor),
            b'{' => self.object(visitor),
            b'[' => self.list(visitor),
            _ => self.scalar(visitor),
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        if self.peek()? == b'"' { self.string(visitor) } else { Err(Broken) }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        if self.peek()? == b'n' { self.scalar(visitor) } else { visitor.visit_some(self) }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Broken> {
        self.pass()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf unit unit_struct newtype_struct
        seq tuple tuple_struct map struct enum identifier
    }
}

/// The parts of a list or an object, one after the other.
struct Parts<'r, 'de, 'm> {
    reader: &'r mut Reader<'de, 'm>,
    is_first: bool,
}

impl Parts<'_, '_, '_> {
    /// Steps to the next part; false at the end.
    #[inline]
    fn step(&mut self, end: u8) -> Result<bool, Broken> {
        let next = self.reader.peek()?;
        if next == end {
            return Ok(false);
        }
        if !std::mem::take(&mut self.is_first) {
            self.reader.expect(b',')?;
        }
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Parts<'_, 'de, '_> {
    type Error = Broken;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Broken> {
        if self.step(b']')? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Parts<'_, 'de, '_> {
    type Error = Broken;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Broken> {
        if !self.step(b'}')? {
            return Ok(None);
        }
        if self.reader.peek()? != b'"' {
            return Err(Broken);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Broken> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::Value;

    use super::*;

    /// Reads alike what `serde_json` reads, and refuses what it refuses; passing over it is reading it all the same.
    fn check(text: &str) {
        let theirs = serde_json::from_str::<Value>(text);
        let ours = read::<Value>(text);
        assert_eq!(ours.clone().ok(), theirs.ok(), "{text}");
        assert_eq!(read::<IgnoredAny>(text).is_ok(), serde_json::from_str::<IgnoredAny>(text).is_ok(), "passing {text}");
    }

    #[test]
    fn what_is_json_and_what_is_not_quite() {
        for text in [
            "", " ", "null", "nul", "nulll", "true false", "-", "-1", "-0", "01", "1.", "1.5", ".5", "1e5", "1E+", "1e999", "+1",
            "18446744073709551615", "18446744073709551616", "999999999999999999999", "1.7976931348623157e308", "0.1",
            "[", "]", "[]", "[1,]", "[,1]", "[1 2]", "[1]]", "{}", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
            "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{1:2}", "{\"a\":1}}", "[}", "{]", "[{]}", "{\"a\":[1,{\"b\":null}]}", "{\"a\"::1}",
            "\"a\"b", "b\"a\"", "\"a\" \"b\"", "\"\\n\\u00e9\"", "\"\\ud83d\\ude00\"", "\"\\x\"", "\"\\u12\"",
            "\"tab\there\"", "[1,\t2\n]", "[\u{a0}1]", "\u{feff}1", "[\"\u{1f600}\", \"\\\\\"]", "{\"\\u0061\":1}", "[\u{c}1]",
            ":", ",", "1:2", "[1:2]", "{\"a\",1}", "[true,falsey]", "[\"a\",\"b\":1]", "{\"a\":1,\"a\":2}", "tru\"e\"",
        ] {
            check(text);
            check(&format!("[{text}]"));
            check(&format!("{{\"k\":{text}}}"));
            check(&format!(" {}{text}", " ".repeat(61)));
        }
    }

    #[test]
    fn as_deep_as_serde_json_and_no_deeper() {
        for depth in [126, 127, 128, 200] {
            let text = "[".repeat(depth) + &"]".repeat(depth);
            assert_eq!(read::<Value>(&text).is_ok(), serde_json::from_str::<Value>(&text).is_ok(), "{depth}");
        }
    }

    fn json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[ -~\\\\\"{}:,]{0,80}".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(|fields| fields.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn all_json_is_read_as_serde_json_reads_it(value in json(), pretty: bool) {
            check(&if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() });
        }

        #[test]
        fn cut_and_changed_text_is_read_or_refused_as_serde_json_does(
            value in json(),
            changes in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}:,\"\\\\ 0-9a-z\n\t-]{0,2}"), 1..4),
        ) {
            let mut letters: Vec<char> = value.to_string().chars().collect();
            for (at, with) in changes {
                let at = at.index(letters.len() + 1);
                letters.splice(at..(at + 1).min(letters.len()), with.chars());
            }
            check(&letters.into_iter().collect::<String>());
        }
    }
}
