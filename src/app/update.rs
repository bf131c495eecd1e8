//! The one place where something that happened changes the state.
//!
//! A key becomes an action by the contexts that are open: an overlay's, else the view's, then the global one. While a
//! line of text is edited its own chords come first, then what edits text, then those global chords that are no text
//! (arrows, `Ctrl-l`, ...). An action goes to the overlay, then the view, then to its global meaning below.

use crossterm::event::{KeyEvent, KeyEventKind};
use jiff::Timestamp;

use super::effect::Generation;
use super::keymap::Chord;
use super::message::Tone;
use super::msg::{Lost, Target};
use super::overlay::{Help, Overlay, Palette};
use super::{Action, Context, Effect, Moment, Msg, State, View};
use super::{
    ahead, choose, compare, controls, detail, export, findings, kin, line, navigation, notice, overlay, overview, raw,
    saved, since, sources, versions,
};
use crate::model::{JournalStatus, Keeping};
use crate::store::Snapshot;

/// Applies `msg`; the effects are the runtime's to carry out, in order.
pub fn update(state: &mut State, msg: Msg, snapshot: &Snapshot, now: Timestamp) -> Vec<Effect> {
    let moment = &Moment { snapshot, now };
    match msg {
        Msg::Key(key) => press(state, key, moment),
        Msg::Act(action) => act(state, action, moment),
        Msg::Click(target) => click(state, target, moment),
        Msg::Wheel(lines) => wheel(state, lines, moment),
        Msg::Paste(text) => line::paste(state, &text, moment),
        Msg::Resize { width, height } => {
            state.size = (width, height);
            findings::resized(state);
            detail::resized(state, moment);
            raw::resized(state);
            versions::resized(state);
            Vec::new()
        }
        Msg::CacheRefused { reason } => refused(state, &reason, now),
        Msg::Snapshot => {
            let mut effects = navigation::entered(state, moment);
            effects.extend(notice::refreshed(state));
            effects.extend(kin::refreshed(state, moment));
            effects.extend(saved::refreshed(state, moment));
            effects
        }
        Msg::Rows { generation, rows } => {
            let effects = findings::answered(state, generation, rows, moment);
            [effects, ahead::carry_on(state, moment)].concat()
        }
        Msg::Outline { generation, outline } => {
            let effects = findings::outlined(state, generation, &outline, moment);
            [effects, ahead::carry_on(state, moment)].concat()
        }
        Msg::Detail { row, result } => {
            detail::loaded(state, row, result, moment);
            raw::loaded(state, row);
            Vec::new()
        }
        Msg::Past { row, record, past } => {
            versions::loaded(state, row, record, past);
            Vec::new()
        }
        Msg::Compared { row, record, pair, changes } => {
            versions::compared(state, row, record, pair, changes);
            Vec::new()
        }
        Msg::History { row, record, result } => {
            versions::answered(state, row, record, result);
            Vec::new()
        }
        Msg::Journal(status) => {
            journal(state, status, now);
            Vec::new()
        }
        Msg::Lost(Lost::Past(row) | Lost::Compared(row)) => {
            versions::lost(state, row, moment);
            Vec::new()
        }
        Msg::Lost(Lost::Query(generation)) => findings::lost(state, generation, moment),
        Msg::Counted { generation, counts } => counted(state, generation, Some(counts), moment),
        Msg::Lost(Lost::Count(generation)) => counted(state, generation, None, moment),
        Msg::Lost(Lost::Detail(row)) => {
            detail::lost(state, row, moment);
            raw::loaded(state, row);
            Vec::new()
        }
        Msg::Lost(Lost::Mark) => {
            state.say(Tone::Problem, "The mark could not be set: see the log.", now);
            Vec::new()
        }
        Msg::Copied { what, bytes, dropped } => {
            copied(state, what, bytes, dropped, now);
            Vec::new()
        }
        Msg::CopyTooLarge { what, bytes, most } => {
            let exports = state.keymap.chords(Action::Export).next();
            let remedy = exports.map(|chord| format!("; {chord} exports it")).unwrap_or_default();
            let (has, most) = (bytes.div_ceil(1_000), most / 1_000);
            let text = format!("The {what} is too large for the terminal's clipboard: {has} KB of {most} KB{remedy}.");
            state.say(Tone::Problem, text, now);
            Vec::new()
        }
        Msg::Marked(marked) => since::marked(state, &marked, moment),
        Msg::Export(news) => export::news(state, news, moment),
        Msg::Lost(Lost::Export) => {
            let reason = "the writer fell over; the log says why".to_owned();
            export::news(state, export::Exporting::Failed { reason }, moment)
        }
        Msg::Matching { rows, loading } => notice::answered(state, rows, loading, moment),
        // In the log; the next snapshot asks again.
        Msg::Lost(Lost::Match) => Vec::new(),
        Msg::Tick => {
            state.message.take_if(|message| message.until <= now);
            if state.view == View::Detail {
                detail::resized(state, moment);
            }
            notice::call(state, moment)
        }
    }
}

fn copied(state: &mut State, what: &str, bytes: usize, dropped: usize, now: Timestamp) {
    let left_out = match dropped {
        0 => String::new(),
        1 => "; 1 control character was left out".to_owned(),
        many => format!("; {many} control characters were left out"),
    };
    state.say(Tone::Done, format!("Sent the {what} to the terminal's clipboard ({bytes} bytes{left_out})."), now);
}

/// Numbers of findings: for whoever asked.
fn counted(state: &mut State, generation: Generation, counts: Option<Vec<u64>>, moment: &Moment<'_>) -> Vec<Effect> {
    if state.saved.asked(generation) {
        saved::counted(state, counts, moment)
    } else {
        kin::counted(state, generation, counts, moment)
    }
}

/// Said once; why it is not there, the next screens would not tell.
fn refused(state: &mut State, reason: &str, now: Timestamp) -> Vec<Effect> {
    state.say(Tone::Lasting, format!("The findings of the last session are not shown: {reason}."), now);
    Vec::new()
}

/// That versions get lost is said at once, wherever the user is.
fn journal(state: &mut State, status: JournalStatus, now: Timestamp) {
    let new = match (&status.keeping, &status.trouble) {
        (Keeping::Failed(why), _) if status.keeping != state.journal.keeping => Some(why.clone()),
        (_, Some(why)) if state.journal.trouble.is_none() => Some(why.clone()),
        _ => None,
    };
    if let Some(why) = new {
        state.say(Tone::Problem, format!("Versions of findings are not being kept: {why}."), now);
    }
    state.journal = status;
    versions::resized(state);
}

pub(super) fn press(state: &mut State, key: KeyEvent, moment: &Moment<'_>) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    let chord = Chord::of(key);
    let action = state.keymap.action(state.contexts(), chord);
    if ahead::waits(state, key, action) {
        return Vec::new();
    }
    if let Some(action) = action {
        return act(state, action, moment);
    }
    if state.line().is_none() {
        return match state.saved.of_chord(chord) {
            Some(view) if state.overlays.is_empty() => saved::open(state, view, moment),
            _ => Vec::new(),
        };
    }
    if let Some(effects) = line::key(state, key, moment) {
        return effects;
    }
    match state.keymap.action(&[Context::Global], chord) {
        Some(action) if !chord.is_text() => act(state, action, moment),
        _ => Vec::new(),
    }
}

fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Vec<Effect> {
    let taken = overlay::act(state, action, moment).or_else(|| line::act(state, action, moment));
    let taken = taken.or_else(|| match state.view {
        View::Overview => overview::act(state, action, moment),
        View::Findings => findings::act(state, action, moment),
        View::Detail => detail::act(state, action, moment),
        View::Raw => raw::act(state, action, moment),
        View::Versions => versions::act(state, action, moment),
        View::Controls => controls::act(state, action, moment),
        View::Compare => compare::act(state, action, moment),
        View::Sources => sources::act(state, action, moment),
        View::Since => since::act(state, action, moment),
    });
    taken.unwrap_or_else(|| global(state, action, moment))
}

/// What an action means where no view gives it a meaning of its own.
fn global(state: &mut State, action: Action, moment: &Moment<'_>) -> Vec<Effect> {
    match action {
        Action::ShowOverview => navigation::jump(state, View::Overview, moment),
        Action::ShowFindings => navigation::jump(state, View::Findings, moment),
        Action::ShowControls => navigation::jump(state, View::Controls, moment),
        Action::ShowSources => navigation::jump(state, View::Sources, moment),
        Action::ShowSince => navigation::jump(state, View::Since, moment),
        Action::MarkLooked => since::mark(state, moment),
        Action::Back => navigation::back(state, moment).unwrap_or_default(),
        Action::Leave => navigation::back(state, moment).unwrap_or_else(|| vec![Effect::Quit]),
        Action::Filter => findings::edit_filter(state, moment),
        Action::Palette => {
            state.overlays.push(Overlay::Palette(Palette::default()));
            saved::refreshed(state, moment)
        }
        Action::Kin => choose::kin::open(state, moment),
        Action::Views => choose::views::open(state, moment),
        Action::Help => {
            state.overlays.push(Overlay::Help(Help::default()));
            Vec::new()
        }
        Action::Refresh => {
            state.say(Tone::Notice, "Asking the sources for what has changed.", moment.now);
            vec![Effect::Refresh]
        }
        Action::Copy | Action::RawCopy => nothing(state, "copy", moment),
        Action::ConsoleLink => nothing(state, "link to", moment),
        Action::Export => nothing(state, "export", moment),
        Action::RawJson => nothing(state, "show as JSON", moment),
        Action::Redraw => vec![Effect::Redraw],
        Action::Suspend => vec![Effect::Suspend],
        Action::Quit => vec![Effect::Quit],
        _ => Vec::new(),
    }
}

fn nothing(state: &mut State, what: &str, moment: &Moment<'_>) -> Vec<Effect> {
    state.say(Tone::Notice, format!("There is nothing here to {what}. Select a finding first."), moment.now);
    Vec::new()
}

fn click(state: &mut State, target: Target, moment: &Moment<'_>) -> Vec<Effect> {
    // Who clicks looks at the screen as it is.
    state.ahead.forget();
    if let Target::Action(action) = target {
        return act(state, action, moment);
    }
    if let Some(effects) = overlay::click(state, target, moment) {
        return effects;
    }
    let taken = match state.view {
        View::Overview => overview::click(state, target, moment),
        View::Findings => findings::click(state, target, moment),
        View::Detail => detail::click(state, target, moment),
        View::Raw => raw::click(state, target, moment),
        View::Versions => versions::click(state, target, moment),
        View::Controls => controls::click(state, target, moment),
        View::Compare => compare::click(state, target, moment),
        View::Sources => sources::click(state, target, moment),
        View::Since => since::click(state, target, moment),
    };
    taken.unwrap_or_default()
}

fn wheel(state: &mut State, lines: i16, moment: &Moment<'_>) -> Vec<Effect> {
    if state.overlays.is_empty() {
        match state.view {
            View::Findings => return findings::scroll(state, lines.into()),
            View::Detail => return detail::scroll(state, lines.into()),
            View::Raw => return raw::scroll(state, lines.into()),
            View::Since => return since::scroll(state, lines.into(), moment),
            View::Versions => return versions::scroll(state, lines.into()),
            View::Overview | View::Controls | View::Compare | View::Sources => {}
        }
    }
    let action = if lines < 0 { Action::Up } else { Action::Down };
    (0..lines.unsigned_abs()).flat_map(|_| act(state, action, moment)).collect()
}
