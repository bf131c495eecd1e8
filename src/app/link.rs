//! The address of a finding in the AWS console, on a sheet: as a hyperlink and as text.

use super::message::Tone;
use super::overlay::Overlay;
use super::{Action, Effect, Moment, State};
use crate::export::console;
use crate::store::RowId;

/// The sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// `https`, one of AWS's own console hosts.
    pub url: String,
}

/// Shows the link of a finding.
pub(super) fn show(state: &mut State, row: Option<RowId>, moment: &Moment<'_>) -> Option<Vec<Effect>> {
    let row = moment.snapshot.row(row?)?;
    if let Some(url) = console::link(&row) {
        state.overlays.push(Overlay::Link(Link { url }));
    } else {
        let text = "This finding names no Region with a public console: there is nowhere to open it.";
        state.say(Tone::Notice, text, moment.now);
    }
    Some(Vec::new())
}

/// An action while the sheet is open: copying sends the link, anything else leaves the sheet.
pub(super) fn act(state: &mut State, link: &Link, action: Action) -> Option<Vec<Effect>> {
    state.overlays.pop();
    match action {
        Action::Copy => Some(vec![Effect::copy("console link", &link.url)]),
        Action::Back | Action::Leave | Action::Open | Action::ConsoleLink => Some(Vec::new()),
        _ => None,
    }
}
