//! The contract of the command line, from outside: the program is started as a script starts it.
//!
//! Everything talks to 127.0.0.1 or reads `tests/data`; no environment of the person who runs the tests is seen.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The program with an environment of its own.
fn yagura(home: &std::path::Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yagura"));
    command
        .env_clear()
        .env("HOME", home)
        .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "example")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .stdin(Stdio::null());
    command
}

fn run(words: &[&str]) -> Output {
    let home = tempfile::tempdir().unwrap();
    yagura(home.path()).args(words).output().unwrap()
}

fn data(file: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file);
    path.to_str().unwrap().to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Runs on the sample files, both formats.
fn on_files(words: &[&str]) -> Output {
    let (asff, guardduty) = (data("findings.ndjson"), data("guardduty.json"));
    let mut all = vec!["--from", &asff, "--from", &guardduty];
    all.extend(words);
    run(&all)
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or_else(|| panic!("ended by a signal: {}", text(&output.stderr)))
}

/// The endpoint of its own, stopped when it is dropped.
struct Endpoint {
    child: Child,
    url: String,
    _home: tempfile::TempDir,
}

impl Endpoint {
    fn start(words: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut child = yagura(home.path()).arg("emulate").args(words).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        Self { child, url, _home: home }
    }

    fn signal(&mut self, signal: rustix::process::Signal) -> Option<i32> {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, signal).unwrap();
        self.child.wait().unwrap().code()
    }

    fn ask(&self, words: &[&str]) -> Output {
        let mut all = vec!["--endpoint-url", &self.url, "--region", "us-east-1"];
        all.extend(words);
        run(&all)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const KEYS: [&str; 23] = [
    "id",
    "product",
    "title",
    "severity",
    "score",
    "account",
    "account_name",
    "region",
    "resources",
    "types",
    "workflow",
    "record_state",
    "compliance",
    "control",
    "standards",
    "generator",
    "created_at",
    "updated_at",
    "first_seen",
    "last_seen",
    "sources",
    "records",
    "sample",
];

#[test]
fn json_has_the_keys_of_the_contract_and_no_others() {
    let output = on_files(&["findings", "-o", "json"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(findings.len(), 4);
    for finding in &findings {
        for (key, value) in finding.as_object().unwrap() {
            assert!(KEYS.contains(&key.as_str()), "{key} is not in the contract");
            assert!(!value.is_null() && *value != "", "{key} is unknown, and must be absent");
        }
        for time in ["created_at", "updated_at"] {
            let time = finding[time].as_str().unwrap();
            assert!(time.ends_with('Z') && time.parse::<jiff::Timestamp>().is_ok(), "{time}");
        }
    }
    let worst = &findings[0];
    assert_eq!(worst["severity"], "CRITICAL");
    assert_eq!(worst["score"], 9.2);
    assert_eq!(worst["sources"], serde_json::json!(["file"]));
    assert_eq!(worst["records"][0]["source"], "file");
    assert_eq!(worst["records"][0]["id"], worst["id"]);
    assert_eq!(worst["resources"][0]["type"], "AwsEc2Instance");
    assert_eq!(worst["resources"][0]["name"], "web-7");
    assert!(worst.get("compliance").is_none());
    assert_eq!(worst["sample"], false);
    let control = findings.iter().find(|finding| finding["control"] == "IAM.9").unwrap();
    assert_eq!(control["account_name"], "prod-web");
    assert_eq!(control["standards"].as_array().unwrap().len(), 2);
    assert_eq!(control["workflow"], "NEW");
    assert_eq!(control["compliance"], "FAILED");
}

#[test]
fn ndjson_is_the_same_findings_one_a_line() {
    let array: Vec<Value> = serde_json::from_slice(&on_files(&["findings", "-o", "json"]).stdout).unwrap();
    let lines = text(&on_files(&["findings", "-o", "ndjson"]).stdout);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, array);
}

#[test]
fn raw_is_what_the_file_has_byte_for_byte_each_record_once() {
    let output = on_files(&["findings", "-o", "raw", "source:file", "-type:SSHBruteForce"]);
    let mut printed: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
    let mut sent: Vec<String> =
        std::fs::read_to_string(data("findings.ndjson")).unwrap().lines().map(str::to_owned).collect();
    printed.sort();
    sent.sort();
    assert_eq!(printed, sent);
    // What was sent over many lines comes on one, with the same content.
    let output = on_files(&["findings", "type:SSHBruteForce", "-o", "raw"]);
    let lines = text(&output.stdout);
    assert_eq!(lines.lines().count(), 1);
    let page: Value = serde_json::from_str(&std::fs::read_to_string(data("guardduty.json")).unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&lines).unwrap(), page["Findings"][0]);
}

#[test]
fn csv_has_a_header_and_no_cell_that_runs() {
    let output = on_files(&["findings", "-o", "csv"]);
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let header = reader.headers().unwrap().clone();
    assert_eq!(header.iter().take(4).collect::<Vec<_>>(), ["id", "product", "title", "severity"]);
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), 4);
    for cell in records.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a spreadsheet would run {cell:?}");
    }
    assert!(records.iter().any(|record| record[2].starts_with("'=HYPERLINK")));
}

#[test]
fn the_table_says_what_it_covers_and_cannot_drive_the_terminal() {
    let output = on_files(&["findings", "--limit", "2"]);
    let table = text(&output.stdout);
    assert!(table.starts_with("SEVERITY"), "{table}");
    assert_eq!(table.lines().count(), 3);
    assert!(table.lines().nth(1).unwrap().starts_with("CRITICAL"));
    assert!(!output.stdout.contains(&0x1b));
    assert_eq!(text(&output.stderr).trim(), "2 shown; 4 of 4 findings match");
}

#[test]
fn queries_filter_sort_and_limit() {
    let ids = |words: &[&str]| -> Vec<String> {
        let mut all = vec!["findings", "-o", "ndjson"];
        all.extend(words);
        let output = on_files(&all);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let lines = text(&output.stdout);
        lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["severity"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids(&["is:open"]), ["CRITICAL", "HIGH"]);
    assert_eq!(ids(&["severity>=low", "-status:suppressed"]), ["CRITICAL", "HIGH"]);
    assert_eq!(ids(&["root mfa"]).len(), 3, "every word, anywhere");
    assert_eq!(ids(&["standard:cis/5.0.0", "--sort", "severity:asc", "--limit", "1"]), ["INFORMATIONAL"]);
    assert_eq!(ids(&["account:prod-web", "control:S3.*"]), ["LOW"]);
    assert_eq!(ids(&["nothing-has-this"]), Vec::<String>::new());
}

#[test]
fn a_match_is_code_10_only_when_asked_for() {
    assert_eq!(code(&on_files(&["findings", "severity:critical", "--exit-code"])), 10);
    assert_eq!(code(&on_files(&["findings", "nothing-has-this", "--exit-code"])), 0);
    assert_eq!(code(&on_files(&["findings", "severity:critical"])), 0);
}

#[test]
fn usage_mistakes_are_code_2_with_the_nearest_name_and_nothing_on_stdout() {
    for (words, said) in [
        (vec!["fndings"], "'findings'"),
        (vec!["findings", "--limt", "1"], "'--limit'"),
        (vec!["findings", "-o", "jsn"], "'json'"),
        (vec!["findings", "sevrity:high"], "did you mean severity?"),
        (vec!["findings", "--sort", "sevrity"], "did you mean 'severity'?"),
        (vec!["findings", "--config", "/nowhere.toml"], "cannot read /nowhere.toml"),
        (vec!["emulate", "--faults", "nonsense"], "--faults"),
        (vec!["--theme", "drak"], "terminal"),
    ] {
        let output = run(&words);
        assert_eq!(code(&output), 2, "{words:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{words:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty(), "{words:?}");
    }
}

#[test]
fn a_partial_source_is_code_1_and_named() {
    let file = data("bad.ndjson");
    let output = run(&["--from", &file, "findings", "-o", "ndjson"]);
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), 1, "what could be read is printed");
    assert!(text(&output.stderr).contains("bad.ndjson"), "{}", text(&output.stderr));
}

#[test]
fn nothing_that_answers_is_code_3_and_never_looks_clean() {
    let output = run(&["--from", "/nowhere.json", "findings", "-o", "json"]);
    assert_eq!(code(&output), 3, "{}", text(&output.stderr));
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("/nowhere.json"), "{}", text(&output.stderr));
}

#[test]
fn the_endpoint_serves_until_it_is_told_to_end() {
    let mut endpoint = Endpoint::start(&["--findings", "120", "--accounts", "3", "--seed", "1"]);
    let output = endpoint.ask(&["findings", "-o", "ndjson"]);
    assert!(matches!(code(&output), 0 | 1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).lines().count() >= 100);
    let again = endpoint.ask(&["findings", "-o", "ndjson"]);
    assert_eq!(output.stdout, again.stdout, "the same findings in the same order");
    assert_eq!(endpoint.signal(rustix::process::Signal::INT), Some(0));
}

#[test]
fn a_denied_source_is_named_with_its_action() {
    let mut endpoint = Endpoint::start(&["--findings", "60", "--accounts", "2", "--faults", "guardduty:denied=1"]);
    let output = endpoint.ask(&["findings", "-o", "raw"]);
    let said = text(&output.stderr);
    assert_eq!(code(&output), 1, "{said}");
    assert!(said.contains("GuardDuty") && said.contains("guardduty:List"), "{said}");
    assert!(!output.stdout.is_empty());
    let output = endpoint.ask(&["sources", "-o", "json"]);
    assert_eq!(code(&output), 1);
    let sources: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let denied = sources.iter().find(|source| source["state"] == "denied").unwrap();
    assert_eq!(denied["service"], "guardduty");
    assert_eq!(endpoint.signal(rustix::process::Signal::TERM), Some(0));
}

#[test]
fn controls_agree_with_a_recount_of_the_findings() {
    let endpoint = Endpoint::start(&["--findings", "600", "--accounts", "3", "--seed", "5"]);
    let controls = |words: &[&str]| {
        let mut all = vec!["controls"];
        all.extend(words);
        let output = endpoint.ask(&all);
        assert!(matches!(code(&output), 0 | 1), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let findings = text(&endpoint.ask(&["findings", "standard:cis/5.0.0", "-o", "ndjson"]).stdout);
    let findings: Vec<Value> = findings.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // AWS: failed when an active finding that nobody suppressed failed.
    let failed = |control: &str| {
        let counts = |f: &&Value| {
            f["control"] == control
                && f["record_state"] == "ACTIVE"
                && f["workflow"] != "SUPPRESSED"
                && f["compliance"] == "FAILED"
        };
        u64::try_from(findings.iter().filter(counts).count()).unwrap()
    };
    let json = controls(&["--standard", "cis/5.0.0", "-o", "json"]);
    let lines: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert!(lines.len() >= 30, "{}", lines.len());
    let mut seen = 0;
    for line in &lines {
        assert_eq!(line["standard"], "cis/5.0.0");
        let control = line["control"].as_str().unwrap();
        assert_eq!(line["failed"], failed(control), "{line}");
        assert_eq!(line["status"] == "FAILED", failed(control) > 0, "{line}");
        seen += failed(control);
    }
    assert!(seen > 0, "nothing fails in the seeded data");

    let csv = controls(&["--standard", "cis/5.0.0", "-o", "csv"]);
    assert!(csv.starts_with(r#""standard","standard_score","requirement","control","#), "{csv}");
    assert_eq!(csv.lines().count(), lines.len() + 1);
    let table = controls(&["--standard", "cis/1.2.0"]);
    assert!(table.contains("REQ") && table.contains("FAILED"), "{table}");
    assert!(json.len() < controls(&["-o", "json"]).len(), "without --standard, every standard");

    let output = endpoint.ask(&["controls", "--standard", "cis/5.0.1"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("did you mean cis/5.0.0?"), "{}", text(&output.stderr));
}

#[test]
fn a_reader_that_leaves_early_is_no_mistake() {
    let home = tempfile::tempdir().unwrap();
    let mut child = yagura(home.path())
        .args(["--from", &data("findings.ndjson"), "findings", "-o", "raw"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn the_configuration_is_made_once_checked_and_described() {
    let home = tempfile::tempdir().unwrap();
    let ask = |words: &[&str]| yagura(home.path()).args(words).output().unwrap();
    let path = text(&ask(&["config", "path"]).stdout).trim().to_owned();
    assert!(path.starts_with(home.path().to_str().unwrap()), "{path}");
    assert_eq!(code(&ask(&["config", "init"])), 0);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let again = ask(&["config", "init"]);
    assert_eq!(code(&again), 2);
    assert!(text(&again.stderr).contains("left as it is"));
    assert_eq!(code(&ask(&["config", "check"])), 0);
    std::fs::write(&path, "[look]\nthem = 1\n\n[keys]\nrefrsh = \"R\"\n").unwrap();
    let checked = ask(&["config", "check"]);
    assert_eq!(code(&checked), 2);
    assert!(text(&checked.stderr).contains(":2:1: look.them: "), "{}", text(&checked.stderr));
    std::fs::write(&path, "[keys]\nrefrsh = \"R\"\n").unwrap();
    let checked = text(&ask(&["config", "check"]).stderr);
    assert!(checked.contains(":2:1: keys.refrsh: ") && checked.contains("'refresh'"), "{checked}");
    assert!(serde_json::from_slice::<Value>(&ask(&["config", "schema"]).stdout).unwrap().is_object());
    assert_eq!(code(&ask(&["completions", "bash"])), 0, "works though the configuration is wrong");
    assert!(text(&ask(&["man"]).stdout).contains(".TH yagura"));
}

#[test]
fn the_cache_says_where_it_is_what_it_has_and_goes_away() {
    let home = tempfile::tempdir().unwrap();
    let cache = |action: &str| {
        let output = yagura(home.path()).args(["cache", action]).output().unwrap();
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let folder = PathBuf::from(cache("path").trim_end());
    assert!(folder.starts_with(home.path()) && folder.ends_with("cache"), "{}", folder.display());
    assert_eq!((cache("info").as_str(), cache("clear").as_str()), ("nothing is cached\n", "nothing was cached\n"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("1.cache"), vec![0; 1 << 20]).unwrap();
    std::fs::write(folder.join("2.cache.77.part"), "half").unwrap();
    std::fs::write(folder.join("mine.txt"), "not the program's").unwrap();
    assert_eq!(
        cache("info"),
        "1.cache  1.0 MB  not used: its header is damaged\n2.cache.77.part  0.0 MB  not finished\n"
    );
    assert_eq!(cache("clear"), "removed 2 files, 1.0 MB\n");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn the_query_language_is_explained_from_its_own_tables() {
    for words in [&["help", "query"][..], &["query"]] {
        let out = run(words);
        let text = String::from_utf8(out.stdout.clone()).unwrap();
        assert_eq!(code(&out), 0, "{text}");
        for part in ["or     = and { \"OR\" and }", "\n  actor.ip ", "\n  severity ", "CVE-2021-*"] {
            assert!(text.contains(part), "{part:?} is not in:\n{text}");
        }
    }
}
