//! Where credentials come from, as a user has them: a home folder with an AWS configuration, and the program started in
//! it. STS, the instance's metadata service and the endpoint that is asked are all on loopback.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use yagura::emulator::{Options, Running, start};

/// The account that the roles of these tests are in: a member, so its findings are its own alone.
const MEMBER: &str = "123456789012";
const ADMINISTRATOR: &str = "111122223333";

fn endpoint(faults: &str) -> Running {
    start(Options { findings: 400, accounts: 4, faults: faults.parse().unwrap(), ..Options::default() }).unwrap()
}

fn home(config: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    home
}

/// The program in this home, with nothing else of the environment.
fn yagura(home: &Path, variables: &[(&str, &str)], words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yagura"));
    command.env_clear().env("HOME", home).envs(variables.iter().copied()).args(words).stdin(Stdio::null());
    if !variables.iter().any(|(name, _)| *name == METADATA) {
        command.env("AWS_EC2_METADATA_DISABLED", "true");
    }
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The accounts of all findings that are printed, each once.
fn accounts(output: &Output) -> Vec<String> {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lines = text(&output.stdout);
    let account = |line: &str| serde_json::from_str::<Value>(line).unwrap()["account"].as_str().unwrap().to_owned();
    let mut accounts: Vec<String> = lines.lines().map(account).collect();
    accounts.sort();
    accounts.dedup();
    accounts
}

/// What each source says of itself.
fn sources(output: &Output) -> Vec<Value> {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)))
}

const FINDINGS: [&str; 3] = ["findings", "-o", "ndjson"];
const SOURCES: [&str; 3] = ["sources", "-o", "json"];

fn with<'w>(words: &[&'w str], more: &[&'w str]) -> Vec<&'w str> {
    [more, words].concat()
}

/// A profile with a role, and one with the keys to become it; STS and everything else on loopback.
fn roles(url: &str) -> tempfile::TempDir {
    home(&format!(
        "[profile base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = no\n\
         [profile audit]\nregion = us-east-1\nendpoint_url = {url}\nsource_profile = base\n\
         role_arn = arn:aws:iam::{MEMBER}:role/team/audit\nrole_session_name = night\n\
         [profile stranger]\nregion = us-east-1\nendpoint_url = {url}\nsource_profile = base\n\
         role_arn = arn:aws:iam::000000000000:role/audit\n\
         [profile base-of-env]\nregion = us-east-1\nsource_profile = base\nrole_arn = arn:aws:iam::{MEMBER}:role/audit\n"
    ))
}

#[test]
fn a_profile_with_a_role_asks_as_that_role() {
    let endpoint = endpoint("");
    let home = roles(&endpoint.url());
    let found = yagura(home.path(), &[], &with(&FINDINGS, &["--profile", "audit"]));
    assert_eq!(accounts(&found), [MEMBER]);
    // The keys of the role's source see more: it was the role that asked.
    let base = [("AWS_ENDPOINT_URL", endpoint.url())];
    let base: Vec<(&str, &str)> = base.iter().map(|(name, url)| (*name, url.as_str())).collect();
    let all = yagura(home.path(), &base, &with(&FINDINGS, &["--profile", "base", "--region", "us-east-1"]));
    assert!(accounts(&all).len() > 1);

    let sources = sources(&yagura(home.path(), &[("AWS_PROFILE", "audit")], &SOURCES));
    assert!(sources.len() >= 2);
    for source in &sources {
        assert_eq!((&source["account"], &source["state"]), (&Value::from(MEMBER), &Value::from("ok")), "{source}");
    }
}

#[test]
fn the_sts_of_the_environment_is_asked_for_the_role_and_keys_of_the_environment_are_not_the_profile() {
    let endpoint = endpoint("");
    let home = roles("http://127.0.0.1:1");
    let url = endpoint.url();
    let variables = [
        ("AWS_ENDPOINT_URL_STS", url.as_str()),
        ("AWS_ENDPOINT_URL_SECURITYHUB", url.as_str()),
        ("AWS_ENDPOINT_URL_GUARDDUTY", url.as_str()),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "no"),
    ];
    let found = yagura(home.path(), &variables, &with(&FINDINGS, &["--profile", "base-of-env"]));
    assert_eq!(accounts(&found), [MEMBER], "{}", text(&found.stderr));
}

#[test]
fn a_role_that_is_refused_says_so_in_the_words_of_sts_and_what_to_do() {
    let endpoint = endpoint("");
    let home = roles(&endpoint.url());
    let output = yagura(home.path(), &[], &with(&SOURCES, &["--profile", "stranger"]));
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    for source in sources(&output) {
        assert_eq!(source["state"], "login", "{source}");
        let (remedy, said) = (source["remedy"].as_str().unwrap(), source["last_error"]["message"].as_str().unwrap());
        assert!(remedy.contains("allow sts:AssumeRole on arn:aws:iam::000000000000:role/audit"), "{remedy}");
        assert!(said.contains("is not authorized to perform: sts:AssumeRole on resource"), "{said}");
    }
    // The other profile is asked all the same.
    let output = yagura(home.path(), &[], &with(&SOURCES, &["--profile", "stranger,audit"]));
    assert_eq!(output.status.code(), Some(1));
    assert!(sources(&output).iter().any(|source| source["state"] == "ok" && source["account"] == MEMBER));
}

const METADATA: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const TOKEN: &str = "AQAEAexample==";

/// The metadata service of an EC2 instance: version 2 alone, as an instance can be told to have.
struct Metadata {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Metadata {
    /// Serves until the test ends.
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let log = Arc::clone(&log);
                std::thread::spawn(move || serve(&stream.unwrap(), &log));
            }
        });
        Self { url, asked }
    }
}

/// Answers one request and closes.
fn serve(mut stream: &TcpStream, log: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream.take(64 * 1024)).lines();
    let Some(Ok(first)) = lines.next() else { return };
    let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let header = |name: &str| {
        head.iter().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let asked = first.rsplit_once(' ').unwrap().0.to_owned();
    log.lock().unwrap().push(asked.clone());
    let is_known = header("x-aws-ec2-metadata-token").is_some_and(|token| token == TOKEN);
    let expiration = jiff::Timestamp::now() + jiff::SignedDuration::from_hours(6);
    let (status, body) = match asked.as_str() {
        "PUT /latest/api/token" if header("x-aws-ec2-metadata-token-ttl-seconds").is_some() => (200, TOKEN.to_owned()),
        _ if !is_known => (401, String::new()),
        "GET /latest/meta-data/placement/region" => (200, "us-east-1".to_owned()),
        "GET /latest/meta-data/iam/security-credentials/" => (200, "watchtower".to_owned()),
        "GET /latest/meta-data/iam/security-credentials/watchtower" => (
            200,
            serde_json::json!({
                "Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-11-01T00:00:00Z",
                "AccessKeyId": format!("ASIA{MEMBER}"), "SecretAccessKey": "no", "Token": "of-the-instance",
                "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            })
            .to_string(),
        ),
        _ => (404, String::new()),
    };
    let ttl = "x-aws-ec2-metadata-token-ttl-seconds: 21600";
    let length = body.len();
    let answer = format!("HTTP/1.1 {status} -\r\n{ttl}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes()); // who asked may have left
}

#[test]
fn an_instance_has_its_role_and_its_region_from_its_metadata_service() {
    let (endpoint, metadata, home) = (endpoint(""), Metadata::start(), home(""));
    let url = endpoint.url();
    let variables = [(METADATA, metadata.url.as_str()), ("AWS_ENDPOINT_URL", url.as_str())];
    assert_eq!(accounts(&yagura(home.path(), &variables, &FINDINGS)), [MEMBER]);
    let asked = metadata.asked.lock().unwrap().clone();
    assert_eq!(asked[0], "PUT /latest/api/token", "{asked:?}");
    for wanted in ["placement/region", "iam/security-credentials/", "iam/security-credentials/watchtower"] {
        assert!(asked.contains(&format!("GET /latest/meta-data/{wanted}")), "{wanted}: {asked:?}");
    }
    for source in sources(&yagura(home.path(), &variables, &SOURCES)) {
        assert_eq!((&source["account"], &source["region"]), (&Value::from(MEMBER), &Value::from("us-east-1")));
    }
}

#[test]
fn a_services_section_says_where_each_service_is() {
    let (hub, guard) = (endpoint(""), endpoint("guardduty:denied=1"));
    let services = format!(
        "[profile lab]\nregion = us-east-1\nservices = on-loopback\naws_access_key_id = AKIDEXAMPLE\n\
         aws_secret_access_key = no\nendpoint_url = http://127.0.0.1:1\n\
         [services on-loopback]\nsecurityhub =\n  endpoint_url = {0}\nguardduty =\n  endpoint_url = {1}\n\
         sts =\n  endpoint_url = {0}\n",
        hub.url(),
        guard.url()
    );
    let home = home(&services);
    let output = yagura(home.path(), &[], &with(&SOURCES, &["--profile", "lab"]));
    let sources = sources(&output);
    let state = |service: &str| {
        let found: Vec<&Value> = sources.iter().filter(|source| source["service"] == service).collect();
        assert_eq!(found.len(), 1, "{sources:?}");
        assert_eq!(found[0]["account"], ADMINISTRATOR, "{sources:?}");
        found[0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!((state("securityhub").as_str(), state("guardduty").as_str()), ("ok", "denied"), "each its own");
}

#[test]
fn a_role_is_assumed_where_the_services_section_has_sts() {
    let endpoint = endpoint("");
    let url = endpoint.url();
    let home = home(&format!(
        "[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = no\n\
         [profile lab]\nregion = us-east-1\nservices = all\nsource_profile = default\n\
         role_arn = arn:aws:iam::{MEMBER}:role/lab\n\
         [services all]\nsecurityhub =\n  endpoint_url = {url}\nguardduty =\n  endpoint_url = {url}\n\
         sts =\n  endpoint_url = {url}\n"
    ));
    assert_eq!(accounts(&yagura(home.path(), &[], &with(&FINDINGS, &["--profile", "lab"]))), [MEMBER]);
}
