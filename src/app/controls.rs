//! The controls view's own state and keys.

/// What the controls view remembers.
#[derive(Debug, Clone, Default)]
pub struct Controls {
    /// The line under the cursor.
    pub selected: usize,
    /// The first line shown.
    pub top: usize,
}
