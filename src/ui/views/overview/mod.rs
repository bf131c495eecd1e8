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
use crate::store::overview::Overview as Counts;
use crate::store::score::Posture;
use crate::ui::theme::Focus;
use crate::ui::widgets::count::Coverage;
use crate::ui::widgets::rule::{gutter, heading};
use crate::ui::widgets::{Pen, Window};
use crate::ui::{Hits, Safe, header};

/// All that a panel needs to draw itself.
struct Drawing<'a> {
    scene: &'a Scene<'a>,
    counts: Arc<Counts>,
    posture: Arc<Posture>,
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
        posture: scene.state.controls.posture(scene.snapshot),
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
        let heads = columns(panel, area.width);
        self.heading(panel, sharing, focus, heads, area, buf, hits);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        let lines = panel_lines(panel, &self.counts, &self.posture, self.scene.snapshot);
        if lines.is_empty() {
            self.empty(panel, body, buf);
        } else {
            self.lines(panel, focus, &lines, body, buf, hits);
        }
    }

    /// The title, the names of the panels that share the place, and the heads of the columns of numbers.
    #[allow(clippy::too_many_arguments, reason = "one line of the screen, drawn in one place")]
    fn heading(
        &self,
        panel: Panel,
        sharing: &[Panel],
        focus: Focus,
        heads: &'static str,
        area: Rect,
        buf: &mut Buffer,
        hits: &mut Hits,
    ) {
        let look = self.scene.look;
        let mut pen = Pen::on(buf, area);
        if !heads.is_empty() {
            pen.at_end(heads, look.dim());
        }
        heading(&mut pen, title(panel), focus, look);
        let others = sharing.iter().filter(|other| **other != panel);
        let names: usize = others.clone().map(|other| tab(*other).len() + 2).sum();
        if names == 0 {
            return;
        }
        if names + 1 <= usize::from(pen.room()) {
            pen.space(1);
            for other in others {
                let width = crate::ui::widgets::pen::narrow(tab(*other).len());
                hits.add(Rect { x: pen.x() + 2, y: area.y, width, height: 1 }, Target::Panel(other.index()));
                pen.space(2).text(tab(*other), look.dim());
            }
        } else {
            let at = sharing.iter().position(|other| *other == panel).unwrap_or(0) + 1;
            pen.space(2).text(Safe::of(format_args!("{at} of {} · Tab", sharing.len())), look.dim());
        }
    }

    fn lines(&self, panel: Panel, focus: Focus, lines: &[Line], area: Rect, buf: &mut Buffer, hits: &mut Hits) {
        let selected = self.scene.state.overview.selected(panel, lines);
        let window = Window::around(selected, lines.len(), usize::from(area.height));
        let (_, below) = window.hidden();
        for (row, at) in area.rows().zip(window.range()) {
            hits.add(row, Target::Item { panel: panel.index(), line: at });
            let here = if at == selected { focus } else { Focus::Elsewhere };
            let mut pen = Pen::on(buf, row);
            gutter(&mut pen, here, self.scene.look);
            let style = match here {
                Focus::Here => self.scene.look.strong(),
                Focus::Elsewhere => self.scene.look.plain(),
            };
            match panel {
                Panel::Severities => severities::line(self, at, &mut pen, style),
                Panel::Accounts => {
                    tallies::line(self, &self.counts.accounts, at, &mut pen, style, tallies::Of::Accounts)
                }
                Panel::Regions => tallies::line(self, &self.counts.regions, at, &mut pen, style, tallies::Of::Names),
                Panel::Resources => {
                    tallies::line(self, &self.counts.resources, at, &mut pen, style, tallies::Of::Resources)
                }
                Panel::Types => tallies::line(self, &self.counts.types, at, &mut pen, style, tallies::Of::Names),
                Panel::Products => {
                    tallies::line(self, &self.counts.by_product, at, &mut pen, style, tallies::Of::Names)
                }
                Panel::Services => {
                    tallies::line(self, &self.counts.by_source, at, &mut pen, style, tallies::Of::Services)
                }
                Panel::Criticals => criticals::line(self, at, &mut pen, style),
                Panel::Standards => standards::line(self, at, &mut pen, style),
                Panel::Sources => sources::line(self, at, &mut pen, style),
            }
        }
        // What does not fit is counted in the heading's line, at its end, where nothing else stands.
        if below > 0 && columns(panel, area.width).is_empty() {
            let line = Rect { y: area.y.saturating_sub(1), height: 1, ..area };
            let mut pen = Pen::on(buf, line);
            pen.at_end(Safe::of(format_args!("{below} more")), self.scene.look.dim());
        }
    }

    /// Why there is nothing, and what to do about it.
    fn empty(&self, panel: Panel, area: Rect, buf: &mut Buffer) {
        let look = self.scene.look;
        let what = match panel {
            Panel::Standards => "No standard is known yet.",
            Panel::Sources => "No source has been asked yet.",
            Panel::Criticals => "No open CRITICAL finding.",
            _ => "No open finding.",
        };
        let critical = Some(crate::model::Severity::Critical);
        let sources = self.scene.snapshot.sources();
        let coverage = if panel == Panel::Criticals { Coverage::of(sources, critical) } else { self.coverage };
        let why = match coverage {
            Coverage::Whole => Safe::default(),
            Coverage::Loading => {
                let loading = sources.iter().filter(|status| status.state.is_loading()).count();
                Safe::of(format_args!("So far: {loading} of {} sources still loading.", sources.len()))
            }
            Coverage::Missing => {
                let missing = sources.iter().filter(|status| status.state.is_missing()).count();
                Safe::of(format_args!("But {missing} of {} sources could not be read.", sources.len()))
            }
        };
        for (row, text) in area.rows().zip([Safe::from(what), why]) {
            Pen::on(buf, row).space(2).text(text, look.dim());
        }
    }
}

/// The heads of a panel's columns of numbers, right-aligned over them.
const fn columns(panel: Panel, width: u16) -> &'static str {
    match panel {
        Panel::Severities => severities::heads(width),
        Panel::Accounts | Panel::Regions | Panel::Resources | Panel::Types | Panel::Products | Panel::Services => {
            tallies::HEADS
        }
        Panel::Standards => standards::heads(width),
        Panel::Criticals | Panel::Sources => "",
    }
}
