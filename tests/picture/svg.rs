//! A frame as an SVG: text in a monospaced font, each run of one style held to the width of its cells.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};

/// A cell in user units, and what stands around the screen.
const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 14.0;
const PAPER: &str = "#10151b";
const INK: &str = "#d3d8de";
const FONTS: &str = "'JetBrains Mono','DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,monospace";

/// Runs of one style, a row after the other.
struct Run {
    text: String,
    column: u16,
    cells: u16,
    style: (Color, Modifier),
}

pub(crate) fn of(buffer: &Buffer, title: &str) -> String {
    let area = buffer.area;
    let (width, height) =
        (f32::from(area.width) * CELL.0 + 2.0 * MARGIN, f32::from(area.height) * CELL.1 + 2.0 * MARGIN);
    let mut svg = String::new();
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"{FONTS}\" font-size=\"14\" fill=\"{INK}\" xml:space=\"preserve\">"
    );
    for row in 0..area.height {
        for run in runs(buffer, row) {
            write_run(&mut svg, &run, row);
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn runs(buffer: &Buffer, row: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut column = 0;
    while column < buffer.area.width {
        let cell: &Cell = &buffer[(column, row)];
        let (cells, style) = (cell.symbol().cell_width().max(1), (cell.fg, cell.modifier));
        match runs.last_mut() {
            Some(run) if run.style == style && run.column + run.cells == column => {
                run.text.push_str(cell.symbol());
                run.cells += cells;
            }
            _ => runs.push(Run { text: cell.symbol().to_owned(), column, cells, style }),
        }
        column += cells;
    }
    runs.into_iter().filter_map(trimmed).collect()
}

/// Without the blanks at the ends; nothing where there is nothing else.
fn trimmed(mut run: Run) -> Option<Run> {
    let before = u16::try_from(run.text.len() - run.text.trim_start_matches(' ').len()).unwrap();
    let after = u16::try_from(run.text.len() - run.text.trim_end_matches(' ').len()).unwrap();
    let text = run.text.trim_matches(' ').to_owned();
    if text.is_empty() {
        return None;
    }
    run.column += before;
    run.cells -= before + after;
    run.text = text;
    Some(run)
}

fn write_run(svg: &mut String, run: &Run, row: u16) {
    let x = MARGIN + f32::from(run.column) * CELL.0;
    let y = MARGIN + f32::from(row) * CELL.1 + CELL.1 * 0.75;
    let length = f32::from(run.cells) * CELL.0;
    let (colour, modifier) = run.style;
    let mut attributes = String::new();
    if let Color::Rgb(r, g, b) = colour {
        let _ = write!(attributes, " fill=\"#{r:02x}{g:02x}{b:02x}\"");
    }
    if modifier.contains(Modifier::BOLD) {
        attributes.push_str(" font-weight=\"bold\"");
    }
    if modifier.contains(Modifier::DIM) {
        attributes.push_str(" opacity=\"0.55\"");
    }
    let text = run.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\"{attributes}>{text}</text>");
}
