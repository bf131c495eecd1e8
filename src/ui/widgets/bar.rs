//! A share of a whole as a bar: `███████▁▁▁`.

use ratatui::style::Style;

use super::pen::Pen;
use crate::ui::{Look, Safe};

const FULL: &str = "████████████████████████████████████████";
const REST: &str = "▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁";

/// Draws `part` of `whole` into `width` cells. Full only when all, empty only when none.
pub fn bar(pen: &mut Pen<'_>, width: u16, part: u64, whole: u64, style: impl Into<Style>, look: &Look) {
    let width = width.min(40);
    let full = cells(width, part, whole);
    pen.text(Safe::from(FULL).head(usize::from(full)).0, style);
    pen.text(Safe::from(REST).head(usize::from(width - full)).0, look.dim());
}

fn cells(width: u16, part: u64, whole: u64) -> u16 {
    if whole == 0 || part == 0 || width == 0 {
        return 0;
    }
    if part >= whole {
        return width;
    }
    let rounded = (part * u64::from(width) + whole / 2) / whole;
    u16::try_from(rounded).unwrap_or(width).clamp(1, width.saturating_sub(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_all_is_full_and_only_none_is_empty() {
        assert_eq!(cells(10, 0, 40), 0);
        assert_eq!(cells(10, 1, 1000), 1);
        assert_eq!(cells(10, 28, 40), 7);
        assert_eq!(cells(10, 999, 1000), 9);
        assert_eq!(cells(10, 40, 40), 10);
        assert_eq!(cells(10, 0, 0), 0);
    }
}
