//! The sources view's own state and keys.

/// What the sources view remembers.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The line under the cursor.
    pub selected: usize,
    /// The first line shown.
    pub top: usize,
}
