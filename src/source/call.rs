//! What went wrong with a call, in the terms that decide what happens next.
//!
//! In: `SdkError` of any operation. Out: [`CallError`]: a kind (wait, try again, start over, give up and say why) and
//! AWS's own words. Codes are from the services' models and, where those are silent (throttles of `GuardDuty`), from
//! the codes that the AWS SDKs share.

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::redact;
use super::table::Operation;

/// What kind of failure it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Wait, then go on.
    Throttled,
    /// Network, 5xx, timeout, a cut or unreadable body: try again.
    Transient,
    /// The paging token is not accepted (any more): start this listing over.
    TokenRejected,
    /// The IAM action that is missing.
    Denied { action: String },
    /// The service, or the Region, is not on.
    Off,
    /// No usable credentials.
    Login,
    /// The endpoint does not know the operation.
    Unsupported,
    /// AWS understood and refused: no use in asking again.
    Refused,
    /// Nobody listens to this feed any more.
    Stopped,
}

/// A call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {words}")]
pub(crate) struct CallError {
    pub(crate) operation: &'static str,
    pub(crate) trouble: Trouble,
    /// In AWS's words, fit to show.
    pub(crate) words: String,
}

impl CallError {
    pub(crate) fn stopped() -> Self {
        Self { operation: "", trouble: Trouble::Stopped, words: "stopped".to_owned() }
    }

    /// A success whose body is not what the operation answers with.
    pub(crate) fn bad_page(operation: &'static str, reason: &str) -> Self {
        Self { operation, trouble: Trouble::Transient, words: redact::redact(&format!("unreadable page: {reason}")) }
    }

    /// Reads the SDK's error.
    pub(crate) fn of<E>(operation: &Operation, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let status = error.raw_response().map(|response| response.status().as_u16());
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        let message = error.as_service_error().and_then(ProvideErrorMetadata::message);
        let trouble = if credentials_failed(error) {
            Trouble::Login
        } else {
            trouble(operation, status, code, message.unwrap_or_default())
        };
        let words = match (code, message, status) {
            (Some(code), Some(message), _) => redact::redact(&format!("{code}: {message}")),
            (Some(code), None, _) => redact::redact(code),
            (None, _, Some(status)) if error.as_service_error().is_some() => format!("HTTP {status}"),
            _ => redact::chain(error),
        };
        Self { operation: operation.name, trouble, words }
    }
}

/// Looks for a credentials error anywhere among the causes.
fn credentials_failed(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<CredentialsError>().is_some() {
            return true;
        }
        next = error.source();
    }
    false
}

fn trouble(operation: &Operation, status: Option<u16>, code: Option<&str>, message: &str) -> Trouble {
    match code.unwrap_or_default() {
        "TooManyRequestsException"
        | "ThrottlingException"
        | "ThrottledException"
        | "Throttling"
        | "RequestThrottled"
        | "RequestThrottledException"
        | "LimitExceededException"
        | "RequestLimitExceeded"
        | "BandwidthLimitExceeded"
        | "ProvisionedThroughputExceededException"
        | "PriorRequestNotComplete"
        | "SlowDown" => Trouble::Throttled,
        "AccessDeniedException" | "AccessDenied" | "UnauthorizedOperation" | "NotAuthorized" => {
            Trouble::Denied { action: missing_action(message).unwrap_or(operation.action).to_owned() }
        }
        // Security Hub: "Account ... is not subscribed to AWS Security Hub".
        "InvalidAccessException"
        | "OptInRequired"
        | "SubscriptionRequiredException"
        | "RegionDisabledException"
        | "AuthFailure"
        | "ResourceNotFoundException" => Trouble::Off,
        "ExpiredTokenException"
        | "ExpiredToken"
        | "TokenRefreshRequired"
        | "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "MissingAuthenticationToken"
        | "MissingAuthenticationTokenException"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature" => Trouble::Login,
        "InvalidInputException" | "BadRequestException" | "ValidationException" | "InvalidNextTokenException"
            if message.to_ascii_lowercase().contains("token") =>
        {
            Trouble::TokenRejected
        }
        "UnknownOperationException" | "UnknownOperation" | "NotImplemented" | "NotImplementedException" => {
            Trouble::Unsupported
        }
        _ => match status {
            Some(429) => Trouble::Throttled,
            Some(404 | 405 | 501) => Trouble::Unsupported,
            Some(403) => Trouble::Denied { action: operation.action.to_owned() },
            Some(400..=499) => Trouble::Refused,
            // 5xx, no response at all, or a success that does not parse.
            _ => Trouble::Transient,
        },
    }
}

/// `User: ... is not authorized to perform: securityhub:GetFindings on resource: ...`
fn missing_action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let action = rest.split([' ', ',']).next()?.trim_end_matches('.');
    action.contains(':').then_some(action)
}

#[cfg(test)]
mod tests {
    use super::super::table::Rate;
    use super::*;

    const OP: Operation =
        Operation { name: "GetFindings", action: "securityhub:GetFindings", rate: Rate { per_second: 3, burst: 6 } };

    #[test]
    fn a_denial_names_what_aws_named() {
        let message = "User: arn:aws:iam::111122223333:user/a is not authorized to perform: guardduty:ListDetectors on resource: x";
        let denied = trouble(&OP, Some(403), Some("AccessDeniedException"), message);
        assert_eq!(denied, Trouble::Denied { action: "guardduty:ListDetectors".to_owned() });
        let denied = trouble(&OP, Some(403), Some("AccessDeniedException"), "no");
        assert_eq!(denied, Trouble::Denied { action: "securityhub:GetFindings".to_owned() });
    }

    #[test]
    fn codes_decide_before_statuses() {
        assert_eq!(trouble(&OP, Some(400), Some("ThrottlingException"), ""), Trouble::Throttled);
        assert_eq!(trouble(&OP, Some(401), Some("InvalidAccessException"), "not subscribed"), Trouble::Off);
        assert_eq!(trouble(&OP, Some(400), Some("InvalidInputException"), "Invalid NextToken"), Trouble::TokenRejected);
        assert_eq!(trouble(&OP, Some(400), Some("InvalidInputException"), "MaxResults"), Trouble::Refused);
        assert_eq!(trouble(&OP, Some(404), None, ""), Trouble::Unsupported);
        assert_eq!(trouble(&OP, Some(503), None, ""), Trouble::Transient);
        assert_eq!(trouble(&OP, None, None, ""), Trouble::Transient);
    }
}
