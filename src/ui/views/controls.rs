//! The picture of the controls view: one standard, its score and sections, and every requirement.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Scene;
use crate::app::Target;
use crate::app::controls::{HEAD_ROWS, listed, shown};
use crate::model::standard::Enablement;
use crate::model::{ControlStatus, SourceState};
use crate::store::score::{Posture, RequirementPosture, StandardPosture};
use crate::ui::theme::Focus;
use crate::ui::widgets::bar::bar;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen, age, grouped, severity};
use crate::ui::{Hits, Safe, header};

/// Draws the view into `area`: header, rule, body.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let posture = scene.snapshot.posture();
    let Some((at, standard)) = scene.state.controls.chosen(posture) else {
        pending(scene, area, buf);
        return;
    };
    heading(scene, posture, at, standard, area, buf);
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let mut rows = body.rows();
    if let Some(row) = rows.next() {
        sections(scene, standard, row, buf);
    }
    if let Some(row) = rows.next() {
        let room = usize::from(row.width.saturating_sub(1));
        Pen::on(buf, row).space(1).text(note(scene, standard, room), scene.look.dim());
    }
    let columns = Columns::of(area.width);
    if let Some(row) = rows.next() {
        columns.heads(&mut Pen::on(buf, row), scene.look.dim());
    }
    let lines = listed(standard);
    let page = usize::from(body.height).saturating_sub(HEAD_ROWS);
    let mut cursor = scene.state.controls.cursor;
    cursor.fit(lines.len(), page);
    for (row, (at, line)) in rows.zip(lines.iter().enumerate().skip(cursor.top).take(page)) {
        hits.add(row, Target::Line(at));
        let focus = Focus::when(at == cursor.selected);
        columns.line(scene, line, focus, &mut Pen::on(buf, row));
    }
}

fn heading(scene: &Scene<'_>, posture: &Posture, at: usize, standard: &StandardPosture, area: Rect, buf: &mut Buffer) {
    let look = scene.look;
    let title = match &standard.version {
        Some(version) => Safe::of(format_args!("{} {version}", standard.name)),
        None => Safe::of(format_args!("{}", standard.name)),
    };
    let score = standard.score.map_or(Safe::from("no score"), |score| Safe::of(format_args!("{score}%")));
    let counts = Safe::of(format_args!(
        "{} passed · {} failed · {} unknown · {} no data · {} disabled",
        standard.passed, standard.failed, standard.unknown, standard.no_data, standard.disabled,
    ));
    let short = Safe::of(format_args!("{} passed · {} failed", standard.passed, standard.failed));
    header::titled(look, title, area, buf, |pen| {
        pen.at_end(" ", look.plain());
        pen.at_end(Safe::of(format_args!("◂ {} of {} ▸", at + 1, shown(posture).count())), look.dim());
        pen.text(score, look.strong()).space(2);
        let fits = |text: &Safe<'_>| text.width() <= usize::from(pen.room());
        if let Some(text) = [counts, short].into_iter().find(fits) {
            pen.text(text, look.plain());
        }
    });
}

/// The chapters with their bars, as many as fit, and how many do not.
fn sections(scene: &Scene<'_>, standard: &StandardPosture, row: Rect, buf: &mut Buffer) {
    const BAR: u16 = 8;
    let look = scene.look;
    let mut pen = Pen::on(buf, row);
    pen.space(1);
    for (drawn, section) in standard.sections.iter().enumerate() {
        let name = Safe::of(format_args!("{} {}", section.number, section.title));
        let name = if section.number.is_empty() { Safe::new(&section.title).into_owned() } else { name };
        let sum = Safe::of(format_args!("{}/{}", section.passed, section.total));
        let name_width = name.width().min(if row.width < 100 { 14 } else { 34 });
        let more = Safe::of(format_args!("+{} more", standard.sections.len() - drawn));
        let last = drawn + 1 == standard.sections.len();
        let needed = name_width + 1 + usize::from(BAR) + 1 + sum.width() + if last { 0 } else { more.width() + 3 };
        if needed > usize::from(pen.room()) {
            pen.text(more, look.dim());
            return;
        }
        let width = crate::ui::widgets::pen::narrow(name_width);
        pen.column(width, Align::Left, Cut::End, name, look.plain()).space(1);
        bar(&mut pen, BAR, section.passed.into(), section.total.into(), look.plain(), look);
        pen.space(1).text(sum, look.plain()).space(3);
    }
}

/// What the figures cover, and why they may differ from AWS's: as much of it as the line has room for.
fn note(scene: &Scene<'_>, standard: &StandardPosture, room: usize) -> Safe<'static> {
    const AWS: &str = "AWS's console recomputes once in 24 hours";
    let sources = scene.snapshot.sources();
    let number = |test: fn(&SourceState) -> bool| sources.iter().filter(|status| test(&status.state)).count();
    let mut covered = match Coverage::of(sources, None) {
        Coverage::Whole => match sources.iter().filter(|status| status.is_off_and_empty()).count() {
            0 => "Computed now".to_owned(),
            off => format!("Computed now; {off} of {} sources are off", sources.len()),
        },
        Coverage::Loading => {
            format!("So far: {} of {} sources still loading", number(SourceState::is_loading), sources.len())
        }
        Coverage::Cached => "As an earlier session left it, not confirmed yet".to_owned(),
        Coverage::Missing => {
            format!("Not whole: {} of {} sources could not be read", number(SourceState::is_missing), sources.len())
        }
    };
    if standard.enablement != Enablement::Enabled {
        covered = format!("Not known to be enabled. {covered}");
    }
    let long = Safe::of(format_args!("{covered}. {AWS}, so its figures may differ."));
    let middle = Safe::of(format_args!("{covered}. {AWS}."));
    let short = Safe::of(format_args!("{covered}; AWS: every 24 hours."));
    let fits = |text: &Safe<'_>| text.width() <= room;
    let alone = Safe::of(format_args!("{covered}."));
    [long, middle, short].into_iter().find(fits).unwrap_or(alone)
}

/// Widths of the columns, for one width of the screen. 0: not there.
struct Columns {
    number: u16,
    control: u16,
    title: u16,
    status: u16,
    failed: u16,
    accounts: u16,
    age: u16,
}

impl Columns {
    const GUTTER: u16 = 2;
    const MARK: u16 = severity::MARK_WIDTH + 1;

    fn of(width: u16) -> Self {
        let (number, control, status, failed, accounts, age) = match width {
            ..72 => (8, 13, 8, 9, 0, 0),
            72..110 => (9, 15, 9, 12, 0, 5),
            110..160 => (9, 16, 9, 14, 26, 5),
            160.. => (10, 18, 10, 16, 48, 6),
        };
        let fixed = Self::GUTTER + number + control + Self::MARK + status + failed + accounts + age + 1;
        Self { number, control, title: width.saturating_sub(fixed), status, failed, accounts, age }
    }

    fn heads(&self, pen: &mut Pen<'_>, style: Style) {
        pen.space(Self::GUTTER);
        for (width, align, head) in [
            (self.number, Align::Left, "No."),
            (self.control, Align::Left, "CONTROL"),
            (self.title, Align::Left, "TITLE"),
            (Self::MARK, Align::Left, "S"),
            (self.status, Align::Left, "STATUS"),
            (self.failed, Align::Right, "FAILED OF"),
        ] {
            pen.column(width, align, Cut::End, head, style);
        }
        if self.accounts > 0 {
            pen.space(2).column(self.accounts - 2, Align::Left, Cut::End, "FAILING IN", style);
        }
        if self.age > 0 {
            pen.column(self.age, Align::Right, Cut::End, "AGE", style);
        }
    }

    fn line(&self, scene: &Scene<'_>, line: &RequirementPosture, focus: Focus, pen: &mut Pen<'_>) {
        let look = scene.look;
        gutter(pen, focus, look);
        let style = match (focus, line.status) {
            (Focus::Here, _) => look.strong(),
            (_, ControlStatus::NoData | ControlStatus::Disabled) => look.dim(),
            _ => look.plain(),
        };
        let number = if line.number.is_empty() { "—" } else { &line.number };
        pen.column(self.number - 1, Align::Left, Cut::Start, Safe::new(number), style).space(1);
        pen.column(self.control - 1, Align::Left, Cut::End, Safe::new(&line.control), style).space(1);
        pen.column(self.title.saturating_sub(1), Align::Left, Cut::End, Safe::new(&line.title), style).space(1);
        severity::mark(pen, line.severity, look);
        pen.space(1);
        pen.column(self.status, Align::Left, Cut::End, line.status.label(), look.control(line.status));
        let checks = match line.total {
            0 => Safe::from("—"),
            total => Safe::of(format_args!("{} of {}", grouped(line.failed), grouped(total))),
        };
        pen.column(self.failed, Align::Right, Cut::End, checks, style);
        if self.accounts > 0 {
            pen.space(2).column(self.accounts - 2, Align::Left, Cut::End, places(scene, line), look.plain());
        }
        if self.age > 0 {
            let since = line.failing_since.map_or(Safe::default(), |since| age(scene.now, since));
            pen.column(self.age, Align::Right, Cut::End, since, style);
        }
    }
}

/// The accounts that fail, by name; where none does, why the status is what it is.
fn places(scene: &Scene<'_>, line: &RequirementPosture) -> Safe<'static> {
    let loading = matches!(Coverage::of(scene.snapshot.sources(), None), Coverage::Loading | Coverage::Cached);
    match line.status {
        ControlStatus::Failed => {
            let name = |id: &String| scene.snapshot.account_name(id).unwrap_or(id).to_owned();
            let mut names = line.failed_accounts.iter().map(name);
            let text = match (names.next(), names.next(), names.count()) {
                (Some(one), None, _) => one,
                (Some(one), Some(two), 0) => format!("{one}, {two}"),
                (Some(one), Some(_), more) => format!("{one} +{}", more + 1),
                (None, ..) => String::new(),
            };
            Safe::of(format_args!("{text}"))
        }
        ControlStatus::Unknown => Safe::from("some checks gave no verdict"),
        ControlStatus::NoData if loading => Safe::from("no check so far"),
        ControlStatus::NoData => Safe::from("no check has reported"),
        ControlStatus::Disabled => Safe::from("disabled in this standard"),
        ControlStatus::Passed => Safe::default(),
    }
}

/// Many findings of an earlier session are shown before the standards are computed over them.
fn pending(scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
    let look = scene.look;
    header::titled(look, "controls", area, buf, |_| ());
    let row = Rect { y: area.y + 3, height: 1, ..area }.intersection(area);
    Pen::on(buf, row).space(2).text("Computing the standards from the findings.", look.plain());
}
