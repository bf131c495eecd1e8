//! The menu of what can be copied of a finding or a control.
//!
//! What is there is worked out when it is looked at: the full record may still be on its way when the menu opens. Values
//! of one line leave without the characters that would act where they are pasted, and the message says how many those
//! were.

use super::message::Tone;
use super::motion::Cursor;
use super::overlay::Overlay;
use super::{Action, Effect, Moment, State, controls, detail};
use crate::export::{command, markdown, raw};
use crate::store::{Row, RowId, Snapshot};

/// What is copied from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Finding(RowId),
    /// The control under the cursor of the controls view.
    Control,
}

/// The menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    pub subject: Subject,
    pub cursor: Cursor,
}

/// One thing that can be copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The action that copies it: its key is the item's.
    pub action: Action,
    pub name: &'static str,
    pub value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One line.
    Line(String),
    /// Several lines, or JSON: copied as it is.
    Text(String),
    /// The full record is still being read.
    Loading,
    /// There is none, and why.
    None(&'static str),
}

/// Opens the menu for a finding; its full record is asked for where it is not there.
pub(super) fn open(state: &mut State, row: Option<RowId>, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let row = row.filter(|row| moment.snapshot.row(*row).is_some())?;
    push(state, Subject::Finding(row));
    let known = state.detail.row == Some(row) && state.detail.loaded.is_some();
    Some(if known { Vec::new() } else { detail::show(state, row, moment) })
}

/// Opens the menu for the control under the cursor.
pub(super) fn open_control(state: &mut State, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    state.controls.requirement(moment.snapshot.posture())?;
    push(state, Subject::Control);
    Some(Vec::new())
}

fn push(state: &mut State, subject: Subject) {
    state.overlays.push(Overlay::Copy(Copy { subject, cursor: Cursor::default() }));
}

/// An action while the menu is open: an item's copies it, and the menu is gone.
pub(super) fn act(state: &mut State, action: Action, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Some(Overlay::Copy(menu)) = state.overlays.last() else { return None };
    let items = items(state, menu.subject, moment.snapshot);
    let chosen = match action {
        Action::Open => items.get(menu.cursor.selected).map(|item| item.action),
        _ => items.iter().find(|item| item.action == action).map(|item| item.action),
    };
    if let Some(chosen) = chosen {
        state.overlays.pop();
        return Some(copy(state, items, chosen, moment));
    }
    let Some(Overlay::Copy(menu)) = state.overlays.last_mut() else { return None };
    if menu.cursor.act(action, items.len(), items.len()) {
        return Some(Vec::new());
    }
    state.overlays.pop();
    matches!(action, Action::Back | Action::Leave).then(Vec::new)
}

/// A click on a line of the menu.
pub(super) fn click(state: &mut State, line: usize, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let Some(Overlay::Copy(menu)) = state.overlays.last() else { return None };
    let action = items(state, menu.subject, moment.snapshot).get(line).map(|item| item.action)?;
    act(state, action, moment)
}

fn copy(state: &mut State, items: Vec<Item>, chosen: Action, moment: &Moment<'_>) -> Vec<Effect> {
    let Some(item) = items.into_iter().find(|item| item.action == chosen) else { return Vec::new() };
    match item.value {
        Value::Line(text) => return vec![Effect::copy(item.name, &text)],
        Value::Text(text) => return vec![Effect::Copy { text, what: item.name, dropped: 0 }],
        Value::Loading => state.say(Tone::Notice, "The full record is still being read; try again.", moment.now),
        Value::None(why) => state.say(Tone::Notice, format!("There is no {} to copy: {why}.", item.name), moment.now),
    }
    Vec::new()
}

/// What can be copied, in the order of the menu.
#[must_use]
pub fn items(state: &State, subject: Subject, snapshot: &Snapshot) -> Vec<Item> {
    match subject {
        Subject::Finding(row) => match snapshot.row(row) {
            Some(row) => of_finding(state, &row, snapshot),
            None => Vec::new(),
        },
        Subject::Control => of_control(state, snapshot),
    }
}

fn of_finding(state: &State, row: &Row<'_>, snapshot: &Snapshot) -> Vec<Item> {
    let item = |action, name, value| Item { action, name, value };
    let line = |text: Option<String>, why| text.map_or(Value::None(why), Value::Line);
    let arn = row.resources().map(|resource| resource.id).find(|id| id.starts_with("arn:"));
    let resource = row.resources().next().map(|resource| resource.name.unwrap_or(resource.id).to_owned());
    vec![
        item(Action::CopyId, "id", Value::Line(row.id().into_owned())),
        item(Action::CopyArn, "resource ARN", line(arn.map(str::to_owned), "no resource of it has one")),
        item(Action::CopyResource, "resource", line(resource, "it names none")),
        item(Action::CopyIp, "IP", addresses(state, row.row_id())),
        item(
            Action::CopyCommand,
            "AWS CLI command",
            line(command::show(row, snapshot), "its id is none that AWS makes"),
        ),
        item(Action::CopyMarkdown, "Markdown summary", Value::Text(markdown::finding(row, snapshot))),
        item(Action::CopyJson, "raw JSON", json(state, row.row_id())),
    ]
}

/// The addresses of the actors, each once, with blanks between them.
fn addresses(state: &State, row: RowId) -> Value {
    let loaded = match &state.detail.loaded {
        Some(Ok(loaded)) if state.detail.row == Some(row) => loaded,
        Some(Err(_)) => return Value::None("the full record cannot be read"),
        _ => return Value::Loading,
    };
    let mut all: Vec<&str> = Vec::new();
    for ip in loaded.detail.actors.iter().filter_map(|actor| actor.ip.as_deref()) {
        if !all.contains(&ip) {
            all.push(ip);
        }
    }
    if all.is_empty() { Value::None("it names no address") } else { Value::Line(all.join(" ")) }
}

/// The leading record.
fn json(state: &State, row: RowId) -> Value {
    match &state.detail.loaded {
        Some(Ok(loaded)) if state.detail.row == Some(row) => {
            let lead = loaded.records.first().map(|(_, json)| raw::for_clipboard(json));
            lead.map_or(Value::None("there is no record"), Value::Text)
        }
        Some(Err(_)) => Value::None("the full record cannot be read"),
        _ => Value::Loading,
    }
}

fn of_control(state: &State, snapshot: &Snapshot) -> Vec<Item> {
    let posture = snapshot.posture();
    let Some((standard, requirement)) = state.controls.requirement(posture) else { return Vec::new() };
    let query = controls::door(standard, requirement);
    let summary = format!(
        "{} {} {}: {}, {} of {} failed",
        standard.id.short(),
        requirement.number,
        requirement.control,
        requirement.status.label(),
        requirement.failed,
        requirement.total
    );
    let item = |action, name, value| Item { action, name, value };
    vec![
        item(Action::CopyId, "control id", Value::Line(requirement.control.clone())),
        item(Action::CopyResource, "query", Value::Line(query)),
        item(Action::CopyCommand, "AWS CLI command", Value::Line(command::show_control(&requirement.control))),
        item(Action::CopyMarkdown, "summary", Value::Line(summary)),
    ]
}
