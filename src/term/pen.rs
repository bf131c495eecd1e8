//! How a cell looks, and the shortest SGR sequence from one look to the next.

use std::io::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use super::capability::ColourDepth;

/// Colours and attributes, already reduced to what the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pen {
    pub fg: Color,
    pub bg: Color,
    pub underline: Color,
    pub modifier: Modifier,
}

/// What makes a space visible.
const SEEN_ON_SPACE: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// Attribute, SGR on, SGR off. Bold and dim share their off.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl Pen {
    /// The terminal's own look.
    pub const PLAIN: Self =
        Self { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() };

    /// The look of a cell as far as it can be seen: the letter colour of a blank is not.
    #[must_use]
    pub fn of(cell: &Cell, depth: ColourDepth) -> Self {
        let blank = cell.symbol() == " ";
        let modifier = if blank { cell.modifier & SEEN_ON_SPACE } else { cell.modifier };
        let underlined = modifier.contains(Modifier::UNDERLINED);
        Self {
            fg: if blank && modifier.is_empty() { Color::Reset } else { reduce(cell.fg, depth) },
            bg: reduce(cell.bg, depth),
            underline: if underlined { reduce(cell.underline_color, depth) } else { Color::Reset },
            modifier,
        }
    }

    /// Whether a blank that wants `wanted` looks right when written with this pen.
    #[must_use]
    pub fn paints_blank(self, wanted: Self) -> bool {
        self == wanted
            || (wanted.modifier.is_empty() && self.bg == wanted.bg && !self.modifier.intersects(SEEN_ON_SPACE))
    }

    /// Writes the shorter of "change what differs" and "reset, then set".
    pub fn change_to(self, to: Self, out: &mut Vec<u8>) {
        if self == to {
            return;
        }
        let start = out.len();
        write_sgr(out, false, |sgr| self.differences(to, sgr));
        let delta = out.len() - start;
        write_sgr(out, true, |sgr| Self::PLAIN.differences(to, sgr));
        if out.len() - start - delta < delta {
            out.drain(start..start + delta);
        } else {
            out.truncate(start + delta);
        }
    }

    fn differences(self, to: Self, sgr: &mut Sgr<'_>) {
        let mut now = self.modifier;
        for (attribute, _, off) in ATTRIBUTES {
            if now.contains(attribute) && !to.modifier.contains(attribute) {
                sgr.number(off);
                for (shared, _, same_off) in ATTRIBUTES {
                    if same_off == off {
                        now.remove(shared);
                    }
                }
            }
        }
        for (attribute, on, _) in ATTRIBUTES {
            if to.modifier.contains(attribute) && !now.contains(attribute) {
                sgr.number(on);
            }
        }
        if self.fg != to.fg {
            sgr.colour(to.fg, 30);
        }
        if self.bg != to.bg {
            sgr.colour(to.bg, 40);
        }
        if self.underline != to.underline {
            sgr.underline(to.underline);
        }
    }
}

/// One `CSI ... m` being written.
struct Sgr<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

fn write_sgr(out: &mut Vec<u8>, reset: bool, parameters: impl FnOnce(&mut Sgr<'_>)) {
    out.extend_from_slice(b"\x1b[");
    let mut sgr = Sgr { out, empty: true };
    if reset {
        // An empty first parameter is 0: reset.
        sgr.empty = false;
    }
    parameters(&mut sgr);
    out.push(b'm');
}

impl Sgr<'_> {
    fn number(&mut self, number: u8) {
        if !self.empty {
            self.out.push(b';');
        }
        self.empty = false;
        let _ = write!(self.out, "{number}"); // a Vec takes every write
    }

    fn numbers(&mut self, numbers: &[u8]) {
        for number in numbers {
            self.number(*number);
        }
    }

    /// `base` is 30 for letters and 40 for the ground.
    fn colour(&mut self, colour: Color, base: u8) {
        match colour {
            Color::Reset => self.number(base + 9),
            Color::Rgb(r, g, b) => self.numbers(&[base + 8, 2, r, g, b]),
            other => match index(other) {
                Some(dark @ 0..=7) => self.number(base + dark),
                Some(bright @ 8..=15) => self.number(base + 60 + bright - 8),
                Some(indexed) => self.numbers(&[base + 8, 5, indexed]),
                None => self.number(base + 9),
            },
        }
    }

    fn underline(&mut self, colour: Color) {
        match colour {
            Color::Rgb(r, g, b) => self.numbers(&[58, 2, r, g, b]),
            other => match index(other) {
                Some(indexed) => self.numbers(&[58, 5, indexed]),
                None => self.number(59),
            },
        }
    }
}

/// The palette number of a named or indexed colour.
const fn index(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(number) => number,
        Color::Reset | Color::Rgb(..) => return None,
    })
}

/// The nearest colour the terminal can show. Themes pick fitting colours themselves; this is the net below them.
fn reduce(colour: Color, depth: ColourDepth) -> Color {
    match (depth, colour) {
        (_, Color::Reset) | (ColourDepth::Rgb, _) => colour,
        (ColourDepth::Mono, _) => Color::Reset,
        (ColourDepth::Indexed, Color::Rgb(r, g, b)) => Color::Indexed(cube(r, g, b)),
        (ColourDepth::Sixteen, Color::Rgb(r, g, b)) => Color::Indexed(sixteen(r, g, b)),
        (ColourDepth::Sixteen, Color::Indexed(number @ 16..)) => {
            let (r, g, b) = rgb(number);
            Color::Indexed(sixteen(r, g, b))
        }
        _ => colour,
    }
}

/// xterm's levels of each channel in the 6x6x6 cube.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn nearest_level(channel: u8) -> u8 {
    let nearest = (0u8..).zip(LEVELS).min_by_key(|(_, level)| level.abs_diff(channel));
    nearest.map_or(0, |(number, _)| number)
}

/// The nearest of the cube and of the greys, as an xterm palette number.
fn cube(r: u8, g: u8, b: u8) -> u8 {
    let in_cube = 16 + 36 * nearest_level(r) + 6 * nearest_level(g) + nearest_level(b);
    let mean = (u16::from(r) + u16::from(g) + u16::from(b)) / 3;
    let step = u8::try_from((mean.saturating_sub(3) / 10).min(23)).unwrap_or(23);
    let grey = 232 + step;
    if distance((r, g, b), rgb(grey)) < distance((r, g, b), rgb(in_cube)) { grey } else { in_cube }
}

/// The colour of a palette number of 16 or more (those below are the user's own).
fn rgb(number: u8) -> (u8, u8, u8) {
    if number >= 232 {
        let level = 8 + 10 * (number - 232);
        (level, level, level)
    } else {
        let at = number.saturating_sub(16);
        let level = |digit: u8| LEVELS.get(usize::from(digit % 6)).copied().unwrap_or(0);
        (level(at / 36), level(at / 6), level(at))
    }
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let square = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    square(a.0, b.0) + square(a.1, b.1) + square(a.2, b.2)
}

/// The nearest of the 16, by their usual values.
fn sixteen(r: u8, g: u8, b: u8) -> u8 {
    const USUAL: [(u8, u8, u8); 16] = [
        (0, 0, 0),
        (205, 0, 0),
        (0, 205, 0),
        (205, 205, 0),
        (0, 0, 238),
        (205, 0, 205),
        (0, 205, 205),
        (229, 229, 229),
        (127, 127, 127),
        (255, 0, 0),
        (0, 255, 0),
        (255, 255, 0),
        (92, 92, 255),
        (255, 0, 255),
        (0, 255, 255),
        (255, 255, 255),
    ];
    let nearest = (0u8..).zip(USUAL).min_by_key(|(_, usual)| distance((r, g, b), *usual));
    nearest.map_or(7, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(from: Pen, to: Pen) -> String {
        let mut out = Vec::new();
        from.change_to(to, &mut out);
        String::from_utf8_lossy(&out).replace('\x1b', "^")
    }

    #[test]
    fn the_shorter_way_is_taken() {
        let plain = Pen::PLAIN;
        let bold_red = Pen { fg: Color::Red, modifier: Modifier::BOLD, ..plain };
        let dim_red = Pen { modifier: Modifier::DIM, ..bold_red };
        assert_eq!(change(plain, plain), "");
        assert_eq!(change(plain, bold_red), "^[1;31m");
        assert_eq!(change(bold_red, plain), "^[m");
        assert_eq!(change(bold_red, dim_red), "^[22;2m");
        assert_eq!(change(bold_red, Pen { fg: Color::Reset, ..bold_red }), "^[39m");
        let rgb = Pen { fg: Color::Rgb(1, 2, 3), bg: Color::Indexed(200), ..plain };
        assert_eq!(change(plain, rgb), "^[38;2;1;2;3;48;5;200m");
        assert_eq!(change(rgb, Pen { fg: Color::LightBlue, ..plain }), "^[;94m");
    }

    #[test]
    fn colours_are_reduced_to_what_the_terminal_has() {
        let red = Color::Rgb(250, 10, 10);
        assert_eq!(reduce(red, ColourDepth::Rgb), red);
        assert_eq!(reduce(red, ColourDepth::Indexed), Color::Indexed(196));
        assert_eq!(reduce(red, ColourDepth::Sixteen), Color::Indexed(9));
        assert_eq!(reduce(red, ColourDepth::Mono), Color::Reset);
        assert_eq!(reduce(Color::Rgb(120, 121, 122), ColourDepth::Indexed), Color::Indexed(243));
        assert_eq!(reduce(Color::Indexed(196), ColourDepth::Sixteen), Color::Indexed(9));
        assert_eq!(reduce(Color::Cyan, ColourDepth::Sixteen), Color::Cyan);
    }
}
