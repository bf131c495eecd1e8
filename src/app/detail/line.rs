//! The lines of the page: sections laid out for a width, with what is folded left out.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::section::{Entry, Flow, Ink, Section};
use super::wrap::{wrap, wrap_name};

/// Cells in front of every value: the gutter, the section's name, a blank.
pub const LABEL_CELLS: usize = 14;
/// The most cells for the labels within a section, their gap included.
const SUB_CELLS: usize = 36;
/// A blank at the right end.
const MARGIN: usize = 1;
/// Cells that a level of the tree is indented by.
pub const STEP: usize = 2;

/// One line of the page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The section's name, on its first line.
    pub label: &'static str,
    /// The label within the section, on the first line of an entry.
    pub sub: String,
    /// Cells that labels within this section have; 0 where it has none.
    pub sub_cells: usize,
    /// Levels of the tree that it is indented by.
    pub depth: usize,
    pub text: String,
    pub ink: Ink,
    /// What folding here folds: a section or a value of the tree.
    pub fold: Option<Arc<str>>,
    pub folded: Folded,
    /// The query of the list that Enter opens.
    pub door: Option<Arc<str>>,
}

/// How a line stands to what it folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Folded {
    /// Nothing to fold, or not the first line of it.
    #[default]
    No,
    /// It stands for so many lines or values that are not shown.
    Closed(usize),
    /// The first line of a value that is shown.
    Open,
}

/// Lays the sections out for a screen of `width` cells. `toggled` names what the user folded, or unfolded where it is
/// folded to begin with.
pub(super) fn lay_out(sections: &[Section], toggled: &BTreeSet<String>, width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut group = None;
    for section in sections.iter().filter(|section| !section.entries.is_empty()) {
        if group.is_some_and(|group| group != section.group) {
            lines.push(Line::default());
        }
        group = Some(section.group);
        let first = lines.len();
        lay_out_section(section, toggled, width, &mut lines);
        fold(section, toggled, first, &mut lines);
    }
    lines
}

fn lay_out_section(section: &Section, toggled: &BTreeSet<String>, width: usize, lines: &mut Vec<Line>) {
    let left = if section.label.is_empty() { 2 } else { LABEL_CELLS };
    let room = width.saturating_sub(left + MARGIN);
    let longest = section.entries.iter().map(|entry| entry.sub.len() + entry.depth * STEP).max().unwrap_or(0);
    let labelled = section.entries.iter().any(|entry| !entry.sub.is_empty());
    let sub_cells = if labelled { (longest + 2).min(SUB_CELLS).min(room / 2) } else { 0 };
    let name: Arc<str> = section.label.into();
    let mut label = section.label;
    let mut hidden_below: Option<usize> = None;
    for entry in &section.entries {
        if hidden_below.is_some_and(|depth| entry.depth > depth) {
            continue;
        }
        hidden_below = None;
        let folded = node(entry, toggled);
        if matches!(folded, Folded::Closed(_)) {
            hidden_below = Some(entry.depth);
        }
        let cells = if entry.sub.is_empty() { room } else { room - sub_cells };
        let texts = match entry.flow {
            Flow::Name => wrap_name(&entry.text, cells),
            Flow::Prose => wrap(&entry.text, cells),
        };
        for (at, text) in texts.into_iter().enumerate() {
            lines.push(Line {
                label: std::mem::take(&mut label),
                sub: if at == 0 { entry.sub.clone() } else { String::new() },
                sub_cells: if entry.sub.is_empty() { 0 } else { sub_cells },
                depth: entry.depth,
                text: text.to_owned(),
                ink: entry.ink,
                fold: entry.node.as_ref().map(|node| Arc::clone(&node.path)).or_else(|| Some(Arc::clone(&name))),
                folded: if at == 0 { folded } else { Folded::No },
                door: entry.door.clone(),
            });
        }
    }
}

/// Values of the tree are folded to begin with.
fn node(entry: &Entry, toggled: &BTreeSet<String>) -> Folded {
    match &entry.node {
        None => Folded::No,
        Some(node) if toggled.contains(&*node.path) => Folded::Open,
        Some(node) => Folded::Closed(node.values),
    }
}

/// A section that the user folded is its first line, with how many more there are.
fn fold(section: &Section, toggled: &BTreeSet<String>, first: usize, lines: &mut Vec<Line>) {
    if section.label.is_empty() || !toggled.contains(section.label) || lines.len() <= first + 1 {
        return;
    }
    let hidden = lines.len() - first - 1;
    lines.truncate(first + 1);
    if let Some(line) = lines.last_mut() {
        line.folded = Folded::Closed(hidden);
        line.fold = Some(section.label.into());
    }
}
