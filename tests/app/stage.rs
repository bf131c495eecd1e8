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
use yagura::query::{self, Outline};
use yagura::store::{RowId, Snapshot, Store};
use yagura::ui::Look;

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
        };
        stage.send(Msg::Resize { width: 120, height: 40 });
        stage.send(Msg::Snapshot);
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
                && matches!(effect, Effect::Query { .. } | Effect::Group { .. })
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
                let rows: Arc<[RowId]> = query::sort(&rows, &self.snapshot, sort, None).into();
                Some(Msg::Rows { generation, rows })
            }
            Effect::Group { generation, query, sort, grouped } => {
                self.asked += 1;
                let rows = query::evaluate(&query, &self.snapshot, &query::Context::at(self.now));
                let outline = Arc::new(Outline::of(&self.snapshot, &rows, &grouped, sort));
                Some(Msg::Outline { generation, outline })
            }
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
        self.send(Msg::Rows { generation, rows: rows.into() });
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

    /// More records arrive.
    pub(crate) fn arrive(&mut self, records: &[Value]) {
        self.store.apply(data::batch(records));
        self.snapshot = self.store.publish();
        self.send(Msg::Snapshot);
    }

    pub(crate) fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
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
        self.state.findings.rows.iter().map(|id| self.snapshot.row(*id).unwrap().title().to_owned()).collect()
    }

    pub(crate) fn message(&self) -> &str {
        self.state.message.as_ref().map_or("", |message| message.text.as_str())
    }

    pub(crate) fn screen(&self) -> String {
        Frame::drawn(&self.state, &self.snapshot, &Look::default()).text()
    }
}
