//! From the command line and the configuration to what the sources are told.

use super::args::Global;
use crate::config::Config;
use crate::source::{Follow, Limits, Settings};

/// What to ask, and how long to go on. The command line is stronger than the configuration: what it names replaces what
/// the file names. With `--from` the file's profiles and Regions are left aside, so that files alone are read.
pub(super) fn settings(global: &Global, config: &Config, follow: Follow) -> Settings {
    let aws = &config.aws;
    let from_files = !global.from.is_empty();
    let either = |named: &[String], usual: &[String]| {
        if named.is_empty() && !from_files { usual.to_vec() } else { named.to_vec() }
    };
    let usual_endpoint = || Some(aws.endpoint_url.clone()).filter(|url| !url.is_empty() && !from_files);
    let endpoint_url = global.endpoint_url.clone().or_else(usual_endpoint);
    Settings {
        limits: limits(endpoint_url.as_deref()),
        profiles: either(&global.profile, &aws.profiles),
        regions: either(&global.region, &aws.regions),
        endpoint_url,
        from: global.from.clone(),
        follow,
        ..Settings::default()
    }
}

/// AWS's limits, unless the endpoint is on loopback: AWS is not there, and what is there may have none.
fn limits(endpoint_url: Option<&str>) -> Limits {
    let host = endpoint_url.and_then(|url| url.parse::<http::Uri>().ok()).and_then(|url| url.host().map(str::to_owned));
    match host.as_deref() {
        Some("localhost" | "[::1]") => Limits::Learned,
        Some(host) if host.starts_with("127.") => Limits::Learned,
        _ => Limits::Aws,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_endpoint_on_loopback_is_asked_without_limits() {
        assert_eq!(limits(Some("http://127.0.0.1:4566")), Limits::Learned);
        assert_eq!(limits(Some("http://localhost:4566/")), Limits::Learned);
        assert_eq!(limits(Some("https://securityhub.us-east-1.amazonaws.com")), Limits::Aws);
        assert_eq!(limits(None), Limits::Aws);
    }
}
