//! The since view: what is new, worse, back and gone since the mark, and what cannot be told.
//!
//! The lines are those of the snapshot's [`store::since::Since`]. The cursor is the name of a line, never its number: a
//! finding that others join above takes the cursor along.

use super::message::Tone;
use super::motion::Cursor;
use super::msg::{Marked, Target};
use super::navigation::{open_finding, open_findings};
use super::{Action, Effect, Moment, State};
use crate::store::since::{Change, Since as Difference};
use crate::store::{RowId, Snapshot};

/// What the since view remembers.
#[derive(Debug, Clone, Default)]
pub struct Since {
    pub cursor: Cursor,
    /// The line under the cursor.
    held: Option<Line>,
}

/// A part of the list, with a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Section {
    Changed(Change),
    /// Open at the mark, and sent by no source any more.
    Gone,
    /// What cannot be told.
    Untold,
}

impl Section {
    /// In the order of the list.
    pub const ALL: [Self; 6] = [
        Self::Changed(Change::New),
        Self::Changed(Change::Worse),
        Self::Changed(Change::Back),
        Self::Changed(Change::Closed),
        Self::Gone,
        Self::Untold,
    ];

    /// The query whose findings it has; `None` where they are no longer there to be asked for.
    #[must_use]
    pub const fn query(self) -> Option<&'static str> {
        match self {
            Self::Changed(Change::New) => Some("is:unseen"),
            Self::Changed(Change::Worse) => Some("is:worse"),
            Self::Changed(Change::Back) => Some("is:back"),
            Self::Changed(Change::Closed) => Some("is:closed"),
            Self::Gone | Self::Untold => None,
        }
    }

    /// How many findings (or, of the untold, sources) it has.
    #[must_use]
    pub fn count(self, since: &Difference) -> u64 {
        match self {
            Self::Changed(change) => since.of(change).rows.len(),
            Self::Gone => since.gone.len() as u64,
            Self::Untold => since.holes.len() as u64,
        }
    }
}

/// A line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Line {
    Head(Section),
    Finding(RowId),
    /// A place in [`Difference::gone`].
    Gone(usize),
    /// A place in [`Difference::holes`].
    Hole(usize),
    /// So many more than are listed here.
    More(Section, u64),
}

/// How many gone findings are listed.
const GONE: usize = 1000;

/// The lines under the headings that have any.
#[must_use]
pub fn lines(since: &Difference) -> Vec<Line> {
    let mut lines = Vec::new();
    for section in Section::ALL {
        let count = section.count(since);
        if count == 0 && section == Section::Untold {
            continue;
        }
        lines.push(Line::Head(section));
        let before = lines.len();
        match section {
            Section::Changed(change) => lines.extend(since.of(change).top.iter().copied().map(Line::Finding)),
            Section::Gone => lines.extend((0..since.gone.len().min(GONE)).map(Line::Gone)),
            Section::Untold => lines.extend((0..since.holes.len()).map(Line::Hole)),
        }
        let more = count.saturating_sub((lines.len() - before) as u64);
        if more > 0 {
            lines.push(Line::More(section, more));
        }
    }
    lines
}

/// The lines of this snapshot; none without a mark.
fn listed(snapshot: &Snapshot) -> Vec<Line> {
    snapshot.since().map(|since| lines(since)).unwrap_or_default()
}

/// How many lines of the list a body of this height shows: all but the line that says since when.
#[must_use]
pub const fn page(body: usize) -> usize {
    body.saturating_sub(1)
}

/// Carries out `action` where it means something here; `None` leaves it to the global meaning.
pub fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    match action {
        Action::Open => return Some(open(state, moment)),
        Action::OtherMark => return Some(vec![Effect::OtherMark]),
        Action::NextPanel => return Some(step(state, moment, Step::Next)),
        Action::PreviousPanel => return Some(step(state, moment, Step::Previous)),
        _ => (),
    }
    let lines = listed(moment.snapshot);
    if !state.since.cursor.act(action, lines.len(), page(state.body().1)) {
        return None;
    }
    hold(state, &lines);
    Some(Vec::new())
}

/// A click selects a line; a click on the selected one opens it.
pub fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Target::Line(line) = target else { return None };
    if state.since.cursor.selected == line {
        return Some(open(state, moment));
    }
    let lines = listed(moment.snapshot);
    let page = page(state.body().1);
    state.since.cursor.go(line, lines.len(), page);
    hold(state, &lines);
    Some(Vec::new())
}

/// The wheel.
pub fn scroll(state: &mut State, by: isize, moment: &Moment<'_>) -> Vec<Effect> {
    let lines = listed(moment.snapshot);
    let page = page(state.body().1);
    state.since.cursor.scroll(by, lines.len(), page);
    hold(state, &lines);
    Vec::new()
}

/// The view came up, or a newer snapshot is there: the cursor stays on its line.
pub fn refreshed(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let lines = listed(moment.snapshot);
    let found = state.since.held.and_then(|held| lines.iter().position(|line| *line == held));
    let page = page(state.body().1);
    let line = found.unwrap_or(state.since.cursor.selected);
    state.since.cursor.go(line, lines.len(), page);
    Vec::new()
}

/// Sets the mark, if there is something to mark.
pub fn mark(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    if moment.snapshot.is_empty() {
        state.say(Tone::Notice, "There is nothing to mark yet: no finding has come.", moment.now);
        return Vec::new();
    }
    vec![Effect::Mark]
}

/// Says what became of it.
pub fn marked(state: &mut State, marked: &Marked, moment: &Moment<'_>) -> Vec<Effect> {
    let findings = |number: usize| match number {
        1 => "1 finding".to_owned(),
        many => format!("{many} findings"),
    };
    let (tone, text) = match marked {
        Marked::Kept { findings: number } => {
            (Tone::Done, format!("Marked {}: since is from here on.", findings(*number)))
        }
        Marked::Unkept { findings: number, reason: None } => {
            (Tone::Done, format!("Marked {}, for this session alone.", findings(*number)))
        }
        Marked::Unkept { findings: number, reason: Some(reason) } => {
            (Tone::Problem, format!("Marked {}, for this session alone: {reason}", findings(*number)))
        }
        Marked::Changed => (Tone::Done, "The findings are held against the other mark.".to_owned()),
        Marked::NoOther => (Tone::Notice, "There is no other mark.".to_owned()),
    };
    state.say(tone, text, moment.now);
    Vec::new()
}

fn open(state: &mut State, moment: &Moment<'_>) -> Vec<Effect> {
    let lines = listed(moment.snapshot);
    let Some(line) = lines.get(state.since.cursor.selected).copied() else { return Vec::new() };
    match line {
        Line::Head(section) | Line::More(section, _) => match section.query() {
            Some(query) => open_findings(state, query, moment),
            None => Vec::new(),
        },
        Line::Finding(row) => {
            let under = lines.iter().take(state.since.cursor.selected).rev();
            let section = under.copied().find_map(|line| match line {
                Line::Head(section) => Some(section),
                _ => None,
            });
            open_finding(state, row, section.and_then(Section::query).unwrap_or_default(), moment)
        }
        Line::Gone(_) => {
            state.say(Tone::Notice, "No source sends this finding any more: only the mark remembers it.", moment.now);
            Vec::new()
        }
        Line::Hole(_) => super::navigation::drill(state, super::View::Sources, moment),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Next,
    Previous,
}

/// To the next or the previous heading.
fn step(state: &mut State, moment: &Moment<'_>, step: Step) -> Vec<Effect> {
    let lines = listed(moment.snapshot);
    let here = state.since.cursor.selected;
    let mut heads = (0..lines.len()).filter(|at| matches!(lines.get(*at), Some(Line::Head(_))));
    let target = match step {
        Step::Next => heads.find(|at| *at > here).or(Some(0)),
        Step::Previous => heads.rfind(|at| *at < here),
    };
    if let Some(line) = target {
        let page = page(state.body().1);
        state.since.cursor.go(line, lines.len(), page);
        hold(state, &lines);
    }
    Vec::new()
}

fn hold(state: &mut State, lines: &[Line]) {
    state.since.held = lines.get(state.since.cursor.selected).copied();
}
