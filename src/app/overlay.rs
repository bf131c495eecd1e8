//! What lies over a view: a stack, the topmost takes the keys.

use tui_input::Input;

/// One overlay with its own state.
#[derive(Debug, Clone, Default)]
pub enum Overlay {
    #[default]
    /// All keys of this context, from the action table.
    Help,
    Palette(Palette),
}

/// The palette: an input and the action under the cursor.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    pub input: Input,
    pub selected: usize,
}
