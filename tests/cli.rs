//! The contract of the command line, from outside: the program is started as a script starts it.
//!
//! Everything talks to 127.0.0.1 or reads `tests/data`; no environment of the person who runs the tests is seen.
#![allow(clippy::unwrap_used, clippy::string_slice, reason = "tests")]

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

/// The contract, as it is written.
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
fn every_key_of_the_contract_is_a_field_of_the_language() {
    for key in KEYS {
        assert!(yagura::query::field::find(key).is_some(), "{key}");
    }
}

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

/// A name, and attributes with their values.
type Element = (String, Vec<(String, String)>);

/// The elements of a page, each with its attributes, and the text between them: as a browser splits it, but stricter. What
/// is not plain, quoted HTML fails.
fn parsed(page: &str) -> (Vec<Element>, String) {
    let (mut elements, mut text) = (Vec::new(), String::new());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, tail) = after.split_once('>').unwrap();
        assert!(!tag.contains('<'), "a tag in a tag: {tag}");
        rest = tail;
        if tag.starts_with(['/', '!']) {
            continue;
        }
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut all = Vec::new();
        while let Some((key, value)) = attributes.split_once("=\"") {
            let (value, more) = value.split_once('"').unwrap();
            all.push((key.trim().to_owned(), unescaped(value)));
            attributes = more;
        }
        assert!(matches!(attributes.trim(), "" | "/"), "not quoted: {tag}");
        let name = name.trim_end_matches('/').to_owned();
        if name == "style" {
            let (_, after) = rest.split_once("</style>").unwrap();
            rest = after;
        }
        elements.push((name, all));
    }
    text.push_str(rest);
    (elements, unescaped(&text))
}

fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
    text.replace("&amp;", "&")
}

/// A file with one finding that attacks every format.
fn hostile(folder: &std::path::Path) -> String {
    let finding = serde_json::json!({
        "SchemaVersion": "2018-10-08",
        "Id": "=cmd|'/C calc'!A0\n;=1+1",
        "ProductArn": "arn:aws:securityhub:us-east-1::product/aws/securityhub",
        "GeneratorId": "security-control/S3.2", "AwsAccountId": "111122223333", "Region": "us-east-1",
        "Types": ["</td><img src=x onerror=alert(1)>"],
        "CreatedAt": "2026-11-01T00:00:00Z", "UpdatedAt": "2026-11-02T00:00:00Z",
        "Severity": {"Label": "CRITICAL"},
        "Title": "</title><script>alert('x')</script>|`[x](javascript:y)\u{1b}[2J\u{9b}\u{202e}",
        "Description": "d",
        "Resources": [{"Type": "\" onmouseover=\"alert(1)", "Id": "=HYPERLINK(\"http://evil\")"}],
        "RecordState": "ACTIVE", "Workflow": {"Status": "NEW"},
    });
    let file = folder.join("hostile.json");
    std::fs::write(&file, finding.to_string()).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn html_is_one_page_that_runs_nothing_and_says_what_it_covers() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(&["--from", &hostile(folder.path()), "findings", "is:open <nothing>", "-o", "html"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let (_, none) = parsed(&text(&output.stdout));
    assert!(none.contains("is:open <nothing>") && none.contains("0 match, of 1 held"), "{none}");

    let output = run(&["--from", &hostile(folder.path()), "findings", "-o", "html"]);
    let page = text(&output.stdout);
    let (elements, shown) = parsed(&page);
    // What attacks is text, in full.
    for wanted in ["</title><script>alert('x')</script>", "=cmd|'/C calc'!A0␊;=1+1", "\" onmouseover=\"alert(1)"] {
        assert!(shown.contains(wanted), "{wanted} in\n{shown}");
    }
    assert!(!page.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'));
    for (name, attributes) in &elements {
        let ours = [
            "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "ul", "li", "code", "b", "i",
            "small", "span", "main", "section", "div", "svg", "rect", "table", "thead", "tbody", "tr", "th", "td",
            "time", "a", "footer",
        ];
        assert!(ours.contains(&name.as_str()), "<{name}> is not ours");
        for (key, value) in attributes {
            assert!(!key.starts_with("on") && key != "style" && key != "src", "{name} {key}={value}");
            if key == "href" {
                assert!(value.starts_with("https://us-east-1.console.aws.amazon.com/"), "{value}");
            }
        }
    }
    let policy =
        elements.iter().flat_map(|(_, attributes)| attributes).find(|(_, value)| value.contains("default-src"));
    assert!(policy.unwrap().1.starts_with("default-src 'none'; style-src 'unsafe-inline'"), "{policy:?}");
    assert!(shown.contains("1 match, of 1 held") && shown.contains("1 of 1 sources whole"), "{shown}");
    assert!(elements.iter().any(|(name, _)| name == "rect"), "no chart");
    assert!(page.ends_with("</html>\n"));
}

#[test]
fn markdown_keeps_what_it_quotes_in_code() {
    let folder = tempfile::tempdir().unwrap();
    let page = text(&run(&["--from", &hostile(folder.path()), "findings", "-o", "md"]).stdout);
    // Without its code spans the page has none of the finding's own text.
    let mut bare = String::new();
    let mut rest = page.as_str();
    while let Some(at) = rest.find('`') {
        bare.push_str(&rest[..at]);
        let fence: String = rest[at..].chars().take_while(|c| *c == '`').collect();
        let inside = &rest[at + fence.len()..];
        let end = inside.find(&fence).unwrap();
        assert!(!inside[..end].contains(['\n', '|']), "{inside}");
        rest = &inside[end + fence.len()..];
    }
    bare.push_str(rest);
    for hostile in ["script", "javascript", "HYPERLINK"] {
        assert!(page.contains(hostile), "{page}");
        assert!(!bare.contains(hostile), "{hostile} in\n{bare}");
    }
    assert!(page.contains("1 of 1 findings match") && page.contains("CRITICAL **1**"), "{page}");
}

#[test]
fn every_format_is_inert_and_data_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = hostile(folder.path());
    let sent: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for format in ["json", "ndjson", "csv", "md", "html", "table"] {
        let printed = text(&run(&["--from", &file, "findings", "-o", format]).stdout);
        assert!(!printed.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{format}: {printed:?}");
    }
    let line = text(&run(&["--from", &file, "findings", "-o", "ndjson"]).stdout);
    let finding: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&finding["title"], &finding["id"]), (&sent["Title"], &sent["Id"]));
    let table = run(&["--from", &file, "findings", "-o", "csv"]).stdout;
    let record = csv::Reader::from_reader(table.as_slice()).into_records().next().unwrap().unwrap();
    assert_eq!(&record[0], "'=cmd|'/C calc'!A0␊;'=1+1");
    assert_eq!(&record[8], "'=HYPERLINK(\"http://evil\")");
}

#[test]
fn pages_say_that_they_are_not_whole_and_where_they_are_cut() {
    let endpoint =
        Endpoint::start(&["--findings", "300", "--accounts", "4", "--faults", "guardduty.ListDetectors:denied=1"]);
    for format in ["html", "md"] {
        let output = endpoint.ask(&["findings", "severity>=low", "--limit", "5", "-o", format]);
        assert_eq!(code(&output), 1, "{}", text(&output.stderr));
        let page = text(&output.stdout);
        let (at, list) = (page.find("These numbers are not whole").unwrap(), page.find("The first 5 of ").unwrap());
        assert!(page.contains("guardduty:ListDetectors") && at < list, "{page}");
        let rows = if format == "html" {
            page.matches("<tr><td").count()
        } else {
            page.split("The first 5").nth(1).unwrap().matches("\n| ").count() - 1
        };
        assert_eq!(rows, 5, "{page}");
    }
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
fn a_saved_view_that_cannot_be_read_is_refused_with_its_line() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("c.toml");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let output = yagura(home.path()).args(["config", "check", "--config"]).arg(&file).output().unwrap();
        (code(&output), text_of(&output))
    };
    assert_eq!(check("[views]\nmine = { query = \"severity:high\", key = \"F2\" }\n").0, 0);
    let (code, said) = check("[views]\nmine = { query = \"sevrity:high\" }\n");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("c.toml:2:10: views.mine.query: ") && said.contains("did you mean severity?"), "{said}");
    assert!(said.contains("sevrity:high\n^^^^^^^"), "{said}");
    let (code, said) = check("[views]\nmine = { query = \"is:open\", key = \"r\" }\n");
    assert!(code == 2 && said.contains("'refresh'"), "{said}");
}

fn text_of(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
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

/// The findings of a query that count for the status of a control: active, suppressed by nobody.
fn checks(endpoint: &Endpoint, words: &[&str]) -> Vec<Value> {
    let mut all = vec!["findings", "-o", "ndjson"];
    all.extend(words);
    let found = text(&endpoint.ask(&all).stdout);
    let found = found.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    found.filter(|f| f["record_state"] == "ACTIVE" && f["workflow"] != "SUPPRESSED").collect()
}

#[test]
fn controls_take_a_query_and_agree_with_a_recount_of_what_matches() {
    let endpoint = Endpoint::start(&["--findings", "900", "--accounts", "3", "--seed", "5"]);
    let ask = |words: &[&str]| {
        let mut all = vec!["controls", "--standard", "cis/5.0.0", "-o", "json"];
        all.extend(words);
        let output = endpoint.ask(&all);
        assert!(matches!(code(&output), 0 | 1), "{}", text(&output.stderr));
        (serde_json::from_slice::<Vec<Value>>(&output.stdout).unwrap(), text(&output.stderr))
    };
    let (whole, said) = ask(&[]);
    assert!(!said.contains("alone"), "{said}");
    let account =
        checks(&endpoint, &["standard:cis/5.0.0 compliance:failed"])[0]["account"].as_str().unwrap().to_owned();
    let of_account = format!("account:{account}");
    let cases = [
        vec![of_account.as_str()],
        vec!["severity>=high", "OR", "is:passed"],
        vec!["-compliance:passed"],
        vec![of_account.as_str(), "--scope", "severity<=medium"],
    ];
    for words in cases {
        let (lines, said) = ask(&words);
        assert_eq!(lines.len(), whole.len(), "{words:?}: every control is there, with or without data");
        assert_ne!(lines, whole, "{words:?}");
        assert!(said.contains("match): status and scores are of the findings in it alone"), "{said}");
        // Parentheses: the query may be an OR.
        let (query, scope) = words.split_at(words.iter().position(|word| *word == "--scope").unwrap_or(words.len()));
        let query = format!("({}) standard:cis/5.0.0", query.join(" "));
        let mut recount = vec![query.as_str()];
        recount.extend(scope);
        let found = checks(&endpoint, &recount);
        let mut failing = 0;
        for line in &lines {
            let of = |status: &str| {
                let is = |f: &&Value| f["control"] == line["control"] && f["compliance"] == status;
                u64::try_from(found.iter().filter(is).count()).unwrap()
            };
            let total = found.iter().filter(|f| f["control"] == line["control"]).count();
            let expected = match (of("FAILED"), of("PASSED"), u64::try_from(total).unwrap()) {
                (_, _, 0) => "NO DATA",
                (1.., ..) => "FAILED",
                (0, passed, total) if passed == total => "PASSED",
                _ => "UNKNOWN",
            };
            assert_eq!((&line["failed"], &line["total"]), (&Value::from(of("FAILED")), &Value::from(total)), "{line}");
            assert!(line["status"] == expected || line["status"] == "DISABLED", "{words:?}: {expected}: {line}");
            failing += of("FAILED");
        }
        // The score of what counts, by the documented rule.
        let unique = |status: &str| {
            let having = lines.iter().filter(|line| line["status"] == status);
            having.map(|line| line["control"].as_str()).collect::<std::collections::HashSet<_>>().len()
        };
        let (passed, failed, unknown) = (unique("PASSED"), unique("FAILED"), unique("UNKNOWN"));
        let all = passed + failed + unknown;
        let percent = (200 * passed + all).checked_div(2 * all);
        assert_eq!(
            lines[0].get("standard_score").and_then(Value::as_u64),
            percent.map(|percent| percent as u64),
            "{words:?}"
        );
        assert!(failing > 0 || words.contains(&"--scope"), "{words:?}: nothing fails in the seeded data");
    }

    let nothing = endpoint.ask(&["controls", "title:nothing-has-this", "--standard", "cis/5.0.0", "-o", "csv"]);
    assert!(text(&nothing.stderr).contains("(0 findings match)"), "{}", text(&nothing.stderr));
    assert!(!text(&nothing.stdout).contains("FAILED") && text(&nothing.stdout).contains("NO DATA"));
}

#[test]
fn what_says_which_findings_there_are_is_read_before_anybody_is_asked() {
    let wrong = run(&["controls", "severty:high", "--endpoint-url", "http://127.0.0.1:1"]);
    assert_eq!(code(&wrong), 2);
    let said = text(&wrong.stderr);
    assert!(said.contains("the query:\nseverty:high\n^^^^^^^") && said.contains("did you mean severity?"), "{said}");
    assert!(wrong.stdout.is_empty());
    // What has changed since the mark is not known before it is known what there is.
    for words in [&["controls", "is:open", "-is:unseen"][..], &["findings", "--scope", "is:worse"]] {
        let output = on_files(words);
        assert_eq!(code(&output), 2, "{words:?}");
        assert!(text(&output.stderr).contains("says what has changed"), "{}", text(&output.stderr));
    }
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

/// A program that prints as it goes, stopped when it is dropped.
struct Watching {
    child: Child,
    lines: std::sync::mpsc::Receiver<Value>,
    said: std::sync::Arc<std::sync::Mutex<String>>,
    _home: tempfile::TempDir,
}

impl Watching {
    fn start(words: &[&str]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("fast.toml");
        std::fs::write(&config, "[poll]\nchanges = \"10s\"\n").unwrap();
        let mut child = yagura(home.path())
            .args(["--config", config.to_str().unwrap(), "--region", "us-east-1", "findings"])
            .args(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, lines) = std::sync::mpsc::channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines() {
                let _ = to.send(serde_json::from_str(&line.unwrap()).unwrap());
            }
        });
        let said = std::sync::Arc::<std::sync::Mutex<String>>::default();
        let err = BufReader::new(child.stderr.take().unwrap());
        let sink = std::sync::Arc::clone(&said);
        std::thread::spawn(move || {
            for line in err.lines() {
                sink.lock().unwrap().push_str(&(line.unwrap() + "\n"));
            }
        });
        Self { child, lines, said, _home: home }
    }

    /// The next finding that is printed.
    fn next(&self) -> Value {
        self.lines
            .recv_timeout(std::time::Duration::from_mins(1))
            .unwrap_or_else(|error| panic!("nothing was printed: {error}\n{}", self.said.lock().unwrap()))
    }

    fn ends(mut self, signal: rustix::process::Signal) -> Option<i32> {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn living(every: u64) -> yagura::emulator::Running {
    let options = yagura::emulator::Options {
        findings: 300,
        accounts: 4,
        live: yagura::emulator::Live::Every(std::time::Duration::from_millis(every)),
        ..Default::default()
    };
    yagura::emulator::start(options).unwrap()
}

#[test]
fn a_watch_prints_what_newly_matches_and_nothing_else() {
    let endpoint = living(300);
    let url = endpoint.url();
    let there: Vec<String> =
        text(&run(&["--endpoint-url", &url, "--region", "us-east-1", "findings", "-o", "ndjson"]).stdout)
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
            .collect();
    assert!(there.len() > 100);
    let watching = Watching::start(&["--endpoint-url", &url, "product:GuardDuty", "--watch"]);
    for _ in 0..2 {
        let new = watching.next();
        assert_eq!(new["product"], "GuardDuty");
        assert!(!there.contains(&new["id"].as_str().unwrap().to_owned()), "{new} was there at the start");
    }
    let said = watching.said.lock().unwrap().clone();
    assert!(said.contains("watching: ") && said.contains(" findings match now"), "{said}");
    assert_eq!(watching.ends(rustix::process::Signal::INT), Some(130));

    let watching = Watching::start(&["--endpoint-url", &url, "--watch=all"]);
    let start: Vec<Value> = (0..100).map(|_| watching.next()).collect();
    assert!(start.iter().any(|finding| there.iter().any(|id| finding["id"] == **id)));
    assert_eq!(watching.ends(rustix::process::Signal::TERM), Some(143));

    // Until the first: for scripts that wait.
    let mut watching = Watching::start(&["--endpoint-url", &url, "product:GuardDuty", "--watch", "--exit-code"]);
    assert_eq!(watching.child.wait().unwrap().code(), Some(10));
}

#[test]
fn a_watch_ends_when_its_reader_leaves_and_when_nothing_more_can_come() {
    let endpoint = living(3_600_000);
    let home = tempfile::tempdir().unwrap();
    let mut child = yagura(home.path())
        .args(["--endpoint-url", &endpoint.url(), "--region", "us-east-1", "findings", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(said.by_ref().any(|line| line.unwrap().starts_with("watching: ")));
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));

    let output = on_files(&["findings", "--watch", "-o", "csv"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("--watch prints NDJSON"), "{}", text(&output.stderr));
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
fn a_scope_narrows_every_answer_and_says_so() {
    let endpoint = Endpoint::start(&["--findings", "600", "--accounts", "4"]);
    let ids = |words: &[&str]| -> Vec<String> {
        let output = endpoint.ask(words);
        assert_eq!(code(&output), 0, "{words:?}: {}", text(&output.stderr));
        let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        found.iter().map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
    };
    let both = ids(&["findings", "severity>=high is:open", "-o", "json"]);
    assert!(!both.is_empty());
    assert_eq!(ids(&["findings", "is:open", "--scope", "severity>=high", "-o", "json"]), both);
    assert_eq!(ids(&["--scope", "is:open severity>=high", "findings", "-o", "json"]), both, "and with no query");

    let output = endpoint.ask(&["findings", "is:open", "--scope", "severity>=high"]);
    assert!(text(&output.stderr).contains("findings in the scope (severity>=high) match"), "{}", text(&output.stderr));
    let sources: Vec<Value> =
        serde_json::from_slice(&endpoint.ask(&["sources", "--scope", "severity>=high", "-o", "json"]).stdout).unwrap();
    let noted = |service: &str| {
        let of = sources.iter().find(|source| source["service"] == service).unwrap();
        of["notes"].as_array().is_some_and(|notes| notes.contains(&Value::from("scoped to: severity>=high")))
    };
    assert!(noted("securityhub") && noted("guardduty") && !noted("standards"));
    let report = text(&endpoint.ask(&["findings", "is:open", "--scope", "severity>=high", "-o", "md"]).stdout);
    assert!(report.contains("is:open (in the scope: severity>=high)"), "{report}");
    let controls = endpoint.ask(&["controls", "--standard", "cis/5.0.0", "--scope", "compliance:failed"]);
    assert!(
        text(&controls.stderr).contains("scope: compliance:failed: status and scores"),
        "{}",
        text(&controls.stderr)
    );
}

#[test]
fn a_scope_holds_for_files_too_and_is_read_like_any_query() {
    let all = on_files(&["findings", "-o", "ndjson"]);
    let scoped = on_files(&["findings", "--scope", "-severity:critical", "-o", "ndjson"]);
    let lines = |output: &Output| text(&output.stdout).lines().count();
    assert!(lines(&scoped) < lines(&all) && lines(&scoped) > 0, "{} of {}", lines(&scoped), lines(&all));
    assert!(!text(&scoped.stdout).contains("\"CRITICAL\""));

    let wrong = on_files(&["findings", "--scope", "severty:high"]);
    assert_eq!(code(&wrong), 2);
    let said = text(&wrong.stderr);
    assert!(said.contains("--scope:\nseverty:high\n^^^^^^^") && said.contains("severity"), "{said}");

    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config.toml");
    let asff = data("findings.ndjson");
    let ask = |words: &[&str]| {
        let mut all = vec!["--config", config.to_str().unwrap(), "--from", &asff];
        all.extend(words);
        yagura(home.path()).args(all).output().unwrap()
    };
    std::fs::write(&config, "[aws]\nscope = \"title:nothing-has-this\"\n").unwrap();
    assert_eq!(lines(&ask(&["findings", "-o", "ndjson"])), 0);
    assert!(lines(&ask(&["findings", "-o", "ndjson", "--scope", ""])) > 0, "the command line is stronger");
    std::fs::write(&config, "[aws]\nscope = \"severity:hgh\"\n").unwrap();
    let checked = ask(&["config", "check"]);
    assert_eq!(code(&checked), 2);
    let said = text(&checked.stderr);
    assert!(said.contains(":2:1: aws.scope: ") && said.contains("did you mean"), "{said}");
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
