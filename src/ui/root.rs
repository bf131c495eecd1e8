//! The frame around every view: header, body, message, footer, overlays.

use jiff::Timestamp;
use ratatui::{buffer::Buffer, layout::Rect};

use super::{Hits, Look};
use crate::app::State;
use crate::store::Snapshot;

/// Draws one frame into `buf` and says what the mouse can hit in it.
pub fn render(state: &State, snapshot: &Snapshot, look: &Look, now: Timestamp, area: Rect, buf: &mut Buffer) -> Hits {
    let _ = (state, snapshot, look, now, area, buf);
    Hits::default()
}
