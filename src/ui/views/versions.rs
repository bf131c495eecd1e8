//! The picture of a finding's versions: the timeline, and what changed between two of them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::Scene;
use crate::app::Target;
use crate::app::state::HEADER_ROWS;
use crate::app::versions::{Asked, Entry, Line, MARK_CELLS, Mark, NoteTone, Past, Standing};
use crate::model::{Change, HistoryRecord, Noticed};
use crate::ui::theme::Focus;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::gutter;
use crate::ui::widgets::{Align, Cut, Pen, age, rule};
use crate::ui::{Hits, Safe};

/// Draws the view into `area`: header, rule, the lines that `app::versions` laid out.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    let Scene { state, look, .. } = *scene;
    let mut lines = area.rows();
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return };
    rule(buf, second, look);
    let view = &state.versions;
    header(scene, view.past.as_deref(), &mut Pen::on(buf, first));
    let mut cursor = view.cursor;
    cursor.fit(view.lines.len(), usize::from(area.height.saturating_sub(HEADER_ROWS)));
    let columns = Columns::of(area.width);
    for ((at, line), rect) in view.lines.iter().enumerate().skip(cursor.top).zip(lines) {
        let painter = Painter { scene, columns: &columns, focus: Focus::when(at == cursor.selected) };
        painter.line(line, &mut Pen::on(buf, rect));
        hits.add(rect, Target::Line(at));
    }
}

/// `versions   3 versions seen   record 1 of 2   GuardDuty 111122223333 us-east-1   arn:aws:…`
fn header(scene: &Scene<'_>, past: Option<&Past>, pen: &mut Pen<'_>) {
    let Scene { state, look, .. } = *scene;
    pen.space(1).text("versions", look.title(Focus::Here)).space(3);
    let Some(past) = past else { return };
    let seen = match past.entries.len() {
        1 => Safe::from("1 version seen"),
        many => Safe::of(format_args!("{many} versions seen")),
    };
    pen.text(seen, look.strong()).space(3);
    if past.records > 1 {
        let (at, of) = (state.versions.record + 1, past.records);
        pen.text(Safe::of(format_args!("record {at} of {of}")), look.plain()).space(3);
    }
    pen.text(Safe::of(format_args!("{}", past.scope)), look.plain()).space(3);
    let room = pen.room().saturating_sub(1);
    pen.column(room, Align::Left, Cut::Middle, Safe::new(&past.key.id), look.dim());
}

/// Widths of the timeline's columns. 0: not there.
struct Columns {
    age: u16,
    when: u16,
    updated: u16,
    source: u16,
}

impl Columns {
    const fn of(width: u16) -> Self {
        match width {
            ..72 => Self { age: 0, when: 16, updated: 0, source: 0 },
            72..110 => Self { age: 5, when: 24, updated: 0, source: 0 },
            110..150 => Self { age: 5, when: 28, updated: 0, source: 14 },
            150.. => Self { age: 5, when: 28, updated: 21, source: 14 },
        }
    }
}

struct Painter<'a> {
    scene: &'a Scene<'a>,
    columns: &'a Columns,
    focus: Focus,
}

impl Painter<'_> {
    fn line(&self, line: &Line, pen: &mut Pen<'_>) {
        let look = self.scene.look;
        let view = &self.scene.state.versions;
        gutter(pen, self.focus, look);
        match line {
            Line::Blank => {}
            Line::Heads => self.heads(pen),
            Line::Heading(text) => {
                pen.text(Safe::new(text), look.strong());
            }
            Line::Version(at) => {
                if let Some(entry) = view.past.as_ref().and_then(|past| past.entries.get(*at)) {
                    self.version(*at, entry, pen);
                }
            }
            Line::Event(at) => {
                if let Asked::Answered(history) = &view.history
                    && let Some(record) = history.records.get(*at)
                {
                    self.event(record, pen);
                }
            }
            Line::Change { mark, what, what_cells, text } => self.change(*mark, what, *what_cells, text, pen),
            Line::Note { text, tone } => {
                let style = match tone {
                    NoteTone::Plain => look.plain(),
                    NoteTone::Dim => look.dim(),
                    NoteTone::Problem => look.bad(),
                };
                pen.text(Safe::new(text), self.weighed(style));
            }
        }
    }

    fn heads(&self, pen: &mut Pen<'_>) {
        let style = self.scene.look.dim();
        pen.space(2);
        self.times(Safe::from("AGE"), Safe::from("SEEN"), style, pen);
        if self.columns.updated > 0 {
            pen.column(self.columns.updated, Align::Left, Cut::End, "UPDATED AT", style);
        }
        self.source(Safe::from("SOURCE"), pen);
        pen.text("WHAT CHANGED", style);
    }

    /// `B    3h  2026-03-14 10:16:30  GuardDuty  Actor IP 198.51.100.7 → 203.0.113.9 · Count 12 → 40`
    fn version(&self, at: usize, entry: &Entry, pen: &mut Pen<'_>) {
        let Scene { state, look, now, .. } = *self.scene;
        let end = match state.versions.pair() {
            Some((older, _)) if older == at => "A",
            Some((_, newer)) if newer == at => "B",
            _ => "",
        };
        let plain = self.weighed(look.plain());
        pen.column(2, Align::Left, Cut::End, end, look.accent());
        let version = &entry.version;
        let when = match (entry.standing, version.noticed) {
            (Standing::NowOnly, _) => Safe::from("now"),
            (_, Noticed::Arrived) => self.moment(version.at),
            (_, Noticed::Overwritten) => Safe::of(format_args!("before {}", self.moment(version.at))),
        };
        self.times(age(now, version.at), when, plain, pen);
        if self.columns.updated > 0 {
            let updated = version.updated_at.map_or(Safe::from("—"), |at| self.moment(at));
            pen.column(self.columns.updated - 2, Align::Left, Cut::End, updated, look.dim()).space(2);
        }
        self.source(Safe::from(version.scope.service.name()), pen);
        if entry.standing != Standing::Past {
            pen.text("now", look.accent()).space(2);
        }
        let what = match &entry.changes {
            None => Safe::from("the first version seen"),
            Some(Ok(changes)) => Safe::new(&changes.summary()).into_owned(),
            Some(Err(error)) => Safe::of(format_args!("cannot be read: {error}")),
        };
        pen.text(what, plain);
    }

    /// `     3h  2026-03-14 10:16:25  Security Hub  Workflow NEW → SUPPRESSED  by mary.major`
    fn event(&self, record: &HistoryRecord, pen: &mut Pen<'_>) {
        let Scene { look, now, .. } = *self.scene;
        let style = self.weighed(look.dim());
        pen.space(2);
        let (old, when) = match record.at {
            Some(at) => (age(now, at), self.moment(at)),
            None => (Safe::default(), Safe::from("—")),
        };
        self.times(old, when, style, pen);
        if self.columns.updated > 0 {
            pen.space(self.columns.updated);
        }
        self.source(Safe::from("AWS history"), pen);
        if self.columns.source == 0 {
            pen.text("AWS: ", style);
        }
        let change = |update: &crate::model::history::FieldUpdate| {
            let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
            Change { what: update.field.clone(), old: some(&update.old), new: some(&update.new) }.line()
        };
        let mut parts: Vec<String> = record.updates.iter().map(change).collect();
        if record.created {
            parts.insert(0, "the finding was created".to_owned());
        }
        let by = record.identity.as_deref().map(|identity| identity.rsplit(['/', ':']).next().unwrap_or(identity));
        let by = by.map_or_else(String::new, |by| format!("  by {by}"));
        pen.text(Safe::new(&format!("{}{by}", parts.join(" · "))), style);
    }

    fn times(&self, old: Safe<'_>, when: Safe<'_>, style: Style, pen: &mut Pen<'_>) {
        if self.columns.age > 0 {
            pen.column(self.columns.age - 1, Align::Right, Cut::End, old, style).space(2);
        }
        pen.column(self.columns.when - 2, Align::Left, Cut::Start, when, style).space(2);
    }

    /// Seconds and the year where there is room for them.
    fn moment(&self, at: jiff::Timestamp) -> Safe<'static> {
        let form = if self.columns.when < 20 { "%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
        Safe::of(format_args!("{}", at.strftime(form)))
    }

    fn source(&self, name: Safe<'static>, pen: &mut Pen<'_>) {
        if self.columns.source > 0 {
            pen.column(self.columns.source - 2, Align::Left, Cut::End, name, self.scene.look.dim()).space(2);
        }
    }

    fn change(&self, mark: Option<Mark>, what: &str, what_cells: usize, text: &str, pen: &mut Pen<'_>) {
        let look = self.scene.look;
        let sign = match mark {
            None => "",
            Some(Mark::Added) => "+",
            Some(Mark::Removed) => "-",
            Some(Mark::Changed) => "~",
        };
        pen.column(narrow(MARK_CELLS - 2), Align::Left, Cut::End, sign, look.accent());
        let room = narrow(what_cells).saturating_sub(2);
        pen.column(room, Align::Left, Cut::Middle, Safe::new(what), look.dim()).space(2);
        pen.text(Safe::new(text), self.weighed(look.plain()));
    }

    fn weighed(&self, style: Style) -> Style {
        if self.focus == Focus::Here { style.add_modifier(Modifier::BOLD) } else { style }
    }
}
