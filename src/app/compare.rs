//! The compare view's own state and keys.

use super::msg::Target;
use super::{Action, Effect, Moment, State};

/// What the compare view remembers.
#[derive(Debug, Clone, Default)]
pub struct Compare {
    /// The line under the cursor.
    pub selected: usize,
    /// The first line shown.
    pub top: usize,
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let _ = (state, action, moment);
    None
}

/// A click on something this view drew.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let _ = (state, target, moment);
    None
}

/// The view came up, or a newer snapshot is there.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let _ = (state, moment);
    Vec::new()
}
