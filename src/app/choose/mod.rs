//! Small sheets over a view with one thing to choose: what to group by, where a finding's kin are, which saved view.
//!
//! Each has its state, its keys and its clicks here, and its picture in `ui/overlays`.

pub mod columns;
pub mod groups;
pub mod kin;
pub mod views;

pub use groups::{Side, groups};

use super::Action;

/// Moves a cursor over a few lines, all of them on the screen; false when `action` is no movement.
fn step(at: &mut usize, lines: usize, action: Action) -> bool {
    let last = lines.saturating_sub(1);
    *at = match action {
        Action::Down => at.saturating_add(1).min(last),
        Action::Up => at.saturating_sub(1),
        Action::First | Action::HalfPageUp | Action::PageUp => 0,
        Action::Last | Action::HalfPageDown | Action::PageDown => last,
        _ => return false,
    };
    true
}
