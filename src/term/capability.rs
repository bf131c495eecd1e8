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

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Capability {
    pub colours: ColourDepth,
    pub symbols: Symbols,
}

impl Capability {
    /// Reads the process's environment.
    #[must_use]
    pub fn from_env() -> Self {
        Self::detect(|name| std::env::var(name).ok())
    }

    /// The rules: `NO_COLOR` (no-color.org: present and not empty) wins over all; then `COLORTERM`, then `TERM`.
    /// Symbols follow the character set of `LC_ALL`, `LC_CTYPE` or `LANG`, the first that is set; the Linux
    /// console's fonts lack the bars.
    #[must_use]
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let term = set("TERM").unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
        let utf8 = locale.contains("utf-8") || locale.contains("utf8");
        Self {
            colours: colours(set("NO_COLOR").is_some(), &set("COLORTERM").unwrap_or_default(), &term),
            symbols: if utf8 && !matches!(term.as_str(), "linux" | "dumb") { Symbols::Unicode } else { Symbols::Ascii },
        }
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
}
