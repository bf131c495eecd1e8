//! What a person calls a resource, found in its tags and details.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::lenient::{Absent, Key, Text, names, shape, skip};

/// The `Name` tag, of tags as a map (`{"Name": "web"}`) or as a list (`[{"Key": "Name", "Value": "web"}]`).
#[derive(Debug, Default)]
pub(super) struct NameTag<'a>(pub(super) Option<Cow<'a, str>>);

shape! { Tag<'de> { key: Text<'de> = "Key", value: Text<'de> = "Value" } }

impl Absent for NameTag<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de> Deserialize<'de> for NameTag<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TagsVisitor;
        impl<'de> Visitor<'de> for TagsVisitor {
            type Value = NameTag<'de>;
            skip!(scalar null);
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NameTag<'de>, A::Error> {
                let mut name = None;
                while let Some(Key(key)) = map.next_key()? {
                    if key == "Name" {
                        name = map.next_value::<Text<'de>>()?.0;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(NameTag(name))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<NameTag<'de>, A::Error> {
                let mut name = None;
                while let Some(tag) = seq.next_element::<Tag<'de>>()? {
                    if tag.key.as_deref() == Some("Name") {
                        name = tag.value.0;
                    }
                }
                Ok(NameTag(name))
            }
        }
        deserializer.deserialize_any(TagsVisitor)
    }
}

/// The fields by which `Resources[].Details.<type>` names its resource, best first.
const DETAIL_NAMES: [&str; 14] = [
    "UserName",
    "RoleName",
    "FunctionName",
    "PrincipalName",
    "DBInstanceIdentifier",
    "DbInstanceIdentifier",
    "DbClusterIdentifier",
    "TableName",
    "BucketName",
    "TopicName",
    "ClusterName",
    "GroupName",
    "RepositoryName",
    "Name",
];

/// A name in `Resources[].Details`.
#[derive(Debug, Default)]
pub(super) struct DetailName<'a>(pub(super) Option<Cow<'a, str>>);

impl Absent for DetailName<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_none()
    }
}

impl<'de> Deserialize<'de> for DetailName<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DetailsVisitor;
        impl<'de> Visitor<'de> for DetailsVisitor {
            type Value = DetailName<'de>;
            skip!(scalar null seq);
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DetailName<'de>, A::Error> {
                let mut best = DetailName(None);
                while let Some(Key(_)) = map.next_key()? {
                    let One(found) = map.next_value()?;
                    if best.0.is_none() {
                        best.0 = found;
                    }
                }
                Ok(best)
            }
        }
        deserializer.deserialize_any(DetailsVisitor)
    }
}

/// The best name in the details of one type.
#[derive(Default)]
struct One<'a>(Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for One<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneVisitor;
        impl<'de> Visitor<'de> for OneVisitor {
            type Value = One<'de>;
            skip!(scalar null seq);
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<One<'de>, A::Error> {
                let (mut best, mut rank) = (None, DETAIL_NAMES.len());
                while let Some(Key(key)) = map.next_key()? {
                    // Every name ends in one of these: most keys are passed over by one look at their end.
                    let maybe = key.ends_with("ame") || key.ends_with("dentifier");
                    match DETAIL_NAMES.iter().take(rank).position(|name| maybe && names(&key, name)) {
                        Some(better) => {
                            if let Text(Some(name)) = map.next_value()? {
                                (best, rank) = (Some(name), better);
                            }
                        }
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(One(best))
            }
        }
        deserializer.deserialize_any(OneVisitor)
    }
}
