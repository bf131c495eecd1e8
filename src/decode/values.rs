//! The values of a record: text, numbers, flags, times, each read from whatever stands for it.
//!
//! In: any JSON value. Out: the value, or nothing where it is none. Text borrows from the input where it can.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::lenient::{Absent, Key, names, skip};
use crate::model::time;

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

    pub(super) fn owned(text: String) -> Self {
        Self(if text.is_empty() { None } else { Some(Cow::Owned(text)) })
    }

    pub(super) fn borrowed(text: &'a str) -> Self {
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
