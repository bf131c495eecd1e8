//! The only way to stderr: complaints and notes in plain words, with nothing in them that a terminal would obey.

use std::io::{self, Write};

/// Text from outside made harmless for a terminal: every control, bidirectional and zero-width character becomes a
/// visible mark, and line ends stay only where the caller puts them.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(|c| if is_harmful(c) { '\u{FFFD}' } else { c }).collect()
}

/// C0, C1, DEL, bidirectional controls, zero-width characters and line separators.
const fn is_harmful(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A complaint: `yagura: ...`, one line of stderr for each line of the text.
pub(super) fn complain(text: &str) {
    let mut err = io::stderr().lock();
    for (at, line) in text.lines().enumerate() {
        // stderr may be closed; there is no one left to tell.
        let _ = writeln!(err, "{}{}", if at == 0 { "yagura: " } else { "" }, harmless(line));
    }
}

/// A note without the program's name in front: continues a complaint, or tells progress.
pub(super) fn note(text: &str) {
    let mut err = io::stderr().lock();
    for line in text.lines() {
        let _ = writeln!(err, "{}", harmless(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_terminal_would_obey_gets_through() {
        assert_eq!(harmless("a\x1b[31mb\u{9b}c\u{202e}d\u{200b}e\u{7f}\u{feff}\n"), "a�[31mb�c�d�e���");
        assert_eq!(harmless("プレーン text é"), "プレーン text é");
    }
}
