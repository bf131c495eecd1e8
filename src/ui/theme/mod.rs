//! Colours and symbols: what the user chose and what the terminal can show.
//!
//! In: a [`Theme`], a [`Depth`] and [`Symbols`] (from the configuration, the command line, `NO_COLOR`, `COLORTERM`;
//! `cli` reads those). Out: [`Look`], which names styles by what they mean. One accent, one ramp for severity;
//! everything else is the terminal's own foreground, plain, bold or dim.

mod choice;
mod colour;
mod palette;

pub use choice::{Depth, Symbols};
pub use palette::Palette;

use ratatui::style::{Modifier, Style};

use crate::model::{ControlStatus, Severity, SourceState, Theme};

/// Everything that decides how a frame looks but not what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    palette: Palette,
    symbols: Symbols,
}

impl Default for Look {
    fn default() -> Self {
        Self::new(Theme::Dark, Depth::True, Symbols::Unicode)
    }
}

impl Look {
    /// The theme as far as this depth can show it.
    #[must_use]
    pub const fn new(theme: Theme, depth: Depth, symbols: Symbols) -> Self {
        Self { palette: palette::resolve(theme, depth), symbols }
    }

    #[must_use]
    pub const fn symbols(&self) -> Symbols {
        self.symbols
    }

    /// The terminal's own foreground.
    #[must_use]
    pub const fn plain(&self) -> Style {
        Style::new()
    }

    /// What is there but need not be read first.
    #[must_use]
    pub const fn dim(&self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    /// What is selected, and what a line is about.
    #[must_use]
    pub const fn strong(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// The heading of a panel; in the accent where the panel has the keys.
    #[must_use]
    pub const fn title(&self, focus: Focus) -> Style {
        match focus {
            Focus::Here => self.accent().add_modifier(Modifier::BOLD),
            Focus::Elsewhere => Style::new().add_modifier(Modifier::BOLD),
        }
    }

    /// The one accent: where the keys go.
    #[must_use]
    pub const fn accent(&self) -> Style {
        self.palette.accent()
    }

    /// The ramp. The letter of a CRITICAL alone is inverse where there is no colour.
    #[must_use]
    pub const fn severity(&self, severity: Severity) -> Style {
        self.palette.severity(severity)
    }

    /// A problem that somebody must solve; the same red as CRITICAL.
    #[must_use]
    pub const fn bad(&self) -> Style {
        self.palette.ramp(Severity::Critical)
    }

    /// Something that is not as it should be, or not yet; the same yellow as MEDIUM.
    #[must_use]
    pub const fn warn(&self) -> Style {
        self.palette.ramp(Severity::Medium)
    }

    /// The status of a control: only what fails is loud.
    #[must_use]
    pub const fn control(&self, status: ControlStatus) -> Style {
        match status {
            ControlStatus::Failed => self.bad().add_modifier(Modifier::BOLD),
            ControlStatus::Unknown => self.warn(),
            ControlStatus::Passed => Style::new(),
            ControlStatus::NoData | ControlStatus::Disabled => self.dim(),
        }
    }

    /// The state of a source: what is missing for good is loud, what is on its way is not.
    #[must_use]
    pub const fn source(&self, state: &SourceState) -> Style {
        match state {
            SourceState::Complete { .. } | SourceState::Updating { .. } | SourceState::Syncing => Style::new(),
            SourceState::Waiting | SourceState::Cached => self.dim(),
            SourceState::Throttled { .. } | SourceState::Off { .. } | SourceState::Partial { .. } => self.warn(),
            SourceState::Denied { .. }
            | SourceState::Login { .. }
            | SourceState::Unsupported { .. }
            | SourceState::Failed { .. } => self.bad(),
        }
    }
}

/// Does this panel, or line, have the keys?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Here,
    Elsewhere,
}

impl Focus {
    #[must_use]
    pub const fn when(here: bool) -> Self {
        if here { Self::Here } else { Self::Elsewhere }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::style::Color;

    use super::*;

    #[test]
    fn no_colour_means_none_at_all() {
        for theme in Theme::ALL {
            let look = Look::new(theme, Depth::Mono, Symbols::Unicode);
            for severity in Severity::WORST_FIRST {
                assert_eq!(look.severity(severity).fg, None);
            }
            assert_eq!(look.accent().fg, None);
        }
        assert_eq!(Look::new(Theme::None, Depth::True, Symbols::Unicode).accent().fg, None);
    }

    #[test]
    fn a_depth_shows_only_its_own_colours() {
        for theme in Theme::ALL {
            for severity in Severity::WORST_FIRST {
                let fg = |depth| Look::new(theme, depth, Symbols::Unicode).severity(severity).fg;
                assert!(!matches!(fg(Depth::Ansi256), Some(Color::Rgb(..))));
                assert!(!matches!(fg(Depth::Ansi16), Some(Color::Rgb(..) | Color::Indexed(_))));
            }
        }
    }

    #[test]
    fn the_ramp_tells_five_severities_apart() {
        for theme in [Theme::Dark, Theme::Light, Theme::ColourBlind, Theme::Sixteen] {
            for depth in [Depth::True, Depth::Ansi256, Depth::Ansi16] {
                let look = Look::new(theme, depth, Symbols::Unicode);
                let mut seen: Vec<_> = Severity::WORST_FIRST.iter().map(|s| look.severity(*s).fg).collect();
                seen.dedup();
                assert_eq!(seen.len(), 5, "{theme:?} {depth:?}");
            }
        }
    }
}
