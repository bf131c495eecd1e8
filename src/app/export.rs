//! Writing what matches to a file: the sheet that asks for format and name, and what is said while it goes on.
//!
//! The runtime writes, off the loop; here is what is asked of it ([`Export`]) and what it answers ([`Exporting`]).

use std::sync::Arc;

use tui_input::Input;

use super::message::Tone;
use super::overlay::Overlay;
use super::{Action, Effect, Moment, State};
use crate::export::{Format, coverage};
use crate::model::Sort;
use crate::model::digits::grouped;
use crate::query::{self, Query};
use crate::store::RowId;

/// What is written, how and where.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// What is asked for, and its words.
    pub query: Arc<Query>,
    pub text: String,
    pub sort: Sort,
    pub format: Format,
    pub name: Name,
}

/// What the file is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// Ours: a number is put to it where a file of the name is there already.
    Proposed(String),
    /// The user's: never over a file that is there.
    Given(String),
}

/// How an export goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exporting {
    /// So many findings are written, of so many.
    Going {
        done: u64,
        of: u64,
    },
    Done {
        file: String,
        listed: u64,
        of: u64,
        bytes: u64,
        lost: usize,
    },
    Failed {
        reason: String,
    },
}

/// The sheet: one of [`Format::ALL`], and the line with the file's name.
#[derive(Debug, Clone)]
pub struct Sheet {
    pub subject: Subject,
    pub format: Format,
    pub name: Input,
    proposed: String,
}

/// What the sheet is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// What the query of the list matches.
    List,
    Finding(RowId),
}

impl Sheet {
    /// The file's name before the format's ending.
    fn stem(subject: Subject, moment: &Moment<'_>) -> String {
        let what = match subject {
            Subject::List => "findings",
            Subject::Finding(_) => "finding",
        };
        format!("{what}-{}", moment.now.strftime("%Y-%m-%d"))
    }

    fn choose(&mut self, format: Format) {
        let old = format!(".{}", self.format.extension());
        let new = format!(".{}", format.extension());
        let changed = |name: &str| name.strip_suffix(&old).map(|stem| format!("{stem}{new}"));
        if let Some(name) = changed(self.name.value()) {
            self.name = Input::new(name);
        }
        if let Some(name) = changed(&self.proposed) {
            self.proposed = name;
        }
        self.format = format;
    }

    fn step(&mut self, by: isize) {
        let count = Format::ALL.len();
        let at = Format::ALL.iter().position(|format| *format == self.format).unwrap_or(0);
        let next = (at + count).saturating_add_signed(by) % count;
        if let Some(format) = Format::ALL.get(next) {
            self.choose(*format);
        }
    }
}

/// Opens the sheet.
pub(super) fn open(state: &mut State, subject: Subject, moment: &Moment<'_>) -> Vec<Effect> {
    if state.exporting {
        state.say(Tone::Notice, "An export is still being written; wait for it.", moment.now);
        return Vec::new();
    }
    let format = Format::default();
    let proposed = format!("{}.{}", Sheet::stem(subject, moment), format.extension());
    let name = Input::new(proposed.clone());
    state.overlays.push(Overlay::Export(Sheet { subject, format, name, proposed }));
    Vec::new()
}

/// An action while the sheet is open: arrows choose the format.
pub(super) fn act(sheet: &mut Sheet, action: Action) -> Option<Vec<Effect>> {
    match action {
        Action::Down | Action::Complete => sheet.step(1),
        Action::Up | Action::PreviousPanel => sheet.step(-1),
        _ => return None,
    }
    Some(Vec::new())
}

/// A click on a format: chooses it, and writes where it is chosen already.
pub(super) fn click(state: &mut State, line: usize, moment: &Moment<'_>) -> Vec<Effect> {
    let Some(Overlay::Export(sheet)) = state.overlays.last_mut() else { return Vec::new() };
    match Format::ALL.get(line) {
        Some(format) if *format == sheet.format => accept(state, moment),
        Some(format) => {
            sheet.choose(*format);
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Enter: the file is written.
pub(super) fn accept(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let Some(Overlay::Export(sheet)) = state.overlays.pop() else { return Vec::new() };
    let typed = sheet.name.value().trim();
    let name = if typed == sheet.proposed || typed.is_empty() {
        Name::Proposed(sheet.proposed.clone())
    } else {
        Name::Given(typed.to_owned())
    };
    let (query, text) = match sheet.subject {
        Subject::List => {
            let filter = &state.findings.filter;
            (Arc::clone(&filter.query), filter.text().to_owned())
        }
        Subject::Finding(row) => {
            let Some(row) = moment.snapshot.row(row) else {
                state.say(Tone::Problem, "This finding is gone: there is nothing to write.", moment.now);
                return Vec::new();
            };
            let text = format!("id={}", super::detail::quoted(&row.id()));
            match query::parse(&text) {
                Ok(query) => (Arc::new(query), text),
                Err(error) => {
                    state.say(
                        Tone::Problem,
                        format!("This finding cannot be asked for by its id: {error}"),
                        moment.now,
                    );
                    return Vec::new();
                }
            }
        }
    };
    state.exporting = true;
    let sort = state.findings.sort;
    vec![Effect::Export(Box::new(Export { query, text, sort, format: sheet.format, name }))]
}

/// The runtime's news of the export.
pub(super) fn news(state: &mut State, news: Exporting, moment: &Moment<'_>) -> Vec<Effect> {
    state.exporting = matches!(news, Exporting::Going { .. });
    match news {
        Exporting::Going { done, of } => {
            let text = format!("Writing findings: {} of {}…", grouped(done), grouped(of));
            state.say(Tone::Notice, text, moment.now);
        }
        Exporting::Done { file, listed, of, bytes, lost } => {
            let many = if listed == 1 { "finding" } else { "findings" };
            let cut = if listed < of { format!(" of {}", grouped(of)) } else { String::new() };
            let missing = match lost {
                0 => String::new(),
                lost => format!(" {lost} records could not be read and are missing; the log names each."),
            };
            let partial = match coverage::troubles(moment.snapshot.sources()).len() {
                0 => String::new(),
                1 => " 1 source is not whole.".to_owned(),
                many => format!(" {many} sources are not whole."),
            };
            let size = size(bytes);
            let text = format!("Wrote {}{cut} {many} to {file} ({size}).{missing}{partial}", grouped(listed));
            state.say(if lost > 0 { Tone::Problem } else { Tone::Lasting }, text, moment.now);
        }
        Exporting::Failed { reason } => state.say(Tone::Problem, format!("Nothing was written: {reason}"), moment.now),
    }
    Vec::new()
}

/// `812 bytes`, `45 KB`, `12.3 MB`.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..=9_999 => format!("{} bytes", grouped(bytes)),
        10_000..=9_999_999 => format!("{} KB", grouped(bytes / 1_000)),
        _ => format!("{}.{} MB", grouped(bytes / 1_000_000), bytes / 100_000 % 10),
    }
}
