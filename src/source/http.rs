//! The one HTTP client of the process, shared by all profiles, Regions and services.
//!
//! In: what the SDK wants sent. Out: responses, through the [tap](super::tap). TLS is rustls with ring. A connector is
//! made when first needed: the system's root certificates are read only when an `https` endpoint is called, so that the
//! embedded endpoint does not wait for them. The usual proxy variables are honoured, except for loopback.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_smithy_async::rt::sleep::SharedAsyncSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use super::tap;

type Timeouts = (Option<Duration>, Option<Duration>);

/// The shared client.
pub(crate) fn client() -> SharedHttpClient {
    let made: Mutex<HashMap<Timeouts, SharedHttpConnector>> = Mutex::default();
    http_client_fn(move |settings, components| {
        let key = (settings.connect_timeout(), settings.read_timeout());
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(key)
            .or_insert_with(|| {
                SharedHttpConnector::new(Tapped(Arc::new(Connectors {
                    settings: settings.clone(),
                    sleep: components.sleep_impl(),
                    loopback: OnceLock::new(),
                    plain: OnceLock::new(),
                    tls: OnceLock::new(),
                })))
            })
            .clone()
    })
}

#[derive(Debug)]
struct Tapped(Arc<Connectors>);

#[derive(Debug)]
struct Connectors {
    settings: HttpConnectorSettings,
    sleep: Option<SharedAsyncSleep>,
    loopback: OnceLock<Connector>,
    plain: OnceLock<Connector>,
    tls: OnceLock<Connector>,
}

impl HttpConnector for Tapped {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        tap::pass(request, |request| self.0.pick(request.uri()).call(request))
    }
}

impl Connectors {
    fn pick(&self, uri: &str) -> &Connector {
        let uri: Option<http::Uri> = uri.parse().ok();
        let is_plain = uri.as_ref().is_some_and(|uri| uri.scheme_str() == Some("http"));
        let host = uri.as_ref().and_then(http::Uri::host);
        if is_plain && host.is_some_and(is_loopback) {
            self.loopback.get_or_init(|| self.builder().build_http())
        } else if is_plain {
            self.plain.get_or_init(|| self.builder().proxy_config(ProxyConfig::from_env()).build_http())
        } else {
            self.tls.get_or_init(|| {
                self.builder()
                    .proxy_config(ProxyConfig::from_env())
                    .tls_provider(Provider::Rustls(CryptoMode::Ring))
                    .build()
            })
        }
    }

    fn builder(&self) -> ConnectorBuilder {
        let mut builder = Connector::builder().connector_settings(self.settings.clone());
        builder.set_sleep_impl(self.sleep.clone());
        builder
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
