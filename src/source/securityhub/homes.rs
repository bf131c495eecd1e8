//! How the home Regions of one session are doing: a linked Region rests only while its home Region answers.
//!
//! In: what each Region's sweeps and polls say of themselves. Out: whether a Region can be relied on, once that is known.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::watch;

/// Whether a Region's findings come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Answers,
    Fails,
}

/// Shared by all Regions of a session.
#[derive(Debug)]
pub(crate) struct Homes(watch::Sender<HashMap<Arc<str>, Health>>);

impl Default for Homes {
    fn default() -> Self {
        Self(watch::Sender::new(HashMap::new()))
    }
}

impl Homes {
    pub(super) fn say(&self, region: &Arc<str>, health: Health) {
        self.0.send_if_modified(|known| known.insert(Arc::clone(region), health) != Some(health));
    }

    /// Did the Region answer when it was last asked.
    pub(super) fn answers(&self, region: &str) -> bool {
        self.0.borrow().get(region) == Some(&Health::Answers)
    }

    /// Waits until the Region's first answer, or its failure.
    pub(super) async fn health(&self, region: &str) -> Health {
        let mut known = self.0.subscribe();
        let Ok(known) = known.wait_for(|known| known.contains_key(region)).await else { return Health::Fails };
        known.get(region).copied().unwrap_or(Health::Fails)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_linked_region_waits_for_the_first_word_of_its_home() {
        let homes = Arc::new(Homes::default());
        let waiting = tokio::spawn({
            let homes = Arc::clone(&homes);
            async move { homes.health("eu-central-1").await }
        });
        homes.say(&Arc::from("eu-west-1"), Health::Answers);
        homes.say(&Arc::from("eu-central-1"), Health::Fails);
        assert_eq!(waiting.await.ok(), Some(Health::Fails));
    }
}
