//! One frame, drawn as the program draws it, and read back as text and as styles.

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use yagura::app::{Moment, State, View, navigation};
use yagura::store::Snapshot;
use yagura::ui::{Hits, Look, render};

use super::data;
use super::stores::Data;

pub(crate) struct Frame {
    buffer: Buffer,
    #[allow(dead_code, reason = "read by some of the tests that share this file")]
    pub(crate) hits: Hits,
}

/// A view over one state of the data.
pub(crate) fn at(view: View, data: Data, size: (u16, u16), look: &Look, prepare: fn(&mut State)) -> Frame {
    Frame::of(view, &data.snapshot(), size, look, prepare)
}

impl Frame {
    pub(crate) fn of(view: View, snapshot: &Snapshot, size: (u16, u16), look: &Look, prepare: fn(&mut State)) -> Self {
        let mut state = State { size, ..State::default() };
        let moment = Moment { snapshot, now: data::now() };
        navigation::jump(&mut state, view, &moment);
        prepare(&mut state);
        Self::drawn(&state, snapshot, look)
    }

    pub(crate) fn drawn(state: &State, snapshot: &Snapshot, look: &Look) -> Self {
        let area = Rect::new(0, 0, state.size.0, state.size.1);
        let mut buffer = Buffer::empty(area);
        let hits = render(state, snapshot, look, data::now(), area, &mut buffer);
        Self { buffer, hits }
    }

    /// The symbols, a line a row. What a wide symbol covers is left out.
    pub(crate) fn text(&self) -> String {
        self.lines(|cell, covered| if covered { String::new() } else { cell.symbol().to_owned() })
    }

    /// The styles, a letter a cell: `.` none, `b` bold, `d` dim, a digit for a colour in order of appearance.
    pub(crate) fn styles(&self) -> String {
        let mut colours: Vec<Color> = Vec::new();
        let letters = self.lines(|cell, _| {
            let place = |colour: Color, colours: &mut Vec<Color>| {
                colours.iter().position(|known| *known == colour).unwrap_or_else(|| {
                    colours.push(colour);
                    colours.len() - 1
                })
            };
            let bold = cell.modifier.contains(Modifier::BOLD);
            let letter = if cell.symbol() == " " {
                ' '
            } else if cell.fg != Color::Reset {
                let letter = b"acefghij"[place(cell.fg, &mut colours).min(7)];
                char::from(if bold { letter.to_ascii_uppercase() } else { letter })
            } else if cell.modifier.contains(Modifier::DIM) {
                'd'
            } else if bold {
                'B'
            } else {
                '.'
            };
            letter.to_string()
        });
        let legend: Vec<String> =
            colours.iter().zip("acefghij".chars()).map(|(colour, letter)| format!("{letter} = {colour}")).collect();
        format!("{letters}\n{}\n", legend.join("\n"))
    }

    fn lines(&self, mut letter: impl FnMut(&Cell, bool) -> String) -> String {
        let width = usize::from(self.buffer.area.width).max(1);
        let mut text = String::new();
        for row in self.buffer.content.chunks(width) {
            let mut covered = 0;
            let mut line = String::new();
            for cell in row {
                line.push_str(&letter(cell, covered > 0));
                covered = if covered > 0 { covered - 1 } else { cell.symbol().cell_width().saturating_sub(1) };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
