//! The application on a stage: messages go in, and its effects are carried out at once, as the runtime would do later.

use std::sync::Arc;

use crossterm::event::{KeyEvent, KeyModifiers};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use yagura::app::effect::Generation;
use yagura::app::keymap::Chord;
use yagura::app::msg::Loaded;
use yagura::app::{Effect, Msg, State, View, update};
use yagura::decode;
use yagura::query::{self, Ordered, Outline};
use yagura::store::{RowId, Snapshot, Store};
use yagura::ui::Look;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use yagura::app::versions::{Current, Past};
use yagura::journal::{Bounds, Clock, Journal, Settings};
use yagura::model::{Batch, Format, JournalStatus, Keeping, Provenance, RawRecord, Service, Update};

use super::data;
use super::picture::Frame;

pub(crate) struct Stage {
    pub(crate) state: State,
    pub(crate) store: Store,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) now: Timestamp,
    /// What the runtime was told to do, but for queries and details: those are done at once.
    pub(crate) effects: Vec<Effect>,
    /// Queries asked so far.
    pub(crate) asked: usize,
    /// Queries are held back, to answer them late or never.
    pub(crate) held: Option<Vec<Effect>>,
    /// What the records were, as the program keeps it.
    pub(crate) journal: Option<Kept>,
}

/// A journal in a folder of its own, on the stage's clock.
pub(crate) struct Kept {
    journal: Journal,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// An application over these records, on a screen of 120x40, on its first view.
    pub(crate) fn with(records: &[Value]) -> Self {
        let mut store = Store::new();
        store.apply(data::accounts());
        store.apply(data::batch(records));
        let mut stage = Self::over(store.publish());
        stage.store = store;
        stage
    }

    /// An application over what a store has published.
    pub(crate) fn over(snapshot: Arc<Snapshot>) -> Self {
        let mut stage = Self {
            state: State::default(),
            store: Store::new(),
            snapshot,
            now: data::now(),
            effects: Vec::new(),
            asked: 0,
            held: None,
            journal: None,
        };
        stage.send(Msg::Resize { width: 120, height: 40 });
        stage.send(Msg::Snapshot);
        stage
    }

    /// An application over these records whose versions are kept.
    pub(crate) fn that_keeps_versions(records: &[Value]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(data::now().as_millisecond()));
        let tells = Arc::clone(&clock);
        let journal = Journal::open(Settings {
            folder: folder.path().join("journal"),
            bounds: Bounds::default(),
            clock: Clock::of(move || Timestamp::from_millisecond(tells.load(Ordering::Relaxed)).unwrap()),
        });
        let mut store = Store::new().watched(journal.recorder());
        store.apply(data::batch(records));
        let mut stage = Self::over(store.publish());
        stage.store = store;
        let since = Some(data::now());
        stage.send(Msg::Journal(JournalStatus { keeping: Keeping::On, since, ..JournalStatus::default() }));
        stage.journal = Some(Kept { journal, clock, _folder: folder });
        stage
    }

    /// The same, on the list of findings.
    pub(crate) fn on_the_list(records: &[Value]) -> Self {
        let mut stage = Self::with(records);
        stage.keys("2");
        stage
    }

    pub(crate) fn send(&mut self, msg: Msg) {
        let mut waiting = update(&mut self.state, msg, &self.snapshot, self.now);
        waiting.reverse();
        while let Some(effect) = waiting.pop() {
            if let Some(held) = &mut self.held
                && matches!(effect, Effect::Query { .. } | Effect::Group { .. } | Effect::Count { .. })
            {
                held.push(effect);
                continue;
            }
            if let Some(answer) = self.carry_out(effect) {
                waiting.extend(update(&mut self.state, answer, &self.snapshot, self.now).into_iter().rev());
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Query { generation, query, sort } => {
                self.asked += 1;
                let rows = query::evaluate(&query, &self.snapshot, &query::Context::at(self.now));
                let rows: Ordered = query::sort(&rows, &self.snapshot, sort, None).into();
                Some(Msg::Rows { generation, rows })
            }
            Effect::Group { generation, query, sort, grouped } => {
                self.asked += 1;
                let rows = query::evaluate(&query, &self.snapshot, &query::Context::at(self.now));
                let outline = Arc::new(Outline::of(&self.snapshot, &rows, &grouped, sort));
                Some(Msg::Outline { generation, outline })
            }
            // It changes nothing but how long the next answer takes.
            Effect::Prepare => None,
            Effect::Count { generation, queries } => {
                let count = |query: &Arc<query::Query>| {
                    query::evaluate(query, &self.snapshot, &query::Context::at(self.now)).len()
                };
                Some(Msg::Counted { generation, counts: queries.iter().map(count).collect() })
            }
            Effect::LoadDetail { row } => {
                let found = self.snapshot.row(row)?;
                let records: Vec<_> = found
                    .records()
                    .map(|record| (record.id().into_owned(), self.snapshot.raw(&record).unwrap()))
                    .collect();
                let format = found.records().next().unwrap().format();
                let detail = decode::detail(format, &records[0].1).unwrap();
                Some(Msg::Detail { row, result: Ok(Box::new(Loaded { detail, records })) })
            }
            Effect::Match { queries } => {
                let context = query::Context::at(self.now);
                let matching = |query: &Arc<query::Query>| query::evaluate(query, &self.snapshot, &context);
                Some(Msg::Matching { rows: queries.iter().map(matching).collect(), loading: false })
            }
            Effect::LoadPast { row, record } => {
                let found = self.snapshot.row(row)?;
                let record_of = found.records().nth(record)?;
                let kept = self.journal.as_ref().map_or_else(Vec::new, |kept| {
                    assert!(kept.journal.settle(Duration::from_mins(1)));
                    kept.journal.versions(&record_of.key()).unwrap()
                });
                let current = Current {
                    key: record_of.key(),
                    scope: record_of.scope().clone(),
                    updated_at: record_of.updated_at(),
                    json: self.snapshot.raw(&record_of).unwrap(),
                    records: found.records().count(),
                };
                let past = Arc::new(Past::of(current, Ok(kept), self.now));
                Some(Msg::Past { row, record, past })
            }
            Effect::Compare { row, record, past, older, newer } => {
                Some(Msg::Compared { row, record, pair: (older, newer), changes: past.compare(older, newer) })
            }
            other => {
                self.effects.push(other);
                None
            }
        }
    }

    /// Lets the queries that were held back run, in their order.
    pub(crate) fn release(&mut self) {
        for effect in self.held.take().unwrap_or_default() {
            if let Some(answer) = self.carry_out(effect) {
                self.send(answer);
            }
        }
    }

    /// An answer of the runtime's that nobody here asked for.
    pub(crate) fn answer(&mut self, generation: Generation, rows: &[RowId]) {
        self.send(Msg::Rows { generation, rows: rows.to_vec().into() });
    }

    /// Presses keys: chords with blanks between them.
    pub(crate) fn keys(&mut self, chords: &str) {
        for chord in chords.split_whitespace() {
            let chord: Chord = chord.parse().unwrap();
            self.send(Msg::Key(KeyEvent::new(chord.code, chord.modifiers)));
        }
    }

    /// Types text, letter by letter.
    pub(crate) fn types(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Msg::Key(KeyEvent::new(crossterm::event::KeyCode::Char(c), KeyModifiers::NONE)));
        }
    }

    /// Clicks on the first place of the screen that shows this text.
    pub(crate) fn click(&mut self, text: &str) {
        let screen = self.screen();
        let place = screen.lines().zip(0..).find_map(|(line, y)| Some((line.split_once(text)?.0.chars().count(), y)));
        let (x, y) = place.unwrap_or_else(|| panic!("no {text} on\n{screen}"));
        self.click_at(x.try_into().unwrap(), y);
    }

    pub(crate) fn click_at(&mut self, x: u16, y: u16) {
        let frame = Frame::drawn(&self.state, &self.snapshot, &Look::default());
        if let Some(target) = frame.hits.at(x, y) {
            self.send(Msg::Click(*target));
        }
    }

    /// More records arrive.
    pub(crate) fn arrive(&mut self, records: &[Value]) {
        self.store.apply(data::batch(records));
        self.snapshot = self.store.publish();
        self.send(Msg::Snapshot);
    }

    /// A poll brings records as they are now: outside of any sweep, whatever comes last is true.
    pub(crate) fn polled(&mut self, records: &[Value]) {
        let Update::Records(mut batch) = data::batch(records) else { panic!("no records") };
        batch.provenance.sweep = None;
        self.store.apply(Update::Records(batch));
        self.snapshot = self.store.publish();
        self.send(Msg::Snapshot);
    }

    /// Records of GuardDuty's own arrive.
    pub(crate) fn arrive_from_guardduty(&mut self, records: &[Value]) {
        let provenance = Provenance { scope: data::scope(Service::GuardDuty, "us-east-1"), sweep: None };
        let raw = |record: &Value| RawRecord { format: Format::GuardDuty, json: record.to_string().into() };
        self.store.apply(Update::Records(Batch { provenance, records: records.iter().map(raw).collect() }));
        self.snapshot = self.store.publish();
        self.send(Msg::Snapshot);
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
        if let Some(kept) = &self.journal {
            assert!(kept.journal.settle(Duration::from_mins(1)));
            kept.clock.store(self.now.as_millisecond(), Ordering::Relaxed);
        }
        self.send(Msg::Tick);
    }

    pub(crate) fn view(&self) -> View {
        self.state.view
    }

    /// The title under the cursor.
    pub(crate) fn selected(&self) -> String {
        let row = self.state.findings.selected.and_then(|row| self.snapshot.row(row));
        row.map(|row| row.title().to_owned()).unwrap_or_default()
    }

    /// The titles of the list, in its order.
    pub(crate) fn titles(&self) -> Vec<String> {
        self.state.findings.rows.iter().map(|id| self.snapshot.row(id).unwrap().title().to_owned()).collect()
    }

    pub(crate) fn message(&self) -> &str {
        self.state.message.as_ref().map_or("", |message| message.text.as_str())
    }

    pub(crate) fn screen(&self) -> String {
        Frame::drawn(&self.state, &self.snapshot, &Look::default()).text()
    }
}
