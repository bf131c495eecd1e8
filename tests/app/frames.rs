//! What the list and the raw JSON look like while something is typed into them, at four sizes. (At rest: `tests/frames.rs`.)

use yagura::app::Msg;
use yagura::model::{History, HistoryError};

use super::stage::Stage;
use super::stores::Data;
use super::versions;

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 50)];

fn assert_frames(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The screen after `keys`, in each state of the data, at each size.
fn view(name: &str, states: &[Data], keys: &str, typed: &str) {
    for (width, height) in SIZES {
        let frames = states.iter().map(|data| {
            let mut stage = Stage::over(data.snapshot());
            stage.send(Msg::Resize { width, height });
            stage.keys(keys);
            stage.types(typed);
            format!("== {data:?}\n{}", stage.screen())
        });
        assert_frames(&format!("{name}_{width}x{height}"), &frames.collect::<String>());
    }
}

#[test]
fn a_filter_that_cannot_be_read() {
    view("filter_mistake", &[Data::Full], "2 /", "severity:hihg root");
}

#[test]
fn a_search_in_the_raw_json() {
    view("raw_search", &[Data::Full], "2 J / s e v e r i t y Enter", "");
}

/// The versions of one finding: three of them, two that lie apart, one alone, and AWS's answer or refusal.
#[test]
fn versions_of_a_finding() {
    for (width, height) in SIZES {
        let mut text = String::new();
        let mut show = |name: &str, stage: &Stage| text.extend(["== ", name, "\n", &stage.screen()]);
        let mut stage = versions::three();
        stage.send(Msg::Resize { width, height });
        show("The last two", &stage);
        stage.keys("j j Space");
        show("The first and the last", &stage);
        let row = stage.state.versions.row.unwrap();
        let denied = HistoryError::Denied { action: "securityhub:GetFindingHistory".to_owned() };
        stage.send(Msg::History { row, record: 0, result: Err(denied) });
        show("AWS refuses", &stage);
        let history = History { records: vec![versions::event("NEW", "NOTIFIED")], cut: None };
        stage.send(Msg::History { row, record: 0, result: Ok(history) });
        show("AWS's history", &stage);
        let mut alone = Stage::that_keeps_versions(&[versions::threat("203.0.113.9", "Netherlands", 12, 2)]);
        alone.send(Msg::Resize { width, height });
        alone.keys("2 Enter V");
        show("One alone", &alone);
        assert_frames(&format!("versions_{width}x{height}"), &text);
    }
}
