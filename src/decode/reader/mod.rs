//! JSON for `serde`, read from mark to mark: for records, of which most is passed over.
//!
//! In: text, and a type that says what it wants of it. Out: the value, borrowing from the text. It takes what
//! `serde_json` takes, gives what it gives, and refuses what it refuses, but does not say why: who wants to know asks
//! `serde_json` (`decode::parse`). What is rare is left to that crate as well: strings with escapes, numbers that are
//! not small whole ones.

mod literals;
mod marks;

use std::cell::RefCell;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use self::literals::{are_escapes, is_number, small};
use self::marks::Marks;

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
        let mut reader = Reader { text, marks: &marks, at: 0, escape: 0, depth: 0 };
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
    /// The next escape, or one before it.
    escape: usize,
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

    /// The string that begins at the next mark, with its quotes.
    #[inline]
    fn quoted(&mut self) -> Result<Quoted<'de>, Broken> {
        let (open, close) = (self.place(self.at)?, self.place(self.at + 1)?);
        self.at += 2;
        let inside = self.text.get(open + 1..close).ok_or(Broken)?;
        // Strings come in the order of the text, and so do escapes.
        while self.marks.escapes.get(self.escape).is_some_and(|escape| (*escape as usize) < open) {
            self.escape += 1;
        }
        let has_escapes = self.marks.escapes.get(self.escape).is_some_and(|escape| (*escape as usize) < close);
        Ok(if has_escapes {
            Quoted::Escaped(self.text.get(open..=close).ok_or(Broken)?)
        } else {
            Quoted::Plain(inside)
        })
    }

    /// A string, to be borrowed where it says what it means.
    #[inline]
    fn string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Broken> {
        match self.quoted()? {
            Quoted::Plain(inside) => visitor.visit_borrowed_str(inside),
            Quoted::Escaped(quoted) => {
                let meant: String = serde_json::from_str(quoted).map_err(|_| Broken)?;
                visitor.visit_str(&meant)
            }
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
        match self.quoted()? {
            Quoted::Escaped(quoted) if !are_escapes(quoted.as_bytes()) => Err(Broken),
            _ => Ok(()),
        }
    }
}

/// A string as it is written.
enum Quoted<'de> {
    /// What is inside of the quotes, which is what it means.
    Plain(&'de str),
    /// With the quotes.
    Escaped(&'de str),
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
mod tests;
