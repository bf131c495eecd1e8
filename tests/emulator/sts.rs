//! STS: who the caller is, and who it is after `AssumeRole`.

use std::time::Duration;

use serde_json::json;
use yagura::emulator::{Clock, Options, Running};

use crate::client::{ANCHOR, Answer, raw, serve, still};

const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";

/// What somebody with these credentials is answered. No token: the delegated administrator.
fn ask(running: &Running, service: &str, path: &str, token: &str, body: &str) -> Answer {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260115/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    );
    let mut headers = vec![("Authorization", authorization.as_str())];
    if !token.is_empty() {
        headers.push(("X-Amz-Security-Token", token));
    }
    raw(running.addr(), "POST", path, &headers, body)
}

fn assume(running: &Running, token: &str, role: &str, more: &str) -> Answer {
    let body = format!("Action=AssumeRole&Version=2011-06-15&RoleArn={}{more}", role.replace(':', "%3A"));
    ask(running, "sts", "/", token, &body)
}

fn between<'t>(text: &'t str, tag: &str) -> &'t str {
    let (_, rest) = text.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("no {tag} in {text}"));
    rest.split_once("</").unwrap().0
}

#[test]
fn who_assumes_a_role_is_that_role_in_its_account_until_the_credentials_expire() {
    let clock = Clock::manual(ANCHOR);
    let running = serve(Options { clock: clock.clone(), ..still(200) });
    let answer = assume(
        &running,
        "",
        "arn:aws:iam::123456789012:role/team/audit",
        "&RoleSessionName=me%40desk&DurationSeconds=900",
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    let xml = answer.text();
    assert_eq!(between(&xml, "Arn"), "arn:aws:sts::123456789012:assumed-role/audit/me@desk", "the path is left out");
    assert_eq!(between(&xml, "Expiration"), "2026-01-15T12:15:00Z");
    assert!(between(&xml, "AccessKeyId").starts_with("ASIA") && between(&xml, "SecretAccessKey").len() > 30);
    let token = between(&xml, "SessionToken");

    let identity = ask(&running, "sts", "/", token, WHO).text();
    assert_eq!(between(&identity, "Account"), "123456789012");
    assert_eq!(between(&identity, "Arn"), "arn:aws:sts::123456789012:assumed-role/audit/me@desk");
    assert!(between(&identity, "UserId").ends_with(":me@desk"));
    let findings = ask(&running, "securityhub", "/findings", token, "{\"MaxResults\":100}").json();
    let findings = findings["Findings"].as_array().unwrap();
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding["AwsAccountId"] == "123456789012"));

    // A role may assume another, for an hour at most.
    let role = "arn:aws:iam::444455556666:role/next";
    let chained = assume(&running, token, role, "&RoleSessionName=me&DurationSeconds=3601");
    assert!(chained.status == 400 && chained.text().contains("role chaining"), "{}", chained.text());
    let chained = assume(&running, token, role, "&RoleSessionName=me");
    assert_eq!(between(&chained.text(), "Expiration"), "2026-01-15T13:00:00Z", "an hour, when nobody says");

    clock.advance(Duration::from_mins(15));
    let over = ask(&running, "sts", "/", token, WHO);
    assert!(over.status == 403 && between(&over.text(), "Code") == "ExpiredToken", "{}", over.text());
    let over = ask(&running, "securityhub", "/findings", token, "{}");
    assert_eq!((over.status, over.json()["__type"].clone()), (403, json!("ExpiredTokenException")));
}

#[test]
fn a_role_that_cannot_be_assumed_is_refused_in_the_words_of_sts() {
    let running = serve(still(10));
    let role = "arn:aws:iam::123456789012:role/audit";
    let name = "&RoleSessionName=me";
    for (role, more, code, words) in [
        (
            "arn:aws:iam::000000000000:role/audit",
            name,
            "AccessDenied",
            "User: arn:aws:sts::111122223333:assumed-role/yagura/session is not authorized to perform: sts:AssumeRole \
             on resource: arn:aws:iam::000000000000:role/audit",
        ),
        ("arn:aws:iam::123456789012:user/audit", name, "ValidationError", "Request ARN is invalid"),
        ("audit", name, "ValidationError", "Value 'audit' at 'roleArn' failed to satisfy constraint"),
        (role, "", "ValidationError", "Value null at 'roleSessionName' failed to satisfy constraint"),
        (role, "&RoleSessionName=a%2Fb", "ValidationError", "Member must satisfy regular expression pattern"),
        (
            role,
            "&RoleSessionName=me&DurationSeconds=60",
            "ValidationError",
            "Value '60' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
        ),
        (role, "&RoleSessionName=me&DurationSeconds=90000", "ValidationError", "less than or equal to 43200"),
    ] {
        let answer = assume(&running, "", role, more);
        let text = answer.text();
        assert_eq!((answer.status, between(&text, "Code")), (if code == "AccessDenied" { 403 } else { 400 }, code));
        assert!(between(&text, "Message").contains(words), "{text}");
    }
    let running = serve(Options { faults: "sts.AssumeRole:denied=1".parse().unwrap(), ..still(10) });
    let denied = assume(&running, "", role, name).text();
    assert!(denied.contains("is not authorized to perform: sts:AssumeRole because"), "{denied}");
    assert_eq!(ask(&running, "sts", "/", "", WHO).status, 200);
}
