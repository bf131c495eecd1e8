//! What a pointer finds on the screen: clicks and the wheel, and the hyperlinks that a terminal opens by itself.
//!
//! In: what the last frame drew where. Out: messages, and links for the frame.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use crate::app::Msg;
use crate::term::{Address, Link};
use crate::ui::Hits;

/// Lines that one step of the wheel moves.
const LINES: i16 = 3;

/// What a mouse event means.
pub(super) fn meant(mouse: MouseEvent, hits: &Hits) -> Option<Msg> {
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => hits.at(mouse.column, mouse.row).copied().map(Msg::Click),
        MouseEventKind::ScrollDown => Some(Msg::Wheel(LINES)),
        MouseEventKind::ScrollUp => Some(Msg::Wheel(-LINES)),
        _ => None,
    }
}

/// The hyperlinks of a frame that a terminal may be given.
pub(super) fn links(hits: &Hits) -> Vec<Link> {
    let link = |(rect, address): (Rect, &str)| {
        Some(Link { row: rect.y, from: rect.x, to: rect.right(), address: Address::new(address)? })
    };
    hits.links().filter_map(link).collect()
}
