//! Text from a finding, made to do nothing but be read: no control character, nothing that turns the direction of the
//! text or cannot be seen. Each format escapes for itself besides.
//!
//! The screen has a stricter gate of its own (`ui::safe`), which knows how wide things are.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character does something other than be read: controls, line and paragraph separators, what cannot be seen,
/// what turns the direction of text, tags.
#[must_use]
pub fn acts(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fffe}'..='\u{ffff}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        _ => c.is_control(),
    }
}

/// The text on one line, with a mark for each character that would act: `␊` for a line break, `‹202E›` for others.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\0'..='\u{1f}' => line.push(char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => line.push('\u{2421}'),
            _ if acts(c) => {
                let _ = write!(line, "‹{:04X}›", c as u32); // a String takes every write
            }
            _ => line.push(c),
        }
    }
    Cow::Owned(line)
}

/// The text without the characters that would act, and how many those were: for the clipboard, where a mark would be
/// taken for part of the value.
#[must_use]
pub fn without(text: &str) -> (String, usize) {
    let kept: String = text.chars().filter(|c| !acts(*c)).collect();
    let dropped = text.chars().filter(|c| acts(*c)).count();
    (kept, dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_marked_or_left_out_and_the_rest_stays() {
        assert_eq!(line("a\nb\u{1b}[2J\u{7f}\u{9b}\u{202e}é東"), "a␊b␛[2J␡‹009B›‹202E›é東");
        assert!(matches!(line("plain é"), Cow::Borrowed(_)));
        assert_eq!(without("arn:aws\r\n:x\u{200b}"), ("arn:aws:x".to_owned(), 3));
    }
}
