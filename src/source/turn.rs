//! The turns that profiles take at one scope: of several of one account, one asks, and the next does where that one may
//! not.
//!
//! In: sources that would ask the same. Out: the [rounds](super::rounds) of one of them at a time, at one desk, which says
//! who else there is and why who asks does.

use std::sync::Arc;

use tokio::sync::{Mutex, watch};

use super::Source;
use super::desk::Desk;
use super::question::Asker;
use super::rounds::{self, Ended};
use super::settings::Follow;
use super::supervisor::Shared;

/// One scope, and who may ask it.
#[derive(Debug)]
pub(super) struct Turn {
    desk: Arc<Desk>,
    /// Held by who asks.
    baton: Mutex<Came>,
    /// How many wait for it.
    waiting: watch::Sender<usize>,
}

/// What has come of the scope so far.
#[derive(Debug)]
enum Came {
    Nothing,
    /// Who asked last may not: in words.
    Refusal(String),
    /// There is nothing more to ask.
    End,
}

impl Turn {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk: Arc::new(desk), baton: Mutex::new(Came::Nothing), waiting: watch::Sender::new(0) }
    }

    /// Asks whenever it is this profile's turn: at once when nobody else is there, else where who asks is refused.
    pub(super) async fn take(&self, shared: Shared, profile: Option<Arc<str>>, source: Box<dyn Source>) {
        let asker = Arc::new(Asker { source, desk: Arc::clone(&self.desk) });
        let name = profile.as_deref().unwrap_or("default").to_owned();
        loop {
            let mut came = if let Ok(free) = self.baton.try_lock() {
                free
            } else {
                self.stand_by(&name).await;
                self.waiting.send_modify(|waiting| *waiting += 1);
                let handed_over = self.baton.lock().await;
                self.waiting.send_modify(|waiting| *waiting -= 1);
                handed_over
            };
            match &*came {
                Came::Nothing => (),
                Came::Refusal(words) => self.desk.keep_note(words.clone()),
                Came::End => return self.stand_by(&name).await,
            }
            self.desk.edit(|status| status.profile.clone_from(&profile));
            *came = match rounds::run(&shared, &asker, self.waiting.subscribe()).await {
                Ended::Refused(why) => Came::Refusal(format!("profile {name} may not ask: {why}")),
                Ended::Over => Came::End,
            };
            drop(came);
            if shared.settings.follow == Follow::Once {
                return;
            }
            // The others first.
            tokio::select! {
                () = tokio::time::sleep(shared.settings.pace.rest) => (),
                () = shared.out.closed() => return,
            }
        }
    }

    /// Says that there is somebody who does not ask. Nobody listening is no reason to fail.
    async fn stand_by(&self, name: &str) {
        self.desk.keep_note(format!("profile {name} is of this account too: it asks where the other may not"));
        let _ = self.desk.flush().await;
    }
}
