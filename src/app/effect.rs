//! What the runtime must do after an update: the only way state reaches the world.

use std::sync::Arc;

use super::export::Export;
use super::notice::How;
use super::versions::Past;
use crate::export::inert;
use crate::model::{Columns, RecordKey, Scope};
use crate::query::{Grouped, Query, Sort};
use crate::store::RowId;

/// A number that grows with every question of one kind: an answer to an older question is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Generation(pub u64);

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Filter and sort off the loop; the answer comes back as [`super::Msg::Rows`].
    Query {
        generation: Generation,
        query: Arc<Query>,
        sort: Sort,
    },
    /// Filter and group off the loop; the answer comes back as [`super::Msg::Outline`].
    Group {
        generation: Generation,
        query: Arc<Query>,
        /// Of the findings in an opened group.
        sort: Sort,
        grouped: Arc<Grouped>,
    },
    /// Get ready to look for words, off the loop: the filter line was opened, and the first letter shall not wait.
    Prepare,
    /// How many findings each query finds, counted off the loop; the answer comes back as [`super::Msg::Counted`].
    Count {
        generation: Generation,
        queries: Vec<Arc<Query>>,
    },
    /// Decode one finding in full off the loop; the answer comes back as [`super::Msg::Detail`].
    LoadDetail {
        row: RowId,
    },
    /// Read what a record was before off the loop; the answer comes back as [`super::Msg::Past`].
    LoadPast {
        row: RowId,
        record: usize,
    },
    /// Tell two versions apart off the loop; the answer comes back as [`super::Msg::Compared`].
    Compare {
        row: RowId,
        record: usize,
        past: Arc<Past>,
        older: usize,
        newer: usize,
    },
    /// Ask Security Hub for a finding's history; the answer comes back as [`super::Msg::History`].
    AskHistory {
        row: RowId,
        record: usize,
        scope: Scope,
        key: RecordKey,
    },
    /// To the clipboard, by OSC 52. `what` names it for the message; so many characters that would act where it is
    /// pasted were left out of it. [`Effect::copy`] makes one of a line.
    Copy {
        text: String,
        what: &'static str,
        dropped: usize,
    },
    /// Write findings to a file, off the loop; how it goes comes back as [`super::Msg::Export`].
    Export(Box<Export>),
    /// Which rows match each query, off the loop; the answer comes back as [`super::Msg::Matching`].
    Match {
        queries: Vec<Arc<Query>>,
    },
    /// Call the user. The text is drawn through the gate.
    Notify {
        how: How,
        text: String,
    },
    /// Take a mark of what is on the screen, hold the findings against it, and keep it; the answer comes back as
    /// [`super::Msg::Marked`].
    Mark,
    /// Hold the findings against the other mark: the user's, or that of the last end.
    OtherMark,
    /// Keep a choice of columns for the next session.
    RememberColumns {
        /// The view whose own they are, by name; `None`: of the plain list.
        view: Option<String>,
        /// `None`: as the configuration gives them.
        columns: Option<Columns>,
    },
    /// Ask the sources now.
    Refresh,
    /// Everything is drawn again from nothing.
    Redraw,
    Suspend,
    Quit,
}

impl Effect {
    /// One line for the clipboard, without what would act where it is pasted: no line break runs a command.
    #[must_use]
    pub fn copy(what: &'static str, line: &str) -> Self {
        let (text, dropped) = inert::without(line);
        Self::Copy { text, what, dropped }
    }
}
