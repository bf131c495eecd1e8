//! Which characters do something to a terminal, or to a reader, instead of being read.
//!
//! In: one character. Out: how it must be treated. The ranges are Unicode 16's `Default_Ignorable_Code_Point`, `Cc`,
//! `Cf`, `Zl` and `Zp`, plus private use and the few characters that fonts draw far wider than their cells.

/// How the gate treats one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Passes, as far as its grapheme does.
    Plain,
    /// C0 or DEL: it has a picture of its own (U+2400 and on).
    Control,
    /// Anything else that must be named by its number.
    Hidden,
}

/// Tells what `c` is. ASCII is decided first: it is nearly all there is.
pub(super) fn class(c: char) -> Class {
    match c {
        ' '..='~' => Class::Plain,
        '\0'..='\u{1f}' | '\u{7f}' => Class::Control,
        _ if is_hidden(c) => Class::Hidden,
        _ => Class::Plain,
    }
}

fn is_hidden(c: char) -> bool {
    match c {
        // C1, soft hyphen
        '\u{80}'..='\u{9f}' | '\u{ad}'
        // Joiners and fillers that show nothing
        | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{3164}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}'
        // Zero width, bidirectional marks, line and paragraph separators, embeddings, overrides, isolates
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        // Variation selectors
        | '\u{fe00}'..='\u{fe0f}'
        // Prefixed signs of Arabic and its neighbours: Cf, though visible
        | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}'
        | '\u{110bd}' | '\u{110cd}'
        // Egyptian, shorthand and musical format controls
        | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        // Private use, and what icon fonts put there
        | '\u{e000}'..='\u{f8ff}'
        // Drawn far wider than any terminal's cells for them
        | '\u{2e3a}' | '\u{2e3b}' | '\u{a9c5}' | '\u{fdfa}'..='\u{fdfd}' | '\u{12219}' | '\u{1242b}'
        // Noncharacters
        | '\u{fdd0}'..='\u{fdef}' => true,
        // Unassigned planes, tags, variation selectors supplement, private planes, and the last two of every plane
        _ => c >= '\u{40000}' || (c as u32) & 0xfffe == 0xfffe,
    }
}
