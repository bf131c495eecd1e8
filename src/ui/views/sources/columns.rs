//! The columns of the list of sources, dropped from the right of their importance as the width shrinks.

use ratatui::style::Style;

use crate::model::{Service, SourceStatus};
use crate::ui::theme::Focus;
use crate::ui::views::Scene;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen, age, grouped};
use crate::ui::{Safe, sync};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Service,
    Account,
    Region,
    State,
    Pages,
    Records,
    Rejected,
    Calls,
    Throttles,
    Rate,
    Oldest,
    Newest,
}

/// In the order of the screen: the column, its head, its cells, and how early it is dropped (0 never).
const COLUMNS: [(Column, &str, u16, u8); 12] = [
    (Column::Service, "SERVICE", 13, 0),
    (Column::Account, "ACCOUNT", 17, 2),
    (Column::Region, "REGION", 15, 0),
    (Column::State, "STATE", 16, 0),
    (Column::Pages, "PAGES", 9, 4),
    (Column::Records, "RECORDS", 10, 1),
    (Column::Rejected, "REJECTED", 9, 5),
    (Column::Calls, "CALLS", 8, 6),
    (Column::Throttles, "THROTTLED", 10, 3),
    (Column::Rate, "CALLS/S", 8, 7),
    (Column::Oldest, "OLDEST", 7, 8),
    (Column::Newest, "NEWEST", 7, 9),
];

/// Cells for the last error; less than this and it is left to the text below the list.
const ERROR_AT_LEAST: u16 = 24;

/// The columns that one width of the screen has room for.
pub(super) struct Columns {
    shown: Vec<(Column, &'static str, u16)>,
    error: u16,
}

impl Columns {
    pub(super) fn of(width: u16) -> Self {
        // The gutter, and a blank cell at the end of the line.
        let room = width.saturating_sub(3);
        let fit = (0..=9).rev().find(|least| Self::cells(*least) <= room).unwrap_or(0);
        let kept = COLUMNS.iter().filter(|(.., early)| *early <= fit);
        let shown: Vec<_> = kept.map(|(column, head, width, _)| (*column, *head, *width)).collect();
        let rest = room - Self::cells(fit).min(room);
        Self { shown, error: if rest >= ERROR_AT_LEAST { rest - 2 } else { 0 } }
    }

    fn cells(least: u8) -> u16 {
        COLUMNS.iter().filter(|(.., early)| *early <= least).map(|(_, _, width, _)| width).sum()
    }

    pub(super) fn heads(&self, pen: &mut Pen<'_>, style: Style) {
        pen.space(2);
        for (column, head, width) in &self.shown {
            pen.column(*width, column.align(), Cut::End, *head, style);
        }
        if self.error > 0 {
            pen.space(2).column(self.error, Align::Left, Cut::End, "LAST ERROR", style);
        }
    }

    pub(super) fn line(&self, scene: &Scene<'_>, status: &SourceStatus, focus: Focus, pen: &mut Pen<'_>) {
        let look = scene.look;
        gutter(pen, focus, look);
        let plain = if focus == Focus::Here { look.strong() } else { look.plain() };
        for (column, _, width) in &self.shown {
            let style = match column {
                Column::State => look.source(&status.state).patch(plain),
                Column::Rejected if status.rejected > 0 => look.warn(),
                Column::Throttles if status.throttles > 0 => look.warn(),
                _ => plain,
            };
            let unheard = column.align() == Align::Right && status.records == 0 && status.calls == 0;
            // Zero of a source that has not answered would look like an answer.
            let text = if unheard { Safe::from("—") } else { column.text(scene, status) };
            let style = if unheard { look.dim() } else { style };
            match column.align() {
                Align::Left => pen.column(width - 1, Align::Left, column.cut(status), text, style).space(1),
                Align::Right => pen.column(*width, Align::Right, Cut::End, text, style),
            };
        }
        if self.error > 0
            && let Some((at, words)) = &status.last_error
        {
            let text = Safe::of(format_args!("{} ago: {words}", age(scene.now, *at)));
            pen.space(2).column(self.error, Align::Left, Cut::End, text, look.dim());
        }
    }
}

impl Column {
    const fn align(self) -> Align {
        match self {
            Self::Service | Self::Account | Self::Region | Self::State => Align::Left,
            _ => Align::Right,
        }
    }

    /// Paths keep their end.
    fn cut(self, status: &SourceStatus) -> Cut {
        if self == Self::Account && status.scope.service == Service::File { Cut::Start } else { Cut::End }
    }

    fn text(self, scene: &Scene<'_>, status: &SourceStatus) -> Safe<'static> {
        let time = |at: Option<jiff::Timestamp>| at.map_or(Safe::from("—"), |at| age(scene.now, at));
        match self {
            Self::Service => Safe::from(status.scope.service.name()),
            Self::Account => {
                let account = &*status.scope.account;
                Safe::new(scene.snapshot.account_name(account).unwrap_or(account)).into_owned()
            }
            Self::Region if status.scope.region.is_empty() => Safe::from("—"),
            Self::Region => Safe::new(&status.scope.region).into_owned(),
            Self::State => state(status),
            Self::Pages => match status.pages_known {
                Some(known) => Safe::of(format_args!("{}/{known}", status.pages)),
                None => grouped(status.pages),
            },
            Self::Records => grouped(status.records),
            Self::Rejected => grouped(status.rejected),
            Self::Calls => grouped(status.calls),
            Self::Throttles => grouped(status.throttles),
            Self::Rate => Safe::of(format_args!("{:.1}", status.rate)),
            Self::Oldest => time(status.oldest),
            Self::Newest => time(status.newest),
        }
    }
}

/// `ok`, `syncing 62%`, `off !`
fn state(status: &SourceStatus) -> Safe<'static> {
    let word = status.state.word();
    if status.state.is_missing() {
        return Safe::of(format_args!("{word} !"));
    }
    match sync::share(status).filter(|_| status.state.is_loading()) {
        Some(share) => Safe::of(format_args!("{word} {}%", sync::whole_percent(share).min(99))),
        None => Safe::from(word),
    }
}
