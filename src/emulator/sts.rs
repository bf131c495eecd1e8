//! STS: `GetCallerIdentity` and `AssumeRole`, in awsQuery's XML.
//!
//! A role is there, and trusts whoever asks, when its account is one of the organisation's. Any other is refused as AWS
//! refuses a role that is not there: it does not tell the two apart either.

use bytes::Bytes;
use http::StatusCode;
use jiff::Timestamp;

use super::operation::Operation;
use super::reply::{Reply, XML};
use super::request::Request;
use super::role::{RoleSession, role_of};
use super::shared::Shared;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
/// `DurationSeconds`: what it may be, and what it is when nobody says.
const DURATIONS: std::ops::RangeInclusive<i64> = 900..=43_200;
const HOUR: i64 = 3600;

pub(crate) fn answer(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    match request.operation {
        Operation::AssumeRole => assume_role(shared, request),
        _ => Ok(caller_identity(request)),
    }
}

/// Account, ARN and user id of the caller.
fn caller_identity(request: &Request) -> Reply {
    let user = request.role.as_ref().map_or_else(|| "AROAEXAMPLEYAGURA:session".to_owned(), RoleSession::user_id);
    success(
        "GetCallerIdentity",
        &format!(
            "<Arn>{}</Arn><UserId>{user}</UserId><Account>{}</Account>",
            escaped(&request.principal()),
            request.account
        ),
    )
}

/// Credentials of the role, for as long as was asked.
fn assume_role(shared: &Shared, request: &Request) -> Result<Reply, Reply> {
    let arn = parameter(request, "RoleArn", "roleArn", 20)?;
    let name = parameter(request, "RoleSessionName", "roleSessionName", 2)?;
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)) {
        return Err(unfit(&format!("'{name}'"), "roleSessionName", "satisfy regular expression pattern: [\\w+=,.@-]*"));
    }
    let seconds = duration(request)?;
    let (account, role) = role_of(arn).ok_or_else(|| invalid("Request ARN is invalid"))?;
    if shared.world().org.account_index(account).is_none() {
        let message =
            format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {arn}", request.principal());
        return Err(error("AccessDenied", &escaped(&message), StatusCode::FORBIDDEN));
    }
    let session = RoleSession {
        account: account.to_owned(),
        role: role.to_owned(),
        name: name.to_owned(),
        expires: shared.now() + seconds * 1000,
    };
    let expiration = Timestamp::from_second(session.expires.div_euclid(1000)).unwrap_or(Timestamp::MAX);
    Ok(success(
        "AssumeRole",
        &format!(
            "<AssumedRoleUser><AssumedRoleId>{}</AssumedRoleId><Arn>{}</Arn></AssumedRoleUser>\
             <Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey>\
             <SessionToken>{}</SessionToken><Expiration>{expiration}</Expiration></Credentials>",
            session.user_id(),
            escaped(&session.arn()),
            session.access_key(),
            shared.request_id(),
            session.token(),
        ),
    ))
}

/// A parameter that has to be there, at least so long.
fn parameter<'r>(request: &'r Request, name: &str, member: &str, shortest: usize) -> Result<&'r str, Reply> {
    match request.query(name) {
        None => Err(unfit("null", member, "not be null")),
        Some(value) if value.len() < shortest => {
            Err(unfit(&format!("'{value}'"), member, &format!("have length greater than or equal to {shortest}")))
        }
        Some(value) => Ok(value),
    }
}

fn duration(request: &Request) -> Result<i64, Reply> {
    let Some(asked) = request.query("DurationSeconds") else { return Ok(HOUR) };
    let bound = |word: &str, limit: &i64| {
        unfit(&format!("'{asked}'"), "durationSeconds", &format!("have value {word} than or equal to {limit}"))
    };
    match asked.parse::<i64>() {
        Ok(seconds) if seconds > HOUR && request.role.is_some() => Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        )),
        Ok(seconds) if DURATIONS.contains(&seconds) => Ok(seconds),
        Ok(seconds) if seconds > *DURATIONS.end() => Err(bound("less", DURATIONS.end())),
        _ => Err(bound("greater", DURATIONS.start())),
    }
}

/// An action that this endpoint does not have.
pub(crate) fn invalid_action(action: &str) -> Reply {
    error(
        "InvalidAction",
        &format!("Could not find operation {} for version 2011-06-15", escaped(action)),
        StatusCode::BAD_REQUEST,
    )
}

/// The credentials of a role whose time is over.
pub(crate) fn expired() -> Reply {
    error("ExpiredToken", "The security token included in the request is expired", StatusCode::FORBIDDEN)
}

fn invalid(message: &str) -> Reply {
    error("ValidationError", &escaped(message), StatusCode::BAD_REQUEST)
}

fn unfit(value: &str, member: &str, constraint: &str) -> Reply {
    invalid(&format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: Member must {constraint}"
    ))
}

/// `result` is XML already.
fn success(operation: &str, result: &str) -> Reply {
    let body = format!(
        "<{operation}Response xmlns=\"{NAMESPACE}\"><{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>01234567-89ab-4cde-8f01-23456789abcd</RequestId></ResponseMetadata>\
         </{operation}Response>"
    );
    Reply { status: StatusCode::OK, content_type: XML, error: None, body: Bytes::from(body) }
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
