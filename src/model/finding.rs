//! One finding as one service sent it: the light shape that ingest needs, borrowed from the record's bytes.
//!
//! The full reading (actors, network, vulnerabilities, ...) is [`super::Detail`], decoded on demand from the raw
//! record. Every field is optional that AWS, or somebody's import, has been seen to leave out.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{ControlId, Observable, Severity, StandardId};

/// The JSON format a record was sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Format {
    /// AWS Security Finding Format, from Security Hub CSPM.
    Asff,
    /// `GuardDuty`'s own finding JSON, camelCase or `PascalCase`.
    GuardDuty,
}

/// One record. Two records with the same [`FindingKey`](crate::store) fold into one row of the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding<'a> {
    pub format: Format,
    /// ASFF `Id`; GuardDuty `Arn` (which is the ASFF `Id` of its copy in Security Hub), else its bare `Id`.
    pub id: Cow<'a, str>,
    /// ASFF `ProductArn`; absent in GuardDuty's own format.
    pub product_arn: Option<Cow<'a, str>>,
    /// `ProductName`, or what the product ARN says: `GuardDuty`, `Security Hub`, `Inspector`, `Prowler`, ...
    pub product: Cow<'a, str>,
    pub title: Cow<'a, str>,
    pub description: Cow<'a, str>,
    /// `None` where the record says nothing that maps to a label.
    pub severity: Option<Severity>,
    /// GuardDuty `Severity` (1.0-10.0) as sent; ASFF `Severity.Normalized` (0-100), else `Severity.Product`.
    pub score: Option<f64>,
    /// 12 digits in AWS; kept as sent where it is not.
    pub account: Option<Cow<'a, str>>,
    /// ASFF `AwsAccountName`.
    pub account_name: Option<Cow<'a, str>>,
    pub region: Option<Cow<'a, str>>,
    pub resources: Vec<Resource<'a>>,
    /// ASFF `Types`, or the one GuardDuty `Type`.
    pub types: Vec<Cow<'a, str>>,
    pub workflow: Option<Workflow<'a>>,
    pub record_state: RecordState<'a>,
    pub compliance: Option<Compliance<'a>>,
    /// `Compliance.SecurityControlId`, or what a legacy generator id maps to.
    pub control: Option<ControlId<'a>>,
    /// The standards this record names (`Compliance.AssociatedStandards`, or its own subscription).
    pub standards: Vec<StandardId<'a>>,
    /// ASFF `GeneratorId`; GuardDuty's detector ARN or id.
    pub generator: Option<Cow<'a, str>>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub first_seen: Option<Timestamp>,
    pub last_seen: Option<Timestamp>,
    /// Made by `CreateSampleFindings` or marked `Sample`: never mistaken for real.
    pub sample: bool,
    /// The values by which it has kin: each once, in order. Most findings have few, or none.
    pub observables: Vec<Observable<'a>>,
    /// Somebody wrote a note on it (ASFF `Note`).
    pub noted: bool,
}

/// A resource of a finding. `type` is ASFF's (`AwsEc2Instance`) in both formats.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resource<'a> {
    pub id: Cow<'a, str>,
    pub kind: Option<Cow<'a, str>>,
    /// What a person calls it: a name in its details, its `Name` tag, or the tail of its ARN.
    pub name: Option<Cow<'a, str>>,
}

/// A closed set of values that AWS defines, with room for one it has not defined yet: kept as it was sent.
macro_rules! aws_values {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name<'a> {
            $($(#[$vdoc])* $variant,)+
            /// A value this version does not know, as sent.
            Other(Cow<'a, str>),
        }

        impl<'a> $name<'a> {
            /// Every value AWS documents.
            pub const KNOWN: &'static [&'static str] = &[$($text),+];

            /// The value as AWS writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $text,)+ Self::Other(text) => text }
            }

            /// Any case is known; what is not known is kept.
            #[must_use]
            pub fn parse(text: Cow<'a, str>) -> Self {
                $(if text.eq_ignore_ascii_case($text) { return Self::$variant; })+
                Self::Other(text)
            }

            /// The same value, owning its text.
            #[must_use]
            pub fn into_owned(self) -> $name<'static> {
                match self {
                    $(Self::$variant => $name::$variant,)+
                    Self::Other(text) => $name::Other(Cow::Owned(text.into_owned())),
                }
            }
        }
    };
}

aws_values! {
    /// ASFF `Workflow.Status`: where the investigation stands.
    Workflow { New = "NEW", Notified = "NOTIFIED", Resolved = "RESOLVED", Suppressed = "SUPPRESSED" }
}

aws_values! {
    /// ASFF `RecordState`. GuardDuty's `Service.Archived` maps to it.
    RecordState { Active = "ACTIVE", Archived = "ARCHIVED" }
}

aws_values! {
    /// ASFF `Compliance.Status`.
    Compliance { Passed = "PASSED", Failed = "FAILED", Warning = "WARNING", NotAvailable = "NOT_AVAILABLE" }
}

impl Finding<'_> {
    /// Does it ask for somebody's attention: active, neither resolved nor suppressed, and not a passed check.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.record_state != RecordState::Archived
            && !matches!(self.workflow, Some(Workflow::Resolved | Workflow::Suppressed))
            && self.compliance != Some(Compliance::Passed)
    }
}

impl Finding<'_> {
    /// The same finding, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Finding<'static> {
        fn own(text: Cow<'_, str>) -> Cow<'static, str> {
            Cow::Owned(text.into_owned())
        }
        Finding {
            format: self.format,
            id: own(self.id),
            product_arn: self.product_arn.map(own),
            product: own(self.product),
            title: own(self.title),
            description: own(self.description),
            severity: self.severity,
            score: self.score,
            account: self.account.map(own),
            account_name: self.account_name.map(own),
            region: self.region.map(own),
            resources: self
                .resources
                .into_iter()
                .map(|r| Resource { id: own(r.id), kind: r.kind.map(own), name: r.name.map(own) })
                .collect(),
            types: self.types.into_iter().map(own).collect(),
            workflow: self.workflow.map(Workflow::into_owned),
            record_state: self.record_state.into_owned(),
            compliance: self.compliance.map(Compliance::into_owned),
            control: self.control.map(|control| ControlId(own(control.0))),
            standards: self.standards.into_iter().map(StandardId::into_owned).collect(),
            generator: self.generator.map(own),
            created_at: self.created_at,
            updated_at: self.updated_at,
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            sample: self.sample,
            observables: self.observables.into_iter().map(Observable::into_owned).collect(),
            noted: self.noted,
        }
    }
}
