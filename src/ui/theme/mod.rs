//! Colours and symbols: what the user chose and what the terminal can show.

/// Everything that decides how a frame looks but not what it says.
#[derive(Debug, Clone, Default)]
pub struct Look {}
