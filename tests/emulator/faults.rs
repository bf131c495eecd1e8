//! Each fault, on demand.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use yagura::emulator::{Faults, Options};

use crate::client::{Answer, Caller, serve, still};

fn struck(spec: &str, call: impl Fn(&Caller) -> Answer) -> Answer {
    let faults: Faults = spec.parse().unwrap();
    let running = serve(Options { faults, ..still(300) });
    call(&Caller::hub(&running, "us-east-1"))
}

fn find(caller: &Caller) -> Answer {
    caller.post("/findings", &json!({"MaxResults": 100}))
}

fn named(answer: &Answer) -> (u16, String) {
    (answer.status, answer.header("x-amzn-errortype").unwrap_or_default())
}

#[test]
fn refusals_are_named_as_aws_names_them() {
    for (fault, status, name) in [
        ("throttle", 429, "TooManyRequestsException"),
        ("denied", 403, "AccessDeniedException"),
        ("off", 401, "InvalidAccessException"),
        ("login", 403, "ExpiredTokenException"),
    ] {
        let answer = struck(&format!("securityhub:{fault}=1"), find);
        assert_eq!(named(&answer), (status, name.to_owned()));
        assert!(answer.header("x-amzn-requestid").is_some());
    }
    assert!(struck("*:5xx=1", find).status >= 500);
    let denied = struck("securityhub.GetFindings:denied=1", find).json();
    assert!(denied["Message"].as_str().unwrap().contains("is not authorized to perform: securityhub:GetFindings"));
}

#[test]
fn a_fault_strikes_only_its_target() {
    assert_eq!(struck("guardduty:5xx=1", find).status, 200);
    assert_eq!(struck("securityhub.DescribeHub:5xx=1", find).status, 200);
    assert_eq!(struck("securityhub@eu-west-1:5xx=1", find).status, 200);
    assert_eq!(struck("securityhub:5xx=0", find).status, 200);
}

#[test]
fn a_body_is_cut_in_its_middle() {
    let answer = struck("securityhub:cut=1", find);
    assert_eq!(answer.status, 200);
    assert!(!answer.is_whole());
    assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
}

#[test]
fn a_body_is_no_json() {
    let answer = struck("securityhub:badjson=1", find);
    assert_eq!(answer.status, 200);
    assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
}

#[test]
fn only_requests_with_a_token_expire() {
    let answer = struck("securityhub:expired=1", |caller| {
        let first = find(caller);
        assert_eq!(first.status, 200);
        caller.post("/findings", &json!({"MaxResults": 100, "NextToken": first.json()["NextToken"]}))
    });
    assert_eq!(named(&answer), (400, "InvalidInputException".to_owned()));
}

#[test]
fn a_timeout_never_answers() {
    let running = serve(Options { faults: "sts:timeout=1".parse().unwrap(), ..still(10) });
    let mut stream = TcpStream::connect(running.addr()).unwrap();
    let head = "POST / HTTP/1.1\r\nHost: x\r\nAuthorization: AWS4-HMAC-SHA256 Credential=K/20260115/us-east-1/sts/aws4_request\r\nContent-Length: 43\r\n\r\nAction=GetCallerIdentity&Version=2011-06-15";
    stream.write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    assert!(stream.read(&mut [0; 1]).is_err());
}

#[test]
fn the_same_seed_strikes_the_same_calls() {
    let pattern = || {
        let faults: Faults = "securityhub:throttle=0.5".parse().unwrap();
        let running = serve(Options { faults, ..still(20) });
        let caller = Caller::hub(&running, "us-east-1");
        (0..24).map(|_| find(&caller).status == 429).collect::<Vec<_>>()
    };
    let one = pattern();
    assert_eq!(one, pattern());
    assert!(one.contains(&true) && one.contains(&false));
}
