//! What happened and what to do next: one line above the footer that leaves by itself.

use jiff::{SignedDuration, Timestamp};

use super::State;

/// How loudly it is said, and so how long it stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Done,
    /// Done, with something to read.
    Lasting,
    Notice,
    Problem,
}

impl Tone {
    const fn stays(self) -> SignedDuration {
        match self {
            Self::Done => SignedDuration::from_secs(4),
            Self::Notice => SignedDuration::from_secs(6),
            Self::Lasting | Self::Problem => SignedDuration::from_secs(12),
        }
    }
}

/// One line for the user. The text may quote AWS or a finding: it is drawn through the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub tone: Tone,
    pub text: String,
    pub until: Timestamp,
}

impl State {
    /// Says something; the message before it leaves.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>, now: Timestamp) {
        let until = now.checked_add(tone.stays()).unwrap_or(now);
        self.message = Some(Message { tone, text: text.into(), until });
    }
}
