//! One frame, drawn as the program draws it, and read back as text and as styles.

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::sync::Arc;

use yagura::app::msg::Loaded;
use yagura::app::{Action, Effect, Moment, Msg, State, View, navigation, update};
use yagura::store::{RowId, Snapshot};
use yagura::ui::{Hits, Look, render};
use yagura::{decode, query};

use super::data;
use super::stores::Data;

pub(crate) struct Frame {
    buffer: Buffer,
    #[allow(dead_code, reason = "read by some of the tests that share this file")]
    pub(crate) hits: Hits,
}

/// The dashboard as a person uses it, with the runtime's work done at once.
pub(crate) struct Session {
    pub(crate) state: State,
    pub(crate) snapshot: Arc<Snapshot>,
}

impl Session {
    pub(crate) fn new(data: Data, size: (u16, u16)) -> Self {
        let state = State { size, ..State::default() };
        let mut session = Self { state, snapshot: data.snapshot() };
        session.send(Msg::Snapshot);
        session
    }

    pub(crate) fn act(&mut self, actions: &[Action]) -> &mut Self {
        for action in actions {
            self.send(Msg::Act(*action));
        }
        self
    }

    pub(crate) fn send(&mut self, msg: Msg) {
        let snapshot = Arc::clone(&self.snapshot);
        for effect in update(&mut self.state, msg, &snapshot, data::now()) {
            match effect {
                Effect::Query { generation, query, sort } => {
                    let rows = query::evaluate(&query, &snapshot, &query::Context::at(data::now()));
                    let rows = query::sort(&rows, &snapshot, sort, None).into();
                    self.send(Msg::Rows { generation, rows });
                }
                Effect::Group { generation, query, sort, grouped } => {
                    let rows = query::evaluate(&query, &snapshot, &query::Context::at(data::now()));
                    let outline = Arc::new(query::Outline::of(&snapshot, &rows, &grouped, sort));
                    self.send(Msg::Outline { generation, outline });
                }
                Effect::Count { generation, queries } => {
                    let count = |query: &Arc<query::Query>| {
                        query::evaluate(query, &snapshot, &query::Context::at(data::now())).len()
                    };
                    self.send(Msg::Counted { generation, counts: queries.iter().map(count).collect() });
                }
                Effect::LoadDetail { row } => self.send(Msg::Detail { row, result: Ok(loaded(row, &snapshot)) }),
                _ => (),
            }
        }
    }

    pub(crate) fn frame(&self, look: &Look) -> Frame {
        Frame::drawn(&self.state, &self.snapshot, look)
    }
}

fn loaded(row: RowId, snapshot: &Snapshot) -> Box<Loaded> {
    let row = snapshot.row(row).unwrap();
    let records: Vec<_> =
        row.records().map(|record| (record.id().into_owned(), snapshot.raw(&record).unwrap())).collect();
    let format = row.records().next().unwrap().format();
    Box::new(Loaded { detail: decode::detail(format, &records[0].1).unwrap(), records })
}

impl Frame {
    pub(crate) fn of(view: View, snapshot: &Snapshot, size: (u16, u16), look: &Look) -> Self {
        let mut state = State { size, ..State::default() };
        let moment = Moment { snapshot, now: data::now() };
        navigation::jump(&mut state, view, &moment);
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
