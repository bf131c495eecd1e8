//! The picture of the overview: panels in slots, as many as the screen has room for.
//!
//! Where several panels share a slot, their names stand side by side and the one that had the keys last shows: at no
//! size is anything out of reach of Tab, and nothing is left out in silence.

mod criticals;
mod severities;
mod slots;
mod sources;
mod standards;
mod tallies;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Scene;
use crate::app::overview::{Line, Panel, panel_lines};
use crate::app::{Moment, Target};
use crate::store::overview::{Overview as Counts, Tally};
use crate::store::score::Posture;
use crate::ui::theme::Focus;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::pen::narrow;
use crate::ui::widgets::rule::{gutter, heading};
use crate::ui::widgets::{Pen, Window};
use crate::ui::{Hits, Safe, header};

/// All that a panel needs to draw itself.
struct Drawing<'a> {
    scene: &'a Scene<'a>,
    counts: Arc<Counts>,
    posture: &'a Posture,
    /// Of a number over all findings.
    coverage: Coverage,
}

/// Draws the view into `area`: header, rule, body.
pub fn render(scene: &Scene<'_>, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
    header::overview(scene, area, buf);
    let moment = Moment { snapshot: scene.snapshot, now: scene.now };
    let drawing = Drawing {
        scene,
        counts: scene.state.overview.counts(&moment),
        posture: scene.snapshot.posture(),
        coverage: Coverage::of(scene.snapshot.sources(), None),
    };
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    for slot in slots::slots(body) {
        let panel = scene.state.overview.shown(slot.panels);
        drawing.panel(panel, slot.panels, slot.area, buf, hits);
    }
}

/// What stands over a panel's lines.
const fn title(panel: Panel) -> &'static str {
    match panel {
        Panel::Severities => "OPEN FINDINGS",
        Panel::Accounts => "WORST ACCOUNTS",
        Panel::Regions => "REGIONS",
        Panel::Resources => "RESOURCES",
        Panel::Types => "TYPES",
        Panel::Criticals => "NEWEST CRITICAL",
        Panel::Products => "PRODUCTS",
        Panel::Services => "BY SOURCE",
        Panel::Standards => "STANDARDS",
        Panel::Sources => "SOURCES",
    }
}

/// A panel's name in a row of names.
const fn tab(panel: Panel) -> &'static str {
    match panel {
        Panel::Severities => "severity",
        Panel::Accounts => "accounts",
        Panel::Regions => "Regions",
        Panel::Resources => "resources",
        Panel::Types => "types",
        Panel::Criticals => "criticals",
        Panel::Products => "products",
        Panel::Services => "by source",
        Panel::Standards => "standards",
        Panel::Sources => "sources",
    }
}

impl Drawing<'_> {
    fn panel(&self, panel: Panel, sharing: &[Panel], area: Rect, buf: &mut Buffer, hits: &mut Hits) {
        hits.add(area, Target::Panel(panel.index()));
        let focus = Focus::when(self.scene.state.overview.panel == panel);
        let lines = panel_lines(panel, &self.counts, self.posture, self.scene.snapshot);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let hidden = lines.len().saturating_sub(usize::from(body.height));
        let heads = if lines.is_empty() { 0 } else { self.heads(panel, area, buf) };
        let left = Rect { width: area.width - heads, ..area };
        self.heading(panel, sharing, hidden, left, buf, hits);
        if lines.is_empty() {
            self.empty(panel, body, buf);
        } else {
            self.lines(panel, focus, &lines, body, buf, hits);
        }
        if panel == Panel::Severities
            && let Some(row) = body.rows().nth(lines.len())
        {
            let rest = severities::rest(&self.counts, usize::from(row.width.saturating_sub(2)));
            Pen::on(buf, row).space(2).text(rest, self.scene.look.dim());
        }
    }

    /// Draws the heads of the columns of numbers over them, and says how many cells they fill.
    fn heads(&self, panel: Panel, area: Rect, buf: &mut Buffer) -> u16 {
        let style = self.scene.look.dim();
        let mut drawn = |width: u16, heads: &dyn Fn(&mut Pen<'_>)| {
            let width = width.min(area.width);
            heads(&mut Pen::on(buf, Rect { x: area.right() - width, width, ..area }));
            width
        };
        if let Some((tallies, _)) = self.tallies(panel) {
            let widths = tallies::Widths::of(tallies);
            return drawn(widths.sum(), &|pen| widths.heads(pen, style));
        }
        match panel {
            Panel::Severities => {
                let widths = severities::Widths::of(&self.counts, area.width);
                drawn(widths.sum(), &|pen| widths.heads(pen, style))
            }
            Panel::Standards => {
                let widths = standards::Widths::of(area.width);
                drawn(widths.sum(), &|pen| widths.heads(pen, style))
            }
            _ => 0,
        }
    }

    /// The tallies of a panel that has them, and what they are of.
    fn tallies(&self, panel: Panel) -> Option<(&[Tally], tallies::Of)> {
        use tallies::Of;
        let counts = &self.counts;
        Some(match panel {
            Panel::Accounts => (&counts.accounts, Of::Accounts),
            Panel::Regions => (&counts.regions, Of::Names),
            Panel::Resources => (&counts.resources, Of::Resources),
            Panel::Types => (&counts.types, Of::Types),
            Panel::Products => (&counts.by_product, Of::Names),
            Panel::Services => (&counts.by_source, Of::Services),
            Panel::Severities | Panel::Criticals | Panel::Standards | Panel::Sources => return None,
        })
    }

    /// The title, how many lines are not shown, and the names of the panels that share the place.
    fn heading(&self, panel: Panel, sharing: &[Panel], hidden: usize, area: Rect, buf: &mut Buffer, hits: &mut Hits) {
        let look = self.scene.look;
        let mut pen = Pen::on(buf, area);
        let focus = Focus::when(self.scene.state.overview.panel == panel);
        heading(&mut pen, title(panel), focus, look);
        if hidden > 0 {
            pen.space(1).text(Safe::of(format_args!("+{hidden}")), look.dim());
        }
        let others = sharing.iter().filter(|other| **other != panel);
        let names: usize = others.clone().map(|other| tab(*other).len() + 2).sum();
        let room = usize::from(pen.room());
        if names == 0 {
            return;
        }
        if names < room {
            for other in others {
                let width = narrow(tab(*other).len());
                let name = Rect { x: pen.x() + 2, y: area.y, width, height: 1 };
                hits.add(name, Target::Panel(other.index()));
                pen.space(2).text(tab(*other), look.dim());
            }
            return;
        }
        let at = sharing.iter().position(|other| *other == panel).unwrap_or(0) + 1;
        let long = Safe::of(format_args!("{at} of {} · Tab", sharing.len()));
        let short = Safe::of(format_args!("{at}/{}", sharing.len()));
        if let Some(text) = [long, short].into_iter().find(|text| text.width() + 2 <= room) {
            pen.space(2).text(text, look.dim());
        }
    }

    fn lines(&self, panel: Panel, focus: Focus, lines: &[Line], area: Rect, buf: &mut Buffer, hits: &mut Hits) {
        let selected = self.scene.state.overview.selected(panel, lines);
        let window = Window::around(selected, lines.len(), usize::from(area.height));
        for (row, at) in area.rows().zip(window.range()) {
            hits.add(row, Target::Item { panel: panel.index(), line: at });
            let here = if at == selected { focus } else { Focus::Elsewhere };
            let mut pen = Pen::on(buf, row);
            gutter(&mut pen, here, self.scene.look);
            let style = match here {
                Focus::Here => self.scene.look.strong(),
                Focus::Elsewhere => self.scene.look.plain(),
            };
            match (panel, self.tallies(panel)) {
                (_, Some((tallies, of))) => tallies::line(self, tallies, at, &mut pen, style, of),
                (Panel::Criticals, _) => criticals::line(self, at, &mut pen, style),
                (Panel::Standards, _) => standards::line(self, at, &mut pen, style),
                (Panel::Sources, _) => sources::line(self, at, &mut pen, style),
                _ => severities::line(self, at, &mut pen, style),
            }
        }
    }

    /// Why there is nothing, and what to do about it.
    fn empty(&self, panel: Panel, area: Rect, buf: &mut Buffer) {
        let look = self.scene.look;
        let what = match panel {
            Panel::Standards => "Computing the standards from the findings.",
            Panel::Sources => "No source has been asked yet.",
            Panel::Criticals => "No open CRITICAL finding.",
            _ => "No open finding.",
        };
        let critical = Some(crate::model::Severity::Critical);
        let sources = self.scene.snapshot.sources();
        let coverage = if panel == Panel::Criticals { Coverage::of(sources, critical) } else { self.coverage };
        let why = match coverage {
            // They take a moment longer than the findings, whatever those cover.
            _ if panel == Panel::Standards => Safe::default(),
            Coverage::Whole => match sources.iter().filter(|status| status.is_off_and_empty()).count() {
                0 => Safe::default(),
                off => Safe::of(format_args!("But {off} of {} sources are off.", sources.len())),
            },
            Coverage::Loading => {
                let loading = sources.iter().filter(|status| status.state.is_loading()).count();
                Safe::of(format_args!("So far: {loading} of {} sources still loading.", sources.len()))
            }
            Coverage::Cached => Safe::from("As an earlier session left it: the sync has not confirmed it yet."),
            Coverage::Missing => {
                let missing = sources.iter().filter(|status| status.state.is_missing()).count();
                Safe::of(format_args!("But {missing} of {} sources could not be read.", sources.len()))
            }
        };
        let what = Safe::from(what);
        let width = usize::from(area.width.saturating_sub(3));
        let lines = what.wrap(width).into_iter().chain(why.wrap(width));
        for (row, text) in area.rows().zip(lines) {
            Pen::on(buf, row).space(2).text(text, look.dim());
        }
    }
}
