//! From the command line and the configuration to what the sources are told.

use super::args::Global;
use crate::config::Config;
use crate::source::{Follow, Settings};

/// What to ask, and how long to go on. The command line is stronger than the configuration: what it names replaces what
/// the file names. With `--from` the file's profiles and Regions are left aside, so that files alone are read.
pub(super) fn settings(global: &Global, config: &Config, follow: Follow) -> Settings {
    let aws = &config.aws;
    let from_files = !global.from.is_empty();
    let either = |named: &[String], usual: &[String]| {
        if named.is_empty() && !from_files { usual.to_vec() } else { named.to_vec() }
    };
    let usual_endpoint = || Some(aws.endpoint_url.clone()).filter(|url| !url.is_empty() && !from_files);
    Settings {
        profiles: either(&global.profile, &aws.profiles),
        regions: either(&global.region, &aws.regions),
        endpoint_url: global.endpoint_url.clone().or_else(usual_endpoint),
        from: global.from.clone(),
        follow,
        ..Settings::default()
    }
}
