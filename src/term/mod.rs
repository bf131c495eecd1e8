//! The terminal itself. A leaf: it knows nothing of findings.
//!
//! | file | noun |
//! |---|---|
//! | [`guard`] | the modes we switch on, undone on quit, panic, signal and suspend |
//! | [`screen`] | cells in, the fewest bytes out: two buffers and their difference |
//! | [`encode`], [`pen`], [`scroll`] | how the difference is written: moves, SGR transitions, line shifts |
//! | [`writer`] | a thread that sends one frame as one write and says when it has left |
//! | [`input`] | a thread that reads keys; bursts drained |
//! | [`capability`] | colours and symbols, from the environment alone |
//! | [`clipboard`] | OSC 52 |
//! | [`link`] | hyperlinks as an attribute of cells, OSC 8 |
//! | [`notice`] | the bell and desktop notifications, OSC 9 |
//!
//! Ratatui's own `Terminal` is not used: its backend moves and resets more than it needs, writes on the thread that
//! reads keys, and cannot shift lines. A scroll by one line at 160x45 costs it about 8,000 bytes, here about 600.
//!
//! Nothing is asked of the terminal: an answer that comes late over SSH would end up in the user's shell.

pub mod capability;
pub mod clipboard;
pub mod encode;
pub mod guard;
pub mod input;
pub mod link;
pub mod notice;
pub mod pen;
pub mod screen;
pub mod scroll;
pub mod writer;

pub use capability::{Capability, ColourDepth, Hyperlinks, Symbols};
pub use guard::{Guard, Mouse};
pub use input::{Input, Inputs};
pub use link::{Address, Link};
pub use screen::Screen;
pub use writer::{Left, Writer};
