//! The only way to stderr: complaints and notes in plain words, with nothing in them that a terminal would obey.

use std::io::{self, IsTerminal, Write};

pub(super) use crate::model::digits::grouped;
use crate::ui::safe::Safe;

/// A complaint: `yagura: ...`, one line of stderr for each line of the text.
pub(super) fn complain(text: &str) {
    let mut err = io::stderr().lock();
    for (at, line) in text.lines().enumerate() {
        // stderr may be closed; there is no one left to tell.
        let _ = writeln!(err, "{}{}", if at == 0 { "yagura: " } else { "" }, Safe::new(line));
    }
}

/// A note without the program's name in front: continues a complaint, or tells progress.
pub(super) fn note(text: &str) {
    let mut err = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(err, "{}", Safe::new(line));
    }
}

/// Columns of the terminal that stdout is; `None` when it is none.
pub(super) fn terminal_width() -> Option<usize> {
    io::stdout().is_terminal().then(|| crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)))
}
