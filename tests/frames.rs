//! What every view looks like: at four sizes, in four states of the data, with a clock that stands still.
//!
//! A snapshot holds one view at one size, the four states one below the other. `cargo insta review` shows what
//! changed; read it as a person would: is anything cut in silence, out of line, or wrong by one?
#![allow(clippy::unwrap_used, reason = "a frame that cannot be drawn has failed")]

mod frames {
    pub(crate) mod data;
    pub(crate) mod picture;
    pub(crate) mod stores;
}

use frames::data;
use frames::picture::{Frame, Session};
use frames::stores::Data;
use yagura::app::overview::{Door, Panel, panel_lines, severities};
use yagura::app::{Action, View};
use yagura::query;
use yagura::store::overview::Overview as Counts;
use yagura::store::score::Posture;
use yagura::ui::Look;
use yagura::ui::theme::{Depth, Symbols, Theme};

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 50)];

fn assert_frames(name: &str, text: String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// All states of the data, one below the other: a person who did `actions` at this size.
fn all_states(actions: &[Action], size: (u16, u16), look: &Look) -> String {
    Data::ALL
        .into_iter()
        .map(|data| format!("== {data:?}\n{}", Session::new(data, size).act(actions).frame(look).text()))
        .collect()
}

fn view(name: &str, actions: &[Action]) {
    for (width, height) in SIZES {
        let text = all_states(actions, (width, height), &Look::default());
        assert_frames(&format!("{name}_{width}x{height}"), text);
    }
}

#[test]
fn overview() {
    view("overview", &[]);
}

#[test]
fn findings() {
    view("findings", &[Action::ShowFindings, Action::Down]);
}

#[test]
fn detail() {
    view("detail", &[Action::ShowFindings, Action::Down, Action::Open]);
}

#[test]
fn raw() {
    view("raw", &[Action::ShowFindings, Action::RawJson]);
}

#[test]
fn controls() {
    view("controls", &[Action::ShowControls]);
}

#[test]
fn compare() {
    view("compare", &[Action::ShowControls, Action::CompareStandards]);
}

#[test]
fn sources() {
    view("sources", &[Action::ShowSources]);
}

#[test]
fn overlays() {
    for (width, height) in SIZES {
        let frame =
            |actions: &[Action]| Session::new(Data::Full, (width, height)).act(actions).frame(&Look::default()).text();
        let text = format!("== Help\n{}== Palette\n{}", frame(&[Action::Help]), frame(&[Action::Palette]));
        assert_frames(&format!("overlays_{width}x{height}"), text);
    }
}

/// Every panel gets its turn in the one slot of a small screen.
#[test]
fn panels() {
    let mut session = Session::new(Data::Partial, (60, 20));
    let mut text = String::new();
    for panel in Panel::ALL {
        assert_eq!(session.state.overview.panel, panel);
        text.push_str(&format!("== {panel:?}\n{}", session.frame(&Look::default()).text()));
        session.act(&[Action::NextPanel]);
    }
    assert_frames("overview_panels_60x20", text);
}

/// Behind every number on the overview is a list of that many findings.
#[test]
fn every_door_leads_to_its_number() {
    let snapshot = Data::Full.snapshot();
    let counts = Counts::of(&snapshot, data::now());
    let posture = Posture::of(&snapshot);
    let numbers = |panel: Panel| -> Vec<u64> {
        let tallies = match panel {
            Panel::Severities => return severities(&counts).map(|count| count.open).collect(),
            Panel::Accounts => &counts.accounts,
            Panel::Regions => &counts.regions,
            Panel::Resources => &counts.resources,
            Panel::Types => &counts.types,
            Panel::Products => &counts.by_product,
            Panel::Services => &counts.by_source,
            _ => return Vec::new(),
        };
        tallies.iter().map(|tally| tally.total).collect()
    };
    let mut doors = 0;
    for panel in Panel::ALL {
        let lines = panel_lines(panel, &counts, &posture, &snapshot);
        for (line, number) in lines.iter().zip(numbers(panel)) {
            let Door::Findings(text) = &line.door else { panic!("{panel:?} {line:?}") };
            let rows = query::evaluate(&query::parse(text).unwrap(), &snapshot, data::now());
            assert_eq!(rows.len(), number, "{panel:?}: {text}");
            doors += 1;
        }
    }
    assert!(doors > 30, "{doors} doors");
}

/// The style layer: one letter a cell.
#[test]
fn styles() {
    for (name, look) in [
        ("dark", Look::default()),
        ("mono", Look::new(Theme::None, Depth::Mono, Symbols::Unicode)),
        ("sixteen", Look::new(Theme::Sixteen, Depth::Ansi16, Symbols::Unicode)),
    ] {
        let frame = Session::new(Data::Partial, (120, 40)).frame(&look);
        assert_frames(&format!("overview_styles_{name}"), frame.styles());
    }
}

#[test]
fn ascii() {
    let look = Look::new(Theme::None, Depth::Mono, Symbols::Ascii);
    use Action as A;
    for actions in [&[][..], &[A::ShowFindings], &[A::ShowFindings, A::Open], &[A::ShowControls], &[A::Help]] {
        let text = all_states(actions, (80, 24), &look);
        assert!(text.is_ascii(), "{actions:?}:\n{text}");
    }
    assert_frames("overview_ascii_80x24", all_states(&[], (80, 24), &look));
}

/// No frame may carry anything that a terminal would act on, at any size down to nothing.
#[test]
fn hostile_text_stays_text() {
    for view in [View::Overview, View::Findings, View::Controls, View::Sources] {
        for data in Data::ALL {
            let snapshot = data.snapshot();
            for (width, height) in [(0, 0), (1, 1), (39, 9), (40, 10), (61, 17), (80, 24), (133, 37), (200, 50)] {
                let frame = Frame::of(view, &snapshot, (width, height), &Look::default());
                let bad = |c: char| {
                    c.is_control() && c != '\n'
                        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{e0000}'..)
                };
                assert!(!frame.text().contains(bad), "{view:?} {data:?} {width}x{height}");
            }
        }
    }
}
