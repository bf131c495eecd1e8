//! How text is folded before it is compared: what a reader takes for the same letter is the same letter.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfkc_quick};

/// Case does not matter, nor does width or form: full-width `Ａ` is `a`, half-width `ｶﾞ` is `ガ`, `ﬁ` is `fi` (NFKC),
/// and `ß` is `ss` (case folding: up, then down).
pub(super) fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Cow::Owned(text.to_ascii_lowercase())
        } else {
            Cow::Borrowed(text)
        };
    }
    let mut folded = String::with_capacity(text.len());
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        text.chars().for_each(|letter| push(letter, &mut folded));
    } else {
        text.nfkc().for_each(|letter| push(letter, &mut folded));
    }
    Cow::Owned(folded)
}

fn push(letter: char, folded: &mut String) {
    if letter.is_ascii() {
        folded.push(letter.to_ascii_lowercase());
    } else {
        folded.extend(letter.to_uppercase().flat_map(char::to_lowercase));
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
        assert_eq!(fold("E\u{301}te\u{301}"), "été", "composed or not");
        assert_eq!(fold("ﾊﾞｹｯﾄ"), fold("バケット"));
        assert_eq!(fold("Straße ΣΑΣ ﬁle"), "strasse σασ file");
        assert_eq!(fold("ς"), fold("Σ"));
        assert_eq!(fold("東京リージョン"), "東京リージョン");
        assert!(matches!(fold("already-low"), Cow::Borrowed(_)));
    }
}
