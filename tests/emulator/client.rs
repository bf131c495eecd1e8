//! A client that is small enough to see through: one HTTP/1.1 request a connection, signed in name only.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::{Value, json};
use yagura::emulator::{Clock, Options, Running, start};

/// A fixed moment: 2026-01-15T12:00:00Z.
pub(crate) const ANCHOR: i64 = 1_768_478_400_000;

/// Options that depend on nothing outside: a clock that stands still, and few findings.
pub(crate) fn still(findings: u32) -> Options {
    Options { findings, anchor: Some(ANCHOR), clock: Clock::manual(ANCHOR), ..Options::default() }
}

pub(crate) fn serve(options: Options) -> Running {
    start(options).unwrap()
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The body is as long as the head says.
    pub(crate) fn is_whole(&self) -> bool {
        self.header("content-length").is_none_or(|length| length.parse() == Ok(self.body.len()))
    }
}

/// Who asks what, where.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) addr: SocketAddr,
    pub(crate) service: &'static str,
    pub(crate) region: String,
    pub(crate) key: String,
}

impl Caller {
    pub(crate) fn new(running: &Running, service: &'static str, region: &str) -> Self {
        Self { addr: running.addr(), service, region: region.to_owned(), key: "AKIDEXAMPLE".to_owned() }
    }

    pub(crate) fn hub(running: &Running, region: &str) -> Self {
        Self::new(running, "securityhub", region)
    }

    pub(crate) fn member(mut self, account: &str) -> Self {
        self.key = format!("AKIA{account}");
        self
    }

    pub(crate) fn call(&self, method: &str, path: &str, body: &str) -> Answer {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260115/{}/{}/aws4_request, SignedHeaders=host, Signature=0",
            self.key, self.region, self.service
        );
        raw(self.addr, method, path, &[("Authorization", &authorization)], body)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, &body.to_string())
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.call("GET", path, "");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// Every finding that `GetFindings` gives, page by page.
    pub(crate) fn findings(&self, filters: &Value, size: u32) -> Vec<Value> {
        let mut found = Vec::new();
        let mut token = None;
        loop {
            let mut body = json!({"Filters": filters, "MaxResults": size});
            if let Some(token) = token {
                body["NextToken"] = token;
            }
            let answer = self.post("/findings", &body);
            assert_eq!(answer.status, 200, "{}", answer.text());
            let mut page = answer.json();
            let Value::Array(findings) = page["Findings"].take() else { panic!("no Findings") };
            assert!(findings.len() <= size as usize);
            found.extend(findings);
            match page.get("NextToken") {
                Some(next) => token = Some(next.clone()),
                None => return found,
            }
        }
    }
}

/// One request, one connection.
pub(crate) fn raw(addr: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(addr).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut head =
        format!("{method} {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes); // a cut connection may end in an error: what came is what counts
    let at = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: bytes[at + 4..].to_vec() }
}

/// A text member of a finding.
pub(crate) fn text<'v>(finding: &'v Value, path: &str) -> &'v str {
    finding.pointer(path).and_then(Value::as_str).unwrap_or_default()
}
