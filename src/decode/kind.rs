//! What a piece of JSON is: a finding of which format, or what else, told by its keys and never by a file's name.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::DecodeError;
use super::lenient::{Key, Text, names};
use crate::model::Format;

/// Refuses what is not an object, saying what it is.
pub(super) fn require_object(json: &[u8]) -> Result<(), DecodeError> {
    let found = match json.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => return Ok(()),
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b'n') => "null",
        Some(b't' | b'f') => "a boolean",
        Some(b'-' | b'0'..=b'9') => "a number",
        Some(_) => "something that is not JSON",
        None => "nothing",
    };
    Err(DecodeError::NotAnObject { found })
}

/// Keys that only one of the two formats has. `Title`, `Region`, `Severity`, ... are in both.
const ASFF_KEYS: [&str; 12] = [
    "ProductArn",
    "GeneratorId",
    "AwsAccountId",
    "ProductFields",
    "FindingProviderFields",
    "RecordState",
    "WorkflowState",
    "Workflow",
    "Resources",
    "Types",
    "ProductName",
    "CompanyName",
];
const GUARDDUTY_KEYS: [&str; 6] = ["Arn", "AccountId", "Service", "Resource", "Partition", "Type"];

/// The format of one element of a page, from its first telling key: looks no further than it must.
pub(super) fn quick(json: &[u8]) -> Option<Format> {
    struct QuickVisitor<'r>(&'r mut Option<Format>);
    impl<'de> Visitor<'de> for QuickVisitor<'_> {
        type Value = ();
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a finding")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(Key(key)) = map.next_key()? {
                if names(&key, "SchemaVersion") {
                    *self.0 = map.next_value::<Text<'de>>()?.as_deref().and_then(format_of_schema);
                } else if ASFF_KEYS.iter().any(|name| names(&key, name)) {
                    *self.0 = Some(Format::Asff);
                } else if GUARDDUTY_KEYS.iter().any(|name| names(&key, name)) {
                    *self.0 = Some(Format::GuardDuty);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
                if self.0.is_some() {
                    return Err(A::Error::custom("known")); // stops here: the rest need not be read
                }
            }
            Ok(())
        }
    }
    let mut format = None;
    // The error only means that the answer was found early, or that the element is no object.
    let _ = serde_json::Deserializer::from_slice(json).deserialize_map(QuickVisitor(&mut format));
    format
}

fn format_of_schema(version: &str) -> Option<Format> {
    match version {
        "2018-10-08" => Some(Format::Asff),
        "2.0" => Some(Format::GuardDuty),
        _ => None,
    }
}

/// The fields of an object, each as the text it is.
pub(super) struct Entries<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some(Key(key)) = map.next_key()? {
                    entries.push((key, map.next_value()?));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

impl<'a> Entries<'a> {
    fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(key, _)| names(key, name)).map(|(_, value)| *value)
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        serde_json::from_str::<Text<'a>>(self.get(name)?.get()).ok()?.0
    }

    fn is_object(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.get().starts_with('{'))
    }

    fn count(&self, fields: &[&str]) -> usize {
        fields.iter().filter(|name| self.has(name)).count()
    }

    /// Is this a finding, whole or damaged.
    pub(super) fn format(&self) -> Option<Format> {
        if self.has("FindingArn") || self.has("Class_uid") || self.has("ResourcesAffected") {
            return None; // Inspector's, OCSF's and Macie's own formats share many of the keys
        }
        if self.is_asff() {
            Some(Format::Asff)
        } else if self.is_guardduty() {
            Some(Format::GuardDuty)
        } else {
            None
        }
    }

    fn is_asff(&self) -> bool {
        const ONLY: [&str; 8] = [
            "ProductArn",
            "GeneratorId",
            "AwsAccountId",
            "ProductFields",
            "FindingProviderFields",
            "RecordState",
            "WorkflowState",
            "Workflow",
        ];
        const SHARED: [&str; 8] =
            ["Id", "Title", "Description", "Severity", "Types", "Resources", "CreatedAt", "UpdatedAt"];
        let schema = self.text("SchemaVersion").is_some_and(|v| format_of_schema(&v) == Some(Format::Asff));
        let (only, shared) = (self.count(&ONLY) + usize::from(schema), self.count(&SHARED));
        (only >= 2 && shared >= 2) || (only == 1 && shared >= 4)
    }

    fn is_guardduty(&self) -> bool {
        const SHARED: [&str; 9] =
            ["Id", "Title", "Description", "Severity", "Region", "CreatedAt", "UpdatedAt", "AccountId", "Partition"];
        let arn = self.text("Arn").is_some_and(|arn| arn.contains(":guardduty:") && arn.contains("/finding/"));
        let typed = self.text("Type").is_some_and(|kind| kind.contains(':') && kind.contains('/'));
        let parts = usize::from(self.is_object("Service")) + usize::from(self.is_object("Resource"));
        let shared = self.count(&SHARED);
        (arn && shared >= 2) || (parts >= 1 && typed && shared >= 2) || (parts == 2 && shared >= 3)
    }

    /// Has it something to be known by.
    pub(super) fn has_id(&self, format: Format) -> bool {
        let usable = |name| self.text(name).is_some();
        match format {
            Format::Asff => usable("Id"),
            Format::GuardDuty => usable("Arn") || usable("Id"),
        }
    }

    /// What an object without a finding in it seems to be, for the person who named the file.
    pub(super) fn seems(&self) -> String {
        let seems: &[(&[&str], &str)] = &[
            (&["Class_uid"], "an OCSF event"),
            (&["FindingArn", "InspectorScoreDetails"], "a finding in Amazon Inspector's own format"),
            (&["FindingArn", "PackageVulnerabilityDetails"], "a finding in Amazon Inspector's own format"),
            (&["ResourcesAffected", "Severity"], "a finding in Amazon Macie's own format"),
            (&["AnalyzedAt", "ResourceType"], "a finding in IAM Access Analyzer's own format"),
            (&["EventVersion", "EventSource"], "a CloudTrail event"),
            (&["Records"], "a log of other records (CloudTrail, S3 or SQS), with no finding in them"),
            (&["DigestEndTime"], "a CloudTrail digest"),
            (&["WebaclId"], "an AWS WAF log record"),
            (&["ConfigurationItem"], "an AWS Config item"),
            (&["ConfigurationItems"], "AWS Config items"),
            (&["DetectorIds"], "an answer of GuardDuty's ListDetectors"),
            (&["FindingIds"], "an answer of GuardDuty's ListFindings: ids, not findings"),
            (&["HubArn"], "an answer of Security Hub's DescribeHub"),
        ];
        if let Some((_, what)) = seems.iter().find(|(keys, _)| keys.iter().all(|key| self.has(key))) {
            return (*what).to_owned();
        }
        if let Some(what) = self.text("Detail-type") {
            return format!("an EventBridge event `{}` with no finding in it", shortened(&what));
        }
        if let Some(list) = self.get("Findings") {
            let first = serde_json::from_str::<Vec<&RawValue>>(list.get()).ok().and_then(|list| list.first().copied());
            return match first.map(|first| serde_json::from_str::<Entries<'_>>(first.get())) {
                Some(Ok(first)) => format!("a list of findings of another kind: {}", first.seems()),
                Some(Err(_)) => "a list of findings that are no objects".to_owned(),
                None => "an answer of GetFindings with no findings".to_owned(),
            };
        }
        if self.is_object("Resource") || self.is_object("Service") {
            return "a part of a GuardDuty finding, with nothing to know it by".to_owned();
        }
        let keys: Vec<_> = self.0.iter().take(6).map(|(key, _)| shortened(key)).collect();
        match keys.len() {
            0 => "an empty object".to_owned(),
            _ => format!("an object with the keys {}", keys.join(", ")),
        }
    }
}

/// Keys and names are cut: a reason is one line.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
