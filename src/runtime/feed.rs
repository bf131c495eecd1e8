//! What brings snapshots: an opening that waits for the first frame, then what an earlier session left, then, once that
//! is drawn, the sources.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::session::{Live, Opened, Past, Start, Starting};
use crate::model::JournalStatus;
use crate::store::Snapshot;

/// The sources, from not yet started to over.
pub(super) struct Feed {
    step: Step,
    /// A refresh that was asked for before there was anybody to ask.
    asked_early: bool,
}

enum Step {
    Waiting(Start),
    /// Run by the loop itself: the threads that yield to it would keep it waiting on busy cores.
    Opening(Starting<Result<Opened, String>>),
    /// What there was to show at once has been told of.
    Opened(Starting<Live>),
    Starting(JoinHandle<Live>),
    Live(Live),
    /// No more snapshots will come; what keeps the session is still held.
    Over(Option<Live>),
}

/// What the feed has to tell.
pub(super) enum News {
    /// What an earlier session left, or why that is not used.
    Opened {
        first: Arc<Snapshot>,
        refused: Option<String>,
    },
    Snapshot(Arc<Snapshot>),
    NotStarted(String),
}

impl Feed {
    pub(super) fn new(start: Start) -> Self {
        Self { step: Step::Waiting(start), asked_early: false }
    }

    /// Takes the step that waited for what has been drawn.
    pub(super) fn start(&mut self) {
        self.step = match std::mem::replace(&mut self.step, Step::Over(None)) {
            Step::Waiting(start) => Step::Opening(start()),
            Step::Opened(sources) => Step::Starting(tokio::spawn(sources)),
            other => other,
        };
    }

    /// Asks the sources now, or as soon as they run.
    pub(super) fn refresh(&mut self) {
        match &self.step {
            Step::Live(live) | Step::Over(Some(live)) => (live.refresh)(),
            Step::Waiting(_) | Step::Opening(_) | Step::Opened(_) | Step::Starting(_) => self.asked_early = true,
            Step::Over(None) => {}
        }
    }

    /// Where the past of a record comes from: nowhere until the sources run.
    pub(super) fn past(&self) -> Past {
        match &self.step {
            Step::Live(live) | Step::Over(Some(live)) => live.past.clone(),
            _ => Past::default(),
        }
    }

    /// How the journal is doing, where there is one.
    pub(super) fn journal(&self) -> Option<JournalStatus> {
        match &self.step {
            Step::Live(live) | Step::Over(Some(live)) => {
                live.past.journal.as_ref().map(|journal| journal.status().borrow().clone())
            }
            _ => None,
        }
    }

    /// The session ends: what was seen is in the journal's files, unless the disk is too slow to wait for.
    pub(super) fn settle(&self) {
        const PATIENCE: Duration = Duration::from_millis(300);
        if let Some(journal) = self.past().journal
            && !journal.settle(PATIENCE)
        {
            tracing::warn!("the journal was behind at the end: its last versions may be missing");
        }
    }

    /// Waits for the next snapshot, but not before `from`. Safe to drop while waiting.
    pub(super) async fn news(&mut self, from: Instant) -> News {
        loop {
            match &mut self.step {
                Step::Waiting(_) | Step::Opened(_) | Step::Over(_) => return pending().await,
                Step::Opening(opening) => match opening.as_mut().await {
                    Ok(Opened { first, refused, sources }) => {
                        self.step = Step::Opened(sources);
                        return News::Opened { first, refused };
                    }
                    Err(reason) => {
                        self.step = Step::Over(None);
                        return News::NotStarted(reason);
                    }
                },
                Step::Starting(task) => match task.await {
                    Ok(live) => {
                        if std::mem::take(&mut self.asked_early) {
                            (live.refresh)();
                        }
                        self.step = Step::Live(live);
                    }
                    Err(error) => {
                        self.step = Step::Over(None);
                        return News::NotStarted(format!("the sources could not be started: {error}"));
                    }
                },
                Step::Live(live) => {
                    tokio::time::sleep_until(from).await;
                    if live.snapshots.changed().await.is_ok() {
                        return News::Snapshot(live.snapshots.borrow_and_update().clone());
                    }
                    tracing::info!("the feed is over: no more snapshots will come");
                    self.over();
                }
            }
        }
    }

    fn over(&mut self) {
        self.step = match std::mem::replace(&mut self.step, Step::Over(None)) {
            Step::Live(live) => Step::Over(Some(live)),
            other => other,
        };
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::future::ready;

    use tokio::sync::watch;

    use super::*;

    fn live(snapshots: watch::Receiver<Arc<Snapshot>>) -> Live {
        Live { snapshots, refresh: Box::new(|| {}), past: Past::default(), keep: Box::new(()) }
    }

    fn feed(opened: Result<Opened, String>) -> Feed {
        Feed::new(Box::new(move || Box::pin(ready(opened))))
    }

    fn opened(sources: Starting<Live>) -> Opened {
        Opened { first: Arc::default(), refused: None, sources }
    }

    #[tokio::test]
    async fn no_source_is_asked_before_what_was_left_is_drawn() {
        let (publish, snapshots) = watch::channel(Arc::new(Snapshot::default()));
        let (asked, mut is_asked) = tokio::sync::oneshot::channel();
        let mut feed = feed(Ok(opened(Box::pin(async move {
            let _ = asked.send(());
            live(snapshots)
        }))));
        feed.start();
        assert!(matches!(feed.news(Instant::now()).await, News::Opened { .. }));
        assert!(is_silent(&mut feed).await);
        assert!(is_asked.try_recv().is_err());
        // It is drawn; what came meanwhile is not lost.
        feed.start();
        publish.send_replace(Arc::default());
        assert!(matches!(feed.news(Instant::now()).await, News::Snapshot(_)));
        assert!(is_asked.try_recv().is_ok());
    }

    #[tokio::test]
    async fn a_start_that_fails_is_told_in_its_own_words() {
        let mut feed = feed(Err("no such file".to_owned()));
        feed.start();
        assert!(matches!(feed.news(Instant::now()).await, News::NotStarted(reason) if reason == "no such file"));
    }

    #[tokio::test]
    async fn a_feed_that_is_over_tells_its_last_and_is_silent_then() {
        let (publish, snapshots) = watch::channel(Arc::new(Snapshot::default()));
        let mut feed = feed(Ok(opened(Box::pin(ready(live(snapshots))))));
        feed.start();
        assert!(matches!(feed.news(Instant::now()).await, News::Opened { .. }));
        feed.start();
        publish.send_replace(Arc::default());
        drop(publish);
        assert!(matches!(feed.news(Instant::now()).await, News::Snapshot(_)));
        assert!(is_silent(&mut feed).await);
    }

    async fn is_silent(feed: &mut Feed) -> bool {
        let silent = futures_util::future::select(Box::pin(feed.news(Instant::now())), Box::pin(ready(()))).await;
        matches!(silent, futures_util::future::Either::Right(_))
    }
}
