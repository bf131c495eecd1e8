//! How text is folded before it is compared: what a reader takes for the same letter is the same letter.

use std::borrow::Cow;

/// Case does not matter, and full-width ASCII (as typed with a Japanese keyboard) is plain ASCII.
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        folded.extend(half_width(c).to_lowercase());
    }
    Cow::Owned(folded)
}

/// The ASCII character that a full-width one stands for; any other character as it is.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_width_do_not_matter() {
        assert_eq!(fold("Root"), "root");
        assert_eq!(fold("ＲＯＯＴ　１２"), "root 12");
        assert_eq!(fold("ÉTÉ"), "été");
        assert!(matches!(fold("already-low"), Cow::Borrowed(_)));
    }
}
