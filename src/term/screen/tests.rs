#![allow(clippy::unwrap_used, reason = "tests")]

use std::num::NonZeroU16;

use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};

use super::*;

/// A terminal to believe: whatever bytes we send, this is what a user sees.
fn terminal(width: u16, height: u16) -> vt100::Parser {
    vt100::Parser::new(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap(), 0)
}

fn colour(of: vt100::Color) -> Color {
    match of {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(n) => Color::Indexed(n),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

/// Every cell on the terminal is what the buffer says.
fn assert_shows(terminal: &vt100::Parser, wanted: &Buffer) {
    let mut covered = 0;
    for (index, cell) in wanted.content.iter().enumerate() {
        let (x, y) = wanted.pos_of(index);
        let shown = terminal.screen().cell(y, x).unwrap();
        if covered > 0 && x > 0 {
            covered -= 1;
            assert!(shown.is_wide_continuation(), "({x},{y})");
            continue;
        }
        let fits = x + 1 < wanted.area.width;
        covered = u8::from(cell.symbol() == "塔" && fits);
        let symbol = if cell.symbol() == "塔" && !fits { " " } else { cell.symbol() };
        let contents = if shown.has_contents() { shown.contents() } else { " " };
        assert_eq!(contents, symbol, "({x},{y})");
        let pen = Pen::of(cell, ColourDepth::Rgb);
        assert_eq!(colour(shown.bgcolor()), pen.bg, "ground at ({x},{y})");
        if symbol != " " {
            assert_eq!(colour(shown.fgcolor()), pen.fg, "letter at ({x},{y})");
            assert_eq!(shown.bold(), pen.modifier.contains(Modifier::BOLD), "bold at ({x},{y})");
            assert_eq!(shown.dim(), pen.modifier.contains(Modifier::DIM), "dim at ({x},{y})");
        }
        assert_eq!(shown.inverse(), pen.modifier.contains(Modifier::REVERSED), "reverse at ({x},{y})");
        assert_eq!(shown.underline(), pen.modifier.contains(Modifier::UNDERLINED), "underline at ({x},{y})");
    }
}

fn style() -> impl Strategy<Value = Style> {
    let colour = || {
        prop_oneof![
            3 => Just(Color::Reset),
            1 => (0u8..20).prop_map(Color::Indexed),
            1 => (0u8..3).prop_map(|n| Color::Rgb(n, 200, n)),
        ]
    };
    let modifier = prop_oneof![
        4 => Just(Modifier::empty()),
        1 => Just(Modifier::BOLD),
        1 => Just(Modifier::DIM),
        1 => Just(Modifier::REVERSED | Modifier::BOLD),
        1 => Just(Modifier::UNDERLINED),
    ];
    // What was there before is taken away: the terminal of the tests knows either bold or dim.
    (colour(), colour(), modifier).prop_map(|(fg, bg, modifier)| {
        Style::new().fg(fg).bg(bg).add_modifier(modifier).remove_modifier(Modifier::all() - modifier)
    })
}

/// A change to the picture.
#[derive(Debug, Clone)]
enum Edit {
    Text(u16, u16, &'static str, Style),
    Blank(u16),
    Roll(usize, usize, usize),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let words = prop::sample::select(vec!["a", "alpha beta", " ", "      ", "塔", "塔塔x", "─────", "e\u{301}", "█▆"]);
    let text = (0u16..24, 0u16..9, words, style()).prop_map(|(x, y, word, style)| Edit::Text(x, y, word, style));
    let edit = prop_oneof![
        8 => text,
        1 => (0u16..9).prop_map(Edit::Blank),
        2 => (0usize..4, 5usize..9, 1usize..4).prop_map(|(top, bottom, by)| Edit::Roll(top, bottom, by)),
    ];
    prop::collection::vec(edit, 0..24)
}

fn apply(buffer: &mut Buffer, edit: &Edit) {
    let width = usize::from(buffer.area.width);
    match *edit {
        Edit::Text(x, y, word, style) => {
            buffer.set_string(x, y, word, style);
        }
        Edit::Blank(y) => {
            let from = usize::from(y) * width;
            buffer.content[from..from + width].iter_mut().for_each(Cell::reset);
        }
        Edit::Roll(top, bottom, by) => {
            let region = &mut buffer.content[top * width..(bottom + 1).min(9) * width];
            region.rotate_left((by * width).min(region.len()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_terminal_shows_every_frame_as_it_was_drawn(frames in prop::collection::vec(edits(), 1..6)) {
        let (width, height) = (24, 9);
        let mut screen = Screen::new(width, height, ColourDepth::Rgb);
        let mut terminal = terminal(width, height);
        let mut picture = Buffer::empty(Rect::new(0, 0, width, height));
        for frame in frames {
            for edit in &frame {
                apply(&mut picture, edit);
            }
            screen.draw(|_, buf| buf.clone_from(&picture));
            if let Some(bytes) = screen.frame(None) {
                terminal.process(&bytes);
            }
            assert_shows(&terminal, &picture);
        }
    }
}

/// A findings list at 160x45: gutter, severity, age, title and the rest, the selected line bold with a bar.
fn list(buf: &mut Buffer, top: usize, selected: usize) {
    const TITLES: [&str; 3] =
        ["Potential credential compromise of user ci", "SSH brute force from 203.0.113.9", "S3.2"];
    buf.set_string(0, 0, " findings   severity>=high", Style::new().add_modifier(Modifier::BOLD));
    buf.set_string(120, 0, format!("{} of 31,940 · sorted by severity, age", selected + 1), Style::new());
    buf.set_string(0, 1, "─".repeat(160), Style::new().add_modifier(Modifier::DIM));
    for line in 0..40 {
        let (finding, y) = (top + line, u16::try_from(line + 3).unwrap());
        let chosen = finding == selected;
        let text = if chosen { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        buf.set_string(0, y, if chosen { " ▌" } else { "  " }, Style::new().fg(Color::Rgb(90, 160, 255)));
        buf.set_string(3, y, "C █", text.fg(Color::Rgb(255, 80, 80)));
        let (title, age) = (TITLES[finding % 3], finding % 60);
        buf.set_string(7, y, format!("{age:>3}m  {title:<60} i-0f3a41d2{finding:08x}"), text);
        buf.set_string(95, y, "prod-payments      ap-northeast-1  GuardDuty + Hub    NEW", text);
    }
    buf.set_string(0, 44, " Enter open   / filter   s sort   ? all keys", Style::new().add_modifier(Modifier::DIM));
}

fn cost(screen: &mut Screen, top: usize, selected: usize) -> usize {
    screen.draw(|_, buf| list(buf, top, selected));
    screen.frame(None).map_or(0, |bytes| bytes.len())
}

#[test]
fn a_cursor_move_and_a_scroll_stay_within_their_budgets() {
    let mut screen = Screen::new(160, 45, ColourDepth::Rgb);
    let full = cost(&mut screen, 0, 5);
    let idle = cost(&mut screen, 0, 5);
    let moved = cost(&mut screen, 0, 6);
    let scrolled = cost(&mut screen, 1, 7);
    let back = cost(&mut screen, 0, 6);
    assert!(full < 9_000, "a full frame takes {full} bytes");
    assert_eq!(idle, 0, "nothing changed, nothing is sent");
    assert!(moved <= 400, "a cursor move takes {moved} bytes");
    assert!(scrolled <= 600 && back <= 600, "a scroll by a line takes {scrolled} and {back} bytes");
}

#[test]
fn a_frame_is_one_synchronised_update() {
    let mut screen = Screen::new(20, 3, ColourDepth::Rgb);
    screen.draw(|_, buf| buf.set_string(0, 0, "yagura", Style::new()));
    let bytes = screen.frame(None).unwrap();
    assert!(bytes.starts_with(BEGIN) && bytes.ends_with(END));
    assert_eq!(bytes.windows(BEGIN.len()).filter(|at| *at == BEGIN).count(), 1);
}

#[test]
fn the_cursor_shows_only_where_text_is_typed() {
    let mut screen = Screen::new(20, 3, ColourDepth::Rgb);
    let mut terminal = terminal(20, 3);
    terminal.process(b"\x1b[?25l");
    for (wanted, text) in [(None, "a"), (Some(Position::new(4, 1)), "b"), (Some(Position::new(4, 1)), "c"), (None, "d")]
    {
        screen.draw(|_, buf| buf.set_string(0, 0, text, Style::new()));
        terminal.process(&screen.frame(wanted).unwrap());
        assert_eq!(terminal.screen().hide_cursor(), wanted.is_none());
        if let Some(at) = wanted {
            assert_eq!(terminal.screen().cursor_position(), (at.y, at.x));
        }
    }
}

#[test]
fn no_control_character_of_a_cell_reaches_the_terminal() {
    let mut screen = Screen::new(10, 5, ColourDepth::Rgb);
    screen.draw(|_, buf| {
        for (y, hostile) in (0..).zip(["\x1b]0;x\x07", "\u{9b}2J", "\x7f", "a\nb", "\x00"]) {
            buf.cell_mut((0, y)).unwrap().set_symbol(hostile);
        }
    });
    let bytes = screen.frame(None).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.replace("?2026", "").matches('?').count(), 5, "{text:?}");
    assert!(!text.contains("\x1b]") && !text.contains('\u{9b}') && !text.contains('\x07'));
}

#[test]
fn what_is_lost_is_drawn_again() {
    let mut screen = Screen::new(10, 2, ColourDepth::Rgb);
    for step in [Screen::forget as fn(&mut Screen), |screen| screen.resize(11, 2), |screen| screen.resize(11, 3)] {
        let mut draw = || {
            screen.draw(|_, buf| buf.set_string(0, 0, "tower", Style::new()));
            screen.frame(None)
        };
        draw();
        assert_eq!(draw(), None);
        step(&mut screen);
        screen.draw(|_, buf| buf.set_string(0, 0, "tower", Style::new()));
        let bytes = String::from_utf8(screen.frame(None).unwrap()).unwrap();
        assert!(bytes.contains("\x1b[2J") && bytes.contains("tower"), "{bytes:?}");
    }
}
