//! AWS Security Finding Format to the light shape, in one pass that borrows.
//!
//! In: one record's JSON. Out: a [`Finding`]. What a field does not say is looked for where else AWS, or somebody's
//! import, writes it; the order of the places is in each function.

use std::borrow::Cow;

use super::arn::{self, Arn};
use super::lenient::{Absent as _, Flag, List, Number, OrText, Text, Texts, Time, shape};
use super::names::{Details, Tags};
use super::observables::{self, Action, Detection, Indicator, Network, Seen, Vulnerability};
use super::standards::{self, Legacy};
use super::{DecodeError, product};
use crate::model::{
    Compliance, ControlId, Finding, Format, Observable, ObservableKind, RecordState, Resource, Severity, StandardId,
    Workflow,
};

shape! {
    /// The fields of ASFF that the light shape is made of.
    Asff<'de> {
        id: Text<'de> = "Id",
        product_arn: Text<'de> = "ProductArn",
        product_name: Text<'de> = "ProductName",
        region: Text<'de> = "Region",
        generator: Text<'de> = "GeneratorId",
        account: Text<'de> = "AwsAccountId",
        account_name: Text<'de> = "AwsAccountName",
        types: Texts<'de> = "Types",
        first_seen: Time = "FirstObservedAt",
        last_seen: Time = "LastObservedAt",
        created_at: Time = "CreatedAt",
        updated_at: Time = "UpdatedAt",
        severity: OrText<'de, SeverityShape<'de>> = "Severity",
        severity_label: Text<'de> = "SeverityLabel",
        title: Text<'de> = "Title",
        description: Text<'de> = "Description",
        product_fields: ProductFields<'de> = "ProductFields",
        provider: Provider<'de> = "FindingProviderFields",
        resources: List<ResourceShape<'de>> = "Resources",
        resource_id: Text<'de> = "ResourceId",
        resource_type: Text<'de> = "ResourceType",
        compliance: OrText<'de, ComplianceShape<'de>> = "Compliance",
        compliance_status: Text<'de> = "ComplianceStatus",
        workflow: OrText<'de, StatusShape<'de>> = "Workflow",
        workflow_status: Text<'de> = "WorkflowStatus",
        workflow_state: Text<'de> = "WorkflowState",
        record_state: Text<'de> = "RecordState",
        sample: Flag = "Sample",
        note: OrText<'de, NoteShape<'de>> = "Note",
        action: Seen<'de, Action<'de>> = "Action",
        network: Seen<'de, Network<'de>> = "Network",
        vulnerabilities: Seen<'de, List<Vulnerability<'de>>> = "Vulnerabilities",
        indicators: Seen<'de, List<Indicator<'de>>> = "ThreatIntelIndicators",
        detection: Seen<'de, Detection<'de>> = "Detection",
    }
}

shape! { NoteShape<'de> { text: Text<'de> = "Text" } }

shape! {
    SeverityShape<'de> {
        label: Text<'de> = "Label",
        normalized: Number = "Normalized",
        product: Text<'de> = "Product",
        original: Text<'de> = "Original",
    }
}

shape! { StatusShape<'de> { status: Text<'de> = "Status" } }

shape! {
    ComplianceShape<'de> {
        status: Text<'de> = "Status",
        control: Text<'de> = "SecurityControlId",
        standards: List<StandardShape<'de>> = "AssociatedStandards",
    }
}

shape! { StandardShape<'de> { id: Text<'de> = "StandardsId" } }

shape! {
    Provider<'de> {
        severity: OrText<'de, SeverityShape<'de>> = "Severity",
        types: Texts<'de> = "Types",
    }
}

shape! {
    ResourceShape<'de> {
        id: Text<'de> = "Id",
        kind: Text<'de> = "Type",
        region: Text<'de> = "Region",
        tags: Tags<'de> = "Tags",
        details: Details<'de> = "Details",
    }
}

shape! {
    ProductFields<'de> {
        product_name: Text<'de> = "aws/securityhub/ProductName",
        severity_label: Text<'de> = "aws/securityhub/SeverityLabel",
        finding_id: Text<'de> = "aws/securityhub/FindingId",
        control: Text<'de> = "ControlId",
        rule: Text<'de> = "RuleId",
        standard: Text<'de> = "StandardsArn",
        guide: Text<'de> = "StandardsGuideArn",
        subscription: Text<'de> = "StandardsSubscriptionArn",
        guide_subscription: Text<'de> = "StandardsGuideSubscriptionArn",
        own_name: Text<'de> = "ProductName",
        spaced_name: Text<'de> = "Product Name",
        sample: Flag = "aws/guardduty/service/additionalInfo/sample",
        sample_short: Flag = "additionalInfo/sample",
    }
}

/// Reads one ASFF record.
pub(super) fn finding(json: &[u8]) -> Result<Finding<'_>, DecodeError> {
    let mut asff: Asff<'_> = super::parse(json)?;
    let id = asff.id.0.take().ok_or(DecodeError::NoId { format: Format::Asff })?;
    let product = product(&mut asff);
    let severity = severity(&asff);
    let score = asff.severity.object.normalized.0.or_else(|| number(&asff.severity.object.product));
    let account = asff.account.0.take().or_else(|| account_of(&asff, &id));
    let region = region(&mut asff, &id);
    let (standards, control) = standards_and_control(&mut asff, &id);
    let compliance =
        asff.compliance.object.status.0.take().or(asff.compliance.text.0.take()).or(asff.compliance_status.0);
    let workflow = asff.workflow.object.status.0.take().or(asff.workflow.text.0.take()).or(asff.workflow_status.0);
    let is_guardduty = asff.product_arn.as_deref().is_some_and(|arn| arn.ends_with("/guardduty"));
    let title = asff.title.0.unwrap_or_default();
    let mut asff_resources = asff.resources.0;
    let seen = [
        asff.action.found,
        asff.network.found,
        asff.vulnerabilities.found,
        asff.indicators.found,
        asff.detection.found,
        of_resources(&mut asff_resources),
    ];
    let types = if asff.types.0.is_empty() { asff.provider.types.0 } else { asff.types.0 };
    let copied = if is_guardduty && seen[0].is_empty() { observables::of_product_fields(json) } else { Vec::new() };
    Ok(Finding {
        format: Format::Asff,
        id,
        product_arn: asff.product_arn.0,
        product,
        severity,
        score,
        account,
        account_name: asff.account_name.0,
        region,
        resources: resources(asff_resources, asff.resource_id.0, asff.resource_type.0),
        types,
        workflow: workflow.or(asff.workflow_state.0).map(Workflow::parse),
        record_state: asff.record_state.0.map_or(RecordState::Active, RecordState::parse),
        compliance: compliance.map(Compliance::parse),
        control,
        standards,
        generator: asff.generator.0,
        created_at: asff.created_at.0,
        updated_at: asff.updated_at.0,
        first_seen: asff.first_seen.0,
        last_seen: asff.last_seen.0,
        sample: [asff.sample.0, asff.product_fields.sample.0, asff.product_fields.sample_short.0].contains(&Some(true))
            || title.starts_with("[SAMPLE]"),
        title,
        description: asff.description.0.unwrap_or_default(),
        observables: observables::gathered(seen.into_iter().chain([copied])),
        noted: !asff.note.is_absent(),
    })
}

fn number(text: &Text<'_>) -> Option<f64> {
    text.as_deref()?.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// `ProductName`, the copy that Security Hub keeps in `ProductFields`, the product ARN, what an importer calls itself.
fn product<'a>(asff: &mut Asff<'a>) -> Cow<'a, str> {
    let fields = &mut asff.product_fields;
    asff.product_name
        .0
        .take()
        .or_else(|| fields.product_name.0.take())
        .or_else(|| {
            let of_arn = asff.product_arn.0.as_ref().and_then(product::of_arn);
            // A custom import says who made it in fields of its own, if at all.
            let mut own = || fields.own_name.0.take().or_else(|| fields.spaced_name.0.take());
            match of_arn {
                Some(name) if name == "Default" => own().or(Some(name)),
                Some(name) => Some(name),
                None => own(),
            }
        })
        .unwrap_or(Cow::Borrowed("Unknown"))
}

/// `Severity.Label`, else `Normalized`, else a label in `Product` or `Original`, else what Security Hub or the provider
/// keeps beside it.
fn severity(asff: &Asff<'_>) -> Option<Severity> {
    let label = |text: &Text<'_>| text.as_deref().and_then(Severity::from_label);
    let of = |severity: &OrText<'_, SeverityShape<'_>>| {
        let SeverityShape { label: sent, normalized, product, original, .. } = &severity.object;
        label(sent)
            .or_else(|| normalized.0.map(Severity::from_normalized))
            .or_else(|| label(&severity.text))
            .or_else(|| number(&severity.text).map(Severity::from_normalized))
            .or_else(|| label(product))
            .or_else(|| label(original))
    };
    of(&asff.severity)
        .or_else(|| label(&asff.severity_label))
        .or_else(|| of(&asff.provider.severity))
        .or_else(|| label(&asff.product_fields.severity_label))
}

/// The account in the finding's own ARN, its first resource's, or its product's.
fn account_of<'a>(asff: &Asff<'a>, id: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    let resource = asff.resources.0.first().and_then(|resource| resource.id.as_deref());
    let product = asff.product_arn.as_deref();
    [Some(&**id), resource, product]
        .into_iter()
        .flatten()
        .filter_map(Arn::parse)
        .map(|arn| arn.account)
        .find(|account| !account.is_empty())
        .map(|account| Cow::Owned(account.to_owned()))
}

/// `Region`, the first resource's, the finding's own ARN, the product's.
fn region<'a>(asff: &mut Asff<'a>, id: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    if let Some(region) = asff.region.0.take() {
        return Some(region);
    }
    let of_resource = asff.resources.0.first_mut().and_then(|resource| resource.region.0.take());
    if let Some(region) = of_resource.filter(|region| !region.eq_ignore_ascii_case("global")) {
        return Some(region);
    }
    let arns = [Some(&**id), asff.product_fields.finding_id.as_deref(), asff.product_arn.as_deref()];
    let mut regions = arns.into_iter().flatten().filter_map(Arn::parse).map(|arn| arn.region);
    regions.find(|region| !region.is_empty()).map(|region| Cow::Owned(region.to_owned()))
}

/// Both as `Compliance` says, else as the legacy ids say.
fn standards_and_control<'a>(asff: &mut Asff<'a>, id: &Cow<'a, str>) -> (Vec<StandardId<'a>>, Option<ControlId<'a>>) {
    let compliance = &mut asff.compliance.object;
    let mut standards: Vec<StandardId<'a>> = compliance
        .standards
        .0
        .drain(..)
        .filter_map(|standard| match standard.id.0? {
            Cow::Borrowed(text) => standards::standard(text).or(Some(StandardId(Cow::Borrowed(text)))),
            Cow::Owned(text) => Some(
                standards::standard(&text).map_or_else(|| StandardId(Cow::Owned(text.clone())), StandardId::into_owned),
            ),
        })
        .collect();
    let control = compliance.control.0.take().map(ControlId);
    if control.is_some() && !standards.is_empty() {
        return (standards, control);
    }
    let generator = asff.generator.as_deref().unwrap_or_default();
    let fields = &asff.product_fields;
    let of_generator = Legacy::find(generator);
    let of_fields = [&fields.standard, &fields.guide, &fields.subscription, &fields.guide_subscription]
        .into_iter()
        .find_map(|text| Legacy::find(text.as_deref()?))
        .map(|legacy| Legacy {
            rule: fields.control.as_deref().or(fields.rule.as_deref()).unwrap_or_default(),
            ..legacy
        });
    let of_id = if id.contains(":subscription/") { Legacy::find(id) } else { None };
    let legacy = [of_fields, of_generator, of_id];
    if standards.is_empty() {
        standards.extend(legacy.into_iter().flatten().next().map(Legacy::standard));
    }
    let owned = |control: ControlId<'_>| ControlId(Cow::Owned(control.0.into_owned()));
    let consolidated = || {
        let control = generator.strip_prefix("security-control/")?;
        Some(ControlId(Cow::Owned(control.to_owned())))
    };
    let control = control
        .or_else(consolidated)
        .or_else(|| [of_generator, of_fields, of_id].into_iter().flatten().find_map(Legacy::control).map(owned));
    (standards, control)
}

fn resources<'a>(
    shapes: Vec<ResourceShape<'a>>,
    flat_id: Option<Cow<'a, str>>,
    flat_kind: Option<Cow<'a, str>>,
) -> Vec<Resource<'a>> {
    let mut resources: Vec<Resource<'a>> = shapes
        .into_iter()
        .filter_map(|shape| {
            if shape.id.0.is_none() && shape.kind.0.is_none() {
                return None;
            }
            let id = shape.id.0.unwrap_or_default();
            let name = shape.details.name.or(shape.tags.name).or_else(|| tail(&id));
            Some(Resource { name, kind: shape.kind.0, id })
        })
        .collect();
    if resources.is_empty()
        && let Some(id) = flat_id
    {
        resources.push(Resource { name: tail(&id), kind: flat_kind, id });
    }
    resources
}

/// The tags of the resources, and the keys among them: `AWS::IAM::AccessKey:AKIA...`.
fn of_resources<'a>(shapes: &mut [ResourceShape<'a>]) -> Vec<Observable<'a>> {
    let mut seen = Vec::new();
    for shape in shapes {
        seen.append(&mut shape.tags.all);
        seen.append(&mut shape.details.key);
        if let Some(Cow::Borrowed(id)) = shape.id.0
            && let Some(key) = id.strip_prefix("AWS::IAM::AccessKey:").filter(|key| !key.is_empty())
        {
            seen.push(Observable::new(ObservableKind::AccessKey, Cow::Borrowed(key)));
        }
    }
    seen
}

fn tail<'a>(id: &Cow<'a, str>) -> Option<Cow<'a, str>> {
    match id {
        Cow::Borrowed(id) => arn::tail(id).map(Cow::Borrowed),
        Cow::Owned(id) => arn::tail(id).map(|name| Cow::Owned(name.to_owned())),
    }
}
