//! Reading JSON that is not quite the shape it should be.
//!
//! In: any JSON value. Out: the value asked for, or nothing: a wrong shape is skipped, never an error, so that one
//! malformed field cannot lose a record. Only broken JSON is an error. Text borrows from the input where it can.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::model::time;

/// Holds a value that may be absent, and says so.
pub(super) trait Absent {
    fn is_absent(&self) -> bool;
}

/// Does a JSON key name this field: the first letter in either case (`Id`, `id`), the rest as AWS writes it.
#[inline]
pub(super) fn names(key: &str, field: &str) -> bool {
    let (key, field) = (key.as_bytes(), field.as_bytes());
    // Most keys differ in length: a field of an object is found by comparing small numbers.
    key.len() == field.len()
        && match (key.split_first(), field.split_first()) {
            (Some((k, key)), Some((f, field))) => k.eq_ignore_ascii_case(f) && key == field,
            _ => false,
        }
}

/// An object's key, borrowed unless it has escapes.
pub(super) struct Key<'de>(pub(super) Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// Fills a visitor with "skip it, and give the default" for every shape it does not take itself.
macro_rules! skip {
    ($($shape:ident)*) => {
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("any JSON")
        }
        $($crate::decode::lenient::skip!(@ $shape);)*
    };
    (@ scalar) => {
        $crate::decode::lenient::skip!(@ text);
        $crate::decode::lenient::skip!(@ number);
    };
    (@ number) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> { Ok(Default::default()) }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> { Ok(Default::default()) }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> { Ok(Default::default()) }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> { Ok(Default::default()) }
    };
    (@ text) => {
        fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> { Ok(Default::default()) }
    };
    (@ null) => {
        fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok(Default::default()) }
    };
    (@ seq) => {
        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
            Ok(Default::default())
        }
    };
    (@ map) => {
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            while map.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
            Ok(Default::default())
        }
    };
}
pub(super) use skip;

/// Declares an object of which some fields are read: each by its name with the first letter in either case. Of two
/// keys for one field the first that holds something wins; everything else is skipped without being looked at.
macro_rules! shape {
    ($(#[$meta:meta])* $name:ident<$de:lifetime> { $($field:ident : $ty:ty = $key:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        pub(super) struct $name<$de> {
            $(pub(super) $field: $ty,)+
            _borrows: std::marker::PhantomData<&$de ()>,
        }

        impl<$de> serde::de::Deserialize<$de> for $name<$de> {
            fn deserialize<D: serde::de::Deserializer<$de>>(deserializer: D) -> Result<Self, D::Error> {
                struct ShapeVisitor;
                impl<'de> serde::de::Visitor<'de> for ShapeVisitor {
                    type Value = $name<'de>;
                    $crate::decode::lenient::skip!(scalar null seq);
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                        use $crate::decode::lenient::{Absent as _, Key, names};
                        let mut out = $name::default();
                        while let Some(Key(key)) = map.next_key()? {
                            $(
                                if key.len() == $key.len() && names(&key, $key) && out.$field.is_absent() {
                                    out.$field = map.next_value()?;
                                    continue;
                                }
                            )+
                            map.next_value::<serde::de::IgnoredAny>()?;
                        }
                        Ok(out)
                    }
                }
                deserializer.deserialize_any(ShapeVisitor)
            }
        }

        impl $crate::decode::lenient::Absent for $name<'_> {
            fn is_absent(&self) -> bool {
                true $(&& self.$field.is_absent())+
            }
        }
    };
}
pub(super) use shape;

/// Text; numbers and booleans become text. Empty text is absent.
#[derive(Debug, Default, Clone)]
pub(super) struct Text<'a>(pub(super) Option<Cow<'a, str>>);

impl Absent for Text<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl<'a> Text<'a> {
    pub(super) fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }

    fn owned(text: String) -> Self {
        Self(if text.is_empty() { None } else { Some(Cow::Owned(text)) })
    }

    fn borrowed(text: &'a str) -> Self {
        Self(if text.is_empty() { None } else { Some(Cow::Borrowed(text)) })
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text<'de>;
    skip!(null seq map);
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
        Ok(Text::borrowed(text))
    }
    fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
        Ok(Text::owned(text.to_owned()))
    }
    fn visit_bool<E>(self, value: bool) -> Result<Text<'de>, E> {
        Ok(Text::borrowed(if value { "true" } else { "false" }))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Text<'de>, E> {
        Ok(Text::owned(value.to_string()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Text<'de>, E> {
        Ok(Text::owned(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Text<'de>, E> {
        Ok(Text::owned(value.to_string()))
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

/// A list of text; one bare text is a list of one.
#[derive(Debug, Default)]
pub(super) struct Texts<'a>(pub(super) Vec<Cow<'a, str>>);

impl Absent for Texts<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Texts<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;
        impl<'de> Visitor<'de> for TextsVisitor {
            type Value = Texts<'de>;
            skip!(null map number);
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Texts<'de>, E> {
                Ok(Texts(listed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Texts<'de>, E> {
                Ok(Texts(listed(text).into_iter().map(|item| Cow::Owned(item.into_owned())).collect()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Texts<'de>, A::Error> {
                let mut list = Vec::with_capacity(1);
                while let Some(Text(item)) = seq.next_element()? {
                    list.extend(item);
                }
                Ok(Texts(list))
            }
        }
        deserializer.deserialize_any(TextsVisitor)
    }
}

/// One text as a list; `['a', 'b']`, a list somebody printed, is taken apart.
fn listed(text: &str) -> Vec<Cow<'_, str>> {
    let text = text.trim();
    match text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner
            .split(',')
            .map(|item| item.trim().trim_matches(['\'', '"']))
            .filter(|item| !item.is_empty())
            .map(Cow::Borrowed)
            .collect(),
        None if text.is_empty() => Vec::new(),
        None => vec![Cow::Borrowed(text)],
    }
}

/// A number, also as text.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Number(pub(super) Option<f64>);

impl Absent for Number {
    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl<'de> Visitor<'de> for NumberVisitor {
            type Value = Number;
            skip!(null seq map);
            fn visit_bool<E>(self, _: bool) -> Result<Number, E> {
                Ok(Number(None))
            }
            #[allow(clippy::cast_precision_loss, reason = "scores and counts are far below 2^53")]
            fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
                Ok(Number(Some(value as f64)))
            }
            #[allow(clippy::cast_precision_loss, reason = "scores and counts are far below 2^53")]
            fn visit_u64<E>(self, value: u64) -> Result<Number, E> {
                Ok(Number(Some(value as f64)))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Number, E> {
                Ok(Number(Some(value)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Number, E> {
                Ok(Number(text.trim().parse().ok().filter(|number: &f64| number.is_finite())))
            }
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}

/// A yes or no, also as text or as 0 and 1.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Flag(pub(super) Option<bool>);

impl Absent for Flag {
    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl<'de> Visitor<'de> for FlagVisitor {
            type Value = Flag;
            skip!(null seq map);
            fn visit_bool<E>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(Some(value)))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Flag, E> {
                Ok(Flag(Some(value != 0)))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Flag, E> {
                Ok(Flag(Some(value != 0)))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            fn visit_str<E>(self, text: &str) -> Result<Flag, E> {
                Ok(Flag(flag(text)))
            }
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}

/// `true`, `YES`, `1`, ... in any case.
pub(super) fn flag(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |words: [&str; 3]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "yes", "1"]) {
        Some(true)
    } else if is(["false", "no", "0"]) {
        Some(false)
    } else {
        None
    }
}

/// A time: text in any form, an epoch number, or Cloud Custodian's `{"__class__": "datetime", ...}`.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Time(pub(super) Option<Timestamp>);

impl Absent for Time {
    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TimeVisitor;
        impl<'de> Visitor<'de> for TimeVisitor {
            type Value = Time;
            skip!(null seq);
            fn visit_bool<E>(self, _: bool) -> Result<Time, E> {
                Ok(Time(None))
            }
            #[allow(clippy::cast_precision_loss, reason = "microseconds of an epoch time fit 2^53")]
            fn visit_i64<E>(self, value: i64) -> Result<Time, E> {
                Ok(Time(time::from_epoch(value as f64)))
            }
            #[allow(clippy::cast_precision_loss, reason = "microseconds of an epoch time fit 2^53")]
            fn visit_u64<E>(self, value: u64) -> Result<Time, E> {
                Ok(Time(time::from_epoch(value as f64)))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Time, E> {
                Ok(Time(time::from_epoch(value)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Time, E> {
                Ok(Time(time::parse(text)))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Time, A::Error> {
                let mut parts = [None; 7];
                while let Some(Key(key)) = map.next_key()? {
                    let at = ["year", "month", "day", "hour", "minute", "second", "microsecond"];
                    match at.iter().position(|name| names(&key, name)) {
                        Some(index) => parts[index] = map.next_value::<Number>()?.0,
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Time(from_parts(parts)))
            }
        }
        deserializer.deserialize_any(TimeVisitor)
    }
}

/// Year, month, day, hour, minute, second, microsecond, in UTC.
pub(super) fn from_parts(parts: [Option<f64>; 7]) -> Option<Timestamp> {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a float cast saturates, and the date's constructor checks ranges"
    )]
    let part = |index: usize| parts[index].unwrap_or(0.0) as i16;
    let small = |index: usize| i8::try_from(part(index)).ok();
    parts[0]?;
    let date = jiff::civil::Date::new(part(0), small(1)?, small(2)?).ok()?;
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a float cast saturates, and the time's constructor checks ranges"
    )]
    let nanos = (parts[6].unwrap_or(0.0) * 1e3) as i32;
    let clock = jiff::civil::Time::new(small(3)?, small(4)?, small(5)?, nanos).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(date.to_datetime(clock)).ok()
}

/// A list of objects; one bare object is a list of one.
#[derive(Debug)]
pub(super) struct List<T>(pub(super) Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Absent for List<T> {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;
            skip!(scalar null);
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<List<T>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = seq.next_element()? {
                    list.push(item);
                }
                Ok(List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<List<T>, A::Error> {
                Ok(List(vec![T::deserialize(MapAccessDeserializer::new(map))?]))
            }
        }
        deserializer.deserialize_any(ListVisitor(std::marker::PhantomData))
    }
}

/// An object, or a bare value where the object has one that says it all (`"Severity": "HIGH"`).
#[derive(Debug, Default)]
pub(super) struct OrText<'a, T> {
    pub(super) object: T,
    pub(super) text: Text<'a>,
}

impl<T: Absent> Absent for OrText<'_, T> {
    fn is_absent(&self) -> bool {
        self.object.is_absent() && self.text.is_absent()
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for OrText<'de, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OrTextVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de> + Default> Visitor<'de> for OrTextVisitor<T> {
            type Value = OrText<'de, T>;
            skip!(null seq);
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(OrText { object: T::default(), text: Text::borrowed(text) })
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(OrText { object: T::default(), text: Text::owned(text.to_owned()) })
            }
            fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
                Ok(OrText::default())
            }
            fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
                Ok(OrText { object: T::default(), text: Text::owned(value.to_string()) })
            }
            fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
                Ok(OrText { object: T::default(), text: Text::owned(value.to_string()) })
            }
            fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
                Ok(OrText { object: T::default(), text: Text::owned(value.to_string()) })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Ok(OrText { object: T::deserialize(MapAccessDeserializer::new(map))?, text: Text::default() })
            }
        }
        deserializer.deserialize_any(OrTextVisitor(std::marker::PhantomData))
    }
}
