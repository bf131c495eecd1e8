//! The demo's findings in a snapshot, fetched as the demo fetches them, once.

use std::sync::Arc;

use jiff::Timestamp;
use yagura::emulator::{self, Clock, Options};
use yagura::source::{self, Access, Follow, Limits, Settings};
use yagura::store::{Snapshot, Store};

/// The moment at which the made organisation stands still.
pub(crate) fn moment() -> Timestamp {
    "2026-03-14T14:02:00Z".parse().unwrap()
}

pub(crate) fn snapshot() -> Arc<Snapshot> {
    let anchor = moment().as_millisecond();
    let options = Options { anchor: Some(anchor), clock: Clock::manual(anchor), ..Options::default() };
    let endpoint = emulator::start(options).unwrap();
    let settings = Settings {
        regions: emulator::REGIONS.map(str::to_owned).to_vec(),
        endpoint_url: Some(endpoint.url()),
        access: Access::Fixed { key_id: "AKIDDEMO".to_owned(), secret: "demo".to_owned() },
        follow: Follow::Once,
        limits: Limits::Off,
        ..Settings::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut feed = source::spawn(settings);
        // Without the thread that takes updates in: it counts as of its own clock, which does not stand still.
        let mut store = Store::new();
        // The sender goes when every scope has been swept.
        while let Some(update) = feed.updates.recv().await {
            store.apply(update);
        }
        store.publish()
    })
}
