//! What lies over a view: a stack, the topmost takes the keys.

use tui_input::Input;

/// One overlay with its own state.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// All keys of this context, from the action table.
    Help(Help),
    Palette(Palette),
}

/// The help: the first line shown.
#[derive(Debug, Clone, Default)]
pub struct Help {
    pub top: usize,
}

/// The palette: an input and the action under the cursor.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    pub input: Input,
    pub selected: usize,
}
