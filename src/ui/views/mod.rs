//! The views: each draws its header, the rule under it, and its body into the area it is given.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Hits, Look};
use crate::app::line::Line;
use crate::app::overlay::Overlay;
use crate::app::{Action, Context, State, View};
use crate::store::Snapshot;

pub mod compare;
pub mod controls;
pub mod detail;
pub mod findings;
pub mod overview;
pub mod raw;
pub mod since;
pub mod sources;
pub mod versions;

/// All that a view may look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub state: &'a State,
    pub snapshot: &'a Snapshot,
    pub look: &'a Look,
    pub now: Timestamp,
}

/// Draws the view on the screen. A new view is one file and one line here.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let draw = match scene.state.view {
        View::Overview => overview::render,
        View::Findings => findings::render,
        View::Detail => detail::render,
        View::Raw => raw::render,
        View::Versions => versions::render,
        View::Controls => controls::render,
        View::Compare => compare::render,
        View::Sources => sources::render,
        View::Since => since::render,
    };
    draw(scene, area, buf, hits);
}

/// The keys that matter here and now, most wanted first, at most five: of the sheet that lies over the view, of the line
/// that is typed, or of the view.
#[must_use]
pub fn hints(state: &State) -> &'static [Action] {
    use Action as A;
    match state.contexts() {
        [Context::Columns, ..] => return &[A::ColumnToggle, A::Back, A::ColumnLeft, A::ColumnRight, A::ColumnsReset],
        [Context::Copy | Context::Help, ..] => return &[A::Back],
        // A sheet without keys of its own. The one that groups says itself what Enter does.
        [Context::Global] => {
            return match state.overlays.last() {
                Some(Overlay::Link(_)) => &[A::Copy, A::Back],
                Some(Overlay::Groups(_)) => &[A::Back],
                _ => &[A::Open, A::Back],
            };
        }
        [Context::Palette, ..] => return &[A::Accept, A::Cancel],
        [Context::Input, ..] if state.line() == Some(Line::RawSearch) => return &[A::Accept, A::Cancel],
        [Context::Input, ..] => return &[A::Accept, A::Cancel, A::Complete],
        _ => {}
    }
    match state.view {
        View::Overview => &[A::Open, A::NextPanel, A::Help, A::ShowFindings, A::ShowControls],
        View::Findings if state.findings.outline.is_some() => &[A::Open, A::OnlyThese, A::Help, A::GroupBy, A::Sort],
        View::Findings => &[A::Open, A::Filter, A::Help, A::GroupBy, A::Sort],
        View::Detail => &[A::NextFinding, A::Versions, A::Help, A::RawJson, A::Back],
        View::Raw => &[A::RawFold, A::RawSearch, A::Help, A::RawCopy, A::Back],
        View::Versions => &[A::CompareFrom, A::AskHistory, A::Help, A::NextRecord, A::Back],
        View::Controls => &[A::Open, A::NextStandard, A::Help, A::CompareStandards, A::Back],
        View::Compare => &[A::Open, A::NextStandard, A::Help, A::Back, A::ShowFindings],
        View::Sources => &[A::Refresh, A::Open, A::Help, A::Copy, A::Back],
        View::Since => &[A::Open, A::MarkLooked, A::Help, A::OtherMark, A::Back],
    }
}
