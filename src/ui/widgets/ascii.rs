//! The last step of a frame where symbols must be ASCII: whatever is not becomes its nearest ASCII look.
//!
//! One step over the finished frame instead of a choice in every widget: nothing can be forgotten, and text from
//! outside cannot bring anything else in either.

use ratatui::buffer::Buffer;

/// Turns every cell into ASCII. A symbol of two cells becomes `??`.
pub fn fold(buf: &mut Buffer) {
    let mut covered = false;
    for cell in &mut buf.content {
        if std::mem::take(&mut covered) {
            cell.set_symbol("?");
        } else if !cell.symbol().is_ascii() {
            covered = ratatui::buffer::CellWidth::cell_width(cell.symbol()) > 1;
            cell.set_symbol(nearest(cell.symbol()));
        }
    }
}

fn nearest(symbol: &str) -> &'static str {
    match symbol {
        "█" => "#",
        "▇" | "×" => "*",
        "▆" => "=",
        "▄" | "─" | "—" | "–" => "-",
        "▃" | "⋮" => ":",
        "▂" | "·" | "•" => ".",
        "▁" => "_",
        "▌" | "│" => "|",
        "▸" | "›" | "→" => ">",
        "◂" | "‹" | "←" => "<",
        "▾" | "↓" => "v",
        "▴" | "↑" => "^",
        "…" => "~",
        "▅" | "┌" | "┐" | "└" | "┘" => "+",
        "✓" => "y",
        "✗" => "n",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn nothing_but_ascii_is_left() {
        let area = Rect::new(0, 0, 24, 1);
        let mut buf = Buffer::empty(area);
        buf.set_string(0, 0, "▌ C █ 東京 café … ‹202E›", Style::new());
        fold(&mut buf);
        let line: String = buf.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(line, "| C # ???? caf? ~ <202E>");
    }
}
