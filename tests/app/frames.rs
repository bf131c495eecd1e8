//! What the list, a finding and its raw JSON look like: at four sizes, in the states that data can be in.

use yagura::app::Msg;

use super::stage::Stage;
use super::stores::Data;

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 50)];

fn assert_frames(name: &str, text: String) {
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
        assert_frames(&format!("{name}_{width}x{height}"), frames.collect());
    }
}

#[test]
fn findings() {
    view("findings", &Data::ALL, "2 j j", "");
}

#[test]
fn findings_filtered_by_what_cannot_be_read() {
    view("findings_mistake", &[Data::Full], "2 /", "severity:hihg root");
}

#[test]
fn detail() {
    view("detail", &[Data::Loading, Data::Full], "2 Enter n", "");
}

#[test]
fn raw() {
    view("raw", &[Data::Full], "2 J / s e v e r i t y Enter", "");
}
