//! The top line of the overview: who is looked at, how much of it, how the sync goes, and the time.

use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::views::Scene;
use super::widgets::{Pen, grouped, rule};
use super::{Look, Safe, sync};
use crate::model::Service;
use crate::store::{Field, Snapshot};

/// Draws the line and the rule under it.
pub fn overview(scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
    let Scene { snapshot, look, now, .. } = *scene;
    let mut pen = Pen::on(buf, area);
    pen.space(1).text("yagura", look.title(super::theme::Focus::Here)).space(2);
    pen.at_end(" ", look.plain());
    pen.at_end(clock(now), look.dim());
    let style = if sync::problems(snapshot.sources()).is_some() { look.warn() } else { look.plain() };
    let mut phrase = sync::phrase(snapshot.sources(), now);
    let (names, counts) = (identities(snapshot), counts(snapshot));
    // What goes first when the line is short: the rate, the number so far, the counts, the account's number.
    let width = |parts: &[Safe<'_>]| parts.iter().map(|part| part.width() + 2).sum::<usize>();
    let name_width = names.last().map_or(0, Safe::width);
    while phrase.len() > 1 && width(&phrase) + phrase.len() + name_width + 3 > usize::from(pen.room()) {
        phrase.pop();
    }
    for part in phrase.into_iter().rev() {
        pen.at_end(" ", look.plain());
        pen.at_end(part, style);
    }
    let room = usize::from(pen.room());
    if let Some(name) = names.into_iter().find(|name| name.width() <= room) {
        pen.text(name, look.strong()).space(3);
    }
    if !snapshot.is_empty() && counts.width() <= usize::from(pen.room()) {
        pen.text(counts, look.plain());
    }
    rule(buf, second_line(area), look);
}

/// The line under the first of `area`.
#[must_use]
pub fn second_line(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1).min(1), ..area }
}

/// `14:02 UTC`
fn clock(now: Timestamp) -> Safe<'static> {
    Safe::of(format_args!("{}", now.strftime("%H:%M UTC")))
}

/// Who asks, from long to short: `acme-security (111122223333)`, `acme-security`.
fn identities(snapshot: &Snapshot) -> Vec<Safe<'static>> {
    let mut accounts: Vec<&str> = Vec::new();
    let mut files = 0_u64;
    for status in snapshot.sources() {
        if status.scope.service == Service::File {
            files += 1;
        } else if !accounts.contains(&&*status.scope.account) {
            accounts.push(&status.scope.account);
        }
    }
    let Some((first, others)) = accounts.split_first() else {
        return match files {
            0 => Vec::new(),
            1 => vec![Safe::from("1 file")],
            _ => vec![Safe::of(format_args!("{} files", grouped(files)))],
        };
    };
    let more = if others.is_empty() { String::new() } else { format!(" +{}", others.len()) };
    match snapshot.account_name(first) {
        Some(name) => {
            vec![Safe::of(format_args!("{name} ({first}){more}")), Safe::of(format_args!("{name}{more}"))]
        }
        None => vec![Safe::of(format_args!("{first}{more}"))],
    }
}

/// `42 accounts · 4 Regions`: of what the findings name.
fn counts(snapshot: &Snapshot) -> Safe<'static> {
    let plural = |number: usize, one: &'static str, many: &'static str| if number == 1 { one } else { many };
    let accounts = snapshot.values(Field::Account).len();
    let regions = snapshot.values(Field::Region).len();
    Safe::of(format_args!(
        "{accounts} {} · {regions} {}",
        plural(accounts, "account", "accounts"),
        plural(regions, "Region", "Regions"),
    ))
}

/// The first line of any other view: its name, then what `rest` draws, then the rule.
pub fn titled(
    look: &Look,
    title: impl Into<Safe<'static>>,
    area: Rect,
    buf: &mut Buffer,
    rest: impl FnOnce(&mut Pen<'_>),
) {
    let mut pen = Pen::on(buf, area);
    pen.space(1).text(title, look.title(super::theme::Focus::Here)).space(3);
    rest(&mut pen);
    rule(buf, second_line(area), look);
}
