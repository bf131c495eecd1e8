//! Where the panels go: by the size of the screen, the most important first.

use ratatui::layout::Rect;

use crate::app::overview::Panel as P;

/// A place on the screen, and the panels that share it.
pub(super) struct Slot {
    pub area: Rect,
    pub panels: &'static [P],
}

const ALL_BUT_SEVERITIES: &[P] = &[
    P::Accounts,
    P::Regions,
    P::Resources,
    P::Types,
    P::Criticals,
    P::Products,
    P::Services,
    P::Standards,
    P::Sources,
];

/// Divides the body. Four shapes, for 60x20, 80x24, 120x40, 200x50 and what lies between.
pub(super) fn slots(body: Rect) -> Vec<Slot> {
    match (body.width, body.height) {
        (160.., 40..) => widest(body),
        (110.., 32..) => wide(body),
        (76.., 18..) => middle(body),
        _ => narrow(body),
    }
}

/// Rows of a body from the top: each height takes its part and leaves a blank line after it; the last takes the rest.
fn rows<const N: usize>(body: Rect, heights: [u16; N]) -> [Rect; N] {
    let mut y = body.y;
    let mut at = 0;
    heights.map(|height| {
        at += 1;
        let height =
            if at == N { body.bottom().saturating_sub(y) } else { height.min(body.bottom().saturating_sub(y)) };
        let row = Rect { y, height, ..body };
        y = (y + height + 1).min(body.bottom());
        row
    })
}

/// Columns of a row from the left, three blank cells between; the last takes the rest.
fn columns<const N: usize>(row: Rect, widths: [u16; N]) -> [Rect; N] {
    let mut x = row.x;
    let mut at = 0;
    widths.map(|width| {
        at += 1;
        // One blank cell at the end of the line: numbers do not touch the edge.
        let rest = row.right().saturating_sub(x + 1);
        let width = if at == N { rest } else { width.min(rest) };
        let column = Rect { x, width, ..row };
        x += width + 3;
        column
    })
}

const fn slot(area: Rect, panels: &'static [P]) -> Slot {
    Slot { area, panels }
}

fn widest(body: Rect) -> Vec<Slot> {
    let third = (body.width - 7) / 3;
    let [top, second, third_row, bottom] = rows(body, [11, 11, 11, 0]);
    let [severities, accounts, products] = columns(top, [third, third, 0]);
    let [criticals] = columns(second, [0]);
    let [regions, resources, types] = columns(third_row, [third, third, 0]);
    let [standards, sources, services] = columns(bottom, [third, third, 0]);
    vec![
        slot(severities, &[P::Severities]),
        slot(accounts, &[P::Accounts]),
        slot(products, &[P::Products]),
        slot(criticals, &[P::Criticals]),
        slot(regions, &[P::Regions]),
        slot(resources, &[P::Resources]),
        slot(types, &[P::Types]),
        slot(standards, &[P::Standards]),
        slot(sources, &[P::Sources]),
        slot(services, &[P::Services]),
    ]
}

fn wide(body: Rect) -> Vec<Slot> {
    let third = (body.width - 7) / 3;
    let [top, second, third_row, bottom] = rows(body, [7, 11, 8, 0]);
    let [severities, accounts] = columns(top, [64, 0]);
    let [criticals] = columns(second, [0]);
    let [resources, types, others] = columns(third_row, [third, third, 0]);
    let [standards, sources] = columns(bottom, [68, 0]);
    vec![
        slot(severities, &[P::Severities]),
        slot(accounts, &[P::Accounts]),
        slot(criticals, &[P::Criticals]),
        slot(resources, &[P::Resources]),
        slot(types, &[P::Types]),
        slot(others, &[P::Regions, P::Products, P::Services]),
        slot(standards, &[P::Standards]),
        slot(sources, &[P::Sources]),
    ]
}

fn middle(body: Rect) -> Vec<Slot> {
    let [top, second, bottom] = rows(body, [6, 6, 0]);
    let [severities, worst] = columns(top, [40, 0]);
    let [criticals] = columns(second, [0]);
    let [standards, sources] = columns(bottom, [body.width / 2 - 2, 0]);
    vec![
        slot(severities, &[P::Severities]),
        slot(worst, &[P::Accounts, P::Regions, P::Resources, P::Types]),
        slot(criticals, &[P::Criticals]),
        slot(standards, &[P::Standards, P::Products, P::Services]),
        slot(sources, &[P::Sources]),
    ]
}

fn narrow(body: Rect) -> Vec<Slot> {
    let [top, bottom] = rows(body, [6, 0]);
    let ([severities], [rest]) = (columns(top, [0]), columns(bottom, [0]));
    vec![slot(severities, &[P::Severities]), slot(rest, ALL_BUT_SEVERITIES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_panel_has_one_place_at_every_size() {
        for width in 40..220 {
            for height in 6..60 {
                let mut panels: Vec<_> =
                    slots(Rect::new(0, 2, width, height)).iter().flat_map(|slot| slot.panels.to_vec()).collect();
                panels.sort_by_key(|panel| panel.index());
                assert_eq!(panels, P::ALL, "{width}x{height}");
            }
        }
    }

    #[test]
    fn slots_stay_inside_and_apart() {
        for (width, height) in [(60, 16), (80, 20), (120, 36), (200, 46), (40, 6), (100, 30)] {
            let body = Rect::new(0, 2, width, height);
            let slots = slots(body);
            for (at, slot) in slots.iter().enumerate() {
                assert_eq!(slot.area.intersection(body), slot.area);
                assert!(slots.iter().skip(at + 1).all(|other| !slot.area.intersects(other.area)));
            }
        }
    }
}
