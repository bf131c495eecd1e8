//! Values by which findings are kin: the same address, principal or key in another finding is where a responder looks
//! next. The word is OCSF's.

use std::borrow::Cow;

/// What an observable is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ObservableKind {
    /// The address of who acted, or of the other end of a connection; never the resource's own.
    Ip,
    /// Where that address is, as the service names it.
    Country,
    /// An IAM user, role or principal id, a Kubernetes user, a database user: who acted, or whose key it is.
    Principal,
    /// An access key's id.
    AccessKey,
    /// A port at either end of a connection.
    Port,
    /// A vulnerability's id: `CVE-2021-44228`, or another list's.
    Cve,
    /// A resource's tag, as `key=value`.
    Tag,
}

impl ObservableKind {
    pub const ALL: [Self; 7] =
        [Self::Ip, Self::Country, Self::Principal, Self::AccessKey, Self::Port, Self::Cve, Self::Tag];
}

/// One value that a record names. All text is as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Observable<'a> {
    pub kind: ObservableKind,
    pub value: Cow<'a, str>,
}

impl<'a> Observable<'a> {
    #[must_use]
    pub const fn new(kind: ObservableKind, value: Cow<'a, str>) -> Self {
        Self { kind, value }
    }

    /// The same value, owning its text.
    #[must_use]
    pub fn into_owned(self) -> Observable<'static> {
        Observable { kind: self.kind, value: Cow::Owned(self.value.into_owned()) }
    }
}
