//! The overview view's own state and keys.

/// What the overview view remembers.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// The line under the cursor.
    pub selected: usize,
    /// The first line shown.
    pub top: usize,
}
