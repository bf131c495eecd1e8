//! STS: `GetCallerIdentity`, in awsQuery's XML.

use bytes::Bytes;
use http::StatusCode;

use super::reply::{Reply, XML};
use super::request::Request;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Account, ARN and user id of the caller.
pub(crate) fn caller_identity(request: &Request) -> Reply {
    let body = format!(
        "<GetCallerIdentityResponse xmlns=\"{NAMESPACE}\"><GetCallerIdentityResult><Arn>{}</Arn>\
         <UserId>AROAEXAMPLEYAGURA:session</UserId><Account>{}</Account></GetCallerIdentityResult>\
         <ResponseMetadata><RequestId>01234567-89ab-4cde-8f01-23456789abcd</RequestId></ResponseMetadata>\
         </GetCallerIdentityResponse>",
        request.principal(),
        request.account
    );
    Reply { status: StatusCode::OK, content_type: XML, error: None, body: Bytes::from(body) }
}

/// An action that this endpoint does not have.
pub(crate) fn invalid_action(action: &str) -> Reply {
    error(
        "InvalidAction",
        &format!("Could not find operation {} for version 2011-06-15", escaped(action)),
        StatusCode::BAD_REQUEST,
    )
}

/// An error as awsQuery writes it. `message` is XML already.
pub(crate) fn error(code: &'static str, message: &str, status: StatusCode) -> Reply {
    let body = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>\
         <RequestId>01234567-89ab-4cde-8f01-23456789abcd</RequestId></ErrorResponse>"
    );
    Reply { status, content_type: XML, error: Some(code), body: Bytes::from(body) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
