//! What a person calls a resource, found in its tags and details; and what else those tell on the way.

use std::borrow::Cow;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::lenient::{Absent, Key, Text, names, shape, skip};
use super::observables::{self, AccessKey, Tell};
use crate::model::Observable;

/// Tags, as a map (`{"Name": "web"}`) or as a list (`[{"Key": "Name", "Value": "web"}]`): the `Name`, and each of them.
#[derive(Debug, Default)]
pub(super) struct Tags<'a> {
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) all: Vec<Observable<'a>>,
}

shape! { Tag<'de> { key: Text<'de> = "Key", value: Text<'de> = "Value" } }

impl Absent for Tags<'_> {
    fn is_absent(&self) -> bool {
        self.all.is_empty()
    }
}

impl<'a> Tags<'a> {
    fn add(&mut self, key: &str, value: Text<'a>) {
        self.all.push(observables::tag(key, value.as_deref().unwrap_or_default()));
        if key == "Name" {
            self.name = value.0;
        }
    }
}

impl<'de> Deserialize<'de> for Tags<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TagsVisitor;
        impl<'de> Visitor<'de> for TagsVisitor {
            type Value = Tags<'de>;
            skip!(scalar null);
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tags<'de>, A::Error> {
                let mut tags = Tags::default();
                while let Some(Key(key)) = map.next_key()? {
                    tags.add(&key, map.next_value()?);
                }
                Ok(tags)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tags<'de>, A::Error> {
                let mut tags = Tags::default();
                while let Some(tag) = seq.next_element::<Tag<'de>>()? {
                    if let Some(key) = tag.key.as_deref() {
                        tags.add(key, tag.value);
                    }
                }
                Ok(tags)
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

/// What `Resources[].Details` says: a name, and of an access key whose it is.
#[derive(Debug, Default)]
pub(super) struct Details<'a> {
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) key: Vec<Observable<'a>>,
}

impl Absent for Details<'_> {
    fn is_absent(&self) -> bool {
        self.name.is_none() && self.key.is_empty()
    }
}

impl<'de> Deserialize<'de> for Details<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DetailsVisitor;
        impl<'de> Visitor<'de> for DetailsVisitor {
            type Value = Details<'de>;
            skip!(scalar null seq);
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Details<'de>, A::Error> {
                let mut details = Details::default();
                while let Some(Key(kind)) = map.next_key()? {
                    let name = if names(&kind, "AwsIamAccessKey") {
                        let key: AccessKey<'de> = map.next_value()?;
                        let name = key.user.0.clone().or_else(|| key.name.0.clone());
                        key.tell(&mut details.key);
                        name
                    } else {
                        let One(name) = map.next_value()?;
                        name
                    };
                    if details.name.is_none() {
                        details.name = name;
                    }
                }
                Ok(details)
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
