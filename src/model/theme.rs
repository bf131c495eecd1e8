//! The colour themes, by name: the configuration and the command line choose one, `ui::theme` draws it.

use serde::{Deserialize, Serialize};

/// A colour theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    #[default]
    Dark,
    Light,
    /// Told apart by people with any of the common colour-vision deficiencies (after Okabe and Ito).
    ColourBlind,
    /// The terminal's own sixteen colours.
    #[serde(rename = "16")]
    Sixteen,
    /// Weight alone.
    None,
}

impl Theme {
    pub const ALL: [Self; 5] = [Self::Dark, Self::Light, Self::ColourBlind, Self::Sixteen, Self::None];

    /// The name in the file and for `--theme`.
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
