//! All that the application remembers. Each view owns its part; nothing here is derived from a snapshot.

use super::keymap::Keymap;
use super::message::Message;
use super::overlay::Overlay;
use super::{View, controls, detail, findings, overview, sources};

/// The state of the dashboard.
#[derive(Debug, Clone, Default)]
pub struct State {
    pub view: View,
    /// The views before this one, oldest first.
    pub back: Vec<View>,
    pub overlays: Vec<Overlay>,
    pub overview: overview::Overview,
    pub findings: findings::Findings,
    pub detail: detail::Detail,
    pub controls: controls::Controls,
    pub sources: sources::Sources,
    pub message: Option<Message>,
    pub keymap: Keymap,
    /// The screen in cells: width, height.
    pub size: (u16, u16),
}
