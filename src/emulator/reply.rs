//! Answers: JSON or XML with the headers that AWS sends, and its errors with their HTTP codes.
//!
//! Codes and member names: botocore's service models (`InvalidInputException` 400, `InvalidAccessException` 401,
//! `AccessDeniedException` 403, `ResourceNotFoundException` 404, throttling 429). The error's name travels in
//! `x-amzn-errortype`, as restJson1 asks.

use bytes::Bytes;
use http::StatusCode;

use super::data::json::Json;

/// An answer before it becomes HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    /// The value of `x-amzn-errortype`.
    pub(crate) error: Option<&'static str>,
    pub(crate) body: Bytes,
}

pub(crate) const JSON: &str = "application/json";
pub(crate) const XML: &str = "text/xml";

impl Reply {
    pub(crate) fn json(body: Vec<u8>) -> Self {
        Self { status: StatusCode::OK, content_type: JSON, error: None, body: Bytes::from(body) }
    }

    /// A JSON object, filled by the caller.
    pub(crate) fn object(fill: impl FnOnce(&mut Json)) -> Self {
        let mut json = Json::default();
        json.object(fill);
        Self::json(json.into_bytes())
    }
}

/// The ways a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    InvalidInput,
    /// Security Hub is not enabled for the account in this Region.
    InvalidAccess,
    AccessDenied,
    ResourceNotFound,
    /// `GuardDuty` says everything that is wrong with a request so.
    BadRequest,
    Throttled,
    Internal,
    Unavailable,
    ExpiredToken,
    MissingAuthentication,
    UnknownOperation,
    Serialization,
}

impl Kind {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::InvalidInput => "InvalidInputException",
            Self::InvalidAccess => "InvalidAccessException",
            Self::AccessDenied => "AccessDeniedException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::BadRequest => "BadRequestException",
            Self::Throttled => "TooManyRequestsException",
            Self::Internal => "InternalServerErrorException",
            Self::Unavailable => "ServiceUnavailableException",
            Self::ExpiredToken => "ExpiredTokenException",
            Self::MissingAuthentication => "MissingAuthenticationTokenException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::Serialization => "SerializationException",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::InvalidInput | Self::BadRequest | Self::Serialization => StatusCode::BAD_REQUEST,
            Self::InvalidAccess => StatusCode::UNAUTHORIZED,
            Self::AccessDenied | Self::ExpiredToken | Self::MissingAuthentication => StatusCode::FORBIDDEN,
            Self::ResourceNotFound | Self::UnknownOperation => StatusCode::NOT_FOUND,
            Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// An error in JSON. Both spellings of the message member, since Security Hub models `Message` and others `message`.
pub(crate) fn failure(kind: Kind, message: &str) -> Reply {
    let mut json = Json::default();
    json.object(|j| {
        j.text("__type", kind.code());
        j.text("Code", kind.code());
        j.text("Message", message);
        j.text("message", message);
    });
    Reply { error: Some(kind.code()), status: kind.status(), ..Reply::json(json.into_bytes()) }
}

/// `InvalidInputException`, the commonest.
pub(crate) fn invalid(message: &str) -> Reply {
    failure(Kind::InvalidInput, message)
}
