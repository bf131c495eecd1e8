//! One request as AWS would see it: who signed it, for which service and Region, and what it carries.
//!
//! Signatures are not checked: the endpoint is on loopback and keeps no keys. The credential scope of the
//! `Authorization` header is believed, since it is what routes a real request.

use std::borrow::Cow;

use bytes::Bytes;
use http::request::Parts;
use serde_json::Value;

use super::clock::Millis;
use super::data::org::ADMINISTRATOR;
use super::operation::{self, Operation, Speaks, route};
use super::reply::{Kind, Reply, failure};
use super::role::RoleSession;
use super::sts;

/// A request that is signed and names an operation.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    pub(crate) region: String,
    /// The account whose credentials ask.
    pub(crate) account: String,
    /// The role that the credentials are of, if they are of one.
    pub(crate) role: Option<RoleSession>,
    /// The path parameter, decoded.
    pub(crate) parameter: String,
    query: Vec<(String, String)>,
    body: Bytes,
}

/// What the `Authorization` header says.
struct CredentialScope<'h> {
    access_key: &'h str,
    region: &'h str,
    service: &'h str,
}

impl Request {
    /// Reads head and body, or says what AWS would say of a request that it cannot place, or whose credentials are over.
    pub(crate) fn read(head: &Parts, body: Bytes, now: Millis) -> Result<Self, Reply> {
        let scope = head
            .headers
            .get(http::header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(credential_scope)
            .ok_or_else(|| failure(Kind::MissingAuthentication, "Missing Authentication Token"))?;
        let service = Speaks::from_name(scope.service).ok_or_else(|| unknown(scope.service, head))?;
        let (mut operation, parameter) =
            route(service, &head.method, head.uri.path()).ok_or_else(|| unknown(scope.service, head))?;
        let mut query = head.uri.query().map(pairs).unwrap_or_default();
        if service == Speaks::Sts {
            query = pairs(&String::from_utf8_lossy(&body));
            let action = query.iter().find(|(key, _)| key == "Action").map_or("", |(_, value)| value.as_str());
            operation = operation::sts(action).ok_or_else(|| sts::invalid_action(action))?;
        }
        let token = head.headers.get("x-amz-security-token").and_then(|value| value.to_str().ok());
        let role = token.and_then(RoleSession::of_token);
        if role.as_ref().is_some_and(|role| role.expires <= now) {
            return Err(match service {
                Speaks::Sts => sts::expired(),
                _ => failure(Kind::ExpiredToken, "The security token included in the request is expired"),
            });
        }
        Ok(Self {
            operation,
            region: scope.region.to_owned(),
            account: role.as_ref().map_or_else(|| caller(scope.access_key), |role| role.account.clone()),
            role,
            parameter: percent_decoded(parameter.unwrap_or_default()).into_owned(),
            query,
            body,
        })
    }

    /// The body as a JSON object; an empty body is an empty object.
    pub(crate) fn json(&self) -> Result<Value, Reply> {
        if self.body.is_empty() {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        match serde_json::from_slice(&self.body) {
            Ok(value @ Value::Object(_)) => Ok(value),
            _ => Err(failure(Kind::Serialization, "The request body is not a JSON object")),
        }
    }

    /// A query parameter; of STS, a field of its form.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the request asks for a page other than the first.
    pub(crate) fn carries_token(&self) -> bool {
        let in_query = self.query("NextToken").or_else(|| self.query("nextToken")).is_some_and(|t| !t.is_empty());
        in_query
            || self.json().is_ok_and(|body| {
                ["NextToken", "nextToken"]
                    .iter()
                    .any(|k| body.get(k).and_then(Value::as_str).is_some_and(|t| !t.is_empty()))
            })
    }

    /// The ARN that AWS would name in a refusal.
    pub(crate) fn principal(&self) -> String {
        match &self.role {
            Some(role) => role.arn(),
            None => format!("arn:aws:sts::{}:assumed-role/yagura/session", self.account),
        }
    }
}

fn unknown(service: &str, head: &Parts) -> Reply {
    failure(
        Kind::UnknownOperation,
        &format!("{service} has no operation at {} {} on this endpoint", head.method, head.uri.path()),
    )
}

fn credential_scope(header: &str) -> Option<CredentialScope<'_>> {
    let credential = header.split_once("Credential=")?.1.split([',', ' ']).next()?;
    let mut parts = credential.rsplit('/');
    let (_terminator, service, region, _date) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let access_key = parts.next()?;
    Some(CredentialScope { access_key, region, service })
}

/// An access key that carries twelve digits in a row (`AKIA444455556666`) is that account's; any other is the
/// delegated administrator's. So a test can be a member account by choosing its key.
fn caller(access_key: &str) -> String {
    access_key
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 12)
        .map_or_else(|| ADMINISTRATOR.to_owned(), str::to_owned)
}

fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decoded = |text: &str| percent_decoded(&text.replace('+', " ")).into_owned();
            (decoded(key), decoded(value))
        })
        .collect()
}

fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16)).and_then(|d| u8::try_from(d).ok());
        match (digit(bytes.next()), digit(bytes.next())) {
            (Some(high), Some(low)) => out.push(high * 16 + low),
            _ => out.push(b'%'),
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests say what they expect")]
mod tests {
    use super::*;

    #[test]
    fn the_credential_scope_names_service_and_region() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261123/eu-west-1/guardduty/aws4_request, SignedHeaders=host, Signature=00";
        let scope = credential_scope(header).unwrap();
        assert_eq!((scope.access_key, scope.region, scope.service), ("AKIDEXAMPLE", "eu-west-1", "guardduty"));
    }

    #[test]
    fn keys_with_an_account_in_them_are_that_accounts() {
        assert_eq!(caller("AKIA444455556666"), "444455556666");
        assert_eq!(caller("AKIDEXAMPLE"), ADMINISTRATOR);
    }

    #[test]
    fn percent_and_plus_are_decoded() {
        assert_eq!(pairs("a=b%3Ac+d&e"), vec![("a".into(), "b:c d".into()), ("e".into(), String::new())]);
        assert_eq!(percent_decoded("arn%3Aaws%2F%zz"), "arn:aws/%");
    }
}
