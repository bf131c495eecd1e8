//! A scripted AWS on loopback: enough of each operation to hold the sources to their contract, and faults where a test
//! wants them. Every request is kept for the test to look at.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, Uri};
use serde_json::{Value, json};
use yagura::model::{Service, SourceState, SourceStatus, Update};
use yagura::source::{Access, Feed, Follow, Limits, Pace, Settings};

pub const ACCOUNT: &str = "111122223333";

/// One request as the server saw it.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub query: String,
    /// The id of the access key that signed it.
    pub key: String,
    pub service: String,
    pub region: String,
    pub body: Value,
}

impl Asked {
    /// The operation, as AWS names it.
    pub fn operation(&self) -> &'static str {
        let path = self.path.as_str();
        match (self.service.as_str(), self.method.as_str(), path) {
            ("sts", ..) => "GetCallerIdentity",
            ("securityhub", "POST", "/findings") => "GetFindings",
            ("securityhub", "GET", "/accounts") => "DescribeHub",
            ("securityhub", "GET", "/findingAggregator/list") => "ListFindingAggregators",
            ("securityhub", "GET", p) if p.starts_with("/findingAggregator/get/") => "GetFindingAggregator",
            ("securityhub", "POST", "/standards/get") => "GetEnabledStandards",
            ("securityhub", "GET", "/standards") => "DescribeStandards",
            ("securityhub", "GET", "/securityControls/definitions") => "ListSecurityControlDefinitions",
            ("securityhub", "POST", "/securityControls/batchGet") => "BatchGetSecurityControls",
            ("securityhub", "GET", "/associations") => "ListStandardsControlAssociations",
            ("securityhub", "POST", "/associations/batchGet") => "BatchGetStandardsControlAssociations",
            ("guardduty", "GET", "/detector") => "ListDetectors",
            ("guardduty", "POST", p) if p.ends_with("/findings/get") => "GetFindings",
            ("guardduty", "POST", p) if p.ends_with("/findings") => "ListFindings",
            ("guardduty", "GET", p) if p.starts_with("/detector/") => "GetDetector",
            _ => "?",
        }
    }

    pub fn severity(&self) -> Option<&str> {
        self.body["Filters"]["SeverityLabel"][0]["Value"].as_str()
    }
}

pub enum Answer {
    Json(u16, Value),
    Raw(u16, &'static str, String),
    /// A body that ends before it is whole.
    Cut(String),
}

pub fn error(status: u16, code: &str, message: &str) -> Answer {
    Answer::Json(status, json!({"__type": code, "code": code, "Code": code, "Message": message, "message": message}))
}

type Script = dyn Fn(&Asked, usize) -> Option<Answer> + Send + Sync;

pub struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// `script` answers first; what it leaves (`None`) is answered as a healthy AWS with `findings` in it would. It gets
    /// the request and how many requests of the same service and operation came before it.
    pub async fn start(
        findings: Vec<Value>,
        script: impl Fn(&Asked, usize) -> Option<Answer> + Send + Sync + 'static,
    ) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let script: Arc<Script> = Arc::new(script);
        let findings = Arc::new(findings);
        let log = Arc::clone(&asked);
        let handler = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
            let (log, script, findings) = (Arc::clone(&log), Arc::clone(&script), Arc::clone(&findings));
            async move {
                let request = read(method, &uri, &headers, &body);
                let before = {
                    let mut log = log.lock().unwrap();
                    let same = |old: &&Asked| old.service == request.service && old.operation() == request.operation();
                    let before = log.iter().filter(same).count();
                    log.push(request.clone());
                    before
                };
                respond(script(&request, before).unwrap_or_else(|| healthy(&request, &findings)))
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = axum::Router::new().fallback(handler);
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, asked, task }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub fn asked_for(&self, service: &str, operation: &str) -> Vec<Asked> {
        self.asked().into_iter().filter(|a| a.service == service && a.operation() == operation).collect()
    }

    pub fn settings(&self, service: Service) -> Settings {
        Settings {
            regions: vec!["eu-central-1".to_owned()],
            endpoint_url: Some(self.url.clone()),
            access: Access::Fixed { key_id: "AKIDEXAMPLE".to_owned(), secret: "not a secret".to_owned() },
            services: vec![service],
            follow: Follow::Once,
            limits: Limits::Off,
            pace: Pace {
                base: Duration::from_millis(1),
                cap: Duration::from_millis(4),
                rest: Duration::from_millis(20),
                ..Pace::default()
            },
            ..Settings::default()
        }
    }
}

fn read(method: Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Asked {
    let auth = headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut scope = auth.split("Credential=").nth(1).unwrap_or_default().split('/');
    let key = scope.next().unwrap_or_default().to_owned();
    let region = scope.nth(1).unwrap_or_default().to_owned();
    let service = scope.next().unwrap_or_default().to_owned();
    Asked {
        method,
        path: uri.path().to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        key,
        service,
        region,
        body: serde_json::from_slice(body).unwrap_or(Value::Null),
    }
}

fn respond(answer: Answer) -> Response<Body> {
    let response = Response::builder();
    match answer {
        Answer::Json(status, value) => {
            let response = response.status(status).header("content-type", "application/json");
            let response = match value.get("__type").and_then(Value::as_str) {
                Some(code) => response.header("x-amzn-errortype", code),
                None => response,
            };
            response.body(Body::from(value.to_string())).unwrap()
        }
        Answer::Raw(status, kind, body) => {
            response.status(status).header("content-type", kind).body(Body::from(body)).unwrap()
        }
        Answer::Cut(body) => {
            let parts = [Ok(Bytes::from(body)), Err(std::io::Error::other("cut"))];
            response.status(200).body(Body::from_stream(futures_util::stream::iter(parts))).unwrap()
        }
    }
}

fn healthy(asked: &Asked, findings: &[Value]) -> Answer {
    match (asked.service.as_str(), asked.operation()) {
        ("sts", _) => Answer::Raw(
            200,
            "text/xml",
            format!(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
                 <Arn>arn:aws:iam::{ACCOUNT}:user/reader</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>\
                 </GetCallerIdentityResult></GetCallerIdentityResponse>"
            ),
        ),
        ("securityhub", "GetFindings") => hub_page(asked, findings),
        ("securityhub", "DescribeHub") => Answer::Json(
            200,
            json!({"HubArn": format!("arn:aws:securityhub:{}:{ACCOUNT}:hub/default", asked.region),
                   "ControlFindingGenerator": "SECURITY_CONTROL", "AutoEnableControls": true}),
        ),
        ("securityhub", "ListFindingAggregators") => Answer::Json(200, json!({"FindingAggregators": []})),
        ("securityhub", operation)
            if operation.contains("Standards")
                || operation.contains("Controls")
                || operation.contains("Definitions") =>
        {
            standards(asked)
        }
        ("guardduty", "ListDetectors") => Answer::Json(200, json!({"detectorIds": ["d1"]})),
        ("guardduty", "GetDetector") => Answer::Json(
            200,
            json!({"status": "ENABLED", "serviceRole": "r", "features": [
                {"name": "S3_DATA_EVENTS", "status": "DISABLED"}, {"name": "FLOW_LOGS", "status": "ENABLED"}]}),
        ),
        ("guardduty", "ListFindings") => list_ids(asked, findings),
        ("guardduty", "GetFindings") => {
            let ids: Vec<&str> =
                asked.body["findingIds"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            let found: Vec<&Value> = findings.iter().filter(|f| ids.contains(&f["id"].as_str().unwrap())).collect();
            Answer::Json(200, json!({"findings": found}))
        }
        (_, operation) => error(404, "UnknownOperationException", operation),
    }
}

/// `EQUALS` on severity and compliance, `PREFIX` on the id, both ends of `UpdatedAt`, newest first, a token that is an offset.
fn hub_page(asked: &Asked, findings: &[Value]) -> Answer {
    let wanted = |filter: &str, value: Option<&str>| {
        asked.body["Filters"][filter].as_array().is_none_or(|any| any.iter().any(|f| f["Value"].as_str() == value))
    };
    let mut found: Vec<&Value> = findings
        .iter()
        .filter(|f| wanted("SeverityLabel", f["Severity"]["Label"].as_str()))
        .filter(|f| wanted("ComplianceStatus", f["Compliance"]["Status"].as_str()))
        .filter(|f| {
            let begins = |filter: &Value| f["Id"].as_str().unwrap().starts_with(filter["Value"].as_str().unwrap());
            asked.body["Filters"]["Id"].as_array().is_none_or(|any| any.iter().any(begins))
        })
        .filter(|f| {
            asked.body["Filters"]["UpdatedAt"].as_array().is_none_or(|any| {
                any.iter().any(|d| {
                    let at = f["UpdatedAt"].as_str().unwrap();
                    d["Start"].as_str().unwrap() <= at && at <= d["End"].as_str().unwrap()
                })
            })
        })
        .collect();
    found.sort_by(|a, b| b["UpdatedAt"].as_str().cmp(&a["UpdatedAt"].as_str()));
    let from: usize = asked.body["NextToken"].as_str().map_or(0, |t| t.parse().unwrap());
    let size = usize::try_from(asked.body["MaxResults"].as_u64().unwrap()).unwrap();
    let page: Vec<_> = found.iter().skip(from).take(size).collect();
    let mut answer = json!({"Findings": page});
    if from + size < found.len() {
        answer["NextToken"] = json!((from + size).to_string());
    }
    Answer::Json(200, answer)
}

pub const CIS: &str = "arn:aws:securityhub:eu-central-1::standards/cis-aws-foundations-benchmark/v/5.0.0";
pub const FSBP: &str = "arn:aws:securityhub:eu-central-1::standards/aws-foundational-security-best-practices/v/1.0.0";
pub const PCI: &str = "arn:aws:securityhub:eu-central-1::standards/pci-dss/v/4.0.1";

/// Two enabled standards with the same two controls, and one that is not enabled.
fn standards(asked: &Asked) -> Answer {
    let controls = ["IAM.9", "S3.1"];
    let answer = match asked.operation() {
        "GetEnabledStandards" => {
            let subscription = |arn: &str| {
                json!({"StandardsSubscriptionArn": arn.replace("standards/", "subscription/"), "StandardsArn": arn,
                       "StandardsInput": {}, "StandardsStatus": "READY"})
            };
            json!({"StandardsSubscriptions": [subscription(CIS), subscription(FSBP)]})
        }
        "DescribeStandards" => json!({"Standards": [
            {"StandardsArn": CIS, "Name": "CIS AWS Foundations Benchmark v5.0.0"},
            {"StandardsArn": FSBP, "Name": "AWS Foundational Security Best Practices v1.0.0"},
            {"StandardsArn": "standards/azure/v/1", "Name": "Of another cloud", "Provider": "AZURE"},
            {"StandardsArn": PCI, "Name": "PCI DSS v4.0.1"}]}),
        "ListSecurityControlDefinitions" => {
            let definition = |id: &str| {
                json!({"SecurityControlId": id, "Title": format!("{id} as defined"), "SeverityRating": "MEDIUM",
                       "RemediationUrl": "https://example.com/definition", "CurrentRegionAvailability": "AVAILABLE"})
            };
            let definitions = controls.map(definition).to_vec();
            json!({"SecurityControlDefinitions": definitions})
        }
        "BatchGetSecurityControls" => {
            let ids = asked.body["SecurityControlIds"].as_array().unwrap();
            let (now, later) = ids.split_at(if ids.len() > 1 { 1 } else { ids.len() });
            json!({"SecurityControls": now.iter().map(|id| json!({"SecurityControlId": id, "SeverityRating": "CRITICAL",
                       "RemediationUrl": "https://example.com/control", "SecurityControlStatus": "ENABLED"})).collect::<Vec<_>>(),
                   "UnprocessedIds": later.iter().map(|id| json!({"SecurityControlId": id, "ErrorCode": "LIMIT_EXCEEDED"})).collect::<Vec<_>>()})
        }
        "BatchGetStandardsControlAssociations" => {
            let ids = asked.body["StandardsControlAssociationIds"].as_array().unwrap();
            json!({"StandardsControlAssociationDetails": ids.iter().map(association).collect::<Vec<_>>()})
        }
        "ListStandardsControlAssociations" => {
            let control = asked.query.split("SecurityControlId=").nth(1).unwrap().split('&').next().unwrap();
            let all = [CIS, FSBP].map(|arn| association(&json!({"SecurityControlId": control, "StandardsArn": arn})));
            json!({"StandardsControlAssociationSummaries": all})
        }
        _ => unreachable!(),
    };
    Answer::Json(200, answer)
}

fn association(id: &Value) -> Value {
    let is_cis = id["StandardsArn"] == CIS;
    let number = if id["SecurityControlId"] == "IAM.9" { "1.4" } else { "2.1.4" };
    json!({"StandardsArn": id["StandardsArn"], "SecurityControlId": id["SecurityControlId"],
           "SecurityControlArn": "arn:aws:securityhub:eu-central-1:111122223333:security-control/x",
           "AssociationStatus": if is_cis && number == "2.1.4" { "DISABLED" } else { "ENABLED" },
           "RelatedRequirements": if is_cis { json!([format!("CIS AWS Foundations Benchmark v5.0.0/{number}")]) } else { json!([]) },
           "StandardsControlTitle": "as the standard says"})
}

fn list_ids(asked: &Asked, findings: &[Value]) -> Answer {
    let criterion = &asked.body["findingCriteria"]["criterion"];
    let archived = criterion["service.archived"]["equals"][0].as_str();
    let ids: Vec<&Value> = findings
        .iter()
        .filter(|f| archived.is_none_or(|a| f["service"]["archived"].as_bool() == Some(a == "true")))
        .map(|f| &f["id"])
        .collect();
    let from: usize = asked.body["nextToken"].as_str().filter(|t| !t.is_empty()).map_or(0, |t| t.parse().unwrap());
    let page: Vec<_> = ids.iter().skip(from).take(50).collect();
    let mut answer = json!({"findingIds": page});
    if from + 50 < ids.len() {
        answer["nextToken"] = json!((from + 50).to_string());
    }
    Answer::Json(200, answer)
}

/// `n` ASFF findings over all severities, spread over 60 days.
pub fn asff(n: usize) -> Vec<Value> {
    let labels = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "INFORMATIONAL"];
    (0..n)
        .map(|i| {
            let label = labels[i % labels.len()];
            let status = if i % labels.len() == 5 { "PASSED" } else { "FAILED" };
            json!({
                "SchemaVersion": "2018-10-08", "Id": format!("finding-{i}"), "AwsAccountId": ACCOUNT,
                "ProductArn": "arn:aws:securityhub:eu-central-1::product/aws/securityhub",
                "Severity": {"Label": label}, "Compliance": {"Status": status}, "Title": "t",
                "UpdatedAt": format!("2026-{:02}-{:02}T{:02}:00:00.000Z", 9 + i % 2, 1 + i % 28, i % 24),
            })
        })
        .collect()
}

/// `n` GuardDuty findings, every fourth archived.
pub fn guardduty(n: usize) -> Vec<Value> {
    (0..n)
        .map(|i| {
            json!({"id": format!("g{i}"), "arn": format!("arn:aws:guardduty:eu-central-1:{ACCOUNT}:detector/d1/finding/g{i}"),
                   "severity": 8.0, "type": "Recon:EC2/PortProbeUnprotectedPort", "updatedAt": "2026-11-20T00:00:00.000Z",
                   "service": {"archived": i % 4 == 0}})
        })
        .collect()
}

/// Everything a feed said until it ended.
#[derive(Default)]
pub struct Heard {
    pub ids: Vec<String>,
    pub statuses: Vec<SourceStatus>,
    pub updates: Vec<Update>,
}

impl Heard {
    pub async fn all(mut feed: Feed) -> Self {
        let mut heard = Self::default();
        let patience = Duration::from_secs(30);
        while let Some(update) = tokio::time::timeout(patience, feed.updates.recv()).await.expect("the feed ends") {
            heard.hear(update);
        }
        heard
    }

    pub fn hear(&mut self, update: Update) {
        match &update {
            Update::Records(batch) => {
                for record in &batch.records {
                    let value: Value = serde_json::from_slice(&record.json).unwrap();
                    let id = value.get("Id").or_else(|| value.get("id")).and_then(Value::as_str).unwrap();
                    self.ids.push(id.to_owned());
                }
            }
            Update::Status(status) => self.statuses.push((**status).clone()),
            _ => {}
        }
        self.updates.push(update);
    }

    pub fn last(&self) -> &SourceStatus {
        self.statuses.last().expect("a status")
    }

    pub fn state(&self) -> &SourceState {
        &self.last().state
    }

    pub fn unique(&self) -> usize {
        self.ids.iter().collect::<std::collections::HashSet<_>>().len()
    }

    pub fn ended_sweeps(&self) -> usize {
        self.updates.iter().filter(|u| matches!(u, Update::SweepEnded { .. })).count()
    }
}
