//! What the terminal can show, from the environment alone. In: variables and what the user chose. Out: a
//! [`Capability`]. Nothing is asked of the terminal itself (see the module's head).

/// How many colours can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum ColourDepth {
    /// None at all: bold, dim and reverse only.
    Mono,
    /// The 16 of the terminal's own palette.
    #[default]
    Sixteen,
    /// The 256 of xterm.
    Indexed,
    /// 24 bits.
    Rgb,
}

/// Which symbols can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symbols {
    /// Bars, rules and arrows.
    Unicode,
    /// ASCII stands in for every symbol.
    #[default]
    Ascii,
}

/// Whether hyperlinks (OSC 8) are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Hyperlinks {
    /// Terminals that do not know them show the text alone.
    On,
    #[default]
    Off,
}

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capability {
    pub colours: ColourDepth,
    pub symbols: Symbols,
    pub hyperlinks: Hyperlinks,
}

impl Capability {
    /// Reads the process's environment.
    #[must_use]
    pub fn from_env() -> Self {
        Self::detect(|name| std::env::var(name).ok())
    }

    /// The rules: `NO_COLOR` (no-color.org: present and not empty) wins over all; then `COLORTERM`, then `TERM`.
    /// Symbols follow the character set of `LC_ALL`, `LC_CTYPE` or `LANG`, the first that is set; the Linux
    /// console's fonts lack the bars. Hyperlinks are on but where the terminal is known to stumble over them;
    /// `FORCE_HYPERLINK` (as other programs have it: 0 is off) is stronger.
    #[must_use]
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        Self {
            colours: colours(set("NO_COLOR").is_some(), &set("COLORTERM").unwrap_or_default(), &term),
            symbols: if utf8 && !matches!(term.as_str(), "linux" | "dumb") { Symbols::Unicode } else { Symbols::Ascii },
            hyperlinks: hyperlinks(set("FORCE_HYPERLINK").as_deref(), &term, set("VTE_VERSION").as_deref()),
        }
    }
}

/// Off where OSC 8 shows as text or worse: the Linux console, serial terminals, GNU screen, Emacs, and VTE before 0.50,
/// which has crashed on it.
fn hyperlinks(forced: Option<&str>, term: &str, vte: Option<&str>) -> Hyperlinks {
    const NOT: [&str; 5] = ["linux", "dumb", "cons25", "sun", ""];
    let stumbles = NOT.contains(&term)
        || ["vt", "screen", "eterm"].iter().any(|family| term.starts_with(family))
        || vte.and_then(|version| version.parse::<u32>().ok()).is_some_and(|version| version < 5_000);
    match forced {
        Some("0" | "false" | "no" | "off") => Hyperlinks::Off,
        None if stumbles => Hyperlinks::Off,
        Some(_) | None => Hyperlinks::On,
    }
}

fn colours(no_color: bool, colorterm: &str, term: &str) -> ColourDepth {
    const RGB: [&str; 7] = ["-direct", "kitty", "alacritty", "wezterm", "ghostty", "foot", "contour"];
    const MONO: [&str; 6] = ["dumb", "vt52", "vt100", "vt102", "vt220", "vt320"];
    if no_color || term.is_empty() || MONO.contains(&term) || term.ends_with("-mono") || term.ends_with("-m") {
        ColourDepth::Mono
    } else if matches!(colorterm, "truecolor" | "24bit") || RGB.iter().any(|name| term.contains(name)) {
        ColourDepth::Rgb
    } else if term.contains("256") {
        ColourDepth::Indexed
    } else {
        ColourDepth::Sixteen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(env: &[(&str, &str)]) -> (ColourDepth, Symbols) {
        let found = Capability::detect(|name| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()));
        (found.colours, found.symbols)
    }

    #[test]
    fn the_environment_decides() {
        use ColourDepth::{Indexed, Mono, Rgb, Sixteen};
        use Symbols::{Ascii, Unicode};
        let table: [(&[(&str, &str)], _); 9] = [
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "en_US.UTF-8")], (Rgb, Unicode)),
            (&[("TERM", "xterm-256color"), ("LANG", "C.utf8")], (Indexed, Unicode)),
            (&[("TERM", "screen"), ("LANG", "C")], (Sixteen, Ascii)),
            (&[("TERM", "xterm-kitty"), ("LC_ALL", "ja_JP.UTF-8"), ("LANG", "C")], (Rgb, Unicode)),
            (&[("TERM", "xterm-256color"), ("LC_ALL", "C"), ("LANG", "en_US.UTF-8")], (Indexed, Ascii)),
            (&[("TERM", "xterm-256color"), ("NO_COLOR", "1"), ("LANG", "C.UTF-8")], (Mono, Unicode)),
            (&[("TERM", "xterm"), ("NO_COLOR", ""), ("LANG", "C.UTF-8")], (Sixteen, Unicode)),
            (&[("TERM", "dumb"), ("LANG", "C.UTF-8")], (Mono, Ascii)),
            (&[("TERM", "linux"), ("LANG", "C.UTF-8")], (Sixteen, Ascii)),
        ];
        for (env, expected) in table {
            assert_eq!(detect(env), expected, "{env:?}");
        }
    }

    #[test]
    fn hyperlinks_are_off_where_they_do_harm() {
        use Hyperlinks::{Off, On};
        for (forced, term, vte, expected) in [
            (None, "xterm-256color", None, On),
            (None, "tmux-256color", None, On),
            (None, "screen.xterm", None, Off),
            (None, "linux", None, Off),
            (None, "", None, Off),
            (None, "xterm-256color", Some("4804"), Off),
            (None, "xterm-256color", Some("6800"), On),
            (Some("0"), "xterm-kitty", None, Off),
            (Some("1"), "screen", None, On),
        ] {
            assert_eq!(hyperlinks(forced, term, vte), expected, "{forced:?} {term} {vte:?}");
        }
    }
}
