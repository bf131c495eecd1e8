//! The picture of the since view: since when, then what is new, worse, back, closed and gone, and what cannot be told.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Scene;
use super::findings::cell::title;
use crate::app::Target;
use crate::app::since::{Line, Section, lines, page};
use crate::store::Row;
use crate::store::since::{Change, Hole, HoleKind, Occasion, Since, Was};
use crate::ui::theme::Focus;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::severity::{mark, symbols};
use crate::ui::widgets::{Align, Cut, Pen, age, grouped};
use crate::ui::{Hits, Safe, header, sync};

/// Draws the view into `area`: header, rule, body.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let look = scene.look;
    let since = scene.snapshot.since();
    header::titled(look, "since you last looked", area, buf, |pen| {
        pen.at_end(" ", look.plain());
        if let Some(phrase) = sync::phrase(scene.snapshot.sources(), scene.now).into_iter().next() {
            pen.at_end(phrase, look.dim());
        }
    });
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let Some(since) = since else { return without_a_mark(scene, body, buf) };
    let mut rows = body.rows();
    if let Some(row) = rows.next() {
        window(scene, since, &mut Pen::on(buf, row));
    }
    let lines = lines(since);
    let page = page(usize::from(body.height));
    let mut cursor = scene.state.since.cursor;
    cursor.fit(lines.len(), page);
    for (row, (at, line)) in rows.zip(lines.iter().enumerate().skip(cursor.top).take(page)) {
        hits.add(row, Target::Line(at));
        let mut pen = Pen::on(buf, row);
        draw(scene, since, *line, Focus::when(at == cursor.selected), &mut pen);
    }
}

fn without_a_mark(scene: &Scene<'_>, body: Rect, buf: &mut Buffer) {
    let words = [
        "No mark is set yet.",
        "",
        "Press m when you have looked at what there is.",
        "From then on this view shows what is new, what got",
        "worse, what came back and what went away.",
        "When yagura ends it sets a mark too, for the next start.",
    ];
    for (row, text) in body.rows().skip(1).zip(words) {
        Pen::on(buf, row).space(2).text(text, scene.look.plain());
    }
}

/// `From 2026-11-22 18:03 UTC (14h ago, you marked it) to now`.
fn window(scene: &Scene<'_>, since: &Since, pen: &mut Pen<'_>) {
    let why = match since.mark.occasion {
        Occasion::Looked => "you marked it",
        Occasion::Quit => "when yagura ended",
    };
    let from = since.mark.at.strftime("%Y-%m-%d %H:%M UTC");
    pen.space(2);
    pen.text(
        Safe::of(format_args!("From {from} ({} ago, {why}) to now.", age(scene.now, since.mark.at))),
        scene.look.plain(),
    );
    if_it_fits(pen, 2, Safe::from("What came and went in between is not seen."), scene.look.dim());
}

/// What explains is whole or not there.
fn if_it_fits(pen: &mut Pen<'_>, gap: u16, text: Safe<'_>, style: Style) {
    if text.width() + usize::from(gap) <= usize::from(pen.room()) {
        pen.space(gap).text(text, style);
    }
}

const fn name(section: Section) -> &'static str {
    match section {
        Section::Changed(Change::New) => "NEW",
        Section::Changed(Change::Worse) => "GOT WORSE",
        Section::Changed(Change::Back) => "CAME BACK",
        Section::Changed(Change::Closed) => "CLOSED",
        Section::Gone => "GONE",
        Section::Untold => "CANNOT BE TOLD",
    }
}

const fn meaning(section: Section) -> &'static str {
    match section {
        Section::Changed(Change::New) => "open, and not there then",
        Section::Changed(Change::Worse) => "open then and now, of a higher severity",
        Section::Changed(Change::Back) => "closed then, open now",
        Section::Changed(Change::Closed) => "open then; now archived, suppressed, resolved or passed",
        Section::Gone => "open then, and no longer sent by a source that is whole",
        Section::Untold => "sources that were or are not whole",
    }
}

fn draw(scene: &Scene<'_>, since: &Since, line: Line, focus: Focus, pen: &mut Pen<'_>) {
    gutter(pen, focus, scene.look);
    match line {
        Line::Head(section) => head(scene, since, section, focus, pen),
        Line::Finding(row) => {
            if let Some(row) = scene.snapshot.row(row) {
                finding(scene, &row, focus, pen);
            }
        }
        Line::Gone(at) => {
            if let Some(was) = since.gone.get(at).and_then(|place| since.mark.was(*place)) {
                gone(scene, &was, focus, pen);
            }
        }
        Line::Hole(at) => {
            if let Some(hole) = since.holes.get(at) {
                pen.space(2);
                let room = usize::from(pen.room());
                let said = [Words::Long, Words::Short].map(|words| told(hole, words));
                let said = said.into_iter().find(|said| said.width() <= room).unwrap_or_else(|| told(hole, Words::Few));
                pen.text(said, style(scene, focus, scene.look.plain()));
            }
        }
        Line::More(section, more) => {
            let more = grouped(more);
            let text = match section.query() {
                Some(query) => Safe::of(format_args!("… {more} more: Enter lists them all ({query})")),
                None => Safe::of(format_args!("… {more} more")),
            };
            pen.space(2).text(text, scene.look.dim());
        }
    }
}

fn style(scene: &Scene<'_>, focus: Focus, style: Style) -> Style {
    match focus {
        Focus::Here => scene.look.strong(),
        Focus::Elsewhere => style,
    }
}

fn head(scene: &Scene<'_>, since: &Since, section: Section, focus: Focus, pen: &mut Pen<'_>) {
    let look = scene.look;
    pen.column(15, Align::Left, Cut::End, name(section), look.title(focus));
    pen.column(9, Align::Right, Cut::End, grouped(section.count(since)), look.strong()).space(3);
    if let Section::Changed(change) = section {
        for (severity, count) in since.of(change).severities() {
            let style = severity.map_or(look.dim(), |severity| look.severity(severity));
            pen.text(Safe::of(format_args!("{} {}", symbols(severity).0, grouped(count))), style).space(2);
        }
    }
    if_it_fits(pen, 0, Safe::from(meaning(section)), look.dim());
}

/// Widths of resource and account, by what is left for the title.
const fn widths(room: u16) -> (u16, u16) {
    match room {
        ..70 => (0, 0),
        70..100 => (22, 0),
        100..150 => (28, 18),
        150.. => (48, 28),
    }
}

fn finding(scene: &Scene<'_>, row: &Row<'_>, focus: Focus, pen: &mut Pen<'_>) {
    let plain = if row.is_open() { scene.look.plain() } else { scene.look.dim() };
    let style = style(scene, focus, plain);
    let (resource_width, account_width) = widths(pen.room());
    mark(pen, row.severity(), scene.look);
    let born = row.first_seen().or(row.created_at());
    let born = born.map_or(Safe::from("—"), |then| age(scene.now, then));
    pen.column(6, Align::Right, Cut::End, born, style).space(2);
    let room = pen.room().saturating_sub(resource_width + account_width + 1);
    let start = pen.x();
    title(row, room.saturating_sub(1), style, scene.look, pen);
    pen.to(start + room);
    let resource = row.resources().next().map(|resource| resource.name.unwrap_or(resource.id));
    columns(
        pen,
        (resource_width, account_width),
        (resource, row.account_name().or(row.account())),
        style.remove_modifier(Modifier::BOLD),
    );
}

fn gone(scene: &Scene<'_>, was: &Was<'_>, focus: Focus, pen: &mut Pen<'_>) {
    let style = style(scene, focus, scene.look.plain());
    let (resource_width, account_width) = widths(pen.room());
    mark(pen, was.severity, scene.look);
    pen.space(8);
    let room = pen.room().saturating_sub(resource_width + account_width + 1);
    pen.column(room.saturating_sub(1), Align::Left, Cut::End, Safe::new(was.title), style).space(1);
    let account = scene.snapshot.account_name(was.account).unwrap_or(was.account);
    columns(
        pen,
        (resource_width, account_width),
        (Some(was.resource), Some(account)),
        style.remove_modifier(Modifier::BOLD),
    );
}

fn columns(pen: &mut Pen<'_>, widths: (u16, u16), texts: (Option<&str>, Option<&str>), style: Style) {
    for ((width, text), cut) in [(widths.0, texts.0), (widths.1, texts.1)].into_iter().zip([Cut::Middle; 2]) {
        if width > 0 {
            pen.column(width - 1, Align::Left, cut, Safe::new(text.unwrap_or("—")), style).space(1);
        }
    }
}

/// How much of it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Words {
    Long,
    Short,
    Few,
}

/// `Security Hub 111122223333 eu-west-1: 12 findings; it is not whole now: what it had then may not be gone`.
fn told(hole: &Hole, words: Words) -> Safe<'static> {
    let number = match hole.findings {
        0 => String::new(),
        1 => "1 finding; ".to_owned(),
        many => format!("{} findings; ", grouped(many)),
    };
    let why = match (hole.kind, hole.findings, words) {
        (HoleKind::NotThen, _, Words::Long) => "it was not whole at the mark: what it has may not be new",
        (HoleKind::NotThen, _, Words::Short) => "not whole then: perhaps not new",
        (HoleKind::NotThen, _, Words::Few) => "not whole then",
        (HoleKind::NotNow, 0, Words::Long) => "it is not whole now: what is new there is not seen",
        (HoleKind::NotNow, 0, Words::Short) => "not whole now: new ones unseen",
        (HoleKind::NotNow, _, Words::Long) => "it is not whole now: what it had then may not be gone",
        (HoleKind::NotNow, _, Words::Short) => "not whole now: perhaps not gone",
        (HoleKind::NotNow, _, Words::Few) => "not whole now",
    };
    match words {
        Words::Few => Safe::of(format_args!("{} {}: {number}{why}", hole.scope.service.name(), hole.scope.region)),
        Words::Long | Words::Short => Safe::of(format_args!("{}: {number}{why}", hole.scope)),
    }
}
