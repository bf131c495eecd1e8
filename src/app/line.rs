//! The line of text that is being edited: the filter, the palette or the search in the raw JSON. At most one at a time.

use crossterm::event::{Event, KeyEvent};
use tui_input::backend::crossterm::EventHandler;
use tui_input::{Input, InputRequest};

use super::overlay::Overlay;
use super::{Action, Effect, Moment, State, View, completion, export, filter, overlay, raw};

/// Whose text the keys go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Filter,
    Palette,
    RawSearch,
    /// The file that an export is written to.
    ExportName,
}

impl State {
    /// The line that is being edited, if one is.
    #[must_use]
    pub fn line(&self) -> Option<Line> {
        match self.overlays.last() {
            Some(Overlay::Palette(_)) => return Some(Line::Palette),
            Some(Overlay::Export(_)) => return Some(Line::ExportName),
            Some(
                Overlay::Help(_)
                | Overlay::Groups(_)
                | Overlay::Columns(_)
                | Overlay::Kin(_)
                | Overlay::Views(_)
                | Overlay::Copy(_)
                | Overlay::Link(_),
            ) => return None,
            None => {}
        }
        match self.view {
            View::Findings if self.findings.filter.is_edited() => Some(Line::Filter),
            View::Raw if self.raw.search.is_edited() => Some(Line::RawSearch),
            _ => None,
        }
    }

    fn input(&mut self) -> Option<&mut Input> {
        match self.line()? {
            Line::Filter => Some(&mut self.findings.filter.input),
            Line::RawSearch => Some(&mut self.raw.search.input),
            Line::Palette => match self.overlays.last_mut() {
                Some(Overlay::Palette(palette)) => Some(&mut palette.input),
                _ => None,
            },
            Line::ExportName => match self.overlays.last_mut() {
                Some(Overlay::Export(sheet)) => Some(&mut sheet.name),
                _ => None,
            },
        }
    }
}

/// A key to the line: `None` when it edits no text.
pub(super) fn key(state: &mut State, key: KeyEvent, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let change = state.input()?.handle_event(&Event::Key(key))?;
    Some(if change.value { edited(state, moment) } else { Vec::new() })
}

/// Pasted text goes into the line as one; line breaks and tabs become spaces. Elsewhere it is dropped: a paste must
/// never run as keys.
pub(super) fn paste(state: &mut State, text: &str, moment: &Moment<'_>) -> Vec<Effect> {
    let Some(input) = state.input() else { return Vec::new() };
    for c in text.trim_end_matches(['\r', '\n']).chars() {
        if c == '\n' || c == '\t' {
            input.handle(InputRequest::InsertChar(' '));
        } else if !c.is_control() {
            input.handle(InputRequest::InsertChar(c));
        }
    }
    edited(state, moment)
}

/// The actions of a line: accept, cancel, complete.
pub(super) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let line = state.line()?;
    match (line, action) {
        (Line::Filter, Action::Accept) => Some(filter::accept(state, moment)),
        (Line::Filter, Action::Cancel) => Some(filter::cancel(state, moment)),
        (Line::RawSearch, Action::Accept) => Some(raw::accept_search(state)),
        (Line::RawSearch, Action::Cancel) => Some(raw::cancel_search(state)),
        (Line::Palette, Action::Accept) => Some(overlay::run(state, moment)),
        (Line::ExportName, Action::Accept) => Some(export::accept(state, moment)),
        (Line::Palette | Line::ExportName, Action::Cancel) => {
            state.overlays.pop();
            Some(Vec::new())
        }
        (Line::Filter, Action::Complete) => Some(completion::tab(state, moment)),
        (Line::RawSearch | Line::Palette, Action::Complete) => Some(Vec::new()),
        _ => None,
    }
}

fn edited(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    match state.line() {
        Some(Line::Filter) => filter::edited(state, moment),
        Some(Line::RawSearch) => raw::edited_search(state),
        Some(Line::Palette) => overlay::edited(state),
        Some(Line::ExportName) | None => Vec::new(),
    }
}
