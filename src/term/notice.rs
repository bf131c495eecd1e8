//! Calling the user who looks elsewhere: the bell, or a desktop notification (OSC 9). In: what to say. Out: the bytes to
//! send. No terminal says whether it did anything.

/// How to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice<'a> {
    Bell,
    /// A line of text, which must have passed the gate.
    Desktop(&'a str),
}

/// More than this no desktop shows.
const LONGEST: usize = 240;

/// The sequence. Inside tmux a desktop notification is wrapped to pass through it (`allow-passthrough on`); a bell tmux
/// passes on itself.
#[must_use]
pub fn sequence(notice: Notice<'_>, inside_tmux: bool) -> Vec<u8> {
    let Notice::Desktop(text) = notice else { return b"\x07".to_vec() };
    // The last net: whoever wrote it, no control character is sent. A leading digit would be ConEmu's commands.
    let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let text = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
    let sequence =
        if inside_tmux { format!("\x1bPtmux;\x1b\x1b]9;{text}\x07\x1b\\") } else { format!("\x1b]9;{text}\x07") };
    sequence.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_end_the_sequence() {
        assert_eq!(sequence(Notice::Bell, true), b"\x07");
        assert_eq!(sequence(Notice::Desktop("a\x07\x1b]0;b\u{9c}c"), false), b"\x1b]9;a]0;bc\x07");
        assert_eq!(sequence(Notice::Desktop("4;1;50"), false), b"\x1b]9;\x07");
        assert_eq!(sequence(Notice::Desktop("a"), true), b"\x1bPtmux;\x1b\x1b]9;a\x07\x1b\\");
    }
}
