//! Which operation a request is: by the service of the credential scope, then method and path (of STS, the `Action`).
//!
//! Methods and URIs: botocore's service models of `securityhub` 2018-10-26, `guardduty` 2017-11-28 and `sts` 2011-06-15.

use http::Method;

/// The services that the endpoint speaks for, by their signing names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speaks {
    SecurityHub,
    GuardDuty,
    Sts,
}

impl Speaks {
    pub(crate) const ALL: [Self; 3] = [Self::SecurityHub, Self::GuardDuty, Self::Sts];

    /// The signing name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SecurityHub => "securityhub",
            Self::GuardDuty => "guardduty",
            Self::Sts => "sts",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

macro_rules! operations {
    ($($variant:ident $service:ident $name:literal,)*) => {
        /// Every operation that is answered.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Operation { $($variant,)* }

        impl Operation {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// As AWS names it, and as IAM actions do.
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub(crate) const fn service(self) -> Speaks {
                match self { $(Self::$variant => Speaks::$service,)* }
            }
        }
    };
}

operations! {
    GetFindings SecurityHub "GetFindings",
    BatchUpdateFindings SecurityHub "BatchUpdateFindings",
    BatchImportFindings SecurityHub "BatchImportFindings",
    GetFindingHistory SecurityHub "GetFindingHistory",
    DescribeHub SecurityHub "DescribeHub",
    ListFindingAggregators SecurityHub "ListFindingAggregators",
    GetFindingAggregator SecurityHub "GetFindingAggregator",
    GetEnabledStandards SecurityHub "GetEnabledStandards",
    DescribeStandards SecurityHub "DescribeStandards",
    ListSecurityControlDefinitions SecurityHub "ListSecurityControlDefinitions",
    ListStandardsControlAssociations SecurityHub "ListStandardsControlAssociations",
    BatchGetStandardsControlAssociations SecurityHub "BatchGetStandardsControlAssociations",
    BatchGetSecurityControls SecurityHub "BatchGetSecurityControls",
    ListMembers SecurityHub "ListMembers",
    ListDetectors GuardDuty "ListDetectors",
    GetDetector GuardDuty "GetDetector",
    ListFindings GuardDuty "ListFindings",
    GetGuardDutyFindings GuardDuty "GetFindings",
    ArchiveFindings GuardDuty "ArchiveFindings",
    UnarchiveFindings GuardDuty "UnarchiveFindings",
    UpdateFindingsFeedback GuardDuty "UpdateFindingsFeedback",
    GetFindingsStatistics GuardDuty "GetFindingsStatistics",
    GetCallerIdentity Sts "GetCallerIdentity",
    AssumeRole Sts "AssumeRole",
}

/// The operation of STS that a form's `Action` names.
pub(crate) fn sts(action: &str) -> Option<Operation> {
    Operation::ALL.iter().copied().find(|operation| operation.service() == Speaks::Sts && operation.name() == action)
}

/// The operation of a request with the path parameter that its URI carries, percent-decoding left to the caller. STS has
/// one URI for all: see [`sts`].
pub(crate) fn route<'p>(service: Speaks, method: &Method, path: &'p str) -> Option<(Operation, Option<&'p str>)> {
    match service {
        Speaks::SecurityHub => security_hub(method, path),
        Speaks::GuardDuty => guard_duty(method, path),
        Speaks::Sts => (method == Method::POST && path == "/").then_some((Operation::GetCallerIdentity, None)),
    }
}

fn security_hub<'p>(method: &Method, path: &'p str) -> Option<(Operation, Option<&'p str>)> {
    use Operation as O;
    let plain = |operation| Some((operation, None));
    match (method.as_str(), path) {
        ("POST", "/findings") => plain(O::GetFindings),
        ("PATCH", "/findings/batchupdate") => plain(O::BatchUpdateFindings),
        ("POST", "/findings/import") => plain(O::BatchImportFindings),
        ("POST", "/findingHistory/get") => plain(O::GetFindingHistory),
        ("GET", "/accounts") => plain(O::DescribeHub),
        ("GET", "/findingAggregator/list") => plain(O::ListFindingAggregators),
        ("POST", "/standards/get") => plain(O::GetEnabledStandards),
        ("GET", "/standards") => plain(O::DescribeStandards),
        ("GET", "/securityControls/definitions") => plain(O::ListSecurityControlDefinitions),
        ("POST", "/securityControls/batchGet") => plain(O::BatchGetSecurityControls),
        ("GET", "/associations") => plain(O::ListStandardsControlAssociations),
        ("POST", "/associations/batchGet") => plain(O::BatchGetStandardsControlAssociations),
        ("GET", "/members") => plain(O::ListMembers),
        ("GET", _) => path.strip_prefix("/findingAggregator/get/").map(|arn| (O::GetFindingAggregator, Some(arn))),
        _ => None,
    }
}

fn guard_duty<'p>(method: &Method, path: &'p str) -> Option<(Operation, Option<&'p str>)> {
    use Operation as O;
    let rest = path.strip_prefix("/detector")?;
    if rest.is_empty() || rest == "/" {
        return (method == Method::GET).then_some((O::ListDetectors, None));
    }
    let rest = rest.strip_prefix('/')?;
    let (detector, tail) = rest.split_once('/').unwrap_or((rest, ""));
    let operation = match (method.as_str(), tail) {
        ("GET", "") => O::GetDetector,
        ("POST", "findings") => O::ListFindings,
        ("POST", "findings/get") => O::GetGuardDutyFindings,
        ("POST", "findings/archive") => O::ArchiveFindings,
        ("POST", "findings/unarchive") => O::UnarchiveFindings,
        ("POST", "findings/feedback") => O::UpdateFindingsFeedback,
        ("POST", "findings/statistics") => O::GetFindingsStatistics,
        _ => return None,
    };
    Some((operation, Some(detector)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_those_of_the_service_models() {
        let hub = |method, path| route(Speaks::SecurityHub, &method, path).map(|(o, _)| o);
        assert_eq!(hub(Method::POST, "/findings"), Some(Operation::GetFindings));
        assert_eq!(hub(Method::PATCH, "/findings/batchupdate"), Some(Operation::BatchUpdateFindings));
        assert_eq!(hub(Method::GET, "/findings"), None);
        assert_eq!(
            route(Speaks::GuardDuty, &Method::POST, "/detector/d1/findings/get"),
            Some((Operation::GetGuardDutyFindings, Some("d1")))
        );
        assert_eq!(route(Speaks::GuardDuty, &Method::POST, "/findings"), None);
    }
}
