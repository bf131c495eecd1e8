//! The one place where something that happened changes the state.

use jiff::Timestamp;

use super::{Effect, Msg, State};
use crate::store::Snapshot;

/// Applies `msg`; the effects are the runtime's to carry out, in order.
pub fn update(state: &mut State, msg: Msg, snapshot: &Snapshot, now: Timestamp) -> Vec<Effect> {
    let _ = (snapshot, now);
    if let Msg::Resize { width, height } = msg {
        state.size = (width, height);
    }
    Vec::new()
}
