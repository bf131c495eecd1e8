//! From 24-bit colours to the 256 of xterm: the 6x6x6 cube and the grey ramp.

use ratatui::style::Color;

/// The levels of the cube: 0, 95, 135, 175, 215, 255.
const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest of the 256 for an RGB colour; anything else as it is.
pub(super) const fn nearest_indexed(colour: Option<Color>) -> Option<Color> {
    let Some(Color::Rgb(r, g, b)) = colour else { return colour };
    let (ri, gi, bi) = (nearest_level(r), nearest_level(g), nearest_level(b));
    let cube = distance((r, g, b), (LEVELS[ri as usize], LEVELS[gi as usize], LEVELS[bi as usize]));
    let grey_step = nearest_grey(r, g, b);
    let level = 8 + 10 * grey_step;
    let index =
        if distance((r, g, b), (level, level, level)) < cube { 232 + grey_step } else { 16 + 36 * ri + 6 * gi + bi };
    Some(Color::Indexed(index))
}

const fn nearest_level(value: u8) -> u8 {
    match value {
        0..48 => 0,
        48..115 => 1,
        115..155 => 2,
        155..195 => 3,
        195..235 => 4,
        235.. => 5,
    }
}

const fn nearest_grey(r: u8, g: u8, b: u8) -> u8 {
    let mean = (r as u16 + g as u16 + b as u16) / 3;
    let step = mean.saturating_sub(3) / 10;
    // At most 25 before, at most 23 after.
    if step > 23 { 23 } else { step.to_le_bytes()[0] }
}

/// The square of how far two colours are apart.
const fn distance(one: (u8, u8, u8), other: (u8, u8, u8)) -> u32 {
    squared(one.0, other.0) + squared(one.1, other.1) + squared(one.2, other.2)
}

const fn squared(one: u8, other: u8) -> u32 {
    let apart = one.abs_diff(other) as u32;
    apart * apart
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_find_their_place() {
        let index = |r, g, b| nearest_indexed(Some(Color::Rgb(r, g, b)));
        assert_eq!(index(255, 0, 0), Some(Color::Indexed(196)));
        assert_eq!(index(0, 0, 0), Some(Color::Indexed(16)));
        assert_eq!(index(128, 128, 128), Some(Color::Indexed(244)));
        assert_eq!(nearest_indexed(Some(Color::Cyan)), Some(Color::Cyan));
    }
}
