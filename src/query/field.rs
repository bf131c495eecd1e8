//! The one table of fields: what each is called, what its values are, and what it says to a person.

use crate::model::{Compliance, RecordState, Severity, Workflow};

/// Something of a finding that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    Id,
    Product,
    Title,
    Description,
    Severity,
    Score,
    Account,
    AccountName,
    Region,
    Resource,
    ResourceId,
    ResourceType,
    ResourceName,
    Type,
    Workflow,
    RecordState,
    Compliance,
    Control,
    Standard,
    Requirement,
    Generator,
    Created,
    Updated,
    FirstSeen,
    LastSeen,
    Age,
    Source,
    Record,
    Sample,
    ActorIp,
    ActorCountry,
    Principal,
    AccessKey,
    Port,
    Cve,
    Tag,
    Note,
    Has,
    Path,
    Is,
}

/// What a field's values are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name: the whole of it is compared, in any case.
    Name,
    /// A name from a set that AWS defines.
    OneOf(&'static [&'static str]),
    /// Prose or an identifier: a part is enough.
    Text,
    Severity,
    Number,
    Time,
    /// A time, asked for by how long ago it is.
    Age,
    /// `true` or `false`.
    Flag,
    /// `is:` words.
    Is,
    /// An address, with `*` in it, or a block of them.
    Address,
    /// `key=value`; a key alone has any value.
    Tag,
    /// The name of a field.
    Has,
    /// A place in the raw record.
    Path,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    pub field: Field,
    /// The name as printed.
    pub name: &'static str,
    /// Other names for it: keys of the JSON contract, and short forms.
    pub aliases: &'static [&'static str],
    pub kind: Kind,
    /// One line for help and completion.
    pub doc: &'static str,
}

impl Spec {
    /// Can `has:` ask for it: there are findings with a value, and findings without.
    #[must_use]
    pub const fn can_be_had(&self) -> bool {
        !matches!(self.kind, Kind::Is | Kind::Has | Kind::Path)
    }
}

/// The severity labels, worst first.
pub const SEVERITIES: &[&str] = &[
    Severity::Critical.label(),
    Severity::High.label(),
    Severity::Medium.label(),
    Severity::Low.label(),
    Severity::Informational.label(),
];

const fn spec(
    field: Field,
    name: &'static str,
    aliases: &'static [&'static str],
    kind: Kind,
    doc: &'static str,
) -> Spec {
    Spec { field, name, aliases, kind, doc }
}

/// Every field, in the order of the JSON contract.
pub const FIELDS: &[Spec] = &[
    spec(Field::Id, "id", &[], Kind::Text, "the finding's id or ARN"),
    spec(
        Field::Product,
        "product",
        &[],
        Kind::Name,
        "the product that made it: GuardDuty, \"Security Hub\", Inspector",
    ),
    spec(Field::Title, "title", &[], Kind::Text, "the title"),
    spec(Field::Description, "description", &["desc"], Kind::Text, "the description"),
    spec(Field::Severity, "severity", &["sev"], Kind::Severity, "the severity label; compares with < and >"),
    spec(Field::Score, "score", &[], Kind::Number, "the severity as the product's own number"),
    spec(Field::Account, "account", &["account_id"], Kind::Name, "the account's id or name"),
    spec(Field::AccountName, "account_name", &[], Kind::Name, "the account's name"),
    spec(Field::Region, "region", &[], Kind::Name, "the Region it is in"),
    spec(Field::Resource, "resource", &["resources"], Kind::Text, "a resource's id, name or type"),
    spec(Field::ResourceId, "resource.id", &["resource_id", "resources.id"], Kind::Text, "a resource's id or ARN"),
    spec(Field::ResourceType, "resource.type", &["resource_type", "resources.type"], Kind::Text, "a resource's type"),
    spec(Field::ResourceName, "resource.name", &["resource_name", "resources.name"], Kind::Text, "a resource's name"),
    spec(Field::Type, "type", &["types"], Kind::Text, "the finding's type"),
    spec(Field::Workflow, "workflow", &["status"], Kind::OneOf(Workflow::KNOWN), "where the investigation stands"),
    spec(Field::RecordState, "record_state", &["state"], Kind::OneOf(RecordState::KNOWN), "active or archived"),
    spec(Field::Compliance, "compliance", &[], Kind::OneOf(Compliance::KNOWN), "the result of a control's check"),
    spec(Field::Control, "control", &[], Kind::Name, "the security control: IAM.9, S3.1"),
    spec(Field::Standard, "standard", &["standards"], Kind::Name, "a standard it counts for: cis/5.0.0, fsbp"),
    spec(
        Field::Requirement,
        "requirement",
        &["requirements"],
        Kind::Name,
        "a requirement that its control checks: 1.5, cis/5.0.0/1.5",
    ),
    spec(Field::Generator, "generator", &["generator_id"], Kind::Text, "the rule or detector that made it"),
    spec(Field::Created, "created_at", &["created"], Kind::Time, "when it was made"),
    spec(Field::Updated, "updated_at", &["updated"], Kind::Time, "when it last changed"),
    spec(Field::FirstSeen, "first_seen", &["first"], Kind::Time, "when it was first seen"),
    spec(Field::LastSeen, "last_seen", &["last"], Kind::Time, "when it was last seen"),
    spec(Field::Age, "age", &[], Kind::Age, "time since it was first seen, else made"),
    spec(
        Field::Source,
        "source",
        &["sources"],
        Kind::OneOf(&["securityhub", "guardduty", "file"]),
        "where it came from",
    ),
    spec(Field::Record, "record", &["records", "records.id"], Kind::Text, "the id of a record that it folds"),
    spec(Field::Sample, "sample", &[], Kind::Flag, "made as a sample: true or false"),
    spec(
        Field::ActorIp,
        "actor.ip",
        &["actor_ip", "ip"],
        Kind::Address,
        "the address of who acted: 198.51.100.7, 198.51.100.*, 198.51.100.0/24",
    ),
    spec(Field::ActorCountry, "actor.country", &["actor_country", "country"], Kind::Name, "where that address is"),
    spec(Field::Principal, "principal", &["actor"], Kind::Name, "an IAM, Kubernetes or database user: who acted"),
    spec(Field::AccessKey, "accesskey", &["access_key"], Kind::Name, "the id of an access key that was used"),
    spec(Field::Port, "port", &["ports"], Kind::Number, "a port at either end of a connection; compares, 1..1023"),
    spec(Field::Cve, "cve", &["vulnerability"], Kind::Name, "a vulnerability: CVE-2021-44228, CVE-2021-*"),
    spec(Field::Tag, "tag", &["tags"], Kind::Tag, "a resource's tag: env=prod, or env with any value"),
    spec(Field::Note, "note", &[], Kind::Flag, "somebody wrote a note on it: true or false"),
    spec(Field::Has, "has", &[], Kind::Has, "the field has a value: has:note, has:cve, has:control"),
    spec(
        Field::Path,
        "path",
        &["raw"],
        Kind::Path,
        "a place in the raw record: Resources.Details.AwsS3Bucket.OwnerId=value; also ~ != < >",
    ),
    spec(
        Field::Is,
        "is",
        &[],
        Kind::Is,
        "open, new, notified, archived, suppressed, resolved, failed, passed, sample, sequence, unseen, worse, back, closed",
    ),
];

/// The field of this name, in any case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Spec> {
    FIELDS.iter().find(|spec| {
        spec.name.eq_ignore_ascii_case(name) || spec.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    })
}

/// Every name that a field can be called by.
pub fn names() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().flat_map(|spec| std::iter::once(spec.name).chain(spec.aliases.iter().copied()))
}

impl Field {
    /// The field's line of the table.
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        // Every field has a line: a test holds it.
        FIELDS.iter().find(|spec| spec.field == self).unwrap_or(&FIELDS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_of_one_field_and_every_field_has_its_line() {
        for name in names() {
            let owners = FIELDS.iter().filter(|spec| spec.name == name || spec.aliases.contains(&name)).count();
            assert_eq!(owners, 1, "{name}");
        }
        for spec in FIELDS {
            assert_eq!(spec.field.spec(), spec);
        }
        assert_eq!(Field::Is as usize + 1, FIELDS.len());
    }
}
