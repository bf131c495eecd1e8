//! The tap in the HTTP client: counts every call, and takes the bodies of `GetFindings` before the SDK decodes them.
//!
//! In: the SDK's requests. Out: responses; where a call asked for it and it succeeded, the SDK is handed an empty page
//! and the caller gets the body. Signing, credentials, endpoints and errors stay the SDK's; findings are decoded once,
//! by our own decoder, and the SDK's shape (which drops unknown fields, and overflows the stack in a debug build)
//! never runs. The caller and the connector meet in a task-local: the SDK runs an operation in the task that awaits it.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::HttpConnectorFuture;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::time::Instant;

/// A page without findings, in the casing of either service: what the SDK decodes in place of the body.
const STUB: &str = r#"{"Findings":[],"findings":[]}"#;

/// Calls made for one scope, retries included.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    calls: AtomicU64,
    throttles: AtomicU64,
    recent: Mutex<VecDeque<Instant>>,
}

/// What the rate is counted over.
pub(crate) const RATE_WINDOW: Duration = Duration::from_secs(10);

impl Tally {
    fn call(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.push_back(now);
        while recent.front().is_some_and(|at| now.duration_since(*at) > RATE_WINDOW) {
            recent.pop_front();
        }
    }

    pub(crate) fn throttle(&self) {
        self.throttles.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    pub(crate) fn throttles(&self) -> u64 {
        self.throttles.load(Ordering::Relaxed)
    }

    /// Calls a second over the last ten seconds, or over the time since the first call where that is shorter.
    pub(crate) fn rate(&self) -> f32 {
        let now = Instant::now();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        while recent.front().is_some_and(|at| now.duration_since(*at) > RATE_WINDOW) {
            recent.pop_front();
        }
        let Some(first) = recent.front() else { return 0.0 };
        let enough = self.calls() > recent.len() as u64;
        let span = if enough { RATE_WINDOW } else { now.duration_since(*first).max(Duration::from_secs(1)) };
        #[allow(clippy::cast_precision_loss, reason = "a few hundred calls at most")]
        let count = recent.len() as f32;
        count / span.as_secs_f32()
    }
}

/// Whether a call's body goes to the SDK or to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    Nothing,
    Body,
}

#[derive(Debug)]
struct Call {
    tally: Arc<Tally>,
    take: Take,
    body: Mutex<Option<Bytes>>,
}

tokio::task_local! {
    static CALL: Arc<Call>;
}

/// Runs one SDK call; its requests are counted, and its body is returned beside its result if it was to be taken.
pub(crate) async fn call<F: Future>(tally: &Arc<Tally>, take: Take, operation: F) -> (F::Output, Option<Bytes>) {
    let call = Arc::new(Call { tally: Arc::clone(tally), take, body: Mutex::new(None) });
    let output = CALL.scope(Arc::clone(&call), operation).await;
    let body = call.body.lock().unwrap_or_else(PoisonError::into_inner).take();
    (output, body)
}

/// Passes `request` on through `send`, counting it and taking its body as the surrounding [`call`] asks.
pub(crate) fn pass(request: HttpRequest, send: impl FnOnce(HttpRequest) -> HttpConnectorFuture) -> HttpConnectorFuture {
    let call = CALL.try_with(Arc::clone).ok().filter(|_| is_for_a_service(&request));
    let Some(call) = call else { return send(request) };
    call.tally.call();
    let answer = send(request);
    if call.take == Take::Nothing {
        return answer;
    }
    HttpConnectorFuture::new(async move {
        let response = answer.await?;
        if response.status().is_success() { take_body(&call, response).await } else { Ok(response) }
    })
}

async fn take_body(call: &Call, mut response: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let body = response.take_body().collect().await.map_err(ConnectorError::io)?.to_bytes();
    *call.body.lock().unwrap_or_else(PoisonError::into_inner) = Some(body);
    *response.body_mut() = SdkBody::from(STUB);
    Ok(response)
}

/// Fetching credentials (SSO, STS) may happen inside an operation; those requests are signed for another service, or
/// not at all.
fn is_for_a_service(request: &HttpRequest) -> bool {
    request
        .headers()
        .get("authorization")
        .is_some_and(|value| value.contains("/securityhub/aws4_request") || value.contains("/guardduty/aws4_request"))
}
