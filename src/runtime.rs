//! The only select! loop: keys, frames and snapshots meet here. In: a [`Session`]. Out: how it [`Ended`], with the
//! terminal as it was.
//!
//! Biased, most urgent first: signals; input, drained; the writer's "frame has left"; answers from [`work`]; snapshots,
//! at most ten a second; the earliest deadline. The loop awaits nothing else: it draws when something changed and the
//! last frame has left, so a stalled link costs frames, never keys; when nothing happens it sleeps.
//!
//! The first frame leaves before anything slow, and what an earlier session left is drawn before any source is asked.
//! Threads: this one keeps the loop; the
//! runtime's workers, the sources and the ingest yield to it (they run at a lower priority), because a key must not
//! wait for a hundred thousand findings on two cores.

mod export;
mod feed;
mod marks;
mod pace;
mod part;
mod past;
mod pointer;
mod session;
mod signals;
mod slot;
mod work;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub use marks::Marks;
pub use session::{Ended, Historian, Live, Opened, Past, RuntimeError, Session, Start, Starting};

use crate::app::notice::How;
use crate::app::{self, Effect, Msg, State};
use crate::config;
use crate::model::Columns;
use crate::store::Snapshot;
use crate::term::notice::{self, Notice};
use crate::term::{Guard, Hyperlinks, Input, Inputs, Left, Screen, Writer, clipboard, guard};
use crate::ui::{self, Hits, Look};
use export::Files;
use feed::{Feed, News};
use pace::Pace;
use signals::{Signal, Signals};
use work::{Answer, Work};

/// Shows the dashboard until the user quits or the process is told to end. Builds the async runtime that everything of
/// the session runs on; must not be called from within one.
///
/// # Errors
/// When the terminal cannot be taken, is lost on the way, or the session cannot start.
pub fn run(session: Session) -> Result<Ended, RuntimeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .on_thread_start(crate::store::yield_to_the_screen)
        .build()
        .map_err(RuntimeError::System)?;
    let ended = runtime.block_on(async { Loop::open(session)?.run().await });
    // What still runs off the loop has nobody to answer to.
    runtime.shutdown_background();
    ended
}

/// Everything the loop holds. Dropping it gives the terminal back.
struct Loop {
    guard: Guard,
    screen: Screen,
    writer: Writer,
    left: mpsc::UnboundedReceiver<Left>,
    inputs: Inputs,
    signals: Signals,
    work: Work,
    answers: mpsc::UnboundedReceiver<Answer>,
    feed: Feed,
    marks: Marks,
    snapshot: Arc<Snapshot>,
    state: State,
    look: Look,
    hits: Hits,
    hyperlinks: Hyperlinks,
    columns: Option<PathBuf>,
    /// The choice of columns on its way to its file.
    remembering: Option<JoinHandle<()>>,
    /// Writes on their way to the terminal.
    in_flight: usize,
    dirty: bool,
    pace: Pace,
}

/// Whether the loop goes on.
enum Next {
    Go,
    End(Ended),
}

impl Loop {
    fn open(session: Session) -> Result<Self, RuntimeError> {
        // Signals first: from here on none of them leaves the terminal in pieces, and no resize goes unheard.
        let signals = Signals::listen().map_err(RuntimeError::System)?;
        let guard = Guard::take(session.mouse)?;
        let (writer, left) = Writer::start().map_err(RuntimeError::System)?;
        let inputs = Inputs::start().map_err(RuntimeError::System)?;
        let (width, height) = guard::size();
        let (work, answers) = Work::new(Files::in_folder(session.exports));
        let mut open = Self {
            guard,
            screen: Screen::new(width, height, session.colours),
            writer,
            left,
            inputs,
            signals,
            work,
            answers,
            feed: Feed::new(session.start),
            marks: session.marks,
            snapshot: Arc::default(),
            state: session.state,
            look: session.look,
            hits: Hits::default(),
            hyperlinks: session.hyperlinks,
            columns: session.columns,
            remembering: None,
            in_flight: 0,
            dirty: true,
            pace: Pace::default(),
        };
        open.update(Msg::Resize { width, height });
        Ok(open)
    }

    async fn run(mut self) -> Result<Ended, RuntimeError> {
        loop {
            self.draw();
            // Behind what is drawn.
            self.feed.start();
            let next = self.event().await?;
            if let Next::End(ended) = next {
                self.feed.settle();
                self.settle().await;
                return Ok(self.end(ended));
            }
        }
    }

    /// Gives the terminal back, then keeps the moment.
    fn end(self, ended: Ended) -> Ended {
        let Self { guard, snapshot, marks, .. } = self;
        drop(guard);
        marks.ended(&snapshot);
        ended
    }

    /// Waits for the most urgent thing and takes it.
    async fn event(&mut self) -> Result<Next, RuntimeError> {
        let deadline =
            self.pace.deadline(&[self.state.message.as_ref().map(|message| message.until), self.state.next_call()]);
        // The first findings of all do not wait for the pace.
        let data_from = if self.snapshot.is_empty() { Instant::now() } else { self.pace.data_from() };
        tokio::select! {
            biased;
            signal = self.signals.next() => return self.signal(signal),
            inputs = self.inputs.next() => {
                for input in inputs.map_err(RuntimeError::Terminal)? {
                    if let Next::End(ended) = self.input(input) {
                        return Ok(Next::End(ended));
                    }
                }
            }
            Some(left) = self.left.recv() => match left {
                Left::Sent(_) => self.in_flight = self.in_flight.saturating_sub(1),
                Left::Failed(error) => return Err(RuntimeError::Terminal(error)),
            },
            Some(answer) = self.answers.recv() => {
                if let Some(message) = self.work.answered(answer, &self.snapshot) {
                    if let Next::End(ended) = self.look_at_the_journal() {
                        return Ok(Next::End(ended));
                    }
                    return Ok(self.update(message));
                }
            }
            news = self.feed.news(data_from) => return self.news(news),
            () = tokio::time::sleep_until(deadline) => {
                self.pace.ticked();
                if let Next::End(ended) = self.look_at_the_journal() {
                    return Ok(Next::End(ended));
                }
                return Ok(self.update(Msg::Tick));
            }
        }
        Ok(Next::Go)
    }

    fn signal(&mut self, signal: Signal) -> Result<Next, RuntimeError> {
        match signal {
            Signal::End(number) => return Ok(Next::End(Ended::Signal(number))),
            Signal::Resized => {
                let (width, height) = guard::size();
                self.screen.resize(width, height);
                return Ok(self.update(Msg::Resize { width, height }));
            }
            Signal::Stop => self.suspend(),
            Signal::Continued => {
                self.guard.reclaim()?;
                self.screen.forget();
                return self.signal(Signal::Resized);
            }
        }
        Ok(Next::Go)
    }

    fn input(&mut self, input: Input) -> Next {
        match input {
            Input::Key(key) => self.update(Msg::Key(key)),
            Input::Paste(text) => self.update(Msg::Paste(text)),
            Input::Mouse(mouse) => pointer::meant(mouse, &self.hits).map_or(Next::Go, |message| self.update(message)),
        }
    }

    fn update(&mut self, message: Msg) -> Next {
        self.dirty = true;
        let effects = app::update(&mut self.state, message, &self.snapshot, Timestamp::now());
        for effect in effects {
            if let Next::End(ended) = self.effect(effect) {
                return Next::End(ended);
            }
        }
        Next::Go
    }

    fn effect(&mut self, effect: Effect) -> Next {
        match effect {
            Effect::Query { generation, query, sort } => self.work.query(generation, query, sort, &self.snapshot),
            Effect::Group { generation, query, sort, grouped } => {
                self.work.group(generation, query, sort, grouped, &self.snapshot);
            }
            Effect::Prepare => self.work.prepare(&self.snapshot),
            Effect::Count { generation, queries } => self.work.count(generation, queries, &self.snapshot),
            Effect::LoadDetail { row } => self.work.detail(row, &self.snapshot),
            Effect::LoadPast { row, record } => self.work.past(row, record, &self.snapshot, self.feed.past()),
            Effect::Compare { row, record, past, older, newer } => {
                self.work.compare(row, record, past, (older, newer));
            }
            Effect::AskHistory { row, record, scope, key } => {
                self.work.history(row, record, scope, key, self.feed.past());
            }
            Effect::Copy { text, what, dropped } => return self.copy(&text, what, dropped),
            Effect::Mark => self.work.mark(&self.marks, &self.snapshot),
            Effect::OtherMark => return self.update(Msg::Marked(self.marks.other())),
            Effect::Export(export) => self.work.export(*export, &self.snapshot),
            Effect::Match { queries } => self.work.matching(queries, &self.snapshot),
            Effect::Notify { how, text } => self.notify(how, &text),
            Effect::RememberColumns { view, columns } => self.remember(view, columns),
            Effect::Refresh => self.feed.refresh(),
            Effect::Redraw => self.screen.forget(),
            Effect::Suspend => self.suspend(),
            Effect::Quit => return Next::End(Ended::Quit),
        }
        Next::Go
    }

    fn copy(&mut self, text: &str, what: &'static str, dropped: usize) -> Next {
        let message = match clipboard::copy(text, inside_tmux()) {
            Ok(sequence) => {
                self.send(sequence);
                Msg::Copied { what, bytes: text.len(), dropped }
            }
            Err(clipboard::TooLarge { bytes }) => Msg::CopyTooLarge { what, bytes, most: clipboard::LONGEST },
        };
        self.update(message)
    }

    fn notify(&mut self, how: How, text: &str) {
        let safe = ui::Safe::of(format_args!("yagura: {text}"));
        let notice = match how {
            How::Bell => Notice::Bell,
            How::Desktop => Notice::Desktop(safe.as_str()),
        };
        self.send(notice::sequence(notice, inside_tmux()));
    }

    /// Off the loop, for a home may be far away; one after the other.
    fn remember(&mut self, view: Option<String>, columns: Option<Columns>) {
        let Some(file) = self.columns.clone() else { return };
        let before = self.remembering.take();
        self.remembering = Some(tokio::spawn(async move {
            if let Some(before) = before {
                // How it went is in the log.
                let _ = before.await;
            }
            let kept = tokio::task::spawn_blocking(move || {
                config::remembered::remember_columns(&file, view.as_deref(), columns).map_err(|error| (file, error))
            });
            if let Ok(Err((file, error))) = kept.await {
                tracing::warn!("the columns are not remembered: {}: {error}", file.display());
            }
        }));
    }

    /// What is being written is given a moment to be whole.
    async fn settle(&mut self) {
        const MOMENT: Duration = Duration::from_secs(1);
        if let Some(writing) = self.remembering.take() {
            let _ = tokio::time::timeout(MOMENT, writing).await;
        }
    }

    /// The whole process group stops; SIGCONT brings the terminal back.
    fn suspend(&mut self) {
        if let Err(error) = self.guard.suspend() {
            tracing::error!("cannot stop the process group: {error}");
            if let Err(error) = self.guard.reclaim() {
                tracing::error!("cannot take the terminal again: {error}");
            }
            self.screen.forget();
            self.dirty = true;
        }
    }

    fn news(&mut self, news: News) -> Result<Next, RuntimeError> {
        match news {
            News::Opened { first, refused } => {
                if let Some(reason) = refused
                    && let Next::End(ended) = self.update(Msg::CacheRefused { reason })
                {
                    return Ok(Next::End(ended));
                }
                Ok(if first.is_empty() { Next::Go } else { self.snapshot(first) })
            }
            News::Snapshot(snapshot) => {
                if let Next::End(ended) = self.look_at_the_journal() {
                    return Ok(Next::End(ended));
                }
                Ok(self.snapshot(snapshot))
            }
            News::NotStarted(reason) => Err(RuntimeError::Start(reason)),
        }
    }

    fn snapshot(&mut self, snapshot: Arc<Snapshot>) -> Next {
        self.snapshot = snapshot;
        self.pace.data_came();
        self.update(Msg::Snapshot)
    }

    /// How the journal is doing is told with what is drawn anyway: it has no clock of its own.
    fn look_at_the_journal(&mut self) -> Next {
        match self.feed.journal() {
            Some(status) if status != self.state.journal => self.update(Msg::Journal(status)),
            _ => Next::Go,
        }
    }

    /// Draws if something changed and the last frame has left.
    fn draw(&mut self) {
        if !self.dirty || self.in_flight > 0 {
            return;
        }
        let (state, snapshot, look, now) = (&self.state, &self.snapshot, &self.look, Timestamp::now());
        self.hits = self.screen.draw(|area, buf| ui::render(state, snapshot, look, now, area, buf));
        if self.hyperlinks == Hyperlinks::On {
            self.screen.link(pointer::links(&self.hits));
        }
        if let Some(frame) = self.screen.frame(None) {
            self.send(frame);
        }
        self.dirty = false;
    }

    fn send(&mut self, bytes: Vec<u8>) {
        self.in_flight += 1;
        self.writer.send(bytes);
    }
}

fn inside_tmux() -> bool {
    std::env::var_os("TMUX").is_some()
}
