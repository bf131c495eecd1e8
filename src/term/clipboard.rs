//! Copying through the terminal with OSC 52: it works over SSH and needs no display server. In: text. Out: the bytes
//! to send. No terminal says whether it took them, so the caller says "sent", never "copied".

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The longest text sent, in bytes: 100,000 bytes of OSC 52 in all, beyond which common terminals drop the sequence.
pub const LONGEST: usize = 74_994;

/// Too long for the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes are more than terminals take ({LONGEST})")]
pub struct TooLarge {
    pub bytes: usize,
}

/// The sequence that asks the terminal to put `text` on the clipboard. Inside tmux it is sent twice: once for tmux
/// itself (`set-clipboard on`), once wrapped to pass through it (`allow-passthrough on`).
///
/// # Errors
/// [`TooLarge`] when the text is longer than [`LONGEST`].
pub fn copy(text: &str, inside_tmux: bool) -> Result<Vec<u8>, TooLarge> {
    if text.len() > LONGEST {
        return Err(TooLarge { bytes: text.len() });
    }
    let encoded = STANDARD.encode(text);
    let mut sequence = format!("\x1b]52;c;{encoded}\x07");
    if inside_tmux {
        sequence.extend(["\x1bPtmux;\x1b\x1b]52;c;", &encoded, "\x07\x1b\\"]);
    }
    Ok(sequence.into_bytes())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_so_that_no_byte_of_it_is_read_as_a_command() {
        assert_eq!(copy("a\x1b]b", false).unwrap(), b"\x1b]52;c;YRtdYg==\x07");
        assert_eq!(copy("a", true).unwrap(), b"\x1b]52;c;YQ==\x07\x1bPtmux;\x1b\x1b]52;c;YQ==\x07\x1b\\");
    }

    #[test]
    fn too_much_is_refused_with_its_size() {
        assert!(copy(&"x".repeat(LONGEST), false).is_ok());
        assert_eq!(copy(&"x".repeat(LONGEST + 1), false), Err(TooLarge { bytes: LONGEST + 1 }));
    }
}
