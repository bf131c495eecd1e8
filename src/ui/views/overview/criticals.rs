//! The newest open CRITICAL findings: how old, what, on what, where, by whom.

use ratatui::style::Style;

use super::Drawing;
use crate::store::Row;
use crate::ui::Safe;
use crate::ui::views::findings::cell::title;
use crate::ui::widgets::{Align, Cut, Pen, age};

/// Columns after the title: cells, and the width of the line from which on they are there.
const RESOURCE: (u16, u16) = (20, 96);
const ACCOUNT: (u16, u16) = (15, 50);
const REGION: (u16, u16) = (15, 76);
const PRODUCT: (u16, u16) = (13, 110);
const WORKFLOW: (u16, u16) = (9, 64);

pub(super) fn line(drawing: &Drawing<'_>, at: usize, pen: &mut Pen<'_>, style: Style) {
    let scene = drawing.scene;
    let Some(row) = drawing.counts.newest_criticals.get(at).and_then(|id| scene.snapshot.row(*id)) else { return };
    let width = pen.room() + 2;
    let wide = |column: (u16, u16)| if width >= column.1 { column.0 } else { 0 };
    let [resource, account, region, product, workflow] = [RESOURCE, ACCOUNT, REGION, PRODUCT, WORKFLOW].map(wide);
    // The time that they are in order by.
    let born = row.first_seen().or(row.created_at());
    let age = born.map_or(Safe::from("—"), |born| age(scene.now, born));
    pen.column(4, Align::Right, Cut::End, age, scene.look.dim()).space(2);
    let rest = resource + account + region + product + workflow;
    let end = pen.x() + pen.room().saturating_sub(rest);
    title(&row, (end - pen.x()).saturating_sub(1), style, scene.look, pen);
    pen.to(end);
    let mut column = |width: u16, cut: Cut, text: Safe<'_>| {
        if width > 0 {
            pen.column(width - 1, Align::Left, cut, text, scene.look.plain()).space(1);
        }
    };
    column(resource, Cut::Middle, resource_of(&row));
    column(account, Cut::End, Safe::new(row.account_name().or(row.account()).unwrap_or("—")));
    column(region, Cut::End, Safe::new(row.region().unwrap_or("—")));
    column(product, Cut::End, Safe::new(row.product()));
    column(workflow, Cut::End, Safe::new(row.workflow().unwrap_or("—")));
}

/// The first resource by what a person calls it, and how many more there are.
fn resource_of(row: &Row<'_>) -> Safe<'static> {
    let mut resources = row.resources();
    let Some(first) = resources.next() else { return Safe::from("—") };
    let name = first.name.filter(|name| !name.is_empty()).unwrap_or(first.id);
    match resources.count() {
        0 => Safe::new(name).into_owned(),
        more => Safe::of(format_args!("{name} +{more}")),
    }
}
