//! Numbers over time as a line of bars: `▁▁▂▁▅▂█`. None at all is the baseline; anything else stands above it.

use ratatui::style::Style;

use super::pen::Pen;
use crate::ui::{Look, Safe};

const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// One cell for each number, oldest first, scaled to the largest. Numbers that do not fit fall off at the old end.
pub fn spark(pen: &mut Pen<'_>, numbers: &[u64], width: u16, style: impl Into<Style>, look: &Look) {
    let style = style.into();
    let shown = &numbers[numbers.len().saturating_sub(usize::from(width))..];
    let most = numbers.iter().copied().max().unwrap_or(0);
    for number in shown {
        pen.text(Safe::from(BARS[height(*number, most)]), if *number == 0 { look.dim() } else { style });
    }
}

fn height(number: u64, most: u64) -> usize {
    if number == 0 || most == 0 {
        return 0;
    }
    usize::try_from((number * 7).div_ceil(most)).unwrap_or(7).clamp(1, 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_is_the_baseline_and_one_is_not() {
        assert_eq!(height(0, 100), 0);
        assert_eq!(height(1, 100), 1);
        assert_eq!(height(50, 100), 4);
        assert_eq!(height(100, 100), 7);
    }
}
