//! GuardDuty's own finding JSON (camelCase or `PascalCase`) to the light shape, in one pass that borrows.
//!
//! In: one record's JSON. Out: a [`Finding`] whose id is the ARN, which is the ASFF `Id` of its copy in Security Hub,
//! and whose resources are named as that copy names them.

use std::borrow::Cow;

use super::DecodeError;
use super::arn::Arn;
use super::guardduty_resources::{ResourceShape, Sequenced, observables_of, resources};
use super::lenient::{Flag, List, Number, Text, Time, shape, skip};
use super::observables::{self, Action, Seen, SequenceActor, SequenceEndpoint};
use crate::model::{Finding, Format, RecordState, Severity};

shape! {
    /// The fields of a GuardDuty finding that the light shape is made of.
    GuardDuty<'de> {
        id: Text<'de> = "Id",
        arn: Text<'de> = "Arn",
        account: Text<'de> = "AccountId",
        region: Text<'de> = "Region",
        partition: Text<'de> = "Partition",
        kind: Text<'de> = "Type",
        severity: Number = "Severity",
        title: Text<'de> = "Title",
        description: Text<'de> = "Description",
        created_at: Time = "CreatedAt",
        updated_at: Time = "UpdatedAt",
        resource: ResourceShape<'de> = "Resource",
        service: Service<'de> = "Service",
    }
}

shape! {
    Service<'de> {
        archived: Flag = "Archived",
        detector: Text<'de> = "DetectorId",
        first_seen: Time = "EventFirstSeen",
        last_seen: Time = "EventLastSeen",
        additional: AdditionalInfo = "AdditionalInfo",
        detection: Detection<'de> = "Detection",
        action: Seen<'de, Action<'de>> = "Action",
    }
}

shape! { Detection<'de> { sequence: Sequence<'de> = "Sequence" } }

shape! {
    Sequence<'de> {
        resources: List<Sequenced<'de>> = "Resources",
        actors: Seen<'de, List<SequenceActor<'de>>> = "Actors",
        endpoints: Seen<'de, List<SequenceEndpoint<'de>>> = "Endpoints",
    }
}

/// `Service.AdditionalInfo`, of which only `sample` matters here: a field of its own, or inside the JSON text in
/// `Value`, or inside the whole when it came as text.
#[derive(Debug, Default)]
pub(super) struct AdditionalInfo {
    sample: Flag,
}

impl super::lenient::Absent for AdditionalInfo {
    fn is_absent(&self) -> bool {
        self.sample.0.is_none()
    }
}

impl<'de> serde::Deserialize<'de> for AdditionalInfo {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use super::lenient::{Key, names};
        struct InfoVisitor;
        impl<'de> serde::de::Visitor<'de> for InfoVisitor {
            type Value = AdditionalInfo;
            skip!(number null seq);
            fn visit_str<E>(self, text: &str) -> Result<AdditionalInfo, E> {
                Ok(AdditionalInfo { sample: Flag(says_sample(text)) })
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<AdditionalInfo, A::Error> {
                let mut info = AdditionalInfo::default();
                while let Some(Key(key)) = map.next_key()? {
                    if names(&key, "Sample") {
                        info.sample = map.next_value()?;
                    } else if names(&key, "Value") {
                        let value: Text<'de> = map.next_value()?;
                        let said = value.as_deref().and_then(says_sample);
                        info.sample.0 = info.sample.0.or(said);
                    } else {
                        map.next_value::<serde::de::IgnoredAny>()?;
                    }
                }
                Ok(info)
            }
        }
        deserializer.deserialize_any(InfoVisitor)
    }
}

/// Does JSON text say `"sample": true`.
fn says_sample(text: &str) -> Option<bool> {
    let (_, after) = text.split_once("\"sample\"")?;
    Some(after.trim_start().strip_prefix(':')?.trim_start().trim_start_matches('"').starts_with("true"))
}

/// The detector's ARN, which is the ASFF `GeneratorId` of the copy in Security Hub.
fn detector<'a>(id: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    match id {
        Cow::Borrowed(id) => id.split_once("/finding/").map(|(detector, _)| Cow::Borrowed(detector)),
        Cow::Owned(id) => id.split_once("/finding/").map(|(detector, _)| Cow::Owned(detector.to_owned())),
    }
}

/// Reads one GuardDuty record.
pub(super) fn finding(json: &[u8]) -> Result<Finding<'_>, DecodeError> {
    let shape: GuardDuty<'_> = super::parse(json)?;
    let id = shape.arn.0.or(shape.id.0).ok_or(DecodeError::NoId { format: Format::GuardDuty })?;
    let of_arn = |part: fn(Arn<'_>) -> &str| {
        Arn::parse(&id).map(part).filter(|text| !text.is_empty()).map(|text| Cow::Owned(text.to_owned()))
    };
    let account = shape.account.0.or_else(|| of_arn(|arn| arn.account));
    let region = shape.region.0.or_else(|| of_arn(|arn| arn.region));
    let mut service = shape.service;
    let kind = shape.kind.0;
    let title = shape.title.0.or_else(|| kind.clone()).unwrap_or_default();
    let partition = shape.partition.as_deref().unwrap_or("aws");
    let place = super::guardduty_resources::Place {
        partition,
        region: region.as_deref().unwrap_or_default(),
        account: account.as_deref().unwrap_or_default(),
    };
    let sequence = &mut service.detection.sequence;
    let mut resource = shape.resource;
    let seen = [
        service.action.found,
        std::mem::take(&mut sequence.actors.found),
        std::mem::take(&mut sequence.endpoints.found),
        observables_of(&mut resource, &mut sequence.resources.0),
    ];
    let resources = resources(resource, service.detection.sequence.resources.0, place);
    Ok(Finding {
        format: Format::GuardDuty,
        product_arn: None,
        product: Cow::Borrowed("GuardDuty"),
        severity: shape.severity.0.map(Severity::from_guardduty),
        score: shape.severity.0,
        account_name: None,
        resources,
        types: kind.into_iter().collect(),
        workflow: None,
        record_state: match service.archived.0 {
            Some(true) => RecordState::Archived,
            _ => RecordState::Active,
        },
        compliance: None,
        control: None,
        standards: Vec::new(),
        generator: detector(&id).or(service.detector.0),
        created_at: shape.created_at.0,
        updated_at: shape.updated_at.0,
        first_seen: service.first_seen.0,
        last_seen: service.last_seen.0,
        sample: service.additional.sample.0 == Some(true) || title.starts_with("[SAMPLE]"),
        title,
        description: shape.description.0.unwrap_or_default(),
        observables: observables::gathered(seen),
        noted: false,
        account,
        region,
        id,
    })
}
