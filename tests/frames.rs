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

use frames::picture::{Frame, at};
use frames::stores::Data;
use yagura::app::{State, View};
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

/// All states of a view at one size, as text.
fn all_states(view: View, size: (u16, u16), look: &Look, prepare: fn(&mut State)) -> String {
    Data::ALL
        .into_iter()
        .map(|data| {
            let frame = at(view, data, size, look, prepare);
            format!("== {data:?}\n{}", frame.text())
        })
        .collect()
}

fn view(name: &str, view: View, prepare: fn(&mut State)) {
    for (width, height) in SIZES {
        let text = all_states(view, (width, height), &Look::default(), prepare);
        assert_frames(&format!("{name}_{width}x{height}"), text);
    }
}

#[test]
fn overview() {
    view("overview", View::Overview, |_| ());
}

#[test]
fn controls() {
    view("controls", View::Controls, |_| ());
}

#[test]
fn sources() {
    view("sources", View::Sources, |_| ());
}

/// The style layer: one letter a cell.
#[test]
fn styles() {
    for (name, look) in [
        ("dark", Look::default()),
        ("mono", Look::new(Theme::None, Depth::Mono, Symbols::Unicode)),
        ("sixteen", Look::new(Theme::Sixteen, Depth::Ansi16, Symbols::Unicode)),
    ] {
        let frame = at(View::Overview, Data::Partial, (120, 40), &look, |_| ());
        assert_frames(&format!("overview_styles_{name}"), frame.styles());
    }
}

#[test]
fn ascii() {
    let look = Look::new(Theme::None, Depth::Mono, Symbols::Ascii);
    for view in [View::Overview, View::Controls, View::Sources] {
        for data in Data::ALL {
            let frame = at(view, data, (80, 24), &look, |_| ());
            assert!(frame.text().is_ascii(), "{view:?} {data:?}:\n{}", frame.text());
        }
    }
    assert_frames("overview_ascii_80x24", all_states(View::Overview, (80, 24), &look, |_| ()));
}

/// No frame may carry anything that a terminal would act on, at any size down to nothing.
#[test]
fn hostile_text_stays_text() {
    for view in [View::Overview, View::Findings, View::Controls, View::Sources] {
        for data in Data::ALL {
            let snapshot = data.snapshot();
            for (width, height) in [(0, 0), (1, 1), (39, 9), (40, 10), (61, 17), (80, 24), (133, 37), (200, 50)] {
                let frame = Frame::of(view, &snapshot, (width, height), &Look::default(), |_| ());
                let bad = |c: char| {
                    c.is_control() && c != '\n'
                        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{e0000}'..)
                };
                assert!(!frame.text().contains(bad), "{view:?} {data:?} {width}x{height}");
            }
        }
    }
}
