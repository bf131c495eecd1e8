//! What happened and what to do next: one line above the footer that leaves by itself.

use jiff::Timestamp;

/// How loudly it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Done,
    Notice,
    Problem,
}

/// One line for the user. The text may quote AWS or a finding: it is drawn through the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub tone: Tone,
    pub text: String,
    pub until: Timestamp,
}
