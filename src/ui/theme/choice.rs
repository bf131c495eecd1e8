//! What can be chosen: the theme by name, how many colours, which symbols.

/// A theme, by the name in the configuration and on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    Dark,
    Light,
    /// Told apart by people with any of the common colour-vision deficiencies (after Okabe and Ito).
    ColourBlind,
    /// The terminal's own sixteen colours.
    Sixteen,
    /// Weight alone.
    None,
}

impl Theme {
    pub const ALL: [Self; 5] = [Self::Dark, Self::Light, Self::ColourBlind, Self::Sixteen, Self::None];

    /// The name in the configuration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::ColourBlind => "colour-blind",
            Self::Sixteen => "16",
            Self::None => "none",
        }
    }

    /// The theme of this name; `None` where there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Depth {
    #[default]
    True,
    Ansi256,
    Ansi16,
    /// None: `NO_COLOR`, or a terminal that has none.
    Mono,
}

/// Which symbols the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symbols {
    #[default]
    Unicode,
    /// Bytes 0x20 to 0x7E alone.
    Ascii,
}
