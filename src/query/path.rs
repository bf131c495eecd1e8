//! A place in the raw record: `Resources.Details.AwsS3Bucket.OwnerId`, and what must stand there.
//!
//! Names of fields are compared in any case, `*` stands for any part of one name, and lists are walked: each element
//! stands where its list does. A field whose own name has dots is found by the segments that make it up. What must
//! stand there is text, a number or a truth value; an object or a list has nothing to compare, but is there.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::expr::{Compare, Number, When};
use super::glob::{Glob, Matcher, Piece};
use super::lex::Operator;
use super::window::Window;
use crate::model::time;

/// The names on the way to a place; never none, none empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub(super) segments: Vec<Glob>,
}

/// What must stand at the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// Anything but null.
    Any,
    /// Text, number or truth value that one of the patterns matches.
    Text(Vec<Glob>),
    Number {
        compare: Compare,
        number: Number,
    },
    Time {
        compare: Compare,
        when: When,
    },
}

impl Path {
    /// Cuts a value as written into the place, the operator behind it, and what it is compared with. `None` where a
    /// name on the way is empty.
    pub(super) fn split(written: &Glob) -> Option<(Self, Option<(Operator, Glob)>)> {
        let (mut segments, mut segment) = (Vec::new(), Glob::default());
        let mut compared: Option<(Operator, Glob)> = None;
        for piece in written.pieces() {
            match (piece, &mut compared) {
                (Piece::Any, Some((_, value))) => value.push_any(),
                (Piece::Any, None) => segment.push_any(),
                (Piece::Literal(text), Some((_, value))) => value.push_literal(text),
                (Piece::Literal(text), None) => {
                    let (place, rest) = match text.find(['=', '~', '!', '<', '>']) {
                        Some(at) => text.split_at(at),
                        None => (text.as_str(), ""),
                    };
                    for (at, part) in place.split('.').enumerate() {
                        if at > 0 {
                            segments.push(std::mem::take(&mut segment));
                        }
                        segment.push_literal(part);
                    }
                    if !rest.is_empty() {
                        let (operator, length) = Operator::at_start(rest)?;
                        let mut value = Glob::default();
                        value.push_literal(rest.get(length..).unwrap_or_default());
                        compared = Some((operator, value));
                    }
                }
            }
        }
        segments.push(segment);
        (!segments.iter().any(Glob::is_empty)).then_some((Self { segments }, compared))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments.iter().enumerate() {
            write!(f, "{}{segment}", if at > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

/// Written behind a path.
impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::Text(globs) => {
                for (at, glob) in globs.iter().enumerate() {
                    write!(f, "{}{glob}", if at > 0 { "," } else { "=" })?;
                }
                Ok(())
            }
            Self::Number { compare, number } => write!(f, "{}{}", compare.sign(), number.value()),
            Self::Time { compare, when } => write!(f, "{}{when}", compare.sign()),
        }
    }
}

/// A path and what must stand there, made ready to look at many records.
pub(super) struct Probe {
    segments: Vec<Matcher>,
    holds: Holds,
}

enum Holds {
    Any,
    Text(Vec<Matcher>),
    Number(Compare, Number),
    Time(Window),
}

impl Probe {
    pub(super) fn new(path: &Path, held: &Held, now: jiff::Timestamp) -> Self {
        let holds = match held {
            Held::Any => Holds::Any,
            Held::Text(globs) => Holds::Text(globs.iter().map(Glob::matcher).collect()),
            Held::Number { compare, number } => Holds::Number(*compare, *number),
            Held::Time { compare, when } => Holds::Time(Window::of(*compare, *when, now)),
        };
        Self { segments: path.segments.iter().map(Glob::matcher).collect(), holds }
    }

    /// Does it stand in this record. What is not JSON has nothing anywhere.
    pub(super) fn finds(&self, json: &[u8]) -> bool {
        let found = Cell::new(false);
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        // An error is either a find, at which reading stops, or broken JSON, which has been told of at its decoding.
        let _ = Place { probe: self, way: &self.segments, found: &found }.deserialize(&mut deserializer);
        found.get()
    }

    fn scalar(&self, text: &str) -> bool {
        match &self.holds {
            Holds::Any => true,
            Holds::Text(matchers) => matchers.iter().any(|matcher| matcher.matches(text)),
            Holds::Number(compare, number) => {
                Number::parse(text.trim()).is_some_and(|held| compare.holds(held.value().total_cmp(&number.value())))
            }
            Holds::Time(window) => time::parse(text).is_some_and(|time| window.has(time.as_second())),
        }
    }
}

/// One value of a record, with the names that are still to come.
#[derive(Clone, Copy)]
struct Place<'p> {
    probe: &'p Probe,
    way: &'p [Matcher],
    found: &'p Cell<bool>,
}

impl Place<'_> {
    /// Stops the reading when what is looked for has been found.
    fn stop<E: serde::de::Error>(self) -> Result<(), E> {
        if self.found.get() { Err(E::custom("found")) } else { Ok(()) }
    }

    /// An object or a list stands here.
    fn there<E: serde::de::Error>(self) -> Result<(), E> {
        if self.way.is_empty() && matches!(self.probe.holds, Holds::Any) {
            self.found.set(true);
        }
        self.stop()
    }

    fn value<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if self.way.is_empty() && self.probe.scalar(text) {
            self.found.set(true);
        }
        self.stop()
    }

    /// The ways on from an object's field of this name: the next segment is the name, or several are its parts.
    fn ways(self, name: &str) -> [Option<Self>; 2] {
        let whole = self.way.split_first().filter(|(first, _)| first.matches(name)).map(|(_, rest)| rest);
        let parts = name.split('.').count();
        let dotted = (parts > 1)
            .then(|| self.way.split_at_checked(parts))
            .flatten()
            .filter(|(names, _)| names.iter().zip(name.split('.')).all(|(matcher, part)| matcher.matches(part)))
            .map(|(_, rest)| rest);
        [whole, dotted].map(|way| way.map(|way| Self { way, ..self }))
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.value(if value { "true" } else { "false" })
    }
    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.value(&value.to_string())
    }
    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.value(&value.to_string())
    }
    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.value(&value.to_string())
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.value(text)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.there()?;
        while seq.next_element_seed(self)?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.there()?;
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match self.ways(&name) {
                [None, None] => drop(map.next_value::<IgnoredAny>()?),
                [Some(way), None] | [None, Some(way)] => map.next_value_seed(way)?,
                [Some(whole), Some(dotted)] => {
                    let value: serde_json::Value = map.next_value()?;
                    whole.deserialize(&value).map_err(A::Error::custom)?;
                    dotted.deserialize(&value).map_err(A::Error::custom)?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::query::{Expr, Test, parse};

    fn finds(query: &str, json: &str) -> bool {
        let Some(Expr::Test(Test::Path { path, held })) = parse(query).unwrap().expr else {
            unreachable!("{query} is one path")
        };
        Probe::new(&path, &held, "2026-11-20T12:00:00Z".parse().unwrap()).finds(json.as_bytes())
    }

    #[test]
    fn any_place_of_a_record_can_be_asked_for() {
        let record = r#"{"Resources": [
            {"Type": "AwsS3Bucket", "Details": {"AwsS3Bucket": {"OwnerId": "79a5", "Public": true, "Size": 12.5}}},
            {"Type": "AwsIamUser", "Details": {"AwsIamUser": {"CreateDate": "2026-11-01T10:00:00Z", "Path": null}}}],
            "Tags": {"a.b": "dots", "one,two": "x"}, "ProductFields": {"aws/securityhub/FindingId": "f"},
            "Matrix": [[1, 2], [3]], "Title": "Ｗｉｄｅ"}"#;
        for hit in [
            "path:Resources.Details.AwsS3Bucket.OwnerId=79a5",
            "path:resources.details.awss3bucket.ownerid=79A5",
            "path:Resources.Details.*.OwnerId=79*",
            "path:Resources.Details.*.OwnerId~9a",
            "path:Resources.Type=AwsEc2Instance,AwsIamUser",
            "path:Resources.Details.AwsIamUser",
            "path:Resources.Details.AwsS3Bucket.Public=true",
            "path:Resources.Details.AwsS3Bucket.Size>12",
            "path:Resources.Details.AwsS3Bucket.Size<=12.5",
            "path:Resources.Details.AwsIamUser.CreateDate<30d",
            "path:Resources.Details.AwsIamUser.CreateDate>=2026-11-01",
            "path:Tags.a.b=dots",
            "path:Tags.*=dots",
            "path:\"Tags.one,two\"=x",
            "path:ProductFields.aws/securityhub/FindingId=f",
            "path:Matrix=3",
            "path:Title=wide",
        ] {
            assert!(finds(hit, record), "{hit}");
        }
        for miss in [
            "path:Resources.Details.AwsS3Bucket.OwnerId=79a",
            "path:Resources.Details.AwsIamUser.Path",
            "path:Resources.OwnerId=79a5",
            "path:Details.AwsS3Bucket.OwnerId=79a5",
            "path:Resources.Details.AwsS3Bucket=79a5",
            "path:Resources.Details.AwsS3Bucket.Size>12.5",
            "path:Resources.Type>7",
            "path:Resources.Details.AwsIamUser.CreateDate<7d",
            "path:Matrix=4",
        ] {
            assert!(!finds(miss, record), "{miss}");
        }
        assert!(!finds("path:a", "not JSON"));
    }
}
