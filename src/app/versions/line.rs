//! The lines of the versions view: the timeline, what there is to say about it, and what changed between two versions.

use jiff::Timestamp;

use super::past::{Past, Standing};
use super::{Asked, Versions};
use crate::app::detail::wrap::{wrap, wrap_name};
use crate::app::{Action, State};
use crate::model::{Change, Changes, Keeping, Noticed, Service};

/// Cells in front of a change: the gutter and the mark.
pub const MARK_CELLS: usize = 4;
/// The most cells for what changed; its values stand right of it.
const WHAT_CELLS: usize = 30;
/// A value longer than so many lines is cut, and says so.
const MOST_LINES: usize = 12;

/// One line of the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    Blank,
    /// What the columns of the timeline are.
    Heads,
    Heading(String),
    /// A version, by its place in the past.
    Version(usize),
    /// An event of AWS's history, by its place there.
    Event(usize),
    Change {
        /// On its first line.
        mark: Option<Mark>,
        what: String,
        /// Cells that what changed has.
        what_cells: usize,
        text: String,
    },
    Note {
        text: String,
        tone: Tone,
    },
}

/// What happened to a value, without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Added,
    Removed,
    Changed,
}

/// How loudly a note is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Dim,
    Problem,
}

/// Lays the view out for a screen of `width` cells.
pub(super) fn lay_out(state: &State, width: usize) -> Vec<Line> {
    let view = &state.versions;
    let mut lines = Vec::new();
    let Some(past) = &view.past else {
        note(&mut lines, "Reading the versions…", Tone::Dim, width);
        return lines;
    };
    timeline(view, past, &mut lines);
    lines.push(Line::Blank);
    notes(state, past, width, &mut lines);
    if let Some((older, newer)) = view.pair() {
        lines.push(Line::Blank);
        lines.push(Line::Heading(format!("WHAT CHANGED  from {} to {}", when(past, older), when(past, newer))));
        match view.changes(older, newer) {
            Some(Ok(changes)) => differences(changes, width, &mut lines),
            Some(Err(error)) => {
                note(&mut lines, &format!("These versions cannot be compared: {error}."), Tone::Problem, width);
            }
            None => note(&mut lines, "Comparing…", Tone::Dim, width),
        }
    }
    lines
}

/// Versions and AWS's events together, newest first.
fn timeline(view: &Versions, past: &Past, lines: &mut Vec<Line>) {
    lines.push(Line::Heads);
    let versions = past.entries.iter().enumerate().rev().map(|(at, entry)| (Some(entry.version.at), Line::Version(at)));
    let mut all: Vec<(Option<Timestamp>, Line)> = versions.collect();
    if let Asked::Answered(history) = &view.history {
        for (at, record) in history.records.iter().enumerate() {
            // The order of the versions stands; an event goes before the first of them that is older.
            let place = all.iter().position(|(time, _)| *time < record.at).unwrap_or(all.len());
            all.insert(place, (record.at, Line::Event(at)));
        }
    }
    lines.extend(all.into_iter().map(|(_, line)| line));
}

/// `2026-03-14 10:16:30`; where only the moment is known by which it was there, that.
pub(super) fn when(past: &Past, at: usize) -> String {
    let Some(entry) = past.entries.get(at) else { return String::new() };
    match (entry.standing, entry.version.noticed) {
        (Standing::NowOnly, _) => "now".to_owned(),
        (_, Noticed::Arrived) => moment(entry.version.at),
        (_, Noticed::Overwritten) => format!("before {}", moment(entry.version.at)),
    }
}

fn moment(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// What the timeline covers, and what it does not.
fn notes(state: &State, past: &Past, width: usize, lines: &mut Vec<Line>) {
    let journal = &state.journal;
    if let Some(error) = &past.unread {
        note(lines, &format!("Versions that were kept cannot be read: {error}"), Tone::Problem, width);
    }
    match &journal.keeping {
        Keeping::Off => note(
            lines,
            "Versions are not kept in this session, so only what is held now can be shown. [journal] enabled = \"on\" in the \
             configuration keeps them, of files too.",
            Tone::Plain,
            width,
        ),
        Keeping::Failed(why) => note(lines, &format!("Versions cannot be kept: {why}"), Tone::Problem, width),
        Keeping::On => {
            if let [only] = &past.entries[..] {
                let since = match only.standing {
                    Standing::NowOnly => journal.since.map(moment),
                    _ => Some(when(past, 0)),
                };
                let since = since.map_or_else(String::new, |since| format!(" since {since} UTC"));
                let text = format!("Only this version has been seen{since}. What changes from now on is kept.");
                note(lines, &text, Tone::Plain, width);
            }
        }
    }
    if journal.lost > 0 {
        let why = journal.trouble.as_deref().unwrap_or("it works again");
        note(
            lines,
            &format!("{} versions could not be kept in this session: {why}.", journal.lost),
            Tone::Problem,
            width,
        );
    }
    history(state, past, width, lines);
}

fn history(state: &State, past: &Past, width: usize, lines: &mut Vec<Line>) {
    if past.scope.service != Service::SecurityHub {
        return;
    }
    let key = state.keymap.chords(Action::AskHistory).next().unwrap_or("the palette").to_owned();
    let (text, tone) = match &state.versions.history {
        Asked::No => {
            (format!("Security Hub has a history of its own, of up to 90 days: {key} asks for it."), Tone::Dim)
        }
        Asked::Asking => ("Asking Security Hub for its history (GetFindingHistory)…".to_owned(), Tone::Dim),
        Asked::Failed(error) => (format!("Security Hub's history: {error}. {key} asks again."), Tone::Problem),
        Asked::Answered(history) => match (history.records.len(), &history.cut) {
            (0, _) => ("Security Hub remembers no change of this finding in 90 days.".to_owned(), Tone::Dim),
            (_, Some(cut)) => (format!("Of Security Hub's history: {cut}."), Tone::Plain),
            (1, None) => ("Security Hub remembers 1 event of up to 90 days: it is in the list.".to_owned(), Tone::Dim),
            (events, None) => {
                (format!("Security Hub remembers {events} events of up to 90 days: they are in the list."), Tone::Dim)
            }
        },
    };
    note(lines, &text, tone, width);
}

fn note(lines: &mut Vec<Line>, text: &str, tone: Tone, width: usize) {
    let room = width.saturating_sub(3);
    lines.extend(wrap(text, room).into_iter().map(|text| Line::Note { text: text.to_owned(), tone }));
}

fn differences(changes: &Changes, width: usize, lines: &mut Vec<Line>) {
    if changes.is_empty() {
        note(lines, "Nothing: the two have the same content.", Tone::Plain, width);
        return;
    }
    each(&changes.fields, width, lines);
    if !changes.paths.is_empty() {
        if !changes.fields.is_empty() {
            lines.push(Line::Blank);
        }
        lines.push(Line::Heading("ELSEWHERE IN THE RECORD".to_owned()));
        each(&changes.paths, width, lines);
    }
}

fn each(changes: &[Change], width: usize, lines: &mut Vec<Line>) {
    let longest = changes.iter().map(|change| change.what.len()).max().unwrap_or(0);
    let what_cells = (longest + 2).min(WHAT_CELLS).min(width / 3);
    let room = width.saturating_sub(MARK_CELLS + what_cells + 1);
    for change in changes {
        let mut mark = Some(match (&change.old, &change.new) {
            (None, _) => Mark::Added,
            (_, None) => Mark::Removed,
            _ => Mark::Changed,
        });
        let mut what = change.what.clone();
        let texts = values(change, room);
        let (shown, more) = (texts.len().min(MOST_LINES), texts.len().saturating_sub(MOST_LINES));
        for text in texts.into_iter().take(shown) {
            lines.push(Line::Change { mark: mark.take(), what: std::mem::take(&mut what), what_cells, text });
        }
        if more > 0 {
            let text = format!("… {more} more lines: see the raw JSON");
            lines.push(Line::Change { mark: None, what: String::new(), what_cells, text });
        }
    }
}

/// `old → new` on one line where they fit; else the old one, then the new one behind an arrow.
fn values(change: &Change, room: usize) -> Vec<String> {
    let (old, new) = (change.old.as_deref(), change.new.as_deref());
    let own = |text: &str| wrap_name(text, room).into_iter().map(str::to_owned).collect::<Vec<_>>();
    match (old, new) {
        (Some(old), Some(new)) => {
            let together = format!("{old} → {new}");
            let mut lines = own(&together);
            if lines.len() > 1 {
                lines = own(old);
                lines.extend(own(&format!("→ {new}")));
            }
            lines
        }
        (one, other) => own(one.or(other).unwrap_or_default()),
    }
}
