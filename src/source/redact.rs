//! Words from AWS and the SDK, made fit for a log and a screen line: bounded, one line, no keys or tokens.
//!
//! In: an error's text. Out: the same, with whatever looks like a credential replaced. A signature error echoes the
//! canonical request, session token included, which is why nothing is passed on unread.

use std::error::Error;

const LONGEST: usize = 400;

/// The text in one bounded line, without credentials.
#[must_use]
pub(crate) fn redact(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(LONGEST));
    for word in text.split_whitespace() {
        if out.len() + word.len() > LONGEST {
            out.push('…');
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&mask(word));
    }
    out
}

/// The error and what caused it, outermost first, each said once.
#[must_use]
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    redact(&parts.join(": "))
}

/// A run of letters, digits and base64 marks that is too long for a word, or an access key id, is a secret.
fn mask(word: &str) -> String {
    let is_token = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | '%');
    let mut out = String::with_capacity(word.len());
    let mut run = String::new();
    let close = |run: &mut String, out: &mut String| {
        let key_id = run.len() >= 16 && (run.starts_with("AKIA") || run.starts_with("ASIA"));
        if key_id || run.len() >= 40 {
            out.push_str("[redacted]");
        } else {
            out.push_str(run);
        }
        run.clear();
    };
    for c in word.chars() {
        if is_token(c) {
            run.push(c);
        } else {
            close(&mut run, &mut out);
            out.push(c);
        }
    }
    close(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_tokens_do_not_pass() {
        let token = "FwoGZXIvYXdzEJr".repeat(8);
        let text = redact(&format!("x-amz-security-token:{token} key AKIAIOSFODNN7EXAMPLE\nis bad"));
        assert_eq!(text, "x-amz-security-token:[redacted] key [redacted] is bad");
    }

    #[test]
    fn arns_and_words_stay() {
        let text = "User: arn:aws:sts::111122223333:assumed-role/reader/alice is not authorized to perform: \
                    securityhub:GetFindings on resource: arn:aws:securityhub:eu-west-1:111122223333:hub/default";
        assert_eq!(redact(text), text);
    }

    #[test]
    fn text_is_bounded() {
        assert!(redact(&"word ".repeat(1000)).len() <= LONGEST + 4);
    }
}
