//! All that the application remembers. Each view owns its part.

use std::sync::Arc;

use jiff::Timestamp;

use super::ahead::Ahead;
use super::columns::ListColumns;
use super::effect::Generation;
use super::keymap::Keymap;
use super::line::Line;
use super::message::Message;
use super::navigation::Place;
use super::notice::Watches;
use super::overlay::Overlay;
use super::{Context, View, compare, controls, detail, findings, kin, overview, raw, saved, since, sources, versions};
use crate::model::JournalStatus;
use crate::store::Snapshot;

/// The state of the dashboard.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub view: View,
    /// The places before this one, outermost first.
    pub back: Vec<Place>,
    pub overlays: Vec<Overlay>,
    pub overview: overview::Overview,
    pub findings: findings::Findings,
    pub detail: detail::Detail,
    pub raw: raw::Raw,
    pub versions: versions::Versions,
    /// How the journal of versions is doing.
    pub journal: JournalStatus,
    pub controls: controls::Controls,
    pub compare: compare::Compare,
    pub sources: sources::Sources,
    pub since: since::Since,
    pub saved: saved::Saved,
    /// What shares something with the finding that is shown, or asked about.
    pub kin: kin::Kin,
    /// The columns of the plain list; [`State::columns`] are those of the list on the screen.
    pub list_columns: ListColumns,
    pub message: Option<Message>,
    /// The views that call the user.
    pub watches: Watches,
    /// An export is being written.
    pub exporting: bool,
    pub keymap: Keymap,
    /// Keys that wait for a list.
    pub ahead: Ahead,
    /// The screen in cells: width, height.
    pub size: (u16, u16),
    /// The newest question of all lists: a number is never used twice.
    pub latest: Generation,
    /// Said on every screen, where the data is not real: `demo: emulated data`.
    pub banner: Option<&'static str>,
    /// The query that the whole session is kept to, said on every screen: what is seen is never everything.
    pub scope: Option<Arc<str>>,
}

/// What an update may look at: the snapshot that is on the screen, and the time.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    pub snapshot: &'a Snapshot,
    pub now: Timestamp,
}

/// Rows at the top of every view: its header line and the rule under it. The view draws them.
pub const HEADER_ROWS: u16 = 2;
/// Rows at the bottom of the screen: a rule, and the hints with the message or the state of the sync. Root draws them,
/// and gives the view all that is above.
pub const FOOTER_ROWS: u16 = 2;

impl State {
    /// Width and height of what lies between a view's header and the footer: what scrolls by pages.
    #[must_use]
    pub fn body(&self) -> (usize, usize) {
        let (width, height) = self.size;
        (usize::from(width), usize::from(height.saturating_sub(HEADER_ROWS + FOOTER_ROWS)))
    }

    /// The contexts that are open, innermost first: what keys mean, and what help and hints show.
    #[must_use]
    pub fn contexts(&self) -> &'static [Context] {
        match (self.overlays.last(), self.line()) {
            (Some(Overlay::Copy(_)), _) => &[Context::Copy, Context::Global],
            (Some(Overlay::Help(_)), _) => &[Context::Help, Context::Global],
            (Some(Overlay::Link(_) | Overlay::Groups(_) | Overlay::Kin(_) | Overlay::Views(_)), _) => {
                &[Context::Global]
            }
            (Some(Overlay::Columns(_)), _) => &[Context::Columns, Context::Global],
            (_, Some(Line::Palette)) => &[Context::Palette, Context::Input],
            (_, Some(Line::Filter | Line::RawSearch | Line::ExportName)) => &[Context::Input],
            (_, None) => self.view.contexts(),
        }
    }

    /// The next generation of questions.
    pub(super) fn next_generation(&mut self) -> Generation {
        self.latest = Generation(self.latest.0 + 1);
        self.latest
    }
}
