//! Which view is shown, and the way back.

/// The views, in the order of their keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum View {
    #[default]
    Overview,
    Findings,
    Detail,
    Raw,
    Controls,
    Compare,
    Sources,
}
