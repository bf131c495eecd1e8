//! The observables of a record: who acted, from where, over which port, and what is vulnerable.
//!
//! In: the parts of ASFF and of GuardDuty's own format that name them, `Action` alike in both. Out: [`Observable`]s,
//! borrowed from the record. They are read on the way, in the one pass that makes the light shape; where they stand is
//! also known to `detail`, and a test holds the two together.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::lenient::{Absent, Key, List, Text, Texts, shape, skip};
use crate::model::{Observable, ObservableKind};

/// Tells the observables in it.
pub(super) trait Tell<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>);
}

/// What a `T` of the record tells; nothing else of it is kept.
#[derive(Debug)]
pub(super) struct Seen<'a, T> {
    pub(super) found: Vec<Observable<'a>>,
    what: PhantomData<T>,
}

impl<T> Default for Seen<'_, T> {
    fn default() -> Self {
        Self { found: Vec::new(), what: PhantomData }
    }
}

impl<T> Absent for Seen<'_, T> {
    fn is_absent(&self) -> bool {
        self.found.is_empty()
    }
}

impl<'de, T: Deserialize<'de> + Tell<'de>> Deserialize<'de> for Seen<'de, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut found = Vec::new();
        T::deserialize(deserializer)?.tell(&mut found);
        Ok(Self { found, what: PhantomData })
    }
}

impl<'a, T: Tell<'a>> Tell<'a> for List<T> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        self.0.into_iter().for_each(|one| one.tell(seen));
    }
}

pub(super) fn push<'a>(seen: &mut Vec<Observable<'a>>, kind: ObservableKind, text: Text<'a>) {
    seen.extend(text.0.map(|value| Observable::new(kind, value)));
}

/// All that the parts of one record told, each once, in one order whoever told it first.
pub(super) fn gathered<'a>(parts: impl IntoIterator<Item = Vec<Observable<'a>>>) -> Vec<Observable<'a>> {
    let mut parts = parts.into_iter().filter(|part| !part.is_empty());
    let Some(mut all) = parts.next() else { return Vec::new() };
    parts.for_each(|part| all.extend(part));
    all.sort_unstable();
    all.dedup();
    all
}

shape! {
    /// `Action` of ASFF, `Service.Action` of `GuardDuty`.
    Action<'de> {
        connection: Deed<'de> = "NetworkConnectionAction",
        call: Deed<'de> = "AwsApiCallAction",
        probe: Probe<'de> = "PortProbeAction",
        kubernetes: Deed<'de> = "KubernetesApiCallAction",
        login: Deed<'de> = "RdsLoginAttemptAction",
    }
}

shape! { Probe<'de> { details: List<Deed<'de>> = "PortProbeDetails" } }

shape! {
    /// One kind of action, or one probe: each has some of these.
    Deed<'de> {
        remote: RemoteIp<'de> = "RemoteIpDetails",
        local_port: Port<'de> = "LocalPortDetails",
        remote_port: Port<'de> = "RemotePortDetails",
        sources: Texts<'de> = "SourceIps",
        written_sources: Texts<'de> = "SourceIPs",
        logins: List<Login<'de>> = "LoginAttributes",
    }
}

shape! {
    RemoteIp<'de> {
        v4: Text<'de> = "IpAddressV4",
        v6: Text<'de> = "IpAddressV6",
        country: Country<'de> = "Country",
    }
}

shape! { Country<'de> { name: Text<'de> = "CountryName", code: Text<'de> = "CountryCode" } }
shape! { Port<'de> { port: Text<'de> = "Port" } }
shape! { Login<'de> { user: Text<'de> = "User" } }

impl<'a> Tell<'a> for Action<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        self.connection.tell(seen);
        self.call.tell(seen);
        self.probe.details.tell(seen);
        self.kubernetes.tell(seen);
        self.login.tell(seen);
    }
}

impl<'a> Tell<'a> for Deed<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        push(seen, ObservableKind::Ip, self.remote.v4);
        push(seen, ObservableKind::Ip, self.remote.v6);
        country(seen, self.remote.country.name, self.remote.country.code);
        push(seen, ObservableKind::Port, self.local_port.port);
        push(seen, ObservableKind::Port, self.remote_port.port);
        for source in self.sources.0.into_iter().chain(self.written_sources.0) {
            push(seen, ObservableKind::Ip, Text(Some(source)));
        }
        for login in self.logins.0 {
            push(seen, ObservableKind::Principal, login.user);
        }
    }
}

/// A country's name, else its code. `UNKNOWN` is none.
fn country<'a>(seen: &mut Vec<Observable<'a>>, name: Text<'a>, code: Text<'a>) {
    let name = name.0.filter(|name| !name.eq_ignore_ascii_case("UNKNOWN"));
    push(seen, ObservableKind::Country, Text(name.or(code.0)));
}

shape! {
    /// ASFF `Network`: of a connection's two ends the one that is not ours, where the direction says which.
    Network<'de> {
        direction: Text<'de> = "Direction",
        source_v4: Text<'de> = "SourceIpV4",
        source_v6: Text<'de> = "SourceIpV6",
        source_port: Text<'de> = "SourcePort",
        destination_v4: Text<'de> = "DestinationIpV4",
        destination_v6: Text<'de> = "DestinationIpV6",
        destination_port: Text<'de> = "DestinationPort",
    }
}

impl<'a> Tell<'a> for Network<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        let direction = self.direction.as_deref().unwrap_or_default();
        if !direction.eq_ignore_ascii_case("OUT") {
            push(seen, ObservableKind::Ip, self.source_v4);
            push(seen, ObservableKind::Ip, self.source_v6);
        }
        if !direction.eq_ignore_ascii_case("IN") {
            push(seen, ObservableKind::Ip, self.destination_v4);
            push(seen, ObservableKind::Ip, self.destination_v6);
        }
        push(seen, ObservableKind::Port, self.source_port);
        push(seen, ObservableKind::Port, self.destination_port);
    }
}

shape! { Vulnerability<'de> { id: Text<'de> = "Id" } }

impl<'a> Tell<'a> for Vulnerability<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        push(seen, ObservableKind::Cve, self.id);
    }
}

shape! { Indicator<'de> { kind: Text<'de> = "Type", value: Text<'de> = "Value" } }

impl<'a> Tell<'a> for Indicator<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        if self.kind.as_deref().is_some_and(|kind| kind.starts_with("IPV")) {
            push(seen, ObservableKind::Ip, self.value);
        }
    }
}

shape! { Detection<'de> { sequence: Sequence<'de> = "Sequence" } }

shape! {
    /// Who is named in an attack sequence.
    Sequence<'de> {
        actors: List<SequenceActor<'de>> = "Actors",
        endpoints: List<SequenceEndpoint<'de>> = "Endpoints",
    }
}

shape! { SequenceActor<'de> { user: SequenceUser<'de> = "User" } }

shape! {
    SequenceUser<'de> {
        name: Text<'de> = "Name",
        uid: Text<'de> = "Uid",
        key: Text<'de> = "CredentialUid",
    }
}

shape! {
    SequenceEndpoint<'de> {
        ip: Text<'de> = "Ip",
        port: Text<'de> = "Port",
        location: Location<'de> = "Location",
    }
}

shape! { Location<'de> { country: Text<'de> = "Country" } }

impl<'a> Tell<'a> for Detection<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        self.sequence.actors.tell(seen);
        self.sequence.endpoints.tell(seen);
    }
}

impl<'a> Tell<'a> for SequenceActor<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        push(seen, ObservableKind::Principal, self.user.name);
        push(seen, ObservableKind::Principal, self.user.uid);
        push(seen, ObservableKind::AccessKey, self.user.key);
    }
}

impl<'a> Tell<'a> for SequenceEndpoint<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        push(seen, ObservableKind::Ip, self.ip);
        push(seen, ObservableKind::Port, self.port);
        country(seen, self.location.country, Text(None));
    }
}

shape! {
    /// `Details.AwsIamAccessKey` of ASFF, `AccessKeyDetails` of `GuardDuty`: whose key was used.
    AccessKey<'de> {
        id: Text<'de> = "AccessKeyId",
        user: Text<'de> = "UserName",
        name: Text<'de> = "PrincipalName",
        principal: Text<'de> = "PrincipalId",
    }
}

impl<'a> Tell<'a> for AccessKey<'a> {
    fn tell(self, seen: &mut Vec<Observable<'a>>) {
        push(seen, ObservableKind::AccessKey, self.id);
        push(seen, ObservableKind::Principal, self.user);
        push(seen, ObservableKind::Principal, self.name);
        push(seen, ObservableKind::Principal, self.principal);
    }
}

/// A tag as `key=value`.
pub(super) fn tag<'a>(key: &str, value: &str) -> Observable<'a> {
    let mut text = String::with_capacity(key.len() + 1 + value.len());
    text.push_str(key);
    text.push('=');
    text.push_str(value);
    Observable::new(ObservableKind::Tag, Cow::Owned(text))
}

shape! { Copied<'de> { fields: Paths<'de> = "ProductFields" } }

/// What GuardDuty's copy in Security Hub tells in `ProductFields`, as paths: read where it has no `Action` of its own,
/// as copies made before ASFF had one.
pub(super) fn of_product_fields(json: &[u8]) -> Vec<Observable<'_>> {
    super::parse::<Copied<'_>>(json).map(|copied| copied.fields.0).unwrap_or_default()
}

#[derive(Debug, Default)]
pub(super) struct Paths<'a>(Vec<Observable<'a>>);

impl Absent for Paths<'_> {
    fn is_absent(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de> Deserialize<'de> for Paths<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PathsVisitor;
        impl<'de> Visitor<'de> for PathsVisitor {
            type Value = Paths<'de>;
            skip!(scalar null seq);
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Paths<'de>, A::Error> {
                let mut seen = Vec::new();
                while let Some(Key(path)) = map.next_key()? {
                    let is_action = path.contains("action/") || path.contains("Action/");
                    match of_path(&path).filter(|_| is_action) {
                        Some(ObservableKind::Country) => country(&mut seen, map.next_value()?, Text(None)),
                        Some(kind) => push(&mut seen, kind, map.next_value()?),
                        None => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(Paths(seen))
            }
        }
        deserializer.deserialize_any(PathsVisitor)
    }
}

/// What a path of `ProductFields` holds: `aws/guardduty/service/action/awsApiCallAction/remoteIpDetails/ipAddressV4`.
fn of_path(path: &str) -> Option<ObservableKind> {
    let ends = |ends: &[&str]| ends.iter().any(|end| path.ends_with(end));
    if ends(&["emoteIpDetails/ipAddressV4", "emoteIpDetails/ipAddressV6"]) {
        Some(ObservableKind::Ip)
    } else if ends(&["emoteIpDetails/country/countryName"]) {
        Some(ObservableKind::Country)
    } else if ends(&["ocalPortDetails/port", "emotePortDetails/port"]) {
        Some(ObservableKind::Port)
    } else {
        None
    }
}
