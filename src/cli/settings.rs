//! From the command line and the configuration to what the sources are told.

use super::args::Global;
use crate::source::{Follow, Settings};

/// What to ask, and how long to go on. The command line is stronger than the configuration.
pub(super) fn settings(global: &Global, follow: Follow) -> Settings {
    Settings {
        profiles: global.profile.clone(),
        regions: global.region.clone(),
        endpoint_url: global.endpoint_url.clone(),
        from: global.from.clone(),
        follow,
        ..Settings::default()
    }
}
