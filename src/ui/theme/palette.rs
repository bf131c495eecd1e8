//! The themes as data: an accent and a ramp each.

use ratatui::style::{Color, Modifier, Style};

use super::choice::Depth;
use super::colour::nearest_indexed;
use crate::model::{Severity, Theme};

/// One accent and one ramp, worst first. `None` is the terminal's own foreground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    accent: Option<Color>,
    ramp: [Option<Color>; 5],
}

const fn rgb(hex: u32) -> Color {
    let [_, r, g, b] = hex.to_be_bytes();
    Color::Rgb(r, g, b)
}

const DARK: Palette = Palette {
    accent: Some(rgb(0x5f_c9_c4)),
    ramp: [
        Some(rgb(0xff_5c_57)),
        Some(rgb(0xff_9e_4a)),
        Some(rgb(0xe8_cc_5a)),
        Some(rgb(0x6c_a8_f0)),
        Some(rgb(0x8a_90_99)),
    ],
};

const LIGHT: Palette = Palette {
    accent: Some(rgb(0x00_6d_77)),
    ramp: [
        Some(rgb(0xb4_12_1f)),
        Some(rgb(0xb3_52_00)),
        Some(rgb(0x80_69_00)),
        Some(rgb(0x1f_5f_b4)),
        Some(rgb(0x6b_70_78)),
    ],
};

/// Vermilion, orange, yellow, sky blue: hue and lightness both fall, so one of the two always tells.
const COLOUR_BLIND: Palette = Palette {
    accent: Some(rgb(0xcc_79_a7)),
    ramp: [
        Some(rgb(0xd5_5e_00)),
        Some(rgb(0xe6_9f_00)),
        Some(rgb(0xf0_e4_42)),
        Some(rgb(0x56_b4_e9)),
        Some(rgb(0x99_99_99)),
    ],
};

const SIXTEEN: Palette = Palette {
    accent: Some(Color::Cyan),
    ramp: [Some(Color::LightRed), Some(Color::Red), Some(Color::Yellow), Some(Color::LightBlue), Some(Color::DarkGray)],
};

const NONE: Palette = Palette { accent: None, ramp: [None; 5] };

/// The theme's palette, brought down to what `depth` can show.
pub(super) const fn resolve(theme: Theme, depth: Depth) -> Palette {
    match (theme, depth) {
        (Theme::None, _) | (_, Depth::Mono) => NONE,
        (Theme::Sixteen, _) | (_, Depth::Ansi16) => SIXTEEN,
        (_, Depth::True) => themed(theme),
        (_, Depth::Ansi256) => themed(theme).indexed(),
    }
}

const fn themed(theme: Theme) -> Palette {
    match theme {
        Theme::Dark => DARK,
        Theme::Light => LIGHT,
        Theme::ColourBlind => COLOUR_BLIND,
        Theme::Sixteen => SIXTEEN,
        Theme::None => NONE,
    }
}

impl Palette {
    pub(super) const fn accent(&self) -> Style {
        styled(self.accent)
    }

    pub(super) const fn ramp(&self, severity: Severity) -> Style {
        styled(self.ramp[Severity::Critical as usize - severity as usize])
    }

    pub(super) const fn severity(&self, severity: Severity) -> Style {
        let style = self.ramp(severity);
        match severity {
            Severity::Critical => style.add_modifier(Modifier::BOLD),
            Severity::Informational if style.fg.is_none() => style.add_modifier(Modifier::DIM),
            _ => style,
        }
    }

    const fn indexed(self) -> Self {
        let [critical, high, medium, low, informational] = self.ramp;
        Self {
            accent: nearest_indexed(self.accent),
            ramp: [
                nearest_indexed(critical),
                nearest_indexed(high),
                nearest_indexed(medium),
                nearest_indexed(low),
                nearest_indexed(informational),
            ],
        }
    }
}

const fn styled(colour: Option<Color>) -> Style {
    match colour {
        Some(colour) => Style::new().fg(colour),
        None => Style::new(),
    }
}
