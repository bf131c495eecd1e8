//! The HTTP server: its own thread and runtime, so that nobody else's event loop waits for it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Response, StatusCode};
use tokio::sync::oneshot;

use super::EmulatorError;
use super::faults::Fault;
use super::files::Rejected;
use super::operation::Speaks;
use super::reply::{Kind, Reply, failure, invalid};
use super::request::Request;
use super::shared::Shared;
use super::{guardduty, securityhub, sts};

/// The most that a request body may hold: AWS takes 100 findings of 240 KB.
const MAX_BODY: usize = 32 * 1024 * 1024;

/// A running endpoint. Dropping it ends it.
#[derive(Debug)]
pub struct Running {
    addr: SocketAddr,
    rejected: Vec<Rejected>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:PORT`, as `--endpoint-url` wants it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Records of the data files that are not served, and why.
    #[must_use]
    pub fn rejected(&self) -> &[Rejected] {
        &self.rejected
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a panicked server has nothing more to say
        }
    }
}

pub(crate) fn run(listener: TcpListener, shared: Shared, rejected: Vec<Rejected>) -> Result<Running, EmulatorError> {
    let addr = listener.local_addr().map_err(EmulatorError::Thread)?;
    listener.set_nonblocking(true).map_err(EmulatorError::Thread)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("emulator-worker")
        .enable_all()
        .build()
        .map_err(EmulatorError::Thread)?;
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::Builder::new()
        .name("emulator".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve(listener, Arc::new(shared)) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_background();
        })
        .map_err(EmulatorError::Thread)?;
    Ok(Running { addr, rejected, stop: Some(stop), thread: Some(thread) })
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let app = Router::new().fallback(handle).with_state(shared);
    match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => {
            let listener = listener.tap_io(|stream| {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "no TCP_NODELAY");
                }
            });
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the endpoint stopped");
            }
        }
        Err(error) => tracing::error!(%error, "the endpoint did not start"),
    }
}

async fn handle(State(shared): State<Arc<Shared>>, request: axum::extract::Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let id = shared.request_id();
    let body = match axum::body::to_bytes(body, MAX_BODY).await {
        Ok(body) => body,
        Err(error) => return http(failure(Kind::Serialization, &error.to_string()), &id, false),
    };
    let request = match Request::read(&head, body, shared.now()) {
        Ok(request) => request,
        Err(reply) => return http(reply, &id, false),
    };
    let mut struck = shared.dice.strike(&request);
    for fault in &struck {
        match fault {
            Fault::Latency(delay) => tokio::time::sleep(*delay).await,
            Fault::Timeout => tokio::time::sleep(Duration::from_hours(1)).await,
            _ => {}
        }
    }
    struck.retain(|fault| !matches!(fault, Fault::Latency(_) | Fault::Timeout));
    if let Some(reply) = struck.iter().find_map(|fault| refusal(*fault, &request)) {
        return http(reply, &id, false);
    }
    if !shared.admits(&request) {
        return http(throttled(&request), &id, false);
    }
    let mut reply = answer(&shared, &request);
    if struck.contains(&Fault::BadJson) {
        reply.body = Bytes::from_static(b"{\"Findings\": [{\"SchemaVersion\": \"2018-10-08\", \"Id\": <html>");
    }
    http(reply, &id, struck.contains(&Fault::Cut))
}

fn answer(shared: &Shared, request: &Request) -> Reply {
    let result = match request.operation.service() {
        Speaks::SecurityHub => securityhub::answer(shared, request),
        Speaks::GuardDuty => guardduty::answer(shared, request),
        Speaks::Sts => sts::answer(shared, request),
    };
    result.unwrap_or_else(|refused| refused)
}

fn throttled(request: &Request) -> Reply {
    if request.operation.service() == Speaks::Sts {
        return sts::error("Throttling", "Rate exceeded", StatusCode::BAD_REQUEST);
    }
    failure(Kind::Throttled, "Rate exceeded")
}

/// The answer that a fault puts in place of the real one.
fn refusal(fault: Fault, request: &Request) -> Option<Reply> {
    let service = request.operation.service();
    let is_sts = service == Speaks::Sts;
    Some(match fault {
        Fault::Throttle => throttled(request),
        Fault::ServerError if is_sts => sts::error("ServiceUnavailable", "Try again", StatusCode::SERVICE_UNAVAILABLE),
        Fault::ServerError => failure(
            if request.region.len().is_multiple_of(2) { Kind::Internal } else { Kind::Unavailable },
            "The service could not answer. Try again.",
        ),
        Fault::Login if is_sts => sts::expired(),
        Fault::Login => failure(Kind::ExpiredToken, "The security token included in the request is expired"),
        Fault::Denied if is_sts => sts::error("AccessDenied", &denied(request), StatusCode::FORBIDDEN),
        Fault::Denied => failure(Kind::AccessDenied, &denied(request)),
        Fault::Off => match service {
            Speaks::SecurityHub => securityhub::not_subscribed(request),
            Speaks::GuardDuty => guardduty::off(request),
            Speaks::Sts => {
                sts::error("RegionDisabledException", "STS is not activated in this Region", StatusCode::FORBIDDEN)
            }
        },
        Fault::Expired if request.carries_token() => match service {
            Speaks::GuardDuty => {
                failure(Kind::BadRequest, "The request was rejected because the nextToken is not valid.")
            }
            _ => invalid("The pagination token is invalid or has expired."),
        },
        _ => return None,
    })
}

fn denied(request: &Request) -> String {
    let operation = request.operation;
    format!(
        "User: {} is not authorized to perform: {}:{} because no identity-based policy allows the {}:{} action",
        request.principal(),
        operation.service().name(),
        operation.name(),
        operation.service().name(),
        operation.name()
    )
}

fn http(reply: Reply, id: &str, cut: bool) -> Response<Body> {
    let mut response = Response::builder()
        .status(reply.status)
        .header(http::header::CONTENT_TYPE, reply.content_type)
        .header("x-amzn-requestid", id)
        .header("x-amz-apigw-id", id);
    if let Some(error) = reply.error {
        response = response.header("x-amzn-errortype", error);
    }
    let body = if cut {
        response = response.header(http::header::CONTENT_LENGTH, reply.body.len());
        let half = reply.body.slice(..reply.body.len() / 2);
        // The half leaves before the connection dies: a client sees a body that breaks off, not a refused call.
        let end = stream::once(async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Err(std::io::Error::other("cut"))
        });
        Body::from_stream(stream::once(async { Ok(half) }).chain(end))
    } else {
        Body::from(reply.body)
    };
    response.body(body).unwrap_or_else(|_| Response::new(Body::empty()))
}
