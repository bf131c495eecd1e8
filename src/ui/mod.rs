//! What is drawn. In: the state and a snapshot. Out: cells in a buffer, and where the mouse can hit.
//!
//! Nothing here keeps state or reads a clock. All text that came from outside passes [`safe`]: [`Safe`] is the only
//! thing widgets take from findings, logs and messages.

pub mod footer;
pub mod header;
pub mod hits;
pub mod overlays;
pub mod root;
pub mod safe;
pub mod sync;
pub mod theme;
pub mod views;
pub mod widgets;

pub use hits::Hits;
pub use root::render;
pub use safe::Safe;
pub use theme::Look;
