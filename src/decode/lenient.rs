//! Reading JSON that is not quite the shape it should be: objects and lists. The values in them are in `values`.
//!
//! In: any JSON value. Out: the value asked for, or nothing: a wrong shape is skipped, never an error, so that one
//! malformed field cannot lose a record. Only broken JSON is an error. Text borrows from the input where it can.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

pub(super) use super::values::{Flag, Number, Text, Texts, Time, flag, from_parts};

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
