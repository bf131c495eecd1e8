//! The only way to stderr: complaints and notes in plain words, with nothing in them that a terminal would obey.

use std::io::{self, IsTerminal, Write};

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

/// Digits in groups of three: `12,300`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Columns of the terminal that stdout is; `None` when it is none.
pub(super) fn terminal_width() -> Option<usize> {
    io::stdout().is_terminal().then(|| crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), text);
        }
    }
}
