//! Chords to actions, from the action table and the configuration.

use super::{Action, Context};

/// Every binding, looked up by context and key.
#[derive(Debug, Clone, Default)]
pub struct Keymap {
    bindings: Vec<(Context, String, Action)>,
}

impl Keymap {
    /// The chords bound to an action, for help and hints.
    pub fn chords(&self, action: Action) -> impl Iterator<Item = &str> {
        self.bindings.iter().filter(move |(_, _, bound)| *bound == action).map(|(_, chord, _)| chord.as_str())
    }
}
