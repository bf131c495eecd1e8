//! Which sessions keep the versions of findings, and where.
//!
//! The dashboard's do, where AWS is asked: it sees findings change. A headless command looks once and ends; files are
//! somebody's own, and are kept only where the configuration says so. The demo keeps its invented ones in a folder that
//! goes away with it.

use super::say;
use crate::config::{self, Config, Keep};
use crate::journal::{Bounds, Clock, Journal, Settings};
use crate::source;

/// The folder in the state directory.
const FOLDER: &str = "journal";

/// The journal of a session that asks what these settings say; `None` where it keeps nothing.
pub(super) fn open(config: &Config, asked: &source::Settings) -> Option<Journal> {
    let keeps = match config.journal.enabled {
        Keep::Off => false,
        Keep::On => true,
        Keep::Auto => asked.asks_aws(),
    };
    if !keeps {
        return None;
    }
    let Some(state) = config::state_folder() else {
        say::complain("there is no home directory: versions of findings are not kept");
        return None;
    };
    Some(Journal::open(Settings { folder: state.join(FOLDER), bounds: bounds(config), clock: Clock::system() }))
}

/// The demo's, with the folder that it lives in.
pub(super) fn demo(config: &Config) -> Option<(Journal, tempfile::TempDir)> {
    if config.journal.enabled == Keep::Off {
        return None;
    }
    match tempfile::Builder::new().prefix("yagura-demo-").tempdir() {
        Ok(place) => {
            let settings =
                Settings { folder: place.path().join(FOLDER), bounds: bounds(config), clock: Clock::system() };
            Some((Journal::open(settings), place))
        }
        Err(error) => {
            tracing::warn!("the demo keeps no versions: {error}");
            None
        }
    }
}

fn bounds(config: &Config) -> Bounds {
    let journal = &config.journal;
    Bounds { versions: journal.versions.number(), age: journal.age.duration(), bytes: journal.size.bytes() }
}
