//! What can happen to the application.

use std::sync::Arc;

use crossterm::event::KeyEvent;
use roaring::RoaringBitmap;

use super::Action;
use super::choose::Side;
use super::effect::Generation;
use super::export::Exporting;
use super::versions::Past;
use crate::model::{Changes, Column, Detail, GroupOrder, History, HistoryError, JournalStatus};
use crate::query::{Ordered, Outline};
use crate::store::{RowId, StoreError};

/// One thing that happened.
#[derive(Debug)]
pub enum Msg {
    /// A key, not yet looked up.
    Key(KeyEvent),
    /// A button went down on something that the last frame drew (the runtime asks its `ui::Hits` what).
    Click(Target),
    /// The wheel turned: lines down, or up where negative.
    Wheel(i16),
    /// Pasted text, as one.
    Paste(String),
    /// An action from elsewhere than a key: the palette, the mouse.
    Act(Action),
    /// The terminal's size in cells.
    Resize { width: u16, height: u16 },
    /// What an earlier session left is not shown.
    CacheRefused { reason: String },
    /// A newer snapshot is there (the one handed to `update` along with this).
    Snapshot,
    /// The answer to [`super::Effect::Query`].
    Rows { generation: Generation, rows: Ordered },
    /// The answer to [`super::Effect::Group`].
    Outline { generation: Generation, outline: Arc<Outline> },
    /// The answer to [`super::Effect::Count`], in the order of the queries.
    Counted { generation: Generation, counts: Vec<u64> },
    /// The answer to [`super::Effect::LoadDetail`]: the raw JSON of each record and the reading of the lead one.
    Detail { row: RowId, result: Result<Box<Loaded>, StoreError> },
    /// The answer to [`super::Effect::LoadPast`].
    Past { row: RowId, record: usize, past: Arc<Past> },
    /// The answer to [`super::Effect::Compare`].
    Compared {
        row: RowId,
        record: usize,
        /// The older and the newer.
        pair: (usize, usize),
        changes: Result<Changes, String>,
    },
    /// The answer to [`super::Effect::AskHistory`].
    History { row: RowId, record: usize, result: Result<History, HistoryError> },
    /// How the journal is doing has changed.
    Journal(JournalStatus),
    /// A question that was never answered: it panicked off the loop, and is in the log.
    Lost(Lost),
    /// The copied text has left for the terminal; whether it took it, nobody says.
    Copied { what: &'static str, bytes: usize, dropped: usize },
    /// Of `most` bytes that can be sent.
    CopyTooLarge { what: &'static str, bytes: usize, most: usize },
    /// How an [`super::Effect::Export`] goes.
    Export(Exporting),
    /// The answer to [`super::Effect::Match`], query by query; whether the sources were still loading.
    Matching { rows: Vec<RoaringBitmap>, loading: bool },
    /// The answer to [`super::Effect::Mark`] and [`super::Effect::OtherMark`].
    Marked(Marked),
    /// Time passed: messages may leave, ages may change.
    Tick,
}

/// What became of a wish for another mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    /// Set, and kept for the next start.
    Kept { findings: usize },
    /// Set for this session; why it is not kept, where that is a failure.
    Unkept { findings: usize, reason: Option<String> },
    /// The other mark holds now.
    Changed,
    /// There is no other mark.
    NoOther,
}

/// Which question was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// An [`super::Effect::Query`] or [`super::Effect::Group`].
    Query(Generation),
    /// An [`super::Effect::Count`].
    Count(Generation),
    /// An [`super::Effect::LoadDetail`].
    Detail(RowId),
    /// An [`super::Effect::Mark`].
    Mark,
    /// An [`super::Effect::Export`].
    Export,
    /// An [`super::Effect::Match`].
    Match,
    /// An [`super::Effect::LoadPast`].
    Past(RowId),
    /// An [`super::Effect::Compare`].
    Compared(RowId),
}

/// What a click on a rectangle of the screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Line `0` is the first line of the list's data, not of the screen.
    Line(usize),
    Panel(usize),
    /// A line in a panel.
    Item {
        panel: usize,
        line: usize,
    },
    Action(Action),
    /// The head of a column of the findings.
    Column(Column),
    /// The head of a column of the groups, and what it orders them by.
    Groups(GroupOrder),
    /// A line of one of the two lists of the sheet that groups.
    Choice(Side, usize),
}

/// A finding in full.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub detail: Detail,
    /// `(record id, raw JSON)` of every record the row folds, lead first.
    pub records: Vec<(String, bytes::Bytes)>,
}
